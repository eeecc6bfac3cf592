//! People and cards for tests, made of canaries: every personal text can be told from every other.

use partner_api_core::card::CardSecrets;
use partner_api_core::deposit::{IbanCheck, Source};
use partner_api_core::documents::DocumentKind;
use partner_api_core::sepa_transfer::Receiver;
use partner_api_core::user::{Identity, Profile};
use partner_api_core::{
    CardId, CardNumber, Command, Country, Cvv, DepositId, HolderId, Iban, Money, Owner, Pii, UserId,
};
use uuid::Uuid;

use super::{money, user};

pub(super) fn fresh<T: TryFrom<String>>() -> T {
    T::try_from(Uuid::now_v7().to_string()).unwrap_or_else(|_| panic!("a UUID is an id"))
}

fn country() -> Country {
    "PL".parse().unwrap()
}

pub(super) fn create_user(id: &str) -> Command {
    let text = |what: &str| format!("{what}-canary-of-{id}");
    let profile = Profile {
        email: Pii::unchecked(format!("{id}@canary.example")),
        phone: Pii::unchecked(text("phone")),
        first_name: Pii::unchecked(text("first")),
        last_name: Pii::unchecked(text("last")),
        birth_date: Pii::unchecked(text("1990-05-15")),
        street: Some(Pii::unchecked(text("street"))),
        number: None,
        city: Pii::unchecked(text("city")),
        post_code: Pii::unchecked(text("post")),
        citizenship: country(),
        nationality: Some(country()),
        birth_country: None,
        national_id: Some(Pii::unchecked(text("national"))),
    };
    Command::CreateUser {
        user: user(id),
        holder: HolderId(Uuid::now_v7()),
        country: country(),
        profile: Box::new(profile),
    }
}

pub(super) fn identity(id: &str) -> Box<Identity> {
    Box::new(Identity {
        document: DocumentKind::IdCard,
        document_number: Pii::unchecked(format!("canary-of-{id}")),
        issuing_country: Some(country()),
        expiry: Some("2099-12-31".parse().unwrap()),
    })
}

pub(super) fn create_card(id: &str, card: CardId) -> Command {
    Command::CreateCard {
        id: card,
        user: user(id),
        label: format!("label-canary-of-{id}"),
        secrets: Box::new(CardSecrets {
            number: CardNumber::unchecked(format!("number-canary-of-{id}")),
            cvv: Cvv::unchecked("123"),
            expiry: Pii::unchecked("11/30"),
            pin: Pii::unchecked("1234"),
        }),
    }
}

pub(super) fn pay_out(id: &str, funds: &str) -> Command {
    Command::PayOut {
        id: fresh(),
        owner: Owner::User(user(id)),
        money: money(funds),
        receiver: Box::new(Receiver {
            iban: Iban::unchecked(format!("iban-canary-of-{id}")),
            title: Pii::unchecked(format!("title-canary-of-{id}")),
            first_name: None,
            last_name: Some(Pii::unchecked(format!("receiver-canary-of-{id}"))),
            company: None,
        }),
    }
}

/// A deposit by bank from nobody in particular.
pub(super) fn receive_deposit(id: DepositId, user: UserId, money: Money) -> Command {
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
