//! The rules that can refuse a command, as sentences about the world, in their order of precedence.

use std::fmt;

/// An invariant of the design that a rule guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// Country of residence and every field that is not known to be editable never change.
    L1,
    /// Identity data taken from verification never changes.
    L2,
    /// A suspended user moves no money, and gets and uses no card.
    L3,
    /// A user with an active card is not suspended (one of the two readings).
    L4,
    /// Suspend, then unsuspend: every ability is as it was.
    L5,
    /// Suspending the suspended and unsuspending the open succeed and change nothing.
    L6,
    /// Closed is for ever, and the id is never used again.
    L7,
    /// What closing clears is booked; the books still sum to zero.
    L8,
    /// Balances exist once the user is verified.
    L9,
    /// No balance of a user or of the partner is ever negative.
    L10,
    /// A lock is used at most once, and never after its time.
    L11,
    /// Cards are limited in number and pace, and for verified users only.
    L12,
    /// A user id is unique per partner.
    L13,
    /// Closing erases what is personal.
    L14,
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $invariant:expr, $broken:literal, $remedy:literal;)*) => {
        /// What must be so for a command to go through.
        ///
        /// The order of declaration is the order of precedence: of all rules that a command breaks, the refusal names
        /// the first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])* $variant,)*
        }

        impl Rule {
            /// Every rule, in order of precedence.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The rule's stable name, such as `card_must_not_be_active`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The invariant that the rule guards, where it guards one.
            pub const fn invariant(self) -> Option<Invariant> {
                match self { $(Self::$variant => $invariant,)* }
            }

            /// What is the case when the rule is broken, such as `a card is active`.
            pub const fn broken(self) -> &'static str {
                match self { $(Self::$variant => $broken,)* }
            }

            /// What to do about it.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)* }
            }
        }
    };
}

use Invariant::{L1, L3, L4, L7, L9, L10, L11, L12, L13};

rules! {
    /// The currency is one that the provider serves.
    CurrencyMustBeKnown = "currency_must_be_known", None,
        "the currency is not served", "use one that the rates name";
    /// What is done in euro alone is asked in euro.
    CurrencyMustBeEur = "currency_must_be_eur", None,
        "the currency is not euro", "use eur";
    /// The currency travels on the network.
    NetworkMustCarryCurrency = "network_must_carry_currency", None,
        "the network does not carry the currency", "use a network that the balance's networkConfig names";
    /// The amount is more than nothing.
    AmountMustBePositive = "amount_must_be_positive", None,
        "the amount is zero", "give more than zero";
    /// The amount is no finer than the currency, and small enough to be booked.
    AmountMustFitCurrency = "amount_must_fit_currency", None,
        "the amount does not fit the currency", "round it to the currency's decimals, or split it";
    /// The amount is not below what the network's terms ask for.
    AmountMustReachMinimum = "amount_must_reach_minimum", None,
        "the amount is below the minimum", "move at least minWithdrawal of the network";
    /// No daily limit is over its monthly one.
    LimitsMustBeOrdered = "limits_must_be_ordered", None,
        "a daily limit is over its monthly one", "give daily limits that are at most the monthly ones";
    /// A transfer names a source, a destination, or both.
    SourceOrDestinationMustBeGiven = "source_or_destination_must_be_given", None,
        "neither side is given", "name a source, a destination, or both";
    /// A transfer's two sides are not the same user.
    PartiesMustDiffer = "parties_must_differ", None,
        "both sides are the same user", "name two different users";
    /// An exchange is between two currencies.
    CurrenciesMustDiffer = "currencies_must_differ", None,
        "both currencies are the same", "name two different currencies";
    /// A field named in an update is one that may change.
    FieldMustBeEditable = "field_must_be_editable", Some(L1),
        "a field may not change", "change only e-mail, phone, street, number, city and postal code";
    /// A file is no larger than is taken.
    FileMustBeSmallEnough = "file_must_be_small_enough", None,
        "a file is too large", "send at most 5 MB a file";
    /// A file is a JPEG, a PNG or a PDF.
    FileMustBeOfTakenKind = "file_must_be_of_taken_kind", None,
        "a file is of a kind that is not taken", "send a JPEG, a PNG or a PDF";
    /// Somebody was born before now, and not too long ago to be alive.
    BirthDateMustBePlausible = "birth_date_must_be_plausible", None,
        "the birth date lies ahead, or before 1900", "correct the birth date";
    /// The kind of document shows who somebody is.
    DocumentMustShowIdentity = "document_must_show_identity", None,
        "the kind of document shows no identity", "take a passport, an identity card or a residence permit";
    /// The document's number is one that its kind of document has.
    DocumentNumberMustFitKind = "document_number_must_fit_kind", None,
        "the number is none of this kind of document", "write the number as the document shows it, without spaces";
    /// A residence permit is of the country in which the user lives.
    PermitMustBeOfResidence = "permit_must_be_of_residence", None,
        "the residence permit is not of the country of residence", "name the country of residence as the one that issued it";
    /// A residence permit has a last day.
    PermitMustExpire = "permit_must_expire", None,
        "the residence permit has no last day", "give the day on which it expires";
    /// The document is still valid.
    DocumentMustNotBeExpired = "document_must_not_be_expired", None,
        "the document has expired", "take a document that is valid";
    /// The user was created.
    UserMustExist = "user_must_exist", None,
        "the user does not exist", "create the user first, or check the id";
    /// No user ever had the id.
    UserIdMustBeUnused = "user_id_must_be_unused", Some(L13),
        "the id is or was in use", "take an id that was never used";
    /// The user is not closed.
    UserMustNotBeClosed = "user_must_not_be_closed", Some(L7),
        "the user is closed", "nothing can be done any more; create a user under a new id";
    /// The user is not suspended.
    UserMustNotBeSuspended = "user_must_not_be_suspended", Some(L3),
        "the user is suspended", "unsuspend the user first";
    /// The user's verification is approved.
    UserMustBeVerified = "user_must_be_verified", Some(L9),
        "the user is not verified", "submit identity data and wait for the approval";
    /// The user's verification can be submitted: it never was, or it was rejected.
    VerificationMustBeOpen = "verification_must_be_open", None,
        "a verification is pending or approved", "wait for the decision; identity data never changes after approval";
    /// The user's verification waits for a decision.
    VerificationMustBePending = "verification_must_be_pending", None,
        "no verification is pending", "submit identity data first";
    /// Identity documents were accepted, by files or by a hosted verification.
    DocumentsMustBeAccepted = "documents_must_be_accepted", None,
        "no identity documents were accepted", "add identity files, or have a hosted verification approved";
    /// The hosted verification was created.
    KycMustExist = "kyc_must_exist", None,
        "the verification does not exist", "check the id";
    /// No hosted verification of the user is pending or approved.
    KycMustBeOpen = "kyc_must_be_open", None,
        "a verification is pending or approved", "wait for the decision, or use the one that is approved";
    /// The hosted verification waits for a decision.
    KycMustBePending = "kyc_must_be_pending", None,
        "the verification is decided", "start another one";
    /// The user is asked for a proof of address.
    PoaMustBeAsked = "poa_must_be_asked", None,
        "no proof of address is asked for", "go on without one";
    /// No proof of address of the user waits for a decision.
    PoaMustNotBePending = "poa_must_not_be_pending", None,
        "a proof of address waits for a decision", "wait for the decision";
    /// No proof of address of the user is approved.
    PoaMustNotBeApproved = "poa_must_not_be_approved", None,
        "a proof of address is approved", "go on: no other one is needed";
    /// A proof of address of the user waits for a decision.
    PoaMustBePending = "poa_must_be_pending", None,
        "no proof of address waits for a decision", "add files first";
    /// The exchange was created.
    ExchangeMustExist = "exchange_must_exist", None,
        "the exchange does not exist", "check the id";
    /// The exchange is not settled.
    ExchangeMustBePending = "exchange_must_be_pending", None,
        "the exchange is settled", "create another one";
    /// The payout was created.
    PayoutMustExist = "payout_must_exist", None,
        "the payout does not exist", "check the id";
    /// The payout is not settled.
    PayoutMustBePending = "payout_must_be_pending", None,
        "the payout is settled", "create another one";
    /// The withdrawal was created.
    WithdrawalMustExist = "withdrawal_must_exist", None,
        "the withdrawal does not exist", "check the id";
    /// The withdrawal is not settled.
    WithdrawalMustBePending = "withdrawal_must_be_pending", None,
        "the withdrawal is settled", "create another one";
    /// The deposit arrived, and is the owner's.
    DepositMustExist = "deposit_must_exist", None,
        "the deposit does not exist", "check the id, and whose deposit it is";
    /// The deposit is neither credited nor returned, and if it is to be approved, it is being checked.
    DepositMustBeOpen = "deposit_must_be_open", None,
        "nothing can be decided about the deposit", "read where it stands";
    /// The deposit waits for the travel rule's data.
    DepositMustWaitForTravelRule = "deposit_must_wait_for_travel_rule", None,
        "the deposit does not wait for travel-rule data", "read where it stands; data is taken once";
    /// The order was created.
    OrderMustExist = "order_must_exist", None,
        "the order does not exist", "check the id";
    /// The payment link was created.
    PaymentLinkMustExist = "payment_link_must_exist", None,
        "the payment link does not exist", "check the id";
    /// The order or link stands where this can happen to it.
    CheckoutMustBeWaiting = "checkout_must_be_waiting", None,
        "the order or link stands elsewhere", "read where it stands";
    /// The card exists, belongs to the user, and is not deleted.
    CardMustExist = "card_must_exist", None,
        "the user has no such card", "list the user's cards";
    /// The card is active.
    CardMustBeActive = "card_must_be_active", None,
        "the card is blocked", "unblock it first";
    /// The card payment was made.
    CardTransactionMustExist = "card_transaction_must_exist", None,
        "the card payment does not exist", "check the id";
    /// The card payment is neither cleared nor reversed.
    CardTransactionMustBeAuthorised = "card_transaction_must_be_authorised", None,
        "the card payment is cleared or reversed", "refund it if it is cleared";
    /// The card payment is cleared, and not refunded.
    CardTransactionMustBeCleared = "card_transaction_must_be_cleared", None,
        "the card payment is not cleared, or refunded already", "clear it first, or reverse it";
    /// The payment stays within the card's limits.
    SpendingMustBeWithinLimits = "spending_must_be_within_limits", None,
        "the payment is over a limit of the card", "raise the limit, or wait for the next day or month";
    /// No card of the user is active.
    CardMustNotBeActive = "card_must_not_be_active", Some(L4),
        "a card is active", "block or delete it first, or suspend through the domain layer, which does";
    /// Every payout, withdrawal, exchange and card payment of the user is settled.
    MovementsMustBeSettled = "movements_must_be_settled", None,
        "a payout, withdrawal, exchange or card payment is not settled", "wait until it is";
    /// The user's country may have cards.
    CountryMustAllowCards = "country_must_allow_cards", Some(L12),
        "the user's country has no cards", "none can be created for this user";
    /// The user holds fewer cards than the limit.
    CardsHeldMustBeBelowLimit = "cards_held_must_be_below_limit", Some(L12),
        "the user holds as many cards as allowed", "delete one first";
    /// Fewer cards than the limit were created in each of the rolling windows.
    CardsCreatedMustBeBelowLimit = "cards_created_must_be_below_limit", Some(L12),
        "as many cards were created lately as allowed", "wait until the window has moved on";
    /// The lock exists and is the user's.
    LockMustExist = "lock_must_exist", Some(L11),
        "the user has no such lock", "lock the rates for this user first";
    /// The lock was not used.
    LockMustBeUnused = "lock_must_be_unused", Some(L11),
        "the lock was used", "lock the rates again";
    /// The lock's time is not over.
    LockMustNotBeExpired = "lock_must_not_be_expired", Some(L11),
        "the lock's time is over", "lock the rates again and use the lock before its time is over";
    /// The balance covers the amount.
    FundsMustSuffice = "funds_must_suffice", Some(L10),
        "the balance is too small", "fund it first, or move less";
}

/// The rule's name, with its invariant before it where it guards one: `L4 card_must_not_be_active`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.invariant() {
            Some(invariant) => write!(f, "{invariant} {}", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

impl std::str::FromStr for Rule {
    type Err = UnknownRule;

    /// Reads a rule's name, with or without its invariant before it.
    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        let name = text.rsplit(' ').next().unwrap_or(text);
        Self::ALL
            .iter()
            .copied()
            .find(|rule| rule.name() == name)
            .ok_or(UnknownRule)
    }
}

/// The text names no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such rule; this side may be older than the other")]
pub struct UnknownRule;
