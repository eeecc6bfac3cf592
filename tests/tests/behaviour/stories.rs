//! The core crate's own stories, told here to the model, to the pure rules and, over real sockets, to a sandbox.

use std::{fs, path::Path};

use partner_api_tests::{
    oracle::ActiveCards,
    story::{check_story, check_story_under},
};

/// One test for all: a story that is added there needs nothing here.
#[tokio::test]
async fn the_stories_of_the_rules_hold_in_every_world() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/partner-api-core/stories"
    );
    let mut files: Vec<_> = fs::read_dir(Path::new(folder))
        .expect("the stories are there")
        .map(|entry| entry.expect("the stories can be listed").path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no stories in {folder}");
    for file in files {
        let story = fs::read_to_string(&file).expect("a story is text");
        println!("{}", file.display());
        match story.lines().find_map(|line| line.strip_prefix("# under ")) {
            Some("refuse") => check_story_under(ActiveCards::Refuse, &story).await,
            Some("freeze") => check_story_under(ActiveCards::Freeze, &story).await,
            Some(other) => panic!("{other:?} is no reading of L4"),
            None => check_story(&story).await,
        }
    }
}
