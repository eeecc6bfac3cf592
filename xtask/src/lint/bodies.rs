//! Rules about request bodies, and about the JSON of any body.

use crate::spec::{FILE, FORM, HAND_CARRIED, Operation, pointer};
use crate::yaml::Entry;

use super::{At, Findings};

pub(super) const JSON: &str = "application/json";

pub(super) fn check(findings: &mut Findings<'_>, operation: &Operation<'_>) {
    let Some(entry) = operation.node.entry("requestBody") else {
        return;
    };
    let at = At::new(entry.line, format!("{}/requestBody", operation.pointer()));
    let Some((body, place)) = findings
        .spec
        .document
        .place(&entry.node, at.pointer.clone())
    else {
        return;
    };
    if !body.is_true("required") {
        findings.report(
            "body-optional",
            &at,
            "the body is optional",
            "write `required: true`",
        );
    }
    let content = body
        .get("content")
        .map(|content| content.entries())
        .unwrap_or_default();
    let at = |media_type: &Entry| content_at(&place, media_type);
    if let [_, second, ..] = content {
        let message = format!("`{}` is a second media type", second.key);
        findings.report("body-media-types", &at(second), message, "keep one");
    }
    let Some(media_type) = content.first() else {
        return;
    };
    match media_type.key.as_str() {
        JSON => json_schema(findings, media_type, &at(media_type)),
        FORM | FILE if operation.node.is_true(HAND_CARRIED) => {}
        FORM => findings.report(
            "multipart",
            &at(media_type),
            "a multipart body cannot be generated",
            format!(
                "write the call by hand in the client and mark the operation `{HAND_CARRIED}: true`"
            ),
        ),
        other => {
            let message = format!("a body of `{other}`");
            findings.report(
                "body-media-type",
                &at(media_type),
                message,
                format!("use `{JSON}`"),
            );
        }
    }
}

/// Where `media_type` stands in the body or response at `place`.
pub(super) fn content_at(place: &str, media_type: &Entry) -> At {
    At::new(
        media_type.line,
        pointer(&format!("{place}/content"), &media_type.key),
    )
}

/// The schema of a JSON body must be there and have a name.
pub(super) fn json_schema(findings: &mut Findings<'_>, media_type: &Entry, at: &At) {
    match media_type.node.entry("schema") {
        None => findings.report(
            "schema-missing",
            at,
            "JSON without a schema",
            "refer to a named schema",
        ),
        Some(entry) if entry.node.reference().is_none() => {
            let at = At::new(entry.line, format!("{}/schema", at.pointer));
            let remedy = "move it to `components/schemas` and refer to it, so that its Rust type has a chosen name";
            findings.report(
                "schema-inline",
                &at,
                "the schema of a body has no name",
                remedy,
            );
        }
        Some(_) => {}
    }
}
