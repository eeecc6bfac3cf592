//! What commands print: rows of one description, as a table for people or as JSON, JSON Lines or CSV for machines.
//!
//! Answers go to standard output, everything else to standard error.

mod cell;
mod table;

use std::fmt::Display;
use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

pub(crate) use self::cell::{Cell, Field, holding, money, text};
use crate::exit::Result;

/// How answers are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Aligned, for people; coloured on a terminal
    #[default]
    #[value(alias = "text")]
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values, with a header
    Csv,
}

/// One thing of a kind, as it is printed.
pub(crate) trait Row {
    /// What each row of the kind says, in order. The names are promised to scripts.
    const FIELDS: &'static [Field];

    /// What this one says, a cell for each field.
    fn cells(&self) -> Vec<Cell>;
}

/// Where answers go, and how.
pub(crate) struct Printer {
    format: Format,
    is_quiet: bool,
}

impl Printer {
    pub(crate) fn new(format: Format, is_quiet: bool) -> Self {
        Self { format, is_quiet }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether only the answer is wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// Whether people read it.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format == Format::Table
    }

    /// Prints several things of a kind.
    pub(crate) fn list<R: Row>(&self, rows: impl IntoIterator<Item = R>) -> Result<()> {
        let mut list = self.rows::<R>();
        for row in rows {
            list.push(&row)?;
        }
        list.end()
    }

    /// Several things of a kind that come one after the other; where the format allows it, each is printed as it comes.
    pub(crate) fn rows<R: Row>(&self) -> Rows {
        Rows::new(self.format, self.is_quiet, R::FIELDS)
    }

    /// Prints one thing: for people a line a field.
    pub(crate) fn one<R: Row>(&self, row: &R) -> Result<()> {
        let cells = row.cells();
        let mut out = stdout();
        match self.format {
            Format::Table => out.write_all(table::record(R::FIELDS, &cells).as_bytes())?,
            Format::Json => writeln!(out, "{:#}", json(R::FIELDS, &cells)?)?,
            Format::Jsonl | Format::Csv => {
                let mut rows = self.rows::<R>();
                rows.push(row)?;
                rows.end()?;
            }
        }
        Ok(out.flush()?)
    }

    /// Tells what was done: a sentence for people, the row for machines.
    pub(crate) fn done<R: Row>(&self, sentence: impl Display, row: &R) -> Result<()> {
        match self.format {
            Format::Table if self.is_quiet => Ok(()),
            Format::Table => self.line(sentence),
            _ => self.one(row),
        }
    }

    /// Prints a line as it is.
    pub(crate) fn line(&self, text: impl Display) -> Result<()> {
        let mut out = stdout();
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }

    /// Says something beside the answer, on standard error, unless only the answer is wanted.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.is_quiet {
            anstream::eprintln!("partner: {text}");
        }
    }
}

/// Several things of a kind on their way out.
pub(crate) struct Rows {
    format: Format,
    is_quiet: bool,
    fields: &'static [Field],
    kept: Vec<Vec<Cell>>,
    count: usize,
}

impl Rows {
    fn new(format: Format, is_quiet: bool, fields: &'static [Field]) -> Self {
        Self {
            format,
            is_quiet,
            fields,
            kept: Vec::new(),
            count: 0,
        }
    }

    pub(crate) fn push<R: Row>(&mut self, row: &R) -> Result<()> {
        let cells = row.cells();
        debug_assert_eq!(cells.len(), self.fields.len(), "a cell for each field");
        match self.format {
            Format::Table | Format::Json => self.kept.push(cells),
            Format::Jsonl => {
                let mut out = stdout();
                serde_json::to_writer(&mut out, &Object(self.fields, &cells))?;
                writeln!(out)?;
                out.flush()?;
            }
            Format::Csv => {
                self.head()?;
                write_csv(cell::values(self.fields, &cells).map(|(_, value)| value.to_string()))?;
            }
        }
        self.count += 1;
        Ok(())
    }

    /// The names, once, before the first line of CSV.
    fn head(&self) -> Result<()> {
        match self.count {
            0 => write_csv(cell::names(self.fields)),
            _ => Ok(()),
        }
    }

    pub(crate) fn end(self) -> Result<()> {
        let mut out = stdout();
        match self.format {
            Format::Table if self.kept.is_empty() => {
                if !self.is_quiet {
                    anstream::eprintln!("partner: there are none");
                }
            }
            Format::Table => out.write_all(table::table(self.fields, &self.kept).as_bytes())?,
            Format::Json => {
                let kept = self.kept.iter();
                let all: Vec<_> = kept.map(|cells| Object(self.fields, cells)).collect();
                serde_json::to_writer_pretty(&mut out, &all)?;
                writeln!(out)?;
            }
            Format::Jsonl => {}
            Format::Csv => self.head()?,
        }
        Ok(out.flush()?)
    }
}

/// How many of what: `1 user`, `2 users`.
pub(crate) fn counted<N: Display + PartialEq + From<u8>>(count: N, what: &str) -> String {
    let end = if count == N::from(1) { "" } else { "s" };
    format!("{count} {what}{end}")
}

/// Standard output; colours are taken out where it is no terminal, or where NO_COLOR says so.
fn stdout() -> impl Write {
    anstream::stdout()
}

fn write_csv(values: impl Iterator<Item = String>) -> Result<()> {
    let mut line = csv::Writer::from_writer(Vec::new());
    line.write_record(values)?;
    let bytes = line
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))?;
    let mut out = stdout();
    out.write_all(&bytes)?;
    Ok(out.flush()?)
}

fn json(fields: &'static [Field], cells: &[Cell]) -> Result<String> {
    Ok(serde_json::to_string_pretty(&Object(fields, cells))?)
}

/// A row as a JSON object, its fields in order.
struct Object<'a>(&'static [Field], &'a [Cell]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in cell::values(self.0, self.1) {
            map.serialize_entry(&name, &value)?;
        }
        map.end()
    }
}
