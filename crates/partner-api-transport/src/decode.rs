//! JSON decoding whose error names the place and never the value.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// Where and how a document differs from what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at `{path}` (line {line}, column {column})")]
pub struct DecodeError {
    path: Box<str>,
    what: &'static str,
    line: usize,
    column: usize,
}

impl DecodeError {
    /// The JSON path of the place, such as `cards[0].status`; `.` is the document itself.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Reads a document.
///
/// # Errors
/// Names the path, and what kind of error stands there. Values are left out: they may be card
/// numbers or names.
pub fn decode<T: DeserializeOwned>(document: &[u8]) -> Result<T, DecodeError> {
    let mut source = serde_json::Deserializer::from_slice(document);
    let value = serde_path_to_error::deserialize(&mut source)
        .map_err(|error| DecodeError::new(&error.path().to_string(), error.inner()))?;
    source
        .end()
        .map_err(|error| DecodeError::new(".", &error))?;
    Ok(value)
}

impl DecodeError {
    fn new(path: &str, cause: &serde_json::Error) -> Self {
        let what = match cause.classify() {
            Category::Data => "a value of another kind than specified",
            Category::Eof => "the document ends too soon",
            Category::Syntax | Category::Io => "the document is not JSON",
        };
        Self {
            path: printable(path),
            what,
            line: cause.line(),
            column: cause.column(),
        }
    }
}

/// Keys of maps come from the wire: no control characters, no endless text.
fn printable(path: &str) -> Box<str> {
    const CHARS_MAX: usize = 200;
    path.chars()
        .filter(|it| !it.is_control())
        .take(CHARS_MAX)
        .collect::<String>()
        .into_boxed_str()
}
