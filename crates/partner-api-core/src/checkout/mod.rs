//! Checkouts: orders, payment links and hosted checkouts. Somebody outside pays crypto, the partner gets euro.
//!
//! An order asks for an amount of one crypto currency, fixed by a quote; a link asks for an amount of euro, which any
//! accepted currency may pay at the rate of the moment. The rest of their lives is the same, so they share a table.

mod create;
mod pay;
mod quote;

pub(crate) use create::{NewLink, assign_wallet, create_link, create_order};
pub(crate) use pay::{ArrivedPayment, confirm, expire, receive_payment};
pub use quote::Quote;
pub(crate) use quote::{NewQuote, create_quote};

use std::time::Duration;

use crate::rule::Rule;
use crate::steps::{Step, step, words};
use crate::{Amount, LockId, Money, Network, Timestamp, TransactionHash};

words! {
    /// What a checkout is.
    CheckoutKind {
        /// An order at a locked rate.
        Order = "order",
        /// A payment link in the provider's look.
        PaymentLink = "payment_link",
        /// A checkout in the partner's look.
        HostedCheckout = "hosted_checkout",
    }
}

words! {
    /// Where a checkout stands.
    CheckoutState {
        /// An order that has no wallet to pay to yet.
        WaitingForWallet = "waiting_for_wallet",
        /// Waits to be paid.
        Open = "open",
        /// Paid in part; may be topped up for a while.
        Underpaid = "underpaid",
        /// Paid; the chain has not confirmed it.
        Confirming = "confirming",
        /// The partner has the euro.
        Completed = "completed",
        /// Not paid in time; what was paid went back.
        Expired = "expired",
    }
}

words! {
    /// What happens to a checkout.
    CheckoutAction {
        /// A wallet is assigned.
        AssignWallet = "assign_wallet",
        /// A payment arrives that leaves something to pay.
        PayPart = "pay_part",
        /// A payment arrives that leaves nothing to pay.
        PayFull = "pay_full",
        /// The chain confirms what was paid.
        Confirm = "confirm",
        /// Time is over, and what was paid is accepted as it is.
        AcceptPart = "accept_part",
        /// Time is over.
        Expire = "expire",
    }
}

/// The lifecycle of a checkout (ASSUMED, but for the first and the fourth state of an order).
///
/// A payment that arrives where it has no row is sent back.
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<CheckoutState, CheckoutAction>] = &[
    step(CheckoutState::WaitingForWallet, CheckoutAction::AssignWallet, CheckoutState::Open,       &[]),
    step(CheckoutState::Open,             CheckoutAction::PayPart,      CheckoutState::Underpaid,  &[]),
    step(CheckoutState::Open,             CheckoutAction::PayFull,      CheckoutState::Confirming, &[]),
    step(CheckoutState::Open,             CheckoutAction::Expire,       CheckoutState::Expired,    &[]),
    step(CheckoutState::Underpaid,        CheckoutAction::PayPart,      CheckoutState::Underpaid,  &[]),
    step(CheckoutState::Underpaid,        CheckoutAction::PayFull,      CheckoutState::Confirming, &[]),
    step(CheckoutState::Underpaid,        CheckoutAction::AcceptPart,   CheckoutState::Completed,  &[]),
    step(CheckoutState::Underpaid,        CheckoutAction::Expire,       CheckoutState::Expired,    &[]),
    step(CheckoutState::Confirming,       CheckoutAction::PayFull,      CheckoutState::Confirming, &[]),
    step(CheckoutState::Confirming,       CheckoutAction::Confirm,      CheckoutState::Completed,  &[]),
];

words! {
    /// Where a payment stands.
    PaymentState {
        /// Seen on the chain.
        Detected = "detected",
        /// Confirmed and exchanged into euro.
        Confirmed = "confirmed",
        /// Sent back.
        Returned = "returned",
    }
}

/// One transfer on a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The chain's id of it.
    pub hash: TransactionHash,
    /// How much.
    pub money: Money,
    /// On which chain.
    pub network: Network,
    /// What it is worth in euro.
    pub euro: Amount,
    /// Where it stands.
    pub state: PaymentState,
    /// When it was seen.
    pub at: Timestamp,
}

impl Payment {
    /// The last of these that was kept, or the last at all: what came too late or in another currency, and was sent back, is
    /// not what paid a checkout.
    pub fn that_counts(payments: &[Self]) -> Option<&Self> {
        let kept = payments.iter().rev();
        let mut kept = kept.filter(|payment| payment.state != PaymentState::Returned);
        kept.next().or(payments.last())
    }
}

/// What a checkout asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// So much of one crypto currency, by the quote under this id.
    Crypto(LockId, Quote),
    /// So much euro, in any crypto currency.
    Euro(Amount),
}

/// A checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// What it is.
    pub kind: CheckoutKind,
    /// What it asks for.
    pub due: Due,
    /// Where it stands.
    pub state: CheckoutState,
    /// How long a payer may top up.
    pub underpayment_window: Duration,
    /// Whether what was paid in part is accepted when time is over.
    pub accepts_part: bool,
    /// Every transfer on a chain that was meant for it, in order of arrival.
    pub payments: Vec<Payment>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Until when it can be paid; an order has no end before it has a wallet.
    pub expires_at: Option<Timestamp>,
}

impl Checkout {
    /// What the partner asked for, in euro.
    pub fn euro_due(&self) -> Amount {
        match &self.due {
            Due::Crypto(_, quote) => quote.euro,
            Due::Euro(euro) => *euro,
        }
    }

    /// What was paid and not sent back: crypto for an order, euro for a link.
    pub fn received(&self) -> Amount {
        let kept = self.payments.iter();
        let kept = kept.filter(|payment| payment.state != PaymentState::Returned);
        let atoms = kept.map(|payment| match self.due {
            Due::Crypto(..) => payment.money.amount().atoms(),
            Due::Euro(_) => payment.euro.atoms(),
        });
        let sum = atoms.fold(0_i64, i64::saturating_add);
        Amount::from_atoms(sum).unwrap_or(Amount::MAX)
    }

    /// Whether nothing is left to pay.
    pub fn is_covered(&self) -> bool {
        let due = match &self.due {
            Due::Crypto(_, quote) => quote.crypto.amount(),
            Due::Euro(euro) => *euro,
        };
        due <= self.received()
    }

    /// The rule that an id which leads to no such checkout breaks.
    pub const fn missing(kind: CheckoutKind) -> Rule {
        match kind {
            CheckoutKind::Order => Rule::OrderMustExist,
            CheckoutKind::PaymentLink | CheckoutKind::HostedCheckout => Rule::PaymentLinkMustExist,
        }
    }
}
