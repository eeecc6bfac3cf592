//! Everything that goes by an id of its own.

use partner_api_types::{Order, PaymentLink};
use serde_json::json;

use super::{Findings, atoms, list, moment, text};
use crate::{
    driver::Driver,
    oracle::{Checkout, Deposit, Oracle, Party, Standing, show},
};

impl Findings {
    pub(super) async fn movements(&mut self, oracle: &Oracle, driver: &Driver) {
        for (key, kyc) in &oracle.kycs {
            let path = format!("/v1/kyc/status/{}", driver.id(key));
            let shown = driver.partner.get(&path).await.ok().json;
            self.same_word(&format!("verification {key}"), kyc.status, &shown["status"]);
        }
        for (key, deposit) in &oracle.deposits {
            let path = format!("/deposits/{}", driver.id(key));
            let shown = driver.control.get(&path).await.ok().json;
            self.same_word(&format!("deposit {key}"), deposit.status, &shown["status"]);
            if deposit.network.is_some() {
                let path = format!("/v1/crypto-deposit/details/{}", driver.id(key));
                let shown = driver.partner.get(&path).await.ok().json;
                let what = format!("wire status of {key}");
                self.same(&what, wire_status(deposit), shown["status"].clone());
                self.same(key, deposit.atoms, atoms(&shown["amount"]));
            }
        }
        let named = oracle.transfers.iter().filter(|(key, _)| !key.is_empty());
        for (key, transfer) in named {
            let path = format!("/v1/transfer/details/{}", driver.id(key));
            let shown = driver.partner.get(&path).await.ok().json;
            let model = json!([
                visible(oracle, &transfer.source),
                visible(oracle, &transfer.destination),
                transfer.atoms,
                transfer.currency,
                transfer.at,
            ]);
            let shown = json!([
                shown["sourceExternalUserId"],
                shown["destinationExternalUserId"],
                atoms(&shown["amount"]),
                shown["currency"],
                moment(&shown["createdAt"]),
            ]);
            self.same(&format!("transfer {key}"), model, shown);
        }
        for (key, payout) in &oracle.payouts {
            let path = format!("/v1/sepa-transfer/details/{}", driver.id(key));
            let shown = driver.partner.get(&path).await.ok().json;
            self.same_word(&format!("payout {key}"), payout.status, &shown["status"]);
            let what = format!("amount of {key}");
            self.same(&what, payout.from.1, atoms(&shown["amount"]));
            self.same(&format!("fee of {key}"), payout.fee, atoms(&shown["fee"]));
            let user = visible(oracle, &payout.owner);
            let what = format!("user of {key}");
            let shown = shown["user"]["externalUserId"].clone();
            self.same(&what, json!(user), shown);
        }
        for (key, withdrawal) in &oracle.withdrawals {
            let path = of(&withdrawal.owner, "crypto-withdrawal", &driver.id(key));
            let shown = driver.partner.get(&path).await.ok().json;
            let what = format!("withdrawal {key}");
            self.same_word(&what, withdrawal.status, &shown["status"]);
            let model = [withdrawal.from.1, withdrawal.fee, withdrawal.network_fee];
            let shown = ["amount", "fee", "networkFee"].map(|field| atoms(&shown[field]));
            self.same(&format!("amounts of {key}"), json!(model), json!(shown));
            self.hidden(driver, &withdrawal.owner, "crypto-withdrawal", key)
                .await;
        }
        for (key, exchange) in &oracle.exchanges {
            let path = of(&exchange.owner, "exchange", &driver.id(key));
            let shown = driver.partner.get(&path).await.ok().json;
            let what = format!("exchange {key}");
            self.same_word(&what, exchange.status, &shown["status"]);
            let received = exchange.to.as_ref().map(|to| to.1);
            let received = received.filter(|_| exchange.status == "completed");
            let shown = shown.get("amountTo").filter(|amount| !amount.is_null());
            self.same(&format!("received by {key}"), received, shown.map(atoms));
            self.hidden(driver, &exchange.owner, "exchange", key).await;
        }
        for (key, asked) in &driver.quoted {
            let model = oracle.quotes.get(key).map(|quote| quote.crypto);
            self.same(&format!("quote {key}"), model, *asked);
        }
    }

    /// What is a user's is not the partner's to read as its own, nor the other way round.
    async fn hidden(&mut self, driver: &Driver, owner: &Party, kind: &str, key: &str) {
        let other = owner.is_none().then(String::new);
        let path = of(&other, kind, &driver.id(key));
        let status = driver.partner.get(&path).await.status;
        self.same(&format!("{key} on another's path"), 404, status.as_u16());
    }

    pub(super) async fn checkouts(&mut self, oracle: &Oracle, driver: &Driver) {
        for (key, model) in &oracle.checkouts {
            let is_order = model.quote.is_some();
            let kind = if is_order { "order" } else { "payment-link" };
            let path = format!("/v1/{kind}/details/{}", driver.id(key));
            let answer = driver.partner.get(&path).await.ok();
            let shown = &answer.json;
            self.same(
                &format!("checkout {key}"),
                checkout_status(model),
                shown["status"].clone(),
            );
            let (received, due) = if is_order {
                // Exactly: what an order asks for may have more digits than a float.
                let order: Order = serde_json::from_str(&answer.text).expect("an order");
                (order.received_amount.0, order.total_amount_required.0)
            } else {
                let link: PaymentLink = serde_json::from_str(&answer.text).expect("a link");
                (link.received_amount.0, link.amount.0)
            };
            let what = format!("received for {key}");
            self.same(&what, model.received(), received.atoms());
            self.same(&format!("due for {key}"), model.due(), due.atoms());
            let until = shown.get("expiresAt").filter(|at| !at.is_null());
            let what = format!("expiry of {key}");
            self.same(&what, model.expires, until.map(moment));
            if is_order {
                continue;
            }
            let payments = model.payments.iter().map(|it| {
                let status = it.status.to_uppercase();
                format!(
                    "{} {} {} {status}",
                    show(it.atoms),
                    it.currency,
                    show(it.euro)
                )
            });
            let transactions = list(shown, "transactions").map(|it| {
                let (amount, euro) = (atoms(&it["amount"]), atoms(&it["amountInEur"]));
                let (currency, status) = (text(it, "currency"), text(it, "status"));
                format!("{} {currency} {} {status}", show(amount), show(euro))
            });
            self.same(
                &format!("payments for {key}"),
                json!(payments.collect::<Vec<_>>()),
                json!(transactions.collect::<Vec<_>>()),
            );
        }
    }
}

/// Where the details of users' movements of a kind are, and of the partner's own.
fn of(owner: &Party, kind: &str, id: &str) -> String {
    match owner {
        None => format!("/v1/partner/{kind}/details/{id}"),
        Some(_) => format!("/v1/{kind}/details/{id}"),
    }
}

/// The user's id, as long as there is one to show (L14).
fn visible(oracle: &Oracle, owner: &Party) -> Party {
    let is_there = |user: &&String| oracle.users[*user].standing != Standing::Closed;
    owner.as_ref().filter(is_there).cloned()
}

/// The provider's words for a deposit on a chain; a held one is told from one that is checked nowhere (ASSUMED).
fn wire_status(deposit: &Deposit) -> &'static str {
    match deposit.status {
        "checking" | "held" => "WAITING_FOR_VERIFICATION",
        "waiting_for_travel_rule" => "WAITING_FOR_TR_DATA",
        "credited" => "SUCCESSFUL",
        _ => "UNSUCCESSFUL",
    }
}

/// The provider's words for an order or a link (ASSUMED, but for the first and the fourth state of an order).
fn checkout_status(checkout: &Checkout) -> &'static str {
    match checkout.status {
        "waiting_for_wallet" => "WAITING_FOR_WALLET_ADDRESS",
        "open" => "WAITING_FOR_PAYMENT",
        "underpaid" if checkout.quote.is_some() => "PARTIALLY_PAID",
        "underpaid" => "AWAITING_COMPLETION",
        "confirming" => "WAITING_FOR_CONFIRMATION",
        "completed" => "COMPLETED",
        _ => "EXPIRED",
    }
}
