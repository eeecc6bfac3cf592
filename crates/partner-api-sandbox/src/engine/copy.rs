//! Everything that the store holds, as one stream of bytes, and back: snapshots that outlive the sandbox.
//!
//! # Shape
//!
//! A line that says what it is, the version, the moment on the virtual clock and whether it stood still; then every table
//! with its rows in key order; then how many rows there were, and a SHA-256 of all before. Nothing in it depends on which
//! engine keeps the rows, so it can be restored into any.
//!
//! # Why it is correct
//!
//! * *Consistent.* It is written from one snapshot of the store, while changes go on.
//! * *Whole or not at all.* A stream is read to its end and compared with its hash before anything is changed. Then all rows
//!   are replaced in one batch, which a crash leaves done or undone; and the batch is given up if the books that came in do
//!   not add up, to the last movement.
//! * *Numbers go on rising.* The next decision gets a number above those of both histories, so no number means two things.
//!   Time goes back to the moment of the snapshot, since what was to come from there on is yet to come.
//!
//! # Personal data (L14)
//!
//! A snapshot holds personal data of everybody who was there: whoever has the file has that. The sandbox itself keeps none,
//! so closing a user still leaves no byte in its files. Who was ever closed stays known by an opaque id, over resets and
//! restores too; a snapshot in which such a user is still there is refused, unless [`Erased::BringBack`] says that this is
//! meant.
//!
//! What is *not* in it: keys, the policy, fault rules, the limit of calls, and the receivers of webhooks with what they were
//! told. They belong to the running sandbox. After a restore its receivers are told what happens from then on.

use std::io::{self, Read as _, Seek, SeekFrom, Write as _};

use partner_api_core::user::{Standing, User};
use partner_api_core::{HolderId, Timestamp};
use sha2::{Digest, Sha256};

use super::audit::audit;
use super::error::{BrokenBooks, EngineError};
use super::rows::{self, NameKey, Position, Read, Record, Setting as _, WasClosed, Written};
use crate::rates::RateSource;
use crate::store::{Batch, Rows, Table};

const MAGIC: &[u8] = b"partner-api-sandbox snapshot\n";

/// Which rows a sandbox must know to read it: the second version's decisions know each other. Every earlier one is read.
const VERSION: u8 = 2;

/// Far more than any row has; what claims more is not believed.
const ROW_MAX: u32 = 64 * 1024 * 1024;

const TABLE: u8 = b'T';
const ROW: u8 = b'R';
const END: u8 = b'E';

/// What is to happen if a snapshot would bring back personal data that was erased since it was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Erased {
    /// The snapshot is refused.
    #[default]
    Refuse,
    /// It is brought back.
    BringBack,
}

/// What a snapshot holds, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The number of the last decision in it.
    pub seq: u64,
    /// The virtual clock then.
    pub at: Timestamp,
    /// How many rows.
    pub rows: u64,
}

/// Why there is no snapshot, or why it was not restored. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Reading or writing the stream failed.
    #[error("the snapshot cannot be read or written")]
    Io(#[from] io::Error),
    /// Something else.
    #[error("this is no snapshot of a sandbox; give a file that a sandbox wrote")]
    NotOurs,
    /// A newer sandbox wrote it.
    #[error("a newer sandbox wrote this snapshot; use one that is as new")]
    Newer,
    /// Cut short, changed or put together by somebody.
    #[error("the snapshot is damaged: {0}; take another copy")]
    Damaged(&'static str),
    /// The books in it do not add up.
    #[error("the books in the snapshot are wrong; take another one")]
    Books(#[source] BrokenBooks),
    /// It holds personal data of users who were closed since.
    #[error(
        "the snapshot would bring back the erased data of users who were closed since ({users}); say that this is meant, or take another one"
    )]
    BringsBack {
        /// How many.
        users: u64,
    },
}

/// A stream that can be read twice.
pub(super) trait Source: io::Read + Seek + Send {}

impl<T: io::Read + Seek + Send> Source for T {}

/// Writes everything.
pub(super) fn write(
    rows: &dyn Rows,
    now: Timestamp,
    frozen: bool,
    to: &mut dyn io::Write,
) -> Result<Saved, SnapshotError> {
    let position: Position = load(rows)?.ok_or(SnapshotError::Damaged("there is no position"))?;
    // While the clock is being advanced, decisions are ahead of it.
    let at = now.max(position.at);
    let mut to = Hashing::new(to);
    to.write_all(MAGIC)?;
    to.write_all(&[VERSION])?;
    to.write_all(&at.millis().to_le_bytes())?;
    to.write_all(&[u8::from(frozen)])?;
    let mut count = 0;
    for table in Table::ALL.iter().filter(|it| !it.is_of_receivers()) {
        let word = table.word().as_bytes();
        to.write_all(&[TABLE, word.len() as u8])?;
        to.write_all(word)?;
        let mut failed = Ok(());
        let scanned = rows.scan(*table, &[], &mut |key, value| {
            if *table == Table::Settings && key == Written::WORD.as_bytes() {
                // Here every balance is as new as it can be.
                return std::ops::ControlFlow::Continue(());
            }
            count += 1;
            failed = write_row(&mut to, key, value);
            match failed {
                Ok(()) => std::ops::ControlFlow::Continue(()),
                Err(_) => std::ops::ControlFlow::Break(()),
            }
        });
        scanned.map_err(EngineError::from)?;
        failed?;
    }
    to.write_all(&[END])?;
    to.write_all(&u64::to_le_bytes(count))?;
    let digest = to.hash.finalize_reset();
    to.inner.write_all(&digest)?;
    to.inner.flush()?;
    Ok(Saved {
        seq: position.seq,
        at,
        rows: count,
    })
}

fn write_row(to: &mut impl io::Write, key: &[u8], value: &[u8]) -> io::Result<()> {
    to.write_all(&[ROW])?;
    for part in [key, value] {
        let length = u32::try_from(part.len()).map_err(io::Error::other)?;
        to.write_all(&length.to_le_bytes())?;
        to.write_all(part)?;
    }
    Ok(())
}

/// What stands before the rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) at: Timestamp,
    pub(super) frozen: bool,
}

/// Reads everything and shows each row; an error of `look` ends it. What is shown is not yet known to be undamaged.
fn read(
    from: &mut dyn Source,
    mut look: impl FnMut(Table, &[u8], &[u8]) -> Result<(), SnapshotError>,
) -> Result<Head, SnapshotError> {
    from.seek(SeekFrom::Start(0))?;
    let mut from = Hashing::new(io::BufReader::new(from));
    let mut magic = [0; MAGIC.len()];
    let is_ours = from.read_exact(&mut magic).is_ok() && magic == MAGIC;
    if !is_ours {
        return Err(SnapshotError::NotOurs);
    }
    match from.byte()? {
        1..=VERSION => {}
        _ => return Err(SnapshotError::Newer),
    }
    let at = Timestamp::from_millis(i64::from_le_bytes(from.array()?));
    let head = Head {
        at: at.map_err(|_| SnapshotError::Damaged("its time is none"))?,
        frozen: from.byte()? != 0,
    };
    let (mut table, mut count) = (None, 0_u64);
    let (mut key, mut value) = (Vec::new(), Vec::new());
    loop {
        match from.byte()? {
            TABLE => {
                let length = from.byte()?;
                from.exactly(length.into(), &mut key)?;
                let found = Table::ALL.iter().find(|it| it.word().as_bytes() == key);
                table = Some(*found.ok_or(SnapshotError::Newer)?);
            }
            ROW => {
                for part in [&mut key, &mut value] {
                    let length = u32::from_le_bytes(from.array()?);
                    if ROW_MAX < length {
                        return Err(SnapshotError::Damaged("a row is too long"));
                    }
                    from.exactly(length, part)?;
                }
                let table = table.ok_or(SnapshotError::Damaged("a row is in no table"))?;
                count += 1;
                look(table, &key, &value)?;
            }
            END => break,
            _ => return Err(SnapshotError::Damaged("neither a table nor a row")),
        }
    }
    if u64::from_le_bytes(from.array()?) != count {
        return Err(SnapshotError::Damaged("rows are missing"));
    }
    let expected = from.hash.finalize_reset();
    let mut found = [0; 32];
    from.inner.read_exact(&mut found).map_err(cut_short)?;
    if found[..] != expected[..] {
        return Err(SnapshotError::Damaged("its hash is another one"));
    }
    if from.inner.read(&mut [0])? != 0 {
        return Err(SnapshotError::Damaged("something follows its end"));
    }
    Ok(head)
}

/// Reads a stream to its end without changing anything.
pub(super) fn check(from: &mut dyn Source) -> Result<Head, SnapshotError> {
    read(from, |_, _, _| Ok(()))
}

/// What a stream holds of the engine itself.
pub(super) struct Settings {
    pub(super) position: Position,
    pub(super) name_key: NameKey,
    pub(super) rates: RateSource,
}

/// Puts the rows of a stream in place of all that is there; who was closed stays known.
pub(super) fn replace(
    batch: &mut dyn Batch,
    from: &mut dyn Source,
    erased: Erased,
) -> Result<Settings, SnapshotError> {
    if erased == Erased::Refuse {
        let mut users = 0;
        read(from, |table, key, value| {
            if table == Table::Users {
                let user = User::read(&mut Read::new(value)).map_err(|_| A_USER)?;
                let holder = Read::new(key).holder().map_err(|_| A_USER)?;
                let is_there = user.standing != Standing::Closed;
                users += u64::from(is_there && was_closed(&*batch, holder)?);
            }
            Ok(())
        })?;
        if 0 < users {
            return Err(SnapshotError::BringsBack { users });
        }
    }
    remember_closed(batch)?;
    for table in Table::ALL.iter().filter(|it| it.is_of_history()) {
        batch.clear(*table).map_err(EngineError::from)?;
    }
    // A setting that an older sandbox had not yet stays as it is here.
    read(from, |table, key, value| {
        if table.is_of_receivers() {
            return Err(SnapshotError::Damaged("it holds receivers"));
        }
        let put = batch.put(table, key, value);
        Ok(put.map_err(EngineError::from)?)
    })?;
    if let Err(broken) = audit(&*batch).map_err(EngineError::from)? {
        return Err(SnapshotError::Books(broken));
    }
    let unnamed = || SnapshotError::Damaged("the engine's own settings are missing");
    Ok(Settings {
        position: load(&*batch)?.ok_or_else(unnamed)?,
        name_key: load(&*batch)?.ok_or_else(unnamed)?,
        rates: load(&*batch)?.unwrap_or_default(),
    })
}

const A_USER: SnapshotError = SnapshotError::Damaged("a user cannot be read");

/// Closed users whose rows are about to go stay known; files of before that was so know them by these rows alone.
fn remember_closed(batch: &mut dyn Batch) -> Result<(), SnapshotError> {
    let mut closed = Vec::new();
    rows::each_under(&*batch, Table::Users, &[], |key, value| {
        let holder = key.holder()?;
        if User::read(value)?.standing == Standing::Closed {
            closed.push(holder);
        }
        Ok(())
    })
    .map_err(EngineError::from)?;
    for holder in closed {
        rows::save(batch, &holder, &WasClosed).map_err(EngineError::from)?;
    }
    Ok(())
}

/// Whether a user was ever closed here.
fn was_closed(rows: &dyn Rows, holder: HolderId) -> Result<bool, EngineError> {
    if rows::load::<WasClosed>(rows, &holder)?.is_some() {
        return Ok(true);
    }
    let user = rows::load::<User>(rows, &holder)?;
    Ok(user.is_some_and(|user| user.standing == Standing::Closed))
}

fn load<R: Record<Key = ()>>(rows: &dyn Rows) -> Result<Option<R>, EngineError> {
    Ok(rows::load(rows, &())?)
}

/// Hashes what passes.
struct Hashing<T> {
    inner: T,
    hash: Sha256,
}

impl<T> Hashing<T> {
    fn new(inner: T) -> Self {
        let hash = Sha256::new();
        Self { inner, hash }
    }
}

impl<T: io::Write> io::Write for Hashing<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: io::Read> io::Read for Hashing<T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }
}

impl<T: io::Read> Hashing<T> {
    fn byte(&mut self) -> Result<u8, SnapshotError> {
        self.array().map(|[byte]| byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes).map_err(cut_short)?;
        Ok(bytes)
    }

    /// Reads so many bytes. Room is made as they come, so a length that lies costs nothing.
    fn exactly(&mut self, length: u32, into: &mut Vec<u8>) -> Result<(), SnapshotError> {
        into.clear();
        let count = self.by_ref().take(length.into()).read_to_end(into)?;
        if count as u64 == u64::from(length) {
            Ok(())
        } else {
            Err(CUT_SHORT)
        }
    }
}

const CUT_SHORT: SnapshotError = SnapshotError::Damaged("it is cut short");

fn cut_short(error: io::Error) -> SnapshotError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => CUT_SHORT,
        _ => SnapshotError::Io(error),
    }
}
