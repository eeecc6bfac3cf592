//! `cargo xtask coverage`: how much of the specification is known, and how well.

use std::fs;
use std::path::Path;

use crate::Report;
use crate::flags::CoverageMode;
use crate::regen::PARTNER_API;
use crate::spec::{PROVENANCES, Spec};

const README: &str = "README.md";
const START: &str = "<!-- coverage -->";
const END: &str = "<!-- /coverage -->";

/// The operations or the events of one heading, in the order of the specification.
struct Group<'a> {
    name: &'a str,
    /// (name, method and path, effect, provenance)
    rows: Vec<[String; 4]>,
}

pub(crate) fn run(root: &Path, mode: CoverageMode) -> Result<Report, String> {
    let spec = Spec::read(root, Path::new(PARTNER_API))?;
    let table = markdown(&spec);
    if mode == CoverageMode::Print {
        return Ok(Report::ok(listing(&spec)));
    }
    if mode == CoverageMode::Markdown {
        return Ok(Report::ok(table));
    }
    let path = root.join(README);
    let readme = fs::read_to_string(&path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let updated = with_table(&readme, &table)?;
    if updated == readme {
        return Ok(Report::ok(format!("{README} is up to date")));
    }
    if mode == CoverageMode::Check {
        return Ok(Report::failed(format!(
            "{README} has old totals; run `cargo xtask coverage --write`"
        )));
    }
    fs::write(&path, updated)
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(Report::ok(format!("wrote {README}")))
}

/// The README with `table` between its markers.
pub fn with_table(readme: &str, table: &str) -> Result<String, String> {
    let missing = || format!("{README} needs `{START}` and, below it, `{END}`");
    let (before, rest) = readme.split_once(START).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{before}{START}\n\n{table}\n{END}{after}"))
}

/// Every operation by group, then the totals; then the same of the events.
pub fn listing(spec: &Spec) -> String {
    let events = list(&events(spec), "events");
    list(&operations(spec), "operations") + "\n" + &events
}

fn list(groups: &[Group<'_>], what: &str) -> String {
    let all = || groups.iter().flat_map(|group| &group.rows);
    let width = |column: usize| {
        all()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for group in groups {
        text += &format!("{}\n", group.name);
        for [id, wire, effect, provenance] in &group.rows {
            let [first, second, third] = widths;
            text += &format!("  {id:first$}  {wire:second$}  {effect:third$}  {provenance}\n");
        }
        text.push('\n');
    }
    let totals = PROVENANCES.iter().map(|word| {
        let count = all().filter(|row| row[3] == *word).count();
        format!("{count} {word}")
    });
    text + &format!(
        "{} {what}: {}\n",
        all().count(),
        totals.collect::<Vec<_>>().join(", ")
    )
}

/// The totals by group, as Markdown: a table of the operations, and one of the events.
pub fn markdown(spec: &Spec) -> String {
    let events = table(&events(spec), "Events");
    table(&operations(spec), "Operations") + "\n" + &events
}

fn table(groups: &[Group<'_>], what: &str) -> String {
    let mut text = format!("| Group | {} | {what} |\n", PROVENANCES.join(" | "));
    text += &format!("|---|{}\n", "--:|".repeat(PROVENANCES.len() + 1));
    let mut row = |name: &str, provenances: &[&str]| {
        let counts = PROVENANCES.iter().map(|word| {
            match provenances.iter().filter(|it| it == &word).count() {
                0 => "-".to_owned(),
                count => count.to_string(),
            }
        });
        let counts = counts.collect::<Vec<_>>().join(" | ");
        text += &format!("| {name} | {counts} | {} |\n", provenances.len());
    };
    let mut all = Vec::new();
    for group in groups {
        let provenances: Vec<&str> = group.rows.iter().map(|row| row[3].as_str()).collect();
        row(group.name, &provenances);
        all.extend(provenances);
    }
    row("**All**", &all);
    text
}

fn operations(spec: &Spec) -> Vec<Group<'_>> {
    grouped(spec.operations().map(|operation| {
        let word = |key| operation.node.text_of(key).unwrap_or_default().to_owned();
        let wire = format!("{} {}", operation.method.to_uppercase(), operation.path);
        let name = operation.name();
        let row = [name, wire, word("x-effect"), word("x-provenance")];
        (operation.group(), row)
    }))
}

/// The events; what the partner does about one has no class, so that column is empty.
fn events(spec: &Spec) -> Vec<Group<'_>> {
    grouped(spec.webhooks().map(|webhook| {
        let word = |key| webhook.node.text_of(key).unwrap_or_default().to_owned();
        let row = [
            webhook.name.to_owned(),
            word("path"),
            String::new(),
            word("x-provenance"),
        ];
        (webhook.group(), row)
    }))
}

fn grouped<'a>(rows: impl Iterator<Item = (&'a str, [String; 4])>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (name, row) in rows {
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                name,
                rows: vec![row],
            }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readme_keeps_what_stands_around_its_table() {
        let readme = format!("Above.\n{START}\nold\n{END}\nBelow.\n");
        let updated = with_table(&readme, "new\n").unwrap();
        assert_eq!(
            updated,
            format!("Above.\n{START}\n\nnew\n\n{END}\nBelow.\n")
        );
        assert_eq!(with_table(&updated, "new\n").unwrap(), updated);
    }

    #[test]
    fn a_readme_without_markers_is_told_which() {
        assert!(with_table("Nothing here.", "").is_err_and(|message| message.contains(START)));
    }
}
