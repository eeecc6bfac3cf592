//! A user's documents: the files that show who the user is, and those that show where the user lives.
//!
//! Of the files themselves nothing is kept: the provider has no way to read them back, and neither have the rules.

mod file;
mod kind;

pub use file::{FILE_BYTES_MAX, FileKind, POA_FILES_MAX};
pub use kind::{DocumentKind, Photos};

use crate::command::Timer;
use crate::decide::Scene;
use crate::event::Event;
use crate::kyc::KycState;
use crate::policy::DocumentsNeeded;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{self, Step, step, words};
use crate::user::{User, UserAction};
use crate::{HolderId, UserId};

words! {
    /// Where a user's proof of address stands (`poa-verification-status-19868998e0`).
    PoaState {
        /// None was submitted.
        Missing = "missing",
        /// Submitted, waits for a decision.
        Waiting = "waiting",
        /// Accepted.
        Approved = "approved",
        /// Refused for good; another document is needed.
        Rejected = "rejected",
        /// Unreadable or cropped; to be submitted again.
        Questioned = "questioned",
    }
}

words! {
    /// What happens to a proof of address.
    PoaAction {
        /// Files are submitted.
        Submit = "submit",
        /// The provider accepts.
        Approve = "approve",
        /// The provider refuses.
        Reject = "reject",
        /// The provider asks for better files.
        Question = "question",
    }
}

/// The lifecycle of a proof of address; nothing leaves [`PoaState::Approved`].
#[rustfmt::skip] // a table is read by its columns
pub const POA_STEPS: &[Step<PoaState, PoaAction>] = &[
    step(PoaState::Missing,    PoaAction::Submit,   PoaState::Waiting,    &[]),
    step(PoaState::Rejected,   PoaAction::Submit,   PoaState::Waiting,    &[]),
    step(PoaState::Questioned, PoaAction::Submit,   PoaState::Waiting,    &[]),
    step(PoaState::Waiting,    PoaAction::Approve,  PoaState::Approved,   &[]),
    step(PoaState::Waiting,    PoaAction::Reject,   PoaState::Rejected,   &[]),
    step(PoaState::Waiting,    PoaAction::Question, PoaState::Questioned, &[]),
];

/// What a user has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Documents {
    /// Whether identity files were added.
    pub identity_files: bool,
    /// Where the last hosted verification stands, if there was one.
    pub kyc: Option<KycState>,
    /// Where the proof of address stands.
    pub poa: PoaState,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            identity_files: false,
            kyc: None,
            poa: PoaState::Missing,
        }
    }
}

impl Documents {
    /// Whether identity documents were accepted, by either method: files, or a hosted verification.
    pub fn are_accepted(&self) -> bool {
        self.identity_files || self.kyc == Some(KycState::Approved)
    }
}

/// Whether identity data may be submitted as far as documents are concerned (`kyc-by-p100-4476985f0`).
pub(crate) fn gate_submission(scene: &Scene<'_>, user: &User, gate: &mut Gate) {
    if scene.policy.documents == DocumentsNeeded::BeforeVerification {
        let accepted = scene.documents(user.holder).are_accepted();
        gate.must(accepted, Rule::DocumentsMustBeAccepted);
    }
}

pub(crate) fn add_identity_files(scene: &Scene<'_>, id: &UserId) -> Result<Vec<Event>, Rule> {
    let holder = scene.only_user(id, UserAction::AddKycFiles)?.holder;
    let mut documents = scene.documents(holder);
    documents.identity_files = true;
    Ok(vec![Event::DocumentsChanged { holder, documents }])
}

pub(crate) fn add_poa_files(scene: &Scene<'_>, id: &UserId) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    let user = scene.user(id, UserAction::AddPoaFiles, &mut gate);
    let mut to = None;
    if let Some(user) = user {
        let asked = &scene.policy.poa_countries;
        let is_asked = asked
            .as_ref()
            .is_none_or(|asked| asked.contains(&user.country));
        gate.must(is_asked, Rule::PoaMustBeAsked);
        let poa = scene.documents(user.holder).poa;
        gate.must(poa != PoaState::Waiting, Rule::PoaMustNotBePending);
        gate.must(poa != PoaState::Approved, Rule::PoaMustNotBeApproved);
        to = steps::find(POA_STEPS, poa, PoaAction::Submit).map(|step| step.to);
    }
    gate.pass()?;
    let holder = user.ok_or(Rule::UserMustExist)?.holder;
    let mut documents = scene.documents(holder);
    documents.poa = to.ok_or(Rule::PoaMustNotBePending)?;
    Ok(vec![
        Event::DocumentsChanged { holder, documents },
        Event::TimerSet {
            due: scene.now.plus(scene.policy.poa_delay),
            timer: Timer::Poa(holder),
        },
    ])
}

pub(crate) fn decide_poa(
    scene: &Scene<'_>,
    holder: HolderId,
    action: PoaAction,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.holder(holder, &mut gate);
    gate.pass()?;
    let mut documents = scene.documents(holder);
    // Submitting is the user's step, not a decision.
    let step = steps::find(POA_STEPS, documents.poa, action);
    let step = step.filter(|_| action != PoaAction::Submit);
    documents.poa = step.ok_or(Rule::PoaMustBePending)?.to;
    Ok(vec![Event::DocumentsChanged { holder, documents }])
}
