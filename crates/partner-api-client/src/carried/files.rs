//! Files that are fit to be sent, and what comes back.

use std::fmt;

use bytes::Bytes;
use partner_api_types::words::{self, Rule};
use partner_api_types::{DocumentKind, FILE_BYTES_MAX, FileKind, POA_FILES_MAX};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A file that the provider takes: a JPEG, a PNG or a PDF of at most 5 MB (`add-poa-file-19651252e0`).
///
/// Cheap to clone. `Debug` shows kind and length, and nothing of what is inside.
#[derive(Clone)]
pub struct File {
    kind: FileKind,
    bytes: Bytes,
}

/// Why files cannot be sent. What is in them is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFile {
    /// The provider would say `P440`.
    #[error(
        "the file has {bytes} bytes; send at most {FILE_BYTES_MAX}, so shrink the picture or scan it coarser"
    )]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// The provider would say `P426`.
    #[error("the file is neither a JPEG nor a PNG nor a PDF, by its first bytes; convert it")]
    UnknownKind,
    /// A call takes 1 to 3.
    #[error("{files} files; send 1 to {POA_FILES_MAX} in one call")]
    Count {
        /// How many were given; beyond the limit they are not counted.
        files: usize,
    },
}

impl InvalidFile {
    /// The rule that the provider would refuse by, where it has one.
    pub fn rule(self) -> Option<Rule> {
        match self {
            Self::TooLarge { .. } => Some(Rule::FileMustBeSmallEnough),
            Self::UnknownKind => Some(Rule::FileMustBeOfTakenKind),
            Self::Count { .. } => None,
        }
    }
}

impl File {
    /// A file of these bytes. Its kind is told by how they begin, whatever the file is called.
    ///
    /// # Errors
    /// It is too large, or of a kind that is not taken.
    pub fn new(bytes: impl Into<Bytes>) -> Result<Self, InvalidFile> {
        let bytes = bytes.into();
        match FileKind::of(&bytes) {
            Ok(kind) => Ok(Self { kind, bytes }),
            Err(Rule::FileMustBeSmallEnough) => Err(InvalidFile::TooLarge { bytes: bytes.len() }),
            Err(_) => Err(InvalidFile::UnknownKind),
        }
    }

    /// What kind of file it is.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, bytes) = (self.kind.media_type(), self.bytes.len());
        write!(f, "File({kind}, {bytes} bytes, [redacted])")
    }
}

/// Photos that show who a user is, by the kind of document (`gh:user`): what a kind needs is there.
///
/// A passport has no back, and a card has two sides:
///
/// ```compile_fail,E0063
/// # use partner_api_client::{File, KycFiles};
/// # fn show(front: File, selfie: File) {
/// let half = KycFiles::IdCard { front, selfie };
/// # }
/// ```
#[derive(Clone, Debug)]
pub enum KycFiles {
    /// A passport.
    Passport {
        /// The page with the holder's picture.
        page: File,
        /// The user.
        selfie: File,
    },
    /// An identity card.
    IdCard {
        /// Its front.
        front: File,
        /// Its back.
        back: File,
        /// The user.
        selfie: File,
    },
    /// A residence permit.
    ResidencePermit {
        /// Its front.
        front: File,
        /// Its back.
        back: File,
        /// The user.
        selfie: File,
    },
}

impl KycFiles {
    /// The kind of document.
    pub fn document(&self) -> DocumentKind {
        match self {
            Self::Passport { .. } => DocumentKind::Passport,
            Self::IdCard { .. } => DocumentKind::IdCard,
            Self::ResidencePermit { .. } => DocumentKind::ResidencePermit,
        }
    }

    /// The files by the names of their parts, which are ASSUMED A67.
    pub(super) fn parts(&self) -> Vec<(&'static str, &File)> {
        match self {
            Self::Passport { page, selfie } => vec![("frontPhoto", page), ("selfie", selfie)],
            Self::IdCard {
                front,
                back,
                selfie,
            }
            | Self::ResidencePermit {
                front,
                back,
                selfie,
            } => vec![
                ("frontPhoto", front),
                ("backPhoto", back),
                ("selfie", selfie),
            ],
        }
    }
}

/// Documents that show where a user lives: 1 to 3 files, all sent in one call.
#[derive(Clone, Debug)]
pub struct PoaFiles(Vec<File>);

impl PoaFiles {
    /// These files.
    ///
    /// # Errors
    /// None, or more than three.
    pub fn new(files: impl IntoIterator<Item = File>) -> Result<Self, InvalidFile> {
        let files: Vec<File> = files.into_iter().take(POA_FILES_MAX + 1).collect();
        match (1..=POA_FILES_MAX).contains(&files.len()) {
            true => Ok(Self(files)),
            false => Err(InvalidFile::Count { files: files.len() }),
        }
    }

    pub(super) fn files(&self) -> &[File] {
        &self.0
    }
}

impl From<File> for PoaFiles {
    fn from(file: File) -> Self {
        Self(vec![file])
    }
}

/// What the provider says to documents that show where a user lives. Both are successes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PoaFilesAnswer {
    /// HTTP 201: they were added and wait for a decision.
    Added,
    /// HTTP 202 with `P211`: documents wait for a decision already. ASSUMED A79: these were not taken.
    Pending,
}

/// The body decides where the status does not: HTTP 202 and `P211` say the same.
impl<'de> Deserialize<'de> for PoaFilesAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Said {
            #[serde(rename = "errorCode")]
            error_code: Option<String>,
        }
        let said = Said::deserialize(deserializer)?.error_code;
        let pending = words::error_for(Rule::PoaMustNotBePending).code;
        match said.as_deref() == Some(pending) {
            true => Ok(Self::Pending),
            false => Ok(Self::Added),
        }
    }
}

/// The page that leads a user on to a hosted verification. `Debug` does not show it: it lets whoever has it go on.
#[derive(Clone, PartialEq, Eq)]
pub struct KycPage(Box<str>);

impl KycPage {
    pub(super) fn new(html: String) -> Self {
        Self(html.into())
    }

    /// The page, in HTML. Whoever calls this answers for where it goes.
    pub fn html(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KycPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KycPage({} bytes, [redacted])", self.0.len())
    }
}

/// No JSON is a page. This is asked only once an answer was none, to say so in the one place where answers are read.
impl<'de> Deserialize<'de> for KycPage {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("not a page in HTML"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n canary";

    #[test]
    fn what_the_provider_would_refuse_is_no_file() {
        let mut large = PNG.to_vec();
        large.resize(FILE_BYTES_MAX, 0);
        assert_eq!(File::new(large.clone()).unwrap().kind(), FileKind::Png);
        large.push(0);
        let errors = [
            File::new(large).unwrap_err(),
            File::new(b"GIF89a canary".as_slice()).unwrap_err(),
            File::new(Vec::new()).unwrap_err(),
        ];
        let rules = errors.map(InvalidFile::rule);
        let kind = Some(Rule::FileMustBeOfTakenKind);
        assert_eq!(rules, [Some(Rule::FileMustBeSmallEnough), kind, kind]);
        assert!(!format!("{errors:?} {}", errors[1]).contains("canary"));
    }

    #[test]
    fn one_to_three_files_show_where_somebody_lives() {
        let file = File::new(PNG).unwrap();
        for count in 0..6 {
            let files = PoaFiles::new(vec![file.clone(); count]);
            assert_eq!(files.is_ok(), (1..=3).contains(&count), "{count}");
        }
        assert_eq!(PoaFiles::from(file).files().len(), 1);
    }

    #[test]
    fn nothing_of_a_file_is_shown() {
        let file = File::new(PNG).unwrap();
        assert_eq!(format!("{file:?}"), "File(image/png, 15 bytes, [redacted])");
        let page = KycPage::new("canary".into());
        assert_eq!(format!("{page:?}"), "KycPage(6 bytes, [redacted])");
    }
}
