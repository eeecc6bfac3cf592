//! Forms with files. Of a file only its size and its kind are looked at; it is never kept.

use std::convert::Infallible;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use partner_api_core::documents::{FILE_BYTES_MAX, FileKind, POA_FILES_MAX};
use partner_api_types::words;

use super::Problem;
use super::input::Checks;

/// The largest form that is read: the files of the largest one, and room for what stands between them.
pub(super) const FORM_LIMIT: usize = POA_FILES_MAX * FILE_BYTES_MAX + 256 * 1024;

/// How many parts a form may have; more than any form has.
const PARTS_MAX: usize = 16;

/// A form, in order of its parts.
pub(super) struct Form(Vec<Part>);

/// One part of a form.
pub(super) struct Part {
    name: String,
    is_file: bool,
    body: Vec<u8>,
}

impl Part {
    /// The part as text; what is no text is no word of anything.
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
}

impl Form {
    pub(super) async fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Problem> {
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let boundary = kind.and_then(|kind| multer::parse_boundary(kind).ok());
        let boundary = boundary.ok_or_else(|| {
            Problem::invalid("content-type must be multipart/form-data with a boundary")
        })?;
        let malformed = |_| Problem::invalid("body must be a well-formed form");
        let whole = std::iter::once(Ok::<_, Infallible>(body.to_vec()));
        let mut fields = multer::Multipart::new(futures_util::stream::iter(whole), boundary);
        let mut parts = Vec::new();
        while let Some(field) = fields.next_field().await.map_err(malformed)? {
            if parts.len() == PARTS_MAX {
                return Err(Problem::invalid("body must have at most 16 parts"));
            }
            parts.push(Part {
                name: field.name().unwrap_or_default().to_owned(),
                is_file: field.file_name().is_some(),
                body: field.bytes().await.map_err(malformed)?.to_vec(),
            });
        }
        Ok(Self(parts))
    }

    /// The parts of a name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Part> {
        self.0.iter().filter(move |part| part.name == name)
    }

    /// Parts of other names should not exist. What they are called is not repeated: it may be anything.
    pub(super) fn only(&self, names: &[&str], checks: &mut Checks) {
        let all_known = self.0.iter().all(|part| names.contains(&&*part.name));
        checks.must(all_known, "every part", "of a documented name");
    }

    /// The part that must be there once.
    pub(super) fn one(&self, name: &str, checks: &mut Checks) -> Option<&Part> {
        let mut parts = self.named(name);
        let (first, second) = (parts.next(), parts.next());
        checks.must(first.is_some() && second.is_none(), name, "given once");
        first
    }

    /// The part that may be there once.
    pub(super) fn at_most_one(&self, name: &str, checks: &mut Checks) -> Option<&Part> {
        let mut parts = self.named(name);
        let (first, second) = (parts.next(), parts.next());
        checks.must(second.is_none(), name, "given once");
        first
    }

    /// Every file is of a kind that is taken, and not too large. The kind is told by the first bytes, whatever a file is
    /// called (ASSUMED: the provider's page names only the media types).
    pub(super) fn check_files(&self) -> Result<(), Problem> {
        let files = self
            .0
            .iter()
            .filter(|part| part.is_file || part.name != "documentType");
        for file in files {
            FileKind::of(&file.body).map_err(|rule| Problem::Rejected(words::error_for(rule)))?;
        }
        Ok(())
    }
}
