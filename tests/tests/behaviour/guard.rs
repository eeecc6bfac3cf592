//! The SDK's guard against the sandbox: what it denies without asking, the sandbox refuses in that state; and it denies
//! nothing in any state from which the command could still become possible.

use partner_api_tests::{
    facade::Facade,
    oracle::{ActiveCards, Command, Oracle, Standing},
    stand::Stand,
    story::{Row, rows},
};

/// How to reach every combination of verification and standing.
const STATES: [&str; 11] = [
    "",
    "create U1 in PL  ok",
    "create U1 in PL  ok \n verify U1  ok",
    "create U1 in PL  ok \n verify U1  ok \n reject U1  ok",
    "create U1 in PL  ok \n verify U1  ok \n approve U1  ok \n card U1 as C1  ok",
    "create U1 in PL  ok \n suspend U1  ok",
    "create U1 in PL  ok \n verify U1  ok \n suspend U1  ok",
    "create U1 in PL  ok \n verify U1  ok \n reject U1  ok \n suspend U1  ok",
    "create U1 in PL  ok \n verify U1  ok \n approve U1  ok \n card U1 as C1  ok \n lock U1 as L1  ok \n suspend U1  ok",
    "create U1 in PL  ok \n close U1  ok",
    "create U1 in PL  ok \n verify U1  ok \n approve U1  ok \n card U1 as C1  ok \n lock U1 as L1  ok \n close U1  ok",
];

/// Everything that the SDK can ask about a user.
const COMMANDS: &str = "
    create U1 in PL            any
    verify U1                  any
    update U1 city             any
    suspend U1                 any
    unsuspend U1               any
    close U1                   any
    balances U1                any
    transfer partner U1 1 eur  any
    transfer U1 partner 1 eur  any
    payout U1 1 eur as P1      any
    lock U1 as L2              any
    exchange U1 1 eur to btc with L1 as X1  any
    card U1 as C2              any
    block U1 C1                any
    unblock U1 C1              any
    delete U1 C1               any
";

async fn run(command: &Command, facade: &mut Facade, stand: &mut Stand) {
    stand.look_at_market(command).await;
    let verdict = facade.expected(command, &mut stand.oracle);
    // Asks the sandbox too, and fails if it allows what the SDK denies.
    let observed = facade.perform(command, &mut stand.driver).await;
    assert!(
        observed.agrees_with(&verdict),
        "{command}: {verdict:?}, but {}",
        observed.show()
    );
}

fn is_closed(oracle: &Oracle) -> bool {
    oracle
        .users
        .get("U1")
        .is_some_and(|user| user.standing == Standing::Closed)
}

#[tokio::test]
async fn what_the_guard_denies_the_server_refuses_in_every_reachable_state() {
    let mut stand = Stand::start(ActiveCards::Refuse).await;
    for state in STATES {
        for row in rows(COMMANDS) {
            let Row::Ask(command, _) = row else {
                unreachable!("commands only")
            };
            stand.reset().await;
            let mut facade = Facade::new(&stand.driver.partner);
            for row in rows(state) {
                let Row::Ask(step, _) = row else {
                    unreachable!("commands only")
                };
                run(&step, &mut facade, &mut stand).await;
            }
            let needs_a_lock = matches!(command, Command::Exchange { .. });
            if needs_a_lock && !stand.oracle.locks.contains_key("L1") {
                // The SDK's exchange takes a lock that the SDK has made.
                continue;
            }
            let closed = is_closed(&stand.oracle);
            run(&command, &mut facade, &mut stand).await;
            assert_eq!(facade.denied > 0, closed, "{command} after\n{state}");
        }
    }
}
