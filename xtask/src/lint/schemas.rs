//! Rules about schemas.

use std::collections::{BTreeMap, BTreeSet};

use crate::spec::{RUST_TYPE, Spec, pointer, schema_name};
use crate::yaml::{Node, Value};

use super::scalars::{SCALARS, looks_personal, scalar};
use super::{At, Findings, bare};

/// Names that the types crate has already.
const TAKEN: &[&str] = &[
    "Effect",
    "EventKind",
    "EventPayload",
    "InvalidDecimal",
    "Method",
    "Operation",
    "OperationId",
    "Provenance",
    "Webhook",
];

pub(super) const NUMBER_BOUNDS: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];
pub(super) const COLLECTION_BOUNDS: &[&str] = &[
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];
pub(super) const TEXT_BOUNDS: &[&str] = &["minLength", "maxLength", "pattern"];

/// The formats that make no type of another crate.
const FORMATS: &[&str] = &["int32", "int64", "password"];

/// How a schema is used.
#[derive(Clone, Copy)]
struct Use {
    /// It has a name of its own, so it may be an enum or an object.
    is_named: bool,
    in_request: bool,
    in_response: bool,
}

pub(super) fn check(findings: &mut Findings<'_>) {
    let spec = findings.spec;
    let (requests, responses) = reach(spec);
    let schemas = spec
        .document
        .resolve("#/components/schemas")
        .map(Node::entries)
        .unwrap_or_default();
    for entry in schemas {
        let name = entry.key.as_str();
        let at = At::new(entry.line, pointer("/components/schemas", name));
        naming(findings, name, &entry.node, &at);
        if entry.node.text_of("description").is_none_or(str::is_empty) {
            let remedy = "say what it is; it becomes the documentation";
            findings.report(
                "description",
                &at,
                format!("`{name}` has no description"),
                remedy,
            );
        }
        let in_request = requests.contains(name);
        let usage = Use {
            is_named: true,
            in_request,
            in_response: responses.contains(name),
        };
        schema(findings, &entry.node, &at, usage);
    }
}

/// The rules for a schema without a name.
pub(super) fn inline(findings: &mut Findings<'_>, node: &Node, at: &At) {
    schema(
        findings,
        node,
        at,
        Use {
            is_named: false,
            in_request: true,
            in_response: false,
        },
    );
}

/// The names of the schemas that requests and responses reach.
fn reach(spec: &Spec) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let bodies = spec
        .operations()
        .filter_map(|it| it.node.get("requestBody"));
    let responses = spec.operations().filter_map(|it| it.node.get("responses"));
    // What the provider sends is read like an answer.
    let responses = responses.chain(spec.webhooks().map(|it| it.node));
    (spec.reachable(bodies), spec.reachable(responses))
}

fn naming(findings: &mut Findings<'_>, name: &str, node: &Node, at: &At) {
    let is_pascal = name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !name
            .as_bytes()
            .windows(2)
            .any(|pair| pair.iter().all(u8::is_ascii_uppercase));
    if !is_pascal {
        let message = format!("`{name}` is not written as its Rust type");
        findings.report(
            "schema-name",
            at,
            message,
            "capitalise each word and nothing else, such as `CardStatus`",
        );
    }
    match node.entry(RUST_TYPE) {
        Some(entry) => {
            let scalar_name = entry.node.text().unwrap_or_default();
            if scalar(scalar_name).is_none() {
                let at = At::new(entry.line, format!("{}/{RUST_TYPE}", at.pointer));
                let known: Vec<_> = SCALARS.iter().map(|scalar| scalar.name).collect();
                let remedy = format!("use one of: {}", known.join(", "));
                findings.report(
                    "rust-type",
                    &at,
                    format!("`{scalar_name}` is no scalar"),
                    remedy,
                );
            }
        }
        None if TAKEN.contains(&name) || scalar(name).is_some() => {
            let message = format!("`{name}` is a type that is written by hand");
            findings.report(
                "schema-name",
                at,
                message,
                format!("rename it, or mark it `{RUST_TYPE}`"),
            );
        }
        None => {}
    }
}

fn schema(findings: &mut Findings<'_>, node: &Node, at: &At, usage: Use) {
    let is_scalar = node.get(RUST_TYPE).is_some();
    if node.reference().is_some() || is_scalar {
        return;
    }
    shape(findings, node, at, usage);
    bounds(findings, node, at, usage);
    if let Some(values) = node.get("enum") {
        enumeration(findings, node, values, at, usage);
    }
    properties(findings, node, at, usage);
    let within = Use {
        is_named: false,
        ..usage
    };
    if let Some(items) = node.entry("items") {
        schema(
            findings,
            &items.node,
            &At::new(items.line, format!("{}/items", at.pointer)),
            within,
        );
    }
    for (index, part) in node
        .get("allOf")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        schema(
            findings,
            part,
            &At::new(part.line, format!("{}/allOf/{index}", at.pointer)),
            within,
        );
    }
}

fn shape(findings: &mut Findings<'_>, node: &Node, at: &At, usage: Use) {
    let here = |key: &str| {
        let line = node.entry(key).map_or(at.line, |entry| entry.line);
        At::new(line, format!("{}/{key}", at.pointer))
    };
    if node.get("discriminator").is_some() {
        let message = "`discriminator` is ignored";
        findings.report(
            "discriminator",
            &here("discriminator"),
            message,
            "model each shape as its own operation or field",
        );
    }
    for key in ["oneOf", "anyOf", "not"]
        .into_iter()
        .filter(|key| node.get(key).is_some())
    {
        let message = format!("`{key}` makes an enum that fails on any other shape");
        findings.report(
            "one-of",
            &here(key),
            message,
            "use one object with optional properties",
        );
    }
    let has_shape = ["type", "allOf", "oneOf", "anyOf", "not"]
        .iter()
        .any(|key| node.get(key).is_some());
    if !has_shape {
        findings.report(
            "untyped",
            at,
            "the schema has no type",
            "say what it is: `type` or a reference",
        );
    }
    if !usage.is_named && node.get("properties").is_some() {
        let remedy = "move it to `components/schemas` and refer to it";
        findings.report(
            "object-inline",
            at,
            "an object within another has no name",
            remedy,
        );
    }
    if node.get("default").is_some() {
        let message = "a default is sent or read without anybody writing it";
        findings.report(
            "default-value",
            &here("default"),
            message,
            "say it in the description",
        );
    }
    let is_map = node
        .get("additionalProperties")
        .is_some_and(|it| it.value != Value::Bool(false));
    if is_map && node.get("properties").is_some() {
        let message = "properties beside a map; exact numbers in it could not be read";
        findings.report(
            "map-with-properties",
            &here("additionalProperties"),
            message,
            "keep one of the two",
        );
    }
    let is_closed = node
        .get("additionalProperties")
        .is_some_and(|it| it.value == Value::Bool(false));
    if is_closed && usage.in_response {
        let message = "a field that the provider adds would fail the whole response";
        findings.report(
            "closed-response",
            &here("additionalProperties"),
            message,
            "leave it out of responses",
        );
    }
    if node.text_of("type") == Some("number") {
        let remedy = "refer to `AmountNumber` or `DecimalNumber`";
        findings.report(
            "number",
            &here("type"),
            "a plain number becomes a float",
            remedy,
        );
    }
    if let Some(format) = node
        .text_of("format")
        .filter(|format| !FORMATS.contains(format) && !is_file(findings, at, format))
    {
        let message = format!("the format `{format}` makes a type of another crate");
        findings.report(
            "format",
            &here("format"),
            message,
            format!("leave it out, or mark the schema `{RUST_TYPE}`"),
        );
    }
}

fn bounds(findings: &mut Findings<'_>, node: &Node, at: &At, usage: Use) {
    let found = |keys: &'static [&'static str]| keys.iter().filter_map(|key| node.entry(key));
    let here = |line, key: &str| At::new(line, format!("{}/{key}", at.pointer));
    for entry in found(NUMBER_BOUNDS) {
        let message = format!("`{}` is dropped", entry.key);
        findings.report(
            "number-bounds",
            &here(entry.line, &entry.key),
            message,
            "say it in the description",
        );
    }
    for entry in found(COLLECTION_BOUNDS) {
        let message = format!("`{}` is dropped", entry.key);
        findings.report(
            "collection-bounds",
            &here(entry.line, &entry.key),
            message,
            "say it in the description",
        );
    }
    for entry in found(TEXT_BOUNDS) {
        let at = here(entry.line, &entry.key);
        if entry.key == "pattern" {
            let message = "`pattern` would bring in a regular expression engine";
            findings.report(
                "text-bounds",
                &at,
                message,
                format!("mark the schema `{RUST_TYPE}`, or say it in the description"),
            );
        } else if usage.in_response {
            let message = format!(
                "one value beyond `{}` would fail the whole response",
                entry.key
            );
            findings.report("text-bounds", &at, message, "say it in the description");
        }
    }
}

fn enumeration(findings: &mut Findings<'_>, node: &Node, values: &Node, at: &At, usage: Use) {
    let at = At::new(
        node.entry("enum").map_or(at.line, |entry| entry.line),
        format!("{}/enum", at.pointer),
    );
    if !usage.is_named {
        let remedy = "move it to `components/schemas` and refer to it";
        findings.report("enum-inline", &at, "the enum has no name", remedy);
    }
    let words: Vec<&str> = values.items().iter().filter_map(Node::text).collect();
    if node.text_of("type") != Some("string") || words.len() != values.items().len() {
        findings.report(
            "enum-not-text",
            &at,
            "not an enum of strings",
            "use `type: string` and quote the values",
        );
    }
    // The variant for every other word has this name already.
    let mut seen = BTreeMap::from([(bare("Unknown"), "any unknown word")]);
    for word in words {
        if let Some(other) = seen.insert(bare(word), word) {
            let message = format!("`{word}` and `{other}` become one name in Rust");
            findings.report(
                "enum-alike",
                &at,
                message,
                "keep one; a word that is not listed survives as it is",
            );
        }
    }
}

fn properties(findings: &mut Findings<'_>, node: &Node, at: &At, usage: Use) {
    let required: BTreeSet<&str> = node
        .get("required")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::text)
        .collect();
    let mut seen = BTreeMap::new();
    for entry in node
        .get("properties")
        .map(Node::entries)
        .unwrap_or_default()
    {
        let name = entry.key.as_str();
        let at = At::new(
            entry.line,
            pointer(&format!("{}/properties", at.pointer), name),
        );
        if let Some(other) = seen.insert(bare(name), name) {
            let message = format!("`{name}` and `{other}` become one name in Rust");
            findings.report("property-alike", &at, message, "keep one of them");
        }
        let is_optional = !required.contains(name);
        if usage.in_request && is_optional && entry.node.is_true("nullable") {
            let message = format!("`{name}` is optional and nullable, so `null` cannot be sent");
            findings.report("nullable-optional", &at, message, "make it one of the two");
        }
        if !is_described(findings.spec, &entry.node) {
            let remedy = "describe it, or refer to a schema that is described";
            findings.report(
                "description",
                &at,
                format!("`{name}` has no description"),
                remedy,
            );
        }
        if looks_personal(name) && is_plain_text(findings.spec, &entry.node) {
            let remedy = format!(
                "refer to a schema that is marked `{RUST_TYPE}` with the kind of data it is"
            );
            findings.report(
                "personal-text",
                &at,
                format!("`{name}` looks personal but is a plain string"),
                remedy,
            );
        }
        schema(
            findings,
            &entry.node,
            &at,
            Use {
                is_named: false,
                ..usage
            },
        );
    }
    if let Some(entry) = node.entry("additionalProperties") {
        let at = At::new(entry.line, format!("{}/additionalProperties", at.pointer));
        if matches!(entry.node.value, Value::Map(_)) {
            schema(
                findings,
                &entry.node,
                &at,
                Use {
                    is_named: false,
                    ..usage
                },
            );
        }
    }
}

/// What a property is in the end: `allOf` around a single reference only adds words.
fn unwrapped<'a>(spec: &'a Spec, node: &'a Node) -> &'a Node {
    let inner = match node.get("allOf").map(Node::items) {
        Some([only]) => only,
        _ => node,
    };
    spec.document.follow(inner).unwrap_or(inner)
}

fn is_described(spec: &Spec, node: &Node) -> bool {
    let is_named = |node: &Node| node.reference().and_then(schema_name).is_some();
    // A named schema must have its own description, which serves here too.
    let wraps_named = node
        .get("allOf")
        .is_some_and(|parts| parts.items().iter().any(is_named));
    node.text_of("description").is_some()
        || is_named(node)
        || wraps_named
        || spec.document.follow(node).is_none()
}

fn is_plain_text(spec: &Spec, node: &Node) -> bool {
    let node = unwrapped(spec, node);
    let is_hidden = node
        .text_of(RUST_TYPE)
        .and_then(scalar)
        .is_some_and(|scalar| scalar.is_personal);
    node.text_of("type") == Some("string") && node.get("enum").is_none() && !is_hidden
}

/// Whether this is a file in a form, which whoever carries the operation by hand writes.
fn is_file(findings: &Findings<'_>, at: &At, format: &str) -> bool {
    let mut parts = at.pointer.trim_start_matches('/').split('/');
    let schema = parts.nth(2).unwrap_or_default();
    format == "binary" && findings.spec.forms().contains(&schema)
}
