//! Creating, verifying, updating, suspending, unsuspending and deleting users.

use partner_api_sandbox::ActiveCards;
use serde_json::json;

use crate::stand::{Stand, funding, identity, person, text};

const CREATE: &str = "/v1/user/balances/crypto-and-fiat";
const VERIFY: &str = "/v1/user/verification";

#[tokio::test]
async fn a_user_is_created_once_and_verified_after_a_second() {
    let stand = Stand::start().await;
    let created = stand.post(CREATE, person("u1")).await.ok();
    assert_eq!(text(&created, "userId").len(), 36);
    assert_eq!(created["poaRequiredForExtended"], false);
    stand
        .post(CREATE, person("u1"))
        .await
        .refused(400, "P411", "L13 user_id_must_be_unused");

    let balances = "/v1/user/balances/u1";
    stand
        .get(balances)
        .await
        .refused(400, "P459", "L9 user_must_be_verified");
    stand.post(VERIFY, identity("u1")).await.ok();
    stand
        .post(VERIFY, identity("u1"))
        .await
        .refused(400, "P482", "verification_must_be_open");
    stand.advance(999).await;
    stand
        .get(balances)
        .await
        .refused(400, "P459", "L9 user_must_be_verified");
    stand.advance(1).await;
    stand.get(balances).await.ok();
}

#[tokio::test]
async fn creating_names_everything_that_is_wrong_with_the_input_and_shows_none_of_it() {
    let stand = Stand::start().await;
    let mut body = person("u1");
    body["email"] = json!("Kowalska");
    body["phone"] = json!("+48601777333");
    body["birthDate"] = json!("1991-02-30");
    body["hasAcceptedP100Tc"] = json!(false);
    stand.post(CREATE, body).await.invalid(
        "email must be one @ with text on both sides and no spaces, at most 254 characters, \
         phone must be 6 to 15 digits with the country code and no plus, \
         birthDate must be a date that exists, as YYYY-MM-DD, hasAcceptedP100Tc must be true",
    );
    let mut body = person("u1");
    body["country"] = json!("Poland");
    body["citizenship"] = json!(7);
    body.as_object_mut().unwrap().remove("lastName");
    stand.post(CREATE, body).await.invalid(
        "citizenship must be of the documented type and form, \
         country must be of the documented type and form, lastName must be given",
    );
    stand
        .control("/users/u1", None)
        .await
        .refused(404, "none", "-");
}

#[tokio::test]
async fn only_what_may_change_is_updated() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    let address =
        json!({ "city": "Sopot", "postCode": "81-701", "street": "Morska", "number": "1" });
    stand.patch("/v1/user/u1", Some(address)).await.ok();
    stand.patch("/v1/user/u1", Some(json!({}))).await.ok();

    let seq = stand.get("/v1/exchange/get-rate").await.seq;
    for field in [
        "country",
        "firstName",
        "birthDate",
        "documentNumber",
        "citizenship",
    ] {
        let body = json!({ "city": "Berlin", field: "DE" });
        let reply = stand.patch("/v1/user/u1", Some(body)).await;
        let reply = reply.refused(400, "P403", "L1 field_must_be_editable");
        let message = format!("property {field} should not exist");
        assert_eq!(reply.body["errorMessage"], message);
        assert_eq!(reply.seq, seq, "nothing was decided");
    }
    let nobody = stand
        .patch("/v1/user/ghost", Some(json!({ "city": "Berlin" })))
        .await;
    nobody.refused(400, "P412", "user_must_exist");
}

#[tokio::test]
async fn suspending_under_the_first_reading_waits_for_cards() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let card = stand.card("u1").await;
    let suspend = async || stand.patch("/v1/user/suspend/u1", None).await;
    suspend()
        .await
        .refused(400, "P454", "L4 card_must_not_be_active");
    let named = json!({ "externalUserId": "u1", "cardId": card });
    stand
        .patch("/v1/card/block", Some(named.clone()))
        .await
        .ok();
    suspend().await.ok();
    suspend().await.ok(); // L6

    let by_l3 = "L3 user_must_not_be_suspended";
    stand
        .post("/v1/transfer", funding("u1", "1"))
        .await
        .refused(400, "P455", by_l3);
    stand
        .patch("/v1/card/unblock", Some(named))
        .await
        .refused(400, "P455", by_l3);
    stand.patch("/v1/user/unsuspend/u1", None).await.ok();
    stand.patch("/v1/user/unsuspend/u1", None).await.ok(); // L6
    stand.post("/v1/transfer", funding("u1", "1")).await.ok(); // L5
}

#[tokio::test]
async fn suspending_under_the_second_reading_freezes_cards() {
    let stand = Stand::start_with(|builder| builder.active_cards(ActiveCards::Freeze)).await;
    stand.funded("u1", "100").await;
    let card = stand.card("u1").await;
    stand.patch("/v1/user/suspend/u1", None).await.ok();
    let spend = json!({ "cardId": card, "amount": "1", "currency": "eur" });
    let spent = stand
        .control("/simulate/card-transaction", Some(spend))
        .await
        .ok();
    assert_eq!(spent["approved"], false);
    assert_eq!(spent["rule"], "L3 user_must_not_be_suspended");
}

#[tokio::test]
async fn a_deleted_user_is_gone_for_good_and_what_was_left_is_booked() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    stand.delete("/v1/user/u1", None).await.ok();
    let by_l7 = "L7 user_must_not_be_closed";
    stand
        .delete("/v1/user/u1", None)
        .await
        .refused(400, "P412", by_l7);
    stand
        .patch("/v1/user/suspend/u1", None)
        .await
        .refused(400, "P412", by_l7);
    stand
        .get("/v1/user/balances/u1")
        .await
        .refused(400, "P412", by_l7);
    stand
        .post(CREATE, person("u1"))
        .await
        .refused(400, "P411", "L13 user_id_must_be_unused");
    assert!(stand.books_balance().await, "L8");
}

#[tokio::test]
async fn ids_that_are_also_paths_are_ids() {
    let stand = Stand::start().await;
    for id in [
        "verification",
        "crypto-and-fiat",
        "suspend",
        "balances",
        "a b?#&=%ż",
    ] {
        stand.verified(id).await;
        let encoded: String = id.bytes().map(|byte| format!("%{byte:02x}")).collect();
        for spelled in [id, &encoded] {
            if id.contains(' ') && spelled == id {
                continue; // cannot stand in a path as it is
            }
            stand
                .patch(
                    &format!("/v1/user/{spelled}"),
                    Some(json!({ "city": "Sopot" })),
                )
                .await
                .ok();
            stand
                .get(&format!("/v1/user/balances/{spelled}"))
                .await
                .ok();
            stand
                .patch(&format!("/v1/user/suspend/{spelled}"), None)
                .await
                .ok();
        }
        stand
            .delete(&format!("/v1/user/{encoded}"), None)
            .await
            .ok();
    }
}
