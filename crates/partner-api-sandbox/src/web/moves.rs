//! Buttons that are rows of core's transition tables: exactly those that are open now.

use axum::extract::State;
use futures_util::future::BoxFuture;
use maud::{Markup, html};

use super::guard::Guest;
use super::outcome::Outcome;
use super::parts::{lower, phrase};
use super::{Reply, Trouble, Web};
use crate::engine::{Decided, Engine, Snapshot, StoreError};
use crate::walk::{self, Choice, Lifecycle, Moment, NoId, Outlook, Stop, Visit, Walk};

impl Web {
    /// Where an object stands and what can be done to it; nothing if there is none.
    pub(super) fn outlook(
        &self,
        snapshot: &Snapshot<'_>,
        lifecycle: Lifecycle,
        id: &str,
    ) -> Result<Option<Outlook>, StoreError> {
        let engine = &self.0.control.engine;
        let rates = engine.rates().eur_rates(engine.clock().now);
        let moment = Moment::new(snapshot, engine.policy(), &rates);
        lifecycle.visit(id, Look(&moment)).unwrap_or(Ok(None))
    }
}

struct Look<'a>(&'a Moment<'a>);

impl Visit for Look<'_> {
    type Out = Result<Option<Outlook>, StoreError>;

    fn visit<W: Walk>(self, object: W) -> Self::Out {
        walk::outlook(self.0, &object)
    }
}

struct Take {
    engine: Engine,
    action: String,
}

impl Visit for Take {
    type Out = BoxFuture<'static, Result<Decided, Stop>>;

    fn visit<W: Walk>(self, object: W) -> Self::Out {
        Box::pin(async move { walk::take(&self.engine, &object, &self.action).await })
    }
}

/// The buttons of an object. What cannot be undone asks once more.
pub(super) fn buttons(
    guest: &Guest,
    lifecycle: Lifecycle,
    id: &str,
    outlook: &Outlook,
    place: &str,
) -> Markup {
    html! {
        @if outlook.choices.is_empty() { p.quiet { "Nothing can become of it any more." } }
        div.moves {
            @for choice in &outlook.choices {
                @let is_final = is_final(lifecycle, choice);
                @if is_final {
                    details.final #{ (place) "-" (choice.action) } {
                        summary.button { (phrase(&choice.action)) "…" }
                        p { (warning(lifecycle)) }
                        (button(guest, lifecycle, id, choice, place))
                    }
                } @else {
                    (button(guest, lifecycle, id, choice, place))
                }
            }
        }
    }
}

/// Whether a row cannot be undone, and is the partner's to regret.
fn is_final(lifecycle: Lifecycle, choice: &Choice) -> bool {
    matches!(lifecycle, Lifecycle::UserStanding | Lifecycle::Card) && choice.moves && choice.ends
}

fn warning(lifecycle: Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::UserStanding => {
            "For good: balances are forfeited, everything personal is erased, the id is never used again."
        }
        _ => "For good: a deleted card does not come back.",
    }
}

fn button(guest: &Guest, lifecycle: Lifecycle, id: &str, choice: &Choice, place: &str) -> Markup {
    let needs: Vec<_> = choice.needs.iter().map(|rule| rule.to_string()).collect();
    let title = match needs.is_empty() {
        true => String::new(),
        false => format!("needs {}", needs.join(", ")),
    };
    let body = html! {
        input type="hidden" name="lifecycle" value=(lifecycle);
        input type="hidden" name="id" value=(id);
        button.still[!choice.moves] type="submit" name="on" value=(choice.action) title=[(!title.is_empty()).then_some(title)]
            data-move={ (lifecycle) "/" (choice.action) } {
            span { (phrase(&choice.action)) }
            small { @if choice.moves { "→ " (lower(&choice.to)) } @else { "changes nothing" } }
        }
    };
    guest.form("/page/move", place, &body)
}

/// Takes a row.
pub(super) async fn take(State(web): State<Web>, mut guest: Guest) -> Reply {
    let mut field = |name: &str| guest.form.take(name).unwrap_or_default();
    let (lifecycle, id, action) = (field("lifecycle"), field("id"), field("on"));
    let malformed = |NoId| Trouble::missing("object");
    let lifecycle: Lifecycle = lifecycle.parse().map_err(malformed)?;
    let take = Take {
        engine: web.0.control.engine.clone(),
        action: action.clone(),
    };
    let place = guest.form.take("place").unwrap_or_default();
    let said = phrase(&action);
    let outcome = match lifecycle.visit(&id, take).map_err(malformed)?.await {
        Ok(decided) => match decided.verdict {
            Ok(_) => Outcome {
                seq: Some(decided.seq),
                ..Outcome::done(&place, said)
            },
            Err(refusal) => Outcome::by_rule(&place, Some(decided.seq), refusal.rule),
        },
        Err(Stop::Missing(rule)) => Outcome::by_rule(&place, None, rule),
        Err(Stop::NoWay { from, reachable }) => {
            let remedy = match &*reachable {
                [] => "nothing can become of it any more".to_owned(),
                can => format!("what can be done now: {}", can.join(", ")),
            };
            Outcome::refused(&place, format!("it is {} now", lower(&from)), remedy)
        }
        Err(Stop::Broken(error)) => return Err(error.into()),
        Err(Stop::Refused { .. } | Stop::Contended) => {
            Outcome::refused(&place, "something else moves it", "try again")
        }
    };
    Ok(guest.back(&web, outcome))
}
