//! The one who asks: each question is recorded with what it says about path, shape and code.

use std::time::Duration;

use partner_api::raw::OperationId;
use partner_api::raw::types::operations::Method;
use partner_api::raw::types::words::{self, Refusal};
use serde_json::Value;
use uuid::Uuid;

use super::compare;
use super::prober::{Answer, Body, Key, Prober};
use super::record::{self, Record};
use super::shown;

/// How long to rest after too many calls.
const REST: Duration = Duration::from_secs(5);

/// One question.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) operation: OperationId,
    pub(crate) parameters: &'a [&'a str],
    pub(crate) query: &'a str,
    pub(crate) body: Body,
}

impl<'a> Ask<'a> {
    pub(crate) fn of(operation: OperationId) -> Self {
        Self {
            operation,
            parameters: &[],
            query: "",
            body: Body::None,
        }
    }

    pub(crate) fn about(self, parameters: &'a [&'a str]) -> Self {
        Self { parameters, ..self }
    }

    pub(crate) fn query(self, query: &'a str) -> Self {
        Self { query, ..self }
    }

    pub(crate) fn form(self, parts: &'static [(&'static str, &'static [u8])]) -> Self {
        let body = Body::Form(parts);
        Self { body, ..self }
    }

    pub(crate) fn with(self, body: Value) -> Self {
        let body = Body::Json(body);
        Self { body, ..self }
    }
}

/// Asks, and keeps what was learnt.
#[derive(Debug)]
pub(crate) struct Kit {
    prober: Prober,
    pub(crate) record: Record,
}

/// An id that nothing has: new at every run, and of the form that the provider's own ids have.
pub(crate) fn nobody() -> String {
    Uuid::new_v4().to_string()
}

impl Kit {
    pub(crate) fn new(prober: Prober) -> Self {
        Self {
            prober,
            record: Record::default(),
        }
    }

    /// Asks; whatever comes back is compared with the specification.
    pub(crate) async fn ask(&mut self, ask: &Ask<'_>) -> Option<Answer> {
        let operation = ask.operation;
        let path = self.prober.path(operation, ask.parameters, ask.query);
        // The page of a hosted verification is for browsers, which have no key.
        let key = match operation {
            OperationId::OpenKycVerification => Key::None,
            _ => Key::Own,
        };
        let method = operation.operation().method;
        self.record.calls += 1;
        let answer = match self.prober.send(method, &path, &ask.body, key).await {
            Ok(answer) => answer,
            Err(why) => {
                self.record.leave_open(record::path(operation), &*why.0);
                self.record.find(format!("{operation}: {}", why.0));
                return None;
            }
        };
        if answer.status == 429 {
            self.record.find("too many calls: HTTP 429");
            tokio::time::sleep(REST).await;
        }
        self.place(operation, &answer);
        if answer.is_success() {
            self.success(ask, &answer);
        } else {
            self.refusal(operation, &answer);
        }
        Some(answer)
    }

    /// Asks past the operation table.
    pub(crate) async fn ask_anything(
        &mut self,
        method: Method,
        path: &str,
        body: &Body,
        key: Key,
    ) -> Option<Answer> {
        self.record.calls += 1;
        match self.prober.send(method, path, body, key).await {
            Ok(answer) => Some(answer),
            Err(why) => {
                self.record
                    .find(format!("{} {path}: {}", method.as_str(), why.0));
                None
            }
        }
    }

    /// Asks for what should succeed; gives the body.
    pub(crate) async fn get(&mut self, ask: &Ask<'_>) -> Option<Value> {
        self.succeed(ask).await.and_then(|answer| answer.json)
    }

    /// Asks for what should succeed; gives the answer if it did.
    pub(crate) async fn succeed(&mut self, ask: &Ask<'_>) -> Option<Answer> {
        let operation = ask.operation;
        let answer = self.ask(ask).await?;
        if answer.is_success() {
            return Some(answer);
        }
        let seen = format!("{operation}: {} where it should succeed", told(&answer));
        self.record.find(seen.clone());
        // Bad input, we are told: then the body is not as it should be.
        let is_input = answer.code() == Some(words::VALIDATION.code);
        if let (true, Some(request), Body::Json(_)) =
            (is_input, operation.bodies().request, &ask.body)
        {
            self.record.refute(record::shape(request), seen);
        }
        None
    }

    /// Asks for what `refusal` should refuse; judges its code, and the assumption `name` if it is one.
    pub(crate) async fn expect(&mut self, ask: &Ask<'_>, refusal: &Refusal, name: Option<&str>) {
        let answer = self.ask(ask).await;
        self.judge(ask.operation, answer.as_ref(), refusal, name);
    }

    /// Whether an answer is this refusal.
    pub(crate) fn judge(
        &mut self,
        operation: OperationId,
        answer: Option<&Answer>,
        refusal: &Refusal,
        name: Option<&str>,
    ) {
        let code = record::code(refusal);
        let names = [Some(code.as_str()), name].into_iter().flatten();
        match answer {
            Some(answer) if is_telling(answer) => {
                let holds = answer.code() == Some(refusal.code);
                let seen = format!("{operation}: {}", told(answer));
                if answer.is_success() {
                    self.record.find(format!(
                        "{operation}: succeeds where {} was expected",
                        refusal.code
                    ));
                }
                for name in names {
                    self.record.judge(name, holds, &*seen);
                }
                if holds && answer.status != refusal.status {
                    let is = format!(
                        "{operation}: {} comes with HTTP {}",
                        refusal.code, answer.status
                    );
                    self.record.find(is.clone());
                    self.record.refute(code, is);
                }
            }
            _ => {
                for name in names {
                    self.record
                        .leave_open(name, format!("{operation} gave no telling answer"));
                }
            }
        }
    }

    /// Whether something succeeded that should.
    pub(crate) fn judge_success(
        &mut self,
        name: &str,
        operation: OperationId,
        answer: Option<&Answer>,
    ) {
        match answer {
            Some(answer) if is_telling(answer) => {
                let seen = format!("{operation}: {}", told(answer));
                self.record.judge(name, answer.is_success(), seen);
            }
            _ => {
                let why = format!("{operation} gave no telling answer");
                self.record.leave_open(name, why);
            }
        }
    }

    /// What an answer says about the path that was asked.
    fn place(&mut self, operation: OperationId, answer: &Answer) {
        let name = record::path(operation);
        let is_anonymous = answer
            .code()
            .is_none_or(|code| code == words::VALIDATION.code);
        match answer.status {
            401 | 403 => self
                .record
                .leave_open(name, "the key or the address is not accepted"),
            429 => self.record.leave_open(name, "too many calls"),
            404 | 405 if is_anonymous => {
                let seen = format!("HTTP {} without a code of its own", answer.status);
                self.record.find(format!("{operation}: {seen}"));
                self.record.refute(name, seen);
            }
            _ if !is_telling(answer) => self.record.leave_open(name, "trouble at the provider"),
            _ => self.record.confirm(name),
        }
    }

    fn success(&mut self, ask: &Ask<'_>, answer: &Answer) {
        let (operation, status) = (ask.operation, answer.status);
        let bodies = operation.bodies();
        let specified = bodies.answers.iter().find(|it| it.is_for(status));
        if specified.is_none() {
            let finding =
                format!("{operation}: succeeds with HTTP {status}, which is not specified");
            self.record.find(finding);
        }
        let shape = specified.or(bodies.answers.first()).and_then(|it| it.shape);
        match (shape, &answer.json) {
            (Some(shape), Some(body)) => {
                compare::with_shape(&mut self.record, operation.as_str(), shape, body);
            }
            (Some(_), None) => self
                .record
                .find(format!("{operation}: the answer is no JSON")),
            (None, _) => {}
        }
        if let (Some(request), Body::Json(body)) = (bodies.request, &ask.body) {
            // It was taken, so it looks as it should.
            compare::with_shape(&mut self.record, operation.as_str(), request, body);
        }
    }

    fn refusal(&mut self, operation: OperationId, answer: &Answer) {
        if answer.status == 401 {
            return;
        }
        let of = operation.as_str();
        let Some(body) = &answer.json else {
            let finding = format!("{of}: HTTP {} without JSON", answer.status);
            self.record.find(finding);
            return;
        };
        compare::with_shape(&mut self.record, of, "ApiError", body);
        let Some(code) = answer.code() else {
            return;
        };
        let rows: Vec<&Refusal> = words::known()
            .into_iter()
            .filter(|it| it.code == code)
            .collect();
        let code = shown::code(code);
        if rows.is_empty() {
            self.record.find(format!(
                "{of}: refuses with {code}, which is not in the catalogue"
            ));
            return;
        }
        let name = answer.text_of("errorName");
        if let Some(name) = name.filter(|name| rows.iter().all(|row| row.name != Some(*name))) {
            let name = shown::error_name(name);
            self.record.find(format!("{of}: {code} is called {name}"));
        }
    }
}

/// Whether an answer says anything about what was asked.
fn is_telling(answer: &Answer) -> bool {
    let is_trouble = answer.code().is_some_and(words::is_transient);
    !is_trouble && answer.status < 500 && !matches!(answer.status, 401 | 403 | 429)
}

/// An answer in a few words that name nobody.
pub(crate) fn told(answer: &Answer) -> String {
    match answer.code() {
        _ if answer.is_success() => format!("succeeds with HTTP {}", answer.status),
        Some(code) => format!("refused with HTTP {} {}", answer.status, shown::code(code)),
        None => format!("refused with HTTP {} without a code", answer.status),
    }
}
