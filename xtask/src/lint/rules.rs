//! The rules and what each is there for.

/// A rule of the lint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name, which is also that of its fixture.
    pub name: &'static str,
    /// Why it is there.
    pub reason: Reason,
    /// What it is about, in a line.
    pub about: &'static str,
}

/// Why a rule is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// progenitor panics, without a location.
    Panic,
    /// progenitor refuses it, without a location.
    Error,
    /// progenitor makes something else of it than it says, without a word.
    Silence,
    /// progenitor's client works, but the crates around it need it otherwise.
    House,
}

impl Reason {
    /// The reason in a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Error => "error",
            Self::Silence => "silence",
            Self::House => "house",
        }
    }
}

const fn rule(name: &'static str, reason: Reason, about: &'static str) -> Rule {
    Rule {
        name,
        reason,
        about,
    }
}

use Reason::{Error, House, Panic, Silence};

/// Every rule.
#[rustfmt::skip] // a table, one rule a line
pub const RULES: &[Rule] = &[
    // the document
    rule("openapi-version", Error, "anything but OpenAPI 3.0.x"),
    rule("unreadable", Error, "whatever is not OpenAPI and no other rule explains"),
    rule("external-ref", Panic, "a reference into another file"),
    rule("dangling-ref", Panic, "a reference to nothing"),
    rule("ref-siblings", Silence, "keys beside `$ref`, which OpenAPI 3.0 ignores"),
    // operations
    rule("operation-id-missing", Error, "an operation without a name"),
    rule("operation-id-duplicate", Error, "two operations of one name"),
    rule("operation-id-form", Silence, "a name that is renamed in Rust"),
    rule("provenance", House, "`x-provenance` missing or unknown"),
    rule("effect", House, "`x-effect` missing or unknown"),
    rule("get-not-safe", House, "a GET that claims to change something"),
    rule("method", House, "a method that the operation table does not have"),
    rule("summary", House, "an operation without a summary"),
    // parameters
    rule("cookie-parameter", Error, "a parameter in a cookie"),
    rule("parameter-style", Error, "`deepObject` and other styles"),
    rule("parameter-schema", Error, "a parameter without a schema"),
    rule("path-parameter", Panic, "a path parameter that is missing, unused or not required"),
    rule("personal-parameter", Silence, "personal data in a path or header, which would be sent redacted"),
    // request bodies
    rule("body-optional", Silence, "an optional body, which becomes mandatory"),
    rule("body-media-types", Panic, "two media types for one request"),
    rule("body-media-type", Error, "a request that is not plain JSON"),
    rule("multipart", Error, "a multipart request that is not carried by hand"),
    rule("schema-missing", Panic, "a JSON body without a schema"),
    rule("schema-inline", House, "a body whose schema has no name"),
    // responses
    rule("response-inline", House, "a response that is no reference"),
    rule("response-media-type", Silence, "an answer that is not JSON, which becomes a stream of bytes"),
    rule("response-default", Panic, "`default`, which counts as a success and as an error"),
    rule("success-missing", Silence, "no success, which becomes a stream of bytes"),
    rule("success-types", Panic, "more than one type of success"),
    rule("error-types", Panic, "more than one type of error"),
    rule("error-inline", Silence, "an inline error schema; a second one takes the first one's type"),
    // events
    rule("webhook-name", House, "an event whose name is not lower case and underscores"),
    rule("webhook-path", House, "an event whose path is missing, not absolute, or another's"),
    rule("webhook-payload", House, "an event whose payload or envelope is no named schema"),
    rule("webhook-provenance", House, "an event without `x-provenance` or `x-source`"),
    rule("webhook-summary", House, "an event without a group or a summary"),
    // schemas
    rule("schema-name", Silence, "a name that is renamed in Rust or is taken"),
    rule("rust-type", House, "`x-rust-type` that names no scalar"),
    rule("description", House, "a schema or property without a description"),
    rule("untyped", Silence, "a schema without a type, whose value would be shown by `Debug`"),
    rule("object-inline", House, "an object within another, which gets an invented name"),
    rule("discriminator", Silence, "`discriminator`, which is ignored"),
    rule("one-of", Silence, "`oneOf`, `anyOf` and `not`, which become closed enums"),
    rule("enum-inline", House, "an enum without a name"),
    rule("enum-not-text", Silence, "an enum of something else than strings"),
    rule("enum-alike", Panic, "enum values that become one name in Rust"),
    rule("property-alike", Silence, "properties that become one name in Rust, which does not compile"),
    rule("nullable-optional", Silence, "a request's property that is optional and nullable, which cannot send null"),
    rule("number", Silence, "a plain number, which becomes a float"),
    rule("number-bounds", Silence, "bounds of numbers, which are dropped"),
    rule("collection-bounds", Silence, "bounds of arrays and objects, which are dropped"),
    rule("text-bounds", Silence, "bounds of strings in a response, where one odd value would fail it whole"),
    rule("bounds-provenance", House, "a bound of which nothing says where it is known from"),
    rule("format", Silence, "a format that would bring in another crate's type"),
    rule("default-value", Silence, "a default, which would be sent or read without anybody writing it"),
    rule("closed-response", Silence, "`additionalProperties: false` in a response, which a new field would fail"),
    rule("map-with-properties", Silence, "properties beside a map, whose exact numbers could not be read"),
    rule("personal-text", House, "personal data as a plain string, which `Debug` would show"),
];
