//! What the provider said when it refused.

use std::fmt;

use partner_api_core::user::{STEPS, Standing, UserAction};
use partner_api_core::{Rule, steps};
use partner_api_types::words::{self, AccessDenied};

use super::CallError;
use crate::list::listed;

/// A refusal of the provider: it decided against the call, and nothing happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiRefusal {
    status: u16,
    code: Box<str>,
    name: Option<Box<str>>,
    rule: Option<Rule>,
    access_denied: Option<AccessDenied>,
}

/// HTTP 429, too many requests.
const THROTTLED: u16 = 429;

/// What to do about it.
const WAIT: &str = "wait as long as the provider asks, then try again; a rate set on the client keeps below the limit";

impl ApiRefusal {
    pub(crate) fn of(cause: &CallError) -> Option<Self> {
        let refusal = cause.refusal()?;
        let status = cause.status().map_or(0, |status| status.as_u16());
        Some(Self {
            status,
            code: refusal.code().into(),
            name: refusal.name().map(Into::into),
            // ASSUMED: a call too many is not looked at, so its code (`P403` in some places) says nothing of it.
            rule: refusal.rule().filter(|_| status != THROTTLED),
            access_denied: refusal.access_denied(),
        })
    }

    /// The HTTP status, usually 400: the provider tells its refusals apart by code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The provider's code, such as `P455`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The code's name, such as `user-suspended`; validation errors have none.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether there were too many calls (HTTP 429): the request was not looked at, whatever the code, and may succeed
    /// later.
    pub fn is_throttled(&self) -> bool {
        self.status == THROTTLED
    }

    /// The rule that the code stands for, if it stands for one.
    pub fn rule(&self) -> Option<Rule> {
        self.rule
    }

    /// What to do about it, where the code is known ([`errors`](partner_api_types::words::errors) lists them).
    pub fn remedy(&self) -> Option<&'static str> {
        if self.is_throttled() {
            return Some(WAIT);
        }
        let by_rule = self.rule.map(Rule::remedy);
        by_rule.or_else(|| {
            words::known()
                .iter()
                .find(|row| row.code == &*self.code)
                .map(|row| row.remedy())
        })
    }

    /// What is wrong with the key or the caller's address, where the provider did not look at the
    /// request at all (HTTP 401).
    pub fn access_denied(&self) -> Option<AccessDenied> {
        self.access_denied
    }

    /// What the refusal says is still allowed for the user, where it says something about the user's
    /// standing.
    pub fn allowed_next(&self) -> Vec<UserAction> {
        match self.rule {
            Some(Rule::UserMustNotBeSuspended) => {
                steps::allowed(STEPS, Standing::Suspended).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for ApiRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.rule, self.access_denied, &self.name) {
            _ if self.is_throttled() => {
                f.write_str("too many calls in this time, so the provider did not look at it")?;
            }
            (Some(rule), _, _) => f.write_str(rule.broken())?,
            (None, Some(denied), _) => f.write_str(denied.meaning())?,
            (None, None, Some(name)) => write!(f, "the provider says {name}")?,
            (None, None, None) => f.write_str("the provider says that the request is not valid")?,
        }
        match self.rule.and_then(Rule::invariant) {
            Some(invariant) => write!(f, " ({invariant}, {})", self.code)?,
            None if self.is_throttled() => write!(f, " (HTTP {THROTTLED})")?,
            None => write!(f, " ({})", self.code)?,
        }
        if let Some(remedy) = self.remedy() {
            write!(f, "; {remedy}")?;
        }
        let allowed = self.allowed_next();
        match allowed.is_empty() {
            true => Ok(()),
            false => write!(f, "; allowed meanwhile: {}", listed(&allowed)),
        }
    }
}
