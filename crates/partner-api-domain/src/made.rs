//! What is made at most once under a key, and how what an earlier call made is told again.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use partner_api_client::{Client, Reply};
use serde::de::DeserializeOwned;

use crate::call::{Context, now};
use crate::error::{Error, Kind};
use crate::guard::Doubt;
use crate::journal::{
    Action, Begun, Conclusion, Entry, Fingerprint, FromReference, IntentId, JournalError,
    Reference, RequestKey,
};
use crate::operation::{Options, Verb};
use crate::outcome::{Cause, Outcome, Receipt, Unresolved};
use crate::reconcile::{Reconcile, noted};

/// Something that was made, by this call or by an earlier one under the same key.
pub(crate) struct Made<T> {
    /// What the provider answered; nothing if an earlier call made it.
    pub(crate) answer: Option<T>,
    pub(crate) reference: Reference,
    pub(crate) action: Action,
    pub(crate) intent: IntentId,
    pub(crate) key: RequestKey,
    pub(crate) doubt: Option<Doubt>,
}

impl<T> Made<T> {
    /// The receipt, with something made of the answer.
    pub(crate) fn receipt<Id>(self, id: Id) -> Receipt<Id> {
        Receipt {
            id,
            intent: self.intent,
            key: self.key,
            was_done_before: self.answer.is_none(),
            doubt: self.doubt,
        }
    }

    /// An earlier call made it, and what came of it cannot be told: not an error, or the caller would ask again.
    pub(crate) fn untold<U>(self, error: Option<Error>) -> Outcome<U> {
        Outcome::Unknown(Unresolved {
            intent: self.intent,
            action: self.action,
            at: now(),
            key: Some(self.key),
            doubt: self.doubt,
            cause: Cause::Untold(error.map(Box::new)),
        })
    }
}

impl<T> Outcome<Made<T>> {
    /// Where all that is wanted is the provider's id.
    pub(crate) fn receipt<Id: FromReference>(self) -> Outcome<Receipt<Id>> {
        match self {
            Self::Done(made) => match Id::from_reference(&made.reference) {
                Some(id) => Outcome::Done(made.receipt(id)),
                None => made.untold(None),
            },
            Self::Unknown(unresolved) => Outcome::Unknown(unresolved),
        }
    }
}

impl Context {
    /// A request that moves money or makes something that costs: at most once under its key. `Err` means that it did
    /// not happen. `details` is what is asked for beyond the action.
    pub(crate) async fn make<T, F, R>(
        &self,
        action: Action,
        details: &[&str],
        request: F,
        named: impl Fn(&T) -> Reference + Send + Sync,
    ) -> Result<Outcome<Made<T>>, Error>
    where
        F: FnOnce(Client) -> R + Send,
        R: Future<Output = Reply<T>> + Send,
        T: DeserializeOwned + Send,
    {
        let (name, user) = (action.name(), action.users().next().cloned());
        let failed = |error: JournalError| Error::journal(name, user.as_ref(), error);
        let key = self.options.key.clone();
        let key = key.unwrap_or_else(RequestKey::generate);
        let mut intent = self.intent(action.clone());
        intent.fingerprint = Some(Fingerprint::of(&key, details));
        intent.key = Some(key.clone());
        let until = intent.until;
        if self.options.key.is_some() {
            // What became of it before counts more than what the guard would say of it now.
            let before = self.partner().journal().entry_under(&key).await;
            if let Some(entry) = before.map_err(failed)? {
                let entry = self.look_again(entry).await?;
                if !entry.frees_its_key() {
                    let begun = Begun::instead(&intent, Some(entry), None);
                    return self.not_begun(action, key, begun);
                }
            }
        }
        let doubt = self.guard_action(&action).await?;
        let action = noted(self, action).await?;
        intent.action = action.clone();
        let begun = self.partner().journal().begin(intent).await;
        let intent = match begun.map_err(failed)? {
            Begun::New(intent) => intent,
            instead => return self.not_begun(action, key, Some(instead)),
        };
        let sent = match until.since(now()) {
            Duration::ZERO => {
                self.conclude(intent, Conclusion::NotSent).await;
                return Err(Error::too_late(name, user.as_ref()));
            }
            left => self.send_within(Some(left), request).await,
        };
        let done = |answer: &T| Conclusion::done_as(named(answer));
        let (made_key, made) = (key.clone(), action.clone());
        let ended = self.conclude_with(intent, Some(key), action, doubt, sent, done);
        Ok(ended.await?.map(|done| Made {
            reference: named(&done.answer),
            answer: Some(done.answer),
            action: made,
            intent: done.intent,
            key: made_key,
            doubt: done.doubt,
        }))
    }

    /// The answer to a request that is not sent, because of what the journal has.
    fn not_begun<T>(
        &self,
        action: Action,
        key: RequestKey,
        instead: Option<Begun>,
    ) -> Result<Outcome<Made<T>>, Error> {
        let (name, user) = (action.name(), action.users().next().cloned());
        let refused = |kind| Err(Error::new(name, user.as_ref(), kind));
        let entry = match instead {
            Some(Begun::Before(entry)) => entry,
            Some(Begun::KeyTaken(entry)) => return refused(Kind::KeyTaken(entry.id)),
            Some(Begun::InDoubt(entry)) => return refused(Kind::InDoubt(entry.id)),
            Some(Begun::New(intent)) => return refused(Kind::NoSuchEntry(intent)),
            None => return refused(Kind::TooLate),
        };
        match entry.conclusion {
            None | Some(Conclusion::Unknown { .. }) => Ok(Outcome::Unknown(Unresolved {
                intent: entry.id,
                action,
                at: entry.intent.at,
                key: Some(key),
                doubt: None,
                cause: Cause::Before,
            })),
            Some(Conclusion::Done {
                reference: Some(reference),
                ..
            }) => Ok(Outcome::Done(Made {
                answer: None,
                reference,
                action,
                intent: entry.id,
                key,
                doubt: None,
            })),
            Some(Conclusion::Done { .. }) => Ok(Outcome::Unknown(Unresolved {
                intent: entry.id,
                action,
                at: entry.intent.at,
                key: Some(key),
                doubt: None,
                cause: Cause::Untold(None),
            })),
            Some(Conclusion::Refused { code, rule }) => refused(Kind::RefusedBefore {
                entry: entry.id,
                code,
                rule,
            }),
            // Such an entry does not hold its key, so none is found under one.
            Some(Conclusion::NotSent | Conclusion::Absent | Conclusion::Partly { .. }) => {
                refused(Kind::DidNotHappen(entry.id))
            }
        }
    }

    /// An entry that may have been resolved since: an unresolved one whose time is over is looked up first.
    async fn look_again(&self, entry: Entry) -> Result<Entry, Error> {
        if !entry.is_unresolved() || now() < entry.intent.until {
            return Ok(entry);
        }
        let options = Options {
            timeout: self.time_left(),
            ..self.options.clone()
        };
        let only = Some(entry.id);
        let reconcile = Reconcile { only }.run(Self::new(self.partner().clone(), options));
        // A box, since this is part of what reconciling could call.
        let reconcile: Pin<Box<dyn Future<Output = Result<_, Error>> + Send>> = Box::pin(reconcile);
        if let Err(error) = reconcile.await {
            tracing::debug!(partner_api.intent = %entry.id, %error, "an unresolved entry could not be looked up");
        }
        let again = self.partner().journal().entry(entry.id).await;
        let again = again.map_err(|error| Error::journal("read the journal", None, error))?;
        Ok(again.unwrap_or(entry))
    }
}
