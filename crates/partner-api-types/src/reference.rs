#![doc = include_str!("../docs/reference.md")]

use partner_api_core::{Country, Currency, Network};

/// Whether something is so, as far as the provider's pages tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Known {
    /// A page says so.
    Yes,
    /// A page says otherwise, or has a list that this is not on.
    No,
    /// No page that could be read tells.
    Unknown,
}

/// What is known of a country of residence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CountryFacts {
    /// Which country.
    pub country: Country,
    /// Whether its residents can be users (`supported-countries-1975745m0`; 181 codes are accepted, of which the
    /// readable part of the page names fifteen).
    pub accepted: Known,
    /// Whether its residents get an IBAN (an older list of `gh:user`; what is not on it is [`Known::No`]).
    pub iban: Known,
    /// Whether a proof of address was asked of its residents (an older list of `gh:user`). Newer pages ask for it by a
    /// user's risk instead, or not at all: drive by status and webhook.
    pub proof_of_address: Known,
    /// Whether its residents can have cards. No list could be read.
    pub cards: Known,
}

/// The readable beginning of the list of accepted countries.
const ACCEPTED: &str = "AL AD AO AI AG AR AM AW AU AT AZ BS BH GG BB";
/// The older list of countries with IBANs.
const IBAN: &str = "AM AT AZ BE BG CH CY CZ DE DK EE ES FI FR GB GE GR HR HU IE IL IN IS IT LI LT LU LV MD MT NL NO PL PT RO SE SI SK UA";
/// The older list of countries that had to prove their address.
const PROOF_OF_ADDRESS: &str = "AM AR AZ GE IL MD UA";
/// Territories that are named by the code of a state (`supported-countries-1975745m0`).
const PARTS: &[(&str, &str)] = &[
    ("GP", "FR"),
    ("GF", "FR"),
    ("MQ", "FR"),
    ("RE", "FR"),
    ("MF", "FR"),
    ("SJ", "NO"),
];

fn is_on(list: &str, country: Country) -> bool {
    list.split(' ').any(|code| code == country.as_str())
}

/// The code under which the provider wants a country: that of its state for a few territories, else its own.
pub fn accepted_as(country: Country) -> Country {
    let part = PARTS.iter().find(|(part, _)| *part == country.as_str());
    part.and_then(|(_, state)| Country::parse(state).ok())
        .unwrap_or(country)
}

/// What is known of a country.
pub fn country(country: Country) -> CountryFacts {
    let by_list = |list| match is_on(list, country) {
        true => Known::Yes,
        false => Known::No,
    };
    let iban = by_list(IBAN);
    let is_accepted = is_on(ACCEPTED, country) || iban == Known::Yes;
    CountryFacts {
        country,
        accepted: match is_accepted {
            true => Known::Yes,
            false => Known::Unknown,
        },
        iban,
        proof_of_address: by_list(PROOF_OF_ADDRESS),
        cards: Known::Unknown,
    }
}

/// The countries that a page names, by code.
pub fn countries() -> Vec<CountryFacts> {
    let codes = [ACCEPTED, IBAN, PROOF_OF_ADDRESS].into_iter();
    let named = codes.flat_map(|list| list.split(' '));
    let mut named: Vec<Country> = named.filter_map(|code| Country::parse(code).ok()).collect();
    named.sort();
    named.dedup();
    named.into_iter().map(country).collect()
}

/// What is known of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CurrencyFacts {
    /// Which currency.
    pub currency: Currency,
    /// Whether it is money of a state, and moves by bank transfer.
    pub is_fiat: bool,
    /// The decimals of its amounts.
    pub decimals: u8,
    /// The networks that it travels on, the usual one first; none for fiat money.
    pub networks: &'static [Network],
}

/// Every currency that the provider's pages name.
pub fn currencies() -> impl Iterator<Item = CurrencyFacts> {
    Currency::KNOWN.iter().map(|currency| CurrencyFacts {
        currency: *currency,
        is_fiat: currency.is_fiat(),
        decimals: currency.decimals(),
        networks: Network::of(*currency),
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use partner_api_core::FeeSchedule;

    use super::*;
    use crate::page;

    fn code(text: &str) -> Country {
        Country::parse(text).unwrap()
    }

    #[test]
    fn lists_are_those_of_the_pages() {
        assert_eq!(country(code("PL")).iban, Known::Yes);
        assert_eq!(country(code("UA")).proof_of_address, Known::Yes);
        assert_eq!(country(code("PL")).proof_of_address, Known::No);
        let brazil = country(code("BR"));
        assert_eq!((brazil.accepted, brazil.iban), (Known::Unknown, Known::No));
        assert_eq!(countries().len(), 51);
        assert_eq!(accepted_as(code("RE")), code("FR"));
        assert_eq!(accepted_as(code("PL")), code("PL"));
    }

    fn word(known: Known) -> &'static str {
        match known {
            Known::Yes => "yes",
            Known::No => "no",
            Known::Unknown => "?",
        }
    }

    fn written() -> String {
        let mut page = String::from(
            "Countries, currencies and prices, as far as the provider's pages tell.\n\n\
             Written from the tables of this crate and of `partner_api_core`; \
             `UPDATE_PAGES=1 cargo test -p partner-api-types` writes it anew.\n\n\
             # Currencies\n\n| Code | Kind | Decimals | Networks, the usual one first |\n|---|---|---|---|\n",
        );
        for it in currencies() {
            let networks: Vec<&str> = it.networks.iter().map(|it| it.as_str()).collect();
            let kind = if it.is_fiat { "fiat" } else { "crypto" };
            let networks = networks.join(", ");
            writeln!(
                page,
                "| `{}` | {kind} | {} | {networks} |",
                it.currency, it.decimals
            )
            .unwrap();
        }
        let fees = FeeSchedule::default();
        page.push_str(
            "\nThat `doge` has 8 decimals and `eurt` 6, and their networks, are ASSUMED.\n\n\
             # Prices\n\nThe older price list and staging's samples; today's prices are by contract \
             (`fees-1338150m0`), and the sandbox takes any schedule. Shares are rounded half up to the currency's \
             smallest unit (ASSUMED).\n\n| What | Price |\n|---|---|\n",
        );
        let percent =
            |share: partner_api_core::Share| format!("{}.{:02} %", share.0 / 100, share.0 % 100);
        writeln!(
            page,
            "| SEPA payout | {}, at least EUR {} |",
            percent(fees.payout),
            fees.payout_minimum
        )
        .unwrap();
        writeln!(page, "| Exchange | {} |", percent(fees.exchange)).unwrap();
        let days = fees.card_period.as_secs() / 86_400;
        writeln!(
            page,
            "| Active card, every {days} days, from the partner | EUR {} |",
            fees.card
        )
        .unwrap();
        for ((currency, network), terms) in &fees.withdrawals {
            writeln!(
                page,
                "| Withdrawal of `{currency}` on {network}, beside the network's fee | {}, at least {} is withdrawn |",
                terms.service_fee, terms.minimum
            )
            .unwrap();
        }
        page.push_str(
            "\n# Countries\n\nThe page of accepted countries counts 181 codes; only its beginning could be read. \
             `?` is unknown. The lists of IBANs and of proofs of address are old; newer pages ask for a proof of \
             address by risk, or not at all.\n\n\
             | Country | Accepted | IBAN | Proof of address | Cards |\n|---|---|---|---|---|\n",
        );
        for it in countries() {
            writeln!(
                page,
                "| {} | {} | {} | {} | {} |",
                it.country,
                word(it.accepted),
                word(it.iban),
                word(it.proof_of_address),
                word(it.cards)
            )
            .unwrap();
        }
        page.push_str("\nTerritories that the provider wants under the code of a state: ");
        let parts: Vec<String> = PARTS
            .iter()
            .map(|(part, of)| format!("{part} as {of}"))
            .collect();
        writeln!(page, "{}.", parts.join(", ")).unwrap();
        page
    }

    #[test]
    fn the_page_is_what_the_tables_say() {
        page::check("docs/reference.md", &written());
    }
}
