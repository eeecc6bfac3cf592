//! Forms that are calls: drawn from their row, filled into a body, and answered by the very handlers of the two APIs.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use maud::{Markup, html};
use partner_api_types::{Method, OperationId};
use serde_json::{Map, Value};
use tower_service::Service as _;

use super::forms::FORMS;
use super::guard::Guest;
use super::outcome::Outcome;
use super::parts::encoded;
use super::{Reply, Trouble, Web, enter};
use crate::http::Problem;
use crate::requests::is_shown;

/// A form.
#[derive(Clone, Copy)]
pub(super) struct Ask {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) button: &'static str,
    pub(super) help: &'static str,
    pub(super) call: Call,
    pub(super) fields: &'static [Field],
    pub(super) then: Then,
}

/// What it calls.
#[derive(Clone, Copy)]
pub(super) enum Call {
    Control(Method, &'static str),
    Partner(OperationId),
}

/// Where it leads once it went through.
#[derive(Clone, Copy)]
pub(super) enum Then {
    Stay,
    /// To the user whom the answer names.
    OpenUser,
}

/// One of its fields.
pub(super) struct Field {
    /// As the body has it.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
    /// What stands there at first.
    pub(super) value: &'static str,
    pub(super) is_wanted: bool,
}

/// How a field is drawn and sent.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Secret,
    Amount,
    Whole,
    /// Shown in seconds, sent in milliseconds.
    Seconds,
    Flag,
    Words(&'static [&'static str]),
    Choice(fn() -> Vec<&'static str>),
    /// What stands there at first, and nothing else.
    Fixed,
    /// Stands in the path, not in the body.
    Path,
}

/// The parameters of a call's path, and its body.
type Filled = (Vec<(&'static str, String)>, Value);

/// What a browser sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(it, _)| it == name)?;
        Some(self.0.swap_remove(place).1)
    }
}

impl Guest {
    /// A form of this page: what comes of it is shown at `place`, here.
    pub(super) fn form(&self, action: &str, place: &str, body: &Markup) -> Markup {
        html! {
            form method="post" action=(action) {
                input type="hidden" name="csrf" value=(self.csrf);
                input type="hidden" name="place" value=(place);
                input type="hidden" name="back" value=(self.place);
                (body)
            }
        }
    }

    /// What came of a form of this place.
    pub(super) fn outcome_at(&self, place: &str) -> Markup {
        let here = self.outcome.as_ref().filter(|it| it.place == place);
        html! { @if let Some(outcome) = here { (outcome.show()) } }
    }

    /// Back to where the form was, to see what came of it.
    pub(super) fn back(&self, web: &Web, outcome: Outcome) -> Response {
        let back = self.form.get("back").unwrap_or("/");
        self.on_to(web, enter::local(back), outcome)
    }

    fn on_to(&self, web: &Web, page: &str, outcome: Outcome) -> Response {
        let joint = if page.contains('?') { '&' } else { '?' };
        let place = encoded(&outcome.place);
        let number = web.0.sessions.remember(&self.session, outcome);
        enter::go(&format!("{page}{joint}said={number}#{place}"))
    }
}

impl Ask {
    /// The form, where what is known needs not be asked for.
    pub(super) fn draw(&self, guest: &Guest, place: &str, known: &[(&str, &str)]) -> Markup {
        self.drawn(guest, place, known, &[])
    }

    /// The form, with other values at first.
    pub(super) fn draw_with(
        &self,
        guest: &Guest,
        place: &str,
        proposed: &[(&str, &str)],
    ) -> Markup {
        self.drawn(guest, place, &[], proposed)
    }

    fn drawn(
        &self,
        guest: &Guest,
        place: &str,
        known: &[(&str, &str)],
        proposed: &[(&str, &str)],
    ) -> Markup {
        let given = |all: &[(&str, &str)], name: &str| {
            all.iter()
                .find(|(it, _)| *it == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let here = guest.outcome.as_ref().filter(|it| it.place == place);
        let body = html! {
            @if !self.help.is_empty() { p.quiet { (self.help) } }
            div.fields {
                @for field in self.fields {
                    @let id = format!("{place}-{}", field.name);
                    @match given(known, field.name) {
                        Some(value) => { input type="hidden" name=(field.name) value=(value); }
                        None => {
                            @let before = here.and_then(|it| it.value(field.name)).map(str::to_owned);
                            @let value = before.or_else(|| given(proposed, field.name));
                            (field.draw(&id, value.as_deref().unwrap_or(field.value)))
                        }
                    }
                }
            }
            button type="submit" { (self.button) }
        };
        guest.form(&format!("/page/ask/{}", self.name), place, &body)
    }

    /// The form on a sheet of its own, with its title; folded unless something came of it.
    pub(super) fn sheet(&self, guest: &Guest, known: &[(&str, &str)]) -> Markup {
        let is_open = guest
            .outcome
            .as_ref()
            .is_some_and(|it| it.place == self.name);
        html! {
            details.sheet #(self.name) open[is_open] {
                summary { (self.title) }
                (guest.outcome_at(self.name))
                (self.draw(guest, self.name, known))
            }
        }
    }

    /// A button that asks for this and nothing else.
    pub(super) fn button(
        &self,
        guest: &Guest,
        place: &str,
        label: &str,
        known: &[(&str, &str)],
    ) -> Markup {
        let body = html! {
            @for (name, value) in known { input type="hidden" name=(name) value=(value); }
            button type="submit" data-ask=(self.name) { (label) }
        };
        guest.form(&format!("/page/ask/{}", self.name), place, &body)
    }

    /// What the call sends.
    fn fill(&self, form: &Form) -> Result<Filled, Box<Outcome>> {
        let place = form.get("place").unwrap_or(self.name);
        let (mut path, mut body) = (Vec::new(), Map::new());
        for field in self.fields {
            let given = form.get(field.name).map(str::trim).unwrap_or_default();
            let malformed = || {
                let said = format!("{} is not a number", field.label);
                Box::new(Outcome::refused(place, said, "write digits"))
            };
            let value = match field.kind {
                Kind::Flag => match given {
                    "true" => Value::Bool(true),
                    _ if field.is_wanted => Value::Bool(false),
                    _ => continue,
                },
                _ if given.is_empty() && !field.is_wanted => continue,
                Kind::Path => {
                    path.push((field.name, given.to_owned()));
                    continue;
                }
                Kind::Whole => given.parse::<u64>().map_err(|_| malformed())?.into(),
                Kind::Seconds => {
                    let seconds: i64 = given.parse().map_err(|_| malformed())?;
                    seconds.saturating_mul(1_000).into()
                }
                _ => given.into(),
            };
            body.insert(field.name.to_owned(), value);
        }
        Ok((path, body.into()))
    }
}

impl Field {
    fn draw(&self, id: &str, value: &str) -> Markup {
        let choices = match self.kind {
            Kind::Words(words) => Some(words.to_vec()),
            Kind::Choice(choices) => Some(choices()),
            _ => None,
        };
        html! {
            @match (self.kind, choices) {
                (Kind::Fixed | Kind::Path, _) => { input type="hidden" name=(self.name) value=(value); }
                (Kind::Flag, _) => {
                    label.flag for=(id) {
                        input #(id) type="checkbox" name=(self.name) value="true" checked[value == "true"];
                        (self.label)
                    }
                }
                (_, Some(choices)) => {
                    div.field {
                        label for=(id) { (self.label) }
                        select #(id) name=(self.name) {
                            @if !self.is_wanted { option value="" { "—" } }
                            @for choice in choices { option value=(choice) selected[choice == value] { (choice) } }
                        }
                    }
                }
                _ => {
                    div.field {
                        label for=(id) { (self.label) }
                        input #(id) name=(self.name) value=(value) required[self.is_wanted]
                            type=(if matches!(self.kind, Kind::Secret) { "password" } else { "text" })
                            inputmode=[self.input_mode()] autocomplete="off" spellcheck="false";
                    }
                }
            }
        }
    }

    fn input_mode(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Amount => Some("decimal"),
            Kind::Whole | Kind::Seconds => Some("numeric"),
            _ => None,
        }
    }
}

/// Asks for what a form says.
pub(super) async fn ask(State(web): State<Web>, guest: Guest, Path(name): Path<String>) -> Reply {
    let ask = FORMS.iter().find(|it| it.name == name);
    let ask = ask.ok_or_else(|| Trouble::missing("form"))?;
    let place = guest.form.get("place").unwrap_or(ask.name).to_owned();
    let (path, body) = match ask.fill(&guest.form) {
        Ok(filled) => filled,
        Err(outcome) => return Ok(guest.back(&web, *outcome)),
    };
    let (mut outcome, answer) = match &ask.call {
        Call::Control(method, template) => {
            web.control(&place, ask, *method, template, &path, &body)
                .await
        }
        Call::Partner(operation) => web.partner(&place, ask, *operation, &body).await,
    };
    if !outcome.went_through {
        let shown = ask.fields.iter().filter(|it| is_shown(it.name));
        let values =
            shown.filter_map(|it| Some((it.name.to_owned(), guest.form.get(it.name)?.to_owned())));
        outcome.values = values.collect();
    }
    match (&ask.then, answer["userId"].as_str()) {
        (Then::OpenUser, Some(holder)) if outcome.went_through => {
            let page = format!("/page/users/{}", encoded(holder));
            "said".clone_into(&mut outcome.place);
            Ok(guest.on_to(&web, &page, outcome))
        }
        _ => Ok(guest.back(&web, outcome)),
    }
}

impl Web {
    /// Calls the control API from within.
    async fn control(
        &self,
        place: &str,
        ask: &Ask,
        method: Method,
        template: &str,
        path: &[(&str, String)],
        body: &Value,
    ) -> (Outcome, Value) {
        let mut uri = template.to_owned();
        for (name, value) in path {
            uri = uri.replace(&format!("{{{name}}}"), &encoded(value));
        }
        let has_body =
            method == Method::Post && !ask.fields.iter().all(|it| matches!(it.kind, Kind::Path));
        let sent = if has_body {
            body.to_string()
        } else {
            String::new()
        };
        let call = format!("{} {uri} on the control port", method.as_str());
        let request = Request::builder()
            .method(method.as_str())
            .uri(uri)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(sent));
        let Ok(request) = request else {
            return (
                Outcome::refused(place, "the call cannot be made", "check what you gave"),
                Value::Null,
            );
        };
        let Ok(response) = self.0.routes.clone().call(request).await;
        let went_through = response.status().is_success();
        let seq = response
            .headers()
            .get("x-sandbox-seq")
            .and_then(|it| it.to_str().ok()?.parse().ok());
        let answer = axum::body::to_bytes(response.into_body(), usize::MAX).await;
        let answer: Value = answer
            .ok()
            .and_then(|it| serde_json::from_slice(&it).ok())
            .unwrap_or_default();
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        let outcome = Outcome {
            went_through,
            said: match went_through {
                true => ask.title.to_lowercase(),
                false => text("error").unwrap_or_default(),
            },
            remedy: text("remedy"),
            rule: text("rule"),
            seq,
            facts: facts(&answer),
            call: Some(call),
            ..Outcome::done(place, "")
        };
        (outcome, answer)
    }

    /// Calls the Partner API from within.
    async fn partner(
        &self,
        place: &str,
        ask: &Ask,
        operation: OperationId,
        body: &Value,
    ) -> (Outcome, Value) {
        let row = operation.operation();
        let call = Some(format!("{} {}", row.method.as_str(), row.path));
        match self.0.api.ask(operation, Vec::new(), body).await {
            Ok(answer) => {
                let (seq, answer) = answer.into_json();
                let outcome = Outcome {
                    seq: Some(seq),
                    facts: facts(&answer),
                    call,
                    ..Outcome::done(place, ask.title.to_lowercase())
                };
                (outcome, answer)
            }
            Err(problem) => {
                let outcome = match problem {
                    Problem::Refused { seq, rule } => Outcome::by_rule(place, Some(seq), rule),
                    Problem::Invalid { message, rule } => Outcome {
                        rule: rule.map(|it| it.to_string()),
                        ..Outcome::refused(
                            place,
                            message,
                            rule.map_or("correct it and try again", |it| it.remedy()),
                        )
                    },
                    _ => Outcome::refused(
                        place,
                        "it could not be answered",
                        "try again, or restart the sandbox",
                    ),
                };
                (Outcome { call, ..outcome }, Value::Null)
            }
        }
    }
}

/// What may be shown of an answer. A walk's id may be the partner's id of a user, and an outcome outlives its user.
fn facts(answer: &Value) -> Vec<(String, String)> {
    let is_walk = answer["steps"].is_array();
    let fields = answer.as_object().into_iter().flatten();
    let shown = fields.filter(|(name, _)| is_shown(name) && !(is_walk && name.as_str() == "id"));
    let facts = shown.filter_map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return None,
        };
        Some((name.clone(), text))
    });
    facts.collect()
}
