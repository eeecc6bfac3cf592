//! What a user may do now, as the tables of standings and verifications say. What else a row needs, such as money, is found
//! out by asking.

use maud::{Markup, html};
use partner_api_core::steps::find;
use partner_api_core::user::{User, UserAction, VERIFICATION_STEPS, VerificationAction};
use partner_api_core::{Rule, admit};

use super::parts::phrase;

/// The actions in the order in which one thinks of them.
const GROUPS: &[(&str, &[UserAction])] = &[
    (
        "Money",
        &[
            UserAction::Transfer,
            UserAction::PayOut,
            UserAction::Withdraw,
            UserAction::Exchange,
            UserAction::LockRate,
            UserAction::ReceiveDeposit,
            UserAction::SupplyTravelRule,
        ],
    ),
    (
        "Cards",
        &[
            UserAction::CreateCard,
            UserAction::UseCard,
            UserAction::BlockCard,
            UserAction::UnblockCard,
            UserAction::DeleteCard,
            UserAction::ChangePin,
            UserAction::SetLimits,
        ],
    ),
    (
        "Account",
        &[
            UserAction::Update,
            UserAction::Verify,
            UserAction::AddKycFiles,
            UserAction::StartKyc,
            UserAction::AddPoaFiles,
            UserAction::Suspend,
            UserAction::Unsuspend,
            UserAction::Close,
        ],
    ),
    (
        "Reading",
        &[
            UserAction::ReadBalances,
            UserAction::ReadHistory,
            UserAction::ReadDepositInfo,
            UserAction::ReadContacts,
            UserAction::ReadCards,
            UserAction::ReadLimits,
            UserAction::ReadKyc,
        ],
    ),
];

/// The rule that stands in the way of an action, as far as standing and verification say.
fn allowed(user: &User, action: UserAction) -> Result<(), Rule> {
    admit(Some(user), action)?;
    let submits = find(
        VERIFICATION_STEPS,
        user.verification,
        VerificationAction::Submit,
    );
    match action {
        UserAction::Verify if submits.is_none() => Err(Rule::VerificationMustBeOpen),
        _ => Ok(()),
    }
}

pub(super) fn grid(user: &User) -> Markup {
    html! {
        dl.abilities {
            @for (group, actions) in GROUPS {
                div {
                    dt { (group) }
                    @for action in *actions {
                        @match allowed(user, *action) {
                            Ok(_) => { dd.may data-may=(action) { (phrase(action.as_str())) } }
                            Err(rule) => {
                                dd.may-not data-may-not=(action) title={ (rule) ": " (rule.broken()) "; " (rule.remedy()) } {
                                    s { (phrase(action.as_str())) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use partner_api_core::HolderId;
    use partner_api_core::user::{Standing, Verification};

    use super::*;

    #[test]
    fn identity_is_submitted_until_it_is_decided() {
        let user = |verification| User {
            holder: HolderId(uuid::Uuid::nil()),
            country: "PL".parse().unwrap(),
            verification,
            standing: Standing::Open,
        };
        let verify = |verification| allowed(&user(verification), UserAction::Verify);
        assert_eq!(verify(Verification::Rejected), Ok(()));
        assert_eq!(
            verify(Verification::Pending),
            Err(Rule::VerificationMustBeOpen)
        );
        let transfer = |verification| allowed(&user(verification), UserAction::Transfer);
        assert_eq!(transfer(Verification::Approved), Ok(()));
        assert_eq!(
            transfer(Verification::Pending),
            Err(Rule::UserMustBeVerified)
        );
    }

    #[test]
    fn every_action_is_shown_once() {
        let mut shown: Vec<_> = GROUPS
            .iter()
            .flat_map(|(_, actions)| actions.iter().copied())
            .collect();
        shown.sort();
        let mut all = UserAction::ALL.to_vec();
        all.sort();
        assert_eq!(shown, all);
    }
}
