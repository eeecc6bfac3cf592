//! What becomes of a deposit after its arrival.

use super::{Contact, Deposit, DepositAction, DepositState, IbanCheck, STEPS, Sender};
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{self, words};
use crate::user::{self, Permission, User, UserAction};
use crate::{
    AddressLine, City, Country, DepositId, NationalId, Owner, PersonName, PostCode, UserId,
};

words! {
    /// Who keeps the keys of the wallet that sent a deposit.
    Wallet {
        /// A provider of wallets.
        Custodial = "custodial",
        /// The sender.
        SelfCustody = "self_custody",
    }
}

/// The travel rule's data about a deposit's sender; erased when the user is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelRule {
    /// Who keeps the wallet's keys.
    pub wallet: Wallet,
    /// Whether the receiver owns the sending wallet.
    pub is_own_wallet: Option<bool>,
    /// The sender's first name.
    pub first_name: Option<PersonName>,
    /// The sender's last name.
    pub last_name: Option<PersonName>,
    /// The sending company.
    pub company: Option<PersonName>,
    /// The company's tax number.
    pub vat_id: Option<NationalId>,
    /// Street of the sender.
    pub street: Option<AddressLine>,
    /// City of the sender.
    pub city: Option<City>,
    /// Postal code of the sender.
    pub post_code: Option<PostCode>,
    /// Country of the sender.
    pub country: Option<Country>,
}

/// The provider's decision on a deposit that is being checked, or a refusal of one that waits.
pub(crate) fn decide(
    scene: &Scene<'_>,
    id: &DepositId,
    approved: bool,
    sender: Option<&Sender>,
) -> Result<Vec<Event>, Rule> {
    let deposit = scene.state.deposits.get(id).ok_or(Rule::DepositMustExist)?;
    let is_open = if approved {
        deposit.state == DepositState::Checking
    } else {
        deposit.state.is_open()
    };
    if !is_open {
        return Err(Rule::DepositMustBeOpen);
    }
    let action = match (approved, deposit.needs_travel_rule) {
        (false, _) => DepositAction::Return,
        (true, true) => DepositAction::AskTravelRule,
        (true, false) => credit_or_hold(scene, deposit),
    };
    let mut events = step(id, deposit, action)?;
    if let (Some(owner), Some(sender)) = (deposit.owner, sender) {
        let check = if approved {
            IbanCheck::Approved
        } else {
            IbanCheck::Rejected
        };
        let contact = Contact {
            iban: sender.iban.clone(),
            name: sender.name.clone(),
            check,
            at: scene.now,
        };
        events.push(Event::ContactSaved {
            owner,
            contact: Box::new(contact),
        });
    }
    Ok(events)
}

/// Data about a deposit's sender arrives. It may be given while the user is suspended; the money then stays held.
pub(crate) fn supply_travel_rule(
    scene: &Scene<'_>,
    id: &DepositId,
    owner: &Owner<UserId>,
    data: &TravelRule,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    let owner = scene.owner(owner, UserAction::SupplyTravelRule, &mut gate);
    let deposit = scene.state.deposits.get(id);
    // Somebody else's deposit is as good as none: ids tell nobody what others have.
    let deposit = deposit.filter(|deposit| owner.is_some() && deposit.owner == owner);
    if owner.is_some() {
        gate.must(deposit.is_some(), Rule::DepositMustExist);
    }
    let state = deposit.map(|deposit| deposit.state);
    if state.is_some() {
        let waits = state == Some(DepositState::WaitingForTravelRule);
        gate.must(waits, Rule::DepositMustWaitForTravelRule);
    }
    gate.pass()?;
    let (owner, deposit) = owner.zip(deposit).ok_or(Rule::DepositMustExist)?;
    let mut events = vec![Event::TravelRuleSupplied {
        deposit: id.clone(),
        owner,
        data: Box::new(data.clone()),
    }];
    events.extend(step(id, deposit, credit_or_hold(scene, deposit))?);
    Ok(events)
}

/// Credits what was held for a user who is suspended no more.
pub(crate) fn release_held(scene: &Scene<'_>, user: &User, events: &mut Vec<Event>) {
    for (id, deposit) in of(scene, user) {
        if deposit.state == DepositState::Held {
            events.extend(
                step(id, deposit, DepositAction::Credit)
                    .into_iter()
                    .flatten(),
            );
        }
    }
}

/// Returns everything that is not credited, because the user is closed.
pub(crate) fn return_open(scene: &Scene<'_>, user: &User, events: &mut Vec<Event>) {
    for (id, deposit) in of(scene, user) {
        if deposit.state.is_open() {
            events.extend(
                step(id, deposit, DepositAction::Return)
                    .into_iter()
                    .flatten(),
            );
        }
    }
}

fn of<'a>(scene: &Scene<'a>, user: &User) -> impl Iterator<Item = (&'a DepositId, &'a Deposit)> {
    let owner = Some(Owner::User(user.holder));
    let deposits = scene.state.deposits.iter();
    deposits.filter(move |(_, deposit)| deposit.owner == owner)
}

/// L3: nothing is credited while suspended.
fn credit_or_hold(scene: &Scene<'_>, deposit: &Deposit) -> DepositAction {
    let Some(Owner::User(holder)) = deposit.owner else {
        return DepositAction::Credit;
    };
    let user = scene.state.holder(holder);
    match user.map(|user| user::permission(user.standing, UserAction::ReceiveDeposit)) {
        Some(Permission::Allowed) => DepositAction::Credit,
        Some(Permission::NotNow(_)) => DepositAction::Hold,
        Some(Permission::Never(_)) | None => DepositAction::Return,
    }
}

fn step(id: &DepositId, deposit: &Deposit, action: DepositAction) -> Result<Vec<Event>, Rule> {
    let step = steps::find(STEPS, deposit.state, action);
    let to = step.ok_or(Rule::DepositMustBeOpen)?.to;
    let mut events = vec![Event::DepositChanged {
        deposit: id.clone(),
        to,
    }];
    let account = match (to, deposit.owner) {
        (DepositState::Credited, Some(owner)) => Some(owner.account()),
        (DepositState::Returned, _) => Some(deposit.source.account()),
        _ => None,
    };
    if let Some(account) = account {
        events.push(Event::Booked {
            movement: Movement::Deposit(id.clone()),
            legs: Balanced::pay(Account::Suspense, account, deposit.money),
        });
    }
    Ok(events)
}
