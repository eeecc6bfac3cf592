//! What a card may spend, and what it has spent.

use super::Channel;
use crate::decide::Scene;
use crate::event::Event;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::user::UserAction;
use crate::{Amount, CardId, Timestamp, UserId};

/// Limits of one span of time, in euro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Over all channels.
    pub all: Amount,
    /// At cash machines.
    pub atm: Amount,
    /// In online shops.
    pub ecom: Amount,
}

/// What a card may spend, by span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendingLimits {
    /// On one day, in UTC (ASSUMED A50: calendar days, not rolling ones).
    pub daily: Limits,
    /// In thirty days that begin anew with every thirtieth (ASSUMED A50).
    pub monthly: Limits,
}

const fn euro(units: i64) -> Amount {
    match Amount::from_atoms(units * 100_000_000) {
        Some(amount) => amount,
        None => Amount::ZERO,
    }
}

impl Default for SpendingLimits {
    /// ASSUMED A44: no page gives a new card's limits.
    fn default() -> Self {
        Self {
            daily: Limits {
                all: euro(10_000),
                atm: euro(1_000),
                ecom: euro(10_000),
            },
            monthly: Limits {
                all: euro(50_000),
                atm: euro(5_000),
                ecom: euro(50_000),
            },
        }
    }
}

impl SpendingLimits {
    /// Whether no daily limit is over its monthly one.
    pub fn are_ordered(&self) -> bool {
        let Self { daily, monthly } = self;
        daily.all <= monthly.all && daily.atm <= monthly.atm && daily.ecom <= monthly.ecom
    }
}

/// The span of so many days that a moment is in.
fn span(moment: Timestamp, days: i64) -> i64 {
    const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
    moment.millis().div_euclid(DAY_MILLIS * days)
}

/// Whether two moments are on one day, as limits count.
pub(super) fn are_same_day(one: Timestamp, other: Timestamp) -> bool {
    span(one, 1) == span(other, 1)
}

/// What was spent in one span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Which span: the first, the second, and so on since 1970.
    pub span: i64,
    /// Over all channels, in atoms of euro.
    pub all: i64,
    /// At cash machines.
    pub atm: i64,
    /// In online shops.
    pub ecom: i64,
}

impl Spent {
    /// What stands in the span of `now`: nothing, if that is another one.
    fn on(self, now: Timestamp, days: i64) -> Self {
        let span = span(now, days);
        if span == self.span {
            self
        } else {
            Self {
                span,
                ..Self::default()
            }
        }
    }

    fn plus(self, atoms: i64, channel: Channel) -> Self {
        let add = |spent: i64, counts: bool| {
            if counts {
                spent.saturating_add(atoms)
            } else {
                spent
            }
        };
        Self {
            span: self.span,
            all: add(self.all, true),
            atm: add(self.atm, channel == Channel::Atm),
            ecom: add(self.ecom, channel == Channel::Ecom),
        }
    }

    fn is_within(&self, limits: &Limits, channel: Channel) -> bool {
        let is_within_there = match channel {
            Channel::Pos => true,
            Channel::Atm => self.atm <= limits.atm.atoms(),
            Channel::Ecom => self.ecom <= limits.ecom.atoms(),
        };
        self.all <= limits.all.atoms() && is_within_there
    }
}

/// What a card has spent today and in the thirty days that are running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spending {
    /// Today.
    pub daily: Spent,
    /// In the thirty days that are running.
    pub monthly: Spent,
}

impl Spending {
    /// What it becomes by spending so much more (or less, for what was reversed), if the limits allow that.
    pub(crate) fn add(self, atoms: i64, channel: Channel, now: Timestamp) -> Self {
        Self {
            daily: self.daily.on(now, 1).plus(atoms, channel),
            monthly: self.monthly.on(now, 30).plus(atoms, channel),
        }
    }

    /// Whether what it became by spending on a channel is within the limits that hold there.
    pub(crate) fn is_within(&self, limits: &SpendingLimits, channel: Channel) -> bool {
        let Self { daily, monthly } = self;
        daily.is_within(&limits.daily, channel) && monthly.is_within(&limits.monthly, channel)
    }
}

pub(crate) fn set_limits(
    scene: &Scene<'_>,
    user: &UserId,
    id: &CardId,
    limits: SpendingLimits,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    gate.must(limits.are_ordered(), Rule::LimitsMustBeOrdered);
    let card = super::operate::own_card(scene, user, id, UserAction::SetLimits, &mut gate);
    gate.pass()?;
    let changed = card.is_some_and(|card| card.limits != limits);
    Ok(if changed {
        vec![Event::CardLimitsChanged {
            card: id.clone(),
            limits,
        }]
    } else {
        vec![]
    })
}
