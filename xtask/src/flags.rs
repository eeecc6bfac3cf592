//! The flags of every command, and their help.

use std::path::PathBuf;

/// What `cargo xtask help` prints.
pub const HELP: &str = "\
cargo xtask <command>

  regen [--check]
      Regenerate types, clients and the operation table from openapi/*.yaml. Writes only what differs.
      --check           write nothing; fail if a file differs

  lint [FILE...]
      Check openapi/*.yaml, or the files given, against the rules that keep the generator honest.
      --rules           list the rules and why each is there

  coverage
      List the operations by group with their provenance, and the totals.
      --markdown        only the totals, as the table of the README
      --write           put that table into README.md
      --check           fail if README.md has another table

  diff OLD.yaml [NEW.yaml]
      Say what changed from OLD to NEW (openapi/partner-api.yaml where it is left out).
      --deny-breaking   fail if a change breaks callers

  crates
      Check that the crates depend on each other as the README draws it, that nothing needs a newer Rust than is
      promised, and that each has what a registry shows.

  help
      Print this.
";

/// A command with its flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `help`
    Help,
    /// `regen`
    Regen {
        /// Compare instead of writing.
        check: bool,
    },
    /// `lint`
    Lint {
        /// What to check instead of the repository's specifications.
        files: Vec<PathBuf>,
    },
    /// `lint --rules`
    LintRules,
    /// `coverage`
    Coverage {
        /// What to do with the table.
        mode: CoverageMode,
    },
    /// `crates`
    Crates,
    /// `diff`
    Diff {
        /// The older specification.
        old: PathBuf,
        /// The newer one; the repository's where it is left out.
        new: Option<PathBuf>,
        /// Fail on a breaking change.
        deny_breaking: bool,
    },
}

/// What `coverage` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverageMode {
    /// Print the operations and the totals.
    Print,
    /// Print the totals in Markdown.
    Markdown,
    /// Write the totals into the README.
    Write,
    /// Compare the totals with those in the README.
    Check,
}

impl Command {
    /// Reads the arguments that follow `cargo xtask`.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let Some((name, rest)) = arguments.split_first() else {
            return Ok(Self::Help);
        };
        let (flags, values): (Vec<&str>, Vec<&str>) = rest
            .iter()
            .map(String::as_str)
            .partition(|argument| argument.starts_with("--"));
        let paths: Vec<PathBuf> = values.iter().map(PathBuf::from).collect();
        match (name.as_str(), flags.as_slice(), paths.as_slice()) {
            ("help" | "--help" | "-h", _, _) => Ok(Self::Help),
            ("regen", [], []) => Ok(Self::Regen { check: false }),
            ("regen", ["--check"], []) => Ok(Self::Regen { check: true }),
            ("lint", ["--rules"], []) => Ok(Self::LintRules),
            ("lint", [], _) => Ok(Self::Lint { files: paths }),
            ("coverage", flags, []) => Ok(Self::Coverage {
                mode: match flags {
                    [] => CoverageMode::Print,
                    ["--markdown"] => CoverageMode::Markdown,
                    ["--write"] => CoverageMode::Write,
                    ["--check"] => CoverageMode::Check,
                    _ => return Err(misused("coverage")),
                },
            }),
            ("diff", [] | ["--deny-breaking"], [old, new @ ..]) if new.len() <= 1 => {
                Ok(Self::Diff {
                    old: old.clone(),
                    new: new.first().cloned(),
                    deny_breaking: !flags.is_empty(),
                })
            }
            ("crates", [], []) => Ok(Self::Crates),
            ("regen" | "lint" | "crates" | "diff", ..) => Err(misused(name)),
            _ => Err(format!("no command `{name}`\n\n{HELP}")),
        }
    }
}

fn misused(name: &str) -> String {
    format!("`{name}` is not called like this\n\n{HELP}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(
            &line
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn every_flag_in_the_help_is_understood() {
        let mut command = "";
        for line in HELP.lines() {
            match line.strip_prefix("  ") {
                Some(rest) if !rest.starts_with(' ') => {
                    command = rest.split(' ').next().unwrap_or_default()
                }
                Some(rest) if rest.trim().starts_with("--") => {
                    let flag = rest.split_whitespace().next().unwrap_or_default();
                    let value = if command == "diff" { "old.yaml" } else { "" };
                    assert!(
                        parse(&format!("{command} {flag} {value}")).is_ok(),
                        "{command} {flag}"
                    );
                }
                _ => {}
            }
        }
    }

    #[test]
    fn flags_stand_before_or_after_the_files() {
        let expected = Command::Diff {
            old: "a.yaml".into(),
            new: Some("b.yaml".into()),
            deny_breaking: true,
        };
        assert_eq!(
            parse("diff --deny-breaking a.yaml b.yaml"),
            Ok(expected.clone())
        );
        assert_eq!(parse("diff a.yaml b.yaml --deny-breaking"), Ok(expected));
    }

    #[test]
    fn what_is_not_understood_gets_the_help() {
        for line in [
            "regen --fast",
            "regen now",
            "diff",
            "diff a b c",
            "lint --all",
            "coverage x",
            "crates x",
            "fly",
        ] {
            assert!(
                parse(line).is_err_and(|message| message.ends_with(HELP)),
                "{line}"
            );
        }
    }
}
