//! Where an event stands in its object's life: events come late, twice and out of order (ASSUMED A82).

use partner_api_types::words::{Lifecycle, Order};
use partner_api_types::{
    CardTransactionStatus, CryptoDepositStatus, EventKind, ExchangeStatus, IbanStatus,
    KycVerificationStatus, OrderStatus, PaymentLinkStatus, PoaStatus, SepaDepositStatus,
    SepaTransferStatus, TransferStatus, UserStatus, WithdrawalStatus,
};

/// How what an event says stands to what was known of its object when it was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// Nothing was known of the object.
    First,
    /// It goes on from what was known.
    Forward,
    /// The same status again, with other content, or recovered and then received.
    Same,
    /// It was overtaken: what is known follows from it. Nothing is to be undone.
    Late,
    /// It and what is known cannot both be true. Ask the provider.
    Conflict,
    /// The tables cannot tell which of the two is the later one: a proof of address goes round, or a word is unknown.
    Unclear,
    /// The event has no place in a lifecycle: a code, a file, an event that this version does not know.
    Unordered,
}

impl Position {
    /// Whether what the event says is, as far as anybody can tell, how things stand now. Act on these; the others are
    /// for the record.
    pub fn is_news(self) -> bool {
        match self {
            Self::First | Self::Forward | Self::Unclear | Self::Unordered => true,
            Self::Same | Self::Late | Self::Conflict => false,
        }
    }
}

/// Where a status of an object of `kind` stands to the one that is known.
pub(crate) fn position(kind: EventKind, known: Option<&str>, status: &str) -> Position {
    if !has_lifecycle(kind) {
        return Position::Unordered;
    }
    let Some(known) = known else {
        return Position::First;
    };
    match order(kind, known, status) {
        Order::Same => Position::Same,
        Order::Later => Position::Forward,
        Order::Earlier => Position::Late,
        Order::Apart => Position::Conflict,
        Order::Unclear => Position::Unclear,
    }
}

/// Whether nothing follows a status any more.
pub(crate) fn is_final(kind: EventKind, status: &str) -> bool {
    with_words(kind, Final(status)) == Some(Some(true))
}

fn has_lifecycle(kind: EventKind) -> bool {
    with_words(kind, Final("")).is_some()
}

fn order(kind: EventKind, known: &str, status: &str) -> Order {
    with_words(kind, Compare { known, status }).unwrap_or(Order::Unclear)
}

trait Question {
    type Answer;
    fn of<S: Lifecycle + for<'a> From<&'a str>>(self) -> Self::Answer;
}

struct Final<'a>(&'a str);

impl Question for Final<'_> {
    type Answer = Option<bool>;
    fn of<S: Lifecycle + for<'a> From<&'a str>>(self) -> Option<bool> {
        S::from(self.0).is_final()
    }
}

struct Compare<'a> {
    known: &'a str,
    status: &'a str,
}

impl Question for Compare<'_> {
    type Answer = Order;
    fn of<S: Lifecycle + for<'a> From<&'a str>>(self) -> Order {
        S::from(self.status).order_after(&S::from(self.known))
    }
}

/// Asks the words of the kind; none where its objects have no lifecycle.
fn with_words<Q: Question>(kind: EventKind, question: Q) -> Option<Q::Answer> {
    Some(match kind {
        EventKind::UserBalanceGeneration => question.of::<UserStatus>(),
        EventKind::PoaVerificationStatus => question.of::<PoaStatus>(),
        EventKind::KycVerificationStatus => question.of::<KycVerificationStatus>(),
        EventKind::P2pTransfer => question.of::<TransferStatus>(),
        EventKind::SepaTransfer => question.of::<SepaTransferStatus>(),
        EventKind::SepaDeposit => question.of::<SepaDepositStatus>(),
        EventKind::IbanStatus => question.of::<IbanStatus>(),
        EventKind::CryptoWithdrawal => question.of::<WithdrawalStatus>(),
        EventKind::CryptoDeposit => question.of::<CryptoDepositStatus>(),
        EventKind::Exchange => question.of::<ExchangeStatus>(),
        EventKind::OrderStatus => question.of::<OrderStatus>(),
        EventKind::PaymentLink => question.of::<PaymentLinkStatus>(),
        EventKind::CardTransaction => question.of::<CardTransactionStatus>(),
        _ => return None,
    })
}
