//! What the lint says of schemas.

use expect_test::expect;

use super::check;

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
            rust-type.yaml:9: /components/schemas/Colour/x-rust-type: `Colour` is no scalar; use one of: AmountNumber, AmountText, CardId, CardTransactionId, Country, Currency, DecimalNumber, DepositId, ExchangeId, HolderId, KycId, LockId, NetworkName, OrderId, PaymentLinkId, SepaTransferId, SignedAmount, Timestamp, TransferId, UpperCaseNetwork, UserId, WithdrawalId, AddressLine, BirthDate, CardExpiry, CardNumber, City, Cvv, DocumentExpiry, DocumentNumber, Email, FreeText, Iban, NationalId, OneTimeCode, PersonName, Phone, Pin, PostCode
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
fn bounds_provenance() {
    check(
        "bounds-provenance",
        expect![[r#"
        bounds-provenance.yaml:9: /components/schemas/CardId/pattern: nothing says where `pattern` is known from; mark the schema `x-provenance`, with `assumed` if no page says it
        bounds-provenance.yaml:14: /components/schemas/Limit/x-bounds: nothing says where `x-bounds` is known from; mark the schema `x-provenance`, with `assumed` if no page says it
        bounds-provenance.yaml:22: /components/schemas/Card/properties/label/x-provenance: `rumour` is no provenance; use one of: documented, documented-old, third-party, assumed
        bounds-provenance.yaml:23: /components/schemas/Card/properties/label/maxLength: nothing says where `maxLength` is known from; mark the schema `x-provenance`, with `assumed` if no page says it
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
