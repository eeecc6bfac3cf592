//! The same commands through the SDK: facade, guard, generated client and transport, over a wire that checks answers.

mod ask;
mod ask_money;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use partner_api::{
    ApiKey, Country, Environment, Identity, Money, NewUser, OrderLock, PartnerApi, RateLock,
    TermsAccepted,
    raw::{ReqwestWire, Wire, WireFuture},
};

use crate::{
    driver::{Driver, NO_RULE, Observed, without_invariant},
    oracle::{CardState, Command, Document, Oracle, Paper, Standing, Verdict},
    persona,
    stand::API_KEY,
    wire::{self, Answer, check_answer},
};

/// A wire that holds every answer to its promises and remembers the last one.
#[derive(Debug)]
pub struct StrictWire {
    inner: ReqwestWire,
    last: Mutex<Option<Answer>>,
}

impl Wire for StrictWire {
    fn exchange(&self, request: reqwest::Request, answer_bytes_max: usize) -> WireFuture<'_> {
        Box::pin(async move {
            let path = request.url().path().to_owned();
            let response = self.inner.exchange(request, answer_bytes_max).await?;
            let text = String::from_utf8(response.body().to_vec()).expect("answers are text");
            let answer = check_answer(
                &path,
                response.status(),
                response.headers().clone(),
                text,
                true,
            );
            *self.last.lock().expect("nothing panics while it is held") = Some(answer);
            Ok(response)
        })
    }
}

/// The SDK, pointed at the sandbox that a [`Driver`] drives.
#[derive(Debug)]
pub struct Facade {
    partner: PartnerApi,
    wire: Arc<StrictWire>,
    locks: BTreeMap<String, RateLock>,
    quotes: BTreeMap<String, OrderLock>,
    /// Cards that suspending a user blocked, as unsuspending must restore exactly these.
    blocked: BTreeMap<String, Vec<String>>,
    /// How often the guard has refused without asking.
    pub denied: usize,
}

impl Facade {
    /// Points the SDK at where a plain client points.
    pub fn new(wire: &wire::Wire) -> Self {
        let address = wire.base();
        let wire = Arc::new(StrictWire {
            inner: ReqwestWire::new(wire.client()),
            last: Mutex::default(),
        });
        let partner = PartnerApi::builder()
            .environment(Environment::Sandbox(address.parse().expect("a URL")))
            .api_key(ApiKey::new(API_KEY))
            .wire(Arc::clone(&wire) as Arc<dyn Wire>)
            .build()
            .expect("a client");
        Self {
            partner,
            wire,
            locks: BTreeMap::new(),
            quotes: BTreeMap::new(),
            blocked: BTreeMap::new(),
            denied: 0,
        }
    }

    /// What the model must do for what the SDK does: suspending blocks active cards first, unsuspending restores them.
    pub fn expected(&mut self, command: &Command, oracle: &mut Oracle) -> Verdict {
        match command {
            Command::Suspend { user } => {
                let active = |card: &&String| {
                    let card = &oracle.cards[*card];
                    card.owner == *user && card.state == CardState::Active
                };
                let active: Vec<String> = oracle.cards.keys().filter(active).cloned().collect();
                let open = oracle
                    .users
                    .get(user)
                    .is_some_and(|user| user.standing != Standing::Closed);
                for card in active.iter().filter(|_| open) {
                    let block = Command::BlockCard {
                        user: user.clone(),
                        card: card.clone(),
                    };
                    oracle
                        .apply(&block)
                        .expect("an active card of an open user can be blocked");
                }
                self.blocked.entry(user.clone()).or_default().extend(active);
                oracle.apply(command)
            }
            Command::Close { user } => {
                let verdict = oracle.apply(command);
                // No read of the provider shows a card payment that is not cleared, so the SDK learns of it last: by then
                // it has blocked the cards and suspended the user, and leaves them so, as it says it does.
                let rule = verdict.err().map(|rule| rule.name);
                if rule == Some("movements_must_be_settled") && !oracle.has_visible_movements(user)
                {
                    let suspend = Command::Suspend { user: user.clone() };
                    self.expected(&suspend, oracle)
                        .expect("a user with blocked cards can be suspended");
                }
                verdict
            }
            Command::Unsuspend { user } => {
                let verdict = oracle.apply(command);
                for card in self.blocked.remove(user).unwrap_or_default() {
                    if verdict.is_ok() && oracle.cards[&card].state == CardState::Blocked {
                        let unblock = Command::UnblockCard {
                            user: user.clone(),
                            card,
                        };
                        oracle
                            .apply(&unblock)
                            .expect("a blocked card of an open user can be unblocked");
                    }
                }
                verdict
            }
            Command::BlockCard { user, card }
            | Command::UnblockCard { user, card }
            | Command::DeleteCard { user, card } => {
                let verdict = oracle.apply(command);
                if verdict.is_ok() {
                    // What is done to a card for its own sake is no longer the suspension's to undo.
                    self.blocked
                        .entry(user.clone())
                        .or_default()
                        .retain(|blocked| blocked != card);
                }
                verdict
            }
            _ => oracle.apply(command),
        }
    }

    /// Runs a command through the SDK, or by hand where the SDK's types cannot say it.
    ///
    /// Whatever the SDK refuses by itself is asked of the sandbox too, which must refuse it as well: a guard may only
    /// deny what is hopeless.
    pub async fn perform(&mut self, command: &Command, driver: &mut Driver) -> Observed {
        let Some(outcome) = self.ask(command, driver).await else {
            return driver.perform(command).await;
        };
        let answered = self
            .wire
            .last
            .lock()
            .expect("nothing panics while it is held")
            .take();
        let Err(error) = outcome else {
            let seq = answered.map_or(0, |answer| answer.seq);
            return Observed { refusal: None, seq };
        };
        if let Some(answer) = answered.filter(|answer| !answer.status.is_success()) {
            let told = error.refusal().map(|refusal| refusal.code().to_string());
            assert_eq!(told.as_deref(), answer.code(), "{command}: {error}");
            let code = told.unwrap_or_default();
            return Observed {
                refusal: Some((without_invariant(answer.rule().unwrap_or(NO_RULE)), code)),
                seq: answer.seq,
            };
        }
        self.denied += usize::from(error.is_denied_locally());
        let observed = driver.perform(command).await;
        assert!(
            observed.refusal.is_some(),
            "the SDK denied what the sandbox allows: {command}: {error}"
        );
        observed
    }
}

/// The SDK's form of [`persona::new_user`].
pub fn new_user(user: &str, country: Country) -> NewUser {
    let body = persona::new_user(user, country.as_str());
    let text = |field: &str| body[field].as_str().expect("text").to_owned();
    NewUser {
        id: user.parse().expect("an id"),
        email: text("email").parse().expect("an e-mail address"),
        phone: text("phone").parse().expect("a phone number"),
        first_name: text("firstName").parse().expect("a name"),
        last_name: text("lastName").parse().expect("a name"),
        birth_date: text("birthDate").parse().expect("a date"),
        street: Some(text("street").parse().expect("a street")),
        number: Some(text("number").parse().expect("a number")),
        city: text("city").parse().expect("a city"),
        post_code: text("postCode").parse().expect("a postal code"),
        country,
        citizenship: text("citizenship").parse().expect("a country"),
        nationality: None,
        birth_country: None,
        national_id: None,
        terms: TermsAccepted::by_the_user(),
    }
}

/// The SDK's form of [`persona::identity`].
pub fn identity() -> Identity {
    let body = persona::identity("");
    let text = |field: &str| body[field].as_str().expect("text").to_owned();
    assert_eq!(text("documentType"), "PASSPORT");
    Identity::passport(text("documentNumber").parse().expect("a number"))
        .issued_by(text("issuingCountry").parse().expect("a country"))
}

/// `None` for what the SDK's type cannot say: a driving licence, a permit that is of nowhere or for ever, what is
/// malformed. And for what ends soon: the SDK goes by the clock on the wall, and the sandbox by its own.
fn identity_by(document: &Document) -> Option<Identity> {
    let number = document.number.parse().ok()?;
    let parsed = |text: &Option<String>| {
        text.clone()
            .map_or(Some(None), |it| it.parse().ok().map(Some))
    };
    let (issued_by, until) = (parsed(&document.issued_by)?, &document.until);
    if until.as_ref().is_some_and(|until| !until.starts_with("29")) {
        return None;
    }
    let until = until
        .as_ref()
        .map_or(Some(None), |it| it.parse().ok().map(Some))?;
    let identity = match document.kind {
        Paper::Passport => Identity::passport(number),
        Paper::IdCard => Identity::id_card(number),
        Paper::Permit => return Some(Identity::residence_permit(number, issued_by?, until?)),
        Paper::Licence => return None,
    };
    let identity = match issued_by {
        Some(country) => identity.issued_by(country),
        None => identity,
    };
    Some(match until {
        Some(day) => identity.valid_until(day),
        None => identity,
    })
}

/// `None` for what is finer than its currency, which the SDK's type cannot hold.
fn money(amount: &str, currency: &str) -> Option<Money> {
    Money::new(
        amount.parse().expect("an amount"),
        currency.parse().expect("a currency"),
    )
    .ok()
}
