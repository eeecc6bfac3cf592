//! Who may look and press, and the headers of every answer.
//!
//! In this order: the `Host` is one that this page has (a name that somebody else lets point here is not), the session's
//! cookie is known, and for a form its origin is this page and its token the session's.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, ORIGIN,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use super::ask::Form;
use super::outcome::Outcome;
use super::session::{self, Key};
use super::{Trouble, Web, enter, layout};
use crate::http::read_whole;

/// Somebody who may look, and what they sent.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    pub(super) session: Key,
    pub(super) csrf: String,
    /// Lets this answer's style and script be used.
    pub(super) nonce: String,
    /// Whether it is for a page that has both already.
    pub(super) is_dressed: bool,
    /// The path that was asked for, with its query, but for which outcome is shown.
    pub(super) place: String,
    /// What came of the form that led here.
    pub(super) outcome: Option<Outcome>,
    /// What a form said; nothing but for a `POST`.
    pub(super) form: Form,
}

impl<S: Sync> FromRequestParts<S> for Guest {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        // The guard stands before every page.
        parts
            .extensions
            .remove()
            .ok_or_else(|| Trouble::missing("session"))
    }
}

/// What an answer's style and script carry.
#[derive(Clone, Debug)]
pub(super) struct Nonce(pub(super) String);

pub(super) async fn guard(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let nonce = session::secret();
    let mut response = if !is_own_host(request.headers(), web.0.address) {
        let said = format!("This page is at http://{}/\n", shown(web.0.address));
        (StatusCode::MISDIRECTED_REQUEST, said).into_response()
    } else if !request.method().is_safe() && !is_own_origin(request.headers()) {
        (
            StatusCode::FORBIDDEN,
            "A form of another page is not taken\n",
        )
            .into_response()
    } else {
        request.extensions_mut().insert(Nonce(nonce.clone()));
        match request.uri().path() {
            "/enter" => next.run(request).await,
            _ => admit(&web, &nonce, request, next).await,
        }
    };
    protect(response.headers_mut(), &nonce);
    response
}

async fn admit(web: &Web, nonce: &str, request: Request, next: Next) -> Response {
    let place = place(&request);
    let cookie = cookie(request.headers(), &enter::cookie_name(web));
    let known = cookie.and_then(|cookie| web.0.sessions.find(cookie, Instant::now()));
    let Some((session, csrf)) = known else {
        // A form's answer is no page to come back to.
        let back = match *request.method() {
            Method::GET => place.0,
            _ => "/".to_owned(),
        };
        return enter::page(StatusCode::UNAUTHORIZED, nonce, &back, None);
    };
    let mut guest = Guest {
        session,
        csrf,
        nonce: nonce.to_owned(),
        is_dressed: request.headers().contains_key("x-live"),
        outcome: place.1.and_then(|it| web.0.sessions.outcome(&session, it)),
        place: place.0,
        form: Form::default(),
    };
    let (mut parts, body) = request.into_parts();
    if parts.method == Method::POST {
        match read_whole(body).await {
            Ok(body) => guest.form = Form::read(&body),
            Err(_) => {
                let trouble = Trouble::new(
                    StatusCode::BAD_REQUEST,
                    "The form could not be read",
                    "send less than 64 KiB",
                );
                return layout::trouble(web, &guest, &trouble);
            }
        }
        let token = guest.form.get("csrf").unwrap_or_default();
        if !bool::from(token.as_bytes().ct_eq(guest.csrf.as_bytes())) {
            let trouble = Trouble::new(
                StatusCode::FORBIDDEN,
                "The form is of another session",
                "load the page again, and press once more",
            );
            return layout::trouble(web, &guest, &trouble);
        }
    }
    parts.extensions.insert(guest.clone());
    let response = next
        .run(Request::from_parts(parts, axum::body::Body::empty()))
        .await;
    if let Some(trouble) = response.extensions().get::<Trouble>() {
        return layout::trouble(web, &guest, trouble);
    }
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let trouble = Trouble::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "This page is not asked in this way",
            "take one of the pages above",
        );
        let mut page = layout::trouble(web, &guest, &trouble);
        if let Some(allow) = response.headers().get(ALLOW) {
            page.headers_mut().insert(ALLOW, allow.clone());
        }
        return page;
    }
    response
}

/// The path that was asked for, and which outcome is to be shown there.
fn place(request: &Request) -> (String, Option<u64>) {
    let path = request.uri().path();
    let query = request.uri().query().unwrap_or_default();
    let (said, rest): (Vec<_>, Vec<_>) = query
        .split('&')
        .filter(|it| !it.is_empty())
        .partition(|it| it.starts_with("said="));
    let said = said
        .first()
        .and_then(|it| it.strip_prefix("said=")?.parse().ok());
    let place = match &*rest {
        [] => path.to_owned(),
        rest => format!("{path}?{}", rest.join("&")),
    };
    (place, said)
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).iter();
    let mut cookies = cookies
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split("; "));
    cookies.find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
}

/// Where a browser finds the page: an address that stands for all of a machine's is none to go to.
pub(super) fn shown(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => ([127, 0, 0, 1], address.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => {
            (std::net::Ipv6Addr::LOCALHOST, address.port()).into()
        }
        _ => address,
    }
}

/// Whether the page was asked for under a name that it has: `localhost`, or an address of its own. Nobody can make an
/// address point elsewhere, as they can a name; so where all addresses are listened on, any address is good.
fn is_own_host(headers: &HeaderMap, address: SocketAddr) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let Ok(host) = host.to_str() else {
        return false;
    };
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
        _ => (host, Some(80)),
    };
    if port != Some(address.port()) {
        return false;
    }
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let name = name
        .strip_prefix('[')
        .and_then(|it| it.strip_suffix(']'))
        .unwrap_or(name);
    let ip: Option<IpAddr> = name.parse().ok();
    ip.is_some_and(|ip| ip == address.ip() || ip.is_loopback() || address.ip().is_unspecified())
}

/// Whether a form is of this page, by what its browser says; one that says nothing is no browser, and has no business
/// here: the control API is for programs.
fn is_own_origin(headers: &HeaderMap) -> bool {
    const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    let host = headers.get(HOST).and_then(|it| it.to_str().ok());
    let origin = headers.get(ORIGIN).map(|it| {
        let origin = it.to_str().ok().and_then(|it| it.strip_prefix("http://"));
        origin.is_some() && origin == host
    });
    let site = headers.get(SEC_FETCH_SITE).map(|it| it == "same-origin");
    origin.or(site).is_some() && origin != Some(false) && site != Some(false)
}

/// The headers of every answer.
fn protect(headers: &mut HeaderMap, nonce: &str) {
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    let fixed = [
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Nothing goes to others. With `no-referrer` a browser would hide the origin of forms from us, too.
        (REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static("text/plain; charset=utf-8"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn only_names_that_nobody_else_can_point_here_are_answered() {
        let check = |bound: &str, host: &str| {
            is_own_host(&headers(&[("host", host)]), bound.parse().unwrap())
        };
        for host in [
            "127.0.0.1:4011",
            "localhost:4011",
            "LOCALHOST:4011",
            "[::1]:4011",
        ] {
            assert!(check("127.0.0.1:4011", host), "{host}");
        }
        for host in [
            "evil.example:4011",
            "localhost.evil.example:4011",
            "127.0.0.1:4010",
            "127.0.0.1",
            "192.168.1.5:4011",
            "127.0.0.1.evil.example:4011",
            "",
            ":4011",
            "[::1",
            "localhost:4011:4011",
        ] {
            assert!(!check("127.0.0.1:4011", host), "{host}");
        }
        assert!(check("192.168.1.5:4011", "192.168.1.5:4011"));
        assert!(!check("192.168.1.5:4011", "192.168.1.6:4011"));
        assert!(check("0.0.0.0:4011", "192.168.1.6:4011"));
        assert!(!check("0.0.0.0:4011", "sandbox.example:4011"));
        assert!(check("127.0.0.1:80", "localhost"));
        let twice = headers(&[("host", "localhost:1"), ("host", "localhost:1")]);
        assert!(!is_own_host(&twice, "127.0.0.1:1".parse().unwrap()));
    }

    #[test]
    fn a_form_is_taken_from_this_page_alone() {
        let check = |origin: Option<&str>, site: Option<&str>| {
            let mut all = vec![("host", "127.0.0.1:4011")];
            all.extend(origin.map(|it| ("origin", it)));
            all.extend(site.map(|it| ("sec-fetch-site", it)));
            is_own_origin(&headers(&all))
        };
        let own = Some("http://127.0.0.1:4011");
        assert!(check(own, Some("same-origin")));
        assert!(check(own, None));
        assert!(check(None, Some("same-origin")));
        assert!(!check(None, None));
        for origin in [
            "null",
            "http://evil.example",
            "http://127.0.0.1:4012",
            "https://127.0.0.1:4011",
            "",
        ] {
            assert!(!check(Some(origin), Some("same-origin")), "{origin}");
        }
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!check(own, Some(site)), "{site}");
        }
    }

    #[test]
    fn a_place_is_a_path_without_the_outcome() {
        let check = |uri: &str| {
            let request = Request::builder().uri(uri).body(axum::body::Body::empty());
            place(&request.unwrap())
        };
        assert_eq!(check("/page/books"), ("/page/books".to_owned(), None));
        assert_eq!(check("/?said=7"), ("/".to_owned(), Some(7)));
        assert_eq!(
            check("/a?x=1&said=7&y=2"),
            ("/a?x=1&y=2".to_owned(), Some(7))
        );
        assert_eq!(check("/a?said=x"), ("/a".to_owned(), None));
    }
}
