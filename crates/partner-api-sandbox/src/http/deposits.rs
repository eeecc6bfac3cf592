//! Deposits: where they go to, who sent them, and the travel rule.

use axum::http::StatusCode;
use partner_api_core::deposit::{Source, TravelRule};
use partner_api_core::user::UserAction;
use partner_api_core::{Command, DepositId, Iban, Owner, Rule};
use partner_api_types::{
    CryptoDeposit, DepositWalletType, SepaContact, SepaContacts, SepaDepositInfo,
    UpdateTravelRuleRequest,
};
use uuid::Uuid;

use super::input::Checks;
use super::{Answer, Api, Call, Problem, balances, chain};
use crate::engine::{Snapshot, StoreError};

pub(super) fn info_of_partner(api: &Api) -> Result<Answer, Problem> {
    api.read(|snapshot| {
        Ok(Answer::json(
            StatusCode::OK,
            snapshot.seq()?,
            &info(Owner::Partner),
        ))
    })
}

pub(super) fn info_of_user(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id = call.id(0, "externalUserId")?;
    api.read_user(&id, UserAction::ReadDepositInfo, |snapshot, user| {
        let body = info(Owner::User(user.holder));
        Ok(Answer::json(StatusCode::OK, snapshot.seq()?, &body))
    })
}

/// The account is the provider's own and the same for everybody; the title says whom a deposit is for
/// (`get-sepa-deposit-info-28597676e0`, whose sample these are).
fn info(owner: Owner) -> SepaDepositInfo {
    SepaDepositInfo {
        account_holder: partner_api_core::Pii::unchecked("P100 sp. z o.o."),
        address: Some(partner_api_core::Pii::unchecked(
            "ul. Przykładowa 1, 00-001 Warszawa",
        )),
        iban: Iban::unchecked("LT333130010135556427"),
        swift: "BZENLT22".to_owned(),
        title: partner_api_core::Pii::unchecked(deposit_title(owner).to_string()),
    }
}

/// What must stand in a transfer, so that it is for this owner.
fn deposit_title(owner: Owner) -> Uuid {
    let holder = owner.user().map_or(Uuid::nil(), |holder| holder.0);
    balances::id_from(holder, "sepa-deposit")
}

pub(super) fn contacts_of_partner(api: &Api) -> Result<Answer, Problem> {
    api.read(|snapshot| contacts(snapshot, Owner::Partner))
}

pub(super) fn contacts_of_user(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id = call.id(0, "externalUserId")?;
    api.read_user(&id, UserAction::ReadContacts, |snapshot, user| {
        contacts(snapshot, Owner::User(user.holder))
    })
}

fn contacts(snapshot: &Snapshot<'_>, owner: Owner) -> Result<Result<Answer, Problem>, StoreError> {
    let contacts = snapshot.contacts(owner)?.into_iter();
    let contacts = contacts.map(|contact| SepaContact {
        created_at: contact.at,
        iban: contact.iban,
        name: Some(contact.name),
        status: contact.check.into(),
    });
    let body = SepaContacts {
        contacts: contacts.collect(),
    };
    Ok(Answer::json(StatusCode::OK, snapshot.seq()?, &body))
}

pub(super) async fn update_travel_rule(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id: DepositId = call.id(0, "cryptoDepositId")?;
    let UpdateTravelRuleRequest {
        details,
        external_user_id: user,
        wallet_type,
    } = call.json()?;
    let mut checks = Checks::default();
    checks.optional("firstName", details.first_name.as_ref());
    checks.optional("lastName", details.last_name.as_ref());
    checks.optional("companyName", details.company_name.as_ref());
    checks.optional("street", details.street.as_ref());
    checks.optional("city", details.city.as_ref());
    checks.optional("postCode", details.post_code.as_ref());
    checks.optional("vatId", details.vat_id.as_ref());
    // ASSUMED A56: data that names nobody releases nothing.
    let names_person = details.first_name.is_some() && details.last_name.is_some();
    let names_sender = names_person
        || details.company_name.is_some()
        || details.i_am_owner_of_wallet == Some(true);
    checks.must(
        names_sender,
        "details",
        "about a person, a company, or the owner of the wallet",
    );
    let wallet = partner_api_core::deposit::Wallet::try_from(&wallet_type);
    let words = DepositWalletType::ALL
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    checks.must(wallet.is_ok(), "walletType", words.join(" or "));
    checks.pass()?;
    let wallet = wallet.map_err(|_| Problem::Unwritable)?;
    let command = Command::SupplyTravelRule {
        id,
        owner: user.into(),
        data: Box::new(TravelRule {
            wallet,
            is_own_wallet: details.i_am_owner_of_wallet,
            first_name: details.first_name,
            last_name: details.last_name,
            company: details.company_name,
            vat_id: details.vat_id,
            street: details.street,
            city: details.city,
            post_code: details.post_code,
            country: details.country,
        }),
    };
    api.acknowledge(command, "Travel rule data was added").await
}

pub(super) fn crypto_details(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id: DepositId = call.id(0, "cryptoDepositId")?;
    api.read(|snapshot| {
        let seq = snapshot.seq()?;
        let found = snapshot.deposit(&id)?;
        let found = found.and_then(|deposit| match deposit.source {
            Source::Chain(network) => Some((deposit, network)),
            Source::Sepa => None,
        });
        let Some((deposit, network)) = found else {
            let rule = Rule::DepositMustExist;
            return Ok(Err(Problem::Refused { seq, rule }));
        };
        let user = match deposit.owner {
            Some(Owner::User(holder)) => snapshot.user_id(holder)?,
            Some(Owner::Partner) | None => None,
        };
        let body = CryptoDeposit {
            amount: deposit.money.amount().into(),
            created_at: deposit.created_at,
            currency: deposit.money.currency(),
            external_user_id: user,
            network: Some(network.into()),
            status: deposit.state.into(),
            transaction_hash: Some(chain::transaction_hash(id.as_str(), network)),
            crypto_deposit_id: id.clone(),
        };
        Ok(Answer::json(StatusCode::OK, seq, &body))
    })
}
