//! One receiver: what is tried when, and in which order.
//!
//! # Shape
//!
//! The worker looks at a snapshot and starts what can be started; results go to the writer, many in one errand, and what
//! they were about is held until that is committed. It wakes when an attempt ends, when results are committed, when
//! something was decided or the clock was moved, and when the next retry is due.
//!
//! # Why it is correct
//!
//! * *In order per object.* Whatever is not committed is held, and what is held is not touched by what follows it. What is
//!   committed and not over has a place in its object's line, which everything that follows has to join.
//! * *At least once.* An event that was read and is not committed stays open, and the cursor stays below it.
//!
//! # What bounds it
//!
//! At most [`Options::at_once`] attempts, each of them bounded in time, and [`AHEAD`] events that were read and wait for
//! one of these; the rest of a backlog stays where it is.

use std::pin::Pin;
use std::time::Duration;

use axum::http::{HeaderValue, Uri};
use hyper::body::Bytes;
use partner_api_core::Timestamp;

use super::chaos::{Moment, SharedChaos};
use super::progress::{About, Held, Progress, Waiting};
use super::render::body;
use super::send::Sender;
use super::{AFTER_FAILURE, Options};
use crate::engine::outbox::{Entry, Errand, Fate, Made};
use crate::engine::{
    DeliveryId, Engine, EngineError, Mischief, Receiver, ReceiverId, Snapshot, StoreError, Told,
};

/// How many events are read before they can be tried.
const AHEAD: usize = 256;

pub(super) struct Worker {
    engine: Engine,
    id: ReceiverId,
    receiver: Receiver,
    sender: Sender,
    chaos: SharedChaos,
    options: Options,
    progress: Progress,
}

/// Results on their way to disk.
struct Commit {
    /// What they are about, and the object that is held for each.
    about: About,
    cursor: u64,
    written: Pin<Box<dyn Future<Output = Result<u64, EngineError>> + Send>>,
}

impl Worker {
    pub(super) fn new(
        engine: Engine,
        id: ReceiverId,
        receiver: Receiver,
        sender: Sender,
        chaos: SharedChaos,
        options: Options,
    ) -> Self {
        Self {
            engine,
            id,
            receiver,
            sender,
            chaos,
            options,
            progress: Progress::default(),
        }
    }

    /// Works until the engine is closed; what fails on the way is begun anew from what is on disk.
    pub(super) async fn run(mut self) {
        loop {
            match self.work().await {
                EngineError::Stopped | EngineError::Crashed | EngineError::Poisoned(_) => return,
                error => {
                    let error: &dyn std::error::Error = &error;
                    tracing::error!(
                        error,
                        partner_api.receiver = self.id,
                        "deliveries begin anew"
                    );
                }
            }
            tokio::time::sleep(AFTER_FAILURE).await;
        }
    }

    async fn work(&mut self) -> EngineError {
        let mut pulse = self.engine.pulse();
        let cursor = match self.engine.read(|snapshot| snapshot.cursor(self.id)) {
            Ok(cursor) => cursor,
            Err(error) => return error,
        };
        self.progress = Progress {
            read: cursor,
            committed: cursor,
            ..Progress::default()
        };
        let mut commit: Option<Commit> = None;
        loop {
            pulse.mark_unchanged();
            if let Err(error) = self.fill() {
                return error;
            }
            if commit.is_none() {
                commit = self.begin_commit();
            }
            if self.progress.has_more && self.has_room() {
                tokio::task::yield_now().await;
                continue;
            }
            let due = self
                .progress
                .next_due
                .and_then(|due| self.engine.wait_until(due));
            let running = &mut self.progress.running;
            tokio::select! {
                Some(landed) = running.join_next(), if !running.is_empty() => {
                    // An attempt neither panics nor is cancelled while its worker lives.
                    let mut landed = landed.ok();
                    while let Some(entry) = landed {
                        self.progress.land(entry);
                        landed = self.progress.running.try_join_next().and_then(Result::ok);
                    }
                }
                written = async { commit.as_mut().expect("it is there").written.as_mut().await },
                    if commit.is_some() =>
                {
                    if let Err(error) = written {
                        return error;
                    }
                    let commit = commit.take().expect("it was awaited");
                    self.progress.release(commit.cursor, commit.about);
                }
                changed = pulse.changed() => {
                    if changed.is_err() {
                        return EngineError::Stopped;
                    }
                }
                () = sleep(due), if due.is_some() => {}
            }
        }
    }

    fn has_room(&self) -> bool {
        self.progress.running.len() < self.options.at_once && self.progress.ahead.len() < AHEAD
    }

    /// Starts what can be started.
    fn fill(&mut self) -> Result<(), EngineError> {
        if self.progress.running.len() < self.options.at_once {
            let engine = self.engine.clone();
            engine.read(|snapshot| self.look(snapshot))?;
        }
        Ok(())
    }

    fn room(&self) -> usize {
        self.options.at_once - self.progress.running.len()
    }

    fn look(&mut self, snapshot: &Snapshot<'_>) -> Result<(), StoreError> {
        let now = self.engine.clock().now;
        let work = snapshot.work(self.id, now, self.room(), |event| {
            self.progress.tried.contains(&event)
        })?;
        self.progress.next_due = work.next;
        for (told, delivery) in work.due {
            if !self.progress.held.contains_key(&told.announcement.object) {
                let due = delivery.due.unwrap_or(told.at);
                let attempt = delivery.attempts.last().map_or(0, |last| last.number) + 1;
                self.try_now(snapshot, told, due, delivery.round, attempt)?;
            }
        }
        for waiting in std::mem::take(&mut self.progress.ahead) {
            self.consider(snapshot, waiting)?;
        }
        self.progress.has_more = false;
        if self.has_room() {
            let mut news = Vec::new();
            let most = AHEAD - self.progress.ahead.len();
            let read = snapshot.announced(self.progress.read, |told| {
                news.extend(told);
                news.len() < most
            })?;
            self.progress.has_more = self.progress.read < read;
            self.progress.read = read;
            for told in news {
                self.arrive(snapshot, told)?;
            }
        }
        Ok(())
    }

    /// An event is read for the first time in this worker's life.
    fn arrive(&mut self, snapshot: &Snapshot<'_>, told: Told) -> Result<(), StoreError> {
        let kind = told.announcement.kind;
        let id = DeliveryId {
            event: told.id,
            receiver: self.id,
        };
        // In an earlier life it came so far, or it was sent anew before it was sent at all.
        if !self.receiver.wants(kind) || snapshot.delivery(id)?.is_some() {
            return Ok(());
        }
        self.progress.open.insert(told.id);
        let late = match self.strike(&told, 0) {
            Some((Mischief::Dropped, _)) => {
                // What follows it is told nevertheless.
                self.progress.done.push(Entry {
                    due: told.at,
                    told,
                    fate: Fate::Dropped,
                });
                return Ok(());
            }
            Some((Mischief::Reordered, delay)) => {
                let in_line = false;
                self.progress.done.push(Entry {
                    due: told.at.plus(delay),
                    told,
                    fate: Fate::Queued { in_line },
                });
                return Ok(());
            }
            Some((Mischief::Late, delay)) => Some(delay),
            _ => None,
        };
        let is_free = !snapshot.has_line(self.id, &told.announcement.object)?;
        self.consider(
            snapshot,
            Waiting {
                due: told.at,
                told,
                is_free,
                late,
            },
        )
    }

    /// Tries an event that was read, if nothing is in its way; lets it join the line that is.
    fn consider(
        &mut self,
        snapshot: &Snapshot<'_>,
        mut waiting: Waiting,
    ) -> Result<(), StoreError> {
        let object = &waiting.told.announcement.object;
        match self.progress.held.get(object) {
            Some(Held::Tried) => {
                waiting.is_free = false;
                self.progress.ahead.push_back(waiting);
                return Ok(());
            }
            Some(Held::Queued(_)) => {
                self.progress.queue(waiting);
                return Ok(());
            }
            None => {}
        }
        let is_in_way =
            waiting.late.is_some() || (!waiting.is_free && snapshot.has_line(self.id, object)?);
        if is_in_way {
            self.progress.queue(waiting);
        } else if self.room() == 0 {
            waiting.is_free = false;
            self.progress.ahead.push_back(waiting);
        } else {
            self.try_now(snapshot, waiting.told, waiting.due, 0, 1)?;
        }
        Ok(())
    }

    fn strike(&self, told: &Told, attempt: u32) -> Option<(Mischief, Duration)> {
        let moment = Moment {
            receiver: self.id,
            event: told.id,
            kind: told.announcement.kind,
            attempt,
        };
        self.chaos.change(|chaos| chaos.strike(moment))
    }

    /// Begins an attempt.
    fn try_now(
        &mut self,
        snapshot: &Snapshot<'_>,
        told: Told,
        due: Timestamp,
        round: u32,
        attempt: u32,
    ) -> Result<(), StoreError> {
        let uri = self.uri(&told);
        self.progress.tried.insert(told.id);
        let object = told.announcement.object.clone();
        self.progress.held.insert(object, Held::Tried);
        let (Some(body), Some(uri)) = (body(snapshot, &told.announcement)?, uri) else {
            let fate = Fate::Dropped;
            self.progress.done.push(Entry { told, due, fate });
            return Ok(());
        };
        let chaos = self.strike(&told, attempt).map(|(mischief, _)| mischief);
        let mut body = Bytes::from(body);
        if chaos == Some(Mischief::Truncated) {
            body.truncate(body.len() / 2);
        }
        let authorization = self.authorization(chaos == Some(Mischief::WrongSecret));
        let (engine, sender) = (self.engine.clone(), self.sender.clone());
        self.progress.running.spawn(async move {
            let post = async || {
                let at = engine.clock().now;
                let (outcome, took) = sender
                    .send(&uri, [authorization.clone()], body.clone())
                    .await;
                Made {
                    at,
                    outcome,
                    took,
                    body_bytes: u32::try_from(body.len()).unwrap_or(u32::MAX),
                    chaos,
                }
            };
            let mut made = vec![post().await];
            if chaos == Some(Mischief::Duplicate) && made[0].outcome.is_acknowledged() {
                made.push(post().await);
            }
            let fate = Fate::Tried { round, made };
            Entry { told, due, fate }
        });
        Ok(())
    }

    fn uri(&self, told: &Told) -> Option<Uri> {
        let path = self.receiver.path(told.announcement.kind);
        format!("{}{path}", self.receiver.url).parse().ok()
    }

    fn authorization(&self, is_wrong: bool) -> HeaderValue {
        let secret = if is_wrong {
            "another-secret"
        } else {
            &self.receiver.secret
        };
        let text = if self.receiver.bearer {
            format!("Bearer {secret}")
        } else {
            secret.to_owned()
        };
        // A secret is checked when its receiver is added.
        let mut value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// Gives the writer what it does not know yet.
    fn begin_commit(&mut self) -> Option<Commit> {
        let (report, about) = self.progress.report(self.id)?;
        let (engine, cursor) = (self.engine.clone(), report.cursor);
        let written = async move { engine.errand(Errand::Report(report)).await };
        Some(Commit {
            about,
            cursor,
            written: Box::pin(written),
        })
    }
}

/// Sleeps so long; for ever, if not given.
async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
