//! Deposits: where they go to, who sent them, and the travel rule.

use partner_api_client::Client;
use partner_api_core::user::UserAction;
use partner_api_core::{
    AddressLine, Amount, City, Country, Currency, DepositId, FreeText, Iban, NationalId, Network,
    Owner, PersonName, PostCode, Timestamp, UserId,
};
use partner_api_types as types;
use partner_api_types::{
    CryptoDepositStatus, DepositWalletType, IbanStatus, NetworkName, OperationId, TravelRuleDetails,
};

use crate::call::Context;
use crate::check::{Checks, Invalid};
use crate::error::Error;
use crate::guard::Command;
use crate::journal::Action;
use crate::operation::Verb;

/// Where bank deposits go to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DepositInfo {
    /// Must stand unchanged in the transfer: the account is shared, and this says whom the deposit is for.
    pub title: FreeText,
    /// The account.
    pub iban: Iban,
    /// The bank's BIC.
    pub swift: String,
    /// Whose account it is: the provider's.
    pub account_holder: PersonName,
    /// The provider's address.
    pub address: Option<AddressLine>,
}

/// A bank account that sent deposits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Contact {
    /// The account.
    pub iban: Iban,
    /// Its holder, where the provider says so.
    pub name: Option<PersonName>,
    /// Whether it is the receiver's own (`iban-status-webhook-28679748e0`).
    pub status: IbanStatus,
    /// Since when.
    pub created_at: Timestamp,
}

/// The verb of `deposit_info` of a user and of the partner.
#[derive(Debug)]
pub struct ReadDepositInfo(pub(crate) Owner<UserId>);

impl Verb for ReadDepositInfo {
    type Output = DepositInfo;

    async fn run(self, cx: Context) -> Result<DepositInfo, Error> {
        let info = match &self.0 {
            Owner::Partner => {
                let operation = OperationId::GetPartnerSepaDepositInfo;
                let send =
                    |client: Client| async move { client.get_partner_sepa_deposit_info().await };
                cx.read(operation, None, send).await?
            }
            Owner::User(user) => {
                let id = user.clone();
                let send =
                    |client: Client| async move { client.get_user_sepa_deposit_info(&id).await };
                let about = Some((user, Command::Act(UserAction::ReadDepositInfo)));
                cx.read(OperationId::GetUserSepaDepositInfo, about, send)
                    .await?
            }
        };
        Ok(DepositInfo {
            title: info.title,
            iban: info.iban,
            swift: info.swift,
            account_holder: info.account_holder,
            address: info.address,
        })
    }
}

/// The verb of `contacts` of a user and of the partner.
#[derive(Debug)]
pub struct ListContacts(pub(crate) Owner<UserId>);

impl Verb for ListContacts {
    type Output = Vec<Contact>;

    async fn run(self, cx: Context) -> Result<Vec<Contact>, Error> {
        let found = match &self.0 {
            Owner::Partner => {
                let operation = OperationId::ListPartnerSepaContacts;
                let send =
                    |client: Client| async move { client.list_partner_sepa_contacts().await };
                cx.read(operation, None, send).await?
            }
            Owner::User(user) => {
                let id = user.clone();
                let send =
                    |client: Client| async move { client.list_user_sepa_contacts(&id).await };
                let about = Some((user, Command::Act(UserAction::ReadContacts)));
                cx.read(OperationId::ListUserSepaContacts, about, send)
                    .await?
            }
        };
        let contacts = found.contacts.into_iter().map(|contact| Contact {
            iban: contact.iban,
            name: contact.name,
            status: contact.status,
            created_at: contact.created_at,
        });
        Ok(contacts.collect())
    }
}

/// Where a sender lives or sits, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct SenderAddress {
    /// Street and number.
    pub street: Option<AddressLine>,
    /// Post code.
    pub post_code: Option<PostCode>,
    /// City.
    pub city: Option<City>,
    /// Country.
    pub country: Option<Country>,
}

/// What the travel rule asks about the sender of a deposit.
#[derive(Clone, Debug)]
pub struct TravelRule {
    wallet: DepositWalletType,
    details: TravelRuleDetails,
}

impl TravelRule {
    /// The user sent it from a wallet of their own.
    pub fn from_own_wallet() -> Self {
        Self {
            wallet: DepositWalletType::SelfCustody,
            details: TravelRuleDetails {
                i_am_owner_of_wallet: Some(true),
                ..nobody()
            },
        }
    }

    /// A person sent it from a wallet that somebody keeps for them.
    pub fn from_person(first_name: PersonName, last_name: PersonName) -> Self {
        Self {
            wallet: DepositWalletType::Custodial,
            details: TravelRuleDetails {
                first_name: Some(first_name),
                last_name: Some(last_name),
                ..nobody()
            },
        }
    }

    /// A company sent it from a wallet that somebody keeps for it.
    pub fn from_company(name: PersonName) -> Self {
        Self {
            wallet: DepositWalletType::Custodial,
            details: TravelRuleDetails {
                company_name: Some(name),
                ..nobody()
            },
        }
    }

    /// Where the sender lives or sits. What is left out is not known.
    #[must_use]
    pub fn living_at(self, address: SenderAddress) -> Self {
        let SenderAddress {
            street,
            post_code,
            city,
            country,
        } = address;
        Self {
            details: TravelRuleDetails {
                street,
                post_code,
                city,
                country,
                ..self.details
            },
            ..self
        }
    }

    /// The sender's VAT number, of a company.
    #[must_use]
    pub fn with_vat_id(mut self, vat_id: NationalId) -> Self {
        self.details.vat_id = Some(vat_id);
        self
    }

    fn check(&self) -> Result<(), Invalid> {
        let it = &self.details;
        Checks::new()
            .optional("first name", &it.first_name)
            .optional("last name", &it.last_name)
            .optional("company name", &it.company_name)
            .optional("street", &it.street)
            .optional("post code", &it.post_code)
            .optional("city", &it.city)
            .optional("vat id", &it.vat_id)
            .end()
    }

    /// The sender keeps the wallet's keys.
    #[must_use]
    pub fn with_own_keys(mut self) -> Self {
        self.wallet = DepositWalletType::SelfCustody;
        self
    }
}

fn nobody() -> TravelRuleDetails {
    TravelRuleDetails {
        city: None,
        company_name: None,
        country: None,
        first_name: None,
        i_am_owner_of_wallet: None,
        last_name: None,
        post_code: None,
        street: None,
        vat_id: None,
    }
}

/// The verb of `supply_travel_rule` of a user and of the partner.
#[derive(Debug)]
pub struct SupplyTravelRule {
    pub(crate) owner: Owner<UserId>,
    pub(crate) deposit: DepositId,
    pub(crate) data: TravelRule,
}

impl Verb for SupplyTravelRule {
    type Output = ();

    async fn run(self, cx: Context) -> Result<(), Error> {
        let Self {
            owner,
            deposit,
            data,
        } = self;
        data.check()
            .map_err(|invalid| invalid.on("supply_travel_rule", owner.as_ref().user()))?;
        let action = Action::SupplyTravelRule {
            owner: owner.clone(),
            deposit: deposit.clone(),
        };
        let body = types::UpdateTravelRuleRequest {
            details: data.details,
            external_user_id: owner.user(),
            wallet_type: data.wallet,
        };
        let send = |client: Client| async move { client.update_travel_rule(&deposit, &body).await };
        cx.change(action, send).await?.done()?;
        Ok(())
    }
}

/// The verb of [`Partner::crypto_deposit`](crate::Partner::crypto_deposit).
#[derive(Debug)]
pub struct ReadCryptoDeposit(pub(crate) DepositId);

impl Verb for ReadCryptoDeposit {
    type Output = CryptoDeposit;

    async fn run(self, cx: Context) -> Result<CryptoDeposit, Error> {
        let send = |client: Client| async move { client.get_crypto_deposit(&self.0).await };
        Ok(cx
            .read(OperationId::GetCryptoDeposit, None, send)
            .await?
            .into())
    }
}

/// A crypto deposit as the provider knows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CryptoDeposit {
    /// What the provider calls it.
    pub id: DepositId,
    /// For whom it is; nobody is the partner.
    pub user: Option<UserId>,
    /// How much.
    pub amount: Amount,
    /// Of which currency.
    pub currency: Currency,
    /// On which network, where the provider says so.
    pub network: Option<NetworkName>,
    /// Where it stands.
    pub status: CryptoDepositStatus,
    /// The chain's id of it.
    pub transaction_hash: Option<String>,
    /// When it was seen.
    pub created_at: Timestamp,
}

impl From<types::CryptoDeposit> for CryptoDeposit {
    fn from(wire: types::CryptoDeposit) -> Self {
        Self {
            id: wire.crypto_deposit_id,
            user: wire.external_user_id,
            amount: wire.amount.0,
            currency: wire.currency,
            network: wire.network,
            status: wire.status,
            transaction_hash: wire.transaction_hash,
            created_at: wire.created_at,
        }
    }
}

/// The verb of [`OwnAccount::create_wallet`](crate::OwnAccount::create_wallet).
#[derive(Debug)]
pub struct CreateWallet {
    pub(crate) currency: Currency,
    pub(crate) network: Option<Network>,
}

impl Verb for CreateWallet {
    type Output = FreeText;

    async fn run(self, cx: Context) -> Result<FreeText, Error> {
        let Self { currency, network } = self;
        let body = types::CreateWalletRequest {
            currency,
            network: network.map(NetworkName::Known),
        };
        let action = Action::CreateWallet { currency };
        let send = |client: Client| async move { client.create_partner_wallet(&body).await };
        let sent = cx.change(action, send).await?.done()?;
        Ok(sent.answer.wallet)
    }
}
