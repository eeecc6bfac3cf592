//! The secret that a client shows to the server.

use std::fmt;

use http::HeaderValue;

/// An API key. Neither `Debug` nor any error shows it, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(Box<str>);

impl ApiKey {
    /// Takes a key as it was issued. Whether it can be sent is checked when the client is built.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into().into_boxed_str())
    }

    /// The key itself, for whoever must hand it on.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A header value marked sensitive, or what is wrong with the key.
    pub(crate) fn header(&self) -> Result<HeaderValue, &'static str> {
        if self.0.is_empty() {
            return Err("it is empty");
        }
        // A pasted line break is the usual accident, and it would also end the header.
        if !self.0.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("it contains a space, a line break or a character that is not ASCII");
        }
        let mut value =
            HeaderValue::from_str(&self.0).map_err(|_| "it does not fit into a header")?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}
