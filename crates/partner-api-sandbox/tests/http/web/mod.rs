//! The web page, as a browser without script sees it.

mod books;
mod buttons;
mod entry;
mod pages;
mod requests;
mod webhooks;

use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Method, RequestBuilder};

use crate::stand::{API_KEY, CONTROL_KEY, Stand, client};

/// Somebody who is signed in.
pub(crate) struct Browser<'a> {
    pub(crate) stand: &'a Stand,
    client: reqwest::Client,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl<'a> Browser<'a> {
    /// Opens the link that the sandbox gives.
    pub(crate) async fn enter(stand: &'a Stand) -> Self {
        let client = client();
        let page = client.get(stand.sandbox.web_link()).send().await.unwrap();
        let cookie = cookie(page.headers());
        let mut browser = Self {
            stand,
            client,
            cookie,
            csrf: String::new(),
        };
        let home = browser.get("/").await;
        browser.csrf = between(&home.text, "name=\"csrf\" value=\"", "\"").to_owned();
        browser
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.stand.sandbox.control_url());
        self.client
            .request(method, url)
            .header("cookie", &self.cookie)
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        Page::read(self.request(Method::GET, path)).await
    }

    /// Sends a form as it stands on a page, and looks at the page that follows.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let sent = self.send(path, fields).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        let next = sent.headers[LOCATION].to_str().unwrap();
        let next = next.split('#').next().unwrap();
        self.get(next).await
    }

    /// Sends a form.
    pub(crate) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut all = vec![("csrf", &*self.csrf)];
        all.extend(fields);
        let request = self.request(Method::POST, path);
        let request = request.header("origin", self.stand.sandbox.control_url());
        Page::read(form(request, &all)).await
    }

    /// Presses a button of a table.
    pub(crate) async fn press(&self, lifecycle: &str, id: &str, action: &str) -> Page {
        let fields = [
            ("lifecycle", lifecycle),
            ("id", id),
            ("on", action),
            ("place", "moves"),
            ("back", "/"),
        ];
        self.post("/page/move", &fields).await
    }

    /// The page of a user.
    pub(crate) async fn user(&self, id: &str) -> Page {
        let path = format!("/page/users/find?{}", encoded(&[("id", id)]));
        let found = self.get(&path).await;
        assert_eq!(found.status, 303, "{}", found.text);
        self.get(found.headers[LOCATION].to_str().unwrap()).await
    }
}

impl Page {
    /// Reads an answer and checks what holds for all of them.
    pub(crate) async fn read(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let header = |name: &str| {
            headers
                .get(name)
                .map_or("", |it| it.to_str().unwrap())
                .to_owned()
        };
        let text = response.text().await.unwrap();
        let policy = header("content-security-policy");
        let nonce = between(&policy, "script-src 'nonce-", "'");
        assert!(
            nonce.len() == 64 && policy.starts_with("default-src 'none'; "),
            "{policy}"
        );
        for part in [
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "connect-src 'self'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
        // Nothing that the policy would not let through.
        for tag in ["<style", "<script"] {
            for (place, _) in text.match_indices(tag) {
                assert!(
                    text[place..].starts_with(&format!("{tag} nonce=\"{nonce}\">")),
                    "{}",
                    &text[place..place + 80]
                );
            }
        }
        for forbidden in [
            " style=\"",
            " onclick",
            " onload",
            "javascript:",
            API_KEY,
            CONTROL_KEY,
        ] {
            assert!(!text.contains(forbidden), "{forbidden}");
        }
        Self {
            status,
            headers,
            text,
        }
    }

    #[track_caller]
    pub(crate) fn has(&self, part: &str) -> &Self {
        assert!(self.text.contains(part), "no {part} in {}", self.body());
        self
    }

    #[track_caller]
    pub(crate) fn has_not(&self, part: &str) -> &Self {
        assert!(!self.text.contains(part), "{part} in {}", self.body());
        self
    }

    /// What changes from page to page.
    pub(crate) fn body(&self) -> &str {
        let main = self.text.find("<main").unwrap_or(0);
        self.text[main..]
            .split("<script")
            .next()
            .unwrap_or_default()
    }

    /// The rows of tables that have a button, such as `CARD/block`.
    pub(crate) fn buttons(&self) -> Vec<&str> {
        let parts = self.text.split("data-move=\"").skip(1);
        parts.map(|part| part.split('"').next().unwrap()).collect()
    }
}

/// A form, as a browser sends it.
pub(crate) fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(fields))
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    let encode = |text: &str| -> String {
        let bytes = text.bytes().map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        });
        bytes.collect()
    };
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The cookie that an answer sets, as a browser sends it back.
#[track_caller]
pub(crate) fn cookie(headers: &HeaderMap) -> String {
    let cookie = headers[SET_COOKIE].to_str().unwrap();
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    cookie.split(';').next().unwrap().to_owned()
}

/// What stands between two texts, for the first time.
#[track_caller]
pub(crate) fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let rest = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {text:.400}"))
        .1;
    rest.split_once(end).unwrap().0
}
