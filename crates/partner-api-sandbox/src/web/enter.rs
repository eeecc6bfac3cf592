//! Signing in, by a link that is good once or by the control key, and out again.

use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::{RawQuery, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::html;
use subtle::ConstantTimeEq as _;

use super::ask::Form;
use super::guard::{Guest, Nonce};
use super::{Reply, Trouble, Web, layout};
use crate::http::read_whole;

/// How long a wrong key is thought about, so that keys cannot be tried in haste.
const WRONG_KEY: Duration = Duration::from_millis(500);

pub(super) async fn by_token(
    State(web): State<Web>,
    Extension(Nonce(nonce)): Extension<Nonce>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let Some(token) = Form::read(query.as_bytes()).take("token") else {
        return page(StatusCode::OK, &nonce, "/", None);
    };
    match web.0.sessions.redeem(&token) {
        Some(cookie) => welcome(&web, &cookie, "/"),
        None => {
            let said = "This link was used, or is of an earlier start.";
            page(StatusCode::UNAUTHORIZED, &nonce, "/", Some(said))
        }
    }
}

pub(super) async fn by_key(
    State(web): State<Web>,
    Extension(Nonce(nonce)): Extension<Nonce>,
    request: Request,
) -> Response {
    let body = read_whole(request.into_body()).await.unwrap_or_default();
    let form = Form::read(&body);
    let back = local(form.get("back").unwrap_or("/"));
    let key = form.get("key").unwrap_or_default().as_bytes();
    if key.ct_eq(web.0.control.key.as_bytes()).into() {
        let cookie = web.0.sessions.open(Instant::now());
        return welcome(&web, &cookie, back);
    }
    tokio::time::sleep(WRONG_KEY).await;
    let said = "That is not the control key.";
    page(StatusCode::UNAUTHORIZED, &nonce, back, Some(said))
}

pub(super) async fn leave(State(web): State<Web>, guest: Guest) -> Reply {
    web.0.sessions.close(&guest.session);
    let gone = format!(
        "{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
        cookie_name(&web)
    );
    let mut response = go("/enter");
    set(&mut response, &gone);
    Ok(response)
}

/// Cookies are shared by all ports of a machine; the name tells sandboxes apart.
pub(super) fn cookie_name(web: &Web) -> String {
    format!("sandbox_{}", web.0.address.port())
}

fn welcome(web: &Web, cookie: &str, back: &str) -> Response {
    let mut response = go(back);
    let cookie = format!(
        "{}={cookie}; Path=/; HttpOnly; SameSite=Strict",
        cookie_name(web)
    );
    set(&mut response, &cookie);
    response
}

fn set(response: &mut Response, cookie: &str) {
    // Names and values are made here, of letters and digits.
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
}

/// On to another page of ours.
pub(super) fn go(to: &str) -> Response {
    let to = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
}

/// A path of this page; anything else leads to the beginning.
pub(super) fn local(path: &str) -> &str {
    let is_plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_page = path == "/" || path.starts_with("/?") || path.starts_with("/page/");
    if is_plain && is_page { path } else { "/" }
}

/// The way in.
pub(super) fn page(status: StatusCode, nonce: &str, back: &str, said: Option<&str>) -> Response {
    let main = html! {
        main.enter #main {
            h1 { "Partner API sandbox" }
            @if let Some(said) = said { p.outcome.refused role="status" { (said) } }
            p { "Open the link that the sandbox printed when it started, or give its control key." }
            form method="post" action="/enter" {
                input type="hidden" name="back" value=(back);
                label for="key" { "Control key" }
                input #key type="password" name="key" required autofocus autocomplete="off" spellcheck="false";
                button.main type="submit" { "Enter" }
            }
            p.quiet { code { "partner sandbox" } " prints link and key, unless you chose the key yourself." }
        }
    };
    let whole = layout::skeleton(nonce, "Enter", false, &main);
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(CONTENT_TYPE, kind)], whole.into_string()).into_response()
}

impl From<crate::http::Problem> for Trouble {
    fn from(_: crate::http::Problem) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "The form could not be read",
            "send less than 64 KiB",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn nobody_is_led_elsewhere() {
        for path in ["/", "/page/books", "/page/users/1?said=2#cards", "/?said=1"] {
            assert_eq!(local(path), path);
        }
        for path in [
            "//evil.example",
            "https://evil.example",
            "",
            "/\\evil",
            "page",
            "/enter",
            "/page/\r\nx: y",
        ] {
            assert_eq!(local(path), "/");
        }
    }
}
