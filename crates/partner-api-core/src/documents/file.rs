//! Files as the provider takes them: of three kinds, and not too large (`add-poa-file-19651252e0`).

use crate::rule::Rule;

/// The largest file that is taken, in bytes. The page says 5 MB; that a MB is 1024 KiB is ASSUMED.
pub const FILE_BYTES_MAX: usize = 5 * 1024 * 1024;

/// How many files may show where a user lives, in one call.
pub const POA_FILES_MAX: usize = 3;

/// A kind of file that is taken.
///
/// ASSUMED A78 for files that show who a user is: no page tells their kinds and sizes, so they are those of the files that
/// show where a user lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A PDF.
    Pdf,
}

impl FileKind {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Jpeg, Self::Png, Self::Pdf];

    /// What a file of this kind begins with.
    const fn beginning(self) -> &'static [u8] {
        match self {
            Self::Jpeg => b"\xff\xd8\xff",
            Self::Png => b"\x89PNG\r\n\x1a\n",
            Self::Pdf => b"%PDF-",
        }
    }

    /// The media type, such as `image/jpeg`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }

    /// What a file of this kind is usually called after the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }

    /// The kind of these bytes, told by how they begin, whatever the file is called.
    ///
    /// # Errors
    /// [`Rule::FileMustBeSmallEnough`], or [`Rule::FileMustBeOfTakenKind`], also for no bytes at all.
    pub fn of(bytes: &[u8]) -> Result<Self, Rule> {
        if FILE_BYTES_MAX < bytes.len() {
            return Err(Rule::FileMustBeSmallEnough);
        }
        let mut kinds = Self::ALL.iter().copied();
        let found = kinds.find(|kind| bytes.starts_with(kind.beginning()));
        found.ok_or(Rule::FileMustBeOfTakenKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_the_kind() {
        for (bytes, kind) in [
            (&b"\xff\xd8\xff\xe0 canary"[..], Ok(FileKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n canary", Ok(FileKind::Png)),
            (b"%PDF-1.7 canary", Ok(FileKind::Pdf)),
            (b"", Err(Rule::FileMustBeOfTakenKind)),
            (b"GIF89a", Err(Rule::FileMustBeOfTakenKind)),
            (b" %PDF-1.7", Err(Rule::FileMustBeOfTakenKind)),
        ] {
            assert_eq!(FileKind::of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn the_last_byte_that_fits_fits() {
        let mut file = b"%PDF-".to_vec();
        file.resize(5_242_880, 0);
        assert_eq!(FileKind::of(&file), Ok(FileKind::Pdf));
        file.push(0);
        assert_eq!(FileKind::of(&file), Err(Rule::FileMustBeSmallEnough));
    }
}
