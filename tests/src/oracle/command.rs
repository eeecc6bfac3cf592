//! What a partner, or the outside world, asks of the provider, in plain strings.

use std::fmt;

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
            Self::Create { user, country } => write!(f, "create     {user} in {country}"),
            Self::Verify { user } => write!(f, "verify     {user}"),
            Self::Decide {
                user,
                approved: true,
            } => write!(f, "approve    {user}"),
            Self::Decide {
                user,
                approved: false,
            } => write!(f, "reject     {user}"),
            Self::Update { user, field } => write!(f, "update     {user} {field}"),
            Self::Suspend { user } => write!(f, "suspend    {user}"),
            Self::Unsuspend { user } => write!(f, "unsuspend  {user}"),
            Self::Close { user } => write!(f, "close      {user}"),
            Self::Balances { user } => write!(f, "balances   {user}"),
            Self::Transfer {
                source,
                destination,
                amount,
                currency,
            } => {
                write!(
                    f,
                    "transfer   {} {} {amount} {currency}",
                    party(source),
                    party(destination)
                )
            }
            Self::Deposit { user, key, amount } => {
                write!(f, "deposit    {user} {amount} eur as {key}")
            }
            Self::PayOut {
                user,
                key,
                amount,
                currency,
            } => {
                write!(f, "pay out    {user} {amount} {currency} as {key}")
            }
            Self::Lock { user, key } => write!(f, "lock       {user} as {key}"),
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
                    "exchange   {user} {amount} {from} to {to} with {lock} as {key}"
                )
            }
            Self::DecideExchange {
                key,
                completed: true,
            } => write!(f, "complete   {key}"),
            Self::DecideExchange {
                key,
                completed: false,
            } => write!(f, "fail       {key}"),
            Self::CreateCard { user, key } => write!(f, "card       {user} as {key}"),
            Self::BlockCard { user, card } => write!(f, "block      {user} {card}"),
            Self::UnblockCard { user, card } => write!(f, "unblock    {user} {card}"),
            Self::DeleteCard { user, card } => write!(f, "delete     {user} {card}"),
            Self::UseCard {
                card,
                amount,
                currency,
            } => write!(f, "use        {card} {amount} {currency}"),
            Self::Advance { milliseconds } => write!(f, "advance    {milliseconds} ms"),
            Self::Restart => write!(f, "restart"),
        }
    }
}
