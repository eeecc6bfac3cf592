//! What a user may do now, as the table of standings says.

use maud::{Markup, html};
use partner_api_core::admit;
use partner_api_core::user::{User, UserAction};

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

pub(super) fn grid(user: &User) -> Markup {
    html! {
        dl.abilities {
            @for (group, actions) in GROUPS {
                div {
                    dt { (group) }
                    @for action in *actions {
                        @match admit(Some(user), *action) {
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
    use super::*;

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
