//! The configuration file: profiles, so that an operator need not repeat where and as whom to work.
//!
//! It holds no secret, only the names of files that do; who else may change it could send a key elsewhere, so a file that
//! others may write is not read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::exit::{Failure, Result};
use crate::output::Format;
use crate::secret::{WRITE, others_may};

/// Where the file is looked for, if it is not where it usually is.
pub(crate) const CONFIG: &str = "PARTNER_CONFIG";

/// What the file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    /// Which profile is meant where none is named.
    #[serde(default)]
    profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// Where and as whom to work.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Profile {
    /// `staging`, `production`, or the URL of a sandbox.
    #[serde(default)]
    pub(crate) environment: Option<String>,
    /// The file with the key of that environment.
    #[serde(default)]
    pub(crate) key_file: Option<PathBuf>,
    /// The directory of the journal of that environment.
    #[serde(default)]
    pub(crate) journal: Option<PathBuf>,
    /// The control address of that sandbox.
    #[serde(default)]
    pub(crate) control: Option<String>,
    /// The file with its control key.
    #[serde(default)]
    pub(crate) control_key_file: Option<PathBuf>,
    /// How answers are printed.
    #[serde(default)]
    pub(crate) output: Option<Format>,
    /// Who works, as the journal is told: an id, not a name.
    #[serde(default)]
    pub(crate) actor: Option<String>,
    /// How long one request may take, retries included.
    #[serde(default)]
    pub(crate) timeout_seconds: Option<f64>,
    /// Operations on other paths than the specification's.
    #[serde(default)]
    pub(crate) paths: BTreeMap<String, String>,
}

/// What was found of the configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// Where the file is, if there is one.
    pub(crate) path: Option<PathBuf>,
    /// The profile's name, if one is in use.
    pub(crate) name: Option<String>,
    /// What it says; nothing where none is in use.
    pub(crate) profile: Profile,
}

/// Reads the file and picks the profile.
///
/// # Errors
/// The file cannot be read or trusted, or there is no such profile.
pub(crate) fn load(named: Option<&str>) -> Result<Found> {
    let path = place();
    let config = match &path {
        Some(path) => read(path)?,
        None => None,
    };
    let exists = config.is_some();
    let config = config.unwrap_or_default();
    let named = named.filter(|name| !name.is_empty());
    let name = named.map(str::to_owned).or(config.profile);
    let profile = match &name {
        None => Profile::default(),
        Some(name) => match config.profiles.get(name) {
            Some(profile) => beside(profile.clone(), path.as_deref()),
            None => {
                let text = unknown(name, &config.profiles, path.as_deref());
                return Err(Failure::configuration(text).into());
            }
        },
    };
    Ok(Found {
        path: path.filter(|_| exists),
        name,
        profile,
    })
}

fn place() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty());
    if let Some(path) = set(CONFIG) {
        return Some(path.into());
    }
    let folder = match cfg!(windows) {
        true => set("APPDATA").map(PathBuf::from),
        false => set("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(Path::new(&set("HOME")?).join(".config"))),
    };
    Some(folder?.join("partner").join("config.toml"))
}

fn read(path: &Path) -> Result<Option<Config>> {
    let cannot =
        |error| Failure::configuration(format!("{} cannot be read: {error}", path.display()));
    let mut file = match File::open(path) {
        // Where somebody says that it is, it has to be.
        Err(error) if error.kind() == ErrorKind::NotFound && std::env::var_os(CONFIG).is_none() => {
            return Ok(None);
        }
        opened => opened.map_err(cannot)?,
    };
    if let Some(problem) = others_may(WRITE, &file, path).map_err(cannot)? {
        return Err(Failure::configuration(problem).into());
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(cannot)?;
    parse(&text, path).map(Some)
}

fn parse(text: &str, path: &Path) -> Result<Config> {
    toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .map(|span| text[..span.start].matches('\n').count() + 1);
        let line = line.map_or(String::new(), |line| format!(", line {line}"));
        let (path, what) = (path.display(), error.message());
        Failure::configuration(format!("{path}{line}: {what}")).into()
    })
}

/// Relative names of files count from the configuration's folder, not from wherever the command is given.
fn beside(mut profile: Profile, config: Option<&Path>) -> Profile {
    let folder = config.and_then(Path::parent).unwrap_or(Path::new(""));
    let files = [
        &mut profile.key_file,
        &mut profile.journal,
        &mut profile.control_key_file,
    ];
    for file in files.into_iter().flatten() {
        *file = folder.join(&*file);
    }
    profile
}

fn unknown(name: &str, known: &BTreeMap<String, Profile>, path: Option<&Path>) -> String {
    let place = path.map_or("the configuration".to_owned(), |it| {
        it.display().to_string()
    });
    let known: Vec<&str> = known.keys().map(String::as_str).collect();
    match known.is_empty() {
        true => format!("there is no profile {name}; write one into {place}, as [profiles.{name}]"),
        false => format!(
            "there is no profile {name} in {place}; there are {}",
            known.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_where_to_work_and_its_files_lie_beside_it() {
        let text = "profile = 'dev'\n[profiles.dev]\nenvironment = 'http://127.0.0.1:4010'\nkey-file = 'dev.key'\n\
                    journal = '/var/journal'\noutput = 'jsonl'\n[profiles.dev.paths]\nsuspend_user = '/v1/x'\n";
        let config = parse(text, Path::new("/etc/p/config.toml")).unwrap();
        assert_eq!(config.profile.as_deref(), Some("dev"));
        let profile = beside(
            config.profiles["dev"].clone(),
            Some(Path::new("/etc/p/config.toml")),
        );
        assert_eq!(
            profile.key_file.as_deref(),
            Some(Path::new("/etc/p/dev.key"))
        );
        assert_eq!(profile.journal.as_deref(), Some(Path::new("/var/journal")));
        assert_eq!(profile.output, Some(Format::Jsonl));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let text = "[profiles.dev]\nenvironment = 'staging'\napi-key = 'canary'\n";
        let error = parse(text, Path::new("c.toml")).unwrap_err().to_string();
        assert!(
            error.starts_with("c.toml, line 3: unknown field `api-key`"),
            "{error}"
        );
        assert!(!error.contains("canary"), "{error}");
    }
}
