//! Money between the partner and its users, and between two users.

use partner_api_client::Client;
use partner_api_core::Rule;
use partner_api_core::{Amount, Currency, Money, Timestamp, TransferId, UserId};
use partner_api_types as types;
use partner_api_types::{AmountText, OperationId, TransferStatus};

use crate::call::Context;
use crate::check::{Invalid, positive};
use crate::error::Error;
use crate::journal::{Action, Reference};
use crate::operation::{Costly, Operation, Verb};
use crate::outcome::{Outcome, Receipt};
use crate::partner::Partner;

/// Internal transfers; made by [`Partner::transfers`].
#[derive(Clone, Copy, Debug)]
pub struct Transfers<'a> {
    pub(crate) partner: &'a Partner,
}

impl Transfers<'_> {
    /// Moves money from the partner to a user.
    ///
    /// # Properties
    /// Sent at most once, or again only where the request provably never left. The intent is in the
    /// journal before that.
    ///
    /// # Errors
    /// `Err` means that nothing moved: too little money (`P433`), a user who is suspended (`P455`),
    /// unverified (`P459`) or unknown (`P412`), an amount of zero. A lost answer is no error but
    /// [`Outcome::Unknown`].
    ///
    /// # If the future is dropped
    /// The journal keeps the intent as unresolved: the money may have moved. See
    /// [`Partner::unresolved`].
    pub fn fund(&self, user: &UserId, money: Money) -> Operation<Transfer> {
        self.transfer(None, Some(user.clone()), money)
    }

    /// Moves money from a user to the partner. Otherwise as [`fund`](Self::fund).
    pub fn collect(&self, user: &UserId, money: Money) -> Operation<Transfer> {
        self.transfer(Some(user.clone()), None, money)
    }

    /// Moves money from one user to another (ASSUMED A35: the pages name user-to-user transfers, but
    /// show no body with both). Otherwise as [`fund`](Self::fund).
    pub fn between(&self, from: &UserId, to: &UserId, money: Money) -> Operation<Transfer> {
        self.transfer(Some(from.clone()), Some(to.clone()), money)
    }

    /// Moves money from the partner's master balance to a user, by the operation that a draft of the provider's menu
    /// names for it (ASSUMED A34: that it does what [`fund`](Self::fund) does).
    pub fn fund_from_master(&self, user: &UserId, money: Money) -> Operation<MasterTransfer> {
        let user = user.clone();
        Operation::new(self.partner, MasterTransfer { user, money })
    }

    /// Reads a transfer.
    ///
    /// # Errors
    /// An id that the provider does not know is refused.
    pub fn get(&self, id: &TransferId) -> Operation<ReadTransfer> {
        Operation::new(self.partner, ReadTransfer(id.clone()))
    }

    fn transfer(
        &self,
        source: Option<UserId>,
        destination: Option<UserId>,
        money: Money,
    ) -> Operation<Transfer> {
        Operation::new(
            self.partner,
            Transfer {
                source,
                destination,
                money,
            },
        )
    }
}

/// The verb of [`Transfers::fund`], [`Transfers::collect`] and [`Transfers::between`].
#[derive(Debug)]
pub struct Transfer {
    source: Option<UserId>,
    destination: Option<UserId>,
    money: Money,
}

impl Verb for Transfer {
    type Output = Outcome<Receipt<TransferId>>;

    async fn run(self, cx: Context) -> Result<Self::Output, Error> {
        let Self {
            source,
            destination,
            money,
        } = self;
        let check = positive(&money).and_then(|()| parties_differ(&source, &destination));
        check.map_err(|it| it.on("transfer", source.as_ref().or(destination.as_ref())))?;
        let body = types::CreateTransferRequest {
            source_external_user_id: source.clone(),
            destination_external_user_id: destination.clone(),
            amount: AmountText(money.amount()),
            currency: money.currency(),
        };
        let action = Action::Transfer {
            source,
            destination,
            money,
        };
        let send = |client: Client| async move { client.create_transfer(&body).await };
        let made = cx.make(action, &[], send, named).await?;
        Ok(made.receipt())
    }
}

/// The verb of [`Transfers::fund_from_master`].
#[derive(Debug)]
pub struct MasterTransfer {
    user: UserId,
    money: Money,
}

impl Verb for MasterTransfer {
    type Output = Outcome<Receipt<TransferId>>;

    async fn run(self, cx: Context) -> Result<Self::Output, Error> {
        let Self { user, money } = self;
        positive(&money).map_err(|it| it.on("transfer", Some(&user)))?;
        let body = types::CreateMasterTransferRequest {
            amount: AmountText(money.amount()),
            currency: money.currency(),
            destination_external_user_id: user.clone(),
        };
        let action = Action::Transfer {
            source: None,
            destination: Some(user),
            money,
        };
        let send = |client: Client| async move { client.create_master_transfer(&body).await };
        let made = cx.make(action, &[], send, named).await?;
        Ok(made.receipt())
    }
}

impl Costly for Transfer {}

impl Costly for MasterTransfer {}

fn named(answer: &types::TransferCreated) -> Reference {
    Reference::Transfer(answer.transfer_id.clone())
}

fn parties_differ(source: &Option<UserId>, destination: &Option<UserId>) -> Result<(), Invalid> {
    if source.is_some() && source == destination {
        let what = "source and destination are the same user; name two";
        return Err(Invalid::new(what, Some(Rule::PartiesMustDiffer)));
    }
    Ok(())
}

/// The verb of [`Transfers::get`].
#[derive(Debug)]
pub struct ReadTransfer(TransferId);

impl Verb for ReadTransfer {
    type Output = TransferDetails;

    async fn run(self, cx: Context) -> Result<TransferDetails, Error> {
        let send = |client: Client| async move { client.get_transfer(&self.0).await };
        Ok(cx.read(OperationId::GetTransfer, None, send).await?.into())
    }
}

/// An internal transfer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TransferDetails {
    /// What the provider calls it.
    pub id: TransferId,
    /// Who paid; `None` is the partner.
    pub source: Option<UserId>,
    /// Who received; `None` is the partner.
    pub destination: Option<UserId>,
    /// How much.
    pub amount: Amount,
    /// Of which currency.
    pub currency: Currency,
    /// Where it stands.
    pub status: TransferStatus,
    /// When the provider accepted it.
    pub created_at: Timestamp,
}

impl From<types::Transfer> for TransferDetails {
    fn from(wire: types::Transfer) -> Self {
        Self {
            id: wire.id,
            source: wire.source_external_user_id,
            destination: wire.destination_external_user_id,
            amount: wire.amount.0,
            currency: wire.currency,
            status: wire.status,
            created_at: wire.created_at,
        }
    }
}
