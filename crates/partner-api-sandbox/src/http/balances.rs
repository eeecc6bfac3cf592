//! Balances of users and of the partner.

use axum::http::StatusCode;
use partner_api_core::ledger::Account;
use partner_api_core::user::{UserAction, Verification};
use partner_api_core::{
    Amount, Command, Country, Currency, HolderId, MAX_DECIMALS, Network, Owner,
};
use partner_api_types::reference::{self, Known};
use partner_api_types::{CreateWalletRequest, FiatBalanceStatus, Wallet};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::chain::Address;
use super::input::network;
use super::market::Quotes;
use super::networks::Networks;
use super::{Answer, Api, Call, Problem};
use crate::engine::{Snapshot, StoreError};

pub(super) fn of_user(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id = call.id(0, "externalUserId")?;
    let quotes = api.quotes();
    api.read_user(&id, UserAction::ReadBalances, |snapshot, user| {
        let account = Account::User(user.holder);
        let about = (user.verification, has_iban(user.country));
        let balances = Balances::read(snapshot, account, about, &quotes, &api.networks)?;
        Ok(balances.answer(snapshot.seq()?))
    })
}

pub(super) fn of_partner(api: &Api) -> Result<Answer, Problem> {
    let quotes = api.quotes();
    api.read(|snapshot| {
        let about = (Verification::Approved, true);
        let balances = Balances::read(snapshot, Account::Partner, about, &quotes, &api.networks)?;
        Ok(balances.answer(snapshot.seq()?))
    })
}

/// The wire's `Balances`, without a copy of what is the same for everybody, and with amounts as the samples write them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Balances<'a> {
    fiat_balances: Vec<Fiat<'a>>,
    crypto_balances: Vec<Crypto<'a>>,
}

#[derive(Serialize)]
struct Fiat<'a> {
    id: Uuid,
    amount: InFull,
    name: Currency,
    rate: Option<&'a RawValue>,
    iban: Option<String>,
    status: FiatBalanceStatus,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Crypto<'a> {
    id: Uuid,
    amount: InFull,
    name: Currency,
    rate: Option<&'a RawValue>,
    /// The partner's exists once it was created; a user's once the balances do (ASSUMED).
    wallet: Option<Address>,
    network_config: &'a RawValue,
}

impl<'a> Balances<'a> {
    fn read(
        snapshot: &Snapshot<'_>,
        account: Account,
        (verification, may_have_iban): (Verification, bool),
        quotes: &'a Quotes,
        networks: &'a Networks,
    ) -> Result<Self, StoreError> {
        let held = snapshot.balances(account)?;
        let holder = match account {
            Account::User(HolderId(holder)) => holder,
            _ => Uuid::nil(),
        };
        let mut balances = Self {
            fiat_balances: Vec::with_capacity(1),
            crypto_balances: Vec::with_capacity(Currency::KNOWN.len()),
        };
        for name in Currency::KNOWN.iter().copied() {
            let atoms = held.iter().find(|(currency, _)| *currency == name);
            let amount = Amount::from_atoms(atoms.map_or(0, |(_, atoms)| *atoms));
            let amount = InFull {
                amount: amount.unwrap_or_default(),
                decimals: name.decimals(),
            };
            let (id, rate) = (balance_id(holder, name), quotes.text(name));
            if name.is_fiat() {
                let status = FiatBalanceStatus::of(verification);
                let has_iban = may_have_iban && status == FiatBalanceStatus::Active;
                balances.fiat_balances.push(Fiat {
                    id,
                    amount,
                    name,
                    rate,
                    iban: has_iban.then(|| iban(holder)),
                    status,
                });
            } else {
                balances.crypto_balances.push(Crypto {
                    id,
                    amount,
                    name,
                    rate,
                    wallet: wallet(snapshot, account, verification, name)?,
                    network_config: networks.config(name),
                });
            }
        }
        Ok(balances)
    }

    fn answer(&self, seq: u64) -> Result<Answer, Problem> {
        // What nine balances take.
        const ROOM: usize = 2_048;
        Answer::long_json(StatusCode::OK, seq, ROOM, self)
    }
}

/// An amount with all of its currency's decimals: `"0.00"`, `"0.00000000"`.
struct InFull {
    amount: Amount,
    decimals: u8,
}

impl Serialize for InFull {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Nine of them in every answer: written into a few bytes on the stack, from the last digit to the first.
        let decimals = self.decimals.max(self.amount.decimals());
        let mut rest = self.amount.atoms() / 10_i64.pow(u32::from(MAX_DECIMALS - decimals));
        let mut text = [0; 24];
        let mut start = text.len();
        let mut digits = 0;
        while digits <= decimals || rest != 0 {
            if digits == decimals && decimals != 0 {
                start -= 1;
                text[start] = b'.';
            }
            start -= 1;
            text[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            digits += 1;
        }
        let text = std::str::from_utf8(&text[start..]).expect("digits and a point are ASCII");
        serializer.serialize_str(text)
    }
}

/// The address of a crypto balance on its usual network; other networks have addresses of their own.
fn wallet(
    snapshot: &Snapshot<'_>,
    account: Account,
    verification: Verification,
    currency: Currency,
) -> Result<Option<Address>, StoreError> {
    let Some(network) = Network::of(currency).first().copied() else {
        return Ok(None);
    };
    let (owner, exists) = match account {
        Account::User(holder) => {
            let is_approved = verification == Verification::Approved;
            (Owner::User(holder), is_approved)
        }
        _ => (Owner::Partner, snapshot.has_wallet(currency, network)?),
    };
    Ok(exists.then(|| Address::of(owner, currency, network)))
}

pub(super) async fn create_wallet(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreateWalletRequest = call.json()?;
    let currency = request.currency;
    let network = network(currency, request.network.as_ref())?;
    let (seq, _) = api
        .execute(Command::CreateWallet { currency, network })
        .await?;
    let address = Address::of(Owner::Partner, currency, network);
    let body = Wallet {
        currency,
        network: network.into(),
        wallet: partner_api_core::Pii::unchecked(address.as_str()),
    };
    Answer::json(StatusCode::CREATED, seq, &body)
}

/// A balance's id is made from its owner's, so that it is the same at every read (ASSUMED A30 to be stable).
fn balance_id(holder: Uuid, currency: Currency) -> Uuid {
    id_from(holder, currency.as_str())
}

/// An id that is made from a holder's and from what it is for.
pub(super) fn id_from(holder: Uuid, purpose: &str) -> Uuid {
    let mut bits = holder.as_u128();
    for byte in purpose.bytes() {
        bits = bits.rotate_left(11)
            ^ u128::from(byte).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    }
    uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
}

/// Whether a country's residents get an IBAN, as far as a list tells (`gh:user`). Without one the balance is there all the
/// same, and its IBAN null, as in the sample of a user without KYC (ASSUMED A84).
fn has_iban(country: Country) -> bool {
    reference::country(reference::accepted_as(country)).iban != Known::No
}

/// A Lithuanian IBAN with right check digits, made from the owner's id (ASSUMED: one account a user).
fn iban(holder: Uuid) -> String {
    let number = (holder.as_u128() % 100_000_000_000) as u64;
    let account = format!("33301{number:011}");
    // ISO 13616: L is 21 and T is 29; the check digits bring the number to 1 modulo 97.
    let rest = format!("{account}212900")
        .bytes()
        .fold(0_u32, |rest, digit| {
            (rest * 10 + u32::from(digit - b'0')) % 97
        });
    format!("LT{:02}{account}", 98 - rest)
}

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
    fn amounts_are_written_in_full() {
        let mut amounts = vec![
            0,
            1,
            9,
            10,
            99_999_999,
            100_000_000,
            1_234_500_000_000,
            i64::MAX,
        ];
        amounts.extend((0..18).map(|exponent| 10_i64.pow(exponent)));
        for atoms in amounts {
            let amount = Amount::from_atoms(atoms).unwrap();
            for decimals in 0..=MAX_DECIMALS {
                let written = serde_json::to_string(&InFull { amount, decimals }).unwrap();
                assert_eq!(written, format!("\"{}\"", amount.to_fixed(decimals)));
            }
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
