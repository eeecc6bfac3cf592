//! The map of the crates as the README draws it: a line for each crate, with arrows to what it may use.

/// What arrows leave out of the names that they point to.
const PREFIX: &str = "partner-api-";

/// Starts the line of an arrow that tests alone may follow.
const FOR_TESTS: &str = "for tests only:";

/// The lines of the map.
#[derive(Debug, Clone)]
pub struct Map {
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct Line {
    name: String,
    uses: Vec<String>,
    is_for_tests: bool,
}

impl Map {
    /// Reads the first code block of the README that draws arrows. What an arrow points to may be written short.
    pub fn read(readme: &str) -> Result<Self, String> {
        let blocks = readme.split("```text\n").skip(1);
        let mut blocks = blocks.filter_map(|rest| rest.split("```").next());
        let block = blocks
            .find(|block| block.contains("->"))
            .ok_or("the README has no map: a block of ```text with arrows")?;
        let names: Vec<&str> = block.lines().filter_map(name).collect();
        // `domain` is short for `partner-api-domain`.
        let meant = |word: &str| {
            let long = format!("{PREFIX}{word}");
            let mut both = [word.to_owned(), long].into_iter();
            both.find(|it| names.contains(&it.as_str()))
        };
        let lines = block.lines().filter_map(|line| {
            let name = name(line)?.to_owned();
            let uses = line
                .split_once("->")
                .map_or("", |(_, after)| after.trim_start());
            // What follows two spaces is a remark.
            let uses = uses.split("  ").next().unwrap_or_default();
            let words = uses.split(|it: char| !it.is_ascii_alphanumeric() && it != '-');
            Some(Line {
                uses: words
                    .filter(|it| !it.is_empty())
                    .filter_map(meant)
                    .collect(),
                is_for_tests: line.starts_with(FOR_TESTS),
                name,
            })
        });
        Ok(Self {
            lines: lines.collect(),
        })
    }

    /// Whether the crate has a line of its own.
    pub fn has(&self, name: &str) -> bool {
        self.shipped().any(|line| line.name == name)
    }

    /// Whether an arrow is drawn.
    pub fn draws(&self, from: &str, to: &str) -> bool {
        self.arrows().any(|arrow| arrow == (from, to))
    }

    /// Whether an arrow is drawn for tests.
    pub fn draws_for_tests(&self, from: &str, to: &str) -> bool {
        let mut lines = self.lines.iter().filter(|line| line.is_for_tests);
        lines.any(|line| line.name == from && line.uses.iter().any(|it| it == to))
    }

    /// Every arrow of what is shipped.
    pub fn arrows(&self) -> impl Iterator<Item = (&str, &str)> {
        self.shipped().flat_map(|line| {
            let uses = line.uses.iter();
            uses.map(|to| (line.name.as_str(), to.as_str()))
        })
    }

    /// How far down a crate stands.
    pub fn line(&self, name: &str) -> Option<usize> {
        self.shipped().position(|line| line.name == name)
    }

    fn shipped(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.is_for_tests)
    }
}

fn name(line: &str) -> Option<&str> {
    let line = line.strip_prefix(FOR_TESTS).unwrap_or(line);
    line.split_whitespace().next()
}
