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
    /// An answer that took this many attempts.
    pub fn new(response: http::Response<Bytes>, attempts: u32) -> Self {
        let (head, body) = response.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body,
            attempts,
        }
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
