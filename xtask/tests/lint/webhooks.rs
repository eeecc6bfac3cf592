//! What the lint says of events.

use std::path::Path;

use expect_test::expect;
use xtask::lint;
use xtask::spec::Spec;

use super::{check, fixtures};

#[test]
fn webhook_name() {
    check(
        "webhook-name",
        expect![[r#"
        webhook-name.yaml:5: /x-webhooks/cardMoved: `cardMoved` is not written as an event; use lower case and underscores, such as `sepa_deposit`
        webhook-name.yaml:12: /x-webhooks/card__moved: `card__moved` is not written as an event; use lower case and underscores, such as `sepa_deposit`
    "#]],
    );
}

#[test]
fn webhook_path() {
    check(
        "webhook-path",
        expect![[r#"
        webhook-path.yaml:12: /x-webhooks/card_gone: `/card-webhook` is also the path of `card_moved`; give each event its own path
        webhook-path.yaml:19: /x-webhooks/card_lost: `card-webhook` is no path; give it as `/webhook/area/status`: lower case, digits, hyphens and slashes
        webhook-path.yaml:26: /x-webhooks/card_found: `/card webhook` is no path; give it as `/webhook/area/status`: lower case, digits, hyphens and slashes
        webhook-path.yaml:33: /x-webhooks/card_hidden: `` is no path; give it as `/webhook/area/status`: lower case, digits, hyphens and slashes
    "#]],
    );
}

#[test]
fn webhook_payload() {
    check(
        "webhook-payload",
        expect![[r#"
        webhook-payload.yaml:5: /x-webhooks/card_moved: `card_moved` has no payload that is known; refer to a schema: `payload: { $ref: '#/components/schemas/...' }`
        webhook-payload.yaml:11: /x-webhooks/card_gone: `card_gone` has no payload that is known; refer to a schema: `payload: { $ref: '#/components/schemas/...' }`
        webhook-payload.yaml:18: /x-webhooks/card_lost: `card_lost` has no payload that is known; refer to a schema: `payload: { $ref: '#/components/schemas/...' }`
        webhook-payload.yaml:26: /x-webhooks/card_found: `card_found` has no payload that is known; refer to a schema: `payload: { $ref: '#/components/schemas/...' }`
    "#]],
    );
}

#[test]
fn webhook_provenance() {
    check(
        "webhook-provenance",
        expect![[r#"
        webhook-provenance.yaml:5: /x-webhooks/card_moved: `` is no provenance; use one of: documented, documented-old, third-party, assumed
        webhook-provenance.yaml:11: /x-webhooks/card_gone: `rumour` is no provenance; use one of: documented, documented-old, third-party, assumed
        webhook-provenance.yaml:18: /x-webhooks/card_lost: `card_lost` has no `x-source`; name the page that speaks of it
    "#]],
    );
}

#[test]
fn webhook_summary() {
    check(
        "webhook-summary",
        expect![[r#"
        webhook-summary.yaml:5: /x-webhooks/card_moved: `card_moved` has no group or no summary; say in a few words what has happened; it becomes the documentation
        webhook-summary.yaml:11: /x-webhooks/card_gone: `card_gone` has no group or no summary; say in a few words what has happened; it becomes the documentation
    "#]],
    );
}

/// An event is read like an answer, so it must stay open.
#[test]
fn a_payload_is_held_to_the_rules_of_answers() {
    let text = std::fs::read_to_string(fixtures().join("webhook-summary.yaml")).unwrap();
    let text = text.replace(
        "type: object",
        "type: object\n      additionalProperties: false",
    );
    let spec = Spec::parse(Path::new("closed.yaml"), &text).unwrap();
    let findings = lint::check(&spec);
    assert!(
        findings.iter().any(|it| it.rule == "closed-response"),
        "{findings:#?}"
    );
}
