//! What is to be expected of bulk work, as lines that people and machines read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use partner_api::bulk::{Bulk, Closing, Expected, Plan};
use partner_api::{Error, UserId};

use super::close::Sums;
use super::list::List;
use super::progress::Progress;
use super::row::Row as OutcomeRow;
use crate::connect::Cx;
use crate::exit::Result;
use crate::output::{Cell, Field, Row, counted, text};

/// What the provider says beforehand; nothing where it was not asked.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// How many cards are active, of how many users.
    cards: Option<(usize, usize)>,
    /// What would be lost with the accounts that can be closed.
    pub(super) lost: Sums,
    /// What becomes of each account that was looked at.
    pub(super) closures: HashMap<UserId, std::result::Result<Closing, OutcomeRow>>,
    /// How often each thing stands in the way.
    refused: BTreeMap<String, usize>,
}

/// One line of a plan.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    count: String,
    what: String,
}

impl Line {
    fn new(count: impl fmt::Display, what: impl fmt::Display) -> Self {
        Self {
            count: count.to_string(),
            what: what.to_string(),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>9}  {}", self.count, self.what)
    }
}

impl Row for Line {
    const FIELDS: &'static [Field] = &[text("count"), text("what")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(&self.count), Cell::text(&self.what)]
    }
}

/// Users about whom the journal has not the last word.
fn open(plan: &Plan) -> Vec<UserId> {
    let is_open = |expected: &Expected| {
        !matches!(
            expected,
            Expected::Done | Expected::Refused(_) | Expected::Denied(_)
        )
    };
    let users = plan.users.iter().filter(|(_, expected)| is_open(expected));
    users.map(|(user, _)| user.clone()).collect()
}

/// Asks for the active cards of each user.
pub(super) async fn cards(cx: &Cx, bulk: &Bulk, plan: &Plan) -> Looked {
    let users = open(plan);
    let mut progress = Progress::new(&cx.out, "look", users.len());
    let (mut looked, mut count, mut owners) = (Looked::default(), 0, 0);
    bulk.cards(users, |_, answer| {
        match answer {
            Ok(cards) => {
                count += cards.len();
                owners += usize::from(!cards.is_empty());
            }
            Err(error) => *looked.refused.entry(stands(&error)).or_default() += 1,
        }
        progress.step();
    })
    .await;
    progress.end();
    looked.cards = Some((count, owners));
    looked
}

/// Plans each closure.
pub(super) async fn closures(cx: &Cx, bulk: &Bulk, plan: &Plan) -> Result<Looked> {
    let users = open(plan);
    let in_doubt = plan.users.iter().filter(|(_, it)| *it == Expected::InDoubt);
    let in_doubt: HashSet<&UserId> = in_doubt.map(|(user, _)| user).collect();
    let mut progress = Progress::new(&cx.out, "look", users.len());
    let (mut looked, mut overflow) = (Looked::default(), None);
    bulk.closures(users, |user, planned| {
        match planned.and_then(|plan| Closing::of(&plan)) {
            Ok(closing) => {
                overflow = overflow
                    .take()
                    .or(looked.lost.add(closing.forfeits()).err());
                looked.closures.insert(user, Ok(closing));
            }
            // It may be closed already: the journal's doubt is looked after first.
            Err(error) if error.refusal().is_some() && in_doubt.contains(&user) => {}
            Err(error) => {
                *looked.refused.entry(stands(&error)).or_default() += 1;
                let row = OutcomeRow::not_begun(&user, &error);
                looked.closures.insert(user, Err(row));
            }
        }
        progress.step();
    })
    .await;
    progress.end();
    match overflow {
        Some(error) => Err(error),
        None => Ok(looked),
    }
}

/// What stands in the way, in words that are the same for all whom the same concerns.
fn stands(error: &Error) -> String {
    match (error.rule(), error.blockers().is_empty()) {
        (Some(rule), _) => match rule.invariant() {
            Some(invariant) => format!("would be refused by {} ({invariant})", rule.name()),
            None => format!("would be refused by {}", rule.name()),
        },
        (None, false) => {
            "cannot be closed now: something is not settled, or not resolved".to_owned()
        }
        (None, true) => "could not be looked at".to_owned(),
    }
}

pub(super) fn lines(list: &List, before: usize, plan: &Plan, looked: &Looked) -> Vec<Line> {
    let mut lines = Vec::new();
    if list.repeated != 0 {
        lines.push(Line::new(
            list.repeated,
            "repeated in the list, counted once",
        ));
    }
    if before != 0 {
        lines.push(Line::new(before, "had their turn in this run before"));
    }
    for (expected, count) in plan.counts() {
        lines.push(Line::new(count, expected));
    }
    if let Some((cards, owners)) = looked.cards {
        let cards = counted(cards, "card");
        lines.push(Line::new(
            owners,
            format_args!("with {cards} to be blocked first"),
        ));
    }
    for (what, count) in &looked.refused {
        lines.push(Line::new(count, what));
    }
    let closable = looked.closures.values().filter(|it| it.is_ok()).count();
    if !looked.closures.is_empty() {
        let lost = looked.lost.shown();
        lines.push(Line::new(
            closable,
            format_args!("can be closed; lost in all: {lost}"),
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use partner_api::Rule;

    use super::super::list::{Findings, parse};
    use super::*;

    #[test]
    fn a_plan_reads_well() {
        let list = parse(
            b"anna\nben\nanna\ncleo\ndora\nemil\n",
            &mut Findings::default(),
        );
        let expected = [
            Expected::Change,
            Expected::Change,
            Expected::NoChange,
            Expected::Denied(Rule::UserMustNotBeClosed),
        ];
        let mut plan = Plan::default();
        let users = list.users.iter().map(|user| user.id.clone());
        plan.users = users.zip(expected).collect();
        let looked = Looked {
            cards: Some((1, 1)),
            ..Looked::default()
        };
        let lines = lines(&list, 1, &plan, &looked);
        let text: String = lines.iter().map(|line| format!("\n{line}")).collect();
        expect![[r#"
            plan:
                    1  repeated in the list, counted once
                    1  had their turn in this run before
                    2  to change
                    1  there already, asked all the same
                    1  not asked, denied by user_must_not_be_closed (L7)
                    1  with 1 card to be blocked first"#]]
        .assert_eq(&format!("plan:{text}"));
    }
}
