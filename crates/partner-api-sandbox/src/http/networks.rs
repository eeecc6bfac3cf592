//! What the simulated networks ask for: the fee schedule, as the balances show it.

use std::collections::BTreeMap;

use partner_api_core::{Amount, Currency, FeeSchedule, MAX_DECIMALS, Network};
use partner_api_types::{DecimalNumber, DepositConfig, NetworkConfig, WithdrawalConfig};
use serde_json::value::{RawValue, to_raw_value};

/// Fees and limits of every known currency, written once.
#[derive(Debug)]
pub(super) struct Networks(Vec<(Currency, Box<RawValue>)>);

impl Networks {
    pub(super) fn new(fees: &FeeSchedule) -> Self {
        let known = Currency::KNOWN.iter();
        Self(known.map(|it| (*it, config(fees, *it))).collect())
    }

    /// Fees and limits of a currency by network, as they stand on the wire.
    pub(super) fn config(&self, currency: Currency) -> &RawValue {
        let found = self.0.iter().find(|(of, _)| *of == currency);
        found.map_or(RawValue::NULL, |(_, text)| &**text)
    }
}

fn config(fees: &FeeSchedule, currency: Currency) -> Box<RawValue> {
    let networks = Network::of(currency).iter();
    let by_network: BTreeMap<&str, NetworkConfig> = networks
        .map(|network| (network.as_str(), of(fees, currency, *network)))
        .collect();
    to_raw_value(&by_network).expect("maps of plain structs can be written")
}

fn of(fees: &FeeSchedule, currency: Currency, network: Network) -> NetworkConfig {
    let number = |amount: Amount| DecimalNumber::from_scaled(amount.atoms().into(), MAX_DECIMALS);
    let terms = fees.of_withdrawal(currency, network);
    NetworkConfig {
        mainnet: false,
        name: test_network(network).to_owned(),
        withdrawal: Some(WithdrawalConfig {
            fee_withdrawal: Some(number(terms.service_fee)),
            min_withdrawal: Some(number(terms.minimum)),
        }),
        // ASSUMED: no deposit is too small; the samples disagree.
        deposit: Some(DepositConfig {
            min_deposit: Some(number(Amount::ZERO)),
        }),
    }
}

/// What staging calls its networks (`create-user-account-and-generate-balances-19651249e0`).
fn test_network(network: Network) -> &'static str {
    match network {
        Network::Ethereum => "sepolia",
        Network::Polygon => "amoy",
        Network::Bitcoin | Network::Litecoin | Network::Dogecoin => "test",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_currency_has_a_config_of_the_documented_form() {
        let fees = FeeSchedule::default();
        for currency in Currency::KNOWN {
            let networks: BTreeMap<String, NetworkConfig> =
                serde_json::from_str(config(&fees, *currency).get()).unwrap();
            assert_eq!(networks.len(), Network::of(*currency).len(), "{currency}");
        }
    }
}
