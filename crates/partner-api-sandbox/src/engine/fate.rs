//! What becomes of things by themselves: good, unless a name, an account or an address that nobody has says otherwise.
//!
//! So a partner's own test can have a user rejected or a payout fail with nothing but the Partner API. None of it exists at
//! the provider. `docs/outcomes.md` lists the values.

use partner_api_core::documents::PoaAction;
use partner_api_core::kyc::Kyc;
use partner_api_core::sepa_transfer::{Receiver, SepaTransfer};
use partner_api_core::withdrawal::{Destination, Withdrawal};
use partner_api_core::{Command, HolderId, Iban, Timer};

use super::rows::{self, Person, PersonalKey};
use crate::store::{Rows, StoreError};

/// How something ends that nobody decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Good,
    Bad,
    /// It waits until the control API decides.
    Undecided,
}

/// What is asked when a timer's moment has come; nothing where the outcome is left to the control API.
pub(super) fn command(rows: &dyn Rows, timer: &Timer) -> Result<Option<Command>, StoreError> {
    let fate = match timer {
        Timer::Verification(holder) | Timer::Poa(holder) => of_person(rows, *holder)?,
        Timer::Kyc(id) => match rows::load::<Kyc>(rows, id)? {
            Some(kyc) => of_person(rows, kyc.holder)?,
            None => Fate::Good,
        },
        Timer::Payout(id) => {
            let payer = rows::load::<SepaTransfer>(rows, id)?.map(|payout| payout.owner);
            let receiver: Option<Receiver> = match payer {
                Some(payer) => rows::load(rows, &PersonalKey::Receiver(payer, id.clone()))?,
                None => None,
            };
            receiver.map_or(Fate::Good, |receiver| of_iban(&receiver.iban))
        }
        Timer::Withdrawal(id) => {
            let payer = rows::load::<Withdrawal>(rows, id)?.map(|withdrawal| withdrawal.owner);
            let destination: Option<Destination> = match payer {
                Some(payer) => rows::load(rows, &PersonalKey::Destination(payer, id.clone()))?,
                None => None,
            };
            destination.map_or(Fate::Good, |it| of_address(it.address.expose()))
        }
        _ => Fate::Good,
    };
    Ok(match fate {
        Fate::Good => Some(timer.to_command()),
        Fate::Bad => Some(bad(timer.to_command())),
        Fate::Undecided => None,
    })
}

/// The same question with the other answer.
fn bad(good: Command) -> Command {
    match good {
        Command::DecideVerification { holder, .. } => Command::DecideVerification {
            holder,
            approved: false,
        },
        Command::DecideKyc { id, .. } => Command::DecideKyc {
            id,
            approved: false,
            reasons: vec!["the name says so".to_owned()],
        },
        Command::DecidePoa { holder, .. } => Command::DecidePoa {
            holder,
            decision: PoaAction::Reject,
        },
        Command::SettlePayOut { id, .. } => Command::SettlePayOut {
            id,
            succeeds: false,
        },
        Command::SettleWithdrawal { id, .. } => Command::SettleWithdrawal {
            id,
            completed: false,
        },
        other => other,
    }
}

fn of_person(rows: &dyn Rows, holder: HolderId) -> Result<Fate, StoreError> {
    let person: Option<Person> = rows::load(rows, &holder)?;
    let last_name = person.map(|person| person.profile.last_name);
    Ok(match last_name.as_ref().map(|name| name.expose()) {
        Some("Rejected") => Fate::Bad,
        Some("Undecided") => Fate::Undecided,
        _ => Fate::Good,
    })
}

/// By all that follows the country and the check digits.
fn of_iban(iban: &Iban) -> Fate {
    let account = iban.expose().get(4..).unwrap_or_default();
    let is_all = |digit| !account.is_empty() && account.bytes().all(|it| it == digit);
    if is_all(b'0') {
        Fate::Bad
    } else if is_all(b'9') {
        Fate::Undecided
    } else {
        Fate::Good
    }
}

fn of_address(address: &str) -> Fate {
    let address = address.to_ascii_lowercase();
    if address.ends_with("deaddead") {
        Fate::Bad
    } else if address.ends_with("cafecafe") {
        Fate::Undecided
    } else {
        Fate::Good
    }
}
