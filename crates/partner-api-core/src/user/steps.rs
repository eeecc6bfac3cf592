//! What a user may do in which standing: the table that server, guard, page and documentation read.

use super::{Standing, Verification};
use crate::rule::Rule;
use crate::steps::{self, Step, step, words};

use Rule::{
    CardMustNotBeActive, MovementsMustBeSettled, UserMustBeVerified, VerificationMustBeOpen,
};
use Standing::{Closed, Open, Suspended};
use UserAction as Do;

words! {
    /// What is done to or by a user.
    UserAction {
        /// Change contact data or address.
        Update = "update",
        /// Submit identity data.
        Verify = "verify",
        /// Freeze.
        Suspend = "suspend",
        /// Give full access again.
        Unsuspend = "unsuspend",
        /// Delete for good.
        Close = "close",
        /// Add files that show who the user is.
        AddKycFiles = "add_kyc_files",
        /// Start a hosted verification.
        StartKyc = "start_kyc",
        /// Read where a hosted verification stands.
        ReadKyc = "read_kyc",
        /// Add files that show where the user lives.
        AddPoaFiles = "add_poa_files",
        /// Read the balances.
        ReadBalances = "read_balances",
        /// Read the history of the balances.
        ReadHistory = "read_history",
        /// Read where bank deposits go to.
        ReadDepositInfo = "read_deposit_info",
        /// Read which bank accounts are known.
        ReadContacts = "read_contacts",
        /// Read the cards.
        ReadCards = "read_cards",
        /// Take part in an internal transfer, on either side.
        Transfer = "transfer",
        /// Pay out to a bank account.
        PayOut = "pay_out",
        /// Withdraw to a wallet.
        Withdraw = "withdraw",
        /// Lock rates.
        LockRate = "lock_rate",
        /// Exchange one balance into another.
        Exchange = "exchange",
        /// Have a deposit credited.
        ReceiveDeposit = "receive_deposit",
        /// Give the travel rule's data about a deposit's sender.
        SupplyTravelRule = "supply_travel_rule",
        /// Get a new card.
        CreateCard = "create_card",
        /// Block a card.
        BlockCard = "block_card",
        /// Unblock a card.
        UnblockCard = "unblock_card",
        /// Delete a card.
        DeleteCard = "delete_card",
        /// Change a card's PIN.
        ChangePin = "change_pin",
        /// Read a card's limits.
        ReadLimits = "read_limits",
        /// Change a card's limits.
        SetLimits = "set_limits",
        /// Pay with a card.
        UseCard = "use_card",
    }
}

/// The lifecycle of a user's standing. What has no row is refused; no row leaves [`Standing::Closed`] (L7).
///
/// That a row repeats without effect (L6), and that contact data may be updated, documents added, travel-rule data given,
/// and cards blocked and deleted while suspended, are ASSUMED: the provider's pages name only what a suspended user cannot
/// do. So is that a suspended user's card keeps its PIN and limits.
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<Standing, UserAction>] = &[
    //   from       action              to         needs
    step(Open,      Do::Update,         Open,      &[]),
    step(Open,      Do::Verify,         Open,      &[VerificationMustBeOpen]),
    step(Open,      Do::Suspend,        Suspended, &[CardMustNotBeActive]),      // L4, under one of its readings
    step(Open,      Do::Unsuspend,      Open,      &[]),                         // L6: succeeds, changes nothing
    step(Open,      Do::Close,          Closed,    &[MovementsMustBeSettled]),
    step(Open,      Do::AddKycFiles,    Open,      &[]),
    step(Open,      Do::StartKyc,       Open,      &[]),
    step(Open,      Do::ReadKyc,        Open,      &[]),
    step(Open,      Do::AddPoaFiles,    Open,      &[]),
    step(Open,      Do::ReadBalances,   Open,      &[UserMustBeVerified]),       // L9
    step(Open,      Do::ReadHistory,    Open,      &[UserMustBeVerified]),
    step(Open,      Do::ReadDepositInfo, Open,     &[UserMustBeVerified]),
    step(Open,      Do::ReadContacts,   Open,      &[UserMustBeVerified]),
    step(Open,      Do::ReadCards,      Open,      &[]),
    step(Open,      Do::Transfer,       Open,      &[UserMustBeVerified]),
    step(Open,      Do::PayOut,         Open,      &[UserMustBeVerified]),
    step(Open,      Do::Withdraw,       Open,      &[UserMustBeVerified]),
    step(Open,      Do::LockRate,       Open,      &[UserMustBeVerified]),
    step(Open,      Do::Exchange,       Open,      &[UserMustBeVerified]),
    step(Open,      Do::ReceiveDeposit, Open,      &[UserMustBeVerified]),
    step(Open,      Do::SupplyTravelRule, Open,    &[]),
    step(Open,      Do::CreateCard,     Open,      &[UserMustBeVerified]),       // L12
    step(Open,      Do::BlockCard,      Open,      &[]),
    step(Open,      Do::UnblockCard,    Open,      &[UserMustBeVerified]),
    step(Open,      Do::DeleteCard,     Open,      &[]),
    step(Open,      Do::ChangePin,      Open,      &[UserMustBeVerified]),
    step(Open,      Do::ReadLimits,     Open,      &[]),
    step(Open,      Do::SetLimits,      Open,      &[UserMustBeVerified]),
    step(Open,      Do::UseCard,        Open,      &[UserMustBeVerified]),
    // L3: while suspended there is no row for anything that moves money, or makes, unblocks or uses a card.
    step(Suspended, Do::Update,         Suspended, &[]),
    step(Suspended, Do::Verify,         Suspended, &[VerificationMustBeOpen]),
    step(Suspended, Do::Suspend,        Suspended, &[]),                         // L6: succeeds, changes nothing
    step(Suspended, Do::Unsuspend,      Open,      &[]),                         // L5
    step(Suspended, Do::Close,          Closed,    &[MovementsMustBeSettled]),
    step(Suspended, Do::AddKycFiles,    Suspended, &[]),
    step(Suspended, Do::StartKyc,       Suspended, &[]),
    step(Suspended, Do::ReadKyc,        Suspended, &[]),
    step(Suspended, Do::AddPoaFiles,    Suspended, &[]),
    step(Suspended, Do::ReadBalances,   Suspended, &[UserMustBeVerified]),
    step(Suspended, Do::ReadHistory,    Suspended, &[UserMustBeVerified]),
    step(Suspended, Do::ReadDepositInfo, Suspended, &[UserMustBeVerified]),
    step(Suspended, Do::ReadContacts,   Suspended, &[UserMustBeVerified]),
    step(Suspended, Do::SupplyTravelRule, Suspended, &[]),                       // data alone; the money stays held
    step(Suspended, Do::ReadCards,      Suspended, &[]),
    step(Suspended, Do::ReadLimits,     Suspended, &[]),
    step(Suspended, Do::BlockCard,      Suspended, &[]),                         // only ever more locked
    step(Suspended, Do::DeleteCard,     Suspended, &[]),
];

words! {
    /// What happens to a verification.
    VerificationAction {
        /// Identity data is submitted.
        Submit = "submit",
        /// The provider approves.
        Approve = "approve",
        /// The provider rejects.
        Reject = "reject",
    }
}

/// The lifecycle of a user's verification. No row leaves [`Verification::Approved`]: identity never changes (L2).
///
/// That a pending verification takes no second submission, and a rejected one takes another, is ASSUMED (A14).
#[rustfmt::skip] // a table is read by its columns
pub const VERIFICATION_STEPS: &[Step<Verification, VerificationAction>] = &[
    step(Verification::Registered, VerificationAction::Submit,  Verification::Pending,  &[]),
    step(Verification::Rejected,   VerificationAction::Submit,  Verification::Pending,  &[]),
    step(Verification::Pending,    VerificationAction::Approve, Verification::Approved, &[]),
    step(Verification::Pending,    VerificationAction::Reject,  Verification::Rejected, &[]),
];

/// What a standing, rightly known, says about an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// There is a row; what the row needs decides.
    Allowed,
    /// No row now, but one in a standing that can still be reached.
    NotNow(Rule),
    /// No row now nor ever.
    Never(Rule),
}

/// What `standing` says about `action`.
pub fn permission(standing: Standing, action: UserAction) -> Permission {
    if steps::find(STEPS, standing, action).is_some() {
        return Permission::Allowed;
    }
    let rule = match standing {
        Closed => Rule::UserMustNotBeClosed,
        Open | Suspended => Rule::UserMustNotBeSuspended,
    };
    if steps::can_ever(STEPS, standing, action) {
        Permission::NotNow(rule)
    } else {
        Permission::Never(rule)
    }
}
