//! The same change to every user of a list: a plan first, then so many at a time, an outcome file, and on from there after
//! Ctrl-C, a crash or kill -9.
//!
//! What is guaranteed is [`partner_api::bulk`]'s. Here are the list, the questions, the bar and the files.

mod close;
pub(crate) mod list;
mod outcome;
mod plan;
mod progress;
mod row;
mod work;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use partner_api::bulk::{Change, ChangeKind, Closing};
use partner_api::{Money, Reason, UserId, UserUpdate};
use sha2::{Digest as _, Sha256};

use self::list::{Findings, List};
use self::outcome::{Outcome, Wanted};
use self::plan::Looked;
use self::row::Row as OutcomeRow;
use crate::connect::{Asked, Cx, Needs, Reach, Session, connect, journal_dir, name};
use crate::exit::{Exit, Failure, Result};
use crate::output::counted;
use crate::prompt;

const MANY: &str = "Many users";

const NO_JOURNAL: &str = "a list is worked off with a journal, which alone knows whom a run that was cut off has touched; give a \
    directory with --journal DIR, or as `journal` in a profile";

/// A list of users, and how to go about it.
#[derive(Debug, clap::Args)]
pub(crate) struct BulkArgs {
    /// Every user of a list: a CSV file with a column `id`, or an id a line; - reads standard input
    #[arg(long, value_name = "FILE", help_heading = MANY)]
    from: Option<PathBuf>,
    /// Show what is to be expected, and change nothing
    #[arg(long, requires = "from", help_heading = MANY)]
    dry_run: bool,
    /// Ask the provider about each user for the plan, which takes a request each; closing always does
    #[arg(long, requires = "from", help_heading = MANY)]
    look: bool,
    /// Where to write what became of each user, as CSV; without it a file beside the list, such as ids.suspend.csv. The same
    /// command with the same file goes on where it ended, and touches nobody twice
    #[arg(long, value_name = "FILE", requires = "from", help_heading = MANY)]
    outcome: Option<PathBuf>,
    /// The name of the run in the journal; without it one is made, and kept beside the outcome file
    #[arg(long, value_name = "NAME", requires = "from", help_heading = MANY)]
    run: Option<String>,
    /// How many users are under way at a time
    #[arg(long, value_name = "NUMBER", default_value_t = 16, requires = "from", help_heading = MANY,
        value_parser = clap::value_parser!(u16).range(1..=512))]
    at_once: u16,
}

/// What is to be done to every user of the list.
pub(crate) struct Work {
    pub(crate) kind: Kind,
    pub(crate) asked: Asked,
    pub(crate) is_told_yes: bool,
}

/// What kind of change it is.
pub(crate) enum Kind {
    Suspend(Reason),
    Unsuspend,
    /// What a line of the list asks for, by the names of its columns.
    Update(fn(&[String], &[String]) -> Result<UserUpdate>),
    Close {
        forfeit_up_to: Vec<Money>,
    },
}

impl Kind {
    fn of(&self) -> ChangeKind {
        match self {
            Self::Suspend(_) => ChangeKind::Suspend,
            Self::Unsuspend => ChangeKind::Unsuspend,
            Self::Update(_) => ChangeKind::Update,
            Self::Close { .. } => ChangeKind::Close,
        }
    }
}

pub(crate) async fn run(cx: &Cx, reach: &Reach, args: BulkArgs, work: Work) -> Result<Exit> {
    let BulkArgs {
        from,
        dry_run,
        look,
        outcome,
        run,
        at_once,
    } = args;
    let from = from.ok_or_else(|| Failure::usage("name a list with --from"))?;
    let list = list::read(&from)?;
    let updates = updates(&list, &work.kind, &from)?;
    let kind = work.kind.of();
    let needs = match dry_run {
        true => Needs::Nothing,
        false => Needs::Journal,
    };
    if !dry_run && journal_dir(cx, reach).is_none() {
        return Err(Failure::configuration(NO_JOURNAL).into());
    }
    let Session {
        partner,
        environment,
    } = connect(cx, reach, needs)?;
    let path = outcome.unwrap_or_else(|| outcome_path(&from, kind));
    let wanted = Wanted {
        name: run.as_deref(),
        command: kind.as_str(),
        environment: &name(&environment),
        users: list.users.len(),
        digest: &digest(&list),
    };
    let (file, before, run) = match dry_run {
        true => {
            let (before, run) = Outcome::look(&path, &wanted)?;
            (None, before, run)
        }
        false => {
            let (mut file, run) = Outcome::open(&path, &wanted)?;
            let before = std::mem::take(&mut file.ended);
            (Some(file), before, run)
        }
    };
    let mut bulk = partner.users().bulk(run.clone()).at_once(at_once.into());
    if let Some(actor) = &work.asked.by {
        bulk = bulk.by(actor.as_str());
    }
    if let Some(reason) = &work.asked.because {
        bulk = bulk.because(reason.clone());
    }
    let ended: HashSet<&UserId> = before.iter().map(|row| &row.id).collect();
    let left = list.users.iter().map(|user| &user.id);
    let left = left.filter(|id| !ended.contains(id)).cloned();
    let plan = bulk.plan(kind, left).await?;
    let looked = match work.kind {
        Kind::Close { .. } => plan::closures(cx, &bulk, &plan).await?,
        Kind::Suspend(_) if look => plan::cards(cx, &bulk, &plan).await,
        _ => Looked::default(),
    };
    let lines = plan::lines(&list, before.len(), &plan, &looked);
    let Some(file) = file else {
        cx.out.list(lines)?;
        return Ok(Exit::Success);
    };
    for line in &lines {
        cx.out.note(line);
    }
    if plan.users.is_empty() {
        let text = "every user has had its turn in this run; to begin another one, name another file with --outcome";
        cx.out.note(text);
    } else {
        confirm(&work, &before, plan.users.len(), &looked)?;
    }
    let (changes, not_begun) = changes(&work.kind, &plan, updates, looked);
    let users = list.users.len();
    let summary = work::carry_out(cx, &bulk, changes, not_begun, file, &before, users).await?;
    cx.out.done(&summary, &summary)?;
    Ok(summary.exit())
}

/// Where the outcome is written unless it is said.
fn outcome_path(from: &Path, kind: ChangeKind) -> PathBuf {
    let from = match from == Path::new("-") {
        true => Path::new("users"),
        false => from,
    };
    from.with_extension(format!("{}.csv", kind.as_str()))
}

/// A digest of who is listed. Not of what changes, which is personal data: the journal knows that by user.
fn digest(list: &List) -> String {
    let mut ids: Vec<&str> = list.users.iter().map(|user| user.id.as_str()).collect();
    ids.sort_unstable();
    let mut digest = Sha256::new();
    for id in ids {
        digest.update(id);
        digest.update("\n");
    }
    let digest = digest.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is to change about each user. Only an update says that by the line.
fn updates(list: &List, kind: &Kind, from: &Path) -> Result<HashMap<UserId, UserUpdate>> {
    let Kind::Update(read) = kind else {
        return Ok(HashMap::new());
    };
    let (mut updates, mut findings) = (HashMap::new(), Findings::default());
    for user in &list.users {
        match read(&list.columns, &user.cells) {
            Ok(update) if update.fields().is_empty() => {
                findings.add(user.line, "nothing is to change");
            }
            Ok(update) => drop(updates.insert(user.id.clone(), update)),
            Err(error) => findings.add(user.line, error),
        }
    }
    findings.none_or(from)?;
    Ok(updates)
}

fn confirm(work: &Work, before: &[OutcomeRow], users: usize, looked: &Looked) -> Result<()> {
    let (what, end) = match &work.kind {
        Kind::Close { forfeit_up_to } => {
            // Of the whole run, so that a limit is one however often it is run.
            let mut lost = looked.lost.clone();
            for row in before {
                lost.add(&row.forfeited)?;
            }
            return close::confirm(
                looked.closures.len(),
                &lost,
                forfeit_up_to,
                work.is_told_yes,
            );
        }
        Kind::Suspend(_) => ("Suspend", ""),
        Kind::Unsuspend => ("Unsuspend", ""),
        Kind::Update(_) => ("Update", "; what stands there now is lost"),
    };
    match work.is_told_yes {
        true => Ok(()),
        false => {
            let users = counted(users, "user");
            prompt::yes(&format!("{what} {users}{end}?"), "say --yes")
        }
    }
}

/// The change to each user that has not had its turn, and the rows of those who get none.
fn changes(
    kind: &Kind,
    plan: &partner_api::bulk::Plan,
    mut updates: HashMap<UserId, UserUpdate>,
    mut looked: Looked,
) -> (Vec<(UserId, Change)>, Vec<OutcomeRow>) {
    let (mut changes, mut not_begun) = (Vec::new(), Vec::new());
    for (user, _) in &plan.users {
        let change = match kind {
            Kind::Suspend(reason) => Some(Change::Suspend(reason.clone())),
            Kind::Unsuspend => Some(Change::Unsuspend),
            Kind::Update(_) => updates.remove(user).map(Change::Update),
            Kind::Close { .. } => match looked.closures.remove(user) {
                Some(Ok(closing)) => Some(Change::Close(closing)),
                Some(Err(row)) => {
                    not_begun.push(row);
                    None
                }
                // The journal answers.
                None => Some(Change::Close(Closing::of_nothing())),
            },
        };
        changes.extend(change.map(|change| (user.clone(), change)));
    }
    (changes, not_begun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outcome_stands_beside_the_list() {
        let path = |from: &str| outcome_path(Path::new(from), ChangeKind::Suspend);
        assert_eq!(path("a/ids.csv"), Path::new("a/ids.suspend.csv"));
        assert_eq!(path("ids"), Path::new("ids.suspend.csv"));
        assert_eq!(path("-"), Path::new("users.suspend.csv"));
    }

    #[test]
    fn a_list_is_the_same_in_another_order_and_another_with_other_users() {
        let digest = |text: &[u8]| digest(&list::parse(text, &mut Findings::default()));
        assert_eq!(digest(b"anna\nben\n"), digest(b"id\r\nben\r\nanna\r\nanna"));
        assert_ne!(digest(b"anna\nben\n"), digest(b"anna\n"));
        assert_ne!(digest(b"ab\nc\n"), digest(b"a\nbc\n"));
    }
}
