//! Payments with a card: authorised, then cleared or reversed, and perhaps refunded.

use super::limits::are_same_day;
use super::{CardAction, CardState, STEPS as CARD_STEPS};
use crate::command::Timer;
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced, Outside};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{self, Step, step, words};
use crate::user::UserAction;
use crate::{CardId, CardTransactionId, Currency, HolderId, Money, Timestamp};

words! {
    /// Where a card is used.
    Channel {
        /// In a shop.
        Pos = "pos",
        /// At a cash machine.
        Atm = "atm",
        /// In an online shop.
        Ecom = "ecom",
    }
}

words! {
    /// Where a card payment stands.
    CardTransactionState {
        /// The money is reserved.
        Authorised = "authorised",
        /// The merchant has it.
        Cleared = "cleared",
        /// The merchant gave the reserve up.
        Reversed = "reversed",
        /// The merchant paid it back.
        Refunded = "refunded",
    }
}

words! {
    /// What happens to a card payment.
    CardTransactionAction {
        /// The merchant takes the money.
        Clear = "clear",
        /// The merchant gives the reserve up.
        Reverse = "reverse",
        /// The merchant pays back.
        Refund = "refund",
    }
}

/// The lifecycle of a card payment (ASSUMED A51: the provider's pages describe none).
#[rustfmt::skip] // a table is read by its columns
pub const TRANSACTION_STEPS: &[Step<CardTransactionState, CardTransactionAction>] = &[
    step(CardTransactionState::Authorised, CardTransactionAction::Clear,   CardTransactionState::Cleared,  &[]),
    step(CardTransactionState::Authorised, CardTransactionAction::Reverse, CardTransactionState::Reversed, &[]),
    step(CardTransactionState::Cleared,    CardTransactionAction::Refund,  CardTransactionState::Refunded, &[Rule::UserMustNotBeSuspended]),
];

/// A card payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardTransaction {
    /// With which card.
    pub card: CardId,
    /// Whose money.
    pub owner: HolderId,
    /// How much.
    pub money: Money,
    /// Where.
    pub channel: Channel,
    /// Where it stands.
    pub state: CardTransactionState,
    /// When it was authorised.
    pub created_at: Timestamp,
}

impl CardTransactionState {
    /// Whether its money is reserved and neither taken nor given back.
    pub fn is_pending(self) -> bool {
        self == Self::Authorised
    }
}

pub(crate) fn authorise(
    scene: &Scene<'_>,
    id: &CardTransactionId,
    card_id: &CardId,
    money: Money,
    channel: Channel,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(money, &mut gate);
    let is_eur = money.currency() == Currency::EUR;
    gate.must(is_eur, Rule::CurrencyMustBeEur);
    let card = scene.state.cards.get(card_id);
    let state = card.map(|card| card.state);
    let is_there = state.is_some_and(|state| state != CardState::Deleted);
    gate.must(is_there, Rule::CardMustExist);
    let step = state.and_then(|state| steps::find(CARD_STEPS, state, CardAction::Use));
    gate.must(!is_there || step.is_some(), Rule::CardMustBeActive);
    let mut spending = None;
    if let Some(card) = card {
        scene.acting_holder(card.owner, UserAction::UseCard, &mut gate);
        let spent = card
            .spending
            .add(money.amount().atoms(), channel, scene.now);
        let is_within = spent.is_within(&card.limits, channel);
        gate.must(is_within, Rule::SpendingMustBeWithinLimits);
        spending = Some(spent);
        scene.funds(Account::User(card.owner), money, &mut gate);
    }
    gate.pass()?;
    let (card, spending) = card.zip(spending).ok_or(Rule::CardMustExist)?;
    let transaction = CardTransaction {
        card: card_id.clone(),
        owner: card.owner,
        money,
        channel,
        state: CardTransactionState::Authorised,
        created_at: scene.now,
    };
    Ok(vec![
        Event::CardTransactionCreated {
            id: id.clone(),
            transaction,
        },
        Event::CardSpent {
            card: card_id.clone(),
            spending,
        },
        Event::Booked {
            movement: Movement::CardTransaction(id.clone()),
            legs: Balanced::pay(Account::User(card.owner), Account::Settlement, money),
        },
        Event::TimerSet {
            due: scene.now.plus(scene.policy.clearing_delay),
            timer: Timer::Clearing(id.clone()),
        },
    ])
}

pub(crate) fn settle(
    scene: &Scene<'_>,
    id: &CardTransactionId,
    action: CardTransactionAction,
) -> Result<Vec<Event>, Rule> {
    let found = scene.state.card_transactions.get(id);
    let found = found.ok_or(Rule::CardTransactionMustExist)?;
    let step = steps::find(TRANSACTION_STEPS, found.state, action);
    let wrong_state = match action {
        CardTransactionAction::Refund => Rule::CardTransactionMustBeCleared,
        _ => Rule::CardTransactionMustBeAuthorised,
    };
    let step = step.ok_or(wrong_state)?;
    let mut gate = Gate::default();
    if step.needs.contains(&Rule::UserMustNotBeSuspended) {
        // L3: a refund is money that comes in. ASSUMED: the merchant tries again when the user is unsuspended.
        scene.acting_holder(found.owner, UserAction::ReceiveDeposit, &mut gate);
    }
    gate.pass()?;
    let owner = Account::User(found.owner);
    let merchant = Account::Outside(Outside::CardNetwork);
    let (from, to) = match action {
        CardTransactionAction::Clear => (Account::Settlement, merchant),
        CardTransactionAction::Reverse => (Account::Settlement, owner),
        CardTransactionAction::Refund => (merchant, owner),
    };
    let mut events = vec![Event::CardTransactionChanged {
        id: id.clone(),
        to: step.to,
    }];
    // What comes back on the day it was spent may be spent again (ASSUMED).
    if action != CardTransactionAction::Clear
        && let Some(card) = scene.state.cards.get(&found.card)
        && are_same_day(found.created_at, scene.now)
    {
        events.push(Event::CardSpent {
            card: found.card.clone(),
            spending: card
                .spending
                .add(-found.money.amount().atoms(), found.channel, scene.now),
        });
    }
    events.push(Event::Booked {
        movement: Movement::CardTransaction(id.clone()),
        legs: Balanced::pay(from, to, found.money),
    });
    Ok(events)
}
