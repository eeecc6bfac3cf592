//! What a partner, or the outside world, asks of the provider, in plain strings, and how stories write it.

use std::{fmt, str::FromStr};

/// One command. Users go by the partner's id; what a command creates goes by a key that the caller chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Registers a user who lives in `country`.
    Create { user: String, country: String },
    /// Submits identity data.
    Verify { user: String },
    /// The outside world decides a pending verification.
    Decide { user: String, approved: bool },
    /// Changes one profile field.
    Update { user: String, field: String },
    /// Freezes the account.
    Suspend { user: String },
    /// Unfreezes the account.
    Unsuspend { user: String },
    /// Deletes the account.
    Close { user: String },
    /// Reads the balances.
    Balances { user: String },
    /// Moves money; `None` is the partner.
    Transfer {
        source: Option<String>,
        destination: Option<String>,
        amount: String,
        currency: String,
    },
    /// Money arrives from a bank, in EUR.
    Deposit {
        user: String,
        key: String,
        amount: String,
    },
    /// Money leaves to a bank.
    PayOut {
        user: String,
        key: String,
        amount: String,
        currency: String,
    },
    /// Locks the rates.
    Lock { user: String, key: String },
    /// Exchanges at locked rates.
    Exchange {
        user: String,
        key: String,
        lock: String,
        amount: String,
        from: String,
        to: String,
    },
    /// The outside world settles a pending exchange.
    DecideExchange { key: String, completed: bool },
    /// Creates a card.
    CreateCard { user: String, key: String },
    /// Blocks a card.
    BlockCard { user: String, card: String },
    /// Unblocks a card.
    UnblockCard { user: String, card: String },
    /// Deletes a card.
    DeleteCard { user: String, card: String },
    /// Pays with a card.
    UseCard {
        card: String,
        amount: String,
        currency: String,
    },
    /// Lets time pass, running what falls due.
    Advance { milliseconds: i64 },
    /// Stops the provider and starts it again from its files.
    Restart,
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let party = |user: &Option<String>| user.clone().unwrap_or_else(|| "partner".to_owned());
        match self {
            Self::Create { user, country } => write!(f, "create {user} in {country}"),
            Self::Verify { user } => write!(f, "verify {user}"),
            Self::Decide {
                user,
                approved: true,
            } => write!(f, "approve {user}"),
            Self::Decide {
                user,
                approved: false,
            } => write!(f, "reject {user}"),
            Self::Update { user, field } => write!(f, "update {user} {field}"),
            Self::Suspend { user } => write!(f, "suspend {user}"),
            Self::Unsuspend { user } => write!(f, "unsuspend {user}"),
            Self::Close { user } => write!(f, "close {user}"),
            Self::Balances { user } => write!(f, "balances {user}"),
            Self::Transfer {
                source,
                destination,
                amount,
                currency,
            } => {
                write!(
                    f,
                    "transfer {} {} {amount} {currency}",
                    party(source),
                    party(destination)
                )
            }
            Self::Deposit { user, key, amount } => {
                write!(f, "deposit {user} {amount} eur as {key}")
            }
            Self::PayOut {
                user,
                key,
                amount,
                currency,
            } => {
                write!(f, "payout {user} {amount} {currency} as {key}")
            }
            Self::Lock { user, key } => write!(f, "lock {user} as {key}"),
            Self::Exchange {
                user,
                key,
                lock,
                amount,
                from,
                to,
            } => {
                write!(
                    f,
                    "exchange {user} {amount} {from} to {to} with {lock} as {key}"
                )
            }
            Self::DecideExchange {
                key,
                completed: true,
            } => write!(f, "complete {key}"),
            Self::DecideExchange {
                key,
                completed: false,
            } => write!(f, "fail {key}"),
            Self::CreateCard { user, key } => write!(f, "card {user} as {key}"),
            Self::BlockCard { user, card } => write!(f, "block {user} {card}"),
            Self::UnblockCard { user, card } => write!(f, "unblock {user} {card}"),
            Self::DeleteCard { user, card } => write!(f, "delete {user} {card}"),
            Self::UseCard {
                card,
                amount,
                currency,
            } => write!(f, "use {card} {amount} {currency}"),
            Self::Advance { milliseconds } => write!(f, "advance {milliseconds} ms"),
            Self::Restart => write!(f, "restart"),
        }
    }
}

impl FromStr for Command {
    type Err = String;

    /// Reads what `Display` writes, so that a shrunken random story can be kept as it was reported.
    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<_> = text.split(' ').collect();
        let own = |word: &str| word.to_owned();
        let party = |word: &str| (word != "partner").then(|| word.to_owned());
        Ok(match words[..] {
            ["create", user, "in", country] => Self::Create {
                user: own(user),
                country: own(country),
            },
            ["verify", user] => Self::Verify { user: own(user) },
            ["approve", user] => Self::Decide {
                user: own(user),
                approved: true,
            },
            ["reject", user] => Self::Decide {
                user: own(user),
                approved: false,
            },
            ["update", user, field] => Self::Update {
                user: own(user),
                field: own(field),
            },
            ["suspend", user] => Self::Suspend { user: own(user) },
            ["unsuspend", user] => Self::Unsuspend { user: own(user) },
            ["close", user] => Self::Close { user: own(user) },
            ["balances", user] => Self::Balances { user: own(user) },
            ["transfer", source, destination, amount, currency] => Self::Transfer {
                source: party(source),
                destination: party(destination),
                amount: own(amount),
                currency: own(currency),
            },
            ["deposit", user, amount, "eur", "as", key] => Self::Deposit {
                user: own(user),
                key: own(key),
                amount: own(amount),
            },
            ["payout", user, amount, currency, "as", key] => {
                let (amount, currency) = (own(amount), own(currency));
                Self::PayOut {
                    user: own(user),
                    key: own(key),
                    amount,
                    currency,
                }
            }
            ["lock", user, "as", key] => Self::Lock {
                user: own(user),
                key: own(key),
            },
            [
                "exchange",
                user,
                amount,
                from,
                "to",
                to,
                "with",
                lock,
                "as",
                key,
            ] => Self::Exchange {
                user: own(user),
                key: own(key),
                lock: own(lock),
                amount: own(amount),
                from: own(from),
                to: own(to),
            },
            ["complete", key] => Self::DecideExchange {
                key: own(key),
                completed: true,
            },
            ["fail", key] => Self::DecideExchange {
                key: own(key),
                completed: false,
            },
            ["card", user, "as", key] => Self::CreateCard {
                user: own(user),
                key: own(key),
            },
            ["block", user, card] => Self::BlockCard {
                user: own(user),
                card: own(card),
            },
            ["unblock", user, card] => Self::UnblockCard {
                user: own(user),
                card: own(card),
            },
            ["delete", user, card] => Self::DeleteCard {
                user: own(user),
                card: own(card),
            },
            ["use", card, amount, currency] => Self::UseCard {
                card: own(card),
                amount: own(amount),
                currency: own(currency),
            },
            ["advance", milliseconds, "ms"] => {
                let milliseconds = milliseconds
                    .parse()
                    .map_err(|_| format!("{milliseconds:?} is no number"))?;
                Self::Advance { milliseconds }
            }
            ["restart"] => Self::Restart,
            _ => return Err(format!("{text:?} is no command")),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Command;

    proptest! {
        #[test]
        fn commands_read_as_they_are_written(command in crate::plan::command()) {
            // What a story does not name yet has an empty key, which no table can show.
            let command = crate::plan::Naming::default().name(&command);
            prop_assert_eq!(command.to_string().parse::<Command>(), Ok(command));
        }
    }
}
