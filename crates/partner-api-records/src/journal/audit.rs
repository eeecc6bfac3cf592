//! The audit trail: who asked for what, when and why, and how it ended; append-only, each record bound to all before it.
//!
//! # Shape
//! A record has a *public* part, which stays for ever, and may have a *personal* part, which can be erased. The hash of a
//! record covers the hash of the record before it, the public part, and a commitment to the personal part: the digest
//! of a random salt and the part. Erasing deletes salt and part; the commitment stays and says nothing without the salt,
//! so the chain holds.
//!
//! # What it shows
//! That no record was changed, taken out or put in between since. Not that none was cut off at the end: for that, keep
//! the [head](Verified::head) elsewhere now and then, and compare. Whoever can write the file can make a new chain; the
//! head kept elsewhere shows that, too.

use std::io::{self, Write};

use partner_api_domain::core::Timestamp;
use partner_api_domain::journal::{Conclusion, Intent, IntentId, Resolution};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::rows::to_json;

/// The head of an empty trail.
const NOTHING: [u8; 32] = [0; 32];

pub(super) fn begun(
    connection: &Connection,
    id: IntentId,
    intent: &Intent,
) -> rusqlite::Result<()> {
    let mut personal = to_value(intent)?;
    let action = &personal["action"];
    let mut public = Map::new();
    public.insert("event".to_owned(), "begun".into());
    public.insert("action".to_owned(), intent.action.name().into());
    if let Some(money) = action.get("money") {
        public.insert("money".to_owned(), money.clone());
    }
    if let Some(actor) = &intent.actor {
        public.insert("actor".to_owned(), actor.as_str().into());
    }
    if let Some(fields) = personal.as_object_mut() {
        fields.remove("actor");
    }
    append(
        connection,
        intent.at,
        id,
        &Value::Object(public),
        Some(&personal),
    )
}

pub(super) fn concluded(
    connection: &Connection,
    id: IntentId,
    conclusion: &Conclusion,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let public = json!({ "event": "concluded", "outcome": to_value(conclusion)? });
    append(connection, at, id, &public, None)
}

pub(super) fn resolved(
    connection: &Connection,
    id: IntentId,
    resolution: &Resolution,
) -> rusqlite::Result<()> {
    let public = json!({
        "event": "resolved",
        "outcome": to_value(&resolution.conclusion)?,
        "basis": to_value(&resolution.basis)?,
        "actor": to_value(&resolution.actor)?,
    });
    let reason = to_value(&resolution.reason)?;
    let personal = (!reason.is_null()).then(|| json!({ "reason": reason }));
    append(connection, resolution.at, id, &public, personal.as_ref())
}

/// Writes down that the personal parts of these entries are erased, and erases them.
pub(super) fn erase(connection: &Connection, ids: &[i64], at: Timestamp) -> rusqlite::Result<()> {
    // Zeroed where it stands: a row that is deleted may have left a copy in the unused middle of a page, when SQLite
    // balanced the tree. These rows are only appended and never change their size, so they never move.
    let blank =
        "UPDATE audit_personal SET salt = zeroblob(16), personal = zeroblob(length(personal))
        WHERE seq IN (SELECT seq FROM audit WHERE entry = ?1)";
    for id in ids {
        connection.prepare_cached(blank)?.execute([id])?;
        let id = IntentId::new(id.unsigned_abs());
        append(connection, at, id, &json!({ "event": "erased" }), None)?;
    }
    Ok(())
}

fn append(
    connection: &Connection,
    at: Timestamp,
    id: IntentId,
    public: &Value,
    personal: Option<&Value>,
) -> rusqlite::Result<()> {
    let head = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let head: Option<(i64, [u8; 32])> = connection
        .prepare_cached(head)?
        .query_row([], read)
        .optional()?;
    let (last, before) = head.unwrap_or((0, NOTHING));
    let (public, personal) = (to_json(public)?, personal.map(to_json).transpose()?);
    let salt = *Uuid::new_v4().as_bytes();
    let commitment = personal.as_ref().map(|text| commitment(&salt, text));
    let record = Record {
        seq: last + 1,
        at: at.millis(),
        entry: i64::try_from(id.get()).unwrap_or(i64::MAX),
        public,
        commitment,
        personal: None,
    };
    let insert = "INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    connection.prepare_cached(insert)?.execute((
        record.seq,
        record.at,
        record.entry,
        &record.public,
        record.commitment,
        record.hash(&before),
    ))?;
    if let Some(personal) = personal {
        let personal = personal.as_bytes();
        let insert = "INSERT INTO audit_personal VALUES (?1, ?2, ?3)";
        connection
            .prepare_cached(insert)?
            .execute((record.seq, salt, personal))?;
    }
    Ok(())
}

fn to_value(value: &impl serde::Serialize) -> rusqlite::Result<Value> {
    serde_json::to_value(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// A record as it is kept.
struct Record {
    seq: i64,
    at: i64,
    entry: i64,
    public: String,
    commitment: Option<[u8; 32]>,
    /// Salt and text, unless they were erased.
    personal: Option<([u8; 16], String)>,
}

impl Record {
    fn hash(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(before);
        for number in [self.seq, self.at, self.entry] {
            digest.update(number.to_be_bytes());
        }
        digest.update((self.public.len() as u64).to_be_bytes());
        digest.update(&self.public);
        digest.update([u8::from(self.commitment.is_some())]);
        digest.update(self.commitment.unwrap_or_default());
        digest.finalize().into()
    }
}

fn commitment(salt: &[u8; 16], personal: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(salt);
    digest.update(personal);
    digest.finalize().into()
}

/// An audit trail that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many records there are.
    pub records: u64,
    /// How many of them had a personal part that is erased.
    pub erased: u64,
    /// The hash of the last record, in hexadecimal digits: it stands for the whole trail.
    pub head: String,
}

/// An audit trail that does not hold, or that could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A record is not what was written.
    #[error(
        "the audit trail does not hold: record {record} {what}; keep the file, and compare it with a copy"
    )]
    Broken {
        /// Which.
        record: i64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The file could not be read.
    #[error("the audit trail cannot be read")]
    Database(#[from] crate::DatabaseError),
    /// The export could not be written.
    #[error("the export cannot be written")]
    Export(#[from] io::Error),
}

/// Why a walk along the trail ended early.
pub(super) enum Stop {
    Broken(i64, &'static str),
    Export(io::Error),
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// One JSON object a line, with all that is needed to verify it elsewhere.
    JsonLines,
    /// A table with a heading, for reading: one row a record.
    Csv,
}

const COLUMNS: [&str; 14] = [
    "seq",
    "at",
    "entry",
    "event",
    "action",
    "source",
    "destination",
    "money",
    "actor",
    "reason",
    "outcome",
    "reference",
    "basis",
    "hash",
];

/// Walks along the whole trail, checks it, and shows each record to `see`.
pub(super) fn walk(
    connection: &Connection,
    mut see: impl FnMut(&Value) -> io::Result<()>,
) -> rusqlite::Result<Result<Verified, Stop>> {
    let select = "SELECT seq, at, entry, public, commitment, hash, salt, personal
        FROM audit LEFT JOIN audit_personal USING (seq) ORDER BY seq";
    let mut statement = connection.prepare(select)?;
    let mut rows = statement.query([])?;
    let (mut before, mut records, mut erased) = (NOTHING, 0, 0);
    while let Some(row) = rows.next()? {
        let salt: Option<[u8; 16]> = row.get(6)?;
        let personal: Option<Vec<u8>> = row.get(7)?;
        let is_erased = salt == Some([0; 16]);
        let personal = personal.filter(|_| !is_erased).map(String::from_utf8);
        let personal = personal.transpose().unwrap_or_default();
        let record = Record {
            seq: row.get(0)?,
            at: row.get(1)?,
            entry: row.get(2)?,
            public: row.get(3)?,
            commitment: row.get(4)?,
            personal: salt.zip(personal),
        };
        let hash: [u8; 32] = row.get(5)?;
        records += 1;
        let broken = |what| Ok(Err(Stop::Broken(record.seq, what)));
        if u64::try_from(record.seq) != Ok(records) {
            return broken("follows on one that is missing");
        }
        if record.hash(&before) != hash {
            return broken("was changed, or the one before it");
        }
        match (&record.commitment, &record.personal) {
            (Some(promised), Some((salt, text))) if commitment(salt, text) != *promised => {
                return broken("has another personal part than was written");
            }
            (None, Some(_)) => return broken("has a personal part that was not written"),
            (Some(_), None) if is_erased => erased += 1,
            (Some(_), None) => return broken("has lost its personal part"),
            _ => {}
        }
        if let Err(error) = see(&shown(&record, &before, &hash)) {
            return Ok(Err(Stop::Export(error)));
        }
        before = hash;
    }
    Ok(Ok(Verified {
        records,
        erased,
        head: hex(&before),
    }))
}

/// All of a record, as a line of JSON holds it.
fn shown(record: &Record, before: &[u8; 32], hash: &[u8; 32]) -> Value {
    let at = Timestamp::from_millis(record.at)
        .map(|at| at.to_string())
        .ok();
    json!({
        "seq": record.seq,
        "at": at,
        "atMillis": record.at,
        "entry": record.entry,
        // As text, since the hash covers the text.
        "public": record.public,
        "personal": record.personal.as_ref().map(|(_, text)| text),
        "salt": record.personal.as_ref().map(|(salt, _)| hex(salt)),
        "commitment": record.commitment.as_ref().map(|it| hex(it)),
        "before": hex(before),
        "hash": hex(hash),
    })
}

/// Writes records one after the other.
pub(super) struct Export<W> {
    to: W,
    format: Format,
}

impl<W: Write> Export<W> {
    pub(super) fn new(mut to: W, format: Format) -> io::Result<Self> {
        if format == Format::Csv {
            writeln!(to, "{}", COLUMNS.join(","))?;
        }
        Ok(Self { to, format })
    }

    pub(super) fn write(&mut self, record: &Value) -> io::Result<()> {
        match self.format {
            Format::JsonLines => writeln!(self.to, "{record}"),
            Format::Csv => writeln!(self.to, "{}", csv(record)),
        }
    }

    pub(super) fn end(mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn csv(record: &Value) -> String {
    let part = |name: &str| -> Value {
        let text = record[name].as_str().unwrap_or("null");
        serde_json::from_str(text).unwrap_or_default()
    };
    let (public, personal) = (part("public"), part("personal"));
    let (action, outcome) = (&personal["action"], &public["outcome"]);
    let source = [&action["source"], &action["owner"]["user"], &action["user"]];
    let source = source
        .into_iter()
        .find(|it| !it.is_null())
        .unwrap_or(&Value::Null);
    let reference = outcome["reference"]
        .as_object()
        .and_then(|it| it.values().next());
    let cells = COLUMNS.map(|column| {
        let value = match column {
            "seq" | "at" | "entry" | "hash" => &record[column],
            "source" => source,
            "destination" => &action["destination"],
            "reason" => &personal["reason"],
            "outcome" => &outcome["conclusion"],
            "reference" => reference.unwrap_or(&Value::Null),
            other => &public[other],
        };
        match value {
            Value::Null => String::new(),
            Value::String(text) => cell(text),
            Value::Object(fields) => {
                cell(&fields.values().map(plain).collect::<Vec<_>>().join(" "))
            }
            other => cell(&other.to_string()),
        }
    });
    cells.join(",")
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A cell as a spreadsheet takes it: quoted where need be, and never a formula.
fn cell(text: &str) -> String {
    let text = match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
