//! What a run found out, as JSON for machines and as Markdown for people; both can be sent to somebody.

use std::fmt::Write as _;

use partner_api::raw::types::assumptions::{ASSUMPTIONS, Shown};
use partner_api::raw::types::operations::{Effect, OPERATIONS, Provenance};
use partner_api::raw::types::shapes::{Form, SHAPES};
use partner_api::raw::types::words::{self, AccessDenied};
use serde_json::{Value, json};

use super::record::{self, Record, Verdict};
use super::story::Allowed;

/// One assumption, with what became of it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    section: &'static str,
    says: String,
    /// How the specification knows it.
    provenance: &'static str,
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
    let mut push = |section, name: String, says: String, provenance, otherwise: String| {
        let verdict = record.verdict(&name).cloned();
        rows.push(Row {
            verdict: verdict.unwrap_or(Verdict::Open(otherwise)),
            name,
            section,
            says,
            provenance,
        });
    };
    for row in ASSUMPTIONS {
        let why = match row.shown {
            Shown::ByWriting if !allowed.writes => "needs a write: --allow-writes".to_owned(),
            Shown::ByMoney if allowed.money.is_none() => "needs money: --allow-money".to_owned(),
            Shown::ByFees if !allowed.fees => "needs fees: --allow-fees".to_owned(),
            Shown::ByOthers(what) => format!("needs {what}"),
            _ => "was not met in this run".to_owned(),
        };
        let assumed = Provenance::Assumed.as_str();
        push(
            SECTIONS[0],
            row.id.to_owned(),
            row.says.to_owned(),
            assumed,
            why,
        );
    }
    for operation in OPERATIONS {
        let says = format!("{} {}", operation.method.as_str(), operation.path);
        let why = match operation.effect {
            Effect::Safe => "was not asked",
            _ => "needs a write: --allow-writes",
        };
        let provenance = operation.provenance.as_str();
        push(
            SECTIONS[1],
            record::path(operation.id),
            says,
            provenance,
            why.to_owned(),
        );
    }
    for shape in SHAPES {
        let provenance = shape
            .provenance
            .map_or("as the operation", Provenance::as_str);
        let says = match shape.form {
            Form::Words(words) => match record.words(shape.name) {
                met if met.is_empty() => format!("one of {}", words.join(", ")),
                met => format!("one of {}; met: {}", words.join(", "), met.join(", ")),
            },
            _ => format!("bodies look as {} does", shape.name),
        };
        let why = "nothing of the kind was seen".to_owned();
        push(
            SECTIONS[2],
            record::shape(shape.name),
            says,
            provenance,
            why,
        );
    }
    for refusal in words::known() {
        let means = refusal.rule.map_or(refusal.message, |rule| rule.broken());
        let says = format!("{} with HTTP {}: {means}", refusal.code, refusal.status);
        let why = "what leads to it is no part of the story".to_owned();
        push(
            SECTIONS[3],
            record::code(refusal),
            says,
            refusal.provenance.as_str(),
            why,
        );
    }
    for denied in AccessDenied::ALL {
        let says = format!("401 `{}`: {}", denied.body(), denied.meaning());
        let why = "needs another address than this machine's".to_owned();
        push(
            SECTIONS[4],
            format!("access:{}", denied.body()),
            says,
            "documented",
            why,
        );
    }
    rows
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
            "verdict": verdict, "note": note,
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
    let mut page = format!(
        "# Parity report\n\n{} calls to: {}. At {}. Writes: {}. Money: {}.\n\n\
         {confirmed} assumptions confirmed, {refuted} refuted, {open} open; {} findings. Made by `partner parity` {}. \
         It holds codes, words, names of fields and sizes, and nobody's data.\n",
        record.calls,
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
        record.findings().len(),
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
