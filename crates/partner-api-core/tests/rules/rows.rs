//! Reads a story into rows of words. It knows no type of any crate, so that another suite can include it by its path.

/// A story: the reading of L4 it is told under, if only one, and its rows.
#[derive(Debug)]
pub(crate) struct Story<'a> {
    /// The word after `# under`; both readings where there is none.
    pub(crate) under: Option<&'a str>,
    pub(crate) rows: Vec<Row<'a>>,
}

/// A row, with where it stands for whoever reads a failure.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) number: usize,
    pub(crate) line: &'a str,
    pub(crate) words: Vec<&'a str>,
    /// `ok`, or the rule that refuses; nothing where the row only looks, as `holds` does.
    pub(crate) outcome: Option<&'a str>,
}

/// Reads a story; what is empty or starts with `#` is no row.
pub(crate) fn read(text: &str) -> Story<'_> {
    let lines = text.lines().map(str::trim).enumerate();
    let rows = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    Story {
        under: text.lines().find_map(|line| line.strip_prefix("# under ")),
        rows: rows.map(|(at, line)| row(at + 1, line)).collect(),
    }
}

fn row(number: usize, line: &str) -> Row<'_> {
    let (asked, outcome) = match line.split_once("  ") {
        Some((asked, outcome)) => (asked, Some(outcome.trim())),
        None => (line, None),
    };
    let words: Vec<_> = asked.split(' ').collect();
    // A forgotten outcome would otherwise pass for a row that only looks.
    let only_looks = words[0] == "holds";
    assert_eq!(
        outcome.is_none(),
        only_looks,
        "line {number}: {line}: two spaces and an outcome, except after `holds`"
    );
    Row {
        number,
        line,
        words,
        outcome,
    }
}

#[test]
fn a_story_is_read_into_words_and_outcomes() {
    let story = read("# under freeze\n# Why.\n\nuse C1 1 eur   L3 some_rule\nholds U1 9 eur\n");
    assert_eq!(story.under, Some("freeze"));
    let rows = story.rows.iter();
    let told: Vec<_> = rows
        .map(|it| (it.number, it.words.join("|"), it.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (4, "use|C1|1|eur".to_owned(), Some("L3 some_rule")),
            (5, "holds|U1|9|eur".to_owned(), None),
        ]
    );
}

#[test]
#[should_panic(expected = "two spaces and an outcome")]
fn a_row_without_an_outcome_is_no_story() {
    read("suspend U1 ok");
}
