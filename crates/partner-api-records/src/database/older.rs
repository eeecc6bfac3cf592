//! For tests: files that older versions made, and whether a schema's steps still lead through them.
//!
//! `tests/older` holds a real file of every version, `journal-1.db` and so on, each made by the code of its day. A step
//! that was released is never edited: files that it made are out there, and no later step knows of the edit.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use super::Schema;

/// A copy of the file of a version, in a directory where it has the name that it is opened by.
///
/// With `MAKE_OLDER=1` the error is where a missing file belongs, for the test to make it.
pub(crate) fn copy(schema: &Schema, version: usize) -> Result<TempDir, PathBuf> {
    let original = original(schema, version);
    let dir = tempfile::tempdir().unwrap();
    match std::fs::copy(&original, dir.path().join(schema.file)) {
        Ok(_) => Ok(dir),
        Err(_) if std::env::var_os("MAKE_OLDER").is_some() => Err(original),
        Err(error) => panic!(
            "{}: {error}; MAKE_OLDER=1 makes the file of a new version",
            original.display()
        ),
    }
}

fn original(schema: &Schema, version: usize) -> PathBuf {
    let stem = Path::new(schema.file).file_stem().unwrap();
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/older")
        .join(format!("{}-{version}.db", stem.to_str().unwrap()))
}

/// Holds every released step against the files that it made: steps up to a version make what its file has.
pub(crate) fn check_steps(schema: &Schema) {
    for version in 1..=schema.migrations.len() {
        let made = Connection::open_in_memory().unwrap();
        made.execute_batch(&schema.migrations[..version].concat())
            .unwrap();
        let file = Connection::open(original(schema, version)).unwrap();
        assert_eq!(
            structure(&made),
            structure(&file),
            "{} of version {version}: a released step was edited; add one instead",
            schema.what
        );
    }
}

/// Every table's columns, and the text of what else there is. The text of a table is not compared: a step that changes
/// it rewrites it in words of SQLite's own.
fn structure(connection: &Connection) -> Vec<String> {
    let select = "SELECT printf('%s %s %s', m.type, m.name, CASE m.type
            WHEN 'table' THEN (
                SELECT group_concat(printf('%s %s %d %d', name, type, \"notnull\", pk), ', ')
                FROM pragma_table_info(m.name))
            ELSE m.sql END)
        FROM sqlite_schema m ORDER BY 1";
    let mut statement = connection.prepare(select).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}
