//! What of an answer may stand in a report: codes, words of enums, names of fields, sizes. Never a value that could be
//! somebody's.

use partner_api::raw::types::words;
use serde_json::Value;

/// A word of an enum, such as `SUCCESSFUL`; anything else by its length alone.
pub(crate) fn word(text: &str) -> String {
    let is_word = |it: char| it.is_ascii_uppercase() || it == '_';
    let fits = (1..=40).contains(&text.len()) && text.chars().all(is_word);
    shown_if(fits, text)
}

/// The name of a field.
pub(crate) fn field(name: &str) -> String {
    let is_name = |it: char| it.is_ascii_alphabetic() || it == '_';
    let fits = (1..=40).contains(&name.len()) && name.chars().all(is_name);
    shown_if(fits, name)
}

/// An error code, such as `P412`.
pub(crate) fn code(text: &str) -> String {
    let digits = text.strip_prefix('P').unwrap_or_default();
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    shown_if(fits, text)
}

/// The name of an error, where we know it; a new one is for its code to tell.
pub(crate) fn error_name(text: &str) -> String {
    shown_if(
        words::known().iter().any(|row| row.name == Some(text)),
        text,
    )
}

fn shown_if(fits: bool, text: &str) -> String {
    match fits {
        true => text.to_owned(),
        false => format!("(a text of {} characters)", text.chars().count()),
    }
}

/// What kind of JSON value it is.
pub(crate) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_somebodys_is_not_shown() {
        assert_eq!(word("SUCCESSFUL"), "SUCCESSFUL");
        assert_eq!(word("Anna"), "(a text of 4 characters)");
        assert_eq!(field("createdAt"), "createdAt");
        assert_eq!(field("4111111111111111"), "(a text of 16 characters)");
        assert_eq!(code("P412"), "P412");
        assert_eq!(
            code("PL61109010140000071219812874"),
            "(a text of 28 characters)"
        );
        assert_eq!(error_name("invalid-user"), "invalid-user");
        assert_eq!(error_name("anna-nowak"), "(a text of 10 characters)");
    }
}
