//! The kit against our own sandbox, which confirms what can be seen, and against a provider that differs in one thing.

mod plants;
mod tampering;

use std::sync::Arc;

use partner_api::raw::types::assumptions::{ASSUMPTIONS, Shown};
use partner_api::raw::types::operations::OPERATIONS;
use partner_api::raw::types::shapes::SHAPES;

use super::kit::Kit;
use super::record::{self, Record, Verdict};
use super::report::{self, Asked};
use super::story::{self, Allowed};
use super::{everything, lived_in, over, prober};
use crate::args::ActiveCards;
use crate::demo::stage::Stage;
use plants::{PLANTS, Plant};
use tampering::Tampering;

/// Plays the story against a stage of its own, with or without something planted.
async fn played(active_cards: ActiveCards, plant: Option<&'static Plant>) -> Record {
    let stage = lived_in::stage_under(active_cards).await.expect("a stage");
    let honest = partner_api::raw::ReqwestWire::new(reqwest_client(&stage));
    let wire = Arc::new(Tampering::new(honest, plant));
    let prober = over(&stage.api_url(), stage.api_key(), wire).expect("a prober");
    let mut kit = Kit::new(prober);
    story::play(&mut kit, &everything(5)).await;
    stage.strike().await;
    kit.record
}

fn reqwest_client(stage: &Stage) -> reqwest::Client {
    use partner_api::raw::progenitor::ClientInfo as _;
    stage.partner.raw().raw().client().clone()
}

fn is_confirmed(record: &Record, name: &str) -> bool {
    record.verdict(name) == Some(&Verdict::Confirmed)
}

/// Bodies of what is not done by the story: it would take money that does not come back, or somebody outside.
const OUT_OF_REACH: &[&str] = &[
    "ReceiverType",
    "DepositWalletType",
    "WithdrawalWalletType",
    "CreateExchangeRequest",
    "ExchangeCreated",
    "CreateSepaTransferRequest",
    "SepaTransferCreated",
    "CreatePartnerExchangeRequest",
    "CreatePartnerSepaTransferRequest",
    "UpdateTravelRuleRequest",
    "TravelRuleDetails",
    "CreateWithdrawalRequest",
    "CreatePartnerWithdrawalRequest",
    "WithdrawalCreated",
];

#[tokio::test(flavor = "multi_thread")]
async fn our_own_sandbox_confirms_everything_that_can_be_seen_and_refutes_nothing() {
    let record = played(ActiveCards::Refuse, None).await;
    assert_eq!(record.findings(), [""; 0]);
    assert_eq!(record.left_behind, [""; 0]);
    for row in report::rows(&record, &everything(5)) {
        assert!(!matches!(row.verdict, Verdict::Refuted(_)), "{row:?}");
    }
    for row in ASSUMPTIONS {
        let can_be_seen = !matches!(row.shown, Shown::ByOthers(_));
        assert_eq!(is_confirmed(&record, row.id), can_be_seen, "{row:?}");
    }
    for operation in OPERATIONS {
        assert!(
            is_confirmed(&record, &record::path(operation.id)),
            "{}",
            operation.id
        );
    }
    for shape in SHAPES {
        let can_be_seen = !OUT_OF_REACH.contains(&shape.name);
        let name = record::shape(shape.name);
        assert_eq!(is_confirmed(&record, &name), can_be_seen, "{name}");
    }
}

#[tokio::test]
async fn every_planted_difference_is_reported() {
    let mut runs = tokio::task::JoinSet::new();
    let local = tokio::task::LocalSet::new();
    for plant in PLANTS {
        let run = async move { (plant, played(ActiveCards::Refuse, Some(plant)).await) };
        runs.spawn_local_on(run, &local);
    }
    let mut missed = Vec::new();
    let collect = async {
        while let Some(run) = runs.join_next().await {
            let (plant, record) = run.expect("the run ends");
            if !plant.is_reported_in(&record) {
                let verdict = record.verdict(plant.expected);
                missed.push(format!("{plant:?}: {verdict:?}, {:?}", record.findings()));
            }
        }
    };
    local.run_until(collect).await;
    assert!(
        missed.is_empty(),
        "of {} planted, missed {missed:#?}",
        PLANTS.len()
    );
}

/// Every assumption that can be seen is refuted by some plant: a check that could not fail would show nothing.
#[test]
fn no_assumption_is_confirmed_whatever_is_answered() {
    let unplanted: Vec<&str> = ASSUMPTIONS
        .iter()
        .filter(|row| !matches!(row.shown, Shown::ByOthers(_)))
        .map(|row| row.id)
        .filter(|id| PLANTS.iter().all(|plant| plant.expected != *id))
        .collect();
    // By another sandbox, below.
    assert_eq!(unplanted, ["A20"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_reading_of_the_suspension_rule_is_reported() {
    let record = played(ActiveCards::Freeze, None).await;
    let refuted = |name: &str| matches!(record.verdict(name), Some(Verdict::Refuted(_)));
    assert!(refuted("A20") && refuted("code:P454 card_must_not_be_active"));
    assert_eq!(
        record.left_behind, [""; 0],
        "the user is unsuspended and closed all the same"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_alone_makes_nothing_and_moves_nothing() {
    let stage = lived_in::stage().await.expect("a stage");
    stage.world().freeze_clock().await.expect("the clock stops");
    let decisions = async || {
        let all = stage.world().list_decisions(None).await.expect("decisions");
        all.into_inner().decisions
    };
    let before = decisions().await.len();
    let prober = prober(&stage.api_url(), stage.api_key(), &stage.partner).expect("a prober");
    let mut kit = Kit::new(prober);
    let reading = Allowed {
        user: Some(lived_in::USER.to_owned()),
        ..Allowed::default()
    };
    story::play(&mut kit, &reading).await;
    let made: Vec<_> = decisions().await.split_off(before);
    let took_effect = made.iter().filter(|it| it.rule.is_none());
    let took_effect: Vec<&str> = took_effect.map(|it| it.command.as_str()).collect();
    assert!(!took_effect.is_empty(), "locks are made");
    assert!(
        took_effect.iter().all(|command| *command == "lock_rate"),
        "{took_effect:?}"
    );

    assert_eq!(kit.record.findings(), [""; 0]);
    for row in ASSUMPTIONS {
        let can_be_seen = row.shown == Shown::ByReading;
        assert_eq!(is_confirmed(&kit.record, row.id), can_be_seen, "{row:?}");
    }
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_holds_nobodys_data_and_no_key() {
    let stage = lived_in::stage().await.expect("a stage");
    // Answers in which everything is wrong, so that whatever is told of them is told.
    let honest = partner_api::raw::ReqwestWire::new(reqwest_client(&stage));
    let wire = Arc::new(Tampering::new(honest, Some(&plants::EVERYTHING)));
    let prober = over(&stage.api_url(), stage.api_key(), wire).expect("a prober");
    let mut kit = Kit::new(prober);
    let allowed = everything(0);
    story::play(&mut kit, &allowed).await;
    let asked = Asked {
        environment: "a test",
        at: "now".to_owned(),
        allowed: &allowed,
    };
    let rows = report::rows(&kit.record, &allowed);
    let (_, refuted, _) = report::counts(&rows);
    assert!(20 < refuted, "{refuted}");
    let report = format!(
        "{} {}",
        report::json(&asked, &rows, &kit.record),
        report::markdown(&asked, &rows, &kit.record)
    );
    for canary in [
        stage.api_key(),
        plants::CANARY,
        lived_in::USER,
        "Wrona",
        "PL61109010140000071219812874",
        "tb1q",
        "127.0.0.1",
    ] {
        assert!(!report.contains(canary), "{canary}");
    }
    stage.strike().await;
}

#[test]
fn money_needs_a_cap_that_covers_every_transfer_and_production_takes_no_writes() {
    use clap::Parser as _;
    use partner_api::Environment;

    use crate::args::{Args, Command};

    let check = |text: &str, environment: &Environment| -> Result<(), String> {
        let words = ["partner", "parity"].into_iter().chain(text.split(' '));
        let args = Args::try_parse_from(words).map_err(|error| error.kind().to_string())?;
        let Command::Parity(args) = args.command else {
            return Err("another command".to_owned());
        };
        super::allowed(&args, environment)
            .map(drop)
            .map_err(|error| error.to_string())
    };
    let staging = Environment::Staging;
    assert_eq!(check("--allow-writes", &staging), Ok(()));
    assert!(
        check("--allow-writes --allow-money 1", &staging).is_err(),
        "no cap"
    );
    assert!(
        check("--allow-money 1 --cap 5", &staging).is_err(),
        "no writes"
    );
    assert!(check("--allow-writes --allow-money 1 --cap 4.99", &staging).is_err());
    assert_eq!(
        check("--allow-writes --allow-money 1 --cap 5", &staging),
        Ok(())
    );
    assert!(check("--allow-writes --allow-money 0 --cap 5", &staging).is_err());
    assert!(check("--allow-writes", &Environment::Production).is_err());
    assert_eq!(check("--wait 1", &Environment::Production), Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_accepted_and_an_address_where_nobody_is_end_the_run() {
    let stage = lived_in::stage().await.expect("a stage");
    let wire = || Arc::new(partner_api::raw::ReqwestWire::new(reqwest_client(&stage)));
    let reach = async |base: &str, key: &str| {
        let mut kit = Kit::new(over(base, key, wire()).expect("a prober"));
        story::reach(&mut kit).await
    };
    let url = stage.api_url();
    assert_eq!(reach(&url, stage.api_key()).await, Ok(()));
    let refused = reach(&url, "wrong").await.unwrap_err();
    assert!(refused.contains("not one of this environment"), "{refused}");
    // Nobody listens there: the port was taken and given back.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let nobody = format!("http://{}", gone.local_addr().expect("an address"));
    drop(gone);
    let refused = reach(&nobody, "key").await.unwrap_err();
    assert!(refused.contains("nobody answers"), "{refused}");
    stage.strike().await;
}
