//! The journal's file, version by version. What stands here was released: a step is never edited, one more is added.

/// Entries, with what is looked up beside them.
pub(super) const FIRST: &str = "
    CREATE TABLE entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        intent TEXT NOT NULL,
        fingerprint BLOB,
        conclusion TEXT,
        is_unresolved INTEGER NOT NULL,
        request_key TEXT,
        holds_key INTEGER NOT NULL,
        shape TEXT,
        is_guarded INTEGER NOT NULL,
        reference TEXT
    ) STRICT;
    CREATE UNIQUE INDEX key_holders ON entries (request_key) WHERE holds_key = 1;
    CREATE UNIQUE INDEX shapes_in_doubt ON entries (shape) WHERE is_guarded = 1 AND is_unresolved = 1;
    CREATE INDEX entries_by_shape ON entries (shape, at) WHERE shape IS NOT NULL;
    CREATE INDEX entries_by_reference ON entries (reference) WHERE reference IS NOT NULL;
    CREATE INDEX unresolved_entries ON entries (id) WHERE is_unresolved = 1;
    CREATE TABLE entries_of_users (
        user TEXT NOT NULL,
        entry INTEGER NOT NULL,
        PRIMARY KEY (user, entry)
    ) STRICT, WITHOUT ROWID;
";

/// What is personal stands apart, where it can be zeroed; and the audit trail, which begins with what comes from now on.
pub(super) const SECOND: &str = "
    CREATE TABLE entries_personal (
        entry INTEGER PRIMARY KEY,
        fingerprint BLOB,
        reason BLOB
    ) STRICT;
    INSERT INTO entries_personal
        SELECT id, fingerprint, CAST(intent -> '$.reason' AS BLOB) FROM entries
        WHERE fingerprint IS NOT NULL OR intent -> '$.reason' IS NOT NULL;
    UPDATE entries SET intent = json_remove(intent, '$.reason') WHERE intent -> '$.reason' IS NOT NULL;
    ALTER TABLE entries DROP COLUMN fingerprint;
    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        entry INTEGER NOT NULL,
        public TEXT NOT NULL,
        commitment BLOB,
        hash BLOB NOT NULL
    ) STRICT;
    CREATE TABLE audit_personal (
        seq INTEGER PRIMARY KEY,
        salt BLOB NOT NULL,
        personal BLOB NOT NULL
    ) STRICT;
    CREATE INDEX audit_by_entry ON audit (entry);
    CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
    CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
";
