//! One operation under way: guard, journal, request, journal, in this order.

use std::future::Future;
use std::time::{Duration, Instant, SystemTime};

use partner_api_client::{CallOptions, Client, Reply};
use partner_api_core::{Timestamp, UserId};
use partner_api_types::OperationId;
use serde::de::DeserializeOwned;

use crate::error::{Error, SentError};
use crate::guard::{Command, Doubt, Fact, Verdict};
use crate::journal::{Action, Conclusion, Entry, Intent, IntentId, Reference};
use crate::operation::Options;
use crate::outcome::{Outcome, Receipt, Unresolved};
use crate::partner::Partner;

/// What an operation runs with.
#[derive(Debug)]
pub struct Context {
    partner: Partner,
    options: Options,
    deadline: Option<Instant>,
}

/// An accepted change.
pub(crate) struct Done<T> {
    pub(crate) answer: T,
    pub(crate) intent: IntentId,
    pub(crate) doubt: Option<Doubt>,
}

impl<T> Done<T> {
    pub(crate) fn receipt<Id>(self, id: impl FnOnce(T) -> Id) -> Receipt<Id> {
        Receipt {
            id: id(self.answer),
            intent: self.intent,
            doubt: self.doubt,
        }
    }
}

impl Context {
    pub(crate) fn new(partner: Partner, options: Options) -> Self {
        let deadline = options
            .timeout
            .and_then(|timeout| Instant::now().checked_add(timeout));
        Self {
            partner,
            options,
            deadline,
        }
    }

    pub(crate) fn partner(&self) -> &Partner {
        &self.partner
    }

    /// A read. It changes nothing, so the journal hears nothing of it; what a refusal says about the
    /// user is learnt all the same.
    pub(crate) async fn read<T, F, R>(
        &self,
        operation: OperationId,
        about: Option<(&UserId, Command)>,
        request: F,
    ) -> Result<T, Error>
    where
        F: FnOnce(Client) -> R + Send,
        R: Future<Output = Reply<T>> + Send,
        T: DeserializeOwned + Send,
    {
        let Some((user, command)) = about else {
            let sent = self.send(request).await;
            return sent.map_err(|error| error.into_error(operation.as_str(), None));
        };
        let doubt = match self.guard(operation.as_str(), user, command).await {
            // A read needs no journal, only the guard would have liked one.
            Err(error) if error.is_journal() => None,
            judged => judged?,
        };
        match self.send(request).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                self.learn(user, &Fact::of(command, &error)).await;
                Err(error
                    .into_error(operation.as_str(), Some(user))
                    .with_doubt(doubt))
            }
        }
    }

    /// A change that takes one request. `Err` means that it did not happen.
    pub(crate) async fn change<T, F, R>(
        &self,
        action: Action,
        request: F,
        reference: impl FnOnce(&T) -> Option<Reference> + Send,
    ) -> Result<Outcome<Done<T>>, Error>
    where
        F: FnOnce(Client) -> R + Send,
        R: Future<Output = Reply<T>> + Send,
        T: DeserializeOwned + Send,
    {
        let command = Command::of(&action);
        let mut doubt = None;
        for user in action.users() {
            let doubted = self.guard(action.name(), user, command).await?;
            doubt = doubt.or(doubted);
        }
        let intent = self.begin(action.clone()).await?;
        match self.send(request).await {
            Ok(answer) => {
                let reference = reference(&answer);
                self.conclude(
                    intent,
                    Conclusion::Done {
                        reference,
                        cards: Vec::new(),
                    },
                )
                .await;
                for user in action.users() {
                    self.learn(user, &Fact::done(command)).await;
                }
                Ok(Outcome::Done(Done {
                    answer,
                    intent,
                    doubt,
                }))
            }
            Err(error) => {
                self.conclude(intent, error.conclusion()).await;
                self.learn_failure(&action, &error).await;
                if error.may_have_happened() {
                    let unresolved = Unresolved {
                        intent,
                        action,
                        at: now(),
                        doubt,
                        cause: error.cause,
                    };
                    return Ok(Outcome::Unknown(unresolved));
                }
                let user = action.users().next();
                Err(error.into_error(action.name(), user).with_doubt(doubt))
            }
        }
    }

    /// One request. Only for what has an intent in the journal, or changes nothing.
    pub(crate) async fn send<T, F, R>(&self, request: F) -> Result<T, SentError>
    where
        F: FnOnce(Client) -> R + Send,
        R: Future<Output = Reply<T>> + Send,
        T: DeserializeOwned + Send,
    {
        let sent = self
            .partner
            .client()
            .call(self.call_options(), request)
            .await;
        sent.map_err(SentError::new)
    }

    fn call_options(&self) -> CallOptions {
        let mut options = CallOptions::new();
        if let Some(deadline) = self.deadline {
            let left: Duration = deadline.saturating_duration_since(Instant::now());
            options = options.timeout(left);
        }
        match self.options.without_retries {
            true => options.without_retries(),
            false => options,
        }
    }

    /// The guard's word on a command, from what the journal and this process know of the user.
    pub(crate) async fn guard(
        &self,
        action: &'static str,
        user: &UserId,
        command: Command,
    ) -> Result<Option<Doubt>, Error> {
        let belief = match self.partner.beliefs().of(user) {
            Some(belief) => belief,
            None => self
                .partner
                .beliefs()
                .load(user, &self.entries_of(user).await?),
        };
        match belief.judge(user, command) {
            Verdict::Allowed => Ok(None),
            Verdict::Doubtful(doubt) if self.options.strict => Err(Error::doubted(action, doubt)),
            Verdict::Doubtful(doubt) => Ok(Some(doubt)),
            Verdict::Denied(denial) => Err(Error::denied(action, denial)),
        }
    }

    /// Corrects what is believed about a user.
    pub(crate) async fn learn(&self, user: &UserId, fact: &Fact) {
        if !self.partner.beliefs().learn(user, fact) {
            return;
        }
        // Closed is closed: whatever became of earlier deletes, nobody needs to find out any more.
        for entry in self.entries_of(user).await.unwrap_or_default() {
            if matches!(entry.intent.action, Action::Close { .. }) && entry.is_unresolved() {
                self.conclude(entry.id, Conclusion::done()).await;
            }
        }
    }

    /// What a refusal says about the user; with two users nobody knows whom it means.
    pub(crate) async fn learn_failure(&self, action: &Action, error: &SentError) {
        let mut users = action.users();
        if let (Some(user), None) = (users.next(), users.next()) {
            self.learn(user, &Fact::of(Command::of(action), error))
                .await;
        }
    }

    /// Whether the user is known to be closed for good.
    pub(crate) fn is_closed(&self, user: &UserId) -> bool {
        self.partner
            .beliefs()
            .of(user)
            .is_some_and(|belief| belief.is_closed())
    }

    pub(crate) async fn entries_of(&self, user: &UserId) -> Result<Vec<Entry>, Error> {
        let entries = self.partner.journal().entries_of(user).await;
        entries.map_err(|error| Error::journal("read the journal", Some(user), error))
    }

    /// Makes an intent durable. If it cannot be, nothing may be sent.
    pub(crate) async fn begin(&self, action: Action) -> Result<IntentId, Error> {
        let (name, user) = (action.name(), action.users().next().cloned());
        let mut intent = Intent::new(action, now());
        intent.actor = self
            .options
            .actor
            .clone()
            .or_else(|| self.partner.actor().cloned());
        intent.reason = self.options.reason.clone();
        let begun = self.partner.journal().begin(intent).await;
        begun.map_err(|error| Error::journal(name, user.as_ref(), error))
    }

    /// Writes down how it ended. A journal that fails here is not the caller's problem: the call has
    /// ended as it has, and the entry stays unresolved, which is safe.
    pub(crate) async fn conclude(&self, intent: IntentId, conclusion: Conclusion) {
        if let Err(error) = self.partner.journal().conclude(intent, conclusion).await {
            tracing::error!(%intent, %error, "the outcome of a call could not be journaled");
        }
    }

    /// The error of a step that has an intent.
    pub(crate) fn error(
        &self,
        intent: IntentId,
        action: Action,
        error: SentError,
        doubt: Option<Doubt>,
    ) -> Error {
        if error.may_have_happened() {
            let cause = error.cause;
            return Error::unresolved(Unresolved {
                intent,
                action,
                at: now(),
                doubt,
                cause,
            });
        }
        error
            .into_error(action.name(), action.users().next())
            .with_doubt(doubt)
    }
}

/// Now, by this machine's clock; what the journal calls the time of an intent.
fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).ok();
    millis
        .and_then(|millis| Timestamp::from_millis(millis).ok())
        .unwrap_or(Timestamp::EPOCH)
}
