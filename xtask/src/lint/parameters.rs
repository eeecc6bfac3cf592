//! Rules about parameters.

use crate::spec::{Operation, RUST_TYPE, pointer};
use crate::yaml::Node;

use super::scalars::{looks_personal, scalar};
use super::{At, Findings, schemas};

pub(super) fn check(findings: &mut Findings<'_>, operation: &Operation<'_>) {
    let spec = findings.spec;
    let shared = (operation.item, pointer("/paths", operation.path));
    let own = (operation.node, operation.pointer());
    let mut declared = Vec::new();
    for (holder, base) in [shared, own] {
        let Some(list) = holder.get("parameters") else {
            continue;
        };
        for (index, item) in list.items().iter().enumerate() {
            let at = At::new(item.line, format!("{base}/parameters/{index}"));
            let Some(parameter) = spec.document.follow(item) else {
                continue;
            };
            declared.extend(path_name(parameter));
            parameter_rules(findings, operation, parameter, &at);
        }
    }
    let template: Vec<&str> = operation
        .path
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect();
    for name in template.iter().filter(|name| !declared.contains(name)) {
        let at = At::new(operation.line, operation.pointer());
        let message = format!("`{{{name}}}` of the path is not declared");
        findings.report(
            "path-parameter",
            &at,
            message,
            "add it to `parameters` with `in: path`",
        );
    }
}

fn path_name(parameter: &Node) -> Option<&str> {
    (parameter.text_of("in") == Some("path"))
        .then(|| parameter.text_of("name"))
        .flatten()
}

fn parameter_rules(
    findings: &mut Findings<'_>,
    operation: &Operation<'_>,
    parameter: &Node,
    at: &At,
) {
    let name = parameter.text_of("name").unwrap_or_default();
    let place = parameter.text_of("in").unwrap_or_default();
    if place == "cookie" {
        let remedy = "send it as a header or in the query";
        return findings.report(
            "cookie-parameter",
            at,
            format!("`{name}` is a cookie"),
            remedy,
        );
    }
    if place == "path" {
        if !operation.path.contains(&format!("{{{name}}}")) {
            let message = format!("the path has no `{{{name}}}`");
            findings.report(
                "path-parameter",
                at,
                message,
                "remove the parameter, or correct the path",
            );
        } else if !parameter.is_true("required") {
            let message = format!("`{name}` is not `required`");
            findings.report(
                "path-parameter",
                at,
                message,
                "write `required: true`; a path has no optional parts",
            );
        }
    }
    let expected = if place == "query" { "form" } else { "simple" };
    let style = parameter.text_of("style").unwrap_or(expected);
    if style != expected {
        let message = format!("`{name}` has the style `{style}`");
        findings.report(
            "parameter-style",
            at,
            message,
            format!("use `{expected}`, the only style here"),
        );
    }
    let Some(entry) = parameter.entry("schema") else {
        let message = format!("`{name}` has no schema");
        return findings.report("parameter-schema", at, message, "give it a `schema`");
    };
    let resolved = findings.spec.document.follow(&entry.node);
    let rust_type = resolved.and_then(|schema| schema.text_of(RUST_TYPE));
    let is_personal = match rust_type {
        Some(name) => scalar(name).is_some_and(|scalar| scalar.is_personal),
        None => looks_personal(name),
    };
    if is_personal {
        let message = format!("`{name}` is personal data");
        findings.report(
            "personal-parameter",
            at,
            message,
            "send it in the body; addresses and headers are logged",
        );
    }
    if entry.node.reference().is_none() {
        let at = At::new(entry.line, format!("{}/schema", at.pointer));
        schemas::inline(findings, &entry.node, &at);
    }
}
