//! Blocking the active cards and suspending: what `suspend` and closing share.
//!
//! | Step | Fails | Then |
//! |---|---|---|
//! | list the cards | user unknown or closed | stop: there is nothing to lock |
//! | | our own rate limiter leaves no time | stop: it would leave none for the rest |
//! | | otherwise | go on without cards; the provider may suspend all the same |
//! | write the list into the journal | | stop: nothing is sent without the journal |
//! | block each active card | card is gone | go on |
//! | | otherwise | note it and go on: one card less to worry about is no reason to stop |
//! | suspend | a card is active (L4) | list again, at most [`ROUNDS_MAX`] times |
//! | | otherwise | stop; what is blocked stays blocked |
//!
//! No step unlocks anything, so wherever it stops, the account is at least as locked as before.

use partner_api_client::Client;
use partner_api_core::Rule;
use partner_api_core::user::UserAction;
use partner_api_core::{CardId, UserId};

use super::suspend::SuspendReport;
use crate::call::Context;
use crate::cards::{Card, CardFailure, card_request, list_cards};
use crate::error::{Error, Progress, SentError};
use crate::guard::{Command, Doubt, Fact};
use crate::journal::{Action, Conclusion, IntentId};

/// How often the cards are listed: each further time somebody made one active in between.
pub(crate) const ROUNDS_MAX: u32 = 3;

/// Locks the account as far as it can be locked. `Ok` means that the user is suspended.
pub(crate) async fn lock_down(
    cx: &Context,
    user: &UserId,
    with_cards: bool,
    mut report: SuspendReport,
) -> Result<SuspendReport, Error> {
    loop {
        report.rounds += 1;
        let active = match with_cards {
            true => match active_cards(cx, user, &mut report).await {
                Ok(active) => active,
                Err(error) => return Err(error.with_progress(Progress::Suspend(report))),
            },
            false => Vec::new(),
        };
        let action = Action::Suspend {
            user: user.clone(),
            cards: active.clone(),
        };
        let intent = match cx.begin(action.clone(), &[]).await {
            Ok(intent) => intent,
            Err(error) => return Err(error.with_progress(Progress::Suspend(report))),
        };
        report.intents.push(intent);
        let touched = block_all(cx, user, active, &mut report).await;

        let id = user.clone();
        let send = |client: Client| async move { client.suspend_user(&id).await };
        let error = match cx.send(send).await {
            Ok(_) => {
                report.suspended = true;
                cx.conclude(
                    intent,
                    Conclusion::Done {
                        reference: None,
                        cards: touched,
                    },
                )
                .await;
                cx.learn(user, &Fact::done(Command::Act(UserAction::Suspend)))
                    .await;
                return Ok(report);
            }
            Err(error) => error,
        };
        let rule = error.rule();
        let card_became_active = rule == Some(Rule::CardMustNotBeActive);
        let goes_on = with_cards && card_became_active && report.rounds < ROUNDS_MAX;
        let conclusion = match goes_on {
            // Not refused for good, and the next round is to have the key.
            true => Conclusion::Partly {
                cards: touched,
                rule,
            },
            false => how_it_ended(&error, touched),
        };
        cx.conclude(intent, conclusion).await;
        cx.learn_failure(&action, &error).await;
        if !goes_on {
            let error = cx.error(intent, action, error, report.doubt.clone());
            return Err(error.with_progress(Progress::Suspend(report)));
        }
    }
}

/// The cards to block. None where they cannot be listed: the suspension is worth trying.
async fn active_cards(
    cx: &Context,
    user: &UserId,
    report: &mut SuspendReport,
) -> Result<Vec<CardId>, Error> {
    report.not_listed = None;
    match list_cards(cx, user).await {
        Ok(cards) => Ok(cards
            .into_iter()
            .filter(Card::is_active)
            .map(|card| card.id)
            .collect()),
        // What our own limiter holds back is no reason to go on without the cards: it would hold the rest back, too.
        Err(error) if error.is_user_gone() || error.is_held_back() => Err(error),
        Err(error) => {
            report.not_listed = Some(error);
            Ok(Vec::new())
        }
    }
}

/// Blocks every card that can be blocked; gives those that we blocked, or may have.
async fn block_all(
    cx: &Context,
    user: &UserId,
    cards: Vec<CardId>,
    report: &mut SuspendReport,
) -> Vec<CardId> {
    report.failed.clear();
    let mut touched = Vec::new();
    for card in cards {
        let request = card_request(user, &card);
        let send = |client: Client| async move { client.block_card(&request).await };
        match cx.send(send).await {
            Ok(_) => {
                touched.push(card.clone());
                report.blocked.push(card);
            }
            Err(error) if error.rule() == Some(Rule::CardMustExist) => report.gone.push(card),
            Err(error) => {
                if error.may_have_happened() {
                    touched.push(card.clone());
                }
                let error = error.into_error("block_card", Some(user));
                report.failed.push(CardFailure { card, error });
            }
        }
    }
    touched
}

fn how_it_ended(error: &SentError, cards: Vec<CardId>) -> Conclusion {
    if error.may_have_happened() {
        return Conclusion::Unknown { cards };
    }
    match cards.is_empty() {
        true => error.conclusion(),
        false => Conclusion::Partly {
            cards,
            rule: error.rule(),
        },
    }
}

/// A report on which nothing is done yet.
pub(crate) fn nothing_done(user: &UserId, doubt: Option<Doubt>) -> SuspendReport {
    SuspendReport {
        user: user.clone(),
        suspended: false,
        blocked: Vec::new(),
        gone: Vec::new(),
        failed: Vec::new(),
        not_listed: None,
        rounds: 0,
        intents: Vec::<IntentId>::new(),
        doubt,
        was_done_before: false,
    }
}
