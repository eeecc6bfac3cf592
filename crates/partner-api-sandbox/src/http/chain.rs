//! What the simulated chains are like: addresses, ids of transfers, and what a transfer costs now. None of it is real, and
//! all of it is a function of what it belongs to, so that it is the same at every read.

use partner_api_core::{Amount, Currency, Network, Owner, Timestamp};

use crate::rates;

/// The address under which an owner receives a currency on a chain.
pub(crate) fn address(owner: Owner, currency: Currency, network: Network) -> String {
    let owner = match owner {
        Owner::Partner => "partner".to_owned(),
        Owner::User(holder) => holder.to_string(),
    };
    address_of(&format!("{owner}/{currency}"), network)
}

/// The address of whatever has this name.
pub(crate) fn address_of(name: &str, network: Network) -> String {
    let digest = hex(&format!("address/{name}/{network}"));
    match network {
        Network::Ethereum | Network::Polygon => format!("0x{}", &digest[..40]),
        // Of the form of a test network's, with a body that no such address has: nobody can send there by mistake.
        Network::Bitcoin => format!("tb1q{}", &digest[..38]),
        Network::Litecoin => format!("tltc1q{}", &digest[..38]),
        Network::Dogecoin => format!("n{}", &digest[..33]),
    }
}

/// The chain's id of the transfer that settled something.
pub(crate) fn transaction_hash(id: &str, network: Network) -> String {
    let digest = hex(&format!("transaction/{id}"));
    match network {
        Network::Ethereum | Network::Polygon => format!("0x{digest}"),
        Network::Bitcoin | Network::Litecoin | Network::Dogecoin => digest,
    }
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

/// What a chain takes for a transfer of a currency now: about as much as a few cents to a euro are worth, moving with the
/// market (ASSUMED, as is that it is taken in the currency that is sent).
pub(super) fn fee(currency: Currency, network: Network, rate: Amount, now: Timestamp) -> Amount {
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

/// 64 digits that look like luck and follow from a text. Nothing is kept safe by them, and every read of balances needs
/// some, so they are mixed and not hashed.
fn hex(text: &str) -> String {
    let seed = text
        .bytes()
        .fold(0, |seed, byte| rates::mix(seed ^ u64::from(byte)) | 1);
    let mut digits = String::with_capacity(64);
    for index in 0..4_u64 {
        let word = rates::mix(seed.wrapping_add(index << 56));
        digits.extend((0..16).rev().map(|nibble| {
            let nibble = word >> (4 * nibble) & 0xf;
            char::from(b"0123456789abcdef"[nibble as usize])
        }));
    }
    digits
}

#[cfg(test)]
mod tests {
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
        let here = address(Owner::Partner, Currency::USDC, Network::Polygon);
        assert_eq!(
            here,
            address(Owner::Partner, Currency::USDC, Network::Polygon)
        );
        assert_ne!(
            here,
            address(Owner::Partner, Currency::USDT, Network::Polygon)
        );
        assert_ne!(
            here,
            address(Owner::Partner, Currency::USDC, Network::Ethereum)
        );
    }
}
