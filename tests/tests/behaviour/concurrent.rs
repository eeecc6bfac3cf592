//! Several clients at once. The sandbox says in which order it decided (`x-sandbox-seq`); in that order the oracle must
//! give every client the answer that it got, and end in the same world.
//!
//! Without the single writer, or with a read inside its decision that is older than the last write, these fail.

use std::collections::BTreeSet;

use partner_api_core::Money;
use partner_api_tests::{
    compare::differences,
    driver::{Driver, Observed},
    oracle::{ActiveCards, Command},
    plan::{Naming, Plan, command},
    stand::Stand,
};
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

const CLIENTS: usize = 6;
const COMMANDS: usize = 40;

/// A story for the outside world and one for each client, the same for the same seed.
fn stories(seed: u8) -> Vec<Plan> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    // Time stands still: what falls due while a clock advances has no client to number it.
    // What is too much to be booked is decided, and what is too fine is not; only the former is left out.
    let command = || command().prop_filter("bookable", |it| !it.to_string().contains("200000000"));
    let partner = command().prop_filter("a partner's", |it| {
        !is_world(it) && !matches!(it, Command::Advance { .. })
    });
    let world = command().prop_filter("the world's", is_world);
    let stories = (vec(world, COMMANDS), vec(vec(partner, COMMANDS), CLIENTS));
    let (world, partners) = stories
        .new_tree(&mut runner)
        .expect("stories can be made")
        .current();
    std::iter::once(world).chain(partners).map(Plan).collect()
}

/// What only the control API can ask.
fn is_world(command: &Command) -> bool {
    matches!(
        command,
        Command::Decide { .. }
            | Command::DecideProof { .. }
            | Command::DecideKyc { .. }
            | Command::Deposit { .. }
            | Command::CoinDeposit { .. }
            | Command::DecideDeposit { .. }
            | Command::DecidePayOut { .. }
            | Command::DecideWithdrawal { .. }
            | Command::DecideExchange { .. }
            | Command::Pay { .. }
            | Command::UseCard { .. }
            | Command::SettleCard { .. }
    )
}

/// Two who can act, each with cards and locks that all clients fight over.
async fn busy_stand(active_cards: ActiveCards) -> (Stand, Naming) {
    let mut stand = Stand::start(active_cards).await;
    let mut naming = Naming::default();
    stand.look_at_whole_market().await;
    for user in ["U1", "U2"] {
        stand.onboard(user, "150").await;
        for _ in 0..3 {
            for command in [
                Command::CreateCard {
                    user: user.to_owned(),
                    key: String::new(),
                },
                Command::Lock {
                    owner: Some(user.to_owned()),
                    key: String::new(),
                },
            ] {
                let command = naming.resolve(&command, &stand.oracle);
                stand.apply(command).await;
            }
        }
    }
    (stand, naming)
}

async fn check_clients(active_cards: ActiveCards, seed: u8) {
    let (mut stand, naming) = busy_stand(active_cards).await;
    let before = stand
        .decisions()
        .await
        .last()
        .map_or(0, |decision| decision.seq);
    let mut clients = Vec::new();
    for (number, Plan(commands)) in stories(seed).into_iter().enumerate() {
        let mut naming = naming.for_client(number);
        let commands: Vec<_> = commands
            .iter()
            .map(|command| naming.resolve(command, &stand.oracle))
            .collect();
        clients.push(tokio::spawn(client(stand.another_driver(), commands)));
    }
    let mut decided: Vec<(Command, Observed)> = Vec::new();
    for client in clients {
        let (driver, answers) = client.await.expect("no client fails");
        for (key, id) in driver.known() {
            stand.driver.learn(key, id.clone());
        }
        decided.extend(answers);
    }
    number_the_world(&stand, before, &mut decided).await;
    // What is no decision carries the number of the last one before it.
    decided.sort_by_key(|(command, observed)| (observed.seq, !is_decision(command, observed)));

    let mut told = String::new();
    for (command, observed) in &decided {
        let verdict = stand.oracle.apply(command);
        told += &format!(
            "    {:>5} {:<60} {}\n",
            observed.seq,
            command.to_string(),
            observed.show()
        );
        assert!(
            observed.agrees_with(&verdict),
            "seed {seed}: the model says {verdict:?} to the last of\n{told}"
        );
    }
    let found = differences(&stand.oracle, &stand.driver).await;
    assert!(found.is_empty(), "seed {seed}:\n{}", found.join("\n"));
    check_witnessed_order(&stand, &decided).await;
}

/// The control API's answers have no number. Its commands were sent one after the other, so in the list of decisions they
/// are those that no client was told of, in their order.
async fn number_the_world(stand: &Stand, before: i64, decided: &mut [(Command, Observed)]) {
    let partners = decided
        .iter()
        .filter(|(command, observed)| !is_world(command) && is_decision(command, observed));
    let told: BTreeSet<_> = partners.map(|(_, observed)| observed.seq).collect();
    let listed = stand
        .decisions()
        .await
        .into_iter()
        .filter(|decision| decision.seq > before);
    let mut untold = listed
        .filter(|decision| !told.contains(&decision.seq))
        .map(|decision| decision.seq);
    let mut last = before;
    for (command, observed) in decided.iter_mut().filter(|(command, _)| is_world(command)) {
        if is_decision(command, observed) {
            last = untold
                .next()
                .unwrap_or_else(|| panic!("{command} is not listed"));
        }
        observed.seq = last;
    }
    assert_eq!(untold.next(), None, "a decision that nobody asked for");
}

async fn client(mut driver: Driver, commands: Vec<Command>) -> (Driver, Vec<(Command, Observed)>) {
    let mut answers = Vec::new();
    for command in commands {
        let observed = driver.perform(&command).await;
        answers.push((command, observed));
    }
    (driver, answers)
}

/// Reads decide nothing, and neither do refusals that come before any rule is asked.
fn is_decision(command: &Command, observed: &Observed) -> bool {
    let refused_by = |rule: &str| {
        observed
            .refusal
            .as_ref()
            .is_some_and(|(refused, _)| refused == rule)
    };
    let malformed = [
        "input_must_be_well_formed",
        "file_must_be_small_enough",
        "file_must_be_of_taken_kind",
        "amount_must_fit_currency",
        "field_must_be_editable",
    ];
    // A sum that is well formed can still bring nothing, which is decided.
    let brings_nothing = matches!(
        command,
        Command::Exchange { amount, from, .. } if format!("{amount} {from}").parse::<Money>().is_ok()
    );
    let malformed = malformed.into_iter().any(refused_by) && !brings_nothing;
    let is_judged = matches!(
        command,
        Command::Decide { .. } | Command::DecideProof { .. }
    );
    let is_decided_on = matches!(command, Command::DecideDeposit { .. });
    // The control API looks these up before it asks.
    let is_paid = matches!(command, Command::Pay { .. });
    let unknown = is_judged && refused_by("user_must_exist")
        || is_decided_on && refused_by("deposit_must_exist")
        || is_paid && (refused_by("order_must_exist") || refused_by("payment_link_must_exist"));
    let travels = matches!(
        command,
        Command::CoinDeposit { .. }
            | Command::Wallet { .. }
            | Command::Withdraw { .. }
            | Command::Quote { .. }
            | Command::Pay { .. }
    );
    let nowhere = refused_by("currency_must_be_known") || refused_by("network_must_carry_currency");
    let is_read = matches!(
        command,
        Command::Read { .. } | Command::OpenKyc { .. } | Command::ReadLimits { .. }
    );
    // What photos show is seen while the form is read.
    let shows_nobody =
        matches!(command, Command::AddFiles { .. }) && refused_by("document_must_show_identity");
    !(malformed || unknown || is_read || shows_nobody || travels && nowhere)
}

/// Every command has a number of its own, and the list of decisions says of it what its client was told.
async fn check_witnessed_order(stand: &Stand, decided: &[(Command, Observed)]) {
    let listed = stand.decisions().await;
    let numbers: BTreeSet<_> = listed.iter().map(|decision| decision.seq).collect();
    assert_eq!(numbers.len(), listed.len(), "numbers are unique");
    for (command, observed) in decided
        .iter()
        .filter(|(command, observed)| is_decision(command, observed))
    {
        let decision = listed.iter().find(|decision| decision.seq == observed.seq);
        let decision =
            decision.unwrap_or_else(|| panic!("{command} ({}) is not listed", observed.seq));
        let told = observed.refusal.as_ref().map(|(rule, _)| rule);
        assert_eq!(decision.rule.as_ref(), told, "{command}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_interleaving_of_clients_is_some_order_when_active_cards_refuse_suspension() {
    for seed in 0..6 {
        check_clients(ActiveCards::Refuse, seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_interleaving_of_clients_is_some_order_when_suspension_freezes_cards() {
    for seed in 6..12 {
        check_clients(ActiveCards::Freeze, seed).await;
    }
}
