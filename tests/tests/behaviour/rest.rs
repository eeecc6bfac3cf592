//! The facade beyond account management, against a sandbox over real sockets.

use partner_api::{
    ApiKey, Currency, Environment, Hosted, Network, NewCard, NewLink, NewWithdrawal, PartnerApi,
    PayOut, Rule, SignedAmount, TravelRule,
};
use partner_api_tests::{
    oracle::ActiveCards,
    stand::{API_KEY, Stand},
};
use serde_json::json;

async fn stage() -> (Stand, PartnerApi) {
    let mut stand = Stand::start(ActiveCards::Refuse).await;
    stand.onboard("U1", "100").await;
    let address = stand.driver.partner.base().parse().expect("an address");
    let partner = PartnerApi::builder()
        .environment(Environment::Sandbox(address))
        .api_key(ApiKey::new(API_KEY))
        .build()
        .expect("a client");
    (stand, partner)
}

async fn outside(stand: &Stand, path: &str, body: serde_json::Value) -> serde_json::Value {
    let control = &stand.driver.control;
    control.post(path, body).await.ok().json
}

async fn advance(stand: &Stand, milliseconds: u64) {
    outside(
        stand,
        "/clock/advance",
        json!({ "milliseconds": milliseconds }),
    )
    .await;
}

#[tokio::test]
async fn a_withdrawal_is_journaled_reserved_and_settled_and_a_suspended_user_makes_none() {
    let (stand, partner) = stage().await;
    let user = partner.user("U1").unwrap();
    partner
        .transfers()
        .fund(user.id(), "1 btc".parse().unwrap())
        .await
        .unwrap()
        .done()
        .unwrap();
    let to = |amount: &str| {
        let money = format!("{amount} btc").parse().unwrap();
        NewWithdrawal::to_custodian(money, "tb1qx".parse().unwrap(), "Anna".parse().unwrap())
    };
    let accepted = user.withdraw(to("0.25")).await.unwrap().done().unwrap();
    let pending = user.withdrawal(&accepted.id).await.unwrap();
    assert!(!pending.is_settled());
    let blocked = user.plan_closure().await.unwrap();
    assert!(
        blocked.ready().is_err(),
        "a withdrawal in flight is in the way"
    );
    advance(&stand, 2_000).await;
    assert!(user.withdrawal(&accepted.id).await.unwrap().is_settled());
    let entries = partner.journal().entries_of(user.id()).await.unwrap();
    assert!(entries.iter().any(|entry| entry.id == accepted.intent));

    let elsewhere = user
        .withdraw(to("0.1").on(Network::Polygon))
        .await
        .unwrap_err();
    assert!(elsewhere.is_invalid(), "{elsewhere}");
    user.suspend(partner_api::Reason::Fraud).await.unwrap();
    let refused = user.withdraw(to("0.1")).await.unwrap_err();
    assert_eq!(refused.rule(), Some(Rule::UserMustNotBeSuspended));
    let refused = user.withdraw(to("0.1")).strict().await.unwrap_err();
    assert!(
        refused.refusal().is_none() && refused.doubt().is_some(),
        "nothing is sent: {refused}"
    );
}

#[tokio::test]
async fn the_pager_sees_every_movement_once_while_others_are_made() {
    let (stand, partner) = stage().await;
    let user = partner.user("U1").unwrap();
    for _ in 0..70 {
        partner
            .transfers()
            .fund(user.id(), "1 eur".parse().unwrap())
            .await
            .unwrap()
            .done()
            .unwrap();
    }
    let mut entries = user.history().entries();
    let mut seen = vec![entries.next().await.unwrap().expect("an entry")];
    partner
        .transfers()
        .collect(user.id(), "5 eur".parse().unwrap())
        .await
        .unwrap()
        .done()
        .unwrap();
    seen.extend(entries.collect().await.unwrap());
    assert_eq!(seen.len(), 71);
    let sum: i128 = seen.iter().map(|entry| entry.amount.atoms()).sum();
    assert_eq!(SignedAmount::from_atoms(sum).to_string(), "170");
    let page = partner
        .own_account()
        .history()
        .page(None)
        .at_most(3)
        .await
        .unwrap();
    assert_eq!((page.entries.len(), page.next.is_some()), (3, true));
    drop(stand);
}

#[tokio::test]
async fn a_deposit_that_waits_for_the_travel_rule_is_released() {
    let (stand, partner) = stage().await;
    let user = partner.user("U1").unwrap();
    let body = json!({ "externalUserId": "U1", "amount": "2", "currency": "eth", "needsTravelRule": true });
    let deposit = outside(&stand, "/simulate/crypto-deposit", body).await;
    let id = deposit["id"].as_str().unwrap().parse().unwrap();
    advance(&stand, 2_000).await;
    let of_partner = partner
        .own_account()
        .supply_travel_rule(&id, TravelRule::from_own_wallet())
        .await;
    assert_eq!(of_partner.unwrap_err().rule(), Some(Rule::DepositMustExist));
    let data = TravelRule::from_person("Jan".parse().unwrap(), "Nowak".parse().unwrap());
    user.supply_travel_rule(&id, data.with_own_keys())
        .await
        .unwrap();
    assert_eq!(
        partner
            .crypto_deposit(&id)
            .await
            .unwrap()
            .status
            .to_string(),
        "SUCCESSFUL"
    );
    assert_eq!(
        user.balances().await.unwrap().of(Currency::ETH).to_string(),
        "2"
    );
}

#[tokio::test]
async fn orders_and_links_are_paid_and_bring_euro() {
    let (stand, partner) = stage().await;
    let before = partner.balances().await.unwrap().of(Currency::EUR);
    let orders = partner.orders();
    let lock = orders
        .lock("50".parse().unwrap(), Currency::USDC)
        .on(Network::Polygon)
        .await
        .unwrap();
    let order = orders.create(&lock).await.unwrap().done().unwrap().id;
    let again = orders.create(&lock).await.unwrap_err();
    assert_eq!(again.rule(), Some(Rule::LockMustBeUnused));
    advance(&stand, 1_000).await;
    let due = orders.get(&order).await.unwrap().total_amount_required.0;
    let body = json!({ "orderId": order, "amount": due.to_string(), "currency": "usdc", "network": "polygon" });
    outside(&stand, "/simulate/payment", body).await;
    advance(&stand, 2_000).await;
    assert_eq!(
        orders.get(&order).await.unwrap().status.to_string(),
        "COMPLETED"
    );
    let gained = partner
        .balances()
        .await
        .unwrap()
        .of(Currency::EUR)
        .checked_sub(before);
    assert_eq!(gained.unwrap().to_string(), "50");

    let hosted = Hosted {
        accepts_underpayment: true,
        ..Hosted::default()
    };
    let link = NewLink::new("25".parse().unwrap()).hosted(hosted);
    let link = partner
        .payment_links()
        .create(link)
        .await
        .unwrap()
        .done()
        .unwrap()
        .id;
    let body = json!({ "paymentLinkId": link.id, "amount": "10", "currency": "usdt" });
    outside(&stand, "/simulate/payment", body).await;
    let paid = partner.payment_links().get(&link.id).await.unwrap();
    assert_eq!(
        (paid.status.to_string(), paid.transactions.len()),
        ("AWAITING_COMPLETION".into(), 1)
    );
    let none = partner
        .payment_links()
        .create(NewLink::new("0".parse().unwrap()))
        .await;
    assert!(none.unwrap_err().is_invalid());
}

#[tokio::test]
async fn the_partner_has_an_account_of_its_own() {
    let (stand, partner) = stage().await;
    let lock = partner.own_account().exchange().lock().await.unwrap();
    let user = partner.user("U1").unwrap();
    let stolen = user
        .exchange()
        .execute(&lock, "1 eur".parse().unwrap(), Currency::BTC)
        .await;
    assert!(
        stolen.unwrap_err().is_invalid(),
        "a lock of the partner serves no user"
    );
    let exchange =
        partner
            .own_account()
            .exchange()
            .execute(&lock, "100 eur".parse().unwrap(), Currency::USDC);
    let exchange = exchange.await.unwrap().done().unwrap().id;
    advance(&stand, 2_000).await;
    let done = partner
        .own_account()
        .exchange_details(&exchange)
        .await
        .unwrap();
    assert_eq!(
        (done.is_settled(), done.fee.map(|fee| fee.to_string())),
        (true, Some("1.49".into()))
    );

    let iban = "PL49109024028743516259813188".parse().unwrap();
    let payout =
        PayOut::to_own_account(iban, "2000 eur".parse().unwrap()).titled("rent".parse().unwrap());
    let payout = partner
        .own_account()
        .pay_out(payout)
        .await
        .unwrap()
        .done()
        .unwrap()
        .id;
    advance(&stand, 2_000).await;
    let payout = partner.payout(&payout).await.unwrap();
    assert_eq!((payout.is_settled(), payout.user.is_none()), (true, true));
    assert_eq!(payout.fee.unwrap().to_string(), "2");

    let first = partner
        .own_account()
        .create_wallet(Currency::USDC, Some(Network::Polygon))
        .await
        .unwrap();
    let second = partner
        .own_account()
        .create_wallet(Currency::USDC, Some(Network::Polygon))
        .await
        .unwrap();
    assert!(first == second);
    let funded = partner
        .transfers()
        .fund_from_master(user.id(), "5 eur".parse().unwrap())
        .await;
    funded.unwrap().done().unwrap();
    assert_eq!(
        user.balances().await.unwrap().of(Currency::EUR).to_string(),
        "105"
    );
    assert!(
        partner.own_account().contacts().await.unwrap().is_empty()
            && user.contacts().await.unwrap().is_empty()
    );
    assert_ne!(
        partner
            .own_account()
            .deposit_info()
            .await
            .unwrap()
            .title
            .expose(),
        user.deposit_info().await.unwrap().title.expose()
    );
    assert!(
        !partner
            .network_fee(Currency::BTC, None)
            .await
            .unwrap()
            .is_zero()
    );
}

#[tokio::test]
async fn a_cards_limits_are_checked_before_anything_is_sent() {
    let (_stand, partner) = stage().await;
    let user = partner.user("U1").unwrap();
    let new = NewCard::new("holiday", "1234".parse().unwrap()).unwrap();
    let card = user.cards().create(new).await.unwrap().done().unwrap().id;
    let mut limits = user.cards().limits(&card).await.unwrap();
    limits.daily.atm = "50".parse().unwrap();
    user.cards().set_limits(&card, limits).await.unwrap();
    assert_eq!(user.cards().limits(&card).await.unwrap(), limits);
    limits.monthly.atm = "40".parse().unwrap();
    let unordered = user.cards().set_limits(&card, limits).await.unwrap_err();
    assert!(unordered.is_invalid() && unordered.rule() == Some(Rule::LimitsMustBeOrdered));
    user.cards()
        .change_pin(&card, "2468".parse().unwrap())
        .await
        .unwrap();
    user.suspend(partner_api::Reason::Fraud).await.unwrap();
    let frozen = user
        .cards()
        .change_pin(&card, "1357".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(frozen.rule(), Some(Rule::UserMustNotBeSuspended));
}
