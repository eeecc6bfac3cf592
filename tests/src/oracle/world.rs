//! What the oracle remembers. States are in the design's words.

use std::collections::BTreeMap;

use super::command::{Channel, Limits, Party};

/// Where a user's verification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Known, nothing submitted.
    Registered,
    /// Submitted.
    Pending,
    /// May hold money.
    Approved,
    /// May submit again.
    Rejected,
}

impl Verification {
    /// The design's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// Whether a user may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Free to act.
    Open,
    /// Frozen.
    Suspended,
    /// Gone for good.
    Closed,
}

impl Standing {
    /// The design's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }
}

/// A user.
#[derive(Clone, Debug)]
pub struct User {
    /// Tells apart whoever was ever called by one id: what is restored knows nothing of who came later.
    pub person: u64,
    /// See [`Verification`].
    pub verification: Verification,
    /// See [`Standing`].
    pub standing: Standing,
    /// Where the user lives.
    pub country: String,
    /// Whether files showed who the user is.
    pub files: bool,
    /// The last hosted verification.
    pub last_kyc: Option<String>,
    /// `missing`, `waiting`, `approved`, `rejected` or `questioned`.
    pub proof: &'static str,
}

/// A hosted verification.
#[derive(Clone, Debug)]
pub struct Kyc {
    /// Who is verified.
    pub user: String,
    /// `pending`, `approved` or `rejected`.
    pub status: &'static str,
}

/// Where a card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    /// Can be used.
    Active,
    /// Cannot be used for now.
    Blocked,
    /// Gone for good.
    Deleted,
}

impl CardState {
    /// The design's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
            Self::Deleted => "deleted",
        }
    }
}

/// A card.
#[derive(Clone, Debug)]
pub struct Card {
    /// Whose card it is.
    pub owner: String,
    /// See [`CardState`].
    pub state: CardState,
    /// When it was made.
    pub created: i64,
    /// What it may spend.
    pub limits: Limits,
}

/// A payment with a card.
#[derive(Clone, Debug)]
pub struct CardPayment {
    /// Whose money it is.
    pub user: String,
    /// With which card.
    pub card: String,
    /// How much EUR.
    pub atoms: i64,
    /// Where.
    pub channel: Channel,
    /// When it was made.
    pub made: i64,
    /// `authorised`, `cleared`, `reversed` or `refunded`.
    pub status: &'static str,
    /// Whether it came back on the day on which it was made, so that it may be spent again.
    pub came_back_at_once: bool,
}

/// A deposit from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// For whom it is; nothing if for nobody who existed when it came.
    pub owner: Option<Party>,
    /// How much.
    pub atoms: i64,
    /// Of which currency.
    pub currency: String,
    /// On which chain; nothing for one by bank.
    pub network: Option<String>,
    /// Which of the user's two accounts sent it, if one is named.
    pub account: Option<usize>,
    /// Whether data about its sender is asked for.
    pub asks: bool,
    /// `checking`, `waiting_for_travel_rule`, `held`, `credited` or `returned`.
    pub status: &'static str,
}

impl Deposit {
    /// Whether something can still become of it.
    pub fn is_open(&self) -> bool {
        !matches!(self.status, "credited" | "returned")
    }
}

/// An internal transfer, which was settled at once.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Who gave.
    pub source: Party,
    /// Who got it.
    pub destination: Party,
    /// How much.
    pub atoms: i64,
    /// Of which currency.
    pub currency: String,
    /// When.
    pub at: i64,
}

/// A payout, a withdrawal or an exchange that was accepted.
#[derive(Clone, Debug)]
pub struct Movement {
    /// Whose money it is.
    pub owner: Party,
    /// What leaves.
    pub from: (String, i64),
    /// What the provider takes, in the same currency: of an exchange out of what leaves, else on top of it.
    pub fee: i64,
    /// What a chain takes on top.
    pub network_fee: i64,
    /// What arrives in exchange, with the residue of rounding.
    pub to: Option<(String, i64, i64)>,
    /// Whether the money was there at acceptance, and where to send it.
    pub funded: bool,
    /// `pending`, or how it ended.
    pub status: &'static str,
}

/// Rates, good for one exchange.
#[derive(Clone, Debug)]
pub struct Lock {
    /// Who may use it.
    pub owner: Party,
    /// Until when.
    pub valid_until: i64,
    /// Whether it was used.
    pub used: bool,
    /// EUR for one unit of a currency, in atoms. Rates move with time as the provider likes, so a lock is told its own.
    pub rates: BTreeMap<String, i64>,
}

/// So much of a crypto currency for so much EUR.
#[derive(Clone, Debug)]
pub struct Quote {
    /// What the partner wants.
    pub euro: i64,
    /// What is to be paid.
    pub crypto: i64,
    /// In which currency.
    pub currency: String,
    /// On which chain.
    pub network: String,
    /// EUR for one unit.
    pub rate: i64,
    /// Until when.
    pub valid_until: i64,
    /// Whether it was used.
    pub used: bool,
}

/// An order or a link.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// What an order asks for; a link asks for EUR in any currency.
    pub quote: Option<(String, Quote)>,
    /// What the partner wants, in EUR.
    pub euro: i64,
    /// `waiting_for_wallet`, `open`, `underpaid`, `confirming`, `completed` or `expired`.
    pub status: &'static str,
    /// How long it may be topped up, in milliseconds.
    pub window: i64,
    /// Whether what was paid in part is accepted.
    pub accepts: bool,
    /// Until when; nothing before an order has a wallet.
    pub expires: Option<i64>,
    /// Everything that arrived for it.
    pub payments: Vec<Payment>,
}

/// A transfer on a chain for an order or a link.
#[derive(Clone, Debug)]
pub struct Payment {
    /// How much.
    pub atoms: i64,
    /// Of which currency.
    pub currency: String,
    /// On which chain.
    pub network: String,
    /// What it is worth.
    pub euro: i64,
    /// `detected`, `confirmed` or `returned`.
    pub status: &'static str,
}

impl Checkout {
    /// What was paid and not sent back: of its currency for an order, in EUR for a link.
    pub fn received(&self) -> i64 {
        let kept = self.payments.iter().filter(|it| it.status != "returned");
        let is_order = self.quote.is_some();
        kept.map(|it| if is_order { it.atoms } else { it.euro })
            .sum()
    }

    /// What has to be paid, as [`received`](Self::received) counts.
    pub fn due(&self) -> i64 {
        self.quote
            .as_ref()
            .map_or(self.euro, |(_, quote)| quote.crypto)
    }
}
