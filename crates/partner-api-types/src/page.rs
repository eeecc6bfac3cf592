//! Pages of the documentation that are written from tables.

use std::path::Path;

/// Holds a page of this crate against what it should be, or writes it where `UPDATE_PAGES` is set.
pub(crate) fn check(path: &str, should: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, should).expect("the page can be written");
    }
    let is = std::fs::read_to_string(&path).expect("the page exists");
    assert!(
        is == should,
        "{} is not what the tables say; run this test with UPDATE_PAGES=1",
        path.display()
    );
}
