//! Kills a real sandbox process under load and opens its data again: what was acknowledged is there, what was not is
//! there whole or not at all, and the books sum to zero.
//!
//! Method: clients pay unique amounts and remember every answer; after so many answers the process gets SIGKILL. A
//! store that answers before it has written loses acknowledged payments here; one that writes a movement in two
//! commits leaves books that do not sum to zero.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use partner_api_tests::{
    compare::{amounts_of, atoms, books_balance},
    driver::Driver,
    oracle::{Command, show},
    persona,
    process::Process,
    stand::{API_KEY, decisions},
    wire::Wire,
};
use reqwest::Method;
use serde_json::json;

const CLIENTS: usize = 8;

pub(crate) fn start(dir: &Path) -> Process {
    Process::start(env!("CARGO_BIN_EXE_sandbox-child"), dir)
}

/// A payment to a user, and the id that it was acknowledged with.
#[derive(Clone, Debug)]
struct Payment {
    user: String,
    atoms: i64,
    acknowledged: Option<(String, i64)>,
}

/// Pays until the connection breaks; the last payment is the one in doubt.
async fn pay_until_killed(wire: Wire, client: usize, answers: Arc<AtomicUsize>) -> Vec<Payment> {
    let mut payments = Vec::new();
    for number in 1.. {
        // No two payments of a round are of the same amount: 1.01, 1.02, ... by client, then 2.01, ...
        let (user, atoms) = (
            format!("U{}", client % 4),
            number * 100_000_000 + (client as i64 + 1) * 1_000_000,
        );
        let body =
            json!({"destinationExternalUserId": user, "amount": show(atoms), "currency": "eur"});
        let answer = wire
            .try_call(Method::POST, "/v1/transfer", Some(&body))
            .await;
        let acknowledged = answer.ok().map(|answer| {
            answers.fetch_add(1, Ordering::SeqCst);
            (answer.clone().ok().text_of("transferId"), answer.seq)
        });
        let broken = acknowledged.is_none();
        payments.push(Payment {
            user,
            atoms,
            acknowledged,
        });
        if broken {
            break;
        }
    }
    payments
}

pub(crate) async fn onboard_all(driver: &mut Driver) {
    for user in ["U0", "U1", "U2", "U3"].map(str::to_owned) {
        for command in [
            Command::Create {
                user: user.clone(),
                country: "PL".to_owned(),
                born: None,
            },
            Command::Verify {
                user: user.clone(),
                by: None,
            },
            Command::Decide {
                user: user.clone(),
                approved: true,
            },
        ] {
            assert_eq!(driver.perform(&command).await.refusal, None, "{command}");
        }
    }
}

async fn balances(driver: &Driver) -> BTreeMap<String, i64> {
    let mut balances = BTreeMap::new();
    for user in ["U0", "U1", "U2", "U3"] {
        let answer = driver
            .partner
            .get(&format!("/v1/user/balances/{user}"))
            .await
            .ok();
        balances.insert(
            user.to_owned(),
            amounts_of(&answer.json).get("eur").copied().unwrap_or(0),
        );
    }
    balances
}

/// Runs one round: pay, kill after `answers` of them, reopen, look.
async fn check_kill(dir: &Path, after_answers: usize) {
    let mut process = start(dir);
    let before = balances(&process.driver).await;
    let answers = Arc::new(AtomicUsize::new(0));
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let wire = Wire::partner(process.driver.partner.base(), API_KEY);
        clients.push(tokio::spawn(pay_until_killed(
            wire,
            client,
            Arc::clone(&answers),
        )));
    }
    while answers.load(Ordering::SeqCst) < after_answers {
        tokio::task::yield_now().await;
    }
    process.kill();
    let mut payments = Vec::new();
    for client in clients {
        payments.extend(
            client
                .await
                .expect("a client stops at the first broken connection"),
        );
    }

    let process = start(dir);
    let driver = &process.driver;
    books_balance(driver).await;
    let listed = decisions(&driver.control).await;
    let mut expected = before;
    for payment in payments
        .iter()
        .filter(|payment| payment.acknowledged.is_some())
    {
        let (id, seq) = payment.acknowledged.as_ref().expect("just filtered");
        let found = driver
            .partner
            .get(&format!("/v1/transfer/details/{id}"))
            .await
            .ok()
            .json;
        assert_eq!(atoms(&found["amount"]), payment.atoms, "{payment:?}");
        assert!(
            listed.iter().any(|decision| decision.seq == *seq),
            "{payment:?} is not among the decisions"
        );
        *expected.get_mut(&payment.user).expect("four users") += payment.atoms;
    }
    // Of what is in doubt, some may have happened: whole, and once.
    for (user, balance) in balances(driver).await {
        let in_doubt = payments
            .iter()
            .filter(|payment| payment.user == user && payment.acknowledged.is_none());
        let in_doubt: Vec<_> = in_doubt.map(|payment| payment.atoms).collect();
        let surplus = balance - expected[&user];
        let explained = (0_u32..1 << in_doubt.len()).any(|chosen| {
            let taken = in_doubt
                .iter()
                .enumerate()
                .filter(|(bit, _)| chosen & (1 << bit) != 0);
            taken.map(|(_, atoms)| atoms).sum::<i64>() == surplus
        });
        assert!(
            explained,
            "{user}: {} too much, in doubt were {in_doubt:?}",
            show(surplus)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l8_l10_kill_9_under_load_loses_no_acknowledged_write() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut process = start(dir.path());
    onboard_all(&mut process.driver).await;
    process.kill();
    // Different instants, the same every run: early, in the middle, late.
    for after_answers in [1, 17, 60, 150, 333] {
        check_kill(dir.path(), after_answers).await;
    }
}

/// A user who was created right before the kill is there with all data, or not there at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_leaves_no_half_created_user_or_card() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for round in 0..3 {
        let mut process = start(dir.path());
        let base = process.driver.partner.base().to_owned();
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| tokio::spawn(create_until_killed(base.clone(), round, client)))
            .collect();
        while !clients.iter().any(tokio::task::JoinHandle::is_finished) {
            // A client that has created its share ends; that is the signal.
            tokio::task::yield_now().await;
        }
        process.kill();
        let process = start(dir.path());
        for client in clients {
            for (user, acknowledged) in client
                .await
                .expect("a client stops at the first broken connection")
            {
                let again = process.driver.partner.post(
                    "/v1/user/balances/crypto-and-fiat",
                    persona::new_user(&user, "PL"),
                );
                let again = again.await;
                if acknowledged {
                    assert_eq!(
                        again.code(),
                        Some("P411"),
                        "{user} was acknowledged and is gone"
                    );
                }
                let state = process
                    .driver
                    .control
                    .get(&format!("/users/{user}"))
                    .await
                    .ok()
                    .json;
                assert_eq!(
                    (&state["standing"], &state["verification"]),
                    (&json!("OPEN"), &json!("REGISTERED")),
                    "{user}"
                );
            }
        }
        books_balance(&process.driver).await;
    }
}

async fn create_until_killed(base: String, round: usize, client: usize) -> Vec<(String, bool)> {
    let wire = Wire::partner(base, API_KEY);
    let mut created = Vec::new();
    for number in 0..20 {
        let user = format!("u-{round}-{client}-{number}");
        let body = persona::new_user(&user, "PL");
        let answer = wire
            .try_call(
                Method::POST,
                "/v1/user/balances/crypto-and-fiat",
                Some(&body),
            )
            .await;
        created.push((user, answer.is_ok()));
        if answer.is_err() {
            break;
        }
    }
    created
}
