//! `partner sandbox books`, `state` and `decisions`: what only the provider can see.

use partner_api::UserId;
use partner_api_sandbox_control::types;

use crate::connect::Cx;
use crate::control::{self, ControlArgs, told};
use crate::exit::{Exit, Result};
use crate::output::{Cell, Field, Row, money, text};

pub(super) async fn books(cx: &Cx, control: &ControlArgs) -> Result<Exit> {
    let control = control::connect(cx, control)?;
    let books = control.get_books().await.map_err(told)?.into_inner();
    cx.out.list(books.currencies)?;
    Ok(Exit::Success)
}

impl Row for types::CurrencyBooks {
    const FIELDS: &'static [Field] = &[text("currency"), text("sum"), text("accounts")];

    fn cells(&self) -> Vec<Cell> {
        let accounts = self.accounts.iter().filter(|it| !it.total.is_zero());
        vec![
            Cell::text(self.currency),
            Cell::text(self.sum),
            Cell::list(accounts.map(|it| format!("{} {}", it.kind, it.total))),
        ]
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct StateArgs {
    #[command(flatten)]
    control: ControlArgs,
    /// Your own id of the user
    user: UserId,
}

pub(super) async fn state(cx: &Cx, args: StateArgs) -> Result<Exit> {
    let control = control::connect(cx, &args.control)?;
    let state = control.get_user_state(&args.user).await.map_err(told)?;
    cx.out.one(&state.into_inner())?;
    Ok(Exit::Success)
}

impl Row for types::UserState {
    const FIELDS: &'static [Field] = &[
        text("holder"),
        text("standing"),
        text("verification"),
        text("holds"),
        text("cards"),
        text("held_deposits"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let balances = self.balances.iter();
        let cards = self.cards.iter();
        vec![
            Cell::text(self.user_id),
            Cell::text(&self.standing),
            Cell::text(&self.verification),
            Cell::list(balances.map(|it| format!("{} {}", it.amount, it.currency))),
            Cell::list(cards.map(|it| format!("{} {}", it.card_id, it.state))),
            Cell::list(self.held_deposits.iter().map(|it| &it.id)),
        ]
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct DecisionsArgs {
    #[command(flatten)]
    control: ControlArgs,
    /// Only after this number
    #[arg(long, value_name = "NUMBER")]
    after: Option<i64>,
}

pub(super) async fn decisions(cx: &Cx, args: DecisionsArgs) -> Result<Exit> {
    let control = control::connect(cx, &args.control)?;
    let mut after = args.after;
    let mut rows = cx.out.rows::<types::Decision>();
    loop {
        let page = control.list_decisions(after).await.map_err(told)?;
        let decisions = page.into_inner().decisions;
        let Some(last) = decisions.last() else {
            break;
        };
        after = Some(last.seq);
        for decision in &decisions {
            rows.push(decision)?;
        }
    }
    rows.end()?;
    Ok(Exit::Success)
}

impl Row for types::Decision {
    const FIELDS: &'static [Field] = &[
        text("number"),
        text("at"),
        text("command"),
        text("subject"),
        text("refused_by"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::Number(self.seq),
            Cell::Time(self.at),
            Cell::text(&self.command),
            Cell::text(&self.subject),
            Cell::maybe(self.rule.as_ref()),
        ]
    }
}

impl Row for types::Deposit {
    const FIELDS: &'static [Field] = &[text("id"), text("status"), money("amount")];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::text(&self.status),
            Cell::money(self.amount.0, self.currency),
        ]
    }
}
