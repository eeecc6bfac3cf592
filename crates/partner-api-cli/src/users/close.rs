//! `partner users close`.

use partner_api::{ClosurePlan, ClosureProof, ClosureReport, Holding, Money, RequestKey, UserId};

use crate::bulk::{self, BulkArgs, Kind, Work};
use crate::connect::{Asked, Cx, Needs, Reach, Session, connect, name, under};
use crate::exit::{Exit, Failure, Result};
use crate::output::{Cell, Field, Row, holding, text};
use crate::prompt;

/// What has to be typed.
const WORD: &str = "close";

#[derive(Debug, clap::Args)]
pub(crate) struct CloseArgs {
    /// Your own id of the user
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    id: Option<UserId>,
    /// Show what closing would mean, and change nothing
    #[arg(long, conflicts_with = "from")]
    plan: bool,
    /// Give up exactly this with the account, such as "12.00 eur"; once for each currency
    #[arg(long, value_name = "MONEY", conflicts_with = "from")]
    forfeit: Vec<Money>,
    /// Give up no more than this with all accounts of a list together, such as "1200.00 eur"; once for each currency
    #[arg(long, value_name = "MONEY", requires = "from")]
    forfeit_up_to: Vec<Money>,
    /// Do not ask for the word. What is on the account must be named all the same, with --forfeit or --forfeit-up-to
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    asked: Asked,
    /// Your own name for this change: under one key it happens once, however often the command is given
    #[arg(long, value_name = "KEY", conflicts_with = "from")]
    key: Option<RequestKey>,
    #[command(flatten)]
    many: BulkArgs,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: CloseArgs) -> Result<Exit> {
    let Some(id) = args.id else {
        let work = Work {
            kind: Kind::Close {
                forfeit_up_to: args.forfeit_up_to,
            },
            asked: args.asked,
            is_told_yes: args.yes,
        };
        return bulk::run(cx, reach, args.many, work).await;
    };
    let needs = match args.plan {
        true => Needs::Nothing,
        false => Needs::Journal,
    };
    let session = connect(cx, reach, needs)?;
    let plan = session.partner.user(id)?.plan_closure().await?;
    if args.plan {
        cx.out.one(&plan)?;
        return Ok(Exit::Success);
    }
    let ready = plan.ready()?;
    let held = plan.balances.held();
    let given_up = match args.yes {
        true => named(&args.forfeit, &held)?,
        false => {
            ask(&session, &plan, &held)?;
            match args.forfeit.is_empty() {
                // What was shown, and confirmed by the word.
                true => held,
                false => named(&args.forfeit, &held)?,
            }
        }
    };
    let close = ready.confirm().forfeit_balances(given_up);
    let report = under(args.key, args.asked.on(close)).await?;
    let sentence = format!(
        "user {} is closed for good; given up: {}",
        report.user,
        listed(&report.forfeited)
    );
    cx.out.done(sentence, &report)?;
    Ok(Exit::Success)
}

/// What was named as given up. The provider's balances are compared with it once more when nothing can move any longer.
fn named(forfeit: &[Money], held: &[Holding]) -> Result<Vec<Holding>> {
    if forfeit.is_empty() && !held.is_empty() {
        let named: Vec<String> = held
            .iter()
            .map(|it| format!("--forfeit \"{it}\""))
            .collect();
        let text = format!(
            "the account holds {}, and nothing was named as given up; nothing was changed; collect it with `partner \
             transfer`, or name exactly this with {}",
            listed(held),
            named.join(" ")
        );
        return Err(Failure::new(Exit::Refused, text).into());
    }
    let mut named: Vec<Holding> = forfeit.iter().copied().map(Holding::from).collect();
    named.retain(|it| !it.amount.is_zero());
    let is_all = named.len() == held.len() && held.iter().all(|it| named.contains(it));
    if !is_all {
        // A slip of the pen must not even suspend anybody.
        let text = format!(
            "the account holds {}, and {} was named as given up; nothing was changed; collect the money, or name exactly \
             what is there",
            listed(held),
            listed(&named)
        );
        return Err(Failure::new(Exit::Refused, text).into());
    }
    Ok(named)
}

fn ask(session: &Session, plan: &ClosurePlan, held: &[Holding]) -> Result<()> {
    let remedy = match held.is_empty() {
        true => "say --yes".to_owned(),
        false => "say --yes, and name what is given up with --forfeit".to_owned(),
    };
    if prompt::can_ask() {
        let cards = plan.cards.len();
        let place = name(&session.environment);
        anstream::eprintln!("Closing the account of user {} is irreversible.", plan.user);
        anstream::eprintln!("  where            {place}");
        anstream::eprintln!("  lost for good    {}", listed(held));
        anstream::eprintln!("  cards deleted    {cards}");
        anstream::eprintln!("  the id           is never accepted again");
    }
    let question = format!("Type the word {WORD} to go on");
    prompt::word(&question, WORD, &remedy)
}

fn listed(holdings: &[Holding]) -> String {
    match holdings.is_empty() {
        true => "nothing".to_owned(),
        false => {
            let each: Vec<String> = holdings.iter().map(holding).collect();
            each.join(", ")
        }
    }
}

impl Row for ClosurePlan {
    const FIELDS: &'static [Field] = &[
        text("user"),
        text("would_be_lost"),
        text("cards"),
        text("blockers"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.user),
            Cell::list(self.balances.held().iter().map(holding)),
            Cell::list(self.cards.iter().map(|card| &card.id)),
            Cell::list(&self.blockers),
        ]
    }
}

impl Row for ClosureReport {
    const FIELDS: &'static [Field] = &[
        text("user"),
        text("forfeited"),
        text("cards_blocked"),
        text("proof"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.user),
            Cell::list(self.forfeited.iter().map(holding)),
            Cell::list(&self.blocked),
            Cell::text(match self.proof {
                ClosureProof::Acknowledged => "acknowledged",
                _ => "found_gone",
            }),
        ]
    }
}
