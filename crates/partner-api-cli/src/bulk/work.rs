//! Carrying bulk work out: the bar, the rows of the outcome file, and Ctrl-C.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use partner_api::UserId;
use partner_api::bulk::{Bulk, Change, End, Stopped, Tally};

use super::outcome::Outcome;
use super::progress::Progress;
use super::row::Row as OutcomeRow;
use crate::connect::Cx;
use crate::exit::{Exit, Failure, Result};
use crate::output::{Cell, Field, Row, counted, text};

/// How often each end was met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ends {
    done: usize,
    refused: usize,
    in_doubt: usize,
    failed: usize,
}

impl Ends {
    fn add(&mut self, end: End) {
        *match end {
            End::Done => &mut self.done,
            End::Refused => &mut self.refused,
            End::InDoubt => &mut self.in_doubt,
            End::Failed => &mut self.failed,
        } += 1;
    }

    fn all(self) -> usize {
        self.done + self.refused + self.in_doubt + self.failed
    }
}

/// How a run stands, with what earlier ones of its name did.
#[derive(Debug)]
pub(super) struct Summary {
    users: usize,
    ends: Ends,
    /// How many had their turn just now.
    now: usize,
    took: Duration,
    a_second: f64,
    stopped: Option<Stopped>,
    outcome: PathBuf,
}

/// Makes the changes, and writes down what becomes of each.
///
/// # Errors
/// The outcome file cannot be written; then nobody else has a turn.
pub(super) async fn carry_out(
    cx: &Cx,
    bulk: &Bulk,
    changes: Vec<(UserId, Change)>,
    not_begun: Vec<OutcomeRow>,
    mut file: Outcome,
    before: &[OutcomeRow],
    users: usize,
) -> Result<Summary> {
    let mut ends = Ends::default();
    for row in before {
        ends.add(row.end);
    }
    let mut failed: Option<io::Error> = None;
    let mut progress = Progress::new(&cx.out, "users", changes.len());
    for row in not_begun {
        ends.add(row.end);
        file.write(&row)?;
    }
    let stop = bulk.stop();
    let tell = |ended: &partner_api::bulk::Ended| {
        let row = OutcomeRow::of(ended);
        ends.add(row.end);
        if let Err(error) = file.write(&row) {
            stop.tell();
            failed = failed.take().or(Some(error));
        }
        progress.step();
    };
    let quiet_stop = bulk.stop();
    let twice = async {
        // Where signals cannot be heard, nobody waits for them.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        quiet_stop.tell();
        cx.out
            .note("no further user is begun; those under way end. Ctrl-C once more stops at once");
        let _ = tokio::signal::ctrl_c().await;
    };
    let tally = tokio::select! {
        tally = bulk.run(changes, tell) => tally,
        () = twice => {
            let mut tally = Tally::default();
            tally.stopped = Some(Stopped::Told);
            tally
        }
    };
    let now = progress.ended();
    let (took, a_second) = progress.end();
    if let Some(error) = failed {
        let path = file.path().display();
        let text = format!(
            "{path} cannot be written: {error}; who was under way has ended, nobody else was begun; make room and give the same command again"
        );
        return Err(Failure::new(Exit::Partial, text).into());
    }
    file.sync()?;
    Ok(Summary {
        users,
        ends,
        now,
        took,
        a_second,
        stopped: tally.stopped,
        outcome: file.path().to_owned(),
    })
}

impl Summary {
    fn left(&self) -> usize {
        self.users.saturating_sub(self.ends.all())
    }

    /// The code to end with.
    pub(super) fn exit(&self) -> Exit {
        let Ends {
            done,
            refused,
            in_doubt,
            failed,
        } = self.ends;
        match self.stopped {
            Some(Stopped::NoAccess | Stopped::NoJournal) => Exit::Configuration,
            _ if in_doubt != 0 => Exit::Unknown,
            _ if done == self.users => Exit::Success,
            Some(Stopped::Failing) if done == 0 => Exit::Unavailable,
            None if done == 0 && failed == 0 && refused != 0 => Exit::Refused,
            _ => Exit::Partial,
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ends {
            done,
            refused,
            in_doubt,
            failed,
        } = self.ends;
        let users = counted(self.users, "user");
        write!(
            f,
            "of {users} {done} done, {refused} refused, {in_doubt} in doubt, {failed} failed"
        )?;
        if self.now != 0 {
            let (now, seconds, rate) = (self.now, self.took.as_secs_f64(), self.a_second);
            write!(
                f,
                "; {now} of them now, in {seconds:.1} s, {rate:.0} a second"
            )?;
        }
        write!(f, "; see {}", self.outcome.display())?;
        if let Some(why) = self.stopped {
            write!(f, "; {why}")?;
        }
        match self.left() + in_doubt + failed {
            0 => Ok(()),
            left => write!(f, "; {left} left, for whom the same command goes on"),
        }
    }
}

impl Row for Summary {
    const FIELDS: &'static [Field] = &[
        text("users"),
        text("done"),
        text("refused"),
        text("in_doubt"),
        text("failed"),
        text("not_begun"),
        text("seconds"),
        text("outcome"),
        text("stopped"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let number = |count: usize| Cell::Number(i64::try_from(count).unwrap_or(i64::MAX));
        vec![
            number(self.users),
            number(self.ends.done),
            number(self.ends.refused),
            number(self.ends.in_doubt),
            number(self.ends.failed),
            number(self.left()),
            Cell::text(format_args!("{:.1}", self.took.as_secs_f64())),
            Cell::text(self.outcome.display()),
            Cell::maybe(self.stopped),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ends: [usize; 4], stopped: Option<Stopped>, expected: Exit) {
        let [done, refused, in_doubt, failed] = ends;
        let summary = Summary {
            users: 10,
            ends: Ends {
                done,
                refused,
                in_doubt,
                failed,
            },
            now: 1,
            took: Duration::from_secs(1),
            a_second: 1.0,
            stopped,
            outcome: PathBuf::from("out.csv"),
        };
        assert_eq!(summary.exit(), expected, "{summary}");
    }

    #[test]
    fn the_code_says_whether_all_some_or_none_of_it_happened() {
        check([10, 0, 0, 0], None, Exit::Success);
        check([9, 1, 0, 0], None, Exit::Partial);
        check([9, 0, 1, 0], None, Exit::Unknown);
        check([0, 10, 0, 0], None, Exit::Refused);
        check([0, 0, 0, 10], None, Exit::Partial);
        check([0, 0, 0, 5], Some(Stopped::Failing), Exit::Unavailable);
        check([5, 0, 0, 0], Some(Stopped::Told), Exit::Partial);
        check([5, 0, 0, 1], Some(Stopped::NoAccess), Exit::Configuration);
    }
}
