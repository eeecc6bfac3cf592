//! Which of two statuses is the later one, by the tables of `partner_api_core`.
//!
//! Events come out of order. What the tables know decides; where they cannot, the answer says so.

use partner_api_core::card::{CardTransactionState, TRANSACTION_STEPS};
use partner_api_core::checkout::{self, CheckoutState};
use partner_api_core::deposit::{self, DepositState};
use partner_api_core::documents::{POA_STEPS, PoaState};
use partner_api_core::exchange::{self, ExchangeState};
use partner_api_core::kyc::{self, KycState};
use partner_api_core::sepa_transfer::{self, SepaTransferState};
use partner_api_core::steps::{self, Step};
use partner_api_core::transfer::{self, TransferState};
use partner_api_core::user::{VERIFICATION_STEPS, Verification};
use partner_api_core::withdrawal::{self, WithdrawalState};

use crate::{
    CardTransactionStatus, CryptoDepositStatus, ExchangeStatus, IbanStatus, KycVerificationStatus,
    OrderStatus, PaymentLinkStatus, PoaStatus, SepaDepositStatus, SepaTransferStatus,
    TransferStatus, UserStatus, WithdrawalStatus,
};

/// How a status stands to the one that was known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// It is the same status.
    Same,
    /// The table leads from the known one to it, and not back.
    Later,
    /// The table leads from it to the known one, and not back; or it is where the lifecycle begins.
    Earlier,
    /// Both may follow the other (a proof of address is submitted again), or the table does not know one of the words.
    Unclear,
    /// No way leads from one to the other: both cannot be true.
    Apart,
}

/// A status whose place in its object's lifecycle is known.
pub trait Lifecycle {
    /// How this stands to what was `known` before.
    fn order_after(&self, known: &Self) -> Order;

    /// Whether no step leads on; none for a word that is no state.
    fn is_final(&self) -> Option<bool>;
}

macro_rules! lifecycles {
    ($($status:ty => $state:ty, $steps:expr;)*) => {
        $(impl Lifecycle for $status {
            fn order_after(&self, known: &Self) -> Order {
                if self == known {
                    return Order::Same;
                }
                order($steps, <$state>::try_from(known).ok(), <$state>::try_from(self).ok())
            }

            fn is_final(&self) -> Option<bool> {
                <$state>::try_from(self).ok().map(|state| !leads_on($steps, state))
            }
        })*
    };
}

lifecycles! {
    UserStatus => Verification, VERIFICATION_STEPS;
    PoaStatus => PoaState, POA_STEPS;
    KycVerificationStatus => KycState, kyc::STEPS;
    TransferStatus => TransferState, transfer::STEPS;
    SepaTransferStatus => SepaTransferState, sepa_transfer::STEPS;
    SepaDepositStatus => DepositState, deposit::STEPS;
    CryptoDepositStatus => DepositState, deposit::STEPS;
    WithdrawalStatus => WithdrawalState, withdrawal::STEPS;
    ExchangeStatus => ExchangeState, exchange::STEPS;
    OrderStatus => CheckoutState, checkout::STEPS;
    PaymentLinkStatus => CheckoutState, checkout::STEPS;
    CardTransactionStatus => CardTransactionState, TRANSACTION_STEPS;
}

/// The check of a deposit's sender has no table of its own: it is decided once.
impl Lifecycle for IbanStatus {
    fn order_after(&self, known: &Self) -> Order {
        match (known, self) {
            _ if known == self => Order::Same,
            (Self::Pending, Self::Approved | Self::Rejected) => Order::Later,
            (_, Self::Pending) => Order::Earlier,
            (Self::Approved | Self::Rejected, _) => Order::Apart,
            (Self::Pending, _) | (Self::Unknown(_), _) => Order::Unclear,
        }
    }

    fn is_final(&self) -> Option<bool> {
        match self {
            Self::Pending => Some(false),
            Self::Approved | Self::Rejected => Some(true),
            Self::Unknown(_) => None,
        }
    }
}

fn leads_on<S: PartialEq + Copy, A: Copy>(table: &'static [Step<S, A>], from: S) -> bool {
    table
        .iter()
        .any(|step| step.from == from && step.to != from)
}

/// Whether a lifecycle begins in `state`: no step of another state leads to it.
fn is_first<S: PartialEq + Copy, A>(table: &[Step<S, A>], state: S) -> bool {
    !table
        .iter()
        .any(|step| step.to == state && step.from != state)
}

fn order<S: PartialEq + Copy, A: Copy>(
    table: &'static [Step<S, A>],
    known: Option<S>,
    new: Option<S>,
) -> Order {
    let (Some(known), Some(new)) = (known, new) else {
        return match (known, new) {
            // Whatever the known word means, something had begun by then.
            (None, Some(new)) if is_first(table, new) => Order::Earlier,
            (Some(known), None) if !leads_on(table, known) => Order::Apart,
            _ => Order::Unclear,
        };
    };
    let leads = |from, to| steps::reachable(table, from).contains(&to);
    match (leads(known, new), leads(new, known)) {
        (true, false) => Order::Later,
        (false, true) => Order::Earlier,
        (true, true) => Order::Unclear,
        (false, false) => Order::Apart,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<S: Lifecycle + for<'a> From<&'a str>>(known: &str, new: &str, expected: Order) {
        let (known_status, new_status) = (S::from(known), S::from(new));
        let order = new_status.order_after(&known_status);
        assert_eq!(order, expected, "{known} then {new}");
    }

    #[test]
    fn a_final_state_stands_against_what_comes_late() {
        check::<SepaTransferStatus>("PENDING", "FAILED", Order::Later);
        check::<SepaTransferStatus>("FAILED", "PENDING", Order::Earlier);
        check::<SepaTransferStatus>("FAILED", "FAILED", Order::Same);
        check::<SepaTransferStatus>("SUCCESSFUL", "FAILED", Order::Apart);
        check::<CryptoDepositStatus>(
            "WAITING_FOR_TR_DATA",
            "WAITING_FOR_VERIFICATION",
            Order::Earlier,
        );
        check::<CryptoDepositStatus>("WAITING_FOR_VERIFICATION", "SUCCESSFUL", Order::Later);
        check::<OrderStatus>("COMPLETED", "PARTIALLY_PAID", Order::Earlier);
        check::<OrderStatus>("EXPIRED", "COMPLETED", Order::Apart);
        check::<IbanStatus>("APPROVED", "PENDING", Order::Earlier);
        check::<CardTransactionStatus>("AUTHORIZED", "REFUNDED", Order::Later);
    }

    #[test]
    fn a_proof_of_address_may_go_round() {
        check::<PoaStatus>("REJECTED", "WAITING", Order::Unclear);
        check::<PoaStatus>("WAITING", "REJECTED", Order::Unclear);
        check::<PoaStatus>("APPROVED", "WAITING", Order::Earlier);
    }

    #[test]
    fn a_word_that_is_no_state_never_replaces_a_final_one_and_never_gives_way_to_the_first() {
        check::<TransferStatus>("SUCCESSFUL", "FAILED", Order::Apart);
        check::<TransferStatus>("FAILED", "PENDING", Order::Earlier);
        check::<TransferStatus>("PENDING", "FAILED", Order::Unclear);
        check::<WithdrawalStatus>("SUCCESSFUL", "LOST", Order::Apart);
        check::<WithdrawalStatus>("PENDING", "LOST", Order::Unclear);
        check::<WithdrawalStatus>("LOST", "SUCCESSFUL", Order::Unclear);
        assert_eq!(TransferStatus::from("LOST").is_final(), None);
    }

    /// Every pair of words: order is a strict one, whichever of the two is asked first.
    #[test]
    fn later_and_earlier_are_each_others_mirror() {
        fn all<S: Lifecycle + PartialEq>(words: &[S]) {
            for one in words {
                for other in words {
                    let (there, back) = (one.order_after(other), other.order_after(one));
                    assert_eq!(there == Order::Same, one == other);
                    if one.is_final().is_some() && other.is_final().is_some() {
                        assert_eq!(there == Order::Later, back == Order::Earlier);
                        assert_eq!(there == Order::Apart, back == Order::Apart);
                    }
                    if other.is_final() == Some(true) {
                        assert!(!matches!(there, Order::Later | Order::Unclear));
                    }
                }
            }
        }
        all(UserStatus::ALL);
        all(PoaStatus::ALL);
        all(KycVerificationStatus::ALL);
        all(TransferStatus::ALL);
        all(SepaTransferStatus::ALL);
        all(SepaDepositStatus::ALL);
        all(CryptoDepositStatus::ALL);
        all(WithdrawalStatus::ALL);
        all(ExchangeStatus::ALL);
        all(OrderStatus::ALL);
        all(PaymentLinkStatus::ALL);
        all(CardTransactionStatus::ALL);
        all(IbanStatus::ALL);
    }
}
