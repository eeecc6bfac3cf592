//! `cargo xtask lint`: what a specification must not say, found before progenitor meets it.
//!
//! progenitor answers much of OpenAPI with a panic that names no place, and some of it with a client that is silently
//! wrong. [`RULES`] lists what is refused and why; `tests/lint/` holds a broken specification for each rule and what
//! progenitor makes of it. All findings are reported in one go, each with file, line, JSON pointer and remedy.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::Report;
use crate::regen::{PARTNER_API, SANDBOX};
use crate::spec::Spec;

mod bodies;
mod bounds;
mod document;
mod operations;
mod parameters;
mod responses;
mod rules;
mod scalars;
mod schemas;
mod webhooks;

pub use rules::{RULES, Reason, Rule};

/// Something that a specification must not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// The JSON pointer.
    pub pointer: String,
    /// The name of the rule.
    pub rule: &'static str,
    /// What is there.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            pointer,
            message,
            remedy,
            ..
        } = self;
        write!(
            f,
            "{}:{line}: {pointer}: {message}; {remedy}",
            path.display()
        )
    }
}

pub(crate) fn run(root: &Path, files: &[PathBuf]) -> Result<Report, String> {
    let own = [PARTNER_API, SANDBOX].map(PathBuf::from);
    // Files that are named on the command line are found from where it was typed.
    let (root, files) = if files.is_empty() {
        (root, &own[..])
    } else {
        (Path::new(""), files)
    };
    let mut findings = Vec::new();
    for file in files {
        findings.extend(check(&Spec::read(root, file)?));
    }
    if findings.is_empty() {
        let names: Vec<_> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        return Ok(Report::ok(format!(
            "{} rules, no findings in {}",
            RULES.len(),
            names.join(", ")
        )));
    }
    let text: String = findings
        .iter()
        .map(|finding| format!("{finding}\n"))
        .collect();
    Ok(Report::failed(format!(
        "{text}\n{} findings",
        findings.len()
    )))
}

/// The rules, for `lint --rules`.
pub(crate) fn rules_table() -> String {
    let rows = RULES.iter().map(|rule| {
        format!(
            "{:24}  {:7}  {}\n",
            rule.name,
            rule.reason.word(),
            rule.about
        )
    });
    format!(
        "{:24}  {:7}  {}\n{}",
        "rule",
        "because",
        "refused",
        rows.collect::<String>()
    )
}

/// Everything in `spec` that must not be there, in the order of its lines.
pub fn check(spec: &Spec) -> Vec<Finding> {
    let mut findings = Findings {
        spec,
        list: Vec::new(),
    };
    document::check(&mut findings);
    operations::check(&mut findings);
    webhooks::check(&mut findings);
    schemas::check(&mut findings);
    bounds::check(&mut findings);
    if findings.list.is_empty() {
        // Anything that the rules above overlook; serde knows no place.
        document::check_readable(&mut findings);
    }
    let mut list = findings.list;
    list.sort_by(|one, other| (one.line, &one.pointer).cmp(&(other.line, &other.pointer)));
    list.dedup();
    list
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct At {
    line: usize,
    pointer: String,
}

impl At {
    fn new(line: usize, pointer: impl Into<String>) -> Self {
        Self {
            line,
            pointer: pointer.into(),
        }
    }
}

/// The findings so far.
struct Findings<'a> {
    spec: &'a Spec,
    list: Vec<Finding>,
}

impl Findings<'_> {
    fn report(
        &mut self,
        rule: &'static str,
        at: &At,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        debug_assert!(
            RULES.iter().any(|known| known.name == rule),
            "`{rule}` is missing in RULES"
        );
        self.list.push(Finding {
            path: self.spec.document.path.clone(),
            line: at.line,
            pointer: at.pointer.clone(),
            rule,
            message: message.into(),
            remedy: remedy.into(),
        });
    }
}

/// What names have in common once they are turned into identifiers. A little stricter than progenitor, which tells
/// `foo_bar` from `foobar`; readers do not.
fn bare(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
