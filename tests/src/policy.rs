//! The model's terms as the policy of the rules that are tested.

use std::collections::BTreeSet;

use partner_api_core::{
    ActiveCards, Amount, ClosedLoop, Country, DocumentsNeeded, FeeSchedule, Policy, Share,
};

use crate::oracle::{self, Terms};

/// What the sandbox, or the pure rules, must be set to so that they follow `terms`.
pub fn policy(active_cards: oracle::ActiveCards, terms: &Terms) -> Policy {
    let countries = |codes: &BTreeSet<String>| -> BTreeSet<Country> {
        codes
            .iter()
            .map(|code| code.parse().expect("a country"))
            .collect()
    };
    Policy {
        active_cards: match active_cards {
            oracle::ActiveCards::Refuse => ActiveCards::Refuse,
            oracle::ActiveCards::Freeze => ActiveCards::Freeze,
        },
        card_forbidden_countries: countries(&terms.card_forbidden_countries),
        closed_loop: if terms.known_accounts_only {
            ClosedLoop::KnownIban
        } else {
            ClosedLoop::AnyIban
        },
        documents: if terms.documents_first {
            DocumentsNeeded::BeforeVerification
        } else {
            DocumentsNeeded::Never
        },
        poa_countries: terms.proof_countries.as_ref().map(countries),
        fees: FeeSchedule {
            kyc: Amount::from_atoms(terms.kyc_cents * 1_000_000).expect("not negative"),
            checkout: Share(terms.checkout_share.try_into().expect("a small share")),
            ..FeeSchedule::default()
        },
        ..Policy::default()
    }
}
