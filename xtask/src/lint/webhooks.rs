//! Rules about the table of events.

use std::collections::BTreeMap;

use crate::spec::{PROVENANCES, Webhook};

use super::{At, Findings, operations};

pub(super) fn check(findings: &mut Findings<'_>) {
    let spec = findings.spec;
    let mut paths = BTreeMap::new();
    for webhook in spec.webhooks() {
        let at = At::new(webhook.line, webhook.pointer());
        if !operations::is_snake(webhook.name) {
            let message = format!("`{}` is not written as an event", webhook.name);
            let remedy = "use lower case and underscores, such as `sepa_deposit`";
            findings.report("webhook-name", &at, message, remedy);
        }
        path(findings, &webhook, &at, &mut paths);
        payloads(findings, &webhook, &at);
        marks(findings, &webhook, &at);
    }
}

fn path<'a>(
    findings: &mut Findings<'_>,
    webhook: &Webhook<'a>,
    at: &At,
    seen: &mut BTreeMap<&'a str, &'a str>,
) {
    let path = webhook.node.text_of("path").unwrap_or_default();
    let is_plain = path.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'/' || byte == b'-'
    });
    if !is_plain || !path.starts_with('/') || path.ends_with('/') || path.contains("//") {
        let message = format!("`{path}` is no path");
        let remedy = "give it as `/webhook/area/status`: lower case, digits, hyphens and slashes";
        findings.report("webhook-path", at, message, remedy);
    } else if let Some(other) = seen.insert(path, webhook.name) {
        let message = format!("`{path}` is also the path of `{other}`");
        findings.report("webhook-path", at, message, "give each event its own path");
    }
}

fn payloads(findings: &mut Findings<'_>, webhook: &Webhook<'_>, at: &At) {
    let is_known = |key| {
        webhook
            .schema(key)
            .is_some_and(|it| findings.spec.schema(it).is_some())
    };
    // A reference to nothing at all is a finding of its own; this one is about what refers elsewhere or not at all.
    let is_wrong =
        !is_known("payload") || (webhook.node.get("envelope").is_some() && !is_known("envelope"));
    if is_wrong {
        let message = format!("`{}` has no payload that is known", webhook.name);
        let remedy = "refer to a schema: `payload: { $ref: '#/components/schemas/...' }`";
        findings.report("webhook-payload", at, message, remedy);
    }
}

fn marks(findings: &mut Findings<'_>, webhook: &Webhook<'_>, at: &At) {
    let text = |key| webhook.node.text_of(key).unwrap_or_default();
    let provenance = text("x-provenance");
    if !PROVENANCES.contains(&provenance) {
        let message = format!("`{provenance}` is no provenance");
        let remedy = format!("use one of: {}", PROVENANCES.join(", "));
        findings.report("webhook-provenance", at, message, remedy);
    }
    if text("x-source").is_empty() {
        let message = format!("`{}` has no `x-source`", webhook.name);
        let remedy = "name the page that speaks of it";
        findings.report("webhook-provenance", at, message, remedy);
    }
    if text("group").is_empty() || text("summary").is_empty() {
        let message = format!("`{}` has no group or no summary", webhook.name);
        let remedy = "say in a few words what has happened; it becomes the documentation";
        findings.report("webhook-summary", at, message, remedy);
    }
}
