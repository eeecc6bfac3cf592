//! What a run has found out: a verdict on each assumption, and everything that was not as specified.

use std::collections::{BTreeMap, BTreeSet};

use partner_api::raw::OperationId;
use partner_api::raw::types::words::Refusal;

/// What became of an assumption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was seen to hold.
    Confirmed,
    /// Something else was seen.
    Refuted(String),
    /// Nothing was seen; says why.
    Open(String),
}

/// Verdicts by the assumption's name, and findings in the order in which they were met, each once.
#[derive(Debug, Default)]
pub(crate) struct Record {
    verdicts: BTreeMap<String, Verdict>,
    findings: Vec<String>,
    met: BTreeSet<String>,
    /// The words of enums that were met, by shape.
    words: BTreeMap<&'static str, BTreeSet<String>>,
    /// How many calls were made.
    pub(crate) calls: usize,
    /// What a person has to look after.
    pub(crate) left_behind: Vec<String>,
}

impl Record {
    /// It holds, as far as this was seen. What was refuted stays so.
    pub(crate) fn confirm(&mut self, name: impl Into<String>) {
        let verdict = self
            .verdicts
            .entry(name.into())
            .or_insert(Verdict::Confirmed);
        if matches!(verdict, Verdict::Open(_)) {
            *verdict = Verdict::Confirmed;
        }
    }

    /// It does not hold; the first thing that showed so is kept.
    pub(crate) fn refute(&mut self, name: impl Into<String>, seen: impl Into<String>) {
        let verdict = self
            .verdicts
            .entry(name.into())
            .or_insert(Verdict::Confirmed);
        if !matches!(verdict, Verdict::Refuted(_)) {
            *verdict = Verdict::Refuted(seen.into());
        }
    }

    /// Nothing could be seen, for this reason; what was seen before stays.
    pub(crate) fn leave_open(&mut self, name: impl Into<String>, why: impl Into<String>) {
        let open = Verdict::Open(why.into());
        self.verdicts.entry(name.into()).or_insert(open);
    }

    /// Confirms or refutes.
    pub(crate) fn judge(&mut self, name: impl Into<String>, holds: bool, seen: impl Into<String>) {
        match holds {
            true => self.confirm(name),
            false => self.refute(name, seen),
        }
    }

    /// Something that is not as specified, whether or not anybody assumed it.
    pub(crate) fn find(&mut self, finding: impl Into<String>) {
        let finding = finding.into();
        if self.met.insert(finding.clone()) {
            self.findings.push(finding);
        }
    }

    /// A word of the enum `shape` was met.
    pub(crate) fn meet_word(&mut self, shape: &'static str, word: &str) {
        let words = self.words.entry(shape).or_default();
        words.insert(word.to_owned());
    }

    /// The words of the enum `shape` that were met.
    pub(crate) fn words(&self, shape: &str) -> Vec<&str> {
        let words = self.words.get(shape).into_iter().flatten();
        words.map(String::as_str).collect()
    }

    pub(crate) fn findings(&self) -> &[String] {
        &self.findings
    }

    pub(crate) fn verdict(&self, name: &str) -> Option<&Verdict> {
        self.verdicts.get(name)
    }
}

/// The name of the assumption that an operation has the method and path that we give it.
pub(crate) fn path(operation: OperationId) -> String {
    format!("path:{operation}")
}

/// The name of the assumption that bodies look as this shape says.
pub(crate) fn shape(name: &str) -> String {
    format!("shape:{name}")
}

/// The name of the assumption that a refusal is told with this code.
pub(crate) fn code(refusal: &Refusal) -> String {
    let meaning = refusal.rule.map_or(refusal.name, |rule| Some(rule.name()));
    format!("code:{} {}", refusal.code, meaning.unwrap_or("validation"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refuted_stays_refuted_and_what_was_open_may_be_confirmed() {
        let mut record = Record::default();
        record.leave_open("a", "nobody asked");
        record.confirm("a");
        record.leave_open("a", "nobody asked again");
        assert_eq!(record.verdict("a"), Some(&Verdict::Confirmed));
        record.refute("a", "first");
        record.refute("a", "second");
        record.confirm("a");
        assert_eq!(record.verdict("a"), Some(&Verdict::Refuted("first".into())));
        record.find("x");
        record.find("x");
        assert_eq!(record.findings(), ["x"]);
    }
}
