//! Everything that moves money, by hand-written requests.

use partner_api_types::OrderLock;
use serde_json::{Value, json};

use super::{Driver, Observed};
use crate::{
    compare::atoms,
    oracle::{Check, Command, Party, Receiver, Sender},
    persona,
};

impl Driver {
    pub(super) async fn perform_with_money(&mut self, command: &Command) -> Observed {
        match command {
            Command::Transfer {
                key,
                source,
                destination,
                amount,
                currency,
            } => {
                let mut body = json!({"amount": amount, "currency": currency});
                named(&mut body, "sourceExternalUserId", source);
                named(&mut body, "destinationExternalUserId", destination);
                self.create("/v1/transfer", body, key, "transferId").await
            }
            Command::MasterTransfer {
                key,
                user,
                amount,
                currency,
            } => {
                let body = json!({
                    "destinationExternalUserId": user, "amount": amount, "currency": currency,
                });
                let path = "/v1/partner/transfer-master-balance";
                self.create(path, body, key, "transferId").await
            }
            Command::Deposit {
                owner,
                key,
                amount,
                sender,
            } => {
                let mut body = bank_deposit(owner, amount, *sender);
                named(&mut body, "externalUserId", owner);
                let answer = self.control.post("/simulate/sepa-deposit", body).await;
                self.created(key, "id", &answer)
            }
            Command::CoinDeposit {
                owner,
                key,
                amount,
                currency,
                network,
                asks,
            } => {
                let mut body = json!({
                    "amount": amount, "currency": currency, "needsTravelRule": asks,
                });
                named(&mut body, "externalUserId", owner);
                named(&mut body, "network", network);
                let answer = self.control.post("/simulate/crypto-deposit", body).await;
                self.created(key, "id", &answer)
            }
            Command::DecideDeposit { key, approved } => {
                let body = json!({"depositId": self.id(key), "approved": approved});
                self.control("/simulate/deposit-decision", body).await
            }
            Command::TravelRule { owner, key } => {
                let mut body = json!({
                    "walletType": "SELF_CUSTODY", "details": {"iAmOwnerOfWallet": true},
                });
                named(&mut body, "externalUserId", owner);
                let path = format!("/v1/crypto-deposit/update-travel-rule/{}", self.id(key));
                self.patch(&path, Some(body)).await
            }
            Command::Wallet { currency, network } => {
                let mut body = json!({"currency": currency});
                named(&mut body, "network", network);
                self.post("/v1/partner/wallet", body).await
            }
            Command::PayOut {
                owner,
                key,
                amount,
                currency,
                to,
            } => {
                let mut body = json!({
                    "amount": amount, "currency": currency, "transferTitle": "savings",
                    "destinationIban": persona::IBANS[usize::from(*to == Receiver::SecondAccount)],
                });
                if *to == Receiver::Person {
                    body["receiverType"] = json!("NATURAL");
                    body["receiverFirstName"] = json!("Jan");
                    body["receiverLastName"] = json!("Nowak");
                }
                named(&mut body, "sourceExternalUserId", owner);
                let path = of(owner, "sepa-transfer");
                self.create(&path, body, key, "transferId").await
            }
            Command::DecidePayOut { key, succeeds } => {
                let body = json!({"transferId": self.id(key), "succeeds": succeeds});
                self.control("/simulate/payout-outcome", body).await
            }
            Command::Withdraw {
                owner,
                key,
                amount,
                currency,
                network,
            } => {
                let mut body = json!({
                    "amount": number(amount), "currency": currency, "name": "Anna Nowak",
                    "walletAddress": persona::ADDRESS, "walletType": "CUSTODIAL",
                    "receiverType": "NATURAL",
                });
                named(&mut body, "sourceExternalUserId", owner);
                named(&mut body, "network", network);
                let path = of(owner, "crypto-withdrawal");
                self.create(&path, body, key, "withdrawalId").await
            }
            Command::DecideWithdrawal { key, completed } => {
                let body = json!({"withdrawalId": self.id(key), "completed": completed});
                self.control("/simulate/withdrawal-outcome", body).await
            }
            _ => Box::pin(self.perform_with_rates(command)).await,
        }
    }

    async fn perform_with_rates(&mut self, command: &Command) -> Observed {
        match command {
            Command::Lock { owner, key } => {
                let path = match owner {
                    None => "/v1/partner/exchange/get-lock".to_owned(),
                    Some(user) => format!("/v1/exchange/get-lock/{user}"),
                };
                let answer = self.partner.get(&path).await;
                if answer.status.is_success() {
                    let rates = rates(&answer.json["rates"]);
                    self.rates.insert(key.clone(), rates);
                }
                self.created(key, "id", &answer)
            }
            Command::Exchange {
                owner,
                key,
                lock,
                amount,
                from,
                to,
            } => {
                let mut body = json!({
                    "amount": number(amount), "currencyFrom": from, "currencyTo": to,
                    "lockId": self.id(lock),
                });
                named(&mut body, "sourceExternalUserId", owner);
                let path = of(owner, "exchange");
                self.create(&path, body, key, "exchangeId").await
            }
            Command::DecideExchange { key, completed } => {
                let body = json!({"exchangeId": self.id(key), "completed": completed});
                self.control("/simulate/exchange-outcome", body).await
            }
            Command::Quote {
                key,
                amount,
                currency,
                network,
            } => {
                let mut body = json!({"amount": amount, "currency": currency});
                named(&mut body, "network", network);
                let answer = self.partner.post("/v1/order/lock-rate", body).await;
                if answer.status.is_success() {
                    // Exactly: it may have more digits than a float.
                    let quote: OrderLock = serde_json::from_str(&answer.text).expect("a quote");
                    self.quoted.insert(key.clone(), quote.amount.0.atoms());
                }
                self.created(key, "lockId", &answer)
            }
            Command::Order { key, quote } => {
                let body = json!({"lockId": self.id(quote)});
                self.create("/v1/order", body, key, "orderId").await
            }
            Command::Link {
                key,
                amount,
                currency,
                hosted,
            } => {
                let mut body = json!({"amount": amount, "currency": currency});
                let path = match hosted {
                    None => "/v1/payment-link",
                    Some(hosted) => {
                        body["expiresInSeconds"] = json!(hosted.expires);
                        body["underpaymentWindowSeconds"] = json!(hosted.window);
                        body["acceptUnderpayment"] = json!(hosted.accepts);
                        "/v1/payment-link/hosted-checkout"
                    }
                };
                self.create(path, body, key, "paymentLinkId").await
            }
            Command::Pay {
                checkout,
                amount,
                currency,
                network,
            } => {
                let mut body = json!({"amount": amount, "currency": currency});
                // Stories call orders `O1`, and links `B1`.
                let is_order = checkout.starts_with('O');
                let field = if is_order { "orderId" } else { "paymentLinkId" };
                body[field] = json!(self.id(checkout));
                named(&mut body, "network", network);
                self.control("/simulate/payment", body).await
            }
            _ => Box::pin(self.operate(command)).await,
        }
    }

    async fn create(&mut self, path: &str, body: Value, key: &str, field: &str) -> Observed {
        let answer = self.partner.post(path, body).await;
        self.created(key, field, &answer)
    }
}

/// Rates by currency, as they stand on the wire.
pub fn rates(body: &Value) -> std::collections::BTreeMap<String, i64> {
    let rates = body.as_object().expect("rates by currency").iter();
    rates
        .map(|(currency, rate)| (currency.clone(), atoms(rate)))
        .collect()
}

/// Sets a field where there is something to set.
fn named(body: &mut Value, field: &str, value: &Option<String>) {
    if let Some(value) = value {
        body[field] = json!(value);
    }
}

/// Where users' movements of a kind are created, and where the partner's own are.
fn of(owner: &Party, kind: &str) -> String {
    match owner {
        None => format!("/v1/partner/{kind}"),
        Some(_) => format!("/v1/{kind}"),
    }
}

/// A number where it survives as one; 0.00000001 would be written 1e-8.
fn number(amount: &str) -> Value {
    let number: Value = serde_json::from_str(amount).expect("amounts are JSON numbers");
    let written = number.to_string();
    if written == amount {
        number
    } else {
        json!(amount)
    }
}

fn bank_deposit(owner: &Party, amount: &str, sender: Sender) -> Value {
    let mut body = json!({ "amount": amount });
    let Sender { account, check } = sender;
    if let Some(number) = account {
        // The sandbox compares the names.
        let is_other = check == Check::Other;
        let own = owner
            .as_ref()
            .map(|user| format!("Last-{user} First-{user}"));
        let own = own.as_deref().unwrap_or("Canary GmbH");
        let name = if is_other { "Jan Nowak" } else { own };
        body["senderIban"] = json!(persona::IBANS[number]);
        body["senderName"] = json!(name);
    }
    match check {
        Check::Own => {}
        // It does not know the partner's.
        Check::Other if account.is_some() && owner.is_some() => {}
        Check::Other => body["check"] = json!("MISMATCH"),
        Check::Unsure => body["check"] = json!("PENDING"),
    }
    body
}
