//! Values that force outcomes, and the page that lists them: every row of it is held by a test that exists.

use serde_json::{Value, json};

use crate::stand::{Stand, balance, identity, payout, person, text};

/// Each row of the page with a test in its last column names one of this binary.
#[test]
fn every_row_of_the_page_is_held_by_a_test() {
    let page = include_str!("../../docs/outcomes.md");
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http");
    let mut rows = 0;
    let mut is_held = false;
    for line in page.lines() {
        if line.starts_with('#') {
            is_held = false;
        }
        let last = line.trim_end_matches([' ', '|']).rsplit('|').next();
        match last.unwrap_or_default().trim() {
            "Held by" => is_held = true,
            test if is_held && line.starts_with('|') && !test.starts_with("--") => {
                let named = test
                    .strip_prefix('`')
                    .and_then(|test| test.strip_suffix('`'));
                let named = named.and_then(|test| test.split_once("::"));
                let (file, test) = named.unwrap_or_else(|| panic!("no test in {line}"));
                let text = std::fs::read_to_string(here.join(file).with_extension("rs"));
                let text = text.unwrap_or_else(|_| panic!("no file {file}"));
                let declared = format!("#[tokio::test]\nasync fn {test}()");
                assert!(text.contains(&declared), "{file} has no test {test}");
                rows += 1;
            }
            _ => {}
        }
    }
    assert!(rows > 30, "{rows}");
}

/// A user of that name, who has done everything that is waited for.
async fn named(stand: &Stand, last_name: &str) -> String {
    let mut body = person("u1");
    body["lastName"] = json!(last_name);
    stand
        .post("/v1/user/balances/crypto-and-fiat", body)
        .await
        .ok();
    let questions = json!({
        "externalUserId": "u1", "documentType": "PASSPORT", "country": "PL",
        "incomeSource": "SALARY", "openAccountReason": "DAILY_USE", "occupation": "IT",
        "additionalInfo": "I am a programmer",
    });
    let hosted = stand.post("/v1/kyc", questions).await.ok();
    let files = json!({ "object": "PROOF_OF_ADDRESS", "id": "u1", "to": "WAITING" });
    stand.control("/simulate/walk", Some(files)).await.ok();
    stand
        .post("/v1/user/verification", identity("u1"))
        .await
        .ok();
    stand.advance(5_000).await;
    text(&hosted, "verificationId")
}

/// Where verification, proof of address and hosted verification stand. A walk to where one stands takes no step.
async fn stands(stand: &Stand, hosted: &str, expected: [&str; 3]) {
    let ids = [
        ("USER_VERIFICATION", "u1"),
        ("PROOF_OF_ADDRESS", "u1"),
        ("KYC_VERIFICATION", hosted),
    ];
    for ((object, id), expected) in ids.into_iter().zip(expected) {
        let body = json!({ "object": object, "id": id, "to": expected });
        let walked = stand.control("/simulate/walk", Some(body)).await;
        assert_eq!(walked.body["steps"], json!([]), "{object}: {}", walked.text);
    }
}

#[tokio::test]
async fn a_name_rejects() {
    let stand = Stand::start().await;
    let hosted = named(&stand, "Rejected").await;
    stands(&stand, &hosted, ["REJECTED", "REJECTED", "REJECTED"]).await;
    let state = stand.control("/users/u1", None).await.ok();
    assert_eq!(state["verification"], "REJECTED");
}

#[tokio::test]
async fn a_name_leaves_it_undecided() {
    let stand = Stand::start().await;
    let hosted = named(&stand, "Undecided").await;
    stands(&stand, &hosted, ["PENDING", "WAITING", "PENDING"]).await;
    let decision = json!({ "externalUserId": "u1", "approved": true });
    let decided = stand
        .control("/simulate/verification-decision", Some(decision))
        .await
        .ok();
    assert_eq!(decided["verification"], "APPROVED");
    let others = Stand::start().await;
    let hosted = named(&others, "Undecided-Kowalska").await;
    stands(&others, &hosted, ["APPROVED", "APPROVED", "APPROVED"]).await;
}

#[tokio::test]
async fn an_account_of_zeros_fails_and_one_of_nines_waits() {
    let stand = Stand::start().await;
    stand.funded("u1", "500").await;
    let pay = async |iban: &str| {
        let mut body = payout("u1", "40");
        body["destinationIban"] = json!(iban);
        let created = stand.post("/v1/sepa-transfer", body).await.ok();
        stand.advance(3_600_000).await;
        let path = format!("/v1/sepa-transfer/details/{}", text(&created, "transferId"));
        text(&stand.get(&path).await.ok(), "status")
    };
    assert_eq!(pay("DE36000000000000000000").await, "FAILED");
    assert_eq!(pay("PL04000000000000000000000000").await, "FAILED");
    assert_eq!(stand.held("u1", "eur").await, "500.00");
    assert_eq!(pay("DE85999999999999999999").await, "PENDING");
    assert_eq!(pay("DE89370400440532013000").await, "SUCCESSFUL");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn an_address_fails_or_waits() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let coins = json!({ "destinationExternalUserId": "u1", "amount": "2", "currency": "eth" });
    stand.post("/v1/transfer", coins).await.ok();
    let withdraw = async |address: &str| {
        let body = json!({
            "sourceExternalUserId": "u1", "currency": "ETH", "amount": 0.5, "walletAddress": address,
            "name": "K", "walletType": "OTHER", "receiverType": "NATURAL",
        });
        let created = stand.post("/v1/crypto-withdrawal", body).await.ok();
        stand.advance(3_600_000).await;
        let path = format!(
            "/v1/crypto-withdrawal/details/{}",
            text(&created, "withdrawalId")
        );
        text(&stand.get(&path).await.ok(), "status")
    };
    assert_eq!(
        withdraw("0x00000000000000000000000000000000DEADdead").await,
        "UNSUCCESSFUL"
    );
    assert_eq!(stand.held("u1", "eth").await, "2.000000000000000000"[..10]);
    assert_eq!(
        withdraw("0x00000000000000000000000000000000cafecafe").await,
        "PENDING"
    );
    assert_eq!(
        withdraw("0x000000000000000000000000000000000000beef").await,
        "SUCCESSFUL"
    );
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn a_deposit_without_a_user_is_the_partners() {
    let stand = Stand::start().await;
    let euro = async || {
        let balances = stand.get("/v1/partner/balances").await.ok();
        balance(&balances, "eur").parse::<f64>().unwrap()
    };
    let before = euro().await;
    let body =
        json!({ "amount": "25", "senderIban": crate::stand::IBAN, "senderName": "Some Company" });
    let credited = stand
        .control("/simulate/sepa-deposit", Some(body))
        .await
        .ok();
    assert_eq!(credited["status"], "CREDITED");
    assert!((euro().await - before - 25.0).abs() < 1e-6);
    let contacts = stand.get("/v1/partner/sepa-deposit/contacts").await.ok();
    assert_eq!(contacts["contacts"][0]["status"], "APPROVED", "{contacts}");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn more_is_taken_and_late_goes_back() {
    let stand = Stand::start().await;
    let order = async || {
        let wanted = json!({ "currency": "usdc", "amount": "100", "network": "polygon" });
        let lock = stand.post("/v1/order/lock-rate", wanted).await.ok();
        let body = json!({ "lockId": lock["lockId"] });
        let id = text(&stand.post("/v1/order", body).await.ok(), "orderId");
        stand.advance(1_000).await;
        id
    };
    let pay = async |id: &str| {
        let body =
            json!({ "orderId": id, "amount": "200", "currency": "usdc", "network": "polygon" });
        let paid = stand.control("/simulate/payment", Some(body)).await.ok();
        (paid["status"].clone(), paid["checkout"].clone())
    };
    let is = |status: &str, checkout: &str| (json!(status), json!(checkout));
    let details =
        async |id: &str| -> Value { stand.get(&format!("/v1/order/details/{id}")).await.ok() };
    let id = order().await;
    assert_eq!(pay(&id).await, is("DETECTED", "CONFIRMING"));
    stand.advance(2_000).await;
    assert_eq!(details(&id).await["receivedAmount"], json!(200));
    let id = order().await;
    stand.advance(16 * 60 * 1_000).await;
    assert_eq!(pay(&id).await, is("RETURNED", "EXPIRED"));
    assert_eq!(details(&id).await["receivedAmount"], json!(0));
    assert!(stand.books_balance().await);
}
