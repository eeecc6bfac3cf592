//! What a partner does about events, in a file of its own: see `receiver-child`.

use std::path::Path;

use rusqlite::Connection;

/// The webhook secret of the receivers in these tests.
pub const SECRET: &str = "canary-webhook-secret-19c3";

/// Opens or makes the file in `dir`.
///
/// `effects` has a row for each event that took effect, in that order, with the number that its sender gave it; `totals` counts them by object in the same
/// transactions; `runs` has a row for each run of the handler.
pub fn open(dir: &Path) -> Connection {
    let connection = Connection::open(dir.join("effects.db")).expect("the file opens");
    connection
        .busy_timeout(std::time::Duration::from_secs(10))
        .expect("a timeout");
    let script = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS runs (key TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS effects (place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, object TEXT NOT NULL, number INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS totals (object TEXT PRIMARY KEY, total INTEGER NOT NULL);";
    connection
        .execute_batch(script)
        .expect("the tables are made");
    connection
}
