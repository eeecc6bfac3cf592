//! What the provider may answer: done, or the first broken rule in the published order.

use std::fmt;

/// A rule: its name, the invariant of the design that it belongs to, and what the wire says when it is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// A sentence about the world.
    pub name: &'static str,
    /// `L1` to `L14`, or nothing.
    pub invariant: &'static str,
    /// The wire's `errorCode`.
    pub code: &'static str,
}

const fn rule(name: &'static str, invariant: &'static str, code: &'static str) -> Rule {
    Rule {
        name,
        invariant,
        code,
    }
}

/// Every rule that a partner can break (ASSUMED: the codes from P480 on), and those of the control API, which have no
/// code; in the order in which a refusal names them: the first broken one is the answer.
pub const RULES: &[Rule] = &[
    // First, because these are seen while a body is read, before any rule is asked.
    rule("input_must_be_well_formed", "", "P403"),
    rule("amount_must_fit_currency", "", "P403"),
    rule("currency_must_be_known", "", "P403"),
    rule("currency_must_be_eur", "", "P403"),
    rule("amount_must_be_positive", "", "P403"),
    rule("source_or_destination_must_be_given", "", "P424"),
    rule("parties_must_differ", "", "P480"),
    rule("currencies_must_differ", "", "P481"),
    rule("field_must_be_editable", "L1", "P403"),
    rule("user_must_exist", "", "P412"),
    rule("user_id_must_be_unused", "L13", "P411"),
    rule("user_must_not_be_closed", "L7", "P412"),
    rule("user_must_not_be_suspended", "L3", "P455"),
    rule("user_must_be_verified", "L9", "P459"),
    rule("verification_must_be_open", "", "P482"),
    rule("verification_must_be_pending", "", ""),
    rule("exchange_must_exist", "", ""),
    rule("exchange_must_be_pending", "", ""),
    rule("card_must_exist", "", "P434"),
    rule("card_must_be_active", "", ""),
    rule("spending_must_be_within_limits", "", ""),
    rule("card_must_not_be_active", "L4", "P454"),
    rule("movements_must_be_settled", "", "P488"),
    rule("country_must_allow_cards", "L12", "P431"),
    rule("cards_held_must_be_below_limit", "L12", "P489"),
    rule("cards_created_must_be_below_limit", "L12", "P490"),
    rule("lock_must_exist", "L11", "P491"),
    rule("lock_must_be_unused", "L11", "P492"),
    rule("lock_must_not_be_expired", "L11", "P493"),
    rule("funds_must_suffice", "L10", "P433"),
];

/// Done, or the rule that refused.
pub type Verdict = Result<(), Rule>;

/// The rules that a command breaks.
#[derive(Debug, Default)]
pub(super) struct Broken(Vec<&'static str>);

impl Broken {
    /// Notes `rule` unless it `holds`.
    pub(super) fn must(&mut self, holds: bool, rule: &'static str) {
        if !holds {
            self.0.push(rule);
        }
    }

    /// The verdict: of all broken rules the one that comes first in [`RULES`].
    pub(super) fn verdict(self) -> Verdict {
        for broken in &self.0 {
            assert!(
                RULES.iter().any(|rule| rule.name == *broken),
                "{broken} is not in RULES"
            );
        }
        match RULES.iter().find(|rule| self.0.contains(&rule.name)) {
            Some(rule) => Err(*rule),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.invariant {
            "" => f.write_str(self.name),
            invariant => write!(f, "{invariant} {}", self.name),
        }
    }
}
