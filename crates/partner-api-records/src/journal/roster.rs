//! Which users the journal knows, and taking over those whom a partner had before.

use partner_api_domain::core::UserId;
use partner_api_domain::core::user::Standing;
use partner_api_domain::journal::{Action, Conclusion, Intent};
use partner_api_domain::roster::{self, Believed, Import};
use partner_api_domain::{Actor, Reason};
use rusqlite::Connection;

use super::{SqliteJournal, audit, now, rows};
use crate::database::DatabaseError;

/// A user whom the journal knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownUser {
    /// Who.
    pub id: UserId,
    /// What is believed.
    pub believed: Believed,
}

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// How many users were written down.
    pub new: usize,
    /// How many the journal knew already, as they were told.
    pub known: usize,
    /// Whom the journal believes to stand elsewhere than was told: what was told, and what it believes.
    pub conflicting: Vec<(UserId, Standing, Standing)>,
    /// Whether it is in the journal. With conflicts it is only if they were to be skipped.
    pub is_written: bool,
}

impl SqliteJournal {
    /// Every user whom the journal knows, in the order of their ids. Reads the whole journal.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn users(&self) -> Result<Vec<KnownUser>, DatabaseError> {
        let known = self.0.read(|connection| {
            let mut users = Vec::new();
            rows::of_each_user(connection, |id, entries| {
                users.extend(roster::believed(&entries).map(|believed| KnownUser { id, believed }));
            })?;
            Ok(users)
        });
        known.await
    }

    /// Takes over users whom the partner had before this journal, with where they stand if its records say so. What the
    /// journal knows already is not written again, so repeating it changes nothing.
    ///
    /// What is told is believed and confirms nothing: nobody is denied anything because of it, and the provider's answers
    /// correct it. All users are written in one transaction, or none: other writers wait meanwhile, some seconds for a
    /// hundred thousand.
    ///
    /// With conflicts nothing is written, unless they are to be skipped.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn import(
        &self,
        users: Vec<(UserId, Option<Standing>)>,
        actor: Option<Actor>,
        note: Option<Reason>,
        skip_conflicts: bool,
    ) -> Result<Imported, DatabaseError> {
        let imported = self.0.write(move |connection| {
            let (mut imported, mut new) = (Imported::default(), Vec::new());
            for (user, told) in users {
                match (
                    roster::compare(&rows::of_user(connection, &user)?, told),
                    told,
                ) {
                    (Import::Known, _) => imported.known += 1,
                    (Import::Conflict(believed), Some(told)) => {
                        imported.conflicting.push((user, told, believed));
                    }
                    (_, told) => new.push((user, told)),
                }
            }
            if !imported.conflicting.is_empty() && !skip_conflicts {
                return Ok(imported);
            }
            imported.new = new.len();
            imported.is_written = true;
            for (user, standing) in new {
                let mut intent = Intent::new(Action::Import { user, standing }, now());
                (intent.actor, intent.reason) = (actor.clone(), note.clone());
                write(connection, intent)?;
            }
            Ok(imported)
        });
        imported.await
    }
}

/// An entry that has ended as it began: nobody was asked.
fn write(connection: &Connection, intent: Intent) -> rusqlite::Result<()> {
    let id = rows::insert(connection, &intent)?;
    audit::begun(connection, id, &intent)?;
    audit::concluded(connection, id, &Conclusion::done(), intent.at)?;
    let entry = partner_api_domain::journal::Entry::new(id, intent, None);
    rows::conclude(connection, entry, Conclusion::done())
}
