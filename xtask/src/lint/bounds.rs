//! The rule about how a bound is known: what a value must be like is as much a claim about the provider as a path is.

use crate::spec::{PROVENANCES, pointer};
use crate::yaml::{Entry, Node, Value};

use super::schemas::{COLLECTION_BOUNDS, NUMBER_BOUNDS, TEXT_BOUNDS};
use super::{At, Findings};

const RULE: &str = "bounds-provenance";
const PROVENANCE: &str = "x-provenance";
/// The bounds that the generator cannot carry.
const CARRIED_APART: &str = "x-bounds";

pub(super) fn check(findings: &mut Findings<'_>) {
    let root = &findings.spec.document.root;
    // A specification of our own may say once that all of it is so.
    let is_known = is_marked(root.get("info"));
    let schemas = findings.spec.document.resolve("#/components/schemas");
    for entry in schemas.map(Node::entries).unwrap_or_default() {
        schema(findings, entry, "/components/schemas", is_known);
    }
}

/// Looks at a schema and all within it; `is_known` if whatever encloses it says how it is known.
fn schema(findings: &mut Findings<'_>, entry: &Entry, base: &str, is_known: bool) {
    let at = At::new(entry.line, pointer(base, &entry.key));
    let node = &entry.node;
    let is_known = is_known || is_marked(Some(node));
    if let Some(word) = node.entry(PROVENANCE)
        && !is_marked(Some(node))
    {
        let at = At::new(word.line, pointer(&at.pointer, PROVENANCE));
        let message = format!(
            "`{}` is no provenance",
            word.node.text().unwrap_or_default()
        );
        let remedy = format!("use one of: {}", PROVENANCES.join(", "));
        findings.report(RULE, &at, message, remedy);
    }
    let lists = [
        NUMBER_BOUNDS,
        COLLECTION_BOUNDS,
        TEXT_BOUNDS,
        &[CARRIED_APART],
    ];
    let bound = lists.into_iter().flatten().find_map(|key| node.entry(key));
    if let Some(bound) = bound.filter(|_| !is_known) {
        let at = At::new(bound.line, pointer(&at.pointer, &bound.key));
        let message = format!("nothing says where `{}` is known from", bound.key);
        let remedy = format!("mark the schema `{PROVENANCE}`, with `assumed` if no page says it");
        findings.report(RULE, &at, message, remedy);
    }
    for part in ["items", "additionalProperties"] {
        if let Some(part) = node.entry(part).filter(|it| is_map(&it.node)) {
            schema(findings, part, &at.pointer, is_known);
        }
    }
    let properties = node.get("properties").map(Node::entries);
    let within = format!("{}/properties", at.pointer);
    for property in properties.unwrap_or_default() {
        schema(findings, property, &within, is_known);
    }
}

fn is_marked(node: Option<&Node>) -> bool {
    let word = node.and_then(|it| it.text_of(PROVENANCE));
    word.is_some_and(|word| PROVENANCES.contains(&word))
}

fn is_map(node: &Node) -> bool {
    matches!(node.value, Value::Map(_))
}
