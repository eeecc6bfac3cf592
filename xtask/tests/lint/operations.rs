//! What the lint says of documents, operations and their parameters.

use expect_test::expect;

use super::check;

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
