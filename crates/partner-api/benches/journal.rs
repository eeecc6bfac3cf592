//! What the journal costs a movement: the same transfer through the raw client, with a journal in memory, and with one on
//! disk, one at a time and 64 in flight.
//!
//! `cargo bench -p partner-api --bench journal`. The sandbox keeps nothing on disk, so the bare call is as cheap as it can
//! be and the ratio as bad; what a movement takes longer is what travels. Client and sandbox share the machine, contenders
//! take turns, and each figure is the median of the rounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use partner_api::{
    ApiKey, Environment, Identity, Money, NewUser, PartnerApi, TermsAccepted, UserId, raw,
};
use partner_api_sandbox::{Policy, Sandbox};
use tokio::task::JoinSet;

const ROUNDS: usize = 7;
const IN_FLIGHT: usize = 64;

/// How a transfer is asked for.
#[derive(Clone)]
enum Contender {
    Raw(PartnerApi),
    Guarded(PartnerApi),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let policy = Policy {
            verification_delay: Duration::ZERO,
            ..Policy::default()
        };
        let sandbox = Sandbox::builder()
            .policy(policy)
            .partner_funds(["1000000000.00 eur".parse()?])
            .start()
            .await?;
        let dir = tempfile::tempdir()?;
        let builder = || -> Result<partner_api::Builder, Box<dyn std::error::Error>> {
            Ok(PartnerApi::builder()
                .environment(Environment::Sandbox(sandbox.api_url().parse()?))
                .api_key(ApiKey::new(sandbox.api_key())))
        };
        let volatile = builder()?.build()?;
        let durable = builder()?.journal_dir(dir.path()).build()?;
        let users = users(&volatile).await?;
        let contenders = [
            ("raw", Contender::Raw(volatile.clone())),
            ("journal in memory", Contender::Guarded(volatile)),
            ("journal on disk", Contender::Guarded(durable)),
        ];
        for (in_flight, movements) in [(1, 500), (IN_FLIGHT, 5_000)] {
            let mut times = contenders.clone().map(|_| Vec::new());
            // Once to get to know each other.
            for round in 0..=ROUNDS {
                for ((_, contender), times) in contenders.iter().zip(&mut times) {
                    let users = users[..in_flight].iter().cloned();
                    let time = movements_of(contender, users, movements).await;
                    if 0 < round {
                        times.push(time);
                    }
                }
            }
            let times = times.map(median);
            for ((name, _), time) in contenders.iter().zip(times) {
                println!(
                    "{in_flight:>2} in flight, {name:<18} {:>7.0} us a movement, {:>6.0}/s, {:.2} x raw, {:+.0} us",
                    time * 1e6,
                    1.0 / time,
                    time / times[0],
                    (time - times[0]) * 1e6
                );
            }
        }
        sandbox.stop().await;
        Ok(())
    })
}

/// Seconds a movement, when each of these users is sent one after the other.
async fn movements_of(
    contender: &Contender,
    users: impl Iterator<Item = UserId>,
    movements: usize,
) -> f64 {
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    let began = Instant::now();
    for user in users {
        let (contender, next) = (contender.clone(), Arc::clone(&next));
        workers.spawn(async move {
            while next.fetch_add(1, Ordering::Relaxed) < movements {
                contender.fund(&user).await;
            }
        });
    }
    workers.join_all().await;
    began.elapsed().as_secs_f64() / movements as f64
}

impl Contender {
    async fn fund(&self, user: &UserId) {
        let cent: Money = "0.01 eur".parse().expect("money");
        match self {
            Self::Guarded(partner) => {
                let outcome = partner.transfers().fund(user, cent).await;
                outcome.expect("it is sent").done().expect("it is done");
            }
            Self::Raw(partner) => {
                let body = raw::types::CreateTransferRequest {
                    source_external_user_id: None,
                    destination_external_user_id: Some(user.clone()),
                    amount: raw::types::AmountText(cent.amount()),
                    currency: cent.currency(),
                };
                let send =
                    |client: raw::Methods| async move { client.create_transfer(&body).await };
                let sent = partner.raw().call(raw::CallOptions::new(), send).await;
                sent.expect("it is done");
            }
        }
    }
}

async fn users(partner: &PartnerApi) -> Result<Vec<UserId>, Box<dyn std::error::Error>> {
    let mut users = Vec::new();
    for number in 0..IN_FLIGHT {
        let id: UserId = format!("anna-{number}").parse()?;
        let new = NewUser {
            id: id.clone(),
            email: format!("anna{number}@example.com").parse()?,
            phone: format!("4860123{number:05}").parse()?,
            first_name: "Anna".parse()?,
            last_name: "Kowalska".parse()?,
            birth_date: "1990-05-15".parse()?,
            street: None,
            number: None,
            city: "Warszawa".parse()?,
            post_code: "00-838".parse()?,
            country: "PL".parse()?,
            citizenship: "PL".parse()?,
            nationality: None,
            birth_country: None,
            national_id: None,
            terms: TermsAccepted::by_the_user(),
        };
        partner.users().create(new).await?;
        let user = partner.user(&id)?;
        user.verify(Identity::id_card("ZS0001234".parse()?)).await?;
        user.wait_until_active().await?;
        users.push(id);
    }
    Ok(users)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
