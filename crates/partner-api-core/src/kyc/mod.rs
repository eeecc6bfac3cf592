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

/// A hosted verification, as far as rules are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kyc {
    /// Who is verified.
    pub holder: HolderId,
    /// Where it stands.
    pub state: KycState,
    /// Why it was rejected, in words that name nobody.
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
        // ASSUMED: one at a time, and none after one was approved; a rejected one may be repeated.
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
    let to = step.ok_or(Rule::KycMustBePending)?.to;
    let mut gate = Gate::default();
    scene.holder(holder, &mut gate);
    gate.pass()?;
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
