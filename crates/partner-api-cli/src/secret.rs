//! Where secrets come from: a file that nobody else can read, the environment, or a prompt. Never the command line, which
//! every user of the machine can read.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::exit::{Failure, Result};
use crate::prompt;

/// A secret from a file, or else from an environment variable. The line's end in a file is not part of it.
pub(crate) fn secret(file: Option<&Path>, variable: &str) -> Result<Option<String>> {
    match file {
        Some(path) => read(path).map(Some),
        None => from_environment(variable),
    }
}

/// As [`secret`], and on a terminal somebody is asked.
pub(crate) fn secret_or_ask(
    file: Option<&Path>,
    variable: &str,
    question: &str,
) -> Result<Option<String>> {
    match secret(file, variable)? {
        Some(secret) => Ok(Some(secret)),
        None => prompt::hidden(question),
    }
}

/// An empty variable is as good as none.
fn from_environment(variable: &str) -> Result<Option<String>> {
    match std::env::var(variable) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(error) => {
            Err(Failure::configuration(format!("{variable} cannot be read: {error}")).into())
        }
    }
}

fn read(path: &Path) -> Result<String> {
    let cannot =
        |error| Failure::configuration(format!("{} cannot be read: {error}", path.display()));
    // The opened file is looked at, so that it cannot be another one a moment later.
    let mut file = File::open(path).map_err(cannot)?;
    if let Some(problem) = others_may(READ | WRITE, &file, path).map_err(cannot)? {
        return Err(Failure::configuration(problem).into());
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(cannot)?;
    let text = text.trim_end_matches(['\r', '\n']);
    match text.is_empty() {
        true => {
            let what = format!("{} is empty; put the secret into it", path.display());
            Err(Failure::configuration(what).into())
        }
        false => Ok(text.to_owned()),
    }
}

/// What a group or everybody must not have of a file.
pub(crate) const READ: u32 = 0o044;
pub(crate) const WRITE: u32 = 0o022;

/// What is wrong with a file's permissions, and the remedy, if others may do one of these things with it.
#[cfg(unix)]
pub(crate) fn others_may(what: u32, file: &File, path: &Path) -> std::io::Result<Option<String>> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode();
    if mode & what == 0 {
        return Ok(None);
    }
    let verb = match mode & what & READ {
        0 => "change",
        _ => "read",
    };
    let mend = match what & READ {
        0 => "go-w",
        _ => "go-rwx",
    };
    let path = path.display();
    let mode = mode & 0o777;
    Ok(Some(format!(
        "other users of this machine can {verb} {path} (its mode is {mode:o}); mend it with `chmod {mend} {path}`"
    )))
}

/// Nothing is known of who may do what with a file here.
#[cfg(not(unix))]
pub(crate) fn others_may(_: u32, _: &File, _: &Path) -> std::io::Result<Option<String>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_secret_comes_from_a_file_without_the_lines_end() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "s3cret ").unwrap();
        let read = secret(Some(file.path()), "NOT_ASKED").unwrap();
        assert_eq!(read.as_deref(), Some("s3cret "));
        let missing = secret(Some(Path::new("/no/such/file")), "NOT_ASKED");
        assert!(missing.unwrap_err().to_string().contains("/no/such/file"));
        assert_eq!(secret(None, "PARTNER_NO_SUCH_VARIABLE").unwrap(), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_or_change_is_refused_with_the_remedy() {
        use std::os::unix::fs::PermissionsExt as _;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "canary").unwrap();
        for (mode, verb) in [(0o640, "read"), (0o604, "read"), (0o620, "change")] {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(file.path(), permissions).unwrap();
            let error = secret(Some(file.path()), "NOT_ASKED").unwrap_err();
            let error = error.to_string();
            assert!(error.contains(&format!("can {verb} ")), "{error}");
            assert!(
                error.contains("chmod go-rwx ") && !error.contains("canary"),
                "{error}"
            );
        }
    }
}
