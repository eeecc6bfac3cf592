//! Events of the provider: what they settle, and what they do not touch.

use partner_api_domain::core::{Currency, LockId, OrderId, Owner, Timestamp, UserId};
use partner_api_domain::journal::{Action, Begun, Conclusion, Intent, Journal, Reference};
use partner_api_domain::types::{EventKind, EventPayload};
use partner_api_domain::{IntentId, PayOut, Reason};

use crate::fake::{Fake, Fault, anna};

fn event(kind: EventKind, body: &str) -> EventPayload {
    EventPayload::read(kind, &mut serde_json::Deserializer::from_str(body)).unwrap()
}

async fn doubt(fake: &Fake, action: Action) -> IntentId {
    match fake
        .journal
        .begin(Intent::new(action, Timestamp::EPOCH))
        .await
        .unwrap()
    {
        Begun::New(id) => id,
        other => panic!("not begun: {other:?}"),
    }
}

fn lock(id: &str) -> LockId {
    LockId::new(id).unwrap()
}

fn exchange(id: &str) -> Action {
    Action::Exchange {
        owner: Owner::User(anna()),
        lock: lock(id),
        money: "1 eur".parse().unwrap(),
        to: Currency::ETH,
    }
}

#[tokio::test]
async fn what_a_lock_or_an_id_proves_is_settled_and_nothing_else() {
    let fake = Fake::with_cards("");
    let create = doubt(&fake, Action::Create { user: anna() }).await;
    let other = doubt(
        &fake,
        Action::Create {
            user: UserId::new("ben").unwrap(),
        },
    )
    .await;
    let suspend = doubt(
        &fake,
        Action::Suspend {
            user: anna(),
            cards: Vec::new(),
        },
    )
    .await;
    let first = doubt(&fake, exchange("l1")).await;
    let second = doubt(&fake, exchange("l2")).await;
    let order = doubt(&fake, Action::CreateOrder { lock: lock("l3") }).await;

    let active = event(
        EventKind::UserBalanceGeneration,
        r#"{"externalUserId":"anna","status":"ACTIVE"}"#,
    );
    assert_eq!(fake.partner.notice(&active).await.unwrap(), [create]);
    assert_eq!(fake.partner.notice(&active).await.unwrap(), []);
    // That it failed in the end says that it was asked for.
    let failed = event(
        EventKind::Exchange,
        r#"{"id":"x1","lockId":"l1","status":"FAILED"}"#,
    );
    assert_eq!(fake.partner.notice(&failed).await.unwrap(), [first]);
    let paid = event(
        EventKind::OrderStatus,
        r#"{"orderId":"o1","lockId":"l3","status":"EXPIRED"}"#,
    );
    assert_eq!(fake.partner.notice(&paid).await.unwrap(), [order]);
    for body in [
        r#"{"id":"x9","status":"COMPLETED"}"#,
        r#"{"id":"x9","lockId":"l9","status":"COMPLETED"}"#,
    ] {
        assert_eq!(
            fake.partner
                .notice(&event(EventKind::Exchange, body))
                .await
                .unwrap(),
            []
        );
    }
    let odd = event(
        EventKind::UserBalanceGeneration,
        r#"{"externalUserId":"ben","status":"GONE"}"#,
    );
    assert_eq!(fake.partner.notice(&odd).await.unwrap(), []);

    let left: Vec<_> = fake
        .partner
        .unresolved()
        .await
        .unwrap()
        .iter()
        .map(|it| it.id)
        .collect();
    assert_eq!(left, [other, suspend, second]);
    let entry = fake.journal.entry(first).await.unwrap().unwrap();
    assert_eq!(
        entry.conclusion.as_ref().and_then(Conclusion::reference),
        Some(&Reference::Exchange("x1".parse().unwrap()))
    );
    let entry = fake.journal.entry(order).await.unwrap().unwrap();
    let reference = Reference::Order(OrderId::new("o1").unwrap());
    assert_eq!(
        entry.conclusion.as_ref().and_then(Conclusion::reference),
        Some(&reference)
    );
}

#[tokio::test]
async fn a_payout_in_doubt_is_known_by_our_token_in_its_title() {
    let fake = Fake::with_cards("");
    fake.fail_at(0, Fault::LostAfter);
    let iban = "PL49109024028743516259813188".parse().unwrap();
    let payout = PayOut::to_own_account(iban, "1 eur".parse().unwrap());
    let outcome = fake.anna().pay_out(payout).await.unwrap();
    assert!(outcome.done().is_err(), "the answer was lost");
    let title = fake.world().titles[0].clone();
    let other = event(
        EventKind::SepaTransfer,
        r#"{"id":"p1","status":"SUCCESSFUL","transferTitle":"rent"}"#,
    );
    assert_eq!(fake.partner.notice(&other).await.unwrap(), []);
    let body = format!(r#"{{"id":"p1","status":"SUCCESSFUL","transferTitle":"{title}"}}"#);
    let settled = fake
        .partner
        .notice(&event(EventKind::SepaTransfer, &body))
        .await
        .unwrap();
    assert_eq!(settled.len(), 1);
    assert!(fake.partner.unresolved().await.unwrap().is_empty());
}

/// An event that comes late must not lift what is believed of a suspension.
#[tokio::test]
async fn a_suspended_user_stays_suspended_in_our_belief() {
    let fake = Fake::with_cards("");
    let _ = fake.anna().suspend(Reason::Fraud).await.unwrap();
    let active = event(
        EventKind::UserBalanceGeneration,
        r#"{"externalUserId":"anna","status":"ACTIVE"}"#,
    );
    assert_eq!(fake.partner.notice(&active).await.unwrap(), []);
    let from = fake.steps();
    let funding = fake
        .partner
        .transfers()
        .fund(&anna(), "1 eur".parse().unwrap());
    assert!(funding.strict().await.is_err());
    assert_eq!(fake.steps(), from, "refused before anything was sent");
}
