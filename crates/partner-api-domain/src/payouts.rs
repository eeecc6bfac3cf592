//! Paying out to a bank account, from a user's balance or the partner's.

use partner_api_client::Client;
use partner_api_core::{
    Amount, Currency, FreeText, Iban, Money, Owner, PersonName, SepaTransferId, Timestamp, UserId,
};
use partner_api_types as types;
use partner_api_types::{AmountText, OperationId, ReceiverType, SepaTransferStatus};

use crate::call::Context;
use crate::check::{Checks, Invalid, positive};
use crate::error::Error;
use crate::journal::{Action, PayOutToken, Reference};
use crate::operation::{Costly, Verb};
use crate::outcome::{Outcome, Receipt};

/// A payout to a bank account.
///
/// Nearly every partner may only use the *closed loop*: money goes to the user's own account, and
/// the wire carries no receiver. The *open loop* is for partners to whom the provider grants it.
#[derive(Clone, Debug)]
pub struct PayOut {
    iban: Iban,
    title: Option<FreeText>,
    money: Money,
    receiver: Receiver,
}

#[derive(Clone, Debug)]
enum Receiver {
    OwnAccount,
    Person {
        first_name: PersonName,
        last_name: PersonName,
    },
    Company {
        name: PersonName,
    },
}

impl PayOut {
    /// Closed loop: to the user's own bank account.
    pub fn to_own_account(iban: Iban, money: Money) -> Self {
        Self {
            iban,
            title: None,
            money,
            receiver: Receiver::OwnAccount,
        }
    }

    /// Open loop: to somebody else's account.
    pub fn to_person(
        iban: Iban,
        money: Money,
        first_name: PersonName,
        last_name: PersonName,
    ) -> Self {
        Self {
            receiver: Receiver::Person {
                first_name,
                last_name,
            },
            ..Self::to_own_account(iban, money)
        }
    }

    /// Open loop: to a company's account.
    pub fn to_company(iban: Iban, money: Money, name: PersonName) -> Self {
        Self {
            receiver: Receiver::Company { name },
            ..Self::to_own_account(iban, money)
        }
    }

    /// With a title of the caller's, which the bank statement shows.
    ///
    /// Without one the title is a token of ours, by which the payout is found again without doubt if the answer to it
    /// is lost. With one it is found by amount and time, and a second payout of the same amount from the same balance
    /// has to wait until the first is resolved.
    #[must_use]
    pub fn titled(self, title: FreeText) -> Self {
        Self {
            title: Some(title),
            ..self
        }
    }

    /// What is asked for beyond the amount; a title of ours is not asked for.
    fn details(&self) -> [String; 4] {
        let title = self.title.as_ref().map_or("", |it| it.expose());
        let receiver = match &self.receiver {
            Receiver::OwnAccount => [String::new(), String::new()],
            Receiver::Person {
                first_name,
                last_name,
            } => [
                first_name.expose().to_owned(),
                last_name.expose().to_owned(),
            ],
            Receiver::Company { name } => ["company".to_owned(), name.expose().to_owned()],
        };
        let [first, second] = receiver;
        [
            self.iban.expose().to_owned(),
            title.to_owned(),
            first,
            second,
        ]
    }

    fn check(&self) -> Result<(), Invalid> {
        positive(&self.money)?;
        let checks = Checks::new()
            .text("iban", &self.iban)
            .optional("title", &self.title);
        match &self.receiver {
            Receiver::OwnAccount => checks,
            Receiver::Person {
                first_name,
                last_name,
            } => checks
                .text("first name", first_name)
                .text("last name", last_name),
            Receiver::Company { name } => checks.text("company name", name),
        }
        .end()
    }

    /// What both forms of the request ask for.
    fn into_wire(self, token: Option<&PayOutToken>) -> types::CreatePartnerSepaTransferRequest {
        let token = token.map_or("", PayOutToken::as_str);
        let title = self.title.unwrap_or_else(|| FreeText::unchecked(token));
        let (receiver_type, first, last, company) = match self.receiver {
            Receiver::OwnAccount => (None, None, None, None),
            Receiver::Person {
                first_name,
                last_name,
            } => (
                Some(ReceiverType::Natural),
                Some(first_name),
                Some(last_name),
                None,
            ),
            Receiver::Company { name } => (Some(ReceiverType::Legal), None, None, Some(name)),
        };
        types::CreatePartnerSepaTransferRequest {
            currency: self.money.currency(),
            amount: AmountText(self.money.amount()),
            destination_iban: self.iban,
            transfer_title: title,
            receiver_type,
            receiver_first_name: first,
            receiver_last_name: last,
            company_name: company,
        }
    }
}

/// The verb of [`User::pay_out`](crate::User::pay_out) and [`OwnAccount::pay_out`](crate::OwnAccount::pay_out).
#[derive(Debug)]
pub struct SendPayOut {
    pub(crate) owner: Owner<UserId>,
    pub(crate) payout: PayOut,
}

impl Verb for SendPayOut {
    type Output = Outcome<Receipt<SepaTransferId>>;

    async fn run(self, cx: Context) -> Result<Self::Output, Error> {
        let Self { owner, payout } = self;
        payout
            .check()
            .map_err(|invalid| invalid.on("pay out", owner.as_ref().user()))?;
        let token = match payout.title {
            Some(_) => None,
            None => Some(PayOutToken::generate()),
        };
        let details = payout.details();
        let body = payout.clone().into_wire(token.as_ref());
        let action = Action::PayOut {
            owner: owner.clone(),
            money: payout.money,
            token,
        };
        let send = |client: Client| async move {
            match owner {
                Owner::Partner => client.create_partner_sepa_transfer(&body).await,
                Owner::User(user) => {
                    let body = types::CreateSepaTransferRequest {
                        source_external_user_id: user,
                        amount: body.amount,
                        company_name: body.company_name,
                        currency: body.currency,
                        destination_iban: body.destination_iban,
                        receiver_first_name: body.receiver_first_name,
                        receiver_last_name: body.receiver_last_name,
                        receiver_type: body.receiver_type,
                        transfer_title: body.transfer_title,
                    };
                    client.create_sepa_transfer(&body).await
                }
            }
        };
        let named = |it: &types::SepaTransferCreated| Reference::PayOut(it.transfer_id.clone());
        let details: Vec<&str> = details.iter().map(String::as_str).collect();
        let made = cx.make(action, &details, send, named).await?;
        Ok(made.receipt())
    }
}

impl Costly for SendPayOut {}

/// The verb of [`Partner::payout`](crate::Partner::payout).
#[derive(Debug)]
pub struct ReadPayout(pub(crate) SepaTransferId);

impl Verb for ReadPayout {
    type Output = Payout;

    async fn run(self, cx: Context) -> Result<Payout, Error> {
        read_payout(&cx, self.0).await
    }
}

pub(crate) async fn read_payout(cx: &Context, id: SepaTransferId) -> Result<Payout, Error> {
    let send = |client: Client| async move { client.get_sepa_transfer(&id).await };
    Ok(cx
        .read(OperationId::GetSepaTransfer, None, send)
        .await?
        .into())
}

/// A payout as the provider knows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Payout {
    /// What the provider calls it.
    pub id: SepaTransferId,
    /// Whose it is, where the provider says so.
    pub user: Option<UserId>,
    /// How much.
    pub amount: Amount,
    /// Of which currency.
    pub currency: Currency,
    /// Where it stands.
    pub status: SepaTransferStatus,
    /// The fee, where the provider states it.
    pub fee: Option<Amount>,
    /// Where it goes.
    pub iban: Option<Iban>,
    /// What the bank statement shows.
    pub title: Option<FreeText>,
    /// When the provider accepted it.
    pub created_at: Timestamp,
}

impl Payout {
    /// Whether it is over, one way or the other. A status that we do not know counts as not over.
    pub fn is_settled(&self) -> bool {
        matches!(
            self.status,
            SepaTransferStatus::Successful | SepaTransferStatus::Failed
        )
    }
}

impl From<types::SepaTransfer> for Payout {
    fn from(wire: types::SepaTransfer) -> Self {
        Self {
            id: wire.id,
            user: wire.user.map(|user| user.external_user_id),
            amount: wire.amount.0,
            currency: wire.currency,
            status: wire.status,
            fee: wire.fee.map(|fee| fee.0),
            iban: wire.destination_iban,
            title: wire.transfer_title,
            created_at: wire.created_at,
        }
    }
}
