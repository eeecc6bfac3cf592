//! Who may look: sessions in memory, few and for a while, and tokens that open one each.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::outcome::Outcome;

/// How many sessions there are at once; the one that was idle for longest makes room.
const SESSIONS: usize = 64;

/// How many tokens wait to be used; the oldest makes room.
const TOKENS: usize = 16;

/// How long a session may be idle.
const IDLE: Duration = Duration::from_secs(8 * 60 * 60);

/// How many outcomes a session remembers, so that a page can be loaded again.
const OUTCOMES: usize = 8;

/// Names a session; it cannot be made from what is kept of it.
pub(super) type Key = [u8; 32];

#[derive(Default)]
pub(super) struct Sessions(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    tokens: VecDeque<String>,
    sessions: Vec<Session>,
    outcomes: u64,
}

struct Session {
    key: Key,
    csrf: String,
    used: Instant,
    outcomes: VecDeque<(u64, Outcome)>,
}

/// 244 random bits, as text that is good everywhere.
pub(super) fn secret() -> String {
    let half = || Uuid::new_v4().simple();
    format!("{}{}", half(), half())
}

impl Sessions {
    /// A token that opens one session, once.
    pub(super) fn token(&self) -> String {
        let token = secret();
        self.change(|kept| {
            if kept.tokens.len() == TOKENS {
                kept.tokens.pop_front();
            }
            kept.tokens.push_back(token.clone());
        });
        token
    }

    /// Uses a token: what the cookie of the new session says.
    pub(super) fn redeem(&self, token: &str) -> Option<String> {
        let is_token = self.change(|kept| {
            let is_it = |it: &String| bool::from(it.as_bytes().ct_eq(token.as_bytes()));
            let place = kept.tokens.iter().position(is_it);
            place.and_then(|place| kept.tokens.remove(place)).is_some()
        });
        is_token.then(|| self.open(Instant::now()))
    }

    /// A new session: what its cookie says.
    pub(super) fn open(&self, now: Instant) -> String {
        let cookie = secret();
        self.change(|kept| {
            kept.forget_idle(now);
            if kept.sessions.len() == SESSIONS {
                let idlest = (0..SESSIONS).min_by_key(|place| kept.sessions[*place].used);
                kept.sessions.remove(idlest.unwrap_or(0));
            }
            kept.sessions.push(Session {
                key: key(&cookie),
                csrf: secret(),
                used: now,
                outcomes: VecDeque::new(),
            });
        });
        cookie
    }

    /// The session of a cookie, with what its forms have to say.
    pub(super) fn find(&self, cookie: &str, now: Instant) -> Option<(Key, String)> {
        let key = key(cookie);
        self.change(|kept| {
            kept.forget_idle(now);
            let session = kept.session(&key)?;
            session.used = now;
            Some((key, session.csrf.clone()))
        })
    }

    pub(super) fn close(&self, key: &Key) {
        self.change(|kept| kept.sessions.retain(|it| it.key != *key));
    }

    /// Remembers what came of a form, for the page that is shown next.
    pub(super) fn remember(&self, key: &Key, outcome: Outcome) -> u64 {
        self.change(|kept| {
            kept.outcomes += 1;
            let number = kept.outcomes;
            if let Some(session) = kept.session(key) {
                if session.outcomes.len() == OUTCOMES {
                    session.outcomes.pop_front();
                }
                session.outcomes.push_back((number, outcome));
            }
            number
        })
    }

    pub(super) fn outcome(&self, key: &Key, number: u64) -> Option<Outcome> {
        self.change(|kept| {
            let mut outcomes = kept.session(key)?.outcomes.iter();
            let found = outcomes.find(|(it, _)| *it == number);
            found.map(|(_, outcome)| outcome.clone())
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    fn forget_idle(&mut self, now: Instant) {
        self.sessions
            .retain(|it| now.saturating_duration_since(it.used) < IDLE);
    }

    fn session(&mut self, key: &Key) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|it| it.key == *key)
    }
}

fn key(cookie: &str) -> Key {
    Sha256::digest(cookie.as_bytes()).into()
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_one_session_and_no_second_one() {
        let sessions = Sessions::default();
        let token = sessions.token();
        let cookie = sessions.redeem(&token).expect("a session");
        assert_ne!(cookie, token);
        assert!(sessions.redeem(&token).is_none());
        assert!(sessions.redeem("").is_none());
        assert!(sessions.find(&cookie, Instant::now()).is_some());
        assert!(sessions.find(&token, Instant::now()).is_none());
    }

    #[test]
    fn an_idle_session_ends_and_a_used_one_goes_on() {
        let (sessions, began) = (Sessions::default(), Instant::now());
        let cookie = sessions.open(began);
        let nearly = IDLE - Duration::from_secs(1);
        assert!(sessions.find(&cookie, began + nearly).is_some());
        assert!(sessions.find(&cookie, began + nearly * 2).is_some());
        assert!(sessions.find(&cookie, began + nearly * 2 + IDLE).is_none());
    }

    #[test]
    fn sessions_tokens_and_outcomes_are_bounded() {
        let (sessions, began) = (Sessions::default(), Instant::now());
        let first_token = sessions.token();
        let rest: Vec<_> = (0..TOKENS).map(|_| sessions.token()).collect();
        assert!(sessions.redeem(&first_token).is_none());
        assert!(sessions.redeem(&rest[0]).is_some());
        let at = |second| began + Duration::from_secs(second);
        let opened: Vec<_> = (1..=SESSIONS as u64)
            .map(|it| sessions.open(at(it)))
            .collect();
        // The first one is used again, so the second one is idle for longest.
        assert!(sessions.find(&opened[0], at(100)).is_some());
        let last = sessions.open(at(101));
        assert!(sessions.find(&opened[0], at(102)).is_some());
        assert!(sessions.find(&opened[1], at(102)).is_none());
        let (key, _) = sessions.find(&last, at(102)).unwrap();
        let numbers: Vec<_> = (0..=OUTCOMES)
            .map(|_| sessions.remember(&key, Outcome::done("a", "done")))
            .collect();
        assert!(sessions.outcome(&key, numbers[0]).is_none());
        assert!(sessions.outcome(&key, numbers[1]).is_some());
    }
}
