//! What varies between readings, partners and time: numbers and choices, never rules.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::Country;

/// The two readings of L4: the provider's pages say both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ActiveCards {
    /// Suspending is refused while a card is active (`suspend-user-19651276e0`, code `P454`).
    #[default]
    Refuse,
    /// Suspending goes through and stops the cards' transactions (`test/account-management-6405089f0`).
    Freeze,
}

/// Numbers and choices that the rules use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Which reading of L4 holds.
    pub active_cards: ActiveCards,
    /// How long a rate lock is good for (`gh:exchange`: 40 s).
    pub lock_ttl: Duration,
    /// How many cards a user may hold and create.
    pub cards: CardLimits,
    /// Whose residents may not have cards. Empty: the provider's list could not be read.
    pub card_forbidden_countries: BTreeSet<Country>,
    /// When a submitted verification is approved by itself (ASSUMED: one second).
    pub verification_delay: Duration,
    /// When a payout settles by itself (ASSUMED: two seconds).
    pub payout_delay: Duration,
    /// When an exchange settles by itself (ASSUMED: two seconds).
    pub exchange_delay: Duration,
}

/// Limits on cards (`virtual-cards-4478303f0`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardLimits {
    /// Cards that are active or blocked at once.
    pub held: usize,
    /// Cards created within rolling windows.
    pub created: [(usize, Duration); 3],
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const CARDS_PER_DAY: usize = 5;
const CARDS_PER_30_DAYS: usize = 10;
const CARDS_PER_YEAR: usize = 20;
const _: () = assert!(CARDS_PER_DAY <= CARDS_PER_30_DAYS && CARDS_PER_30_DAYS <= CARDS_PER_YEAR);

impl Default for Policy {
    fn default() -> Self {
        Self {
            active_cards: ActiveCards::default(),
            lock_ttl: Duration::from_secs(40),
            cards: CardLimits::default(),
            card_forbidden_countries: BTreeSet::new(),
            verification_delay: Duration::from_secs(1),
            payout_delay: Duration::from_secs(2),
            exchange_delay: Duration::from_secs(2),
        }
    }
}

impl Default for CardLimits {
    fn default() -> Self {
        Self {
            held: 10,
            created: [
                (CARDS_PER_DAY, DAY),
                (CARDS_PER_30_DAYS, DAY * 30),
                // ASSUMED: twelve months are 365 days.
                (CARDS_PER_YEAR, DAY * 365),
            ],
        }
    }
}
