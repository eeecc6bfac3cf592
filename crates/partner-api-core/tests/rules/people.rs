//! The people and things of the tests: well-formed, and the same everywhere.

use std::str::FromStr;

use partner_api_core::card::CardSecrets;
use partner_api_core::deposit::{IbanCheck, Source};
use partner_api_core::documents::DocumentKind;
use partner_api_core::lock::Rates;
use partner_api_core::sepa_transfer::Receiver;
use partner_api_core::user::{Identity, Profile, ProfileChanges};
use partner_api_core::{Command, Currency, DepositId, HolderId, Money, Owner, UserId};

/// Reads what every test writes well-formed.
pub(crate) fn the<T: FromStr>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|_| panic!("{text:?} is well-formed in every test"))
}

pub(crate) fn holder(number: usize) -> HolderId {
    the(&format!("00000000-0000-4000-8000-{number:012}"))
}

pub(crate) fn profile() -> Profile {
    Profile {
        email: the("canary@example.com"),
        phone: the("48601234567"),
        first_name: the("Canary"),
        last_name: the("Canary"),
        birth_date: the("1990-05-15"),
        street: Some(the("Canary Street")),
        number: Some(the("Canary 5")),
        city: the("Canary City"),
        post_code: the("CANARY"),
        citizenship: the("PL"),
        nationality: Some(the("PL")),
        birth_country: Some(the("PL")),
        national_id: Some(the("CANARY12345")),
    }
}

pub(crate) fn identity() -> Identity {
    Identity {
        document: DocumentKind::Passport,
        document_number: the("CANARY123"),
        issuing_country: Some(the("PL")),
        expiry: None,
    }
}

pub(crate) fn new_city() -> ProfileChanges {
    ProfileChanges {
        city: Some(the("Canary Falls")),
        ..ProfileChanges::default()
    }
}

pub(crate) fn receiver() -> Receiver {
    Receiver {
        iban: the("DE89370400440532013000"),
        title: the("canary"),
        first_name: Some(the("Canary")),
        last_name: Some(the("Canary")),
        company: None,
    }
}

pub(crate) fn secrets() -> CardSecrets {
    CardSecrets {
        number: the("4111111111111111"),
        cvv: the("123"),
        expiry: the("01/30"),
        pin: the("4071"),
    }
}

/// EUR for one unit. One BTC is so dear, and one DOGE so cheap, that converting rounds, and can outgrow an amount.
pub(crate) fn rates() -> Rates {
    let rates = [
        (Currency::EUR, "1"),
        (Currency::BTC, "90000.12345678"),
        (Currency::DOGE, "0.07"),
        (Currency::USDC, "0.93"),
    ];
    rates.map(|(currency, rate)| (currency, the(rate))).into()
}

/// A deposit by bank that nobody has to check.
pub(crate) fn bank_deposit(id: DepositId, user: UserId, money: Money) -> Command {
    Command::ReceiveDeposit {
        id,
        owner: Owner::User(user),
        money,
        source: Source::Sepa,
        sender: None,
        check: IbanCheck::Approved,
        needs_travel_rule: false,
    }
}
