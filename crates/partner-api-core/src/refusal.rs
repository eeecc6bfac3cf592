//! Refusals: which rule, of what command, about whom, and what is allowed instead.

use std::fmt;

use crate::command::CommandKind;
use crate::rule::Rule;
use crate::user::UserAction;

/// A command that did not go through. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that refused: of all that were broken, the first in precedence.
    pub rule: Rule,
    /// What was refused.
    pub command: CommandKind,
    /// Whom or what it was about, by id, such as `user u_7`.
    pub subject: String,
    /// What stands in the way, by id, where the rule is about one thing: `user u_8` of the two of a transfer, `card c_1`.
    pub culprit: Option<String>,
    /// What the standing of the user who stands in the way, or of the one it was about, allows now.
    pub allowed: Vec<UserAction>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rule, broken) = (self.rule, self.rule.broken());
        write!(f, "cannot {} {}: ", verb(self.command), self.subject)?;
        let of_one = ["the user ", "a card "];
        let of_one = of_one.iter().find_map(|one| broken.strip_prefix(one));
        match (&self.culprit, of_one) {
            (Some(culprit), Some(broken)) => write!(f, "{culprit} {broken}")?,
            _ => f.write_str(broken)?,
        }
        if let Some(invariant) = rule.invariant() {
            write!(f, " ({invariant})")?;
        }
        write!(f, "; {}", rule.remedy())
    }
}

impl std::error::Error for Refusal {}

/// The command as a sentence says it, up to whom or what it is about.
const fn verb(command: CommandKind) -> &'static str {
    match command {
        CommandKind::CreateUser => "create",
        CommandKind::AddVerification => "verify",
        CommandKind::DecideVerification => "decide the verification of",
        CommandKind::UpdateUser => "update",
        CommandKind::Suspend => "suspend",
        CommandKind::Unsuspend => "unsuspend",
        CommandKind::Close => "close",
        CommandKind::Transfer => "transfer",
        CommandKind::LockRate => "lock rates for",
        CommandKind::Exchange => "exchange for",
        CommandKind::SettleExchange | CommandKind::SettlePayOut => "settle",
        CommandKind::PayOut => "pay out for",
        CommandKind::ReceiveDeposit => "receive a deposit for",
        CommandKind::CreateCard => "create a card for",
        CommandKind::BlockCard => "block a card of",
        CommandKind::UnblockCard => "unblock a card of",
        CommandKind::DeleteCard => "delete a card of",
        CommandKind::UseCard => "use",
        CommandKind::AddKycFiles | CommandKind::AddPoaFiles => "add files of",
        CommandKind::StartKyc => "start a verification of",
        CommandKind::DecideKyc | CommandKind::DecideDeposit => "decide",
        CommandKind::DecidePoa => "decide the proof of address of",
        CommandKind::Withdraw => "withdraw for",
        CommandKind::SettleWithdrawal | CommandKind::SettleCardTransaction => "settle",
        CommandKind::SupplyTravelRule => "supply travel-rule data for",
        CommandKind::CreateWallet => "create a wallet for",
        CommandKind::Quote => "quote for",
        CommandKind::CreateOrder => "create an order of",
        CommandKind::CreateLink => "create a payment link for",
        CommandKind::AssignWallet => "assign a wallet to",
        CommandKind::ReceivePayment => "receive a payment for",
        CommandKind::ConfirmPayments => "confirm payments for",
        CommandKind::ExpireCheckout => "expire",
        CommandKind::ChangePin => "change the PIN of a card of",
        CommandKind::SetLimits => "set limits of a card of",
        CommandKind::ChargeCard => "charge",
    }
}

/// Collects the rules that a command breaks and keeps the first in precedence, in whatever order they are asked.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    broken: Option<Rule>,
}

impl Gate {
    /// Notes `rule` unless it `holds`.
    pub(crate) fn must(&mut self, holds: bool, rule: Rule) {
        if !holds {
            self.broken = Some(self.broken.map_or(rule, |first| first.min(rule)));
        }
    }

    /// Opens if no rule was broken. After this line nothing may refuse.
    pub(crate) fn pass(self) -> Result<(), Rule> {
        self.broken.map_or(Ok(()), Err)
    }
}
