//! A broken specification for each lint rule: what the lint says, and what progenitor would have made of it.
//!
//! The second half is why the first exists. When a newer progenitor answers differently, the table at the end changes,
//! and a rule that has become needless is noticed.

mod bodies;
mod operations;
mod schemas;
mod webhooks;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use xtask::lint::{self, RULES, Reason};
use xtask::regen::progenitor;
use xtask::spec::Spec;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint")
}

fn fixture(name: &str) -> Spec {
    Spec::read(&fixtures(), Path::new(&format!("{name}.yaml"))).unwrap()
}

/// The findings in the fixture of `rule`; all must be of that rule.
fn check(rule: &str, expected: Expect) {
    let findings = lint::check(&fixture(rule));
    let rules: BTreeSet<_> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, BTreeSet::from([rule]), "{findings:#?}");
    let text: String = findings
        .iter()
        .map(|finding| format!("{finding}\n"))
        .collect();
    expected.assert_eq(&text);
}

#[test]
fn every_rule_has_a_fixture_and_every_fixture_a_rule() {
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    let files: BTreeSet<String> = std::fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(rules, files);
    assert_eq!(rules.len(), RULES.len(), "two rules share a name");
}

#[test]
fn the_specifications_themselves_are_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for path in [xtask::regen::PARTNER_API, xtask::regen::SANDBOX] {
        let findings = lint::check(&Spec::read(root, Path::new(path)).unwrap());
        assert!(findings.is_empty(), "{findings:#?}");
    }
}

#[test]
fn findings_come_in_the_order_of_their_lines() {
    let findings = lint::check(&fixture("path-parameter"));
    assert!(findings.is_sorted_by_key(|finding| finding.line) && 1 < findings.len());
}

/// What progenitor does with each fixture as it stands: `panics`, refuses, or `accepts`.
#[test]
fn what_progenitor_would_do() {
    let mut table = String::new();
    for rule in RULES {
        let outcome = match progenitor::raw(&fixture(rule.name)) {
            Ok(_) => "accepts".to_owned(),
            Err(message) => {
                let line = message.lines().next().unwrap_or_default();
                line.chars().take(90).collect()
            }
        };
        let agrees = match rule.reason {
            Reason::Panic => outcome.starts_with("panicked"),
            Reason::Error => outcome != "accepts" && !outcome.starts_with("panicked"),
            Reason::Silence | Reason::House => outcome == "accepts",
        };
        assert!(
            agrees,
            "`{}` is said to be there because of {:?}, but progenitor {outcome}",
            rule.name, rule.reason
        );
        table += &format!("{:24}{:9}{outcome}\n", rule.name, rule.reason.word());
    }
    expect![[r#"
        openapi-version         error    unexpected or unhandled format in the OpenAPI document invalid version: 3.1.0
        unreadable              error    invalid type: string "none", expected struct Info
        external-ref            panic    panicked: external references are not supported: common.yaml#/components/schemas/Owner
        dangling-ref            panic    panicked: key Gone is missing
        ref-siblings            silence  accepts
        operation-id-missing    error    unexpected or unhandled format in the OpenAPI document path /cards is missing operation ID
        operation-id-duplicate  error    unexpected or unhandled format in the OpenAPI document duplicate operation ID: list_cards
        operation-id-form       silence  accepts
        provenance              house    accepts
        effect                  house    accepts
        get-not-safe            house    accepts
        method                  house    accepts
        summary                 house    accepts
        cookie-parameter        error    unexpected or unhandled format in the OpenAPI document cookie parameters are not supported
        parameter-style         error    unexpected or unhandled format in the OpenAPI document unsupported style of query paramete
        parameter-schema        error    unexpected or unhandled format in the OpenAPI document unexpected content {
        path-parameter          panic    panicked: assertion failed: parameter_data.required
        personal-parameter      silence  accepts
        body-optional           silence  accepts
        body-media-types        panic    panicked: not yet implemented: more media types than expected for create_card: 2
        body-media-type         error    unexpected or unhandled format in the OpenAPI document unexpected content type: applicatio
        multipart               error    unexpected or unhandled format in the OpenAPI document unexpected content type: multipart/
        schema-missing          panic    panicked: not yet implemented: media type encoding, no schema: MediaType {
        schema-inline           house    accepts
        response-inline         house    accepts
        response-media-type     silence  accepts
        response-default        panic    panicked: assertion failed: response_types.len() <= 1
        success-missing         silence  accepts
        success-types           panic    panicked: assertion failed: response_types.len() <= 1
        error-types             panic    panicked: assertion failed: response_types.len() <= 1
        error-inline            silence  accepts
        webhook-name            house    accepts
        webhook-path            house    accepts
        webhook-payload         house    accepts
        webhook-provenance      house    accepts
        webhook-summary         house    accepts
        schema-name             silence  accepts
        rust-type               house    accepts
        description             house    accepts
        untyped                 silence  accepts
        object-inline           house    accepts
        discriminator           silence  accepts
        one-of                  silence  accepts
        enum-inline             house    accepts
        enum-not-text           silence  accepts
        enum-alike              panic    panicked: Failed to make unique variant names for [ACTIVE,active]
        property-alike          silence  accepts
        nullable-optional       silence  accepts
        number                  silence  accepts
        number-bounds           silence  accepts
        collection-bounds       silence  accepts
        text-bounds             silence  accepts
        bounds-provenance       house    accepts
        format                  silence  accepts
        default-value           silence  accepts
        closed-response         silence  accepts
        map-with-properties     silence  accepts
        personal-text           house    accepts
    "#]].assert_eq(&table);
}
