//! Withdrawing crypto to a wallet, from a user's balance or the partner's.

use partner_api_client::Client;
use partner_api_core::{
    Amount, Currency, FreeText, Money, Network, Owner, PersonName, Timestamp, UserId, WithdrawalId,
};
use partner_api_types as types;
use partner_api_types::{
    AmountNumber, NetworkName, OperationId, ReceiverType, UpperCaseNetwork, WithdrawalStatus,
    WithdrawalWalletType,
};

use crate::call::Context;
use crate::check::{Checks, Invalid, carries, positive};
use crate::error::Error;
use crate::journal::{Action, Reference};
use crate::operation::{Costly, Verb};
use crate::outcome::{Outcome, Receipt};

/// A withdrawal to a wallet, with what the travel rule asks of its receiver (`gh:crypto-withdrawals`).
#[derive(Clone, Debug)]
pub struct NewWithdrawal {
    money: Money,
    network: Option<Network>,
    address: FreeText,
    memo: Option<FreeText>,
    receiver: PersonName,
    is_company: bool,
    wallet: WithdrawalWalletType,
}

impl NewWithdrawal {
    /// So much arrives at a wallet whose keys its owner keeps, and who is a person. The provider's fixed fee and the
    /// network's own come on top; see [`Partner::network_fee`](crate::Partner::network_fee).
    pub fn to_own_keys(money: Money, address: FreeText, receiver: PersonName) -> Self {
        Self {
            money,
            network: None,
            address,
            memo: None,
            receiver,
            is_company: false,
            wallet: WithdrawalWalletType::NonCustodial,
        }
    }

    /// As [`to_own_keys`](Self::to_own_keys), to a wallet that somebody keeps for the receiver, such as an exchange.
    pub fn to_custodian(money: Money, address: FreeText, receiver: PersonName) -> Self {
        Self {
            wallet: WithdrawalWalletType::Custodial,
            ..Self::to_own_keys(money, address, receiver)
        }
    }

    /// As [`to_own_keys`](Self::to_own_keys), to a wallet of which it is not known who keeps the keys.
    pub fn to_other_wallet(money: Money, address: FreeText, receiver: PersonName) -> Self {
        Self {
            wallet: WithdrawalWalletType::Other,
            ..Self::to_own_keys(money, address, receiver)
        }
    }

    /// The receiver is a company.
    #[must_use]
    pub fn of_company(self) -> Self {
        Self {
            is_company: true,
            ..self
        }
    }

    /// On another network than the currency's usual one; only for what travels on two, `usdc` and `usdt`.
    #[must_use]
    pub fn on(self, network: Network) -> Self {
        Self {
            network: Some(network),
            ..self
        }
    }

    /// With the chain's own tag for the receiver. It is part of the address, and never anything else.
    #[must_use]
    pub fn with_memo(self, memo: FreeText) -> Self {
        Self {
            memo: Some(memo),
            ..self
        }
    }

    fn check(&self) -> Result<(), Invalid> {
        positive(&self.money)?;
        carries(self.network, self.money.currency())?;
        Checks::new()
            .text("address", &self.address)
            .optional("memo", &self.memo)
            .text("receiver", &self.receiver)
            .end()
    }

    /// What is asked for beyond the amount.
    fn details(&self) -> [String; 6] {
        let text = |text: &Option<FreeText>| text.as_ref().map_or("", |it| it.expose()).to_owned();
        [
            self.address.expose().to_owned(),
            text(&self.memo),
            self.receiver.expose().to_owned(),
            self.is_company.to_string(),
            self.wallet.to_string(),
            self.network.map_or(String::new(), |it| it.to_string()),
        ]
    }

    /// What both forms of the request ask for.
    fn into_wire(self) -> types::CreatePartnerWithdrawalRequest {
        types::CreatePartnerWithdrawalRequest {
            amount: AmountNumber(self.money.amount()),
            currency: self.money.currency(),
            memo: self.memo,
            name: self.receiver,
            network: self.network.map(UpperCaseNetwork::from),
            receiver_type: match self.is_company {
                true => ReceiverType::Legal,
                false => ReceiverType::Natural,
            },
            wallet_address: self.address,
            wallet_type: self.wallet,
        }
    }
}

/// The verb of [`User::withdraw`](crate::User::withdraw) and [`OwnAccount::withdraw`](crate::OwnAccount::withdraw).
#[derive(Debug)]
pub struct Withdraw {
    pub(crate) owner: Owner<UserId>,
    pub(crate) withdrawal: NewWithdrawal,
}

impl Verb for Withdraw {
    type Output = Outcome<Receipt<WithdrawalId>>;

    async fn run(self, cx: Context) -> Result<Self::Output, Error> {
        let Self { owner, withdrawal } = self;
        withdrawal
            .check()
            .map_err(|invalid| invalid.on("withdraw", owner.as_ref().user()))?;
        let action = Action::Withdraw {
            owner: owner.clone(),
            money: withdrawal.money,
        };
        let details = withdrawal.details();
        let body = withdrawal.into_wire();
        let send = |client: Client| async move {
            match owner {
                Owner::Partner => client.create_partner_withdrawal(&body).await,
                Owner::User(user) => {
                    let body = types::CreateWithdrawalRequest {
                        source_external_user_id: user,
                        amount: body.amount,
                        currency: body.currency,
                        memo: body.memo,
                        name: body.name,
                        network: body.network,
                        receiver_type: body.receiver_type,
                        wallet_address: body.wallet_address,
                        wallet_type: body.wallet_type,
                    };
                    client.create_withdrawal(&body).await
                }
            }
        };
        let named = |it: &types::WithdrawalCreated| Reference::Withdrawal(it.withdrawal_id.clone());
        let details: Vec<&str> = details.iter().map(String::as_str).collect();
        let made = cx.make(action, &details, send, named).await?;
        Ok(made.receipt())
    }
}

impl Costly for Withdraw {}

/// The verb of [`Partner::network_fee`](crate::Partner::network_fee) and
/// [`OwnAccount::network_fee`](crate::OwnAccount::network_fee).
#[derive(Debug)]
pub struct ReadNetworkFee {
    pub(crate) of_partner: bool,
    pub(crate) currency: Currency,
    pub(crate) network: Option<Network>,
}

impl Verb for ReadNetworkFee {
    type Output = Amount;

    async fn run(self, cx: Context) -> Result<Amount, Error> {
        let Self {
            of_partner,
            currency,
            network,
        } = self;
        carries(network, currency).map_err(|invalid| invalid.on("read a network's fee", None))?;
        let network = network.map(NetworkName::Known);
        let operation = match of_partner {
            true => OperationId::GetPartnerNetworkFee,
            false => OperationId::GetNetworkFee,
        };
        let send = |client: Client| async move {
            let network = network.as_ref();
            match of_partner {
                true => client.get_partner_network_fee(&currency, network).await,
                false => client.get_network_fee(&currency, network).await,
            }
        };
        let fee = cx.read(operation, None, send).await?;
        Ok(fee.network_fee.0)
    }
}

/// The verb of [`User::withdrawal`](crate::User::withdrawal) and [`OwnAccount::withdrawal`](crate::OwnAccount::withdrawal).
#[derive(Debug)]
pub struct ReadWithdrawal {
    pub(crate) of_partner: bool,
    pub(crate) id: WithdrawalId,
}

impl Verb for ReadWithdrawal {
    type Output = Withdrawal;

    async fn run(self, cx: Context) -> Result<Withdrawal, Error> {
        read_withdrawal(&cx, self.of_partner, self.id).await
    }
}

pub(crate) async fn read_withdrawal(
    cx: &Context,
    of_partner: bool,
    id: WithdrawalId,
) -> Result<Withdrawal, Error> {
    let operation = match of_partner {
        true => OperationId::GetPartnerWithdrawal,
        false => OperationId::GetWithdrawal,
    };
    let send = |client: Client| async move {
        match of_partner {
            true => client.get_partner_withdrawal(&id).await,
            false => client.get_withdrawal(&id).await,
        }
    };
    Ok(cx.read(operation, None, send).await?.into())
}

/// A withdrawal as the provider knows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Withdrawal {
    /// What the provider calls it.
    pub id: WithdrawalId,
    /// Whose it is, where the provider says so.
    pub user: Option<UserId>,
    /// What arrives.
    pub amount: Amount,
    /// Of which currency; the fees are in it too (ASSUMED).
    pub currency: Currency,
    /// What the provider takes.
    pub fee: Amount,
    /// What the network takes, where the provider says so.
    pub network_fee: Option<Amount>,
    /// On which network, where the provider says so.
    pub network: Option<NetworkName>,
    /// Where it stands.
    pub status: WithdrawalStatus,
    /// The chain's id of it, once there is one.
    pub transaction_hash: Option<String>,
    /// When the provider accepted it.
    pub created_at: Timestamp,
}

impl Withdrawal {
    /// Whether it is over, one way or the other. A status that we do not know counts as not over.
    pub fn is_settled(&self) -> bool {
        self.status.is_settled().unwrap_or(false)
    }
}

impl From<types::Withdrawal> for Withdrawal {
    fn from(wire: types::Withdrawal) -> Self {
        Self {
            id: wire.id,
            user: wire.user.map(|user| user.external_user_id),
            amount: wire.amount.0,
            currency: wire.currency,
            fee: wire.fee.0,
            network_fee: wire.network_fee.map(|fee| fee.0),
            network: wire.network,
            status: wire.status,
            transaction_hash: wire.transaction_hash,
            created_at: wire.created_at,
        }
    }
}
