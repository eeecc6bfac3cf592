//! What a run found out, as JSON for machines and as Markdown for people; both can be sent to somebody.

use std::fmt::Write as _;

use partner_api::raw::types::assumptions::{ASSUMPTIONS, Shown};
use partner_api::raw::types::operations::{Effect, OPERATIONS, Provenance};
use partner_api::raw::types::shapes::{Form, SHAPES};
use partner_api::raw::types::words::{self, AccessDenied};
use serde_json::{Value, json};

use super::record::{self, Record, Verdict};
use super::story::Allowed;
use crate::output::counted;

/// One assumption, with what became of it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    section: &'static str,
    says: String,
    /// Where we have it from.
    provenance: &'static str,
    /// What a run has to be allowed, or a person has to do, before it can be seen.
    needs: Option<&'static str>,
    pub(crate) verdict: Verdict,
}

/// The sections, in the order of the report.
const SECTIONS: [&str; 5] = [
    "Behaviour",
    "Methods and paths",
    "Shapes",
    "Codes",
    "Access",
];

/// Where and how it was asked.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    /// `sandbox`, `staging`, `production`, or `another address`: the address itself is nobody's business.
    pub(crate) environment: &'a str,
    pub(crate) at: String,
    pub(crate) allowed: &'a Allowed,
}

/// Every assumption in its place, whether or not anything was seen of it.
pub(crate) fn rows(record: &Record, allowed: &Allowed) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(behaviour(allowed));
    rows.extend(paths());
    rows.extend(shapes(record));
    rows.extend(codes());
    rows.extend(access());
    for row in &mut rows {
        if let Some(verdict) = record.verdict(&row.name) {
            row.verdict = verdict.clone();
        }
    }
    rows
}

fn open(why: impl Into<String>) -> Verdict {
    Verdict::Open(why.into())
}

fn behaviour(allowed: &Allowed) -> impl Iterator<Item = Row> {
    ASSUMPTIONS.iter().map(|it| {
        let (needs, is_given) = match it.shown {
            Shown::ByWriting => (Some("writes"), allowed.writes),
            Shown::ByMoney => (Some("money"), allowed.money.is_some()),
            Shown::ByFees => (Some("fees"), allowed.fees),
            Shown::ByOthers(_) => (Some("people"), false),
            _ => (None, true),
        };
        let verdict = match (it.shown, needs) {
            (Shown::ByOthers(what), _) => open(format!("needs {what}")),
            (_, Some(what)) if !is_given => open(format!("needs {what}: --allow-{what}")),
            _ => open("was not met in this run"),
        };
        Row {
            name: it.id.to_owned(),
            section: SECTIONS[0],
            says: it.says.to_owned(),
            provenance: "no current page",
            needs,
            verdict,
        }
    })
}

fn paths() -> impl Iterator<Item = Row> {
    OPERATIONS.iter().map(|it| {
        let is_read = it.effect == Effect::Safe;
        Row {
            name: record::path(it.id),
            section: SECTIONS[1],
            says: format!("{} {}", it.method.as_str(), it.path),
            provenance: it.provenance.as_str(),
            needs: (!is_read).then_some("writes"),
            verdict: match is_read {
                true => open("was not asked"),
                false => open("needs writes: --allow-writes"),
            },
        }
    })
}

fn shapes(record: &Record) -> impl Iterator<Item = Row> {
    SHAPES.iter().map(|it| {
        let says = match it.form {
            Form::Words(words) => match record.words(it.name) {
                met if met.is_empty() => format!("one of {}", words.join(", ")),
                met => format!("one of {}; met: {}", words.join(", "), met.join(", ")),
            },
            _ => format!("bodies look as {} does", it.name),
        };
        Row {
            name: record::shape(it.name),
            section: SECTIONS[2],
            says,
            provenance: it.provenance.map_or("as the operation", Provenance::as_str),
            needs: None,
            verdict: open("nothing of the kind was seen"),
        }
    })
}

fn codes() -> impl Iterator<Item = Row> {
    words::known().into_iter().map(|it| {
        let means = it.rule.map_or(it.message, |rule| rule.broken());
        Row {
            name: record::code(it),
            section: SECTIONS[3],
            says: format!("{} with HTTP {}: {means}", it.code, it.status),
            provenance: it.provenance.as_str(),
            needs: None,
            verdict: open("what leads to it is no part of the story"),
        }
    })
}

fn access() -> impl Iterator<Item = Row> {
    AccessDenied::ALL.iter().map(|it| Row {
        name: format!("access:{}", it.body()),
        section: SECTIONS[4],
        says: format!("401 `{}`: {}", it.body(), it.meaning()),
        provenance: Provenance::Documented.as_str(),
        needs: None,
        verdict: open("needs another address than this machine's"),
    })
}

/// How many are confirmed, refuted and open.
pub(crate) fn counts<'a>(rows: impl IntoIterator<Item = &'a Row>) -> (usize, usize, usize) {
    rows.into_iter()
        .fold((0, 0, 0), |(confirmed, refuted, open), row| {
            match row.verdict {
                Verdict::Confirmed => (confirmed + 1, refuted, open),
                Verdict::Refuted(_) => (confirmed, refuted + 1, open),
                Verdict::Open(_) => (confirmed, refuted, open + 1),
            }
        })
}

pub(crate) fn json(asked: &Asked<'_>, rows: &[Row], record: &Record) -> Value {
    let (confirmed, refuted, open) = counts(rows);
    let each = rows.iter().map(|row| {
        let (verdict, note) = told(&row.verdict);
        json!({
            "name": row.name, "section": row.section, "says": row.says, "knownFrom": row.provenance,
            "verdict": verdict, "note": note, "needs": row.needs,
        })
    });
    json!({
        "tool": concat!("partner parity ", env!("CARGO_PKG_VERSION")),
        "environment": asked.environment,
        "at": asked.at,
        "allowed": {
            "writes": asked.allowed.writes,
            "money": asked.allowed.money,
            "fees": asked.allowed.fees,
            "readsOfAUser": asked.allowed.user.is_some(),
        },
        "calls": record.calls,
        "confirmed": confirmed, "refuted": refuted, "open": open,
        "assumptions": each.collect::<Vec<_>>(),
        "findings": record.findings(),
        "leftBehind": record.left_behind,
    })
}

pub(crate) fn markdown(asked: &Asked<'_>, rows: &[Row], record: &Record) -> String {
    let (confirmed, refuted, open) = counts(rows);
    let confirmed = counted(confirmed, "assumption");
    let mut page = format!(
        "# Parity report\n\n{} to: {}. At {}. Writes: {}. Money: {}.\n\n\
         {confirmed} confirmed, {refuted} refuted, {open} open; {}. Made by `partner parity` {}. \
         It holds codes, words, names of fields and sizes, and nobody's data.\n",
        counted(record.calls, "call"),
        asked.environment,
        asked.at,
        if asked.allowed.writes { "yes" } else { "no" },
        asked
            .allowed
            .money
            .as_deref()
            .map_or("no".to_owned(), |amount| format!(
                "{amount} eur, out and back"
            )),
        counted(record.findings().len(), "finding"),
        env!("CARGO_PKG_VERSION"),
    );
    list(&mut page, "Left behind", &record.left_behind);
    let wrong = rows.iter().filter_map(|row| match &row.verdict {
        Verdict::Refuted(seen) => Some(format!("**{}** {}: {seen}", row.name, row.says)),
        _ => None,
    });
    list(&mut page, "Refuted", &wrong.collect::<Vec<_>>());
    list(&mut page, "Findings", record.findings());
    for section in SECTIONS {
        let rows = || rows.iter().filter(|row| row.section == section);
        let (confirmed, refuted, open) = counts(rows());
        let _ = write!(
            page,
            "\n## {section}\n\n{confirmed} confirmed, {refuted} refuted, {open} open.\n\n\
             | Name | We believe | Known from | Verdict | Why, or what was seen |\n|---|---|---|---|---|\n"
        );
        for row in rows() {
            let (verdict, note) = told(&row.verdict);
            let note = note.unwrap_or_default();
            let Row {
                name,
                says,
                provenance,
                ..
            } = row;
            let _ = writeln!(
                page,
                "| `{name}` | {says} | {provenance} | {verdict} | {note} |"
            );
        }
    }
    page
}

fn list(page: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n## {title}\n");
    for item in items {
        let _ = writeln!(page, "- {item}");
    }
}

fn told(verdict: &Verdict) -> (&'static str, Option<&str>) {
    match verdict {
        Verdict::Confirmed => ("confirmed", None),
        Verdict::Refuted(seen) => ("refuted", Some(seen)),
        Verdict::Open(why) => ("open", Some(why)),
    }
}
