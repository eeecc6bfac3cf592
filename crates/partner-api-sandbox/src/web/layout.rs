//! What all pages have in common: the head with style and script, the places to go, and the clock.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::forms::{ADVANCE, FREEZE, RESUME};
use super::guard::Guest;
use super::{Trouble, Web};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Two coins, as the page's sign.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='6' \
                    cy='9' r='5' fill='%230f766e'/%3E%3Ccircle cx='10' cy='6' r='5' fill='%2314b8a6'/%3E%3C/svg%3E";

/// The places to go: path, name, and the key that leads there after `g`.
const PLACES: &[(&str, &str, &str)] = &[
    ("/", "Users", "u"),
    ("/page/books", "Books", "b"),
    ("/page/decisions", "Decisions", "d"),
    ("/page/webhooks", "Webhooks", "h"),
    ("/page/requests", "Requests", "r"),
    ("/page/world", "World", "w"),
];

impl Web {
    /// A whole page.
    pub(super) fn page(&self, guest: &Guest, title: &str, main: &Markup) -> Response {
        whole(self, guest, StatusCode::OK, title, main)
    }
}

/// A page that says what is wrong.
pub(super) fn trouble(web: &Web, guest: &Guest, trouble: &Trouble) -> Response {
    let main = html! {
        h1 { (trouble.said) }
        p { (trouble.remedy) "." }
    };
    whole(web, guest, trouble.status, &trouble.said, &main)
}

fn whole(web: &Web, guest: &Guest, status: StatusCode, title: &str, main: &Markup) -> Response {
    let body = html! {
        a.skip href="#main" { "Skip to the content" }
        header {
            a.brand href="/" { "Partner API " span { "sandbox" } }
            nav aria-label="Pages" {
                @for (path, name, key) in PLACES {
                    @let is_here = is_at(&guest.place, path);
                    a href=(path) aria-current=[is_here.then_some("page")] data-key=(key) title={ "g " (key) } { (name) }
                }
            }
            (clock(web, guest))
        }
        main #main data-live tabindex="-1" data-mark=(web.mark(&guest.place)) { (main) }
        footer {
            p.quiet {
                span.keys hidden {
                    kbd { "g" } " then " @for (_, name, key) in PLACES { kbd { (key) } " " (name.to_lowercase()) ", " }
                    kbd { "/" } " find a user, " kbd { "c" } " the clock"
                }
            }
            (guest.form("/page/leave", "", &html! { button.link type="submit" { "Leave" } }))
        }
    };
    let whole = match guest.is_dressed {
        true => html! { (DOCTYPE) title { (title) " · sandbox" } (body) },
        false => skeleton(&guest.nonce, title, true, &body),
    };
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(CONTENT_TYPE, kind)], whole.into_string()).into_response()
}

fn is_at(place: &str, path: &str) -> bool {
    let place = place.split('?').next().unwrap_or_default();
    match path {
        "/" => {
            place == "/" || place.starts_with("/page/users") || place.starts_with("/page/objects")
        }
        path => place.starts_with(path),
    }
}

/// A document with style and script in it, so that it comes in one round trip.
pub(super) fn skeleton(nonce: &str, title: &str, has_script: bool, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · sandbox" }
                link rel="icon" href=(ICON);
                style nonce=(nonce) { (PreEscaped(STYLE)) }
            }
            body {
                (body)
                @if has_script { script nonce=(nonce) { (PreEscaped(SCRIPT)) } }
            }
        }
    }
}

/// The virtual clock, and what moves it.
fn clock(web: &Web, guest: &Guest) -> Markup {
    let reading = web.0.control.engine.clock();
    let now = reading.now.to_string();
    let (date, time) = (now.get(..10).unwrap_or(""), now.get(11..19).unwrap_or(""));
    let steps = [
        ("+1 s", "1"),
        ("+10 s", "10"),
        ("+1 min", "60"),
        ("+1 h", "3600"),
        ("+1 day", "86400"),
        ("+30 days", "2592000"),
    ];
    let is_open = guest.outcome.as_ref().is_some_and(|it| it.place == "clock");
    html! {
        details.clock #clock data-live open[is_open] {
            summary title="The virtual clock (c)" {
                span.date { (date) } " "
                time #now datetime=(now) data-frozen=(reading.frozen) { (time) }
                @if reading.frozen { span.chip.wait { "frozen" } } @else { span.chip.good { "running" } }
            }
            div.panel {
                (guest.outcome_at("clock"))
                p.quiet { "What falls due on the way happens in order, each at its own time. The clock never goes back." }
                div.moves {
                    @if reading.frozen { (RESUME.button(guest, "clock", "Resume", &[])) }
                    @else { (FREEZE.button(guest, "clock", "Freeze", &[])) }
                    @for (label, seconds) in steps { (ADVANCE.button(guest, "clock", label, &[("milliseconds", seconds)])) }
                }
                (ADVANCE.draw(guest, "clock", &[]))
            }
        }
    }
}
