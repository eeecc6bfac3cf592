//! A form with files, as one piece of bytes.
//!
//! reqwest has forms too (feature `multipart`), and none is used: its body is a stream, of which nothing is left after the
//! first attempt, so that not even a request that provably never left could be sent again, and an
//! [`InProcess`](crate::InProcess) wire could not show it to a test. What is sent here is at most three files of 5 MB, which
//! are in memory anyway.

use std::hash::{BuildHasher, RandomState};

use bytes::{BufMut, Bytes, BytesMut};

use super::files::File;

/// A form: its media type, which names the boundary, and its body.
pub(crate) struct Form {
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

/// What stands in one part of a form.
pub(crate) enum Content<'a> {
    Word(&'a str),
    File(&'a File),
}

impl Form {
    /// The form of these parts, in this order. Names have to be words, as they are not escaped.
    ///
    /// Files are called after their part: what a user calls a file can be personal.
    pub(crate) fn of(parts: &[(&str, Content<'_>)]) -> Self {
        Self::with_boundary(parts, &boundary())
    }

    fn with_boundary(parts: &[(&str, Content<'_>)], boundary: &str) -> Self {
        const AROUND_A_PART: usize = 256;
        let room = parts.iter().map(|(_, content)| match content {
            Content::Word(word) => word.len(),
            Content::File(file) => file.bytes().len(),
        });
        let room: usize = room.map(|bytes| bytes + AROUND_A_PART).sum();
        let mut body = BytesMut::with_capacity(room + AROUND_A_PART);
        for (name, content) in parts {
            let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
            body.put_slice(head.as_bytes());
            match content {
                Content::Word(word) => {
                    body.put_slice(b"\r\n\r\n");
                    body.put_slice(word.as_bytes());
                }
                Content::File(file) => {
                    let (ending, kind) = (file.kind().extension(), file.kind().media_type());
                    let rest =
                        format!("; filename=\"{name}.{ending}\"\r\nContent-Type: {kind}\r\n\r\n");
                    body.put_slice(rest.as_bytes());
                    body.put_slice(file.bytes());
                }
            }
            body.put_slice(b"\r\n");
        }
        body.put_slice(format!("--{boundary}--\r\n").as_bytes());
        Self {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            body: body.freeze(),
        }
    }
}

/// Something that stands in no file, because nobody can know it beforehand: 128 random bits.
fn boundary() -> String {
    let random = || RandomState::new().hash_one(0);
    format!("partner-api-{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_rfc_7578() {
        let file = File::new(b"%PDF-\r\n--x--".as_slice()).unwrap();
        let parts = [
            ("documentType", Content::Word("PASSPORT")),
            ("selfie", Content::File(&file)),
        ];
        let form = Form::with_boundary(&parts, "edge");
        assert_eq!(form.content_type, "multipart/form-data; boundary=edge");
        let expected = "--edge\r\n\
            Content-Disposition: form-data; name=\"documentType\"\r\n\
            \r\n\
            PASSPORT\r\n\
            --edge\r\n\
            Content-Disposition: form-data; name=\"selfie\"; filename=\"selfie.pdf\"\r\n\
            Content-Type: application/pdf\r\n\
            \r\n\
            %PDF-\r\n--x--\r\n\
            --edge--\r\n";
        assert_eq!(form.body, expected);
    }

    #[test]
    fn no_two_boundaries_are_the_same_and_each_is_one() {
        let (one, other) = (boundary(), boundary());
        assert_ne!(one, other);
        // RFC 2046: at most 70 characters, none that needs quotes.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        assert!(one.len() <= 70 && one.chars().all(is_plain), "{one}");
    }
}
