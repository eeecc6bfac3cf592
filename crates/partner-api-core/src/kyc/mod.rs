//! Hosted identity verifications: created, sent to the user as a page, decided by the provider.

use crate::command::Timer;
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{self, Step, step, words};
use crate::user::UserAction;
use crate::{Country, Currency, FreeText, HolderId, KycId, Money, NationalId, Timestamp, UserId};

words! {
    /// Where a hosted verification stands.
    KycState {
        /// Waits for the user and the provider.
        Pending = "pending",
        /// The user is who they say.
        Approved = "approved",
        /// The user is not, or could not show it.
        Rejected = "rejected",
    }
}

words! {
    /// What happens to a hosted verification.
    KycAction {
        /// The provider approves.
        Approve = "approve",
        /// The provider rejects.
        Reject = "reject",
    }
}

/// The lifecycle of a hosted verification.
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<KycState, KycAction>] = &[
    step(KycState::Pending, KycAction::Approve, KycState::Approved, &[]),
    step(KycState::Pending, KycAction::Reject,  KycState::Rejected, &[]),
];

/// How many reasons a rejection has at most.
pub const REASONS_MAX: usize = 10;

/// How many characters a reason has at most.
pub const REASON_CHARS_MAX: usize = 100;

/// A reason of a rejection is of a form in which it could name somebody. The reason itself is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not reasons that name nobody; give at most 10, each of 1 to 100 characters out of letters without accents, \
     spaces and _-,.;:'()/"
)]
pub struct InvalidReasons;

/// Whether reasons can be kept: they stand outside of what is erased with a user, so they must name nobody.
///
/// Enforced are number, length and characters, so that no number of a document, date, phone number or e-mail address
/// fits. That no name is spelled out in letters cannot be enforced, and is the caller's to see to.
///
/// # Errors
/// Too many reasons, or one of another form.
pub fn check_reasons(reasons: &[String]) -> Result<(), InvalidReasons> {
    let is_plain = |c: char| c.is_ascii_alphabetic() || " _-,.;:'()/".contains(c);
    let is_general = |reason: &String| {
        !reason.trim().is_empty()
            && reason.len() <= REASON_CHARS_MAX
            && reason.chars().all(is_plain)
    };
    match reasons.len() <= REASONS_MAX && reasons.iter().all(is_general) {
        true => Ok(()),
        false => Err(InvalidReasons),
    }
}

/// A hosted verification, as far as rules are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kyc {
    /// Who is verified.
    pub holder: HolderId,
    /// Where it stands.
    pub state: KycState,
    /// Why it was rejected, in words that name nobody as far as [`check_reasons`] can tell.
    pub reasons: Vec<String>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// What the provider asks before a hosted verification, in its own words; erased when the user is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Questionnaire {
    /// The kind of document.
    pub document_type: String,
    /// Country of residence.
    pub country: Country,
    /// Where the money comes from.
    pub income_source: String,
    /// What the account is for.
    pub open_account_reason: String,
    /// The tax number of a business.
    pub tax_id: Option<NationalId>,
    /// The occupation of the employed.
    pub occupation: Option<String>,
    /// Whatever else there is to say.
    pub additional_info: Option<FreeText>,
}

pub(crate) fn create(
    scene: &Scene<'_>,
    id: &KycId,
    user: &UserId,
    questionnaire: &Questionnaire,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    let user = scene.user(user, UserAction::StartKyc, &mut gate);
    if let Some(user) = user {
        // ASSUMED A63: one at a time, and none after one was approved; a rejected one may be repeated.
        let progress = scene.documents(user.holder).kyc;
        let is_open = !matches!(progress, Some(KycState::Pending | KycState::Approved));
        gate.must(is_open, Rule::KycMustBeOpen);
    }
    let fee = Money::new(scene.policy.fees.kyc, Currency::EUR)
        .map_err(|_| Rule::AmountMustFitCurrency)?;
    scene.funds(Account::Partner, fee, &mut gate);
    gate.pass()?;
    let holder = user.ok_or(Rule::UserMustExist)?.holder;
    let mut documents = scene.documents(holder);
    documents.kyc = Some(KycState::Pending);
    let kyc = Kyc {
        holder,
        state: KycState::Pending,
        reasons: Vec::new(),
        created_at: scene.now,
    };
    let mut events = vec![
        Event::KycCreated {
            id: id.clone(),
            kyc,
            questionnaire: Box::new(questionnaire.clone()),
        },
        Event::DocumentsChanged { holder, documents },
        Event::TimerSet {
            due: scene.now.plus(scene.policy.kyc_delay),
            timer: Timer::Kyc(id.clone()),
        },
    ];
    if !fee.is_zero() {
        events.push(Event::Booked {
            movement: Movement::KycFee(id.clone()),
            legs: Balanced::pay(Account::Partner, Account::Fees, fee),
        });
    }
    Ok(events)
}

pub(crate) fn decide(
    scene: &Scene<'_>,
    id: &KycId,
    approved: bool,
    reasons: &[String],
) -> Result<Vec<Event>, Rule> {
    let kyc = scene.state.kycs.get(id).ok_or(Rule::KycMustExist)?;
    let holder = kyc.holder;
    let action = if approved {
        KycAction::Approve
    } else {
        KycAction::Reject
    };
    let step = steps::find(STEPS, kyc.state, action);
    let mut gate = Gate::default();
    scene.holder(holder, &mut gate);
    gate.must(step.is_some(), Rule::KycMustBePending);
    gate.pass()?;
    let to = step.ok_or(Rule::KycMustBePending)?.to;
    let mut documents = scene.documents(holder);
    documents.kyc = Some(to);
    let reasons = if approved {
        Vec::new()
    } else {
        reasons.to_vec()
    };
    Ok(vec![
        Event::KycDecided {
            id: id.clone(),
            to,
            reasons,
        },
        Event::DocumentsChanged { holder, documents },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_few_short_and_of_plain_letters() {
        let check = |reasons: &[&str]| {
            let reasons: Vec<String> = reasons.iter().map(|it| (*it).to_owned()).collect();
            check_reasons(&reasons).is_ok()
        };
        let longest = "x".repeat(100);
        for good in [
            &[][..],
            &["blurred"],
            &["FACE_MISMATCH", "the back is missing (or cropped)"],
            &[&longest],
            &["a"; 10],
        ] {
            assert!(check(good), "{good:?}");
        }
        let too_long = "x".repeat(101);
        for bad in [
            &[""][..],
            &["  "],
            &["ZS0001234"],
            &["born 1990-05-15"],
            &["anna@example.com"],
            &["Żaneta"],
            &["two\nlines"],
            &[&too_long],
            &["a"; 11],
        ] {
            assert!(!check(bad), "{bad:?}");
        }
    }
}
