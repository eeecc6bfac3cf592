//! A whole answer: status, headers and the buffered body.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// What the server said, read to its end. Its `Debug` shows neither headers nor body.
#[derive(Clone)]
#[non_exhaustive]
pub struct Answer {
    /// Status of the answer.
    pub status: StatusCode,
    /// Headers of the answer.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// How often the request was sent, or tried to be, before this answer; at least 1.
    pub attempts: u32,
}

impl Answer {
    pub(crate) fn new(response: http::Response<Bytes>, attempts: u32) -> Self {
        let (head, body) = response.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body,
            attempts,
        }
    }

    /// Whether the body calls itself HTML, as error pages of proxies do.
    pub fn is_html(&self) -> bool {
        let content_type = self.headers.get(http::header::CONTENT_TYPE);
        content_type.is_some_and(|it| it.as_bytes().to_ascii_lowercase().starts_with(b"text/html"))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
