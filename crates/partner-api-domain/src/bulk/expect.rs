//! What is to be expected of a change, from what the journal knows: a pure fold.

use std::collections::BTreeMap;
use std::fmt;

use partner_api_core::user::{STEPS, UserAction};
use partner_api_core::{Rule, UserId, steps};

use super::ChangeKind;
use crate::guard::{Belief, Command, Verdict};
use crate::journal::{Conclusion, Entry, RequestKey};

/// What is to be expected of one change. The provider decides; this is what the journal believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Expected {
    /// It is sent, and nothing known speaks against it.
    Change,
    /// It is sent, and should change nothing: the user is believed to stand there already (L6).
    NoChange,
    /// It is sent, and will probably be refused by this rule.
    Doubtful(Rule),
    /// It is not sent: no state that can be reached allows it.
    Denied(Rule),
    /// It is not sent: an earlier run under this name did it.
    Done,
    /// It is not sent: it was refused to an earlier run under this name, by this rule if it is known.
    Refused(Option<Rule>),
    /// An earlier run under this name did not hear how it ended: that is looked after first.
    InDoubt,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ruled = |f: &mut fmt::Formatter<'_>, text: &str, rule: Rule| {
            write!(f, "{text} by {}", rule.name())?;
            match rule.invariant() {
                Some(invariant) => write!(f, " ({invariant})"),
                None => Ok(()),
            }
        };
        match self {
            Self::Change => f.write_str("to change"),
            Self::NoChange => f.write_str("there already, asked all the same"),
            Self::Doubtful(rule) => ruled(f, "probably refused", *rule),
            Self::Denied(rule) => ruled(f, "not asked, denied", *rule),
            Self::Done => f.write_str("done by this run before"),
            Self::Refused(Some(rule)) => ruled(f, "refused to this run before", *rule),
            Self::Refused(None) => f.write_str("refused to this run before"),
            Self::InDoubt => f.write_str("in doubt since this run was cut off, looked after first"),
        }
    }
}

/// What is to be expected of a run; made by [`Bulk::plan`](super::Bulk::plan).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Of each user, in the order in which they were given.
    pub users: Vec<(UserId, Expected)>,
}

impl Plan {
    /// How many there are of each kind.
    pub fn counts(&self) -> BTreeMap<Expected, usize> {
        let mut counts = BTreeMap::new();
        for (_, expected) in &self.users {
            *counts.entry(*expected).or_default() += 1;
        }
        counts
    }
}

/// One line a kind.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (expected, count)) in self.counts().into_iter().enumerate() {
            let end = if number == 0 { "" } else { "\n" };
            write!(f, "{end}{count} {expected}")?;
        }
        Ok(())
    }
}

pub(super) fn expect(
    user: &UserId,
    entries: &[Entry],
    key: &RequestKey,
    change: ChangeKind,
) -> Expected {
    let is_ours = |entry: &&Entry| entry.intent.key.as_ref() == Some(key) && !entry.frees_its_key();
    match entries.iter().find(is_ours).map(|entry| &entry.conclusion) {
        Some(None | Some(Conclusion::Unknown { .. })) => return Expected::InDoubt,
        Some(Some(Conclusion::Refused { rule, .. })) => return Expected::Refused(*rule),
        Some(Some(_)) => return Expected::Done,
        None => {}
    }
    let (belief, command) = (Belief::of(entries), change.command());
    match belief.judge(user, command) {
        Verdict::Denied(denial) => Expected::Denied(denial.rule()),
        Verdict::Doubtful(doubt) => Expected::Doubtful(doubt.rule()),
        Verdict::Allowed if !entries.is_empty() && stays(&belief, command) => Expected::NoChange,
        Verdict::Allowed => Expected::Change,
    }
}

/// Whether a command about the standing leaves it where it is believed to be.
fn stays(belief: &Belief, command: Command) -> bool {
    let Command::Act(action @ (UserAction::Suspend | UserAction::Unsuspend)) = command else {
        return false;
    };
    let from = belief.standing();
    steps::find(STEPS, from, action).is_some_and(|step| step.to == from)
}

#[cfg(test)]
mod tests {
    use partner_api_core::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::journal::{Action, Intent, IntentId};

    fn anna() -> UserId {
        UserId::new("anna").unwrap()
    }

    fn key() -> RequestKey {
        RequestKey::new("ours").unwrap()
    }

    fn action(word: &str) -> Action {
        let (user, cards, forfeits) = (anna(), vec![], vec![]);
        match word {
            "create" => Action::Create { user },
            "suspend" => Action::Suspend { user, cards },
            "unsuspend" => Action::Unsuspend { user, cards },
            _ => Action::Close { user, forfeits },
        }
    }

    fn conclusion(word: &str) -> Option<Conclusion> {
        Some(match word {
            "done" => Conclusion::done(),
            "lost" => Conclusion::Unknown { cards: vec![] },
            "unsent" => Conclusion::NotSent,
            "P412" => Conclusion::Refused {
                code: Some("P412".into()),
                rule: Some(Rule::UserMustExist),
            },
            _ => return None,
        })
    }

    /// A story such as `suspend done, !suspend lost`, where `!` marks what this run asked for.
    fn entries(story: &str) -> Vec<Entry> {
        let steps = story.split(", ").filter(|step| !step.is_empty()).zip(1..);
        let entry = |(step, number): (&str, u64)| {
            let (asked, ended) = step.split_once(' ').unwrap();
            let mut intent = Intent::new(action(asked.trim_start_matches('!')), Timestamp::EPOCH);
            intent.key = asked.starts_with('!').then(key);
            Entry::new(IntentId::new(number), intent, conclusion(ended))
        };
        steps.map(entry).collect()
    }

    fn expected(story: &str, change: ChangeKind) -> Expected {
        expect(&anna(), &entries(story), &key(), change)
    }

    #[test]
    fn the_journal_says_what_to_expect() {
        for (story, of_suspend, of_unsuspend) in [
            ("", Expected::Change, Expected::Change),
            ("create done", Expected::Change, Expected::NoChange),
            ("suspend done", Expected::NoChange, Expected::Change),
            (
                "suspend done, unsuspend done",
                Expected::Change,
                Expected::NoChange,
            ),
            (
                "suspend P412",
                Expected::Doubtful(Rule::UserMustExist),
                Expected::Doubtful(Rule::UserMustExist),
            ),
            (
                "close done",
                Expected::Denied(Rule::UserMustNotBeClosed),
                Expected::Denied(Rule::UserMustNotBeClosed),
            ),
            ("!suspend done, close done", Expected::Done, Expected::Done),
            (
                "!suspend P412",
                Expected::Refused(Some(Rule::UserMustExist)),
                Expected::Refused(Some(Rule::UserMustExist)),
            ),
            ("!suspend lost", Expected::InDoubt, Expected::InDoubt),
            ("!suspend cut", Expected::InDoubt, Expected::InDoubt),
            ("!suspend unsent", Expected::Change, Expected::NoChange),
            (
                "!suspend unsent, !suspend done",
                Expected::Done,
                Expected::Done,
            ),
        ] {
            assert_eq!(expected(story, ChangeKind::Suspend), of_suspend, "{story}");
            assert_eq!(
                expected(story, ChangeKind::Unsuspend),
                of_unsuspend,
                "{story}"
            );
        }
    }

    #[test]
    fn a_plan_counts_by_kind_and_reads_well() {
        let stories = ["", "", "suspend done", "close done", "!suspend done"];
        let users = stories.map(|story| (anna(), expected(story, ChangeKind::Suspend)));
        let plan = Plan {
            users: users.to_vec(),
        };
        expect_test::expect![[r#"
                    2 to change
                    1 there already, asked all the same
                    1 not asked, denied by user_must_not_be_closed (L7)
                    1 done by this run before"#]]
        .assert_eq(&plan.to_string());
    }

    proptest! {
        /// Whatever happened: every user is counted once, what this run has done or was refused is never asked for
        /// again, and what it asked for without an end is in doubt.
        #[test]
        fn what_this_run_did_comes_before_what_is_believed(
            story in prop::collection::vec((0..4_usize, 0..5_usize, any::<bool>()), 0..8),
        ) {
            let words = ["create", "suspend", "unsuspend", "close"];
            let ends = ["done", "lost", "unsent", "P412", "cut"];
            let mut is_held = false;
            let mut text = Vec::new();
            for (word, end, ours) in story {
                let ours = ours && !is_held;
                is_held |= ours && ends[end] != "unsent";
                let mark = if ours { "!" } else { "" };
                text.push(format!("{mark}{} {}", words[word], ends[end]));
            }
            let found = expected(&text.join(", "), ChangeKind::Suspend);
            let is_by_key = matches!(found, Expected::Done | Expected::Refused(_) | Expected::InDoubt);
            prop_assert_eq!(is_by_key, is_held, "{:?} {:?}", text, found);
        }
    }
}
