//! `partner users show`.

use partner_api::journal::Entry;
use partner_api::roster::believed;
use partner_api::{Balances, Card, PartnerApi, Rule, Standing, UserId};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exit::{Exit, Result};
use crate::journal::ended;
use crate::output::{Cell, Field, Row, holding, text};

#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// Your own id of the user
    id: UserId,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: ShowArgs) -> Result<Exit> {
    let partner = connect(cx, reach, Needs::Nothing)?.partner;
    let shown = look(&partner, args.id).await?;
    cx.out.one(&shown)?;
    Ok(Exit::Success)
}

/// What is known of a user.
struct Shown {
    id: UserId,
    /// Nothing before the user is verified.
    balances: Option<Balances>,
    cards: Vec<Card>,
    /// Where the journal believes that the user stands; the provider does not tell.
    standing: Option<Standing>,
    last: Option<Entry>,
}

async fn look(partner: &PartnerApi, id: UserId) -> Result<Shown> {
    let user = partner.user(id.clone())?;
    let is_unverified = |error: &partner_api::Error| error.rule() == Some(Rule::UserMustBeVerified);
    let balances = match user.balances().await {
        Err(error) if is_unverified(&error) => None,
        read => Some(read?),
    };
    let cards = match user.cards().list().await {
        Err(error) if is_unverified(&error) => Vec::new(),
        read => read?,
    };
    let entries = partner.journal().entries_of(&id).await?;
    Ok(Shown {
        id,
        balances,
        cards,
        standing: believed(&entries).map(|it| it.standing),
        last: entries.into_iter().next_back(),
    })
}

impl Row for Shown {
    const FIELDS: &'static [Field] = &[
        text("user"),
        text("believed_standing"),
        text("verified"),
        text("holds"),
        text("cards"),
        text("last_change"),
        text("ended"),
        text("changed_at"),
        text("changed_by"),
        text("because"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let held = self.balances.iter().flat_map(Balances::held);
        let cards = self.cards.iter().filter(|card| !card.is_deleted());
        let intent = self.last.as_ref().map(|entry| &entry.intent);
        vec![
            Cell::text(&self.id),
            Cell::maybe(self.standing),
            Cell::Flag(self.balances.is_some()),
            Cell::list(held.map(|it| holding(&it))),
            Cell::list(
                cards.map(|card| format!("{} *{} {}", card.label, card.last_digits, card.status)),
            ),
            Cell::maybe(intent.map(|it| it.action.name())),
            Cell::maybe(self.last.as_ref().map(ended)),
            intent.map_or(Cell::Nothing, |it| Cell::Time(it.at)),
            Cell::maybe(intent.and_then(|it| it.actor.as_ref())),
            Cell::maybe(intent.and_then(|it| it.reason.as_ref())),
        ]
    }
}
