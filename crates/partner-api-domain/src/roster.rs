//! Which users a partner has, as its journal knows: those whom it created through this crate, those whom it
//! [imported](crate::journal::Action::Import), and those of whom it knows because it asked for something.
//!
//! The provider lists none. So this is a fold over a user's entries, and what it says of a standing is what
//! [`guard`](crate::guard) believes.

use std::fmt;

use partner_api_core::Timestamp;
use partner_api_core::user::Standing;

use crate::guard::Belief;
use crate::journal::{Action, Conclusion, Entry};

/// What a journal knows of one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Believed {
    /// Where the user is believed to stand.
    pub standing: Standing,
    /// How the journal came to know of the user.
    pub origin: Origin,
    /// Since when.
    pub since: Timestamp,
}

/// How a journal came to know of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The user was created through it.
    Created,
    /// The partner's own records were imported.
    Imported,
    /// Something else was asked for, and the provider knew the user.
    Seen,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Created => "created",
            Self::Imported => "imported",
            Self::Seen => "seen",
        })
    }
}

/// What a user's entries say; nothing if they do not show that there is such a user.
pub fn believed(entries: &[Entry]) -> Option<Believed> {
    let belief = Belief::of(entries);
    let first = entries.iter().find(|entry| shows_user(entry))?;
    if belief.is_missing() && !belief.is_closed() {
        return None;
    }
    let origin = match first.intent.action {
        Action::Create { .. } => Origin::Created,
        Action::Import { .. } => Origin::Imported,
        _ => Origin::Seen,
    };
    Some(Believed {
        standing: belief.standing(),
        origin,
        since: first.intent.at,
    })
}

/// Whether the entry could not be as it is without the user.
fn shows_user(entry: &Entry) -> bool {
    matches!(
        entry.conclusion,
        Some(Conclusion::Done { .. } | Conclusion::Partly { .. })
    )
}

/// What an import of a user comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Import {
    /// The journal does not know the user, or not the standing.
    New,
    /// The journal says so already.
    Known,
    /// The journal believes that the user stands here, and the import says otherwise.
    Conflict(Standing),
}

/// Holds what the partner's own records say of a user against what the journal has.
pub fn compare(entries: &[Entry], told: Option<Standing>) -> Import {
    match (believed(entries), told) {
        (None, _) => Import::New,
        (Some(_), None) => Import::Known,
        (Some(known), Some(told)) if known.standing == told => Import::Known,
        (Some(known), Some(_)) => Import::Conflict(known.standing),
    }
}

#[cfg(test)]
mod tests {
    use partner_api_core::{Rule, UserId};

    use super::*;
    use crate::journal::{Intent, IntentId};

    fn entries(story: &str) -> Vec<Entry> {
        let user = || UserId::new("anna").unwrap();
        let entry = |(word, number): (&str, u64)| {
            let action = match word.trim_end_matches('?') {
                "create" => Action::Create { user: user() },
                "suspend" => Action::Suspend {
                    user: user(),
                    cards: vec![],
                },
                "close" => Action::Close {
                    user: user(),
                    forfeits: vec![],
                },
                told => Action::Import {
                    user: user(),
                    standing: told.parse().ok(),
                },
            };
            let conclusion = match word.ends_with('?') {
                false => Conclusion::done(),
                true => Conclusion::Refused {
                    code: None,
                    rule: Some(Rule::UserMustExist),
                },
            };
            let intent = Intent::new(action, Timestamp::EPOCH);
            Entry::new(IntentId::new(number), intent, Some(conclusion))
        };
        story.split_whitespace().zip(1..).map(entry).collect()
    }

    #[test]
    fn a_journal_knows_whom_it_made_was_told_of_or_met() {
        use Origin::{Created, Imported, Seen};
        use Standing::{Closed, Open, Suspended};
        for (story, expected) in [
            ("", None),
            ("suspend?", None),
            ("create", Some((Open, Created))),
            ("create suspend", Some((Suspended, Created))),
            ("suspend", Some((Suspended, Seen))),
            ("create close", Some((Closed, Created))),
            ("unsaid", Some((Open, Imported))),
            ("suspended", Some((Suspended, Imported))),
            ("closed", Some((Closed, Imported))),
            ("closed suspend?", Some((Closed, Imported))),
            ("open suspend?", None),
        ] {
            let found = believed(&entries(story)).map(|it| (it.standing, it.origin));
            assert_eq!(found, expected, "{story}");
        }
    }

    #[test]
    fn an_import_is_new_known_or_a_conflict_and_twice_changes_nothing() {
        use Standing::{Closed, Open, Suspended};
        for (story, told, expected) in [
            ("", None, Import::New),
            ("", Some(Suspended), Import::New),
            ("create", None, Import::Known),
            ("create", Some(Open), Import::Known),
            ("create", Some(Suspended), Import::Conflict(Open)),
            ("suspend", Some(Suspended), Import::Known),
            ("create close", Some(Open), Import::Conflict(Closed)),
            ("suspend?", Some(Open), Import::New),
        ] {
            assert_eq!(compare(&entries(story), told), expected, "{story}");
        }
        for standing in Standing::ALL {
            let entries = entries(standing.as_str());
            assert_eq!(
                compare(&entries, Some(*standing)),
                Import::Known,
                "{standing}"
            );
            assert_eq!(compare(&entries, None), Import::Known, "{standing}");
        }
    }
}
