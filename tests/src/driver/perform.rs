//! Users, documents and cards, by hand-written requests.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Driver, Observed, without_invariant};
use crate::{
    oracle::{Channel, Command, Limits, Proof, Reading},
    persona,
};

impl Driver {
    /// Runs one command by hand-written requests. `Restart` is the caller's business.
    pub async fn perform(&mut self, command: &Command) -> Observed {
        match command {
            Command::Create {
                user,
                country,
                born,
            } => {
                let mut body = persona::new_user(user, country);
                if let Some(day) = born {
                    body["birthDate"] = json!(day);
                }
                self.post("/v1/user/balances/crypto-and-fiat", body).await
            }
            Command::Verify { user, by } => {
                let body = match by {
                    None => persona::identity(user),
                    Some(document) => persona::identity_by(user, document),
                };
                self.post("/v1/user/verification", body).await
            }
            Command::Decide { user, approved } => {
                let body = json!({"externalUserId": user, "approved": approved});
                self.control("/simulate/verification-decision", body).await
            }
            Command::AddFiles { user, files } => {
                let path = format!("/v1/user/kyc-files/{user}");
                let photos = persona::photos(*files);
                Observed::of(&self.partner.send_form(&path, &photos).await)
            }
            Command::AddProof { user, files } => {
                let path = format!("/v1/user/poa-files/{user}");
                let papers = vec![("files", persona::scan(files.scan)); files.count];
                Observed::of(&self.partner.send_form(&path, &papers).await)
            }
            Command::DecideProof { user, decision } => {
                let decision = match decision {
                    Proof::Approve => "APPROVED",
                    Proof::Reject => "REJECTED",
                    Proof::Question => "QUESTIONED",
                };
                let body = json!({"externalUserId": user, "decision": decision});
                self.control("/simulate/poa-decision", body).await
            }
            Command::StartKyc { user, key, asked } => {
                let body = persona::questionnaire(user, asked);
                let answer = self.partner.post("/v1/kyc", body).await;
                self.created(key, "verificationId", &answer)
            }
            Command::DecideKyc { key, approved } => {
                let body = json!({
                    "verificationId": self.id(key), "approved": approved, "reasons": ["blurred"],
                });
                self.control("/simulate/kyc-decision", body).await
            }
            Command::OpenKyc { user, kyc } => {
                let path = format!("/v1/kyc/verification/{user}/{}", self.id(kyc));
                self.get(&path).await
            }
            Command::Update { user, field } => {
                self.patch(&format!("/v1/user/{user}"), Some(persona::update(field)))
                    .await
            }
            Command::Suspend { user } => {
                self.patch(&format!("/v1/user/suspend/{user}"), None).await
            }
            Command::Unsuspend { user } => {
                self.patch(&format!("/v1/user/unsuspend/{user}"), None)
                    .await
            }
            Command::Close { user } => {
                let path = format!("/v1/user/{user}");
                Observed::of(&self.partner.call(Method::DELETE, &path, None).await)
            }
            Command::Read { user, what } => {
                let path = match what {
                    Reading::Balances => "user/balances",
                    Reading::History => "user/transaction-history",
                    Reading::DepositInfo => "sepa-deposit/info",
                    Reading::Contacts => "sepa-deposit/contacts",
                    Reading::Cards => "card/all",
                };
                self.get(&format!("/v1/{path}/{user}")).await
            }
            Command::Restart => unreachable!("a driver cannot restart what it drives"),
            // Boxed, or a future would be as large as all of them together.
            _ => Box::pin(self.perform_with_cards(command)).await,
        }
    }

    async fn perform_with_cards(&mut self, command: &Command) -> Observed {
        match command {
            Command::CreateCard { user, key } => {
                let answer = self
                    .partner
                    .post("/v1/card/virtual", persona::new_card(user))
                    .await;
                self.created(key, "cardId", &answer)
            }
            Command::BlockCard { user, card } => {
                self.card(Method::PATCH, "/v1/card/block", user, card).await
            }
            Command::UnblockCard { user, card } => {
                self.card(Method::PATCH, "/v1/card/unblock", user, card)
                    .await
            }
            Command::DeleteCard { user, card } => {
                self.card(Method::DELETE, "/v1/card", user, card).await
            }
            Command::ChangePin { user, card } => {
                let body = json!({
                    "externalUserId": user, "cardId": self.id(card), "pin": persona::PIN,
                });
                self.patch("/v1/card/pin", Some(body)).await
            }
            Command::SetLimits { user, card, limits } => {
                let mut body = wire_limits(limits);
                body["externalUserId"] = json!(user);
                body["cardId"] = json!(self.id(card));
                self.patch("/v1/card/limits", Some(body)).await
            }
            Command::ReadLimits { user, card } => {
                self.get(&format!("/v1/card/limits/{user}/{}", self.id(card)))
                    .await
            }
            Command::UseCard {
                key,
                card,
                amount,
                currency,
                channel,
            } => {
                let channel = match channel {
                    Channel::Pos => "POS",
                    Channel::Atm => "ATM",
                    Channel::Ecom => "ECOM",
                };
                let body = json!({
                    "cardId": self.id(card), "amount": amount, "currency": currency, "channel": channel,
                });
                self.use_card(key, body).await
            }
            Command::SettleCard { key, action } => {
                let action = action.word().to_uppercase();
                let body = json!({"cardTransactionId": self.id(key), "action": action});
                self.control("/simulate/card-settlement", body).await
            }
            _ => Box::pin(self.perform_with_money(command)).await,
        }
    }

    /// A decline is an answer, not an error.
    async fn use_card(&mut self, key: &str, body: Value) -> Observed {
        let answer = self.control.post("/simulate/card-transaction", body).await;
        if !answer.status.is_success() {
            return Observed::of(&answer);
        }
        let rule = answer.json.get("rule").and_then(Value::as_str);
        let refusal = rule.map(|rule| (without_invariant(rule), String::new()));
        let approved = refusal.is_none();
        assert_eq!(answer.json["approved"], approved, "{}", answer.text);
        if approved {
            self.learn(key, answer.text_of("id"));
        }
        Observed {
            refusal,
            seq: answer.seq,
        }
    }
}

/// What a card may spend, as the wire names it.
pub fn wire_limits(limits: &Limits) -> Value {
    let Limits { daily, monthly } = limits;
    json!({
        "dailyTrxAll": daily[0], "dailyTrxAtm": daily[1], "dailyTrxEcom": daily[2],
        "monthlyTrxAll": monthly[0], "monthlyTrxAtm": monthly[1], "monthlyTrxEcom": monthly[2],
    })
}
