//! What the receiver made of it: answers and effects in, a table out. Pure.

use std::fmt;

use super::plan::{Plan, What};
use super::{Answer, Effect};
use crate::engine::{Failure, Outcome};

/// What is judged, each on its own row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Check {
    /// Somebody without the secret was told 2xx.
    AcceptedUnauthenticated,
    /// Somebody without the secret was told something else than 401.
    NotAnsweredWith401,
    /// An event of the provider was not acknowledged in five attempts: it is gone.
    RefusedGenuine,
    /// An event, a status or a field that is new was not acknowledged.
    RefusedUnknown,
    /// A body made the receiver fail: 5xx, or no answer.
    FellOver,
    /// A final status was acknowledged and never acted on.
    Lost,
    /// One event was acted on more than once.
    ProcessedTwice,
    /// An earlier status was taken over after the final one.
    AppliedBackwards,
    /// Something was done because of a forged event.
    ActedOnForged,
}

impl Check {
    const ALL: [Self; 9] = [
        Self::AcceptedUnauthenticated,
        Self::NotAnsweredWith401,
        Self::RefusedGenuine,
        Self::RefusedUnknown,
        Self::FellOver,
        Self::Lost,
        Self::ProcessedTwice,
        Self::AppliedBackwards,
        Self::ActedOnForged,
    ];

    /// Whether answers alone show it.
    fn needs_effects(self) -> bool {
        matches!(
            self,
            Self::Lost | Self::ProcessedTwice | Self::AppliedBackwards | Self::ActedOnForged
        )
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AcceptedUnauthenticated => "accepted without the secret",
            Self::NotAnsweredWith401 => "without the secret, not told 401",
            Self::RefusedGenuine => "genuine, not acknowledged",
            Self::RefusedUnknown => "new kinds, not acknowledged",
            Self::FellOver => "failed or gave no answer",
            Self::Lost => "acknowledged and lost",
            Self::ProcessedTwice => "processed twice",
            Self::AppliedBackwards => "applied backwards",
            Self::ActedOnForged => "acted on a forgery",
        })
    }
}

/// One row of the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// What was judged.
    pub check: Check,
    /// How many requests or objects it was judged by; nothing where the effects were not given.
    pub looked_at: Option<usize>,
    /// Which of them failed: objects, or words for a body.
    pub failed: Vec<String>,
}

/// What the receiver made of it. `Display` is a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// A row for each check, in the order of [`Check`].
    pub rows: Vec<Row>,
    /// How many requests were sent, each attempt at the same one counted once.
    pub sent: usize,
}

impl Verdict {
    /// Whether nothing failed, as far as it was looked at.
    pub fn is_clean(&self) -> bool {
        self.rows.iter().all(|row| row.failed.is_empty())
    }

    /// What failed.
    pub fn failed(&self) -> Vec<Check> {
        let failed = self.rows.iter().filter(|row| !row.failed.is_empty());
        failed.map(|row| row.check).collect()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const EXAMPLES: usize = 3;
        writeln!(f, "{} requests sent", self.sent)?;
        for Row {
            check,
            looked_at,
            failed,
        } in &self.rows
        {
            write!(f, "{check:<34}")?;
            match looked_at {
                None => writeln!(f, "not looked at: needs the effects")?,
                Some(count) if failed.is_empty() => writeln!(f, "none of {count}")?,
                Some(count) => {
                    write!(
                        f,
                        "{} of {count}: {}",
                        failed.len(),
                        failed[..failed.len().min(EXAMPLES)].join(", ")
                    )?;
                    writeln!(f, "{}", if EXAMPLES < failed.len() { ", ..." } else { "" })?;
                }
            }
        }
        Ok(())
    }
}

/// Judges. `effects` in the order in which they were done.
pub(super) fn judge(plan: &Plan, answers: &[Vec<Answer>], effects: Option<&[Effect]>) -> Verdict {
    let shots: Vec<_> = plan
        .lines
        .iter()
        .zip(answers)
        .flat_map(|(line, answers)| {
            let answers = answers.iter().copied().chain(std::iter::repeat(None));
            line.iter().zip(answers)
        })
        .collect();
    let row = |check: Check| {
        let Some(effects) = effects.filter(|_| check.needs_effects()) else {
            if check.needs_effects() {
                return Row {
                    check,
                    looked_at: None,
                    failed: Vec::new(),
                };
            }
            let of_kind = |what: What| match check {
                Check::AcceptedUnauthenticated | Check::NotAnsweredWith401 => what == What::Forged,
                Check::RefusedGenuine => what == What::Genuine,
                Check::RefusedUnknown => what == What::Unknown,
                _ => true,
            };
            let judged: Vec<_> = shots
                .iter()
                .filter(|(shot, _)| of_kind(shot.what))
                .collect();
            let mut failed: Vec<String> = judged
                .iter()
                .filter(|(shot, answer)| fails(check, shot.what, *answer))
                .map(|(shot, _)| shot.object.clone())
                .collect();
            failed.dedup();
            return Row {
                check,
                looked_at: Some(judged.len()),
                failed,
            };
        };
        let (looked_at, failed) = by_effects(check, plan, effects);
        Row {
            check,
            looked_at: Some(looked_at),
            failed,
        }
    };
    Verdict {
        rows: Check::ALL.into_iter().map(row).collect(),
        sent: shots.len(),
    }
}

/// Whether an answer to a shot that the check is about fails it.
fn fails(check: Check, what: What, answer: Answer) -> bool {
    let is_success = matches!(answer, Some(Outcome::Status(200..=299)));
    match check {
        Check::AcceptedUnauthenticated => is_success,
        Check::NotAnsweredWith401 => !is_success && answer != Some(Outcome::Status(401)),
        Check::RefusedGenuine | Check::RefusedUnknown => {
            !answer.is_some_and(|outcome| outcome.is_acknowledged())
        }
        _ => match answer {
            Some(Outcome::Status(status)) => 500 <= status,
            Some(Outcome::Failed(Failure::Connection)) => what != What::Oversized,
            _ => true,
        },
    }
}

/// How many objects a check looks at, and which fail it.
fn by_effects(check: Check, plan: &Plan, effects: &[Effect]) -> (usize, Vec<String>) {
    if check == Check::ActedOnForged {
        let shots = plan.lines.iter().flatten();
        let forged = shots
            .filter(|shot| shot.what == What::Forged)
            .map(|shot| &shot.object);
        let acted = |object: &&String| effects.iter().any(|it| it.object == **object);
        return (
            forged.clone().count(),
            forged.filter(acted).cloned().collect(),
        );
    }
    let fails = |object: &str, life: &[&str]| {
        let done: Vec<&str> = effects
            .iter()
            .filter(|it| it.object == object)
            .map(|it| &*it.status)
            .collect();
        let last = life.last().copied().unwrap_or_default();
        let times = |status: &str| done.iter().filter(|it| **it == status).count();
        match check {
            Check::Lost => times(last) == 0,
            Check::ProcessedTwice => life.iter().any(|status| 1 < times(status)),
            // A repetition of the final one is the row above.
            _ => {
                let ended = done.iter().position(|status| *status == last);
                ended.is_some_and(|end| done[end..].iter().any(|status| *status != last))
            }
        }
    };
    let failed = plan
        .lives
        .iter()
        .filter(|(object, life)| fails(object, life));
    (
        plan.lives.len(),
        failed.map(|(object, _)| object.clone()).collect(),
    )
}
