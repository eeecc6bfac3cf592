//! The text of every statement, made once.

use std::borrow::Cow;
use std::sync::LazyLock;

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::store::Table;

/// A statement: its number among all, and its text.
pub(super) struct Sql {
    pub(super) number: usize,
    pub(super) text: Cow<'static, str>,
}

/// The statements of one table.
pub(super) struct OfTable {
    pub(super) get: Sql,
    pub(super) scan: Sql,
    pub(super) insert: Sql,
    pub(super) put: Sql,
    pub(super) delete: Sql,
    pub(super) clear: Sql,
}

/// How many statements each table has, and how many there are.
const OF_TABLE: usize = 6;
const BEYOND_TABLES: usize = OF_TABLE * Table::ALL.len();
pub(super) const COUNT: usize = BEYOND_TABLES + 3;

/// Zeroes a personal value in place.
pub(super) const BLANK: Sql = Sql {
    number: BEYOND_TABLES,
    text: Cow::Borrowed(
        "UPDATE personal_values SET value = zeroblob(length(value))
         WHERE place = (SELECT place FROM personal WHERE key = ?1)",
    ),
};
/// Appends a personal value.
pub(super) const APPEND: Sql = Sql {
    number: BEYOND_TABLES + 1,
    text: Cow::Borrowed("INSERT INTO personal_values (value) VALUES (?1)"),
};
/// Deletes all personal values.
pub(super) const CLEAR_VALUES: Sql = Sql {
    number: BEYOND_TABLES + 2,
    text: Cow::Borrowed("DELETE FROM personal_values"),
};

/// The first schema, as every migration finds it.
pub(super) fn first_schema(first: &[Table]) -> String {
    let values = "CREATE TABLE personal_values (place INTEGER PRIMARY KEY, value BLOB NOT NULL);\n";
    values.to_owned() + &tables(first)
}

/// What makes tables.
pub(super) fn tables(tables: &[Table]) -> String {
    let mut schema = String::new();
    for table in tables {
        let word = table.word();
        schema += &match table {
            Table::Decisions => {
                format!("CREATE TABLE {word} (key INTEGER PRIMARY KEY, value BLOB NOT NULL);\n")
            }
            Table::Personal => format!(
                "CREATE TABLE {word} (key BLOB PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;\n"
            ),
            _ => format!(
                "CREATE TABLE {word} (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;\n"
            ),
        };
    }
    schema
}

/// The statements of `table`.
pub(super) fn sql(table: Table) -> &'static OfTable {
    static ALL: LazyLock<Vec<OfTable>> = LazyLock::new(|| Table::ALL.iter().map(make).collect());
    &ALL[table as usize]
}

fn make(table: &Table) -> OfTable {
    let word = table.word();
    let (rows, value) = match table {
        Table::Personal => (
            "personal CROSS JOIN personal_values USING (place)".to_owned(),
            "place",
        ),
        _ => (word.to_owned(), "value"),
    };
    let sql = |index, text: String| Sql {
        number: *table as usize * OF_TABLE + index,
        text: text.into(),
    };
    OfTable {
        get: sql(0, format!("SELECT value FROM {rows} WHERE key = ?1")),
        scan: sql(
            1,
            format!("SELECT key, value FROM {rows} WHERE key >= ?1 ORDER BY key"),
        ),
        insert: sql(
            2,
            format!(
                "INSERT INTO {word} (key, {value}) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING"
            ),
        ),
        put: sql(
            3,
            format!(
                "INSERT INTO {word} (key, {value}) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET {value} = excluded.{value}"
            ),
        ),
        delete: sql(4, format!("DELETE FROM {word} WHERE key = ?1")),
        clear: sql(5, format!("DELETE FROM {word}")),
    }
}

/// A key as its table has it.
#[derive(Clone, Copy)]
pub(super) enum Key<'a> {
    Bytes(&'a [u8]),
    Number(i64),
}

impl<'a> Key<'a> {
    pub(super) fn of(table: Table, key: &'a [u8]) -> Self {
        match (table, key.try_into()) {
            (Table::Decisions, Ok(number)) => Self::Number(i64::from_be_bytes(number)),
            // A scan from the beginning.
            (Table::Decisions, Err(_)) => Self::Number(0),
            _ => Self::Bytes(key),
        }
    }
}

impl ToSql for Key<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Number(number) => ValueRef::Integer(number),
        }))
    }
}
