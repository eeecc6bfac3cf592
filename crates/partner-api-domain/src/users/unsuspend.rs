//! Lifting a suspension, and giving back exactly the cards that it took.

use std::collections::BTreeSet;
use std::fmt;

use partner_api_client::Client;
use partner_api_core::Rule;
use partner_api_core::user::UserAction;
use partner_api_core::{CardId, UserId};

use crate::call::Context;
use crate::cards::{CardFailure, card_request};
use crate::error::{Error, Kind, Progress};
use crate::guard::{Command, Doubt, Fact};
use crate::journal::{Action, Conclusion, Entry, IntentId};
use crate::list::listed;
use crate::operation::{Keyed, Operation, Verb};

/// The verb of [`User::unsuspend`](crate::User::unsuspend).
#[derive(Debug)]
pub struct Unsuspend {
    pub(crate) user: UserId,
    pub(crate) cards: bool,
}

impl Operation<Unsuspend> {
    /// Leaves the cards blocked, for good: a later unsuspension does not restore them either. The
    /// report names them.
    pub fn leaving_cards_blocked(mut self) -> Self {
        self.verb.cards = false;
        self
    }
}

/// What lifting a suspension did.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnsuspendReport {
    /// Whom.
    pub user: UserId,
    /// Whether the provider confirmed that the suspension is lifted. Always `true` in a report that
    /// is no error's.
    pub unsuspended: bool,
    /// The cards that are active again.
    pub restored: Vec<CardId>,
    /// Cards that were deleted meanwhile.
    pub gone: Vec<CardId>,
    /// Cards that stay blocked because the caller said so.
    pub left_blocked: Vec<CardId>,
    /// Cards that could not be unblocked. Empty in a report that is no error's.
    pub failed: Vec<CardFailure>,
    /// The journal's entry.
    pub intent: Option<IntentId>,
    /// What the guard doubted beforehand.
    pub doubt: Option<Doubt>,
    /// Whether an earlier call under the same [key](Operation::key) did it, so that this one sent nothing.
    pub was_done_before: bool,
}

impl UnsuspendReport {
    fn nothing_done(user: UserId, doubt: Option<Doubt>) -> Self {
        Self {
            user,
            unsuspended: false,
            restored: Vec::new(),
            gone: Vec::new(),
            left_blocked: Vec::new(),
            failed: Vec::new(),
            intent: None,
            doubt,
            was_done_before: false,
        }
    }

    /// What the journal tells of an earlier call.
    fn of_before(user: UserId, entry: Entry) -> Self {
        let mut report = Self::nothing_done(user, None);
        report.unsuspended = true;
        report.was_done_before = true;
        report.intent = Some(entry.id);
        report.restored = entry.conclusion.map_or(Vec::new(), Conclusion::into_cards);
        report
    }
}

impl fmt::Display for UnsuspendReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.unsuspended {
            "open"
        } else {
            "not confirmed as open"
        };
        write!(
            f,
            "user {} is {state}, cards restored: {}",
            self.user,
            listed(&self.restored)
        )?;
        match self.failed.is_empty() {
            true => Ok(()),
            false => write!(f, ", cards not restored: {}", listed(&self.failed)),
        }
    }
}

impl Keyed for Unsuspend {}

impl Verb for Unsuspend {
    type Output = UnsuspendReport;

    async fn run(self, cx: Context) -> Result<UnsuspendReport, Error> {
        let Self {
            user,
            cards: with_cards,
        } = self;
        let wanted = Action::Unsuspend {
            user: user.clone(),
            cards: Vec::new(),
        };
        if let Some(entry) = cx.done_before(&wanted, &[]).await? {
            return Ok(UnsuspendReport::of_before(user, entry));
        }
        let doubt = cx
            .guard("unsuspend", &user, Command::Act(UserAction::Unsuspend))
            .await?;
        let ours = restorable(&cx.entries_of(&user).await?);
        let (cards, left_blocked) = if with_cards {
            (ours, vec![])
        } else {
            (vec![], ours)
        };
        let mut report = UnsuspendReport::nothing_done(user.clone(), doubt);
        report.left_blocked = left_blocked;
        let action = Action::Unsuspend {
            user: user.clone(),
            cards: cards.clone(),
        };
        let intent = cx.begin(action.clone(), &[]).await?;
        report.intent = Some(intent);

        let id = user.clone();
        let send = |client: Client| async move { client.unsuspend_user(&id).await };
        if let Err(error) = cx.send(send).await {
            cx.conclude(intent, error.conclusion()).await;
            cx.learn_failure(&action, &error).await;
            let error = cx.error(intent, action, error, report.doubt.clone());
            return Err(error.with_progress(Progress::Unsuspend(report)));
        }
        report.unsuspended = true;
        cx.learn(&user, &Fact::done(Command::Act(UserAction::Unsuspend)))
            .await;
        unblock_all(&cx, &user, cards, &mut report).await;

        let restored = report.restored.clone();
        if report.failed.is_empty() {
            cx.conclude(
                intent,
                Conclusion::Done {
                    reference: None,
                    cards: restored,
                },
            )
            .await;
            return Ok(report);
        }
        cx.conclude(
            intent,
            Conclusion::Partly {
                cards: restored,
                rule: None,
            },
        )
        .await;
        let error = Error::new("unsuspend", Some(&user), Kind::CardsNotRestored);
        Err(error.with_progress(Progress::Unsuspend(report)))
    }
}

async fn unblock_all(
    cx: &Context,
    user: &UserId,
    cards: Vec<CardId>,
    report: &mut UnsuspendReport,
) {
    for card in cards {
        let request = card_request(user, &card);
        let send = |client: Client| async move { client.unblock_card(&request).await };
        match cx.send(send).await {
            Ok(_) => report.restored.push(card),
            Err(error) if error.rule() == Some(Rule::CardMustExist) => report.gone.push(card),
            Err(error) => {
                let error = error.into_error("unblock_card", Some(user));
                report.failed.push(CardFailure { card, error });
            }
        }
    }
}

/// The cards that are blocked because of our suspensions and nothing else: what an unsuspension
/// restores.
///
/// A suspension adds what it blocked, or may have blocked; one that was cut off adds all that it
/// meant to. An unsuspension takes away what it restored, and everything once it is complete. A card
/// that was blocked, unblocked or deleted on its own account is no longer the suspension's.
pub(crate) fn restorable(entries: &[Entry]) -> Vec<CardId> {
    let mut ours = BTreeSet::new();
    for entry in entries {
        match (&entry.intent.action, &entry.conclusion) {
            (Action::Suspend { cards, .. }, None) => ours.extend(cards),
            (
                Action::Suspend { .. },
                Some(
                    Conclusion::Done { cards, .. }
                    | Conclusion::Partly { cards, .. }
                    | Conclusion::Unknown { cards },
                ),
            ) => ours.extend(cards),
            (Action::Unsuspend { .. } | Action::Close { .. }, Some(Conclusion::Done { .. })) => {
                ours.clear();
            }
            (
                Action::Unsuspend { .. },
                Some(Conclusion::Partly { cards, .. } | Conclusion::Unknown { cards }),
            ) => ours.retain(|card| !cards.contains(card)),
            (_, Some(Conclusion::Refused { .. } | Conclusion::NotSent)) => {}
            // Somebody wants this card blocked for its own sake; in doubt it stays blocked.
            (Action::BlockCard { card, .. }, _) => {
                ours.remove(card);
            }
            (
                Action::UnblockCard { card, .. } | Action::DeleteCard { card, .. },
                Some(Conclusion::Done { .. }),
            ) => {
                ours.remove(card);
            }
            _ => {}
        }
    }
    ours.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use partner_api_core::Timestamp;

    use super::*;
    use crate::journal::Intent;

    fn user() -> UserId {
        UserId::new("anna").unwrap()
    }

    fn cards(ids: &str) -> Vec<CardId> {
        ids.split_whitespace()
            .map(|id| CardId::new(id).unwrap())
            .collect()
    }

    fn done(ids: &str) -> Option<Conclusion> {
        Some(Conclusion::Done {
            reference: None,
            cards: cards(ids),
        })
    }

    fn partly(ids: &str) -> Option<Conclusion> {
        Some(Conclusion::Partly {
            cards: cards(ids),
            rule: None,
        })
    }

    fn refused() -> Option<Conclusion> {
        Some(Conclusion::Refused {
            code: None,
            rule: None,
        })
    }

    fn suspend(ids: &str) -> Action {
        Action::Suspend {
            user: user(),
            cards: cards(ids),
        }
    }

    fn unsuspend(ids: &str) -> Action {
        Action::Unsuspend {
            user: user(),
            cards: cards(ids),
        }
    }

    fn block(id: &str) -> Action {
        Action::BlockCard {
            user: user(),
            card: CardId::new(id).unwrap(),
        }
    }

    /// A story of (what was asked, how it ended), and the cards that an unsuspension then restores.
    fn check(story: Vec<(Action, Option<Conclusion>)>, expected: &str) {
        let entries = story
            .into_iter()
            .zip(1..)
            .map(|((action, conclusion), number)| {
                Entry::new(
                    IntentId::new(number),
                    Intent::new(action, Timestamp::EPOCH),
                    conclusion,
                )
            });
        let entries: Vec<Entry> = entries.collect();
        assert_eq!(restorable(&entries), cards(expected), "{entries:#?}");
    }

    #[test]
    fn what_a_suspension_blocked_is_restored() {
        check(vec![(suspend("C1 C2"), done("C1 C2"))], "C1 C2");
    }

    #[test]
    fn what_a_suspension_meant_to_block_and_did_not_is_left_alone() {
        check(vec![(suspend("C1 C2"), partly("C1"))], "C1");
        check(vec![(suspend("C1 C2"), refused())], "");
    }

    #[test]
    fn a_suspension_that_was_cut_off_may_have_blocked_everything_it_listed() {
        check(vec![(suspend("C1 C2"), None)], "C1 C2");
    }

    #[test]
    fn rounds_and_repeats_add_up() {
        check(
            vec![(suspend("C1"), partly("C1")), (suspend("C2"), done("C2"))],
            "C1 C2",
        );
    }

    #[test]
    fn a_complete_unsuspension_ends_it() {
        check(
            vec![(suspend("C1"), done("C1")), (unsuspend("C1"), done("C1"))],
            "",
        );
    }

    #[test]
    fn an_unsuspension_that_failed_midway_leaves_the_rest_to_the_next() {
        check(
            vec![
                (suspend("C1 C2"), done("C1 C2")),
                (unsuspend("C1 C2"), partly("C1")),
            ],
            "C2",
        );
        check(
            vec![
                (suspend("C1 C2"), done("C1 C2")),
                (unsuspend("C1 C2"), None),
            ],
            "C1 C2",
        );
        check(
            vec![
                (suspend("C1 C2"), done("C1 C2")),
                (unsuspend("C1 C2"), refused()),
            ],
            "C1 C2",
        );
    }

    #[test]
    fn a_card_blocked_on_its_own_meanwhile_stays_blocked() {
        check(
            vec![(suspend("C1 C2"), done("C1 C2")), (block("C1"), done(""))],
            "C2",
        );
        check(
            vec![(suspend("C1 C2"), done("C1 C2")), (block("C1"), None)],
            "C2",
        );
        check(
            vec![(suspend("C1 C2"), done("C1 C2")), (block("C1"), refused())],
            "C1 C2",
        );
    }
}
