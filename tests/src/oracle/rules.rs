//! What the provider may answer: done, or the first broken rule in the published order.

use std::fmt;

use super::{Oracle, reach::Pair};

/// A rule: its name, the invariant of the design that it belongs to, and what the wire says when it is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// A sentence about the world.
    pub name: &'static str,
    /// `L1` to `L14`, or nothing.
    pub invariant: &'static str,
    /// The wire's `errorCode`.
    pub code: &'static str,
    /// Tells apart two places of one rule in the order.
    key: &'static str,
}

const fn rule(name: &'static str, invariant: &'static str, code: &'static str) -> Rule {
    again(name, name, invariant, code)
}

const fn again(
    key: &'static str,
    name: &'static str,
    invariant: &'static str,
    code: &'static str,
) -> Rule {
    Rule {
        name,
        invariant,
        code,
        key,
    }
}

/// Every rule that a command can break (ASSUMED: the codes from P480 on), and those of the control API, which have no
/// code; in the order in which a refusal names them: the first broken one is the answer.
#[rustfmt::skip] // a table is read by its columns
pub const RULES: &[Rule] = &[
    // First, because these are seen while a body is read, before any rule is asked.
    rule("input_must_be_well_formed", "", "P403"),
    rule("amount_must_fit_currency", "", "P403"),
    rule("currency_must_be_known", "", "P403"),
    rule("currency_must_be_eur", "", "P403"),
    rule("network_must_carry_currency", "", "P403"),
    rule("amount_must_be_positive", "", "P403"),
    // What is too much, or too little, is seen when it is counted.
    again(UNBOOKABLE, "amount_must_fit_currency", "", "P403"),
    rule("amount_must_reach_minimum", "", "P600"),
    rule("limits_must_be_ordered", "", "P403"),
    rule("source_or_destination_must_be_given", "", "P424"),
    rule("parties_must_differ", "", "P480"),
    rule("currencies_must_differ", "", "P481"),
    rule("field_must_be_editable", "L1", "P403"),
    rule("file_must_be_small_enough", "", "P440"),
    rule("file_must_be_of_taken_kind", "", "P426"),
    rule("birth_date_must_be_plausible", "", "P403"),
    rule("document_must_show_identity", "", "P403"),
    rule("document_number_must_fit_kind", "", "P403"),
    rule("permit_must_be_of_residence", "", "P403"),
    rule("permit_must_expire", "", "P403"),
    rule("document_must_not_be_expired", "", "P403"),
    rule("user_must_exist", "", "P412"),
    rule("user_id_must_be_unused", "L13", "P411"),
    rule("user_must_not_be_closed", "L7", "P412"),
    rule("user_must_not_be_suspended", "L3", "P455"),
    rule("user_must_be_verified", "L9", "P459"),
    rule("verification_must_be_open", "", "P482"),
    rule("verification_must_be_pending", "", ""),
    rule("documents_must_be_accepted", "", "P601"),
    rule("kyc_must_exist", "", "P445"),
    rule("kyc_must_be_open", "", "P602"),
    rule("kyc_must_be_pending", "", ""),
    rule("poa_must_be_asked", "", "P460"),
    rule("poa_must_not_be_pending", "", "P211"),
    rule("poa_must_not_be_approved", "", "P447"),
    rule("poa_must_be_pending", "", ""),
    rule("exchange_must_exist", "", ""),
    rule("exchange_must_be_pending", "", ""),
    rule("payout_must_exist", "", ""),
    rule("payout_must_be_pending", "", ""),
    rule("withdrawal_must_exist", "", ""),
    rule("withdrawal_must_be_pending", "", ""),
    rule("deposit_must_exist", "", "P607"),
    rule("deposit_must_be_open", "", ""),
    rule("deposit_must_wait_for_travel_rule", "", "P609"),
    rule("order_must_exist", "", ""),
    rule("payment_link_must_exist", "", ""),
    rule("card_must_exist", "", "P434"),
    rule("card_must_be_active", "", ""),
    rule("card_transaction_must_exist", "", ""),
    rule("card_transaction_must_be_authorised", "", ""),
    rule("card_transaction_must_be_cleared", "", ""),
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

/// What cannot be booked, because it is too much or nothing.
pub(super) const UNBOOKABLE: &str = "amount_must_be_bookable";

/// Done, or the rule that refused.
pub type Verdict = Result<(), Rule>;

/// The rules that a command breaks, and what it asks of which table.
#[derive(Debug, Default)]
pub(super) struct Broken {
    rules: Vec<&'static str>,
    asked: Vec<Pair>,
}

impl Broken {
    /// Notes `rule` unless it `holds`.
    pub(super) fn must(&mut self, holds: bool, rule: &'static str) {
        if !holds {
            self.rules.push(rule);
        }
    }

    /// Notes what is asked of a table.
    pub(super) fn asks(&mut self, table: &'static str, state: &'static str, action: &'static str) {
        self.asked.push((table, state, action));
    }
}

impl Oracle {
    /// The verdict: of all broken rules the one that comes first in [`RULES`].
    pub(super) fn pass(&mut self, broken: Broken) -> Verdict {
        let Broken { rules, asked } = broken;
        for broken in &rules {
            let is_known = RULES.iter().any(|rule| rule.key == *broken);
            assert!(is_known, "{broken} is not in RULES");
        }
        for pair in asked {
            self.reached.note(pair, rules.is_empty());
        }
        match RULES.iter().find(|rule| rules.contains(&rule.key)) {
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
