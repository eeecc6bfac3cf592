//! What is told of a person, on the command line or in a file, before it is checked.

use std::io::Read as _;
use std::path::Path;
use std::str::FromStr;

use serde::Deserialize;

use crate::exit::{Failure, Result};

/// What a person is, each as text. The names are those of the flags with underscores.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Person {
    /// E-mail address
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// Phone number: digits with the country code, and no plus
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// First name
    #[arg(long)]
    pub(crate) first_name: Option<String>,
    /// Last name
    #[arg(long)]
    pub(crate) last_name: Option<String>,
    /// Date of birth, YYYY-MM-DD
    #[arg(long)]
    pub(crate) birth_date: Option<String>,
    /// Street
    #[arg(long)]
    pub(crate) street: Option<String>,
    /// House number
    #[arg(long)]
    pub(crate) number: Option<String>,
    /// City
    #[arg(long)]
    pub(crate) city: Option<String>,
    /// Postal code
    #[arg(long)]
    pub(crate) post_code: Option<String>,
    /// Country of residence, such as PL
    #[arg(long)]
    pub(crate) country: Option<String>,
    /// Citizenship, such as PL
    #[arg(long)]
    pub(crate) citizenship: Option<String>,
    /// Nationality, where it differs
    #[arg(long)]
    pub(crate) nationality: Option<String>,
    /// Country of birth
    #[arg(long)]
    pub(crate) birth_country: Option<String>,
    /// National identification number
    #[arg(long)]
    pub(crate) national_id: Option<String>,
}

impl Person {
    /// This, and of the other what this does not say.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            email: self.email.or(other.email),
            phone: self.phone.or(other.phone),
            first_name: self.first_name.or(other.first_name),
            last_name: self.last_name.or(other.last_name),
            birth_date: self.birth_date.or(other.birth_date),
            street: self.street.or(other.street),
            number: self.number.or(other.number),
            city: self.city.or(other.city),
            post_code: self.post_code.or(other.post_code),
            country: self.country.or(other.country),
            citizenship: self.citizenship.or(other.citizenship),
            nationality: self.nationality.or(other.nationality),
            birth_country: self.birth_country.or(other.birth_country),
            national_id: self.national_id.or(other.national_id),
        }
    }
}

/// Reads a person from a file of JSON, or from standard input where it is called `-`.
///
/// # Errors
/// It cannot be read, or is something else. What stands in it is not shown.
pub(crate) fn read(path: &Path) -> Result<Person> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        std::fs::read_to_string(path).map_err(|error| {
            Failure::usage(format!("{} cannot be read: {error}", path.display()))
        })?
    };
    serde_json::from_str(&text).map_err(|error| {
        // serde_json's text may quote a value.
        let (path, line) = (path.display(), error.line());
        let what = match error.classify() {
            serde_json::error::Category::Data => {
                "this is no field of a person, or its value is no text; `partner users create --help` lists the fields"
            }
            _ => "this is no JSON",
        };
        Failure::usage(format!("{path}, line {line}: {what}")).into()
    })
}

/// Reads a field as what it has to be.
///
/// # Errors
/// Says which field is wrong and what it has to look like; never what was given.
pub(crate) fn field<T>(name: &str, text: &str) -> Result<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error| Failure::usage(format!("{name}: {error}")).into())
}

/// As [`field`], of what may be missing.
pub(crate) fn maybe<T>(name: &str, text: Option<&str>) -> Result<Option<T>>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.map(|text| field(name, text)).transpose()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read_text(text: &str) -> Result<Person> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        read(file.path())
    }

    #[test]
    fn a_file_says_what_the_flags_do_not() {
        let file = read_text(r#"{"city": "Gdynia", "first_name": "Anna"}"#).unwrap();
        let flags = Person {
            city: Some("Sopot".into()),
            ..Person::default()
        };
        let person = flags.or(file);
        assert_eq!(person.city.as_deref(), Some("Sopot"));
        assert_eq!(person.first_name.as_deref(), Some("Anna"));
    }

    #[test]
    fn what_a_file_holds_is_never_shown() {
        for text in [
            r#"{"canary": "x"}"#,
            r#"{"city": ["canary"]}"#,
            r#"{"city": 4242}"#,
            "canary",
        ] {
            let error = read_text(text).unwrap_err().to_string();
            assert!(error.contains("line 1"), "{error}");
            assert!(
                !error.contains("canary") && !error.contains("4242"),
                "{error}"
            );
        }
    }
}
