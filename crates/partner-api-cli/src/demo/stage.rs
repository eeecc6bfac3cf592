//! Where the story plays: an embedded sandbox, the SDK pointed at it, and the strings of the outside world.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use partner_api::reconcile::Limits;
use partner_api::{ApiKey, CardId, Environment, Money, PartnerApi, User, UserId};
use partner_api_sandbox::Sandbox;
use partner_api_sandbox_control as control;
use serde_json::Value;

use super::{by_hand, people};
use crate::args::ActiveCards;

pub(crate) type Told<T> = Result<T, Box<dyn Error>>;

pub(crate) fn money(text: &str) -> Told<Money> {
    Ok(text.parse()?)
}

/// What the partner has when a story begins.
const FUNDS: &[&str] = &["10000 eur", "2 btc", "5 eth", "5000 usdc", "5000 usdt"];

/// When every story begins: a Monday morning, in the middle of a month, so that no limit of a day or month ends in it.
const BEGINNING: &str = "2026-03-16T09:00:00.000Z";

/// Everything that a step can reach.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) partner: PartnerApi,
    world: control::Client,
    sandbox: Sandbox,
}

impl Stage {
    pub(crate) async fn set(active_cards: ActiveCards) -> Told<Self> {
        let funds = FUNDS.iter().map(|money| Ok(money.parse()?));
        let funds: Vec<Money> = funds.collect::<Told<_>>()?;
        // The story moves time itself, so that it plays the same on every machine and every day.
        let sandbox = Sandbox::builder()
            .active_cards(active_cards.into())
            .partner_funds(funds)
            .frozen_at(BEGINNING.parse()?)
            .start()
            .await?;
        let partner = PartnerApi::builder()
            .environment(Environment::Sandbox(sandbox.api_url().parse()?))
            .api_key(ApiKey::new(sandbox.api_key()))
            .actor("demo")
            .build()?;
        let world = control::connect(&sandbox.control_url(), sandbox.control_key())?;
        Ok(Self {
            partner,
            world,
            sandbox,
        })
    }

    /// A stage whose clock runs, with a partner that keeps its journal in a directory.
    pub(crate) async fn in_real_time(journal: &Path, limits: Limits) -> Told<Self> {
        let funds = FUNDS.iter().map(|money| Ok(money.parse()?));
        let funds: Vec<Money> = funds.collect::<Told<_>>()?;
        let sandbox = Sandbox::builder().partner_funds(funds).start().await?;
        let world = control::connect(&sandbox.control_url(), sandbox.control_key())?;
        Ok(Self {
            partner: in_process(&sandbox, journal, limits)?,
            world,
            sandbox,
        })
    }

    /// The partner as a process that has just started sees it: nothing is known but what the journal holds.
    pub(crate) fn another_process(&self, journal: &Path, limits: Limits) -> Told<PartnerApi> {
        in_process(&self.sandbox, journal, limits)
    }

    /// The next call of an operation goes wrong.
    pub(crate) async fn break_next(
        &self,
        operation: &str,
        fault: control::types::FaultKind,
    ) -> Told<()> {
        let request = control::types::FaultRequest {
            calls: Vec::new(),
            fault,
            milliseconds: None,
            operation: Some(operation.to_owned()),
            percent: None,
            retry_after_seconds: None,
            seed: None,
            times: Some(1),
        };
        self.world.add_fault(&request).await?;
        Ok(())
    }

    pub(crate) async fn strike(self) {
        self.sandbox.stop().await;
    }

    pub(crate) fn api_url(&self) -> String {
        self.sandbox.api_url()
    }

    pub(crate) fn api_key(&self) -> &str {
        self.sandbox.api_key()
    }

    /// The sandbox's control API.
    pub(crate) fn world(&self) -> &control::Client {
        &self.world
    }

    /// A user who is verified and holds nothing yet.
    pub(crate) async fn welcome(&self, id: &str, first: &str, last: &str) -> Told<User> {
        let user = self.partner.user(id)?;
        let new = people::person(user.id(), first, last)?;
        self.partner.users().create(new).await?;
        user.verify(people::passport()?).await?;
        self.later(Duration::from_secs(1)).await?;
        Ok(user)
    }

    /// Lets virtual time pass; whatever falls due on the way happens.
    pub(crate) async fn later(&self, by: Duration) -> Told<()> {
        let milliseconds = i64::try_from(by.as_millis())?;
        self.world
            .advance_clock(&control::types::AdvanceClock { milliseconds })
            .await?;
        Ok(())
    }

    /// Lets a bank transfer arrive; says what became of it.
    pub(crate) async fn deposit(&self, user: &UserId, money: Money) -> Told<String> {
        let request = control::types::SepaDepositRequest {
            external_user_id: Some(user.clone()),
            amount: money.amount().into(),
            sender_iban: None,
            sender_name: None,
            check: None,
        };
        let deposit = self
            .world
            .simulate_sepa_deposit(&request)
            .await?
            .into_inner();
        Ok(deposit.status.to_string())
    }

    /// Pays with a card somewhere; says what the terminal shows.
    pub(crate) async fn pay(&self, card: &CardId, money: Money) -> Told<String> {
        let request = control::types::CardTransactionRequest {
            card_id: card.clone(),
            amount: money.amount().into(),
            currency: money.currency(),
            channel: None,
        };
        let paid = self
            .world
            .simulate_card_transaction(&request)
            .await?
            .into_inner();
        Ok(match paid.rule {
            None => "approved".to_owned(),
            Some(rule) => format!("declined: {rule}"),
        })
    }

    /// The user's standing, which the Partner API itself never tells.
    pub(crate) async fn standing(&self, user: &UserId) -> Told<String> {
        let state = self.world.get_user_state(user).await?.into_inner();
        Ok(state.standing.to_string())
    }

    /// The total of a kind of account in EUR, and whether every currency sums to zero.
    pub(crate) async fn books(&self, kind: &control::types::AccountKind) -> Told<String> {
        let books = self.world.get_books().await?.into_inner();
        let euro = books
            .currencies
            .iter()
            .find(|books| books.currency.as_str() == "eur");
        let total = euro.and_then(|books| books.accounts.iter().find(|it| it.kind == *kind));
        let total = total.map_or_else(|| "0".to_owned(), |it| it.total.to_string());
        let balanced = books.currencies.iter().all(|books| books.sum.is_zero());
        let sums = if balanced {
            "all sums zero"
        } else {
            "NOT BALANCED"
        };
        Ok(format!("{total} eur, {sums}"))
    }

    /// Sends a request by hand, past the SDK; says what came back.
    pub(crate) async fn by_hand(&self, request_line: &str, body: Option<Value>) -> Told<String> {
        let url = self.sandbox.api_url();
        let address = url.trim_start_matches("http://");
        by_hand::send(address, self.sandbox.api_key(), request_line, body.as_ref()).await
    }
}

fn in_process(sandbox: &Sandbox, journal: &Path, limits: Limits) -> Told<PartnerApi> {
    let partner = PartnerApi::builder()
        .environment(Environment::Sandbox(sandbox.api_url().parse()?))
        .api_key(ApiKey::new(sandbox.api_key()))
        .actor("demo")
        .journal_dir(journal)
        .limits(limits);
    Ok(partner.build()?)
}
