//! Entries as rows: one function for each question that is asked of them.

use partner_api_domain::core::{Timestamp, UserId};
use partner_api_domain::journal::{
    Conclusion, Entry, Fingerprint, Intent, IntentId, Reference, RequestKey, Shape,
};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

const COLUMNS: &str = "id, intent, conclusion, fingerprint, reason";

const FROM: &str = "FROM entries LEFT JOIN entries_personal ON entry = id";

pub(super) fn insert(connection: &Connection, intent: &Intent) -> rusqlite::Result<IntentId> {
    let shape = intent.action.shape();
    let mut impersonal = intent.clone();
    impersonal.reason = None;
    let insert = "INSERT INTO entries
        (at, intent, is_unresolved, request_key, holds_key, shape, is_guarded)
        VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6)";
    connection.prepare_cached(insert)?.execute((
        intent.at.millis(),
        to_json(&impersonal)?,
        intent.key.as_ref().map(RequestKey::as_str),
        intent.key.is_some(),
        shape.as_ref().map(Shape::as_str),
        intent.action.guarded_shape().is_some(),
    ))?;
    let row = connection.last_insert_rowid();
    if intent.fingerprint.is_some() || intent.reason.is_some() {
        let personal = "INSERT INTO entries_personal VALUES (?1, ?2, ?3)";
        connection.prepare_cached(personal)?.execute((
            row,
            intent.fingerprint.as_ref().map(|it| &it.as_bytes()[..]),
            intent
                .reason
                .as_ref()
                .map(to_json)
                .transpose()?
                .map(String::into_bytes),
        ))?;
    }
    let of_user = "INSERT OR IGNORE INTO entries_of_users VALUES (?1, ?2)";
    for user in intent.action.users() {
        connection
            .prepare_cached(of_user)?
            .execute((user.as_str(), row))?;
    }
    Ok(IntentId::new(row.unsigned_abs()))
}

/// Writes a conclusion. The entry holds its key from now on if it should and nobody else does.
pub(super) fn conclude(
    connection: &Connection,
    mut entry: Entry,
    conclusion: Conclusion,
) -> rusqlite::Result<()> {
    entry.conclusion = Some(conclusion);
    let holds_key = match &entry.intent.key {
        Some(key) if !entry.frees_its_key() => {
            under_key(connection, key)?.is_none_or(|holder| holder.id == entry.id)
        }
        _ => false,
    };
    let update = "UPDATE entries
        SET conclusion = ?2, is_unresolved = ?3, holds_key = ?4, reference = ?5 WHERE id = ?1";
    connection.prepare_cached(update)?.execute((
        number(entry.id),
        entry.conclusion.as_ref().map(to_json).transpose()?,
        entry.is_unresolved(),
        holds_key,
        entry.reference().map(to_json).transpose()?,
    ))?;
    Ok(())
}

/// Takes what is personal out of the resolved entries of a user, and says which those are; nothing if one is
/// unresolved. Ids stay: without them nobody would know that the user is closed, or which movements are accounted for.
pub(super) fn erase(connection: &Connection, user: &UserId) -> rusqlite::Result<Option<Vec<i64>>> {
    let entries = of_user(connection, user)?;
    if entries.iter().any(Entry::is_unresolved) {
        return Ok(None);
    }
    // Zeroed where it stands, as in the audit trail.
    let blank = "UPDATE entries_personal
        SET fingerprint = iif(fingerprint IS NULL, NULL, zeroblob(32)),
            reason = iif(reason IS NULL, NULL, zeroblob(length(reason)))
        WHERE entry = ?1";
    let ids: Vec<i64> = entries.iter().map(|entry| number(entry.id)).collect();
    for id in &ids {
        connection.prepare_cached(blank)?.execute([id])?;
    }
    Ok(Some(ids))
}

pub(super) fn entry(connection: &Connection, id: IntentId) -> rusqlite::Result<Option<Entry>> {
    one(connection, "id = ?1", [number(id)])
}

/// The entry that holds a key.
pub(super) fn under_key(
    connection: &Connection,
    key: &RequestKey,
) -> rusqlite::Result<Option<Entry>> {
    one(
        connection,
        "request_key = ?1 AND holds_key = 1",
        [key.as_str()],
    )
}

/// The unresolved entry of a guarded shape.
pub(super) fn in_doubt(connection: &Connection, shape: &Shape) -> rusqlite::Result<Option<Entry>> {
    let is_it = "shape = ?1 AND is_guarded = 1 AND is_unresolved = 1";
    one(connection, is_it, [shape.as_str()])
}

/// The first entry that accounts for what the provider calls so.
pub(super) fn claimant(
    connection: &Connection,
    reference: &Reference,
) -> rusqlite::Result<Option<IntentId>> {
    let claimant = one(connection, "reference = ?1", [to_json(reference)?])?;
    Ok(claimant.map(|entry| entry.id))
}

pub(super) fn of_user(connection: &Connection, user: &UserId) -> rusqlite::Result<Vec<Entry>> {
    let is_theirs = "id IN (SELECT entry FROM entries_of_users WHERE user = ?1)";
    all(connection, is_theirs, [user.as_str()])
}

/// Shows the entries of each user who stands in the journal, in the order of the ids.
pub(super) fn of_each_user(
    connection: &Connection,
    mut see: impl FnMut(UserId, Vec<Entry>),
) -> rusqlite::Result<()> {
    let select = format!(
        "SELECT {COLUMNS}, user FROM entries_of_users AS of JOIN entries ON id = of.entry
         LEFT JOIN entries_personal AS personal ON personal.entry = id ORDER BY user, id"
    );
    let mut statement = connection.prepare(&select)?;
    let mut rows = statement.query([])?;
    let mut of_one: Option<(String, Vec<Entry>)> = None;
    let mut end = |user: &str, entries| {
        // What is kept was an id when it was written.
        if let Ok(user) = UserId::new(user) {
            see(user, entries);
        }
    };
    while let Some(row) = rows.next()? {
        let (user, entry) = (row.get_ref(5)?.as_str()?, read(row)?);
        match &mut of_one {
            Some((same, entries)) if *same == user => entries.push(entry),
            other => {
                if let Some((before, entries)) = other.replace((user.to_owned(), vec![entry])) {
                    end(&before, entries);
                }
            }
        }
    }
    if let Some((user, entries)) = of_one {
        end(&user, entries);
    }
    Ok(())
}

pub(super) fn alike(
    connection: &Connection,
    shape: &Shape,
    since: Timestamp,
) -> rusqlite::Result<Vec<Entry>> {
    all(
        connection,
        "shape = ?1 AND ?2 <= at",
        (shape.as_str(), since.millis()),
    )
}

pub(super) fn unresolved(connection: &Connection) -> rusqlite::Result<Vec<Entry>> {
    all(connection, "is_unresolved = 1", [])
}

pub(super) fn latest(connection: &Connection, most: usize) -> rusqlite::Result<Vec<Entry>> {
    let select = format!("SELECT {COLUMNS} {FROM} ORDER BY id DESC LIMIT ?1");
    let mut statement = connection.prepare_cached(&select)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    statement.query_map([most], read)?.collect()
}

fn one(
    connection: &Connection,
    condition: &str,
    params: impl Params,
) -> rusqlite::Result<Option<Entry>> {
    let select = format!("SELECT {COLUMNS} {FROM} WHERE {condition} ORDER BY id LIMIT 1");
    let mut statement = connection.prepare_cached(&select)?;
    statement.query_row(params, read).optional()
}

fn all(
    connection: &Connection,
    condition: &str,
    params: impl Params,
) -> rusqlite::Result<Vec<Entry>> {
    let select = format!("SELECT {COLUMNS} {FROM} WHERE {condition} ORDER BY id");
    let mut statement = connection.prepare_cached(&select)?;
    statement.query_map(params, read)?.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let id: i64 = row.get(0)?;
    let mut intent: Intent = from_json(row, 1)?;
    let conclusion = match row.get_ref(2)?.data_type() {
        Type::Null => None,
        _ => Some(from_json(row, 2)?),
    };
    // An erased fingerprint is like no other, so that a repeat under its key is not taken for the same.
    let fingerprint: Option<[u8; 32]> = row.get(3)?;
    intent.fingerprint = fingerprint.map(Fingerprint::from_bytes);
    let reason: Option<Vec<u8>> = row.get(4)?;
    let is_erased = |reason: &Vec<u8>| reason.iter().all(|byte| *byte == 0);
    if let Some(reason) = reason.filter(|it| !is_erased(it)) {
        let reason = serde_json::from_slice(&reason);
        intent.reason = Some(reason.map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(4, Type::Blob, error.into())
        })?);
    }
    Ok(Entry::new(
        IntentId::new(id.unsigned_abs()),
        intent,
        conclusion,
    ))
}

/// What no number of a row can be finds no row.
fn number(id: IntentId) -> i64 {
    i64::try_from(id.get()).unwrap_or(-1)
}

pub(super) fn to_json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}
