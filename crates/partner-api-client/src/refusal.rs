//! What the provider refused a call with.

use std::fmt;

use partner_api_types::ApiError;
use partner_api_types::words::{self, AccessDenied, Rule};

/// A refusal: the provider's code and what is known about it.
///
/// `Display` and `Debug` show code and name, which are checked to be mere words, and never the
/// message, which is free text and may quote what was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiRefusal {
    status: u16,
    code: Box<str>,
    name: Option<Box<str>>,
    message: Option<Box<str>>,
    access_denied: Option<AccessDenied>,
}

impl ApiRefusal {
    /// Reads a body `{errorCode, errorName?, errorMessage?}`; nothing if it is none.
    pub(crate) fn read(status: u16, body: &[u8]) -> Option<Self> {
        let error: ApiError = serde_json::from_slice(body).ok()?;
        is_word(&error.error_code).then(|| Self {
            status,
            code: error.error_code.into(),
            name: error
                .error_name
                .filter(|name| is_word(name))
                .map(Into::into),
            message: error.error_message.map(Into::into),
            access_denied: None,
        })
    }

    /// Reads the text `Access Denied. xo1` and its like; nothing if it is none.
    pub(crate) fn read_access_denied(status: u16, body: &[u8]) -> Option<Self> {
        const NAME: &str = "access-denied";
        let text = std::str::from_utf8(body).ok()?;
        let denied = AccessDenied::in_body(text)?;
        let mark = denied.body().rsplit(' ').next().unwrap_or_default();
        Some(Self {
            status,
            code: mark.into(),
            name: Some(NAME.into()),
            message: None,
            access_denied: Some(denied),
        })
    }

    /// The HTTP status; 400 for most, as the provider tells its refusals apart by code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The code: `P455`, or `xo2` where access was denied.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The code's name: `user-suspended`. Validation errors have none.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The provider's words, for a developer. They may hold personal data: do not log them.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The rule that the code stands for, if it stands for one.
    pub fn rule(&self) -> Option<Rule> {
        words::rule_for(&self.code)
    }

    /// What is wrong with key or address, where the provider did not look at the request at all.
    pub fn access_denied(&self) -> Option<AccessDenied> {
        self.access_denied
    }

    /// Whether the provider is in trouble rather than against the request.
    pub(crate) fn is_trouble(&self) -> bool {
        // ASSUMED: the codes from P500 on are the provider's own trouble, as P500 and P501 are; a
        // wrong guess costs a look at the records, the opposite guess could cost a payment.
        words::is_transient(&self.code) || self.code.starts_with("P5") || {
            let is_rule = self.rule().is_some();
            500 <= self.status && !is_rule
        }
    }
}

/// Codes and names are short words; anything else is not shown in errors.
fn is_word(text: &str) -> bool {
    const BYTES_MAX: usize = 64;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.len() <= BYTES_MAX && text.bytes().all(is_plain)
}

impl fmt::Display for ApiRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        self.name
            .as_ref()
            .map_or(Ok(()), |name| write!(f, " {name}"))
    }
}

impl fmt::Debug for ApiRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiRefusal")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
