//! Balances of users and of the partner.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::StatusCode;
use partner_api_core::ledger::Account;
use partner_api_core::lock::Rates;
use partner_api_core::user::{UserAction, Verification};
use partner_api_core::{Amount, Currency, HolderId, MAX_DECIMALS, Timestamp};
use partner_api_types::{
    DecimalNumber, DepositConfig, FiatBalanceStatus, NetworkConfig, WithdrawalConfig,
};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::{Answer, Api, Call, Problem};
use crate::engine::{Snapshot, StoreError};
use crate::rates;

pub(super) fn of_user(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id = call.id(0, "externalUserId")?;
    api.read_user(&id, UserAction::ReadBalances, |snapshot, user| {
        let (account, now) = (Account::User(user.holder), api.engine.clock().now);
        let balances = Balances::read(snapshot, account, user.verification, now)?;
        Ok(Answer::json(StatusCode::OK, snapshot.seq()?, &balances))
    })
}

pub(super) fn of_partner(api: &Api) -> Result<Answer, Problem> {
    api.read(|snapshot| {
        let now = api.engine.clock().now;
        let balances = Balances::read(snapshot, Account::Partner, Verification::Approved, now)?;
        Ok(Answer::json(StatusCode::OK, snapshot.seq()?, &balances))
    })
}

/// The generated `Balances`, but for amounts, which the samples write with all of the currency's decimals.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Balances {
    fiat_balances: Vec<Balance<Fiat>>,
    crypto_balances: Vec<Balance<Crypto>>,
}

#[derive(Serialize)]
struct Balance<T> {
    id: Uuid,
    #[serde(serialize_with = "in_full")]
    amount: (Amount, Currency),
    name: Currency,
    rate: DecimalNumber,
    #[serde(flatten)]
    of_kind: T,
}

#[derive(Serialize)]
struct Fiat {
    iban: Option<String>,
    status: FiatBalanceStatus,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Crypto {
    wallet: Option<String>,
    network_config: &'static BTreeMap<String, NetworkConfig>,
}

impl Balances {
    fn read(
        snapshot: &Snapshot<'_>,
        account: Account,
        verification: Verification,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let held = snapshot.balances(account)?;
        let rates = rates::eur_rates(now);
        let holder = match account {
            Account::User(HolderId(holder)) => holder,
            _ => Uuid::nil(),
        };
        let mut balances = Self {
            fiat_balances: Vec::with_capacity(1),
            crypto_balances: Vec::with_capacity(Currency::KNOWN.len()),
        };
        for currency in Currency::KNOWN.iter().copied() {
            let atoms = held.iter().find(|(of, _)| *of == currency);
            let amount = Amount::from_atoms(atoms.map_or(0, |(_, atoms)| *atoms));
            let amount = (amount.unwrap_or_default(), currency);
            if currency.is_fiat() {
                let status = FiatBalanceStatus::of(verification);
                let has_iban = status == FiatBalanceStatus::Active;
                let iban = has_iban.then(|| iban(holder));
                let of_kind = Fiat { iban, status };
                balances
                    .fiat_balances
                    .push(Balance::new(holder, amount, &rates, of_kind));
            } else {
                let of_kind = Crypto {
                    // An address exists once a wallet was created, which is not part of this slice of the API.
                    wallet: None,
                    network_config: networks(currency),
                };
                balances
                    .crypto_balances
                    .push(Balance::new(holder, amount, &rates, of_kind));
            }
        }
        Ok(balances)
    }
}

impl<T> Balance<T> {
    fn new(holder: Uuid, amount: (Amount, Currency), rates: &Rates, of_kind: T) -> Self {
        let name = amount.1;
        let rate = rates.get(&name).map_or(0, |rate| rate.atoms());
        Self {
            id: balance_id(holder, name),
            amount,
            name,
            rate: DecimalNumber::from_scaled(rate.into(), MAX_DECIMALS),
            of_kind,
        }
    }
}

fn in_full<S: Serializer>(
    (amount, currency): &(Amount, Currency),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&amount.to_fixed(currency.decimals()))
}

/// A balance's id is made from its owner's, so that it is the same at every read (ASSUMED to be stable).
fn balance_id(holder: Uuid, currency: Currency) -> Uuid {
    let mut bits = holder.as_u128();
    for byte in currency.as_str().bytes() {
        bits = bits.rotate_left(11)
            ^ u128::from(byte).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    }
    uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
}

/// A Lithuanian IBAN with right check digits, made from the owner's id (ASSUMED: one account a user).
fn iban(holder: Uuid) -> String {
    let account = format!("33301{:011}", holder.as_u128() % 100_000_000_000);
    // ISO 13616: L is 21 and T is 29; the check digits bring the number to 1 modulo 97.
    let rest = format!("{account}212900")
        .bytes()
        .fold(0_u32, |rest, digit| {
            (rest * 10 + u32::from(digit - b'0')) % 97
        });
    format!("LT{:02}{account}", 98 - rest)
}

/// Limits and fees by network, as in the samples of staging (`create-user-account-and-generate-balances-19651249e0`);
/// what the samples leave out is left out here.
fn networks(currency: Currency) -> &'static BTreeMap<String, NetworkConfig> {
    type Networks = BTreeMap<String, NetworkConfig>;
    static NONE: Networks = Networks::new();
    static ALL: LazyLock<BTreeMap<Currency, Networks>> = LazyLock::new(|| {
        let mut all = BTreeMap::<Currency, Networks>::new();
        for row in NETWORKS {
            let number = |text: &'static str| text.parse::<DecimalNumber>().ok();
            let config = NetworkConfig {
                mainnet: false,
                name: row.name.to_owned(),
                withdrawal: Some(WithdrawalConfig {
                    fee_withdrawal: number(row.fee),
                    min_withdrawal: row.min_withdrawal.and_then(number),
                }),
                deposit: row.min_deposit.map(|min| DepositConfig {
                    min_deposit: number(min),
                }),
            };
            all.entry(row.currency)
                .or_default()
                .insert(row.network.to_owned(), config);
        }
        all
    });
    ALL.get(&currency).unwrap_or(&NONE)
}

struct Network {
    currency: Currency,
    network: &'static str,
    name: &'static str,
    fee: &'static str,
    min_withdrawal: Option<&'static str>,
    min_deposit: Option<&'static str>,
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
    fn every_holder_has_a_well_formed_iban() {
        for bits in [0, 1, 7, u128::MAX, 0x1234_5678_9abc_def0] {
            let iban = partner_api_core::Iban::unchecked(iban(Uuid::from_u128(bits)));
            assert!(iban.check().is_ok(), "{}", iban.expose());
        }
    }

    #[test]
    fn balances_of_one_holder_have_ids_of_their_own() {
        let ids: std::collections::BTreeSet<_> = Currency::KNOWN
            .iter()
            .map(|currency| balance_id(Uuid::from_u128(7), *currency))
            .collect();
        assert_eq!(ids.len(), Currency::KNOWN.len());
    }
}
