//! One SQLite file: a thread that writes, a thread that reads, and jobs for both.
//!
//! # Shape
//! [`Database::write`] queues a job; the thread that owns the writing connection takes what has queued up, runs it in
//! *one* transaction with a savepoint for each job, commits, and only then answers. So a job that was answered with `Ok`
//! is on the disk, and many jobs share one sync. [`Database::read`] does the same on a connection of its own, which
//! sees what was committed and waits for no writer.
//!
//! # Why it is correct
//! - A job is queued as soon as its future is polled first and runs whole or not at all: dropping the future loses the
//!   answer, never half of the work.
//! - `BEGIN IMMEDIATE` takes the file's only write lock before the first job looks at anything, so what a job reads
//!   still holds when it commits, whichever other process uses the file. Nothing rests on a lock of this process.
//! - A commit that fails answers every job of its transaction with the error. If the disk lies then, the rows may exist
//!   all the same: a job that writes must be safe to have happened.
//!
//! # What bounds it
//! The queue holds one job for each future under way. A transaction takes at most [`JOBS_MAX`] jobs.

mod error;
#[cfg(test)]
pub(crate) mod older;
mod open;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub use error::{DatabaseError, OpenError};
use rusqlite::Connection;
use tokio::sync::oneshot;

/// What is in a file.
pub(crate) struct Schema {
    /// The file's name in the directory.
    pub(crate) file: &'static str,
    /// What the file is, as in "is not a journal".
    pub(crate) what: &'static str,
    /// Marks a file as ours.
    pub(crate) application_id: i32,
    /// What brings a file from each version to the next; version 0 is an empty file.
    pub(crate) migrations: &'static [&'static str],
}

/// How many jobs share a transaction at most: bounds how long the first of them waits.
const JOBS_MAX: usize = 512;

/// How long erasing waits for readers, which take milliseconds.
const ERASE_WITHIN: Duration = Duration::from_secs(5);

/// An open file. Dropping it lets the queued jobs finish and closes the file.
pub(crate) struct Database {
    path: PathBuf,
    /// Dropped before the threads are waited for.
    queues: Option<(Sender<Job>, Sender<Job>)>,
    threads: Vec<JoinHandle<()>>,
}

enum Job {
    Work(Box<dyn Work>),
    Erase(oneshot::Sender<Result<bool, DatabaseError>>),
}

impl Database {
    /// Opens or makes the file in a directory, which is made too if need be.
    pub(crate) fn open(dir: &Path, schema: &Schema) -> Result<Self, OpenError> {
        std::fs::create_dir_all(dir).map_err(|source| OpenError::NotWritable {
            path: dir.to_owned(),
            source,
        })?;
        let path = dir.join(schema.file);
        let writer = open::writer(&path, schema)?;
        let reader = open::reader(&path)?;
        let (write, writes) = channel();
        let (read, reads) = channel();
        let spawn = |name: String, work: Box<dyn FnOnce() + Send>| {
            let thread = thread::Builder::new().name(name);
            thread.spawn(work).map_err(OpenError::Thread)
        };
        let threads = vec![
            spawn(
                format!("{} writer", schema.file),
                Box::new(move || serve(&writer, &writes, "BEGIN IMMEDIATE")),
            )?,
            spawn(
                format!("{} reader", schema.file),
                Box::new(move || serve(&reader, &reads, "BEGIN")),
            )?,
        ];
        Ok(Self {
            path,
            queues: Some((write, read)),
            threads,
        })
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs a job that writes. `Ok` means that it is on the disk; `Err` that nothing of it was meant to be kept.
    ///
    /// It is run whether or not the future is polled to its end, once it was polled at all.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, DatabaseError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        run(self.queues.as_ref().map(|(write, _)| write), work).await
    }

    /// Runs a job that reads, on a snapshot of what is committed.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, DatabaseError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        run(self.queues.as_ref().map(|(_, read)| read), work).await
    }

    /// Writes the log back and truncates it, so that what was deleted is in no file any more; says whether that
    /// worked, which a process that reads for seconds can prevent.
    pub(crate) async fn erase(&self) -> Result<bool, DatabaseError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queues.as_ref().map(|(write, _)| write);
        let sent = queue.and_then(|queue| queue.send(Job::Erase(reply)).ok());
        sent.ok_or(DatabaseError::Stopped)?;
        answer.await.unwrap_or(Err(DatabaseError::Stopped))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.queues = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

async fn run<T, F>(queue: Option<&Sender<Job>>, work: F) -> Result<T, DatabaseError>
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let job = Pending {
        work: Some(work),
        result: None,
        reply,
    };
    let sent = queue.and_then(|queue| queue.send(Job::Work(Box::new(job))).ok());
    sent.ok_or(DatabaseError::Stopped)?;
    answer.await.unwrap_or(Err(DatabaseError::Stopped))
}

/// A job with somebody who waits for its answer.
trait Work: Send {
    /// Does it; `false` if it failed and what it wrote is to be undone.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Tells how it ended, after the transaction has.
    fn answer(self: Box<Self>, committed: Result<(), DatabaseError>);
}

struct Pending<T, F> {
    work: Option<F>,
    result: Option<rusqlite::Result<T>>,
    reply: oneshot::Sender<Result<T, DatabaseError>>,
}

impl<T, F> Work for Pending<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        self.result = self.work.take().map(|work| work(connection));
        matches!(self.result, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, committed: Result<(), DatabaseError>) {
        let result = match (self.result, committed) {
            (Some(Err(error)), _) => Err(error.into()),
            (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(DatabaseError::Stopped),
        };
        // Nobody may be waiting any more; the work is done all the same.
        let _ = self.reply.send(result);
    }
}

/// The life of a thread: until nobody can queue jobs any more, take what has queued up and run it.
fn serve(connection: &Connection, queue: &Receiver<Job>, begin: &str) {
    let mut jobs: Vec<Box<dyn Work>> = Vec::new();
    while let Ok(first) = queue.recv() {
        let more = std::iter::from_fn(|| queue.try_recv().ok()).take(JOBS_MAX - 1);
        let mut erasures = Vec::new();
        for job in std::iter::once(first).chain(more) {
            match job {
                Job::Work(work) => jobs.push(work),
                Job::Erase(reply) => erasures.push(reply),
            }
        }
        if !jobs.is_empty() {
            let ended = transact(connection, begin, &mut jobs).map_err(DatabaseError::from);
            for job in jobs.drain(..) {
                job.answer(ended.clone());
            }
        }
        for reply in erasures {
            let _ = reply.send(erase(connection).map_err(DatabaseError::from));
        }
    }
}

/// Runs the jobs in one transaction; each that fails is undone by itself.
fn transact(
    connection: &Connection,
    begin: &str,
    jobs: &mut [Box<dyn Work>],
) -> rusqlite::Result<()> {
    let run = |sql: &str| connection.prepare_cached(sql)?.execute([]).map(drop);
    run(begin)?;
    // Rolls back on every way out but the last, a panic in a job included.
    let undo = Undo(connection);
    for job in jobs {
        run("SAVEPOINT job")?;
        if !job.run(connection) {
            run("ROLLBACK TO job")?;
        }
        run("RELEASE job")?;
    }
    run("COMMIT")?;
    std::mem::forget(undo);
    Ok(())
}

/// Rolls back unless it is forgotten.
struct Undo<'a>(&'a Connection);

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        // Some failures have rolled back already. If this one cannot, no later transaction can begin, and each says so.
        if !self.0.is_autocommit() {
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

fn erase(connection: &Connection) -> rusqlite::Result<bool> {
    let began = Instant::now();
    loop {
        let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
        let is_blocked: bool = connection.query_row(truncate, [], |row| row.get(0))?;
        if !is_blocked || ERASE_WITHIN <= began.elapsed() {
            return Ok(!is_blocked);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[cfg(test)]
mod tests;
