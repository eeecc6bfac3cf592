//! Networks: the chains that crypto currencies travel on.

use crate::Currency;
use crate::steps::words;

words! {
    /// A chain, by the word that `networkConfig` uses for it.
    Network {
        /// Bitcoin.
        Bitcoin = "btc",
        /// Ethereum.
        Ethereum = "ethereum",
        /// Litecoin.
        Litecoin = "ltc",
        /// Dogecoin; the word is ASSUMED.
        Dogecoin = "doge",
        /// Polygon.
        Polygon = "polygon",
    }
}

impl Network {
    /// The networks of a currency, the default one first; none for fiat money and for a currency that is not known.
    ///
    /// `usdc` and `usdt` exist on two (`gh:crypto-withdrawals`); that `eurt` is on Ethereum is ASSUMED.
    pub fn of(currency: Currency) -> &'static [Self] {
        match currency {
            Currency::BTC => &[Self::Bitcoin],
            Currency::ETH | Currency::EURT => &[Self::Ethereum],
            Currency::LTC => &[Self::Litecoin],
            Currency::DOGE => &[Self::Dogecoin],
            Currency::POL => &[Self::Polygon],
            Currency::USDC | Currency::USDT => &[Self::Ethereum, Self::Polygon],
            _ => &[],
        }
    }

    /// Whether a currency travels on it.
    pub fn carries(self, currency: Currency) -> bool {
        Self::of(currency).contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_crypto_currency_has_a_network_and_fiat_has_none() {
        for currency in Currency::KNOWN {
            assert_eq!(
                Network::of(*currency).is_empty(),
                currency.is_fiat(),
                "{currency}"
            );
        }
    }
}
