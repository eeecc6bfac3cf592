//! What varies between readings, partners and time: numbers and choices, never rules.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::card::SpendingLimits;
use crate::{Country, FeeSchedule};

/// The two readings of L4: the provider's pages say both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ActiveCards {
    /// Suspending is refused while a card is active (`suspend-user-19651276e0`, code `P454`).
    #[default]
    Refuse,
    /// Suspending goes through and stops the cards' transactions (`test/account-management-6405089f0`).
    Freeze,
}

/// Where a payout that names no receiver may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClosedLoop {
    /// To any account (ASSUMED A43: no page says that another one is refused).
    #[default]
    AnyIban,
    /// To accounts whose deposits were approved (`iban-status-webhook-28679748e0`); to any other it fails at settlement.
    KnownIban,
}

/// Whether identity data may be submitted before documents are accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DocumentsNeeded {
    /// It may, so that a first run needs no files (ASSUMED A64).
    #[default]
    Never,
    /// Files or a hosted verification come first (`kyc-by-p100-4476985f0`).
    BeforeVerification,
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
    /// What the provider takes.
    pub fees: FeeSchedule,
    /// Where a payout that names no receiver may go.
    pub closed_loop: ClosedLoop,
    /// Whether identity data waits for documents.
    pub documents: DocumentsNeeded,
    /// Whose residents are asked for a proof of address; everybody may give one where there is no list.
    pub poa_countries: Option<BTreeSet<Country>>,
    /// What a new card may spend.
    pub spending: SpendingLimits,
    /// When a submitted verification is approved by itself (ASSUMED: one second).
    pub verification_delay: Duration,
    /// When a payout settles by itself (ASSUMED: two seconds).
    pub payout_delay: Duration,
    /// When an exchange settles by itself (ASSUMED: two seconds).
    pub exchange_delay: Duration,
    /// When a withdrawal settles by itself (ASSUMED: two seconds).
    pub withdrawal_delay: Duration,
    /// When a hosted verification is approved by itself (ASSUMED: one second).
    pub kyc_delay: Duration,
    /// When a proof of address is approved by itself (ASSUMED: one second).
    pub poa_delay: Duration,
    /// When a chain has confirmed a deposit or a payment (ASSUMED: two seconds).
    pub confirmation_delay: Duration,
    /// When an authorised card payment is cleared by itself (ASSUMED: two seconds).
    pub clearing_delay: Duration,
    /// Times of orders and payment links.
    pub checkout: CheckoutTimes,
}

/// Times of orders, payment links and hosted checkouts; none is documented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutTimes {
    /// When a wallet is assigned to an order (ASSUMED: one second).
    pub wallet_delay: Duration,
    /// How long an order waits for its payment once it has a wallet (ASSUMED A60: fifteen minutes).
    pub order_ttl: Duration,
    /// How long a payment link waits where nothing else is asked for (ASSUMED A61: one day).
    pub link_ttl: Duration,
    /// How long a payer may top up where nothing else is asked for (ASSUMED A62: thirty minutes).
    pub underpayment_window: Duration,
}

impl Default for CheckoutTimes {
    fn default() -> Self {
        Self {
            wallet_delay: Duration::from_secs(1),
            order_ttl: Duration::from_secs(15 * 60),
            link_ttl: DAY,
            underpayment_window: Duration::from_secs(30 * 60),
        }
    }
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
            fees: FeeSchedule::default(),
            closed_loop: ClosedLoop::default(),
            documents: DocumentsNeeded::default(),
            poa_countries: None,
            spending: SpendingLimits::default(),
            verification_delay: Duration::from_secs(1),
            payout_delay: Duration::from_secs(2),
            exchange_delay: Duration::from_secs(2),
            withdrawal_delay: Duration::from_secs(2),
            kyc_delay: Duration::from_secs(1),
            poa_delay: Duration::from_secs(1),
            confirmation_delay: Duration::from_secs(2),
            clearing_delay: Duration::from_secs(2),
            checkout: CheckoutTimes::default(),
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
