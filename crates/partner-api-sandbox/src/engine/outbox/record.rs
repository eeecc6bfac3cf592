//! What became of deliveries, as rows: the writer's part. Every errand is done in the batch of the commands around it.

use std::time::Duration;

use partner_api_core::Timestamp;

use super::read::{event, first_in_line, receivers};
use super::{
    Announcement, Attempt, Delivery, DeliveryId, DeliveryState, Mischief, Outcome, Receiver,
    ReceiverId, Told, schedule,
};
use crate::engine::rows::{self, Cursor, Deed, Read, Subject, due_key, line_key};
use crate::engine::writer::Writer;
use crate::store::{Batch, StoreError, Table};

/// What is asked of the writer about deliveries.
#[derive(Debug)]
pub(crate) enum Errand {
    /// Tell somebody from now on, or change how somebody at the same address is told. Answers the receiver's number.
    Add(Receiver),
    /// Tell somebody no more. Answers 1, or 0 if there is no such receiver.
    Remove(ReceiverId),
    /// Write down what became of deliveries.
    Report(Report),
    /// Send deliveries anew. Answers how many.
    Resend(Vec<DeliveryId>),
    /// Announce a sample. Answers its decision's number.
    Trigger(Announcement),
}

/// What became of deliveries to one receiver.
#[derive(Debug)]
pub(crate) struct Report {
    /// Who.
    pub(crate) receiver: ReceiverId,
    /// Up to which decision its deliveries have rows once these are written.
    pub(crate) cursor: u64,
    /// What became of each.
    pub(crate) entries: Vec<Entry>,
}

/// What became of a delivery.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) told: Told,
    /// When it is due, or was.
    pub(crate) due: Timestamp,
    pub(crate) fate: Fate,
}

#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It was tried: one attempt, or two at once.
    Tried {
        /// In which round.
        round: u32,
        /// What came of it.
        made: Vec<Made>,
    },
    /// It waits for its time, and for its turn if it keeps its place among the deliveries about its object.
    Queued { in_line: bool },
    /// It is not sent.
    Dropped,
}

/// An attempt, before it has its place among the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    pub(crate) at: Timestamp,
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
    pub(crate) body_bytes: u32,
    pub(crate) chaos: Option<Mischief>,
}

impl Fate {
    /// Whether the receiver has it.
    pub(crate) fn is_acknowledged(&self) -> bool {
        match self {
            Self::Tried { made, .. } => made.iter().any(|made| made.outcome.is_acknowledged()),
            Self::Queued { .. } | Self::Dropped => false,
        }
    }
}

impl Errand {
    /// Whether it changes who is told what.
    pub(in crate::engine) fn changes_receivers(&self) -> bool {
        matches!(self, Self::Add(_) | Self::Remove(_))
    }
}

impl Writer {
    /// Does an errand; its answer is the number that the errand's variant speaks of.
    pub(in crate::engine) fn run_errand(
        &mut self,
        batch: &mut dyn Batch,
        errand: &Errand,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        match errand {
            Errand::Add(receiver) => add(batch, receiver, self.position.seq).map(u64::from),
            Errand::Remove(id) => remove(batch, *id).map(u64::from),
            Errand::Report(report) => {
                // What a reset forgot stays forgotten.
                if rows::load::<Receiver>(&*batch, &report.receiver)?.is_some()
                    && self.forgotten <= report.cursor
                {
                    for entry in &report.entries {
                        if self.forgotten < entry.told.id.seq {
                            record(batch, report.receiver, entry)?;
                        }
                    }
                    rows::save(batch, &report.receiver, &Cursor(report.cursor))?;
                }
                Ok(0)
            }
            Errand::Resend(ids) => {
                let mut count = 0;
                for id in ids {
                    count += u64::from(resend(batch, *id, now)?);
                }
                Ok(count)
            }
            Errand::Trigger(announcement) => {
                let (subject, announced) = (Subject::default(), vec![announcement.clone()]);
                self.log(batch, now, Deed::Trigger, subject, None, vec![], announced)?;
                Ok(self.position.seq)
            }
        }
    }
}

fn add(batch: &mut dyn Batch, receiver: &Receiver, seq: u64) -> Result<ReceiverId, StoreError> {
    let known = receivers(&*batch)?;
    if let Some((id, _)) = known.iter().find(|(_, it)| it.url == receiver.url) {
        rows::save(batch, id, receiver)?;
        return Ok(*id);
    }
    // Cursors stay when receivers go, so that no number means two receivers in the log of deliveries.
    let mut last = known.last().map_or(0, |(id, _)| *id);
    rows::each_under(&*batch, Table::Cursors, &[], |key, _| {
        last = last.max(rows::read_receiver_key(key)?);
        Ok(())
    })?;
    let id = last + 1;
    rows::save(batch, &id, receiver)?;
    rows::save(batch, &id, &Cursor(seq))?;
    Ok(id)
}

fn remove(batch: &mut dyn Batch, id: ReceiverId) -> Result<bool, StoreError> {
    if rows::load::<Receiver>(&*batch, &id)?.is_none() {
        return Ok(false);
    }
    rows::remove::<Receiver>(batch, &id)?;
    let prefix = rows::receiver_key(id);
    for table in [Table::DeliveriesDue, Table::DeliveryLines] {
        let mut keys = Vec::new();
        batch.scan(table, &prefix, &mut |key, _| {
            let is_its = key.starts_with(&prefix);
            if is_its {
                keys.push(key.to_vec());
                std::ops::ControlFlow::Continue(())
            } else {
                std::ops::ControlFlow::Break(())
            }
        })?;
        for key in keys {
            batch.delete(table, &key)?;
            // Both kinds of key end with the event.
            let event = &key[key.len() - rows::EVENT_BYTES..];
            let event = rows::read_line_key(&mut Read::new(event)).map_err(|it| it.of(table))?;
            let id = DeliveryId {
                event,
                receiver: id,
            };
            if let Some(mut delivery) = rows::load::<Delivery>(&*batch, &id)? {
                delivery.state = DeliveryState::Dropped;
                delivery.due = None;
                rows::save(batch, &id, &delivery)?;
            }
        }
    }
    Ok(true)
}

/// Forgets every delivery; receivers are told what happens after `seq`.
pub(in crate::engine) fn begin_anew(batch: &mut dyn Batch, seq: u64) -> Result<(), StoreError> {
    for table in [
        Table::Deliveries,
        Table::DeliveriesDue,
        Table::DeliveryLines,
    ] {
        batch.clear(table)?;
    }
    let mut ids = Vec::new();
    rows::each_under(&*batch, Table::Cursors, &[], |key, _| {
        ids.push(rows::read_receiver_key(key)?);
        Ok(())
    })?;
    for id in ids {
        rows::save(batch, &id, &Cursor(seq))?;
    }
    Ok(())
}

/// Writes down what became of a delivery, and lets the next about its object go if it is over.
fn record(batch: &mut dyn Batch, receiver: ReceiverId, entry: &Entry) -> Result<(), StoreError> {
    let Entry { told, due, fate } = entry;
    let event = told.id;
    let (id, object) = (DeliveryId { event, receiver }, &told.announcement.object);
    let found = rows::load::<Delivery>(&*batch, &id)?;
    let was_in_line = found.as_ref().is_some_and(|it| it.in_line);
    let mut delivery = found.unwrap_or(Delivery::new());
    let due = *due;
    let next = match fate {
        Fate::Queued { in_line } => {
            delivery.in_line = *in_line;
            Some(due)
        }
        Fate::Dropped => {
            delivery.state = DeliveryState::Dropped;
            None
        }
        Fate::Tried { round, made } => {
            delivery.note(made, due);
            if *round != delivery.round {
                // It was sent anew meanwhile; that is another matter, and goes on.
                return rows::save(batch, &id, &delivery);
            }
            delivery.judge(fate.is_acknowledged(), due)
        }
    };
    unqueue(batch, id, &mut delivery)?;
    if let Some(next) = next {
        return enqueue(batch, id, object, delivery, next);
    }
    rows::save(batch, &id, &delivery)?;
    if was_in_line {
        leave_line(batch, id, object, due)?;
    }
    Ok(())
}

fn resend(batch: &mut dyn Batch, id: DeliveryId, now: Timestamp) -> Result<bool, StoreError> {
    let receiver = rows::load::<Receiver>(&*batch, &id.receiver)?;
    let told = event(&*batch, id.event)?;
    let (Some(_), Some(told)) = (receiver, told) else {
        return Ok(false);
    };
    let mut delivery = rows::load::<Delivery>(&*batch, &id)?.unwrap_or(Delivery::new());
    unqueue(batch, id, &mut delivery)?;
    delivery.state = DeliveryState::Waiting;
    delivery.round += 1;
    delivery.failed = 0;
    delivery.in_line = true;
    enqueue(batch, id, &told.announcement.object, delivery, now)?;
    Ok(true)
}

/// Lets a delivery wait: until `due` if it is the first about its object or keeps no place there, else for its turn.
fn enqueue(
    batch: &mut dyn Batch,
    id: DeliveryId,
    object: &str,
    mut delivery: Delivery,
    due: Timestamp,
) -> Result<(), StoreError> {
    if delivery.in_line {
        batch.put(Table::DeliveryLines, &line_key(id, object), &[])?;
    }
    let is_its_turn =
        !delivery.in_line || first_in_line(&*batch, id.receiver, object)? == Some(id.event);
    delivery.due = is_its_turn.then_some(due);
    if is_its_turn {
        batch.put(Table::DeliveriesDue, &due_key(id, due), &[])?;
    }
    rows::save(batch, &id, &delivery)
}

/// Takes a delivery from those that wait for their time.
fn unqueue(
    batch: &mut dyn Batch,
    id: DeliveryId,
    delivery: &mut Delivery,
) -> Result<(), StoreError> {
    match delivery.due.take() {
        Some(due) => batch.delete(Table::DeliveriesDue, &due_key(id, due)),
        None => Ok(()),
    }
}

/// A delivery is over: the next about its object has its turn, not before its own moment nor that of the last attempt.
fn leave_line(
    batch: &mut dyn Batch,
    id: DeliveryId,
    object: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    batch.delete(Table::DeliveryLines, &line_key(id, object))?;
    let Some(next) = first_in_line(&*batch, id.receiver, object)? else {
        return Ok(());
    };
    let id = DeliveryId { event: next, ..id };
    let delivery = rows::load::<Delivery>(&*batch, &id)?;
    let Some(delivery) = delivery.filter(|delivery| delivery.due.is_none()) else {
        return Ok(());
    };
    let own = event(&*batch, next)?.map_or(at, |told| told.at);
    enqueue(batch, id, object, delivery, own.max(at))
}

impl Delivery {
    /// What follows from an attempt that was due at `due`: when the next one is, if there is one.
    fn judge(&mut self, is_acknowledged: bool, due: Timestamp) -> Option<Timestamp> {
        if is_acknowledged {
            self.state = DeliveryState::Delivered;
            return None;
        }
        self.failed += 1;
        let next = schedule::next(self.failed, due);
        if next.is_none() {
            self.state = DeliveryState::GivenUp;
        }
        next
    }

    /// Adds attempts that were due at `due`.
    fn note(&mut self, made: &[Made], due: Timestamp) {
        for made in made {
            let number = self.attempts.last().map_or(0, |last| last.number) + 1;
            self.attempts.push(Attempt {
                number,
                due,
                at: made.at,
                outcome: made.outcome,
                took: made.took,
                body_bytes: made.body_bytes,
                chaos: made.chaos,
            });
        }
        let surplus = self.attempts.len().saturating_sub(Self::REMEMBERED);
        self.attempts.drain(..surplus);
    }
}
