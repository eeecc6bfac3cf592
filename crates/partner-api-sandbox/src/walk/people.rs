//! Users' standings and verifications, hosted verifications, proofs of address, and cards.

use partner_api_core::card::{self, Card, CardAction, CardState};
use partner_api_core::documents::{self, Documents, PoaAction, PoaState};
use partner_api_core::kyc::{self, Kyc, KycAction, KycState};
use partner_api_core::policy::DocumentsNeeded;
use partner_api_core::steps::Step;
use partner_api_core::user::{self, Standing, User, UserAction, Verification, VerificationAction};
use partner_api_core::{CardId, Command, KycId, Rule, UserId};

use super::{Moment, Walk, sample};
use crate::engine::StoreError;

/// A user's standing.
pub(crate) struct Standings(pub(crate) UserId);

impl Walk for Standings {
    type State = Standing;
    type Action = UserAction;
    type Found = User;
    const STEPS: &'static [Step<Standing, UserAction>] = user::STEPS;
    const STATES: &'static [Standing] = Standing::ALL;
    const MISSING: Rule = Rule::UserMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<User>, StoreError> {
        moment.snapshot.user(&self.0)
    }

    fn state(user: &User) -> Standing {
        user.standing
    }

    fn command(&self, _: &User, row: &Step<Standing, UserAction>) -> Option<Command> {
        let user = self.0.clone();
        match row.on {
            UserAction::Suspend => Some(Command::Suspend { user }),
            UserAction::Unsuspend => Some(Command::Unsuspend { user }),
            UserAction::Close => Some(Command::Close { user }),
            _ => None,
        }
    }
}

/// A user's verification.
pub(crate) struct Verifications(pub(crate) UserId);

impl Walk for Verifications {
    type State = Verification;
    type Action = VerificationAction;
    /// The user, and whether documents are wanted first.
    type Found = (User, bool);
    const STEPS: &'static [Step<Verification, VerificationAction>] = user::VERIFICATION_STEPS;
    const STATES: &'static [Verification] = Verification::ALL;
    const MISSING: Rule = Rule::UserMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<(User, bool)>, StoreError> {
        let Some(user) = moment.snapshot.user(&self.0)? else {
            return Ok(None);
        };
        let wants = moment.policy.documents == DocumentsNeeded::BeforeVerification
            && !moment.snapshot.documents(user.holder)?.are_accepted();
        Ok(Some((user, wants)))
    }

    fn state((user, _): &(User, bool)) -> Verification {
        user.verification
    }

    fn command(
        &self,
        (found, wants_documents): &(User, bool),
        row: &Step<Verification, VerificationAction>,
    ) -> Option<Command> {
        let user = self.0.clone();
        Some(match row.on {
            // The row itself comes after them, at the next look.
            VerificationAction::Submit if *wants_documents => Command::AddKycFiles { user },
            VerificationAction::Submit => Command::AddVerification {
                user,
                identity: Box::new(sample::identity()),
            },
            VerificationAction::Approve | VerificationAction::Reject => {
                Command::DecideVerification {
                    holder: found.holder,
                    approved: row.on == VerificationAction::Approve,
                }
            }
        })
    }
}

/// A hosted verification.
pub(crate) struct Hosted(pub(crate) KycId);

impl Walk for Hosted {
    type State = KycState;
    type Action = KycAction;
    type Found = Kyc;
    const STEPS: &'static [Step<KycState, KycAction>] = kyc::STEPS;
    const STATES: &'static [KycState] = KycState::ALL;
    const MISSING: Rule = Rule::KycMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<Kyc>, StoreError> {
        moment.snapshot.kyc(&self.0)
    }

    fn state(kyc: &Kyc) -> KycState {
        kyc.state
    }

    fn command(&self, _: &Kyc, row: &Step<KycState, KycAction>) -> Option<Command> {
        Some(Command::DecideKyc {
            id: self.0.clone(),
            approved: row.on == KycAction::Approve,
            reasons: Vec::new(),
        })
    }
}

/// A user's proof of address.
pub(crate) struct Address(pub(crate) UserId);

impl Walk for Address {
    type State = PoaState;
    type Action = PoaAction;
    type Found = (User, Documents);
    const STEPS: &'static [Step<PoaState, PoaAction>] = documents::POA_STEPS;
    const STATES: &'static [PoaState] = PoaState::ALL;
    const MISSING: Rule = Rule::UserMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<(User, Documents)>, StoreError> {
        let Some(user) = moment.snapshot.user(&self.0)? else {
            return Ok(None);
        };
        let documents = moment.snapshot.documents(user.holder)?;
        Ok(Some((user, documents)))
    }

    fn state((_, documents): &(User, Documents)) -> PoaState {
        documents.poa
    }

    fn command(
        &self,
        (user, _): &(User, Documents),
        row: &Step<PoaState, PoaAction>,
    ) -> Option<Command> {
        Some(match row.on {
            PoaAction::Submit => Command::AddPoaFiles {
                user: self.0.clone(),
            },
            decision => Command::DecidePoa {
                holder: user.holder,
                decision,
            },
        })
    }
}

/// A card.
pub(crate) struct Issued(pub(crate) CardId);

impl Walk for Issued {
    type State = CardState;
    type Action = CardAction;
    /// The card, and whose it is; nobody's once the user is closed.
    type Found = (Card, Option<UserId>);
    const STEPS: &'static [Step<CardState, CardAction>] = card::STEPS;
    const STATES: &'static [CardState] = CardState::ALL;
    const MISSING: Rule = Rule::CardMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<Self::Found>, StoreError> {
        let Some(card) = moment.snapshot.card(&self.0)? else {
            return Ok(None);
        };
        let user = moment.snapshot.user_id(card.owner)?;
        Ok(Some((card, user)))
    }

    fn state((card, _): &Self::Found) -> CardState {
        card.state
    }

    fn command(
        &self,
        (_, user): &Self::Found,
        row: &Step<CardState, CardAction>,
    ) -> Option<Command> {
        let (user, card) = (user.clone()?, self.0.clone());
        match row.on {
            CardAction::Block => Some(Command::BlockCard { user, card }),
            CardAction::Unblock => Some(Command::UnblockCard { user, card }),
            CardAction::Delete => Some(Command::DeleteCard { user, card }),
            CardAction::Use => None,
        }
    }
}
