//! A broken specification for each lint rule: what the lint says, and what progenitor would have made of it.
//!
//! The second half is why the first exists. When a newer progenitor answers differently, the table at the end changes,
//! and a rule that has become needless is noticed.

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
fn openapi_version() {
    check(
        "openapi-version",
        expect![[r#"
        openapi-version.yaml:1: /openapi: version `3.1.0` is not supported; write `openapi: 3.0.3`
    "#]],
    );
}

#[test]
fn unreadable() {
    check(
        "unreadable",
        expect![[r#"
        unreadable.yaml:1: /: not an OpenAPI document: invalid type: string "none", expected struct Info; compare it with the OpenAPI 3.0.3 specification
    "#]],
    );
}

#[test]
fn external_ref() {
    check(
        "external-ref",
        expect![[r#"
            external-ref.yaml:10: /components/schemas/Card/properties/owner: `common.yaml#/components/schemas/Owner` is in another file; move what it names into `components` of this file
        "#]],
    );
}

#[test]
fn dangling_ref() {
    check(
        "dangling-ref",
        expect![[r#"
        dangling-ref.yaml:11: /paths/~1cards/get/responses/200: `#/components/responses/Gone` names nothing; define it, or correct the reference
    "#]],
    );
}

#[test]
fn ref_siblings() {
    check(
        "ref-siblings",
        expect![[r#"
        ref-siblings.yaml:10: /components/schemas/Card/properties/owner: `description` beside `$ref` is ignored; wrap the reference: `allOf: [ { $ref: ... } ]`
    "#]],
    );
}

#[test]
fn operation_id_missing() {
    check(
        "operation-id-missing",
        expect![[r#"
        operation-id-missing.yaml:5: /paths/~1cards/get: no `operationId`; name it, such as `get_card`
    "#]],
    );
}

#[test]
fn operation_id_duplicate() {
    check(
        "operation-id-duplicate",
        expect![[r#"
        operation-id-duplicate.yaml:15: /paths/~1v2~1cards/get/operationId: `list_cards` is also the name at /paths/~1cards/get/operationId; give each operation its own name
    "#]],
    );
}

#[test]
fn operation_id_form() {
    check(
        "operation-id-form",
        expect![[r#"
        operation-id-form.yaml:6: /paths/~1cards/get/operationId: `listCards` is not written as its Rust method; use lower case and underscores, such as `get_card`
    "#]],
    );
}

#[test]
fn provenance() {
    check(
        "provenance",
        expect![[r#"
        provenance.yaml:5: /paths/~1cards/get: no `x-provenance`; use one of: documented, documented-old, third-party, assumed
        provenance.yaml:16: /paths/~1v2~1cards/get/x-provenance: `rumour` is no provenance; use one of: documented, documented-old, third-party, assumed
    "#]],
    );
}

#[test]
fn effect() {
    check(
        "effect",
        expect![[r#"
        effect.yaml:5: /paths/~1cards/get: no `x-effect`; use one of: safe, idempotent, overwriting, keyed, money
        effect.yaml:17: /paths/~1v2~1cards/get/x-effect: `harmless` is no effect; use one of: safe, idempotent, overwriting, keyed, money
    "#]],
    );
}

#[test]
fn get_not_safe() {
    check(
        "get-not-safe",
        expect![[r#"
        get-not-safe.yaml:5: /paths/~1cards/get: a GET with the effect `money`; mark it `safe`, or correct the method
    "#]],
    );
}

#[test]
fn method() {
    check(
        "method",
        expect![[r#"
        method.yaml:5: /paths/~1cards/trace: the method `trace` is not in the operation table; use one of: get, put, post, patch, delete
    "#]],
    );
}

#[test]
fn summary() {
    check(
        "summary",
        expect![[r#"
        summary.yaml:5: /paths/~1cards/get: no `summary`; say in a few words what it does; it becomes the documentation
    "#]],
    );
}

#[test]
fn cookie_parameter() {
    check(
        "cookie-parameter",
        expect![[r#"
        cookie-parameter.yaml:11: /paths/~1cards/get/parameters/0: `session` is a cookie; send it as a header or in the query
    "#]],
    );
}

#[test]
fn parameter_style() {
    check(
        "parameter-style",
        expect![[r#"
        parameter-style.yaml:11: /paths/~1cards/get/parameters/0: `filter` has the style `deepObject`; use `form`, the only style here
    "#]],
    );
}

#[test]
fn parameter_schema() {
    check(
        "parameter-schema",
        expect![[r#"
        parameter-schema.yaml:11: /paths/~1cards/get/parameters/0: `filter` has no schema; give it a `schema`
    "#]],
    );
}

#[test]
fn path_parameter() {
    check(
        "path-parameter",
        expect![[r#"
        path-parameter.yaml:5: /paths/~1cards~1{cardId}/get: `{cardId}` of the path is not declared; add it to `parameters` with `in: path`
        path-parameter.yaml:20: /paths/~1v2~1cards/get/parameters/0: the path has no `{cardId}`; remove the parameter, or correct the path
        path-parameter.yaml:34: /paths/~1v3~1cards~1{cardId}/get/parameters/0: `cardId` is not `required`; write `required: true`; a path has no optional parts
    "#]],
    );
}

#[test]
fn personal_parameter() {
    check(
        "personal-parameter",
        expect![[r#"
        personal-parameter.yaml:11: /paths/~1cards~1{iban}/get/parameters/0: `iban` is personal data; send it in the body; addresses and headers are logged
        personal-parameter.yaml:15: /paths/~1cards~1{iban}/get/parameters/1: `phone` is personal data; send it in the body; addresses and headers are logged
    "#]],
    );
}

#[test]
fn body_optional() {
    check(
        "body-optional",
        expect![[r#"
        body-optional.yaml:10: /paths/~1cards/post/requestBody: the body is optional; write `required: true`
    "#]],
    );
}

#[test]
fn body_media_types() {
    check(
        "body-media-types",
        expect![[r#"
        body-media-types.yaml:15: /paths/~1cards/post/requestBody/content/application~1x-www-form-urlencoded: `application/x-www-form-urlencoded` is a second media type; keep one
    "#]],
    );
}

#[test]
fn body_media_type() {
    check(
        "body-media-type",
        expect![[r#"
        body-media-type.yaml:13: /paths/~1cards/post/requestBody/content/application~1merge-patch+json: a body of `application/merge-patch+json`; use `application/json`
    "#]],
    );
}

#[test]
fn multipart() {
    check(
        "multipart",
        expect![[r#"
        multipart.yaml:13: /paths/~1cards/post/requestBody/content/multipart~1form-data: a multipart body cannot be generated; write the call by hand in the client and mark the operation `x-hand-carried: true`
    "#]],
    );
}

#[test]
fn schema_missing() {
    check(
        "schema-missing",
        expect![[r#"
            schema-missing.yaml:17: /components/responses/Cards/content/application~1json: JSON without a schema; refer to a named schema
        "#]],
    );
}

#[test]
fn schema_inline() {
    check(
        "schema-inline",
        expect![[r#"
            schema-inline.yaml:18: /components/responses/Cards/content/application~1json/schema: the schema of a body has no name; move it to `components/schemas` and refer to it, so that its Rust type has a chosen name
        "#]],
    );
}

#[test]
fn response_inline() {
    check(
        "response-inline",
        expect![[r#"
        response-inline.yaml:11: /paths/~1cards/get/responses/200: the response is written in place; move it to `components/responses` and refer to it
    "#]],
    );
}

#[test]
fn response_media_type() {
    check(
        "response-media-type",
        expect![[r#"
            response-media-type.yaml:17: /components/responses/Statement/content/application~1pdf: the body is `application/pdf`; use `application/json`
        "#]],
    );
}

#[test]
fn response_default() {
    check(
        "response-default",
        expect![[r#"
        response-default.yaml:12: /paths/~1cards/get/responses/default: `default` covers success and error alike; name the statuses: one `2XX` or code, `4XX` and `5XX`
    "#]],
    );
}

#[test]
fn success_missing() {
    check(
        "success-missing",
        expect![[r#"
        success-missing.yaml:5: /paths/~1cards/get: no response says what success is; add a `2XX` response
    "#]],
    );
}

#[test]
fn success_types() {
    check(
        "success-types",
        expect![[r#"
        success-types.yaml:12: /paths/~1cards/get/responses/204: `204` has another body than `200`; keep one type of success: the same body for all, or `2XX`
    "#]],
    );
}

#[test]
fn error_types() {
    check(
        "error-types",
        expect![[r#"
        error-types.yaml:13: /paths/~1cards/get/responses/5XX: the error is `#/components/schemas/Breakdown`, but `#/components/schemas/Refusal` at /paths/~1cards/get/responses/4XX; share one error schema in the whole document
    "#]],
    );
}

#[test]
fn error_inline() {
    check(
        "error-inline",
        expect![[r#"
            error-inline.yaml:20: /components/responses/Refused/content/application~1json: the error's schema has no name; refer to the one error schema that all operations share
            error-inline.yaml:28: /components/responses/Broken/content/application~1json: the error's schema has no name; refer to the one error schema that all operations share
        "#]],
    );
}

#[test]
fn schema_name() {
    check(
        "schema-name",
        expect![[r#"
        schema-name.yaml:6: /components/schemas/cardStatus: `cardStatus` is not written as its Rust type; capitalise each word and nothing else, such as `CardStatus`
        schema-name.yaml:9: /components/schemas/Operation: `Operation` is a type that is written by hand; rename it, or mark it `x-rust-type`
    "#]],
    );
}

#[test]
fn rust_type() {
    check(
        "rust-type",
        expect![[r#"
            rust-type.yaml:9: /components/schemas/Colour/x-rust-type: `Colour` is no scalar; use one of: AmountNumber, AmountText, CardId, CardTransactionId, Country, Currency, DecimalNumber, DepositId, ExchangeId, HolderId, KycId, LockId, NetworkName, OrderId, PaymentLinkId, SepaTransferId, SignedAmount, Timestamp, TransferId, UserId, WithdrawalId, AddressLine, BirthDate, CardExpiry, CardNumber, City, Cvv, DocumentExpiry, DocumentNumber, Email, FreeText, Iban, NationalId, OneTimeCode, PersonName, Phone, Pin, PostCode
        "#]],
    );
}

#[test]
fn description() {
    check(
        "description",
        expect![[r#"
        description.yaml:6: /components/schemas/Card: `Card` has no description; say what it is; it becomes the documentation
        description.yaml:9: /components/schemas/Card/properties/label: `label` has no description; describe it, or refer to a schema that is described
    "#]],
    );
}

#[test]
fn untyped() {
    check(
        "untyped",
        expect![[r#"
        untyped.yaml:10: /components/schemas/Card/properties/extra: the schema has no type; say what it is: `type` or a reference
    "#]],
    );
}

#[test]
fn object_inline() {
    check(
        "object-inline",
        expect![[r#"
        object-inline.yaml:10: /components/schemas/Card/properties/limits: an object within another has no name; move it to `components/schemas` and refer to it
    "#]],
    );
}

#[test]
fn discriminator() {
    check(
        "discriminator",
        expect![[r#"
        discriminator.yaml:9: /components/schemas/Card/discriminator: `discriminator` is ignored; model each shape as its own operation or field
    "#]],
    );
}

#[test]
fn one_of() {
    check(
        "one-of",
        expect![[r#"
        one-of.yaml:8: /components/schemas/Card/oneOf: `oneOf` makes an enum that fails on any other shape; use one object with optional properties
    "#]],
    );
}

#[test]
fn enum_inline() {
    check(
        "enum-inline",
        expect![[r#"
        enum-inline.yaml:13: /components/schemas/Card/properties/status/enum: the enum has no name; move it to `components/schemas` and refer to it
    "#]],
    );
}

#[test]
fn enum_not_text() {
    check(
        "enum-not-text",
        expect![[r#"
        enum-not-text.yaml:9: /components/schemas/Level/enum: not an enum of strings; use `type: string` and quote the values
    "#]],
    );
}

#[test]
fn enum_alike() {
    check(
        "enum-alike",
        expect![[r#"
            enum-alike.yaml:9: /components/schemas/CardStatus/enum: `active` and `ACTIVE` become one name in Rust; keep one; a word that is not listed survives as it is
            enum-alike.yaml:9: /components/schemas/CardStatus/enum: `UNKNOWN` and `any unknown word` become one name in Rust; keep one; a word that is not listed survives as it is
        "#]],
    );
}

#[test]
fn property_alike() {
    check(
        "property-alike",
        expect![[r#"
        property-alike.yaml:13: /components/schemas/Card/properties/card_id: `card_id` and `cardId` become one name in Rust; keep one of them
    "#]],
    );
}

#[test]
fn nullable_optional() {
    check(
        "nullable-optional",
        expect![[r#"
        nullable-optional.yaml:25: /components/schemas/Card/properties/label: `label` is optional and nullable, so `null` cannot be sent; make it one of the two
    "#]],
    );
}

#[test]
fn number() {
    check(
        "number",
        expect![[r#"
        number.yaml:11: /components/schemas/Card/properties/balance/type: a plain number becomes a float; refer to `AmountNumber` or `DecimalNumber`
    "#]],
    );
}

#[test]
fn number_bounds() {
    check(
        "number-bounds",
        expect![[r#"
        number-bounds.yaml:13: /components/schemas/Card/properties/day/minimum: `minimum` is dropped; say it in the description
        number-bounds.yaml:14: /components/schemas/Card/properties/day/maximum: `maximum` is dropped; say it in the description
    "#]],
    );
}

#[test]
fn collection_bounds() {
    check(
        "collection-bounds",
        expect![[r#"
        collection-bounds.yaml:13: /components/schemas/Card/properties/tags/minItems: `minItems` is dropped; say it in the description
    "#]],
    );
}

#[test]
fn text_bounds() {
    check(
        "text-bounds",
        expect![[r#"
        text-bounds.yaml:27: /components/schemas/Card/properties/label/maxLength: one value beyond `maxLength` would fail the whole response; say it in the description
        text-bounds.yaml:31: /components/schemas/Card/properties/code/pattern: `pattern` would bring in a regular expression engine; mark the schema `x-rust-type`, or say it in the description
    "#]],
    );
}

#[test]
fn format() {
    check(
        "format",
        expect![[r#"
        format.yaml:12: /components/schemas/Card/properties/createdAt/format: the format `date-time` makes a type of another crate; leave it out, or mark the schema `x-rust-type`
    "#]],
    );
}

#[test]
fn default_value() {
    check(
        "default-value",
        expect![[r#"
        default-value.yaml:13: /components/schemas/Card/properties/label/default: a default is sent or read without anybody writing it; say it in the description
    "#]],
    );
}

#[test]
fn closed_response() {
    check(
        "closed-response",
        expect![[r#"
        closed-response.yaml:23: /components/schemas/Card/additionalProperties: a field that the provider adds would fail the whole response; leave it out of responses
    "#]],
    );
}

#[test]
fn map_with_properties() {
    check(
        "map-with-properties",
        expect![[r#"
        map-with-properties.yaml:9: /components/schemas/Rates/additionalProperties: properties beside a map; exact numbers in it could not be read; keep one of the two
    "#]],
    );
}

#[test]
fn personal_text() {
    check(
        "personal-text",
        expect![[r#"
        personal-text.yaml:10: /components/schemas/Card/properties/email: `email` looks personal but is a plain string; refer to a schema that is marked `x-rust-type` with the kind of data it is
        personal-text.yaml:13: /components/schemas/Card/properties/cardPin: `cardPin` looks personal but is a plain string; refer to a schema that is marked `x-rust-type` with the kind of data it is
        personal-text.yaml:16: /components/schemas/Card/properties/pin: `pin` looks personal but is a plain string; refer to a schema that is marked `x-rust-type` with the kind of data it is
        personal-text.yaml:19: /components/schemas/Card/properties/phone: `phone` looks personal but is a plain string; refer to a schema that is marked `x-rust-type` with the kind of data it is
    "#]],
    );
}

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
        format                  silence  accepts
        default-value           silence  accepts
        closed-response         silence  accepts
        map-with-properties     silence  accepts
        personal-text           house    accepts
    "#]].assert_eq(&table);
}
