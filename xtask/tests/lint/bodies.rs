//! What the lint says of request bodies and responses.

use expect_test::expect;

use super::check;

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
