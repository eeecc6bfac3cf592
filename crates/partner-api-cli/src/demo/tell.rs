//! Tells a story: prints each step with what was expected and what was observed, and keeps count.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::output::Format;

/// The teller of one story.
#[derive(Debug)]
pub(crate) struct Tale {
    output: Format,
    /// Which of several stories is told.
    story: Option<&'static str>,
    chapter: &'static str,
    steps: Vec<Step>,
    /// Whether a line could not be written, other than because its reader went away.
    lost: bool,
}

#[derive(Debug)]
struct Step {
    story: Option<&'static str>,
    chapter: &'static str,
    title: String,
    expected: String,
    observed: String,
}

impl Step {
    fn holds(&self) -> bool {
        self.expected == self.observed
    }
}

impl Tale {
    pub(crate) fn new(output: Format) -> Self {
        Self {
            output,
            story: None,
            chapter: "",
            steps: Vec::new(),
            lost: false,
        }
    }

    /// Begins one of several stories.
    pub(crate) fn story(&mut self, title: &'static str) {
        self.story = Some(title);
        if self.output == Format::Table {
            self.print(&format!("\n\n{BOLD}## {title}{RESET}"));
        }
    }

    /// Begins a chapter.
    pub(crate) fn chapter(&mut self, title: &'static str) {
        self.chapter = title;
        if self.output == Format::Table {
            self.print(&format!("\n{BOLD}{title}{RESET}"));
        }
    }

    /// Tells one step; it holds if what was observed is what was expected.
    pub(crate) fn step(
        &mut self,
        title: impl Into<String>,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) {
        let step = Step {
            story: self.story,
            chapter: self.chapter,
            title: title.into(),
            expected: expected.into(),
            observed: observed.into(),
        };
        if self.output == Format::Table {
            let Step {
                title,
                expected,
                observed,
                ..
            } = &step;
            self.print(&if step.holds() {
                format!("  {GREEN}ok{RESET}   {title:<64} {DIM}{observed}{RESET}")
            } else {
                format!(
                    "  {RED}FAIL{RESET} {title}\n         expected  {expected}\n         observed  {observed}"
                )
            });
        }
        self.steps.push(step);
    }

    /// Ends the story; says whether every step held.
    pub(crate) fn end(mut self) -> bool {
        let failed = self.steps.iter().filter(|step| !step.holds()).count();
        let passed = self.steps.len() - failed;
        match self.output {
            Format::Table => {
                let colour = if failed == 0 { GREEN } else { RED };
                self.print(&format!(
                    "\n{colour}{passed} steps as expected, {failed} not{RESET}"
                ));
            }
            _ => {
                let steps: Vec<Value> = self.steps.iter().map(Step::to_json).collect();
                let report = json!({ "passed": passed, "failed": failed, "steps": steps });
                self.print(&format!("{report:#}"));
            }
        }
        failed == 0 && !self.lost
    }

    /// Which steps did not hold.
    #[cfg(test)]
    pub(crate) fn failures(&self) -> String {
        let failed = self.steps.iter().filter(|step| !step.holds());
        failed.map(|step| format!("{step:#?}\n")).collect()
    }

    /// Writes a line. A reader that went away (`partner demo | head`) is no reason to stop; a full disk is one to fail.
    fn print(&mut self, line: &str) {
        let written = writeln!(anstream::stdout(), "{line}");
        self.lost |= written.is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe);
    }
}

impl Step {
    fn to_json(&self) -> Value {
        let mut step = json!({
            "chapter": self.chapter,
            "title": self.title,
            "expected": self.expected,
            "observed": self.observed,
            "ok": self.holds(),
        });
        if let Some(story) = self.story {
            step["story"] = story.into();
        }
        step
    }
}

// Stripped by `anstream` unless standard output is a terminal that shows colours.
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const RESET: &str = "\x1b[0m";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_ends_well_only_where_every_step_held() {
        let mut tale = Tale::new(Format::Json);
        tale.step("one", "1", "1");
        assert!(tale.failures().is_empty());
        tale.step("two", "2", "3");
        assert!(tale.failures().contains("two"));
        assert!(!tale.end());
    }
}
