//! One operation under way: guard, journal, request, journal, in this order.

use std::future::Future;
use std::time::{Duration, Instant, SystemTime};

use partner_api_client::{CallOptions, Client, Reply};
use partner_api_core::{Timestamp, UserId};
use partner_api_types::OperationId;
use serde::de::DeserializeOwned;

use crate::error::{Error, Kind, SentError};
use crate::guard::{Command, Doubt, Fact, Verdict};
use crate::journal::{Action, Begun, Conclusion, Entry, Fingerprint, Intent, IntentId, RequestKey};
use crate::operation::Options;
use crate::outcome::{Cause, Outcome, Unresolved};
use crate::partner::Partner;
use crate::reason::{Actor, Reason};

/// What an operation runs with.
#[derive(Debug)]
pub struct Context {
    partner: Partner,
    pub(crate) options: Options,
    deadline: Option<Instant>,
}

/// An accepted change.
pub(crate) struct Done<T> {
    pub(crate) answer: T,
    pub(crate) intent: IntentId,
    pub(crate) doubt: Option<Doubt>,
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

    /// A change that takes one request and costs nothing. `Err` means that it did not happen.
    pub(crate) async fn change<T, F, R>(
        &self,
        action: Action,
        request: F,
    ) -> Result<Outcome<Done<T>>, Error>
    where
        F: FnOnce(Client) -> R + Send,
        R: Future<Output = Reply<T>> + Send,
        T: DeserializeOwned + Send,
    {
        self.change_to(action, &[], request).await
    }

    /// The same; `details` is what is asked for beyond the action, and counts only under a key.
    pub(crate) async fn change_to<T, F, R>(
        &self,
        action: Action,
        details: &[&str],
        request: F,
    ) -> Result<Outcome<Done<T>>, Error>
    where
        F: FnOnce(Client) -> R + Send,
        R: Future<Output = Reply<T>> + Send,
        T: DeserializeOwned + Send,
    {
        let doubt = self.guard_action(&action).await?;
        let intent = self.begin(action.clone(), details).await?;
        let sent = self.send(request).await;
        let key = self.options.key.clone();
        self.conclude_with(intent, key, action, doubt, sent, |_| Conclusion::done())
            .await
    }

    pub(crate) async fn guard_action(&self, action: &Action) -> Result<Option<Doubt>, Error> {
        let mut doubt = None;
        for user in action.users() {
            let doubted = self.guard(action.name(), user, Command::of(action)).await?;
            doubt = doubt.or(doubted);
        }
        Ok(doubt)
    }

    /// Writes down how a request ended, and learns from it.
    pub(crate) async fn conclude_with<T>(
        &self,
        intent: IntentId,
        key: Option<RequestKey>,
        action: Action,
        doubt: Option<Doubt>,
        sent: Result<T, SentError>,
        done: impl FnOnce(&T) -> Conclusion + Send,
    ) -> Result<Outcome<Done<T>>, Error>
    where
        T: Send,
    {
        let command = Command::of(&action);
        let error = match sent {
            Ok(answer) => {
                let conclusion = done(&answer);
                self.conclude(intent, conclusion).await;
                for user in action.users() {
                    self.learn(user, &Fact::done(command)).await;
                }
                return Ok(Outcome::Done(Done {
                    answer,
                    intent,
                    doubt,
                }));
            }
            Err(error) => error,
        };
        self.conclude(intent, error.conclusion()).await;
        self.learn_failure(&action, &error).await;
        if error.may_have_happened() {
            return Ok(Outcome::Unknown(Unresolved {
                intent,
                action,
                at: now(),
                key,
                doubt,
                cause: Cause::Lost(error.cause),
            }));
        }
        let user = action.users().next();
        Err(error.into_error(action.name(), user).with_doubt(doubt))
    }

    /// One request. Only for what has an intent in the journal, or changes nothing.
    pub(crate) async fn send<T, F, R>(&self, request: F) -> Result<T, SentError>
    where
        F: FnOnce(Client) -> R + Send,
        R: Future<Output = Reply<T>> + Send,
        T: DeserializeOwned + Send,
    {
        self.send_within(None, request).await
    }

    pub(crate) async fn send_within<T, F, R>(
        &self,
        within: Option<Duration>,
        request: F,
    ) -> Result<T, SentError>
    where
        F: FnOnce(Client) -> R + Send,
        R: Future<Output = Reply<T>> + Send,
        T: DeserializeOwned + Send,
    {
        let options = self.call_options(within);
        let sent = self.partner.client().call(options, request).await;
        sent.map_err(SentError::new)
    }

    /// The time that is left of the whole operation.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let deadline = self.deadline?;
        Some(deadline.saturating_duration_since(Instant::now()))
    }

    fn call_options(&self, within: Option<Duration>) -> CallOptions {
        let mut options = CallOptions::new();
        if let Some(left) = self.time_left().into_iter().chain(within).min() {
            options = options.timeout(left);
        }
        if self.options.in_background {
            options = options.in_background();
        }
        match self.options.without_retries {
            true => options.without_retries(),
            false => options,
        }
    }

    /// Who asks, and why.
    pub(crate) fn who_and_why(&self) -> (Option<Actor>, Option<Reason>) {
        let actor = self.options.actor.as_ref().or(self.partner.actor());
        (actor.cloned(), self.options.reason.clone())
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

    /// What the journal is to hold of an action, with the time until which it may be sent.
    pub(crate) fn intent(&self, action: Action) -> Intent {
        let mut intent = Intent::new(action, now());
        let call_timeout = self.partner.client().behavior().call_timeout;
        intent.until = intent.at.plus(self.time_left().unwrap_or(call_timeout));
        (intent.actor, intent.reason) = self.who_and_why();
        intent
    }

    /// The intent under the caller's key, if there is one.
    pub(crate) fn keyed(&self, action: Action, details: &[&str]) -> Intent {
        let mut intent = self.intent(action);
        intent.key = self.options.key.clone();
        let key = intent.key.as_ref();
        intent.fingerprint = key.map(|key| Fingerprint::of(key, details));
        intent
    }

    /// The same without the caller's key, for a step that is not the change itself.
    pub(crate) fn without_key(&self) -> Self {
        let mut options = self.options.clone();
        options.key = None;
        Self {
            partner: self.partner.clone(),
            options,
            deadline: self.deadline,
        }
    }

    /// Makes an intent durable that has no guarded shape. If it cannot be, nothing may be sent.
    pub(crate) async fn begin(&self, action: Action, details: &[&str]) -> Result<IntentId, Error> {
        let (name, user) = (action.name(), action.users().next().cloned());
        let intent = self.keyed(action, details);
        let begun = self.partner.journal().begin(intent).await;
        let kind = match begun.map_err(|error| Error::journal(name, user.as_ref(), error))? {
            Begun::New(intent) => return Ok(intent),
            Begun::KeyTaken(entry) => Kind::KeyTaken(entry.id),
            // Another call under the key was faster.
            Begun::Before(entry) | Begun::InDoubt(entry) => Kind::InDoubt(entry.id),
        };
        Err(Error::new(name, user.as_ref(), kind))
    }

    /// Writes down how it ended. A journal that fails here is not the caller's problem: the call has
    /// ended as it has, and the entry stays unresolved, which is safe.
    pub(crate) async fn conclude(&self, intent: IntentId, conclusion: Conclusion) {
        if let Err(error) = self.partner.journal().conclude(intent, conclusion).await {
            tracing::error!(partner_api.intent = %intent, %error, "the outcome of a call could not be journaled");
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
            return Error::unresolved(Unresolved {
                intent,
                action,
                at: now(),
                key: None,
                doubt,
                cause: Cause::Lost(error.cause),
            });
        }
        error
            .into_error(action.name(), action.users().next())
            .with_doubt(doubt)
    }
}

/// Now, by this machine's clock; what the journal calls the time of an intent.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).ok();
    millis
        .and_then(|millis| Timestamp::from_millis(millis).ok())
        .unwrap_or(Timestamp::EPOCH)
}
