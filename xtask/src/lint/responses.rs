//! Rules about responses: one type of success and, in the whole document, one type of error.

use crate::spec::{HAND_CARRIED, Operation, pointer};
use crate::yaml::Node;

use super::bodies::{JSON, content_at, json_schema};
use super::{At, Findings};

/// What a response is to a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// A JSON body of the named schema.
    Json(String),
    /// A body that is reported already: its reference, schema or name is missing.
    Odd,
    /// A body of anything else.
    Other,
    /// No body.
    Empty,
}

/// `shared_error` is the error schema of the operations before, with the place where it was first met.
pub(super) fn check(
    findings: &mut Findings<'_>,
    operation: &Operation<'_>,
    at: &At,
    shared_error: &mut Option<(String, String)>,
) {
    let spec = findings.spec;
    let base = format!("{}/responses", operation.pointer());
    let mut success: Option<(String, Kind)> = None;
    for entry in operation
        .node
        .get("responses")
        .map(Node::entries)
        .unwrap_or_default()
    {
        let status = entry.key.as_str();
        let at = At::new(entry.line, pointer(&base, status));
        if status == "default" {
            let remedy = "name the statuses: one `2XX` or code, `4XX` and `5XX`";
            findings.report(
                "response-default",
                &at,
                "`default` covers success and error alike",
                remedy,
            );
            continue;
        }
        if entry.node.reference().is_none() {
            let remedy = "move it to `components/responses` and refer to it";
            findings.report(
                "response-inline",
                &at,
                "the response is written in place",
                remedy,
            );
        }
        let is_error = status.starts_with(['4', '5']);
        let kind = match spec.document.place(&entry.node, at.pointer.clone()) {
            // Whoever carries an operation by hand reads its answers too.
            Some(_) if !is_error && operation.node.is_true(HAND_CARRIED) => Kind::Other,
            Some((response, place)) => kind(findings, response, is_error, &place),
            None => Kind::Odd,
        };
        if is_error {
            error(findings, kind, &at, shared_error);
        } else if status.starts_with('2') {
            match &success {
                Some((first, other)) if *other != kind => {
                    let message = format!("`{status}` has another body than `{first}`");
                    let remedy = "keep one type of success: the same body for all, or `2XX`";
                    findings.report("success-types", &at, message, remedy);
                }
                Some(_) => {}
                None => success = Some((status.to_owned(), kind)),
            }
        }
    }
    if success.is_none() {
        findings.report(
            "success-missing",
            at,
            "no response says what success is",
            "add a `2XX` response",
        );
    }
}

/// What the response at `place` is.
fn kind(findings: &mut Findings<'_>, response: &Node, is_error: bool, place: &str) -> Kind {
    let content = response
        .get("content")
        .map(Node::entries)
        .unwrap_or_default();
    let Some(first) = content.first() else {
        return Kind::Empty;
    };
    let Some(json) = content.iter().find(|entry| entry.key == JSON) else {
        // Text from a gateway is taken out of what progenitor sees; the client's classifier reads it.
        let is_plain_error = is_error && first.key == "text/plain";
        if !is_plain_error {
            let message = format!("the body is `{}`", first.key);
            findings.report(
                "response-media-type",
                &content_at(place, first),
                message,
                format!("use `{JSON}`"),
            );
        }
        return Kind::Other;
    };
    let at = content_at(place, json);
    match json.node.get("schema").map(Node::reference) {
        Some(Some(reference)) => Kind::Json(reference.to_owned()),
        Some(None) if is_error => {
            let remedy = "refer to the one error schema that all operations share";
            findings.report(
                "error-inline",
                &at,
                "the error's schema has no name",
                remedy,
            );
            Kind::Odd
        }
        _ => {
            json_schema(findings, json, &at);
            Kind::Odd
        }
    }
}

fn error(findings: &mut Findings<'_>, kind: Kind, at: &At, shared: &mut Option<(String, String)>) {
    let Kind::Json(schema) = kind else {
        if kind == Kind::Empty {
            findings.report(
                "error-types",
                at,
                "an error without a body",
                "refer to the shared error response",
            );
        }
        return;
    };
    match shared {
        None => *shared = Some((schema, at.pointer.clone())),
        Some((other, place)) if *other != schema => {
            let message = format!("the error is `{schema}`, but `{other}` at {place}");
            findings.report(
                "error-types",
                at,
                message,
                "share one error schema in the whole document",
            );
        }
        Some(_) => {}
    }
}
