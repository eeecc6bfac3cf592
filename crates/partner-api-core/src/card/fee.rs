//! A card's monthly fee, which the partner pays.

use super::CardState;
use crate::command::Timer;
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced};
use crate::rule::Rule;
use crate::{CardId, Currency, Money, Timestamp};

/// When a card's next fee falls due.
pub(super) fn next(scene: &Scene<'_>, from: Timestamp, card: &CardId) -> Option<Event> {
    let due = from.plus(scene.policy.fees.card_period);
    // Without a fee there is nothing to wake up for; and one that falls due now, because time can be no later, would do so
    // for ever.
    let is_ahead = from < due;
    (is_ahead && !scene.policy.fees.card.is_zero()).then(|| Event::TimerSet {
        due,
        timer: Timer::CardFee(card.clone()),
    })
}

/// Takes the fee of a card that is active; one that is blocked costs nothing (`virtual-cards-4478303f0`), and of one that
/// is deleted nothing is ever taken again.
///
/// ASSUMED: a fee that the partner's balance does not cover is not taken, and is not owed later.
pub(crate) fn charge(scene: &Scene<'_>, id: &CardId) -> Result<Vec<Event>, Rule> {
    let card = scene.state.cards.get(id);
    let card = card.filter(|card| card.state != CardState::Deleted);
    let card = card.ok_or(Rule::CardMustExist)?;
    let mut events = Vec::new();
    let fee = Money::new(scene.policy.fees.card, Currency::EUR)
        .map_err(|_| Rule::AmountMustFitCurrency)?;
    let funds = scene.state.balance(Account::Partner, Currency::EUR);
    if card.state == CardState::Active && fee.amount().atoms() <= funds && !fee.is_zero() {
        events.push(Event::Booked {
            movement: Movement::CardFee(id.clone()),
            legs: Balanced::pay(Account::Partner, Account::Fees, fee),
        });
    }
    events.extend(next(scene, scene.now, id));
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::state::State;

    #[test]
    fn no_fee_falls_due_again_where_time_ends() {
        let (policy, state) = (Policy::default(), State::default());
        let card = "C1".parse().unwrap();
        let falls_due = |now| {
            let scene = Scene {
                policy: &policy,
                state: &state,
                now,
            };
            next(&scene, now, &card).is_some()
        };
        assert!(falls_due(Timestamp::EPOCH));
        assert!(!falls_due(Timestamp::MAX));
    }
}
