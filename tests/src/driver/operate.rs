//! What only an operator of a sandbox asks for: walks, the market, time, snapshots.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Driver, Observed, Saved};
use crate::oracle::{Command, Walked};

impl Driver {
    pub(super) async fn operate(&mut self, command: &Command) -> Observed {
        match command {
            Command::Walk { what, id, to } => self.walk(*what, id, to).await,
            Command::SetRate { currency, rate } => {
                let body = json!({ "rate": rate });
                self.market(Method::PUT, &format!("/rates/{currency}"), Some(body))
                    .await
            }
            Command::ReleaseRate { currency } => {
                self.market(Method::DELETE, &format!("/rates/{currency}"), None)
                    .await
            }
            Command::Wander { seed, spread } => {
                let body = json!({ "seed": seed, "spreadBasisPoints": spread });
                self.control("/rates/wander", body).await
            }
            Command::FreezeMarket => self.market(Method::POST, "/rates/freeze", None).await,
            Command::ResumeMarket => self.market(Method::POST, "/rates/resume", None).await,
            Command::Advance { milliseconds } => {
                self.control("/clock/advance", json!({"milliseconds": milliseconds}))
                    .await
            }
            Command::Save { key } => {
                let file = self.control.fetch_file("/snapshot").await;
                let (rates, quoted) = (self.rates.clone(), self.quoted.clone());
                let saved = Saved {
                    file,
                    rates,
                    quoted,
                };
                self.saved.insert(key.clone(), saved);
                Observed {
                    refusal: None,
                    seq: 0,
                }
            }
            Command::Restore { key, erased } => self.restore(key, *erased).await,
            _ => unreachable!("{command} is performed elsewhere"),
        }
    }

    async fn market(&self, method: Method, path: &str, body: Option<Value>) -> Observed {
        Observed::of(&self.control.call(method, path, body.as_ref()).await)
    }

    async fn walk(&mut self, what: Walked, id: &str, to: &str) -> Observed {
        let object = match what {
            Walked::Verification => "USER_VERIFICATION",
            Walked::Standing => "USER_STANDING",
            Walked::Proof => "PROOF_OF_ADDRESS",
            Walked::Kyc => "KYC_VERIFICATION",
            Walked::Card => "CARD",
            Walked::CardPayment => "CARD_TRANSACTION",
            Walked::Payout => "PAYOUT",
            Walked::Withdrawal => "WITHDRAWAL",
            Walked::Exchange => "EXCHANGE",
            Walked::Deposit => "DEPOSIT",
            Walked::Order => "ORDER",
            Walked::Link => "PAYMENT_LINK",
        };
        let id = if what.is_of_user() {
            id.to_owned()
        } else {
            self.id(id)
        };
        let body = json!({ "object": object, "id": id, "to": to.to_uppercase() });
        let answer = self.control.post("/simulate/walk", body).await;
        let steps = answer.json["steps"].as_array();
        let steps = steps.map_or(&[][..], Vec::as_slice);
        self.walked = steps
            .iter()
            .map(|step| format!("{}>{}", step["from"], step["to"]).replace('"', ""))
            .collect();
        Observed::of(&answer)
    }

    /// What was never saved is no snapshot.
    async fn restore(&mut self, key: &str, erased: bool) -> Observed {
        let saved = self.saved.get(key);
        let file = saved.map_or_else(|| b"nothing".to_vec(), |saved| saved.file.clone());
        let query = if erased { "?bringBackErased=true" } else { "" };
        let path = format!("/snapshot{query}");
        let answer = self.control.put_file(&path, file).await;
        let answer = answer.unwrap_or_else(|error| panic!("no answer from {path}: {error:?}"));
        if let Some(saved) = saved.filter(|_| answer.status.is_success()) {
            (self.rates, self.quoted) = (saved.rates.clone(), saved.quoted.clone());
        }
        Observed::of(&answer)
    }
}
