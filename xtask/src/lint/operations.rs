//! Rules about operations: names, marks, methods.

use std::collections::BTreeMap;

use crate::spec::{EFFECTS, Operation, PROVENANCES};

use super::{At, Findings, bare, bodies, parameters, responses};

/// The methods that the operation table has.
const METHODS: &[&str] = &["get", "put", "post", "patch", "delete"];

pub(super) fn check(findings: &mut Findings<'_>) {
    let spec = findings.spec;
    let mut names = BTreeMap::new();
    let mut shared_error = None;
    for operation in spec.operations() {
        let at = At::new(operation.line, operation.pointer());
        name(findings, &operation, &at, &mut names);
        marks(findings, &operation, &at);
        parameters::check(findings, &operation);
        bodies::check(findings, &operation);
        responses::check(findings, &operation, &at, &mut shared_error);
    }
}

fn name(
    findings: &mut Findings<'_>,
    operation: &Operation<'_>,
    at: &At,
    seen: &mut BTreeMap<String, String>,
) {
    let Some(entry) = operation.node.entry("operationId") else {
        return findings.report(
            "operation-id-missing",
            at,
            "no `operationId`",
            "name it, such as `get_card`",
        );
    };
    let id = entry.node.text().unwrap_or_default();
    let at = At::new(entry.line, format!("{}/operationId", at.pointer));
    if !is_snake(id) {
        let message = format!("`{id}` is not written as its Rust method");
        findings.report(
            "operation-id-form",
            &at,
            message,
            "use lower case and underscores, such as `get_card`",
        );
    }
    if let Some(other) = seen.insert(bare(id), at.pointer.clone()) {
        let message = format!("`{id}` is also the name at {other}");
        findings.report(
            "operation-id-duplicate",
            &at,
            message,
            "give each operation its own name",
        );
    }
}

/// Whether `name` is written as a method in Rust is.
pub(super) fn is_snake(name: &str) -> bool {
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    is_plain
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.contains("__")
        && !name.ends_with('_')
}

fn marks(findings: &mut Findings<'_>, operation: &Operation<'_>, at: &At) {
    let marks = [
        ("provenance", "x-provenance", PROVENANCES),
        ("effect", "x-effect", EFFECTS),
    ];
    for (rule, key, allowed) in marks {
        let remedy = format!("use one of: {}", allowed.join(", "));
        match operation.node.entry(key) {
            None => findings.report(rule, at, format!("no `{key}`"), remedy),
            Some(entry) => {
                let value = entry.node.text().unwrap_or_default();
                if !allowed.contains(&value) {
                    let at = At::new(entry.line, format!("{}/{key}", at.pointer));
                    findings.report(rule, &at, format!("`{value}` is no {rule}"), remedy);
                }
            }
        }
    }
    let effect = operation.node.text_of("x-effect").unwrap_or("safe");
    if operation.method == "get" && EFFECTS.contains(&effect) && effect != "safe" {
        let message = format!("a GET with the effect `{effect}`");
        findings.report(
            "get-not-safe",
            at,
            message,
            "mark it `safe`, or correct the method",
        );
    }
    if !METHODS.contains(&operation.method) {
        let message = format!(
            "the method `{}` is not in the operation table",
            operation.method
        );
        findings.report(
            "method",
            at,
            message,
            format!("use one of: {}", METHODS.join(", ")),
        );
    }
    if operation.node.text_of("summary").is_none_or(str::is_empty) {
        findings.report(
            "summary",
            at,
            "no `summary`",
            "say in a few words what it does; it becomes the documentation",
        );
    }
}
