//! Data directories that cannot be used: a clear error each, and the data stays as it is.

use std::{error::Error, fs, path::Path};

use partner_api_sandbox::Sandbox;
use partner_api_tests::{
    compare::differences,
    oracle::{ActiveCards, Command},
    stand::Stand,
};

/// Starting on `dir` fails; all texts of the error, outermost first.
async fn refusal_of(dir: &Path) -> String {
    let error = match Sandbox::builder().data_dir(dir).start().await {
        Ok(_) => panic!("the sandbox starts on {}", dir.display()),
        Err(error) => error,
    };
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text:?}");
    }
}

#[tokio::test]
async fn a_directory_in_use_by_another_sandbox_is_refused_and_the_first_goes_on() {
    let mut stand = Stand::start_durable(ActiveCards::Refuse).await;
    stand.onboard("U1", "10").await;
    let text = refusal_of(stand.data_dir()).await;
    assert_says(&text, &["in use"]);
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_sandbox-child"))
        .arg(stand.data_dir())
        .output()
        .expect("the process starts");
    assert!(
        !child.status.success(),
        "another process cannot have it either"
    );
    assert_says(&String::from_utf8_lossy(&child.stderr), &["in use"]);
    stand.apply(Command::Suspend { user: "U1".into() }).await;
    assert_eq!(differences(&stand.oracle, &stand.driver).await, [""; 0]);
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_refused() {
    // Even root cannot make files there.
    refusal_of(Path::new("/proc/partner-api-sandbox")).await;
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    refusal_of(file.path()).await;
    let dir = tempfile::tempdir().expect("a temporary directory");
    read_only(dir.path(), true);
    let is_root = fs::write(dir.path().join("probe"), "").is_ok();
    if !is_root {
        assert_says(
            &refusal_of(dir.path()).await,
            &[dir.path().to_str().expect("a plain path")],
        );
    }
    read_only(dir.path(), false);
}

fn read_only(dir: &Path, read_only: bool) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = if read_only { 0o555 } else { 0o755 };
    fs::set_permissions(dir, fs::Permissions::from_mode(mode)).expect("permissions can be set");
}

#[tokio::test]
async fn data_of_a_newer_version_is_refused_untouched() {
    let stand = Stand::start_durable(ActiveCards::Refuse).await;
    let dir = stand.stop().await;
    let database = database_in(dir.path());
    let connection = rusqlite::Connection::open(&database).expect("the database opens");
    connection
        .pragma_update(None, "user_version", 9_999)
        .expect("the version can be set");
    drop(connection);
    let before = fs::read(&database).expect("the database can be read");
    let text = refusal_of(dir.path()).await;
    assert_says(&text, &["9999", "newer"]);
    assert!(
        before == fs::read(&database).expect("the database can be read"),
        "nothing was written"
    );
}

#[tokio::test]
async fn data_that_is_no_database_is_refused_untouched() {
    let stand = Stand::start_durable(ActiveCards::Refuse).await;
    let dir = stand.stop().await;
    let database = database_in(dir.path());
    fs::write(&database, "this is a letter, not a database; ".repeat(500))
        .expect("the file can be written");
    refusal_of(dir.path()).await;
    assert!(
        fs::read(&database)
            .expect("the file can be read")
            .starts_with(b"this is a letter")
    );
}

/// The file of the directory that is an SQLite database.
fn database_in(dir: &Path) -> std::path::PathBuf {
    let files = fs::read_dir(dir).expect("the directory can be read");
    let mut files = files.map(|entry| entry.expect("an entry").path());
    let is_database = |path: &std::path::PathBuf| {
        fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3\0"))
    };
    files.find(is_database).expect("there is a database")
}
