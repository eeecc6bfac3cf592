//! Turns what happened into the few words that a step compares.

use partner_api::{Balances, Card, Currency, Error, Outcome};

/// `done`, or which code refused, or what else went wrong.
pub(crate) fn verdict<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(error) => refusal(&error),
    }
}

/// As [`verdict`], of a call whose outcome may be unknown.
pub(crate) fn outcome<T>(result: Result<Outcome<T>, Error>) -> String {
    verdict(result.and_then(Outcome::done))
}

fn refusal(error: &Error) -> String {
    let rule = error.rule().map(|rule| rule.to_string());
    let is_unsent = error.is_denied_locally() || error.is_invalid();
    match (error.refusal(), is_unsent, rule) {
        (Some(refusal), ..) => format!("refused {}", refusal.code()),
        (None, true, Some(rule)) => format!("not even sent: {rule}"),
        (None, true, None) => "not even sent".to_owned(),
        _ => error.to_string(),
    }
}

/// The EUR that somebody has: `250.00 eur`.
pub(crate) fn euros(balances: Result<Balances, Error>) -> String {
    match balances {
        Ok(balances) => format!("{} eur", balances.of(Currency::EUR).to_fixed(2)),
        Err(error) => refusal(&error),
    }
}

/// Everything that somebody holds: `250 eur, 0.5 btc`, or `nothing`.
pub(crate) fn held(balances: Result<Balances, Error>) -> String {
    match balances {
        Ok(balances) => {
            let each = balances.held().into_iter().map(|it| it.to_string());
            listed(each)
        }
        Err(error) => refusal(&error),
    }
}

/// One after the other, or `nothing`.
pub(crate) fn listed(each: impl IntoIterator<Item = String>) -> String {
    let each: Vec<String> = each.into_iter().collect();
    match each.is_empty() {
        true => "nothing".to_owned(),
        false => each.join(", "),
    }
}

/// Where cards stand, by label: `travel ACTIVE, shopping LOCKED_BY_USER`.
pub(crate) fn cards(cards: Result<Vec<Card>, Error>) -> String {
    match cards {
        Ok(cards) => {
            let each = cards
                .iter()
                .map(|card| format!("{} {}", card.label, card.status));
            each.collect::<Vec<_>>().join(", ")
        }
        Err(error) => refusal(&error),
    }
}
