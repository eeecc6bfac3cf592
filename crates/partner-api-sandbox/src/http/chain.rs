//! What the simulated chains are like: addresses, ids of transfers, and what a transfer costs now. None of it is real, and
//! all of it is a function of what it belongs to, so that it is the same at every read.

use std::time::Duration;

use partner_api_core::{Amount, Currency, Network, Owner, Timestamp, TransactionHash};

use serde::{Serialize, Serializer};

use super::fresh;
use crate::rates;

/// An address on a chain. It is written into every balance that is read, so it takes no memory of its own.
#[derive(Clone, Copy)]
pub(crate) struct Address {
    text: [u8; 48],
    length: usize,
}

impl Address {
    /// The address under which an owner receives a currency on a chain.
    pub(crate) fn of(owner: Owner, currency: Currency, network: Network) -> Self {
        let mut luck = Luck::default();
        match owner {
            Owner::Partner => luck.stir("partner".as_bytes()),
            Owner::User(holder) => luck.stir(holder.0.as_bytes()),
        }
        luck.stir(currency.as_str().as_bytes());
        Self::from(luck, network)
    }

    /// The address of whatever has this name.
    pub(crate) fn named(name: &str, network: Network) -> Self {
        let mut luck = Luck::default();
        luck.stir(name.as_bytes());
        Self::from(luck, network)
    }

    fn from(mut luck: Luck, network: Network) -> Self {
        luck.stir(network.as_str().as_bytes());
        // Of the form of a test network's, with a body that no such address has: nobody can send there by mistake.
        let (prefix, digits) = match network {
            Network::Ethereum | Network::Polygon => ("0x", 40),
            Network::Bitcoin => ("tb1q", 38),
            Network::Litecoin => ("tltc1q", 38),
            Network::Dogecoin => ("n", 33),
        };
        let mut text = [0; 48];
        let length = prefix.len() + digits;
        text[..prefix.len()].copy_from_slice(prefix.as_bytes());
        luck.digits(&mut text[prefix.len()..length]);
        Self { text, length }
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..self.length]).expect("prefixes and digits are ASCII")
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The chain's id of the transfer that settled something.
pub(crate) fn transaction_hash(id: &str, network: Network) -> String {
    let mut luck = Luck::default();
    luck.stir("transaction".as_bytes());
    luck.stir(id.as_bytes());
    let mut digits = [0; 64];
    luck.digits(&mut digits);
    let prefix = match network {
        Network::Ethereum | Network::Polygon => "0x",
        Network::Bitcoin | Network::Litecoin | Network::Dogecoin => "",
    };
    let digits = std::str::from_utf8(&digits).expect("digits are ASCII");
    format!("{prefix}{digits}")
}

/// An id that no transfer on a chain had before.
pub(crate) fn fresh_hash(network: Network) -> TransactionHash {
    let unique: TransactionHash = fresh();
    let hash = TransactionHash::try_from(transaction_hash(unique.as_str(), network));
    hash.expect("digits are an id")
}

/// How often a chain confirms a transfer before it counts (ASSUMED; for usdc on Polygon three, as in
/// `get-order-details-20961091e0`).
pub(crate) fn confirmations(network: Network) -> i64 {
    match network {
        Network::Bitcoin => 2,
        Network::Ethereum => 12,
        Network::Polygon => 3,
        Network::Litecoin | Network::Dogecoin => 6,
    }
}

/// How often a chain has confirmed a transfer after so long, where confirming it `required` times takes `delay`.
pub(crate) fn confirmed(waited: Duration, delay: Duration, required: i64) -> i64 {
    let done = i128::from(required) * (waited.as_millis() as i128);
    let count = done.checked_div(delay.as_millis() as i128);
    count
        .and_then(|count| i64::try_from(count).ok())
        .map_or(required, |count| count.min(required))
}

/// What a chain takes for a transfer of a currency now: about as much as a few cents to a euro are worth, moving with the
/// market (ASSUMED, as is that it is taken in the currency that is sent).
pub(crate) fn fee(currency: Currency, network: Network, rate: Amount, now: Timestamp) -> Amount {
    let cents: i128 = match network {
        Network::Ethereum => 120,
        Network::Bitcoin => 90,
        Network::Litecoin | Network::Dogecoin => 4,
        Network::Polygon => 2,
    };
    let swing = 90 + i128::try_from(rates::step(now) % 21).unwrap_or(0);
    let euro_atoms = cents * swing * 10_000;
    let atoms = euro_atoms * 100_000_000 / i128::from(rate.atoms()).max(1);
    let grain = i128::from(10_i64.pow(u32::from(8 - currency.decimals())));
    let fee = i64::try_from((atoms / grain).max(1) * grain).unwrap_or(i64::MAX);
    Amount::from_atoms(fee).unwrap_or_default()
}

/// Digits that look like luck and follow from what was stirred in. Nothing is kept safe by them, and every read of
/// balances needs some, so they are mixed and not hashed.
#[derive(Default)]
struct Luck(u64);

impl Luck {
    fn stir(&mut self, bytes: &[u8]) {
        // The length goes in too: what is stirred in next does not pass for the end of this.
        self.0 = rates::mix(self.0 ^ bytes.len() as u64).wrapping_add(1);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = rates::mix(self.0 ^ u64::from_le_bytes(word)).wrapping_add(1);
        }
    }

    /// Fills a place with hexadecimal digits.
    fn digits(&self, to: &mut [u8]) {
        for (index, digits) in to.chunks_mut(16).enumerate() {
            let word = rates::mix(self.0.wrapping_add((index as u64) << 56));
            for (digit, byte) in digits.iter_mut().enumerate() {
                *byte = b"0123456789abcdef"[(word >> (4 * digit) & 0xf) as usize];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use partner_api_core::HolderId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_fee_fits_its_currency_and_is_never_nothing() {
        let rates = rates::RateSource::default().eur_rates(Timestamp::EPOCH);
        for currency in Currency::KNOWN {
            for network in Network::of(*currency) {
                let fee = fee(*currency, *network, rates[currency], Timestamp::EPOCH);
                assert!(!fee.is_zero(), "{currency} on {network}");
                assert!(fee.decimals() <= currency.decimals(), "{currency} {fee}");
            }
        }
    }

    #[test]
    fn owners_have_addresses_of_their_own() {
        let address =
            |owner, currency, network| Address::of(owner, currency, network).as_str().to_owned();
        let (polygon, ethereum) = (Network::Polygon, Network::Ethereum);
        let anna = Owner::User(HolderId(Uuid::from_u128(1)));
        let here = address(Owner::Partner, Currency::USDC, polygon);
        assert_eq!(here, address(Owner::Partner, Currency::USDC, polygon));
        let others = [
            address(Owner::Partner, Currency::USDT, polygon),
            address(Owner::Partner, Currency::USDC, ethereum),
            address(anna, Currency::USDC, polygon),
        ];
        assert!(!others.contains(&here), "{here} {others:?}");
        assert!(here.starts_with("0x") && here.len() == 42, "{here}");
        for (network, length) in [
            (Network::Bitcoin, 42),
            (Network::Litecoin, 44),
            (Network::Dogecoin, 34),
        ] {
            assert_eq!(Address::named("order", network).as_str().len(), length);
        }
    }
}
