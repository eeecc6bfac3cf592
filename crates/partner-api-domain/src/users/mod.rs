//! Users: one file a verb.

pub(crate) mod again;
pub(crate) mod close;
mod create;
pub(crate) mod lock_down;
pub(crate) mod suspend;
pub(crate) mod unsuspend;
mod update;
mod verify;

use partner_api_core::{DepositId, Owner, UserId, WithdrawalId};

pub use self::close::{
    Blocker, Close, ClosurePlan, ClosureProgress, ClosureProof, ClosureReport, Mismatch, Pending,
    PlanClosure, ReadyClosure,
};
pub use self::create::{Create, NewUser, TermsAccepted, UserCreated};
pub use self::suspend::{Suspend, SuspendReport};
pub use self::unsuspend::{Unsuspend, UnsuspendReport};
pub use self::update::{Update, UpdateReport, UserField, UserUpdate};
pub use self::verify::{Identity, Verify, WaitUntilActive};

use crate::balances::ReadBalances;
use crate::cards::Cards;
use crate::deposits::{ListContacts, ReadDepositInfo, SupplyTravelRule, TravelRule};
use crate::documents::Documents;
use crate::exchange::Exchanges;
use crate::history::History;
use crate::hosted_verification::HostedVerifications;
use crate::operation::Operation;
use crate::partner::Partner;
use crate::payouts::{PayOut, SendPayOut};
use crate::reason::Reason;
use crate::wait::WAIT_DEFAULT;
use crate::withdrawals::{NewWithdrawal, ReadWithdrawal, Withdraw};

/// What concerns users as a whole; made by [`Partner::users`].
#[derive(Clone, Copy, Debug)]
pub struct Users<'a> {
    pub(crate) partner: &'a Partner,
}

impl Users<'_> {
    /// Creates a user.
    ///
    /// # Properties
    /// The id makes the call safe to repeat by hand: a second call on an id that exists is refused
    /// (`P411`, L13) and changes nothing. It is journaled, and sent again by itself only where it
    /// provably never left.
    ///
    /// # Errors
    /// Malformed data, without a call; an id that was ever used (`P411`); a lost answer, as an error
    /// that [is unresolved](crate::Error::is_unresolved): call again, and `P411` then means that the
    /// first call did it.
    ///
    /// # If the future is dropped
    /// The user may exist; the journal keeps the intent as unresolved.
    pub fn create(&self, user: NewUser) -> Operation<Create> {
        Operation::new(self.partner, Create(user))
    }
}

/// A handle on one user. Making one sends nothing; it is cheap to clone.
#[derive(Clone, Debug)]
pub struct User {
    partner: Partner,
    id: UserId,
}

impl User {
    pub(crate) fn new(partner: Partner, id: UserId) -> Self {
        Self { partner, id }
    }

    /// The partner's own id of the user.
    pub fn id(&self) -> &UserId {
        &self.id
    }

    /// Files that show who the user is and where the user lives.
    pub fn documents(&self) -> Documents {
        Documents {
            partner: self.partner.clone(),
            user: self.id.clone(),
        }
    }

    /// Verification on a page of the provider's, instead of files.
    pub fn hosted_verification(&self) -> HostedVerifications {
        HostedVerifications {
            partner: self.partner.clone(),
            user: self.id.clone(),
        }
    }

    /// Submits the user's identity data. The provider decides later: see
    /// [`wait_until_active`](Self::wait_until_active).
    ///
    /// # Errors
    /// A number that is none of the kind of document, or a document that has expired, without a call; a permit of
    /// another country than that of residence; a verification that is pending or approved already; a lost answer, as an error that [is unresolved](crate::Error::is_unresolved).
    ///
    /// # If the future is dropped
    /// The data may have been submitted; the journal keeps the intent as unresolved.
    pub fn verify(&self, identity: Identity) -> Operation<Verify> {
        self.operation(Verify {
            user: self.id.clone(),
            identity,
        })
    }

    /// Waits until the account is active, by asking for its balances until they exist (L9), and
    /// gives them.
    ///
    /// [`within`](Operation::within) sets for how long. A webhook tells sooner; this is for scripts
    /// and tests. A rejected verification is not seen: it waits in vain.
    ///
    /// # Errors
    /// An error that [is a timeout](crate::Error::is_timeout) when the time is over; whatever reading
    /// balances gives otherwise.
    pub fn wait_until_active(&self) -> Operation<WaitUntilActive> {
        self.operation(WaitUntilActive {
            user: self.id.clone(),
            within: WAIT_DEFAULT,
        })
    }

    /// Changes contact data and address.
    ///
    /// # Properties
    /// Country of residence and identity data cannot be expressed (L1, L2). Allowed while the user
    /// is suspended (ASSUMED). Not repeated once it may have arrived: a late repeat could undo a
    /// newer change.
    ///
    /// # Errors
    /// An empty update or malformed data, without a call; a closed user; a lost answer, as an error
    /// that [is unresolved](crate::Error::is_unresolved).
    ///
    /// # If the future is dropped
    /// The change may have been made; the journal keeps which fields, not their values.
    pub fn update(&self, update: UserUpdate) -> Operation<Update> {
        self.operation(Update {
            user: self.id.clone(),
            update,
        })
    }

    /// What the user holds.
    ///
    /// # Errors
    /// A user who is not verified yet has no balances (`P459`, L9).
    pub fn balances(&self) -> Operation<ReadBalances> {
        self.operation(ReadBalances(self.id.clone()))
    }

    /// Suspends ("freezes") the user: an emergency brake.
    ///
    /// # Properties
    /// - Active cards are blocked first, because the provider refuses to suspend a user who has one
    ///   (`P454`, L4); [`leaving_cards`](Operation::leaving_cards) opts out. Works under both
    ///   readings of L4.
    /// - Whatever fails, the account is never less locked than before, and what can be locked is:
    ///   a card that cannot be blocked, or a list that cannot be read, does not stop the suspension
    ///   from being tried.
    /// - The list of cards is in the journal before the first is blocked, so
    ///   [`unsuspend`](Self::unsuspend) restores exactly those. Suspend, then unsuspend: every
    ///   ability is as it was (L5).
    /// - A card that becomes active in between makes the provider refuse; then the cards are listed
    ///   again, up to three times.
    /// - Suspending a suspended user succeeds and changes nothing (L6).
    ///
    /// # Errors
    /// [`Error::suspension`](crate::Error::suspension) says what is done. Calling again goes on from
    /// there, and is always safe.
    ///
    /// # If the future is dropped
    /// Some cards may be blocked and the user may be suspended; the journal knows which cards were
    /// meant, and `unsuspend` restores them.
    pub fn suspend(&self, reason: Reason) -> Operation<Suspend> {
        self.operation(Suspend {
            user: self.id.clone(),
            cards: true,
        })
        .with_reason(reason)
    }

    /// Lifts a suspension, then unblocks exactly the cards that our suspensions blocked.
    ///
    /// # Properties
    /// - A card that was blocked before, or on its own meanwhile, stays blocked; one that was deleted
    ///   is skipped and reported. [`leaving_cards_blocked`](Operation::leaving_cards_blocked) opts
    ///   out for good.
    /// - No card is unblocked before the provider confirmed that the suspension is lifted.
    /// - Unsuspending an open user succeeds and changes nothing (L6).
    /// - Which cards they were stands in the journal: with a journal that forgot, none is restored.
    ///
    /// # Errors
    /// [`Error::unsuspension`](crate::Error::unsuspension) says what is done; calling again finishes
    /// the rest, also after a crash.
    ///
    /// # If the future is dropped
    /// The user may be open again and some cards still blocked. Call again.
    pub fn unsuspend(&self) -> Operation<Unsuspend> {
        self.operation(Unsuspend {
            user: self.id.clone(),
            cards: true,
        })
    }

    /// Looks at what closing this account would mean. Changes nothing; the first of two steps.
    pub fn plan_closure(&self) -> Operation<PlanClosure> {
        self.operation(PlanClosure(self.id.clone()))
    }

    /// The user's cards.
    pub fn cards(&self) -> Cards {
        Cards {
            partner: self.partner.clone(),
            user: self.id.clone(),
        }
    }

    /// The user's exchanges.
    pub fn exchange(&self) -> Exchanges {
        Exchanges {
            partner: self.partner.clone(),
            owner: Owner::User(self.id.clone()),
        }
    }

    /// The history of the user's balances.
    pub fn history(&self) -> History {
        History {
            partner: self.partner.clone(),
            owner: Owner::User(self.id.clone()),
        }
    }

    /// Where bank deposits for the user go to. The title must stand unchanged in the transfer, or the deposit is delayed
    /// and may be returned (`get-sepa-deposit-info-28597676e0`).
    pub fn deposit_info(&self) -> Operation<ReadDepositInfo> {
        self.operation(ReadDepositInfo(Owner::User(self.id.clone())))
    }

    /// The bank accounts that sent deposits to the user.
    pub fn contacts(&self) -> Operation<ListContacts> {
        self.operation(ListContacts(Owner::User(self.id.clone())))
    }

    /// Gives the travel rule's data about the sender of a deposit that waits for it (`WAITING_FOR_TR_DATA`).
    ///
    /// Allowed while the user is suspended (ASSUMED): the money then stays held. Not repeated once it may have arrived.
    pub fn supply_travel_rule(
        &self,
        deposit: &DepositId,
        data: TravelRule,
    ) -> Operation<SupplyTravelRule> {
        self.operation(SupplyTravelRule {
            owner: Owner::User(self.id.clone()),
            deposit: deposit.clone(),
            data,
        })
    }

    /// Withdraws crypto from the user's balance to a wallet.
    ///
    /// # Properties
    /// Accepted means reserved, both fees included: the outcome is asynchronous, and [`withdrawal`](Self::withdrawal)
    /// tells it. Sent at most once, or again only where it provably never left.
    ///
    /// # Errors
    /// `Err` means that nothing moves: malformed data, less than the network's minimum, too little money (`P433`), a
    /// suspended user (`P455`). A lost answer is [`Outcome::Unknown`](crate::Outcome::Unknown).
    ///
    /// # If the future is dropped
    /// The journal keeps the intent as unresolved: the withdrawal may be under way.
    pub fn withdraw(&self, withdrawal: NewWithdrawal) -> Operation<Withdraw> {
        self.operation(Withdraw {
            owner: Owner::User(self.id.clone()),
            withdrawal,
        })
    }

    /// A withdrawal of a user, with where it stands.
    pub fn withdrawal(&self, id: &WithdrawalId) -> Operation<ReadWithdrawal> {
        self.operation(ReadWithdrawal {
            of_partner: false,
            id: id.clone(),
        })
    }

    /// Pays out from the user's balance to a bank account.
    ///
    /// # Properties
    /// Accepted means queued: the outcome is asynchronous, and [`Partner::payout`] tells it; missing
    /// funds may show only there. Sent at most once, or again only where it provably never left.
    ///
    /// # Errors
    /// `Err` means that nothing moves: malformed data, a suspended user (`P455`). A lost answer is
    /// [`Outcome::Unknown`](crate::Outcome::Unknown).
    ///
    /// # If the future is dropped
    /// The journal keeps the intent as unresolved: the payout may be under way.
    pub fn pay_out(&self, payout: PayOut) -> Operation<SendPayOut> {
        self.operation(SendPayOut {
            owner: Owner::User(self.id.clone()),
            payout,
        })
    }

    fn operation<V>(&self, verb: V) -> Operation<V> {
        Operation::new(&self.partner, verb)
    }
}
