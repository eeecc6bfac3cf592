//! Rules about the document as a whole: its version and its references.

use openapiv3::OpenAPI;
use serde::Deserialize as _;

use crate::spec::pointer;
use crate::yaml::{Node, Value};

use super::{At, Findings};

pub(super) fn check(findings: &mut Findings<'_>) {
    let root = &findings.spec.document.root;
    let version = root.entry("openapi");
    let text = version
        .and_then(|entry| entry.node.text())
        .unwrap_or_default();
    if !text.starts_with("3.0.") {
        let at = At::new(version.map_or(1, |entry| entry.line), "/openapi");
        let message = format!("version `{text}` is not supported");
        findings.report("openapi-version", &at, message, "write `openapi: 3.0.3`");
    }
    references(findings, root, &At::new(1, ""));
}

/// Whether what remains can be read as OpenAPI at all.
pub(super) fn check_readable(findings: &mut Findings<'_>) {
    if let Err(error) = OpenAPI::deserialize(&findings.spec.document.root) {
        let message = format!("not an OpenAPI document: {error}");
        findings.report(
            "unreadable",
            &At::new(1, "/"),
            message,
            "compare it with the OpenAPI 3.0.3 specification",
        );
    }
}

fn references(findings: &mut Findings<'_>, node: &Node, at: &At) {
    match &node.value {
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                references(
                    findings,
                    item,
                    &At::new(item.line, pointer(&at.pointer, &index.to_string())),
                );
            }
        }
        Value::Map(entries) => {
            if let Some(reference) = node.reference() {
                check_reference(findings, node, reference, at);
            }
            // An example may hold anything.
            for entry in entries
                .iter()
                .filter(|entry| !matches!(entry.key.as_str(), "example" | "examples"))
            {
                references(
                    findings,
                    &entry.node,
                    &At::new(entry.line, pointer(&at.pointer, &entry.key)),
                );
            }
        }
        _ => {}
    }
}

fn check_reference(findings: &mut Findings<'_>, node: &Node, reference: &str, at: &At) {
    if !reference.starts_with("#/") {
        let message = format!("`{reference}` is in another file");
        findings.report(
            "external-ref",
            at,
            message,
            "move what it names into `components` of this file",
        );
    } else if findings.spec.document.follow(node).is_none() {
        let message = format!("`{reference}` names nothing");
        findings.report(
            "dangling-ref",
            at,
            message,
            "define it, or correct the reference",
        );
    }
    let mut keys = node.entries().iter().map(|entry| entry.key.as_str());
    if let Some(sibling) = keys.find(|key| *key != "$ref" && !key.starts_with("x-")) {
        let message = format!("`{sibling}` beside `$ref` is ignored");
        findings.report(
            "ref-siblings",
            at,
            message,
            "wrap the reference: `allOf: [ { $ref: ... } ]`",
        );
    }
}
