//! One change to many users: a plan first, then so many at a time, each user once, and on from there after a crash.
//!
//! ```
//! # use partner_api_domain::core::UserId;
//! # use partner_api_domain::{Partner, Reason, Error, bulk::{Change, ChangeKind}};
//! # async fn example(partner: &Partner, suspects: Vec<UserId>) -> Result<(), Box<dyn std::error::Error>> {
//! let bulk = partner.users().bulk("fraud-2026-11-27".parse()?).at_once(32);
//!
//! let plan = bulk.plan(ChangeKind::Suspend, suspects.clone()).await?; // reads the journal, sends nothing
//! println!("{plan}");
//! let stop = bulk.stop(); // for a signal handler: `stop.tell()` ends it when those under way have ended
//! # let _ = stop;
//! let changes = suspects.into_iter().map(|user| (user, Change::Suspend(Reason::Fraud)));
//! let tally = bulk.run(changes, |ended| println!("{} {}", ended.user, ended.end())).await;
//! println!("{tally}");
//! # Ok(()) }
//! ```
//!
//! # Shape
//! [`plan`](Bulk::plan) folds what the journal knows; [`cards`](Bulk::cards) and [`closures`](Bulk::closures) ask the
//! provider what would be blocked and lost. [`run`](Bulk::run) asks for each change under a [key](RunName::key_of) that is made of
//! the run's name and the user, with no more than [`at_once`](Bulk::at_once) under way, and tells each [end](Ended) as it comes.
//!
//! # Why each user is touched once
//! What was asked for under a key is not asked for again: see [`Operation::key`](crate::Operation::key). So a run that was
//! stopped, or killed at any instant, is run again under the same name with the same changes: who is done or refused is
//! answered from the journal without a request, who was under way is looked after first, and the rest goes on. An
//! update that was under way shows in no record, and stays [in doubt](End::InDoubt) for a person.
//!
//! # What bounds it
//! Memory: what is under way. Requests: [in the background](Partner::in_background), so that calls which somebody waits for
//! go first, and never so many at a time that one could miss its turn. A run [ends early](Stopped) where going on is
//! pointless: no access, no journal, or [`FAILURES_IN_ROW_MAX`] failures in a row.
//!
//! # Never here
//! Files, progress bars and questions: they are the caller's.

mod change;
mod each;
mod end;
mod expect;
mod name;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use partner_api_core::UserId;

pub use self::change::{Change, ChangeKind, Closing, Did};
use self::each::each;
pub use self::end::{End, Ended, Stopped, Tally};
use self::expect::expect;
pub use self::expect::{Expected, Plan};
pub use self::name::{InvalidRunName, RunName};
use crate::call::{Context, now};
use crate::cards::Card;
use crate::error::Error;
use crate::operation::Options;
use crate::partner::Partner;
use crate::reason::{Actor, Reason};
use crate::users::{ClosurePlan, Users};

/// How many users in a row may fail for a passing reason before a run ends.
pub const FAILURES_IN_ROW_MAX: u32 = 20;

/// How many users are under way at a time unless it is said.
const AT_ONCE: usize = 16;

/// How many journal reads are under way at a time: they share transactions.
const READS_AT_ONCE: usize = 128;

/// How often a user whose calls got no turn has another one, and after what time.
const WAITS_MAX: u32 = 60;
const WAIT: Duration = Duration::from_secs(5);

/// About how many requests a user takes.
const REQUESTS_A_USER: u64 = 3;

/// One change to many users, under the name of a run; made by [`Users::bulk`]. Sends nothing yet.
#[derive(Clone, Debug)]
pub struct Bulk {
    partner: Partner,
    run: RunName,
    at_once: usize,
    actor: Option<Actor>,
    reason: Option<Reason>,
    stop: Stop,
}

/// Ends a run when the users that are under way have ended. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// No further user is begun.
    pub fn tell(&self) {
        // Relaxed: nothing else in memory hangs on it.
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was told.
    pub fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Users<'_> {
    /// The same change to many users; see [`bulk`](crate::bulk).
    pub fn bulk(&self, run: RunName) -> Bulk {
        Bulk {
            partner: self.partner.in_background(),
            run,
            at_once: AT_ONCE,
            actor: None,
            reason: None,
            stop: Stop::default(),
        }
    }
}

impl Bulk {
    /// How many users may be under way at a time; 16 unless it is said. Fewer where the client's
    /// [rate](partner_api_client::Behavior::rate) would not give each its turn in time.
    #[must_use]
    pub fn at_once(mut self, users: usize) -> Self {
        self.at_once = users;
        self
    }

    /// Who asks for it, for the journal.
    #[must_use]
    pub fn by(mut self, actor: impl Into<Actor>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// Why, for the journal. A suspension has a reason of its own.
    #[must_use]
    pub fn because(mut self, reason: Reason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// What ends the run early.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// What is to be expected of such a change to each user, as far as the journal knows. Sends nothing.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn plan(
        &self,
        change: ChangeKind,
        users: impl IntoIterator<Item = UserId>,
    ) -> Result<Plan, Error> {
        let look = |(number, user): (usize, UserId)| {
            let (partner, run) = (self.partner.clone(), self.run.clone());
            async move {
                let entries = Context::new(partner, Options::default())
                    .entries_of(&user)
                    .await;
                let expected = entries.map(|it| expect(&user, &it, &run.key_of(&user), change));
                (number, user, expected)
            }
        };
        let (mut plan, mut failed) = (Vec::new(), None);
        let users = users.into_iter().enumerate();
        each(
            READS_AT_ONCE,
            &Stop::default(),
            users,
            look,
            |(number, user, expected)| {
                match expected {
                    Ok(expected) => plan.push((number, user, expected)),
                    Err(error) => {
                        failed = Some(error);
                        return ControlFlow::Break(());
                    }
                }
                ControlFlow::Continue(())
            },
        )
        .await;
        if let Some(error) = failed {
            return Err(error);
        }
        plan.sort_unstable_by_key(|(number, ..)| *number);
        let users = plan.into_iter().map(|(_, user, expected)| (user, expected));
        Ok(Plan {
            users: users.collect(),
        })
    }

    /// Asks for the cards of each user that are active, which a suspension blocks. Reads only; `tell` hears each answer as
    /// it comes, in no order.
    pub async fn cards(
        &self,
        users: impl IntoIterator<Item = UserId>,
        mut tell: impl FnMut(UserId, Result<Vec<Card>, Error>),
    ) {
        let look = |id: UserId| {
            let user = self.partner.user(id.clone());
            async move {
                let cards = match user {
                    Ok(user) => user.cards().list().await,
                    Err(error) => Err(error),
                };
                let active = cards.map(|it| it.into_iter().filter(Card::is_active).collect());
                (id, active)
            }
        };
        let users = users.into_iter();
        each(
            self.at_once_in_time(),
            &self.stop,
            users,
            look,
            |(user, cards)| {
                tell(user, cards);
                ControlFlow::Continue(())
            },
        )
        .await;
    }

    /// Plans the closure of each user: see [`User::plan_closure`](crate::User::plan_closure). Reads only; `tell` hears each
    /// plan as it comes, in no order.
    pub async fn closures(
        &self,
        users: impl IntoIterator<Item = UserId>,
        mut tell: impl FnMut(UserId, Result<ClosurePlan, Error>),
    ) {
        let look = |id: UserId| {
            let user = self.partner.user(id.clone());
            async move {
                match user {
                    Ok(user) => (id, user.plan_closure().await),
                    Err(error) => (id, Err(error)),
                }
            }
        };
        each(
            self.at_once_in_time(),
            &self.stop,
            users.into_iter(),
            look,
            |(user, plan)| {
                tell(user, plan);
                ControlFlow::Continue(())
            },
        )
        .await;
    }

    /// Carries the changes out. `tell` hears the end of each as it comes, in no order.
    ///
    /// # Properties
    /// Under one name each user is changed at most once, by however many runs: see [above](self#why-each-user-is-touched-once).
    ///
    /// # If the future is dropped
    /// What was under way is in doubt, and the next run under the name finds out.
    pub async fn run<I>(&self, changes: I, mut tell: impl FnMut(&Ended)) -> Tally
    where
        I: IntoIterator<Item = (UserId, Change)>,
    {
        let change = |(user, change): (UserId, Change)| {
            let key = self.run.key_of(&user);
            let (partner, actor, reason) = (
                self.partner.clone(),
                self.actor.clone(),
                self.reason.clone(),
            );
            let stop = self.stop.clone();
            async move {
                let make = || {
                    change
                        .clone()
                        .make(&partner, &user, key.clone(), actor.clone(), reason.clone())
                };
                let mut result = make().await;
                for _ in 0..WAITS_MAX {
                    // Others went first, or the provider asked to be left alone; nothing was sent.
                    if stop.is_told() || !result.as_ref().is_err_and(Error::is_held_back) {
                        break;
                    }
                    tokio::time::sleep(WAIT).await;
                    result = make().await;
                }
                Ended {
                    user,
                    at: now(),
                    result,
                }
            }
        };
        let mut tally = Tally::default();
        let mut in_row = 0;
        let changes = changes.into_iter();
        each(
            self.at_once_in_time(),
            &self.stop,
            changes,
            change,
            |ended| {
                tally.add(&ended);
                tell(&ended);
                in_row = match ended.passes() {
                    true => in_row + 1,
                    false => 0,
                };
                let stopped = ended
                    .ends_the_run()
                    .or((FAILURES_IN_ROW_MAX <= in_row).then_some(Stopped::Failing));
                match stopped {
                    None => ControlFlow::Continue(()),
                    Some(why) => {
                        tally.stopped = tally.stopped.or(Some(why));
                        ControlFlow::Break(())
                    }
                }
            },
        )
        .await;
        if self.stop.is_told() {
            tally.stopped = tally.stopped.or(Some(Stopped::Told));
        }
        tally
    }

    /// So many that each has had its turns well before its time is over.
    fn at_once_in_time(&self) -> usize {
        let behavior = self.partner.client().behavior();
        let in_time = behavior.rate.as_ref().map_or(usize::MAX, |rate| {
            let turns = u64::from(rate.per_second.max(1)) * behavior.call_timeout.as_secs() / 2;
            usize::try_from(turns / REQUESTS_A_USER).unwrap_or(usize::MAX)
        });
        self.at_once.min(in_time).max(1)
    }
}
