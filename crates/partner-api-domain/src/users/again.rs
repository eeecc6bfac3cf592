//! A change to a user that is asked for again under its key: what became of it before.
//!
//! No endpoint reports a standing. What shows it is how the provider treats the user: one who is suspended is refused a
//! rate lock with `P455` (L3), one who is closed is unknown. Asking for a lock costs nothing and moves nothing; a lock
//! that nobody uses is over after 40 seconds (L11).
//!
//! | In doubt | The user | Then it |
//! |---|---|---|
//! | suspension | is suspended | is done, and every card that it listed counts as blocked by it |
//! | | is not | did not happen; cards that it listed may be blocked all the same |
//! | its end | is not suspended | is done, or done in part where cards were to be unblocked |
//! | | is suspended | did not happen |
//! | closure | is unknown | is done |
//! | | is known | did not happen |
//!
//! "Did not happen" can be too early: what was sent before may still be on its way. Sending it again is harmless all the
//! same, because each of the three ends where one of it does, as long as nobody has decided otherwise meanwhile. So where
//! the journal has a later change of the user's standing, the doubt stays for a person to settle.

use partner_api_client::Client;
use partner_api_core::{Rule, UserId};
use partner_api_types::OperationId;

use crate::call::Context;
use crate::error::{Error, Kind};
use crate::journal::{Action, Basis, Conclusion, Entry};
use crate::outcome::{Cause, Unresolved};
use crate::reconcile::exists;

impl Context {
    /// The entry of an earlier call under the same key that did this; nothing if it is still to be done.
    ///
    /// # Errors
    /// The key stands for something else, the earlier call was refused, or nobody knows what became of it.
    pub(crate) async fn done_before(
        &self,
        action: &Action,
        details: &[&str],
    ) -> Result<Option<Entry>, Error> {
        let wanted = self.keyed(action.clone(), details);
        let Some(key) = &wanted.key else {
            return Ok(None);
        };
        let (name, user) = (action.name(), action.users().next());
        let held = self.partner().journal().entry_under(key).await;
        let held = held.map_err(|error| Error::journal(name, user, error))?;
        let Some(mut entry) = held else {
            return Ok(None);
        };
        if !entry.intent.asks_for_the_same_as(&wanted) {
            return Err(Error::new(name, user, Kind::KeyTaken(entry.id)));
        }
        if entry.is_unresolved() {
            entry = self.find_out(entry).await?;
        }
        match entry.conclusion {
            Some(Conclusion::Done { .. }) => Ok(Some(entry)),
            Some(Conclusion::Refused { code, rule }) => {
                let entry = entry.id;
                Err(Error::new(
                    name,
                    user,
                    Kind::RefusedBefore { entry, code, rule },
                ))
            }
            Some(Conclusion::NotSent | Conclusion::Absent | Conclusion::Partly { .. }) => Ok(None),
            None | Some(Conclusion::Unknown { .. }) => Err(Error::unresolved(Unresolved {
                intent: entry.id,
                at: entry.intent.at,
                key: entry.intent.key,
                action: entry.intent.action,
                doubt: None,
                cause: Cause::Before,
            })),
        }
    }

    /// Settles a doubt if the user's standing shows what became of it.
    async fn find_out(&self, entry: Entry) -> Result<Entry, Error> {
        let Some(happened) = shows(self, &entry).await? else {
            return Ok(entry);
        };
        let action = &entry.intent.action;
        let conclusion = how_it_ended(action, happened);
        let resolution = self.resolution(conclusion, basis(action));
        let user = action.users().next();
        let failed = |error| Error::journal("read the journal", user, error);
        let journal = self.partner().journal();
        journal
            .resolve(entry.id, resolution)
            .await
            .map_err(failed)?;
        for user in action.users() {
            self.partner().beliefs().forget(user);
        }
        let again = journal.entry(entry.id).await.map_err(failed)?;
        Ok(again.unwrap_or(entry))
    }
}

/// Whether somebody may have changed the user's standing since.
fn overtakes(later: &Entry, earlier: &Entry) -> bool {
    let may_have_happened = !matches!(
        later.conclusion,
        Some(Conclusion::Refused { .. } | Conclusion::NotSent | Conclusion::Absent)
    );
    let is_of_standing = matches!(
        later.intent.action,
        Action::Suspend { .. } | Action::Unsuspend { .. } | Action::Close { .. }
    );
    earlier.id < later.id && is_of_standing && may_have_happened
}

/// Whether a change of standing has happened, as far as the provider shows it now; nothing for other changes, and where
/// somebody may have decided otherwise since.
pub(crate) async fn shows(cx: &Context, entry: &Entry) -> Result<Option<bool>, Error> {
    let (user, wanted) = match &entry.intent.action {
        Action::Close { user, .. } => return Ok(Some(!exists(cx, user).await?)),
        Action::Suspend { user, .. } => (user, true),
        Action::Unsuspend { user, .. } => (user, false),
        _ => return Ok(None),
    };
    let entries = cx.entries_of(user).await?;
    match entries.iter().any(|later| overtakes(later, entry)) {
        true => Ok(None),
        false => Ok(Some(is_suspended(cx, user).await? == wanted)),
    }
}

/// What it rests on that a change of standing has happened.
pub(crate) fn basis(action: &Action) -> Basis {
    match action {
        Action::Suspend { .. } | Action::Unsuspend { .. } => Basis::Standing,
        _ => Basis::NaturalKey,
    }
}

/// What the journal is to say of a change of standing once its end is known, so that an unsuspension restores what was
/// blocked.
pub(crate) fn how_it_ended(action: &Action, happened: bool) -> Conclusion {
    let in_part = |cards: &[_]| Conclusion::Partly {
        cards: cards.to_vec(),
        rule: None,
    };
    match (action, happened) {
        (Action::Suspend { cards, .. }, true) => Conclusion::Done {
            reference: None,
            cards: cards.clone(),
        },
        (Action::Suspend { cards, .. }, false) if !cards.is_empty() => in_part(cards),
        (Action::Unsuspend { cards, .. }, true) if !cards.is_empty() => in_part(&[]),
        (_, true) => Conclusion::done(),
        (_, false) => Conclusion::Absent,
    }
}

/// Whether the provider treats the user as suspended.
async fn is_suspended(cx: &Context, user: &UserId) -> Result<bool, Error> {
    let id = user.clone();
    let send = |client: Client| async move { client.lock_exchange_rate(&id).await };
    match cx.send(send).await {
        Ok(_) => Ok(false),
        Err(error) => match error.rule() {
            Some(Rule::UserMustNotBeSuspended) => Ok(true),
            // Standing is looked at before verification (ASSUMED).
            Some(Rule::UserMustBeVerified) => Ok(false),
            _ => {
                let operation = OperationId::LockExchangeRate.as_str();
                Err(error.into_error(operation, Some(user)))
            }
        },
    }
}
