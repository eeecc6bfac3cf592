//! What takes money: it goes to the user who was made for the purpose and comes back, and a card is made and deleted.

use partner_api::raw::OperationId::{self, *};
use partner_api::raw::types::words::{self, Rule, VALIDATION};
use serde_json::{Value, json};

use super::reading::{judge_span, list};
use crate::demo::sums::{Sum, sum};
use crate::parity::kit::{Ask, Kit};
use crate::parity::prober::Answer;

/// How many transfers of the amount are made at most: two out and two back, and one that should be refused.
pub(crate) const TRANSFERS_MAX: i64 = 5;

/// Says whether nothing is left on the user's balances.
pub(super) async fn play(kit: &mut Kit, user: &str, amount: &str, was_suspended: bool) -> bool {
    let sent = transfers(kit, user, amount, was_suspended).await;
    if sent.is_none() {
        return false;
    }
    cards(kit, user).await;
    checkouts(kit).await;
    holds_nothing(kit, user).await
}

/// Sends money out and back; nothing if it is not known where the money is.
async fn transfers(kit: &mut Kit, user: &str, amount: &str, was_suspended: bool) -> Option<()> {
    let out = json!({ "destinationExternalUserId": user, "amount": amount, "currency": "eur" });
    let back = json!({ "sourceExternalUserId": user, "amount": amount, "currency": "eur" });
    let sent = transfer(kit, CreateTransfer, out.clone()).await?;
    if was_suspended {
        kit.judge_success("A19", CreateTransfer, Some(&sent));
    }
    if !sent.is_success() {
        kit.record
            .find("no money was moved: the first transfer was refused");
        return Some(());
    }
    let id = sent.text_of("transferId").unwrap_or_default().to_owned();
    if let Some(details) = kit.get(&Ask::of(GetTransfer).about(&[&id])).await {
        let is_so = details["status"] == "SUCCESSFUL";
        kit.record
            .judge("A32", is_so, "it is not settled when it is read at once");
    }
    // Were it taken, it would change nothing.
    let around = json!({
        "sourceExternalUserId": user, "destinationExternalUserId": user, "amount": amount, "currency": "eur",
    });
    let differ = words::error_for(Rule::PartiesMustDiffer);
    kit.expect(&Ask::of(CreateTransfer).with(around), differ, Some("A33"))
        .await;
    history(kit, user, &id).await;
    if !transfer(kit, CreateTransfer, back.clone())
        .await?
        .is_success()
    {
        return None;
    }
    let master = transfer(kit, CreateMasterTransfer, out).await?;
    if master.is_success() {
        let id = master.text_of("transferId").unwrap_or_default().to_owned();
        let details = kit.get(&Ask::of(GetTransfer).about(&[&id])).await;
        let is_so = details.is_some_and(|it| {
            it["sourceExternalUserId"].is_null() && it["destinationExternalUserId"] == *user
        });
        kit.record.judge(
            "A34",
            is_so,
            "it is not read as a transfer from the partner to the user",
        );
        if !transfer(kit, CreateTransfer, back).await?.is_success() {
            return None;
        }
    }
    Some(())
}

/// One transfer, asked for once. Nothing if there is no answer: the money may have moved.
async fn transfer(kit: &mut Kit, operation: OperationId, body: Value) -> Option<Answer> {
    let answer = kit.ask(&Ask::of(operation).with(body)).await;
    let is_unclear = |it: &Answer| 500 <= it.status || it.code().is_some_and(words::is_transient);
    if answer.as_ref().is_none_or(is_unclear) {
        let note =
            "a transfer of which nobody knows whether it was made: look at the partner's history";
        kit.record.left_behind.push(note.to_owned());
        return None;
    }
    answer
}

/// The user is new, so one page is the whole history.
async fn history(kit: &mut Kit, user: &str, transfer: &str) {
    let about = [user];
    let page = kit.get(&Ask::of(GetUserHistory).about(&about)).await;
    let balances = kit.get(&Ask::of(GetUserBalances).about(&about)).await;
    let (Some(page), Some(balances)) = (page, balances) else {
        return;
    };
    let entries = list(&page, "transactions");
    let about_it = entries.iter().filter(|it| it["reference"] == *transfer);
    let is_so = about_it.clone().count() == 1;
    kit.record.judge(
        "A29",
        is_so,
        format!("{} entries refer to it", about_it.count()),
    );
    let euro = |it: &&Value| it["currency"] == "eur";
    let amount = |it: &Value| sum(it["amount"].as_str()?).ok();
    let total = entries.iter().filter(euro).map(amount);
    let total: Option<Vec<Sum>> = total.collect();
    let total = total.map(|all| all.into_iter().fold(Sum::NOTHING, |all, one| all + one));
    let fiat = list(&balances, "fiatBalances");
    let held = fiat.iter().find(|it| it["name"] == "eur").and_then(amount);
    kit.record
        .judge("A28", total.is_some() && total == held, "the sums differ");
}

async fn cards(kit: &mut Kit, user: &str) {
    let new = json!({ "externalUserId": user, "label": "parity", "pin": "2580" });
    let made = kit.get(&Ask::of(CreateCard).with(new)).await;
    let Some(card) = made.and_then(|it| it["cardId"].as_str().map(str::to_owned)) else {
        return;
    };
    let about = [user, card.as_str()];
    let named = json!({ "externalUserId": user, "cardId": card });
    let with = |other: Value| {
        let mut body = named.clone();
        for (name, value) in other.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        body
    };
    kit.succeed(&Ask::of(GetCard).about(&about)).await;
    let limits = kit.get(&Ask::of(GetCardLimits).about(&about)).await;
    if let Some(limits) = limits.filter(Value::is_object) {
        let usual = [
            ("dailyTrxAll", 10_000.0),
            ("dailyTrxAtm", 1_000.0),
            ("dailyTrxEcom", 10_000.0),
            ("monthlyTrxAll", 50_000.0),
            ("monthlyTrxAtm", 5_000.0),
            ("monthlyTrxEcom", 50_000.0),
        ];
        let others = usual
            .iter()
            .filter(|(name, most)| limits[name].as_f64() != Some(*most));
        let others: Vec<String> = others
            .map(|(name, _)| format!("{name} {}", limits[name]))
            .collect();
        kit.record.judge(
            "A44",
            others.is_empty(),
            format!("it may spend {}", others.join(", ")),
        );
        kit.succeed(&Ask::of(UpdateCardLimits).with(with(limits.clone())))
            .await;
        let mut unordered = limits;
        unordered["monthlyTrxAtm"] = json!(1);
        unordered["dailyTrxAtm"] = json!(2);
        let refusal = words::error_for(Rule::LimitsMustBeOrdered);
        let ask = Ask::of(UpdateCardLimits).with(with(unordered));
        kit.expect(&ask, refusal, Some("A47")).await;
    }
    let pin = Ask::of(UpdateCardPin).with(with(json!({ "pin": "8520" })));
    kit.succeed(&pin).await;
    let bad = Ask::of(UpdateCardPin).with(with(json!({ "pin": "85200" })));
    kit.expect(&bad, &VALIDATION, None).await;

    suspended(kit, user, &named, &pin).await;

    kit.succeed(&Ask::of(UnblockCard).with(named.clone())).await;
    kit.succeed(&Ask::of(DeleteCard).with(named.clone())).await;
    let again = kit.ask(&Ask::of(DeleteCard).with(named)).await;
    kit.judge_success("A45", DeleteCard, again.as_ref());
    if let Some(cards) = kit.get(&Ask::of(ListCards).about(&[user])).await {
        let cards = list(&cards, "cards");
        let found = cards.iter().find(|it| it["cardId"] == *card);
        let is_so = found.is_some_and(|it| it["status"] == "DELETED");
        kit.record
            .judge("A48", is_so, "it is not listed as DELETED");
    }
    let gone = words::error_for(Rule::CardMustExist);
    kit.expect(&Ask::of(GetCard).about(&about), gone, Some("A48"))
        .await;
}

/// What an active and a blocked card mean for a suspension, and the other way round.
async fn suspended(kit: &mut Kit, user: &str, named: &Value, pin: &Ask<'_>) {
    let about = [user];
    let ask = |operation: OperationId| Ask::of(operation).about(&about);
    let active = words::error_for(Rule::CardMustNotBeActive);
    let asked = kit.ask(&ask(SuspendUser)).await;
    kit.judge(SuspendUser, asked.as_ref(), active, Some("A20"));
    if asked.is_some_and(|it| it.is_success()) {
        kit.succeed(&ask(UnsuspendUser)).await;
    }
    let block = Ask::of(BlockCard).with(named.clone());
    kit.succeed(&block).await;
    let again = kit.ask(&block).await;
    kit.judge_success("A45", BlockCard, again.as_ref());
    let asked = kit.ask(&ask(SuspendUser)).await;
    kit.judge_success("A21", SuspendUser, asked.as_ref());
    if !asked.is_some_and(|it| it.is_success()) {
        return;
    }
    let refusal = words::error_for(Rule::UserMustNotBeSuspended);
    let unblock = Ask::of(UnblockCard).with(named.clone());
    kit.expect(&unblock, refusal, Some("A46")).await;
    kit.expect(pin, refusal, Some("A46")).await;
    kit.succeed(&ask(UnsuspendUser)).await;
}

/// Orders and links that nobody pays; they expire.
async fn checkouts(kit: &mut Kit) {
    let body = json!({ "currency": "usdc", "amount": "10", "network": "polygon" });
    let lock = kit.get(&Ask::of(LockOrderRate).with(body)).await;
    if let Some(lock) = lock {
        let ask = Ask::of(CreateOrder).with(json!({ "lockId": lock["lockId"] }));
        if let Some(order) = kit.get(&ask).await {
            if let Some(id) = order["orderId"].as_str() {
                kit.succeed(&Ask::of(GetOrder).about(&[id])).await;
            }
            let used = words::error_for(Rule::LockMustBeUnused);
            kit.expect(&ask, used, Some("A58")).await;
        }
    }
    let body = json!({ "amount": "10", "currency": "eur", "title": "parity" });
    for operation in [CreatePaymentLink, CreateHostedCheckout] {
        let made = kit.get(&Ask::of(operation).with(body.clone())).await;
        let Some(id) = made.and_then(|it| it["paymentLinkId"].as_str().map(str::to_owned)) else {
            continue;
        };
        let link = kit.get(&Ask::of(GetPaymentLink).about(&[&id])).await;
        if let Some(link) = link.filter(|_| operation == CreatePaymentLink) {
            judge_span(kit, "A61", &link, "createdAt", "expiresAt", 24 * 60 * 60);
        }
    }
}

async fn holds_nothing(kit: &mut Kit, user: &str) -> bool {
    let balances = kit.get(&Ask::of(GetUserBalances).about(&[user])).await;
    let Some(balances) = balances else {
        return false;
    };
    let all = ["fiatBalances", "cryptoBalances"].map(|kind| list(&balances, kind));
    let is_nothing =
        |it: &Value| it["amount"].as_str().and_then(|it| sum(it).ok()) == Some(Sum::NOTHING);
    all.concat().iter().all(is_nothing)
}
