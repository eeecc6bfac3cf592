//! One thing: where it stands, what can become of it, and what happened to it.

use axum::extract::{Path, State};
use maud::html;

use super::guard::Guest;
use super::parts::{encoded, id as shown_id, lower, state};
use super::timeline::Timeline;
use super::{Reply, Trouble, Web, moves};
use crate::walk::{Lifecycle, NoId};

/// Where a thing's page is.
pub(super) fn path(lifecycle: Lifecycle, id: &str) -> String {
    format!(
        "/page/objects/{}/{}",
        lifecycle.as_str().to_ascii_lowercase(),
        encoded(id)
    )
}

pub(super) async fn show(
    State(web): State<Web>,
    guest: Guest,
    Path((lifecycle, id)): Path<(String, String)>,
) -> Reply {
    let lifecycle: Result<Lifecycle, NoId> = lifecycle.to_ascii_uppercase().parse();
    let lifecycle = lifecycle.map_err(|NoId| Trouble::no_page())?;
    let found = web.look(|snapshot| {
        // Orders and links are of one kind in the log.
        let kinds: &[Lifecycle] = match lifecycle {
            Lifecycle::Order | Lifecycle::PaymentLink => {
                &[Lifecycle::Order, Lifecycle::PaymentLink]
            }
            ref one => std::slice::from_ref(one),
        };
        for kind in kinds {
            if let Some(outlook) = web.outlook(snapshot, *kind, &id)? {
                return Ok(Some((*kind, outlook, Timeline::of_object(snapshot, &id)?)));
            }
        }
        Ok(None)
    })?;
    let name = lower(lifecycle.as_str());
    let (lifecycle, outlook, timeline) = found.ok_or_else(|| Trouble::missing(&name))?;
    let name = lower(lifecycle.as_str());
    let main = html! {
        h1 { (name) " " (state(&outlook.state)) }
        p { (shown_id(&id)) }
        section aria-labelledby="moves" {
            h2 #moves { "What can happen next" }
            (guest.outcome_at("move"))
            div #move { (moves::buttons(&guest, lifecycle, &id, &outlook, "move")) }
            p.quiet { "States of its table: " @for (place, each) in outlook.states.iter().enumerate() {
                @if place != 0 { ", " }
                @if *each == outlook.state { strong { (lower(each)) } } @else { (lower(each)) }
            } }
        }
        section aria-labelledby="happened" {
            h2 #happened { "What happened" }
            (timeline.show(None))
        }
    };
    Ok(web.page(&guest, &name, &main))
}
