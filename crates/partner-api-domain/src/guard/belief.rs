//! What is believed about one user: a pure fold over facts.

use partner_api_core::steps;
use partner_api_core::user::{Permission, STEPS, Standing, UserAction, permission};
use partner_api_core::{Rule, UserId};

use super::{Denial, Doubt, Verdict};
use crate::error::SentError;
use crate::journal::{Action, Conclusion, Entry};

/// What a command is, as far as a user's standing decides about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Command {
    /// Makes a user; needs none.
    Create,
    /// A row of the core's table.
    Act(UserAction),
}

impl Command {
    pub(crate) fn of(action: &Action) -> Self {
        Self::Act(match action {
            Action::Create { .. } => return Self::Create,
            Action::Verify { .. } => UserAction::Verify,
            Action::AddKycFiles { .. } => UserAction::AddKycFiles,
            Action::AddPoaFiles { .. } => UserAction::AddPoaFiles,
            Action::StartVerification { .. } => UserAction::StartKyc,
            Action::Update { .. } => UserAction::Update,
            Action::Suspend { .. } => UserAction::Suspend,
            Action::Unsuspend { .. } => UserAction::Unsuspend,
            Action::Close { .. } => UserAction::Close,
            Action::CreateCard { .. } => UserAction::CreateCard,
            Action::BlockCard { .. } => UserAction::BlockCard,
            Action::UnblockCard { .. } => UserAction::UnblockCard,
            Action::DeleteCard { .. } => UserAction::DeleteCard,
            Action::Transfer { .. } => UserAction::Transfer,
            Action::Exchange { .. } => UserAction::Exchange,
            Action::PayOut { .. } => UserAction::PayOut,
            Action::Withdraw { .. } => UserAction::Withdraw,
            Action::SupplyTravelRule { .. } => UserAction::SupplyTravelRule,
            Action::ChangePin { .. } => UserAction::ChangePin,
            Action::SetLimits { .. } => UserAction::SetLimits,
            // The partner's own: of nobody's standing anything is asked.
            Action::CreateOrder { .. }
            | Action::CreateLink { .. }
            | Action::CreateWallet { .. }
            // Asked of nobody.
            | Action::Import { .. } => UserAction::ReadBalances,
        })
    }
}

/// Something that happened, as far as it says something about a user's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    command: Command,
    answer: Answer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Done,
    Refused(Option<Rule>),
    Lost,
    /// Not the provider's answer: the partner's own records say so.
    Told(Option<Standing>),
}

impl Fact {
    pub(crate) fn done(command: Command) -> Self {
        Self {
            command,
            answer: Answer::Done,
        }
    }

    pub(crate) fn of(command: Command, error: &SentError) -> Self {
        // A refusal after an attempt whose answer was lost does not say what became of the call, but
        // what it says of the user still counts.
        let answer = match error.rule() {
            Some(rule) if command != CLOSE => Answer::Refused(Some(rule)),
            _ if error.may_have_happened() => Answer::Lost,
            rule => Answer::Refused(rule),
        };
        Self { command, answer }
    }

    fn of_entry(entry: &Entry) -> Self {
        let command = Command::of(&entry.intent.action);
        if let Action::Import { standing, .. } = &entry.intent.action {
            let answer = Answer::Told(*standing);
            return Self { command, answer };
        }
        let answer = match &entry.conclusion {
            None | Some(Conclusion::Unknown { .. }) => Answer::Lost,
            Some(Conclusion::Done { .. }) => Answer::Done,
            // An unsuspension that left a card blocked did lift the suspension; a suspension that
            // blocked cards and went no further did not suspend.
            Some(Conclusion::Partly { .. }) if command == Command::Act(UserAction::Unsuspend) => {
                Answer::Done
            }
            Some(Conclusion::Partly { rule, .. } | Conclusion::Refused { rule, .. }) => {
                Answer::Refused(*rule)
            }
            Some(Conclusion::NotSent | Conclusion::Absent) => Answer::Refused(None),
        };
        Self { command, answer }
    }
}

/// What is believed about a user. The default is that of a user of whom nothing is known: open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Belief {
    /// `Closed` only once it is confirmed.
    standing: Standing,
    /// The provider said that it knows no such user.
    is_missing: bool,
    /// We sent a delete and the answer was lost.
    may_be_closing: bool,
    /// The partner's own records say that the user is closed, which confirms nothing.
    is_told_closed: bool,
}

impl Default for Belief {
    fn default() -> Self {
        Self {
            standing: Standing::Open,
            is_missing: false,
            may_be_closing: false,
            is_told_closed: false,
        }
    }
}

impl Belief {
    /// What a user's entries say.
    pub(crate) fn of(entries: &[Entry]) -> Self {
        let facts = entries.iter().map(Fact::of_entry);
        facts.fold(Self::default(), |belief, fact| belief.after(&fact))
    }

    /// Where the user stands.
    pub(crate) fn standing(&self) -> Standing {
        match self.is_told_closed {
            true => Standing::Closed,
            false => self.standing,
        }
    }

    /// Whether nothing says that there is such a user: the provider said that it knows none.
    pub(crate) fn is_missing(&self) -> bool {
        self.is_missing && !self.is_told_closed
    }

    /// Closed for certain.
    pub(crate) fn is_closed(&self) -> bool {
        self.standing == Standing::Closed
    }

    /// What is believed once this has happened too.
    #[must_use]
    pub(crate) fn after(mut self, fact: &Fact) -> Self {
        if self.is_closed() {
            return self;
        }
        match fact.answer {
            Answer::Told(None) => self.is_missing = false,
            Answer::Told(Some(Standing::Closed)) => {
                self.is_missing = true;
                self.is_told_closed = true;
            }
            Answer::Told(Some(standing)) => {
                self.is_missing = false;
                self.is_told_closed = false;
                self.standing = standing;
            }
            Answer::Done => {
                self.is_missing = false;
                self.is_told_closed = false;
                self.standing = standing_after(self.standing, fact.command);
            }
            Answer::Lost => match fact.command {
                // The brake was pulled; that it holds is the better guess.
                Command::Act(UserAction::Suspend) => self.standing = Standing::Suspended,
                CLOSE => self.may_be_closing = true,
                _ => {}
            },
            Answer::Refused(Some(Rule::UserMustNotBeSuspended)) => {
                self.is_missing = false;
                self.standing = Standing::Suspended;
            }
            Answer::Refused(Some(Rule::CardMustNotBeActive)) => {
                self.is_missing = false;
                self.standing = Standing::Open;
            }
            Answer::Refused(Some(Rule::UserMustExist | Rule::UserMustNotBeClosed)) => {
                self.is_missing = true;
                if self.may_be_closing {
                    self.standing = Standing::Closed;
                }
            }
            Answer::Refused(_) => {}
        }
        self
    }

    /// Whether the command is worth sending.
    pub(crate) fn judge(&self, user: &UserId, command: Command) -> Verdict {
        let Command::Act(action) = command else {
            // Only the provider knows which ids were ever used.
            return match self.is_closed() {
                true => Verdict::Denied(Denial::new(user.clone())),
                false => Verdict::Allowed,
            };
        };
        match permission(self.standing, action) {
            Permission::Never(_) => Verdict::Denied(Denial::new(user.clone())),
            _ if self.is_missing => {
                Verdict::Doubtful(Doubt::new(user.clone(), Rule::UserMustExist))
            }
            Permission::NotNow(rule) => Verdict::Doubtful(Doubt::new(user.clone(), rule)),
            Permission::Allowed => Verdict::Allowed,
        }
    }
}

const CLOSE: Command = Command::Act(UserAction::Close);

/// Where a user stands after a command that was carried out. Without a row in the believed standing
/// the belief was wrong, and the user stands where there is one.
fn standing_after(believed: Standing, command: Command) -> Standing {
    let Command::Act(action) = command else {
        return Standing::Open;
    };
    let rows = [believed, Standing::Open].map(|from| steps::find(STEPS, from, action));
    rows.into_iter()
        .flatten()
        .next()
        .map_or(believed, |step| step.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUSPEND: Command = Command::Act(UserAction::Suspend);
    const UNSUSPEND: Command = Command::Act(UserAction::Unsuspend);
    const TRANSFER: Command = Command::Act(UserAction::Transfer);

    fn refused(command: Command, rule: Rule) -> Fact {
        Fact {
            command,
            answer: Answer::Refused(Some(rule)),
        }
    }

    fn lost(command: Command) -> Fact {
        Fact {
            command,
            answer: Answer::Lost,
        }
    }

    fn told(standing: Standing) -> Fact {
        Fact {
            command: TRANSFER,
            answer: Answer::Told(Some(standing)),
        }
    }

    fn after(facts: &[Fact]) -> Belief {
        facts
            .iter()
            .fold(Belief::default(), |belief, fact| belief.after(fact))
    }

    /// What the guard says of a transfer after these facts: `allowed`, `denied`, or the doubt's rule.
    fn check(facts: &[Fact], expected: &str) {
        let user = UserId::new("anna").unwrap();
        let verdict = match after(facts).judge(&user, TRANSFER) {
            Verdict::Allowed => "allowed",
            Verdict::Doubtful(doubt) => doubt.rule().name(),
            Verdict::Denied(_) => "denied",
        };
        assert_eq!(verdict, expected, "{facts:?}");
    }

    #[test]
    fn nothing_known_allows() {
        check(&[], "allowed");
    }

    #[test]
    fn a_suspended_user_is_doubtful_until_something_says_otherwise() {
        let suspended = "user_must_not_be_suspended";
        check(&[Fact::done(SUSPEND)], suspended);
        check(&[lost(SUSPEND)], suspended);
        check(
            &[refused(TRANSFER, Rule::UserMustNotBeSuspended)],
            suspended,
        );
        check(&[Fact::done(SUSPEND), Fact::done(UNSUSPEND)], "allowed");
        check(&[Fact::done(SUSPEND), lost(UNSUSPEND)], suspended);
        check(&[Fact::done(SUSPEND), Fact::done(TRANSFER)], "allowed");
        check(
            &[
                Fact::done(SUSPEND),
                refused(SUSPEND, Rule::CardMustNotBeActive),
            ],
            "allowed",
        );
        check(
            &[
                Fact::done(SUSPEND),
                Fact::done(Command::Act(UserAction::Update)),
            ],
            suspended,
        );
    }

    #[test]
    fn only_a_confirmed_close_denies() {
        let gone = refused(TRANSFER, Rule::UserMustExist);
        check(&[Fact::done(CLOSE)], "denied");
        check(&[gone], "user_must_exist");
        check(&[Fact::done(Command::Create), gone], "user_must_exist");
        check(&[gone, Fact::done(TRANSFER)], "allowed");
        check(&[lost(CLOSE)], "allowed");
        check(&[lost(CLOSE), gone], "denied");
        check(&[gone, lost(CLOSE)], "user_must_exist");
        check(&[refused(CLOSE, Rule::MovementsMustBeSettled)], "allowed");
    }

    #[test]
    fn what_the_partner_s_own_records_say_is_believed_and_confirms_nothing() {
        check(&[told(Standing::Open)], "allowed");
        check(&[told(Standing::Suspended)], "user_must_not_be_suspended");
        check(&[told(Standing::Closed)], "user_must_exist");
        check(&[told(Standing::Closed), Fact::done(TRANSFER)], "allowed");
        let gone = refused(TRANSFER, Rule::UserMustExist);
        check(&[told(Standing::Closed), gone], "user_must_exist");
        check(
            &[told(Standing::Suspended), Fact::done(UNSUSPEND)],
            "allowed",
        );
        check(&[Fact::done(CLOSE), told(Standing::Open)], "denied");
    }

    #[test]
    fn closed_is_final_whatever_is_said_later() {
        let later = [
            Fact::done(SUSPEND),
            Fact::done(UNSUSPEND),
            Fact::done(Command::Create),
        ];
        for fact in later {
            check(&[Fact::done(CLOSE), fact], "denied");
        }
    }

    /// The property that makes a denial harmless: no state that can be reached from the believed
    /// one has a row for the command. Every cell is visited.
    #[test]
    fn a_denied_command_is_refused_in_every_reachable_state() {
        let user = UserId::new("anna").unwrap();
        let mut denied = 0;
        for standing in Standing::ALL {
            for action in UserAction::ALL {
                let belief = Belief {
                    standing: *standing,
                    ..Belief::default()
                };
                let verdict = belief.judge(&user, Command::Act(*action));
                let rows = steps::reachable(STEPS, *standing).into_iter();
                let has_row = rows
                    .filter(|from| steps::find(STEPS, *from, *action).is_some())
                    .count();
                let is_denied = matches!(verdict, Verdict::Denied(_));
                assert_eq!(is_denied, has_row == 0, "{standing} {action}");
                denied += usize::from(is_denied);
            }
        }
        assert_eq!(
            denied,
            UserAction::ALL.len(),
            "all of Closed, and nothing else"
        );
    }
}
