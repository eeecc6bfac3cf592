//! The partner's own account.

use partner_api_core::{Currency, DepositId, ExchangeId, Network, Owner, WithdrawalId};

use crate::deposits::{CreateWallet, ListContacts, ReadDepositInfo, SupplyTravelRule, TravelRule};
use crate::exchange::{Exchanges, ReadOwnExchange};
use crate::history::History;
use crate::operation::Operation;
use crate::partner::Partner;
use crate::payouts::{PayOut, SendPayOut};
use crate::withdrawals::{NewWithdrawal, ReadNetworkFee, ReadWithdrawal, Withdraw};

/// The partner's own account; made by [`Partner::own_account`].
#[derive(Clone, Copy, Debug)]
pub struct OwnAccount<'a> {
    pub(crate) partner: &'a Partner,
}

impl OwnAccount<'_> {
    /// Exchanges of the partner's own balances.
    pub fn exchange(&self) -> Exchanges {
        Exchanges {
            partner: self.partner.clone(),
            owner: Owner::Partner,
        }
    }

    /// An exchange of the partner's own, with where it stands.
    ///
    /// # Errors
    /// An id that the provider does not know is refused.
    pub fn exchange_details(&self, id: &ExchangeId) -> Operation<ReadOwnExchange> {
        Operation::new(self.partner, ReadOwnExchange(id.clone()))
    }

    /// Pays out from the partner's own balance. Otherwise as [`User::pay_out`](crate::User::pay_out).
    pub fn pay_out(&self, payout: PayOut) -> Operation<SendPayOut> {
        Operation::new(
            self.partner,
            SendPayOut {
                owner: Owner::Partner,
                payout,
            },
        )
    }

    /// The history of the partner's own balances.
    pub fn history(&self) -> History {
        History {
            partner: self.partner.clone(),
            owner: Owner::Partner,
        }
    }

    /// Where bank deposits for the partner itself go to.
    pub fn deposit_info(&self) -> Operation<ReadDepositInfo> {
        Operation::new(self.partner, ReadDepositInfo(Owner::Partner))
    }

    /// The bank accounts that sent deposits to the partner itself.
    pub fn contacts(&self) -> Operation<ListContacts> {
        Operation::new(self.partner, ListContacts(Owner::Partner))
    }

    /// Gives the travel rule's data about a deposit of the partner's own. Otherwise as [`User::supply_travel_rule`](crate::User::supply_travel_rule).
    pub fn supply_travel_rule(
        &self,
        deposit: &DepositId,
        data: TravelRule,
    ) -> Operation<SupplyTravelRule> {
        Operation::new(
            self.partner,
            SupplyTravelRule {
                owner: Owner::Partner,
                deposit: deposit.clone(),
                data,
            },
        )
    }

    /// Withdraws crypto from the partner's own balance. Otherwise as [`User::withdraw`](crate::User::withdraw).
    pub fn withdraw(&self, withdrawal: NewWithdrawal) -> Operation<Withdraw> {
        Operation::new(
            self.partner,
            Withdraw {
                owner: Owner::Partner,
                withdrawal,
            },
        )
    }

    /// What a network takes now of a withdrawal of the partner's own. Otherwise as
    /// [`Partner::network_fee`](crate::Partner::network_fee).
    pub fn network_fee(
        &self,
        currency: Currency,
        network: Option<Network>,
    ) -> Operation<ReadNetworkFee> {
        Operation::new(
            self.partner,
            ReadNetworkFee {
                of_partner: true,
                currency,
                network,
            },
        )
    }

    /// A withdrawal of the partner's own, with where it stands.
    pub fn withdrawal(&self, id: &WithdrawalId) -> Operation<ReadWithdrawal> {
        Operation::new(
            self.partner,
            ReadWithdrawal {
                of_partner: true,
                id: id.clone(),
            },
        )
    }

    /// The address of the partner's wallet for a currency, created if there is none; repeating gives the same one
    /// (ASSUMED). The currency's usual network where none is named.
    pub fn create_wallet(
        &self,
        currency: Currency,
        network: Option<Network>,
    ) -> Operation<CreateWallet> {
        Operation::new(self.partner, CreateWallet { currency, network })
    }
}
