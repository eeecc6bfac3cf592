//! The inbox's tables and every statement on them.

use partner_api_webhooks::core::Timestamp;
use partner_api_webhooks::inbox::{
    Claimed, Counts, DeadLetter, Known, Lease, Letter, LetterId, Origin,
};
use partner_api_webhooks::{Address, EventKey, EventKind, ObjectRef};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

/// Places are 0 waiting, 1 dead, 2 handled. `kind` and `object` name the line that a letter stands in, and `turn` its place
/// there.
pub(super) const FIRST_VERSION: &str = "
    CREATE TABLE letters (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        key         TEXT    NOT NULL,
        path        TEXT    NOT NULL,
        kind        TEXT,
        object      TEXT,
        status      TEXT,
        body        BLOB    NOT NULL,
        origin      INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        place       INTEGER NOT NULL,
        turn        INTEGER NOT NULL,
        is_first    INTEGER NOT NULL,
        due_at      INTEGER NOT NULL,
        claim       INTEGER NOT NULL DEFAULT 0,
        attempt     INTEGER NOT NULL DEFAULT 0,
        why         TEXT
    ) STRICT;
    CREATE INDEX letters_by_key ON letters (key, id);
    CREATE INDEX letters_due    ON letters (due_at, id) WHERE place = 0 AND is_first = 1;
    CREATE INDEX letters_line   ON letters (kind, object, turn) WHERE place = 0;
    CREATE INDEX letters_dead   ON letters (id) WHERE place = 1;
    CREATE INDEX letters_old    ON letters (received_at) WHERE place = 2;
    CREATE TABLE objects (
        kind     TEXT    NOT NULL,
        object   TEXT    NOT NULL,
        status   TEXT    NOT NULL,
        is_final INTEGER NOT NULL,
        moved_at INTEGER NOT NULL,
        PRIMARY KEY (kind, object)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX objects_open ON objects (kind, object) WHERE is_final = 0;
    CREATE INDEX objects_old  ON objects (moved_at) WHERE is_final = 1;
";

/// Where a letter goes that is claimed.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Dead,
    Handled,
}

/// When the newest letter with this key was received.
pub(super) fn received_at(
    connection: &Connection,
    key: &EventKey,
) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT received_at FROM letters WHERE key = ?1 ORDER BY id DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_row([key.as_str()], |row| moment(row, 0))
        .optional()
}

/// Puts a letter last in its object's line, or among the dead if it cannot be read.
pub(super) fn insert(
    connection: &Connection,
    letter: &Letter,
    now: Timestamp,
) -> rusqlite::Result<LetterId> {
    let (kind, object) = line(&letter.address);
    let (turn, is_first) = match letter.fault {
        Some(_) => (0, false),
        None => turn(connection, kind, object)?,
    };
    let sql = "INSERT INTO letters (key, path, kind, object, status, body, origin, received_at, place, turn, is_first, due_at, why)
               VALUES (:key, :path, :kind, :object, :status, :body, :origin, :now, :place, :turn, :is_first, :now, :why)";
    connection.prepare_cached(sql)?.execute(named_params! {
        ":key": letter.key.as_str(),
        ":path": letter.path,
        ":kind": kind,
        ":object": object,
        ":status": letter.address.status,
        ":body": letter.body,
        ":origin": letter.origin == Origin::Recovered,
        ":now": now.millis(),
        ":place": letter.fault.is_some(),
        ":turn": turn,
        ":is_first": is_first,
        ":why": letter.fault.as_ref().map(ToString::to_string),
    })?;
    Ok(id(connection.last_insert_rowid()))
}

fn line(address: &Address) -> (Option<&'static str>, Option<&str>) {
    let object = address.object.as_ref().map(ObjectRef::id);
    (address.kind.map(EventKind::as_str), object)
}

/// The next turn in a line, and whether it is the first one. What belongs to no object waits for nobody.
fn turn(
    connection: &Connection,
    kind: Option<&str>,
    object: Option<&str>,
) -> rusqlite::Result<(i64, bool)> {
    if object.is_none() {
        return Ok((0, true));
    }
    let sql = "SELECT max(turn) FROM letters WHERE kind = ?1 AND object = ?2 AND place = 0";
    let mut statement = connection.prepare_cached(sql)?;
    let last: Option<i64> = statement.query_row(params![kind, object], |row| row.get(0))?;
    Ok((last.map_or(0, |last| last + 1), last.is_none()))
}

/// Leases what is due and first in its line.
pub(super) fn claim(
    connection: &Connection,
    at_most: usize,
    now: Timestamp,
    ends: Timestamp,
) -> rusqlite::Result<Vec<Claimed>> {
    let sql = "SELECT id, key, path, kind, object, status, body, origin, received_at, claim, attempt FROM letters
               WHERE place = 0 AND is_first = 1 AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map(params![now.millis(), limit(at_most)], |row| {
        let claim: i64 = row.get(9)?;
        let attempt: u32 = row.get(10)?;
        Ok(Claimed {
            lease: Lease {
                letter: id(row.get(0)?),
                claim: (claim + 1).unsigned_abs(),
            },
            attempt: attempt.saturating_add(1),
            letter: Letter {
                key: key(row, 1)?,
                path: row.get(2)?,
                address: address(row, 3)?,
                body: row.get(6)?,
                origin: origin(row, 7)?,
                fault: None,
            },
            received_at: moment(row, 8)?,
            known: None,
        })
    })?;
    let mut claimed = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let sql =
        "UPDATE letters SET claim = claim + 1, attempt = attempt + 1, due_at = ?2 WHERE id = ?1";
    let mut update = connection.prepare_cached(sql)?;
    for it in &mut claimed {
        update.execute(params![number(it.lease.letter), ends.millis()])?;
        if let Some(object) = &it.letter.address.object {
            it.known = known(connection, object)?;
        }
    }
    Ok(claimed)
}

/// Takes a claimed letter out of its line, whose next one comes first; `false` if the lease was lost.
pub(super) fn settle(
    connection: &Connection,
    lease: Lease,
    place: Place,
    why: Option<&str>,
) -> rusqlite::Result<bool> {
    let sql = match place {
        Place::Handled => {
            "UPDATE letters SET place = 2, is_first = 0, body = x'', why = ?3
             WHERE id = ?1 AND claim = ?2 AND place = 0 RETURNING kind, object"
        }
        Place::Dead => {
            "UPDATE letters SET place = 1, is_first = 0, why = ?3
             WHERE id = ?1 AND claim = ?2 AND place = 0 RETURNING kind, object"
        }
    };
    let mut statement = connection.prepare_cached(sql)?;
    let of = statement.query_row(
        params![number(lease.letter), claim_number(lease), why],
        |row| {
            Ok((
                row.get::<_, Option<String>>(0)?,
                row.get::<_, Option<String>>(1)?,
            ))
        },
    );
    let Some((kind, object)) = of.optional()? else {
        return Ok(false);
    };
    if object.is_some() {
        let sql = "UPDATE letters SET is_first = 1 WHERE id =
                   (SELECT id FROM letters WHERE kind = ?1 AND object = ?2 AND place = 0 ORDER BY turn LIMIT 1)";
        connection
            .prepare_cached(sql)?
            .execute(params![kind, object])?;
    }
    Ok(true)
}

/// Gives a claimed letter back, to be claimed again from `due` on; `false` if the lease was lost.
pub(super) fn postpone(
    connection: &Connection,
    lease: Lease,
    due: Timestamp,
    why: &str,
) -> rusqlite::Result<bool> {
    let sql = "UPDATE letters SET due_at = ?3, why = ?4, claim = claim + 1 WHERE id = ?1 AND claim = ?2 AND place = 0";
    let values = params![number(lease.letter), claim_number(lease), due.millis(), why];
    Ok(connection.prepare_cached(sql)?.execute(values)? == 1)
}

pub(super) fn dead(
    connection: &Connection,
    after: Option<LetterId>,
    at_most: usize,
) -> rusqlite::Result<Vec<DeadLetter>> {
    let sql =
        "SELECT id, key, path, kind, object, status, body, origin, received_at, why FROM letters
               WHERE place = 1 AND ?1 < id ORDER BY id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let after = after.map_or(0, number);
    let found = statement.query_map(params![after, limit(at_most)], |row| {
        Ok(DeadLetter {
            id: id(row.get(0)?),
            key: key(row, 1)?,
            path: row.get(2)?,
            address: address(row, 3)?,
            body: row.get(6)?,
            origin: origin(row, 7)?,
            received_at: moment(row, 8)?,
            why: row.get::<_, Option<Box<str>>>(9)?.unwrap_or_default(),
        })
    })?;
    found.collect()
}

/// Puts a dead letter last in the line of its new address.
pub(super) fn revive(
    connection: &Connection,
    id: LetterId,
    address: &Address,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let (kind, object) = line(address);
    let (turn, is_first) = turn(connection, kind, object)?;
    let sql = "UPDATE letters SET place = 0, turn = :turn, is_first = :is_first, due_at = :now, attempt = 0, claim = claim + 1,
                                  kind = :kind, object = :object, status = :status
               WHERE id = :id AND place = 1";
    let changed = connection.prepare_cached(sql)?.execute(named_params! {
        ":id": number(id),
        ":turn": turn,
        ":is_first": is_first,
        ":now": now.millis(),
        ":kind": kind,
        ":object": object,
        ":status": address.status,
    })?;
    Ok(changed == 1)
}

pub(super) fn discard(connection: &Connection, id: LetterId) -> rusqlite::Result<bool> {
    let sql = "UPDATE letters SET place = 2, body = x'', why = NULL WHERE id = ?1 AND place = 1";
    Ok(connection.prepare_cached(sql)?.execute([number(id)])? == 1)
}

pub(super) fn learn(connection: &Connection, news: &Known, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "INSERT INTO objects (kind, object, status, is_final, moved_at) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (kind, object)
               DO UPDATE SET status = excluded.status, is_final = excluded.is_final, moved_at = excluded.moved_at";
    let object = &news.object;
    let (kind, object) = (object.kind().as_str(), object.id());
    let values = params![kind, object, news.status, news.is_final, now.millis()];
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

pub(super) fn known(
    connection: &Connection,
    object: &ObjectRef,
) -> rusqlite::Result<Option<Known>> {
    let sql = "SELECT status, is_final FROM objects WHERE kind = ?1 AND object = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![object.kind().as_str(), object.id()], |row| {
        Ok(Known {
            object: object.clone(),
            status: row.get(0)?,
            is_final: row.get(1)?,
        })
    });
    found.optional()
}

pub(super) fn open_objects(
    connection: &Connection,
    after: Option<&ObjectRef>,
    at_most: usize,
) -> rusqlite::Result<Vec<Known>> {
    let sql = "SELECT kind, object, status FROM objects
               WHERE is_final = 0 AND (?1, ?2) < (kind, object) ORDER BY kind, object";
    let (kind, object) = after.map_or(("", ""), |it| (it.kind().as_str(), it.id()));
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map(params![kind, object], |row| {
        let kind: String = row.get(0)?;
        // Of a kind that only a newer version knows nothing can be asked.
        let Ok(kind) = kind.parse::<EventKind>() else {
            return Ok(None);
        };
        Ok(Some(Known {
            object: ObjectRef::new(kind, row.get::<_, String>(1)?),
            status: row.get(2)?,
            is_final: false,
        }))
    })?;
    found.filter_map(Result::transpose).take(at_most).collect()
}

pub(super) fn next_due(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let sql =
        "SELECT due_at FROM letters WHERE place = 0 AND is_first = 1 ORDER BY due_at, id LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row([], |row| moment(row, 0)).optional()
}

pub(super) fn counts(connection: &Connection) -> rusqlite::Result<Counts> {
    let count = |sql: &str| -> rusqlite::Result<u64> {
        let mut statement = connection.prepare_cached(sql)?;
        statement
            .query_row([], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    };
    Ok(Counts {
        waiting: count("SELECT count(*) FROM letters INDEXED BY letters_line WHERE place = 0")?,
        dead: count("SELECT count(*) FROM letters INDEXED BY letters_dead WHERE place = 1")?,
    })
}

pub(super) fn forget(connection: &Connection, before: Timestamp) -> rusqlite::Result<u64> {
    let before = before.millis();
    let letters = "DELETE FROM letters WHERE place = 2 AND received_at < ?1";
    let forgotten = connection.prepare_cached(letters)?.execute([before])?;
    let objects = "DELETE FROM objects WHERE is_final = 1 AND moved_at < ?1";
    connection.prepare_cached(objects)?.execute([before])?;
    Ok(forgotten as u64)
}

fn id(number: i64) -> LetterId {
    LetterId::new(number.unsigned_abs())
}

/// SQLite counts from 1 to `i64::MAX`; an id beyond that names nothing.
fn number(id: LetterId) -> i64 {
    i64::try_from(id.get()).unwrap_or(-1)
}

fn claim_number(lease: Lease) -> i64 {
    i64::try_from(lease.claim).unwrap_or(-1)
}

fn limit(at_most: usize) -> i64 {
    i64::try_from(at_most).unwrap_or(i64::MAX)
}

fn key(row: &Row<'_>, column: usize) -> rusqlite::Result<EventKey> {
    row.get::<_, String>(column).map(EventKey::new)
}

fn origin(row: &Row<'_>, column: usize) -> rusqlite::Result<Origin> {
    Ok(match row.get(column)? {
        true => Origin::Recovered,
        false => Origin::Provider,
    })
}

fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let millis = row.get(column)?;
    Timestamp::from_millis(millis).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error))
    })
}

/// The address in three columns; a kind that only a newer version knows is none.
fn address(row: &Row<'_>, column: usize) -> rusqlite::Result<Address> {
    let kind: Option<String> = row.get(column)?;
    let Some(kind) = kind.and_then(|it| it.parse::<EventKind>().ok()) else {
        return Ok(Address::default());
    };
    let object: Option<String> = row.get(column + 1)?;
    Ok(Address {
        kind: Some(kind),
        object: object.map(|object| ObjectRef::new(kind, object)),
        status: row.get(column + 2)?,
    })
}
