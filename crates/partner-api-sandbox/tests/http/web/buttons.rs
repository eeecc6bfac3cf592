//! Buttons are the rows of core's tables that are open now: every state of every table is visited.

use partner_api_core::card::{self, CardAction, CardState};
use partner_api_core::documents::{self, PoaState};
use partner_api_core::steps::allowed;
use partner_api_core::user::{self, Standing, UserAction, Verification};
use serde_json::json;

use super::Browser;
use crate::stand::{Stand, new_card, text};

/// The rows of a user's tables that a person can press.
fn expected(standing: Standing, verification: Verification, poa: PoaState) -> Vec<String> {
    if standing == Standing::Closed {
        return Vec::new();
    }
    let presses = [
        UserAction::Suspend,
        UserAction::Unsuspend,
        UserAction::Close,
    ];
    let of_standing = allowed(user::STEPS, standing).filter(|it| presses.contains(it));
    let mut rows: Vec<String> = of_standing
        .map(|it| format!("USER_STANDING/{it}"))
        .collect();
    rows.extend(
        allowed(user::VERIFICATION_STEPS, verification).map(|it| format!("USER_VERIFICATION/{it}")),
    );
    rows.extend(allowed(documents::POA_STEPS, poa).map(|it| format!("PROOF_OF_ADDRESS/{it}")));
    rows
}

#[tokio::test]
async fn a_user_has_the_buttons_of_its_states() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    let walk = async |object: &str, id: &str, to: String| {
        let walk = json!({ "object": object, "id": id, "to": to.to_uppercase() });
        stand.control("/simulate/walk", Some(walk)).await.ok();
    };
    let mut seen = 0;
    for standing in Standing::ALL {
        for verification in Verification::ALL {
            for poa in PoaState::ALL {
                let id = format!("{standing}-{verification}-{poa}");
                stand.registered(&id).await;
                walk("USER_VERIFICATION", &id, verification.to_string()).await;
                walk("PROOF_OF_ADDRESS", &id, poa.to_string()).await;
                let before = browser.user(&id).await;
                walk("USER_STANDING", &id, standing.to_string()).await;
                // A closed user is found by the provider's id alone.
                let path = super::between(&before.text, "name=\"back\" value=\"", "\"");
                let page = browser.get(path).await;
                page.has(&format!("data-standing=\"{standing}\""));
                assert_eq!(
                    page.buttons(),
                    expected(*standing, *verification, *poa),
                    "{id}"
                );
                seen += 1;
            }
        }
    }
    assert_eq!(
        seen,
        Standing::ALL.len() * Verification::ALL.len() * PoaState::ALL.len()
    );
}

#[tokio::test]
async fn a_card_has_the_buttons_of_its_state() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.verified("u1").await;
    for state in CardState::ALL {
        let created = stand.post("/v1/card/virtual", new_card("u1")).await.ok();
        let card = text(&created, "cardId");
        let walk = json!({ "object": "CARD", "id": card, "to": state.to_string().to_uppercase() });
        stand.control("/simulate/walk", Some(walk)).await.ok();
        // Using it takes an amount: that is a form, not a button.
        let rows = allowed(card::STEPS, *state).filter(|it| *it != CardAction::Use);
        let rows: Vec<String> = rows.map(|it| format!("CARD/{it}")).collect();
        let page = browser.get(&format!("/page/objects/card/{card}")).await;
        assert_eq!(page.buttons(), rows, "{state}");
    }
}

#[tokio::test]
async fn a_button_that_is_gone_says_what_there_is_now() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.registered("u1").await;
    let late = browser.press("USER_VERIFICATION", "u1", "approve").await;
    assert_eq!(late.status, 200);
    let page = browser.user("u1").await;
    let back = super::between(&page.text, "name=\"back\" value=\"", "\"").to_owned();
    let fields = [
        ("lifecycle", "USER_VERIFICATION"),
        ("id", "u1"),
        ("on", "approve"),
        ("place", "moves"),
        ("back", &*back),
    ];
    let page = browser.post("/page/move", &fields).await;
    page.has("it is registered now")
        .has("what can be done now: submit");
}
