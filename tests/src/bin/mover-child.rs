//! A client that carries out a plan of movements, in a process of its own, for tests that kill it:
//! `mover-child JOURNAL_DIR URL SEED COUNT [PLANTED BUG]`. It ends once every movement is done or refused.

#[path = "mover-child/planted.rs"]
mod planted;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_api::reconcile::Limits;
use partner_api::{
    ApiKey, Decision, Environment, Error, Journal, Money, NewCard, NewWithdrawal, Outcome,
    PartnerApi, PayOut, RequestKey, SqliteJournal, UserId,
};
use partner_api_tests::movements::{Kind, Movement, plan};
use partner_api_tests::persona::{ADDRESS, IBANS};
use partner_api_tests::stand::API_KEY;
use planted::{Planted, ResendingWire, SendsFirst, TwoJournals};

/// Shorter than the longest latency of the sandbox, so that requests arrive after the client has given up.
const CALL_TIMEOUT: Duration = Duration::from_millis(700);
/// Longer than that latency.
const SETTLING: Duration = Duration::from_millis(2500);
const WORKERS: usize = 6;

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [dir, url, seed, count] = &args[..4] else {
        panic!("usage: mover-child JOURNAL_DIR URL SEED COUNT [PLANTED BUG]");
    };
    let number = |text: &String| text.parse::<u64>().expect("a number");
    let planted = args.get(4).map(|bug| Planted::read(bug));
    let partner = partner(dir, url, planted);
    let plan = Arc::new(plan(number(seed), number(count)));
    let ended: Arc<Mutex<BTreeSet<usize>>> = Arc::default();
    loop {
        if let Ok(report) = partner.reconcile().await
            && planted == Some(Planted::AcceptsAmbiguousMatches)
        {
            for unclear in report.unclear {
                for reference in unclear.candidates.into_iter().filter_map(|it| it.reference) {
                    let decision = Decision::Happened(reference);
                    if partner.resolve(unclear.entry.id, decision).await.is_ok() {
                        break;
                    }
                }
            }
        }
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| {
                let (partner, plan) = (partner.clone(), Arc::clone(&plan));
                let ended = Arc::clone(&ended);
                tokio::spawn(async move {
                    for index in (worker..plan.len()).step_by(WORKERS) {
                        let is_open = !ended.lock().expect("no panic").contains(&index);
                        if is_open && has_ended(&partner, &plan[index], index).await {
                            ended.lock().expect("no panic").insert(index);
                        }
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.await.expect("no panic");
        }
        let unresolved = partner.unresolved().await.expect("the journal can be read");
        if ended.lock().expect("no panic").len() == plan.len() && unresolved.is_empty() {
            println!("every movement has ended");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn partner(dir: &str, url: &str, planted: Option<Planted>) -> PartnerApi {
    let mut limits = Limits::V2026_11;
    (limits.settling, limits.settling_outside) = (SETTLING, SETTLING);
    let open = |dir: &str| SqliteJournal::open(dir).expect("the journal opens");
    let journal: Arc<dyn Journal> = match planted {
        Some(Planted::SendsFirst) => Arc::new(SendsFirst::new(open(dir))),
        Some(Planted::ForgetsTheGuard) => {
            Arc::new(TwoJournals::new(open(dir), open(&format!("{dir}/other"))))
        }
        _ => Arc::new(open(dir)),
    };
    let builder = PartnerApi::builder()
        .environment(Environment::Sandbox(url.parse().expect("a URL")))
        .api_key(ApiKey::new(API_KEY))
        .journal(journal)
        .limits(limits);
    match planted {
        Some(Planted::RetriesBlindly) => builder.wire(Arc::new(ResendingWire::default())),
        _ => builder,
    }
    .build()
    .expect("a client")
}

/// Asks for a movement, by its key. `true` once it is done or refused.
async fn has_ended(partner: &PartnerApi, movement: &Movement, index: usize) -> bool {
    let key = RequestKey::new(format!("movement {index}")).expect("a key");
    match ask(partner, movement, key).await {
        Ok(is_done) => is_done,
        Err(error) => {
            let is_refused = error.refusal().is_some() || error.refused_before_in().is_some();
            is_refused && !error.is_transient()
        }
    }
}

async fn ask(partner: &PartnerApi, movement: &Movement, key: RequestKey) -> Result<bool, Error> {
    let money = || -> Money {
        let text = format!("{} {}", movement.amount, movement.currency);
        text.parse().expect("money")
    };
    let id = |user: &Option<String>| {
        user.as_ref()
            .map(|it| UserId::new(it.as_str()).expect("an id"))
    };
    let (source, destination) = (id(&movement.source), id(&movement.destination));
    Ok(match movement.kind {
        Kind::Card => {
            let card = NewCard::new("holiday", "1357".parse().expect("a PIN"))?;
            let user = partner.user(source.expect("a user's card"))?;
            let create = user.cards().create(card);
            is_done(create.key(key).timeout(CALL_TIMEOUT).await?)
        }
        Kind::Transfer => {
            let transfers = partner.transfers();
            let transfer = match (&source, &destination) {
                (None, Some(to)) => transfers.fund(to, money()),
                (Some(from), None) => transfers.collect(from, money()),
                (Some(from), Some(to)) => transfers.between(from, to, money()),
                (None, None) => panic!("a transfer without a user"),
            };
            is_done(transfer.key(key).timeout(CALL_TIMEOUT).await?)
        }
        Kind::PayOut | Kind::TitledPayOut => {
            let payout = PayOut::to_own_account(IBANS[0].parse().expect("an account"), money());
            let payout = match movement.kind {
                Kind::PayOut => payout,
                _ => payout.titled("savings".parse().expect("a title")),
            };
            let payout = match source {
                Some(user) => partner.user(user)?.pay_out(payout),
                None => partner.own_account().pay_out(payout),
            };
            is_done(payout.key(key).timeout(CALL_TIMEOUT).await?)
        }
        Kind::Exchange => {
            let user = partner.user(source.expect("a user's exchange"))?;
            let into = movement.into.as_ref().expect("a currency");
            let lock = user.exchange().lock().timeout(CALL_TIMEOUT).await?;
            let into = into.parse().expect("a currency");
            let exchange = user.exchange().execute(&lock, money(), into);
            is_done(exchange.key(key).timeout(CALL_TIMEOUT).await?)
        }
        Kind::Withdrawal => {
            let user = partner.user(source.expect("a user's withdrawal"))?;
            let (address, name) = (ADDRESS.parse(), "Anna Kowalska".parse());
            let (address, name) = (address.expect("an address"), name.expect("a name"));
            let withdrawal = user.withdraw(NewWithdrawal::to_own_keys(money(), address, name));
            is_done(withdrawal.key(key).timeout(CALL_TIMEOUT).await?)
        }
    })
}

fn is_done<T>(outcome: Outcome<T>) -> bool {
    matches!(outcome, Outcome::Done(_))
}
