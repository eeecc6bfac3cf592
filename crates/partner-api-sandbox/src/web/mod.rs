//! The web page: what the sandbox holds and does, for a person; with buttons, and live.
//!
//! | File | Holds |
//! |---|---|
//! | `guard`, `session`, `enter` | who may look and press: host, session, origin, token; the headers of every answer |
//! | `layout`, `parts` | what all pages have in common; `style.css` and `script.js` stand in every page |
//! | `ask`, `forms` | forms that are calls of the Partner API or of the control API |
//! | `moves` | buttons that are rows of core's transition tables |
//! | `outcome` | what came of a form |
//! | `users`, `user`, `timeline`, `abilities` | users, and what happened to one |
//! | `decisions` | the log, and each movement opened up into its legs |
//! | `books`, `chart` | what every account holds, that it sums to zero, and how it flowed |
//! | `world` | the world outside: what arrives, and what goes wrong |
//! | `webhooks` | who is told, and the attempts of every delivery |
//! | `requests`, `snippet` | the last calls, as curl and as tests in Rust |
//! | `object` | a card, a payout and so on, with the rows of its table |
//! | `live` | telling a page that something changed |
//!
//! Every page is whole as it comes from the server and works without script. What the script adds: it loads the page again
//! when something changed, copies texts, and knows keys.
//!
//! Never here: rules and decisions. A button is a row of a table, a form is a call, and both are decided by the engine;
//! and never anything personal: a page shows ids, states and amounts, and of the partner's ids none of a closed user.

mod abilities;
mod ask;
mod books;
mod chart;
mod decisions;
mod enter;
mod forms;
mod guard;
mod layout;
mod live;
mod moves;
mod object;
mod outcome;
mod parts;
mod requests;
mod session;
mod snippet;
mod timeline;
mod user;
mod users;
mod webhooks;
mod world;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};

use crate::control::{self, Control};
use crate::engine::{EngineError, Snapshot, StoreError};
use crate::http::Api;
use crate::requests::Requests;
use session::Sessions;

/// What every page can reach.
#[derive(Clone)]
pub(crate) struct Web(Arc<Parts>);

struct Parts {
    control: Control,
    /// The control API's routes, for calls from within.
    routes: Router,
    api: Api,
    api_url: String,
    requests: Requests,
    /// Where the page is served.
    address: SocketAddr,
    sessions: Sessions,
}

impl Web {
    pub(crate) fn new(
        control: Control,
        api: Api,
        api_url: String,
        requests: Requests,
        address: SocketAddr,
    ) -> Self {
        Self(Arc::new(Parts {
            routes: control::routes(control.clone()),
            control,
            api,
            api_url,
            requests,
            address,
            sessions: Sessions::default(),
        }))
    }

    /// An address that opens the page, once.
    pub(crate) fn link(&self) -> String {
        let token = self.0.sessions.token();
        format!(
            "http://{}/enter?token={token}",
            guard::shown(self.0.address)
        )
    }

    /// Looks at one moment.
    fn look<T>(
        &self,
        look: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError>,
    ) -> Result<T, Trouble> {
        Ok(self.0.control.engine.read(look)?)
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web").finish_non_exhaustive()
    }
}

/// The pages. None of their paths is one of the control API's.
pub(crate) fn router(web: Web) -> Router {
    let guard = middleware::from_fn_with_state(web.clone(), guard::guard);
    Router::new()
        .route("/", get(users::list))
        .route("/enter", get(enter::by_token).post(enter::by_key))
        .route("/page/leave", post(enter::leave))
        .route("/page/live", get(live::wait))
        .route("/page/users/find", get(users::find))
        .route("/page/users/{holder}", get(user::show))
        .route("/page/objects/{lifecycle}/{id}", get(object::show))
        .route("/page/books", get(books::show))
        .route("/page/decisions", get(decisions::list))
        .route("/page/decisions/{seq}", get(decisions::show))
        .route("/page/webhooks", get(webhooks::show))
        .route("/page/requests", get(requests::list))
        .route("/page/requests/{number}", get(requests::show))
        .route("/page/world", get(world::show))
        .route("/page/move", post(moves::take))
        .route("/page/ask/{name}", post(ask::ask))
        .route("/page/{*rest}", any(async || Trouble::no_page()))
        .layer(guard)
        .with_state(web)
}

/// Why a page is not shown.
#[derive(Clone, Debug)]
struct Trouble {
    status: StatusCode,
    said: String,
    remedy: String,
}

impl Trouble {
    fn new(status: StatusCode, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            status,
            said: said.into(),
            remedy: remedy.into(),
        }
    }

    fn no_page() -> Self {
        let remedy = "take one of the pages above";
        Self::new(StatusCode::NOT_FOUND, "There is no such page", remedy)
    }

    fn missing(what: &str) -> Self {
        let said = format!("There is no such {what}");
        let remedy = "check the id; a reset forgets everything";
        Self::new(StatusCode::NOT_FOUND, said, remedy)
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        let remedy = "nothing is lost that was acknowledged; try again, or restart the sandbox";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string(), remedy)
    }
}

impl IntoResponse for Trouble {
    /// The guard makes a page of it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a page's handler answers.
type Reply = Result<Response, Trouble>;
