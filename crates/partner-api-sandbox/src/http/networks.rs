//! What the simulated networks ask for, written once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use partner_api_core::Currency;
use partner_api_types::{DecimalNumber, DepositConfig, NetworkConfig, WithdrawalConfig};
use serde_json::value::{RawValue, to_raw_value};

/// Limits and fees of a currency by network, as in the samples of staging
/// (`create-user-account-and-generate-balances-19651249e0`); what the samples leave out is left out here.
pub(super) fn config(currency: Currency) -> &'static RawValue {
    static TEXTS: LazyLock<Vec<(Currency, Box<RawValue>)>> = LazyLock::new(|| {
        let known = Currency::KNOWN.iter();
        known.map(|currency| (*currency, text(*currency))).collect()
    });
    let found = TEXTS.iter().find(|(of, _)| *of == currency);
    found.map_or(RawValue::NULL, |(_, text)| &**text)
}

fn text(currency: Currency) -> Box<RawValue> {
    let rows = NETWORKS.iter().filter(|row| row.currency == currency);
    let by_network: BTreeMap<&str, NetworkConfig> =
        rows.map(|row| (row.network, row.config())).collect();
    to_raw_value(&by_network).expect("maps of plain structs can be written")
}

struct Network {
    currency: Currency,
    network: &'static str,
    name: &'static str,
    fee: &'static str,
    min_withdrawal: Option<&'static str>,
    min_deposit: Option<&'static str>,
}

impl Network {
    fn config(&self) -> NetworkConfig {
        let number = |text: &'static str| text.parse::<DecimalNumber>().ok();
        NetworkConfig {
            mainnet: false,
            name: self.name.to_owned(),
            withdrawal: Some(WithdrawalConfig {
                fee_withdrawal: number(self.fee),
                min_withdrawal: self.min_withdrawal.and_then(number),
            }),
            deposit: self.min_deposit.map(|min| DepositConfig {
                min_deposit: number(min),
            }),
        }
    }
}

#[rustfmt::skip] // a table is read by its columns
const NETWORKS: &[Network] = &[
    Network { currency: Currency::ETH,  network: "ethereum", name: "sepolia", fee: "0.003",  min_withdrawal: Some("0.0006"),  min_deposit: None },
    Network { currency: Currency::USDC, network: "ethereum", name: "sepolia", fee: "10",     min_withdrawal: Some("1"),       min_deposit: Some("5") },
    Network { currency: Currency::USDC, network: "polygon",  name: "amoy",    fee: "0.5",    min_withdrawal: Some("2"),       min_deposit: Some("0") },
    Network { currency: Currency::POL,  network: "polygon",  name: "amoy",    fee: "0.001",  min_withdrawal: Some("0.00005"), min_deposit: None },
    Network { currency: Currency::BTC,  network: "btc",      name: "test",    fee: "0.0003", min_withdrawal: None,            min_deposit: None },
    Network { currency: Currency::LTC,  network: "ltc",      name: "test",    fee: "0.002",  min_withdrawal: Some("0.001"),   min_deposit: None },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_currency_has_a_config_of_the_documented_form() {
        for currency in Currency::KNOWN {
            let networks: BTreeMap<String, NetworkConfig> =
                serde_json::from_str(config(*currency).get()).unwrap();
            let rows = NETWORKS.iter().filter(|row| row.currency == *currency);
            assert_eq!(networks.len(), rows.count(), "{currency}");
        }
    }
}
