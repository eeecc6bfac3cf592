//! Receivers, deliveries, and what finds a delivery: by time, and by what it is about.

use std::time::Duration;

use partner_api_core::{Amount, Timestamp};
use partner_api_types::EventKind;

use super::timer::{read_time_key, write_time_key};
use super::{Damaged, Read, Record, Write};
use crate::engine::outbox::{
    Announcement, Attempt, Delivery, DeliveryId, EventId, Outcome, Progress, Receiver, ReceiverId,
};
use crate::store::Table;

impl Announcement {
    /// The object is not written where it is the decision's own.
    pub(super) fn write(&self, object: Option<&String>, to: &mut Vec<u8>) {
        to.word(self.kind.as_str());
        let is_own = object == Some(&self.object);
        to.option((!is_own).then_some(&self.object), |to, id| to.id(id));
        to.word(&self.status);
        to.option(self.progress, |to, progress| {
            to.i64(progress.received.atoms());
            to.bytes(&progress.payments.to_le_bytes());
            to.option(progress.expires_at, Write::time);
        });
    }

    pub(super) fn read(from: &mut Read<'_>, object: Option<&String>) -> Result<Self, Damaged> {
        let kind: EventKind = from.word()?;
        let object = match (from.option(Read::id)?, object) {
            (Some(id), _) => id,
            (None, Some(own)) => own.clone(),
            (None, None) => return Err(Damaged("an announcement is about nothing")),
        };
        let status: String = from.word()?;
        let progress = from.option(|from| {
            let received: Amount = from.amount()?;
            let payments = from.array().map(u16::from_le_bytes)?;
            let expires_at = from.option(Read::time)?;
            Ok(Progress {
                received,
                payments,
                expires_at,
            })
        })?;
        Ok(Self {
            kind,
            object,
            status,
            progress,
        })
    }
}

/// A receiver's key, and what the keys of its due rows and lines begin with.
pub(crate) fn receiver_key(id: ReceiverId) -> [u8; 4] {
    id.to_be_bytes()
}

/// The receiver of a key.
pub(crate) fn read_receiver_key(from: &mut Read<'_>) -> Result<ReceiverId, Damaged> {
    from.array().map(u32::from_be_bytes)
}

impl Record for Receiver {
    type Key = ReceiverId;
    const TABLE: Table = Table::Receivers;

    fn key(key: &ReceiverId, to: &mut Vec<u8>) {
        to.bytes(&receiver_key(*key));
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.text(&self.url);
        to.text(&self.secret);
        to.u8(u8::from(self.bearer));
        to.bytes(&(self.paths.len() as u16).to_le_bytes());
        for (kind, path) in &self.paths {
            to.word(kind.as_str());
            to.text(path);
        }
        to.option(self.kinds.as_ref(), |to, kinds| {
            to.bytes(&(kinds.len() as u16).to_le_bytes());
            for kind in kinds {
                to.word(kind.as_str());
            }
        });
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        let count = |from: &mut Read<'_>| from.array().map(u16::from_le_bytes);
        Ok(Self {
            url: from.text()?.to_owned(),
            secret: from.text()?.to_owned(),
            bearer: from.u8()? != 0,
            paths: (0..count(from)?)
                .map(|_| Ok((from.word()?, from.text()?.to_owned())))
                .collect::<Result<_, _>>()?,
            kinds: from.option(|from| (0..count(from)?).map(|_| from.word()).collect())?,
        })
    }
}

/// Up to which decision, itself included, the deliveries to a receiver have rows of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor(pub(crate) u64);

impl Record for Cursor {
    type Key = ReceiverId;
    const TABLE: Table = Table::Cursors;

    fn key(key: &ReceiverId, to: &mut Vec<u8>) {
        to.bytes(&receiver_key(*key));
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.bytes(&self.0.to_le_bytes());
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        from.array().map(|bytes| Self(u64::from_le_bytes(bytes)))
    }
}

/// How many bytes name an event at the end of a key.
pub(crate) const EVENT_BYTES: usize = 10;

fn write_event(event: EventId, to: &mut Vec<u8>) {
    to.bytes(&event.seq.to_be_bytes());
    to.bytes(&event.index.to_be_bytes());
}

fn read_event(from: &mut Read<'_>) -> Result<EventId, Damaged> {
    Ok(EventId {
        seq: from.array().map(u64::from_be_bytes)?,
        index: from.array().map(u16::from_be_bytes)?,
    })
}

/// The delivery of a key.
pub(crate) fn read_delivery_key(from: &mut Read<'_>) -> Result<DeliveryId, Damaged> {
    Ok(DeliveryId {
        event: read_event(from)?,
        receiver: read_receiver_key(from)?,
    })
}

impl Record for Delivery {
    type Key = DeliveryId;
    const TABLE: Table = Table::Deliveries;

    fn key(key: &DeliveryId, to: &mut Vec<u8>) {
        write_event(key.event, to);
        to.bytes(&receiver_key(key.receiver));
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.word(self.state.as_str());
        to.bytes(&self.round.to_le_bytes());
        to.u8(self.failed);
        to.option(self.due, Write::time);
        to.u8(u8::from(self.in_line));
        for attempt in &self.attempts {
            attempt.write(to);
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        let mut delivery = Self {
            state: from.word()?,
            round: from.array().map(u32::from_le_bytes)?,
            failed: from.u8()?,
            due: from.option(Read::time)?,
            in_line: from.u8()? != 0,
            attempts: Vec::new(),
        };
        while !from.is_empty() {
            delivery.attempts.push(Attempt::read(from)?);
        }
        Ok(delivery)
    }
}

impl Attempt {
    fn write(&self, to: &mut Vec<u8>) {
        to.bytes(&self.number.to_le_bytes());
        to.time(self.due);
        to.time(self.at);
        match self.outcome {
            Outcome::Status(status) => {
                to.u8(b's');
                to.bytes(&status.to_le_bytes());
            }
            Outcome::Failed(failure) => {
                to.u8(b'f');
                to.word(failure.as_str());
            }
        }
        let millis = u32::try_from(self.took.as_millis()).unwrap_or(u32::MAX);
        to.bytes(&millis.to_le_bytes());
        to.bytes(&self.body_bytes.to_le_bytes());
        to.option(self.chaos, |to, it| to.word(it.as_str()));
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        let u32 = |from: &mut Read<'_>| from.array().map(u32::from_le_bytes);
        Ok(Self {
            number: u32(from)?,
            due: from.time()?,
            at: from.time()?,
            outcome: match from.u8()? {
                b's' => Outcome::Status(from.array().map(u16::from_le_bytes)?),
                b'f' => Outcome::Failed(from.word()?),
                _ => return Err(Damaged("an attempt's outcome is of an unknown kind")),
            },
            took: Duration::from_millis(u32(from)?.into()),
            body_bytes: u32(from)?,
            chaos: from.option(Read::word)?,
        })
    }
}

/// Where a delivery that waits for its time is found.
pub(crate) fn due_key(id: DeliveryId, due: Timestamp) -> Vec<u8> {
    let mut key = Vec::with_capacity(22);
    key.bytes(&receiver_key(id.receiver));
    write_time_key(due, &mut key);
    write_event(id.event, &mut key);
    key
}

/// The rest of such a key, behind the receiver.
pub(crate) fn read_due_key(from: &mut Read<'_>) -> Result<(Timestamp, EventId), Damaged> {
    Ok((read_time_key(from)?, read_event(from)?))
}

/// Where the deliveries about an object that are not over stand, in their order.
pub(crate) fn line_of(receiver: ReceiverId, object: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(36);
    key.bytes(&receiver_key(receiver));
    key.id(object);
    key
}

/// A delivery's place in it.
pub(crate) fn line_key(id: DeliveryId, object: &str) -> Vec<u8> {
    let mut key = line_of(id.receiver, object);
    write_event(id.event, &mut key);
    key
}

/// The rest of such a key, behind the object.
pub(crate) fn read_line_key(from: &mut Read<'_>) -> Result<EventId, Damaged> {
    read_event(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::outbox::{DeliveryState, Failure, Mischief};
    use partner_api_types::WEBHOOKS;

    fn again<R: Record>(record: &R) -> R {
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        R::read(&mut Read::new(&bytes)).unwrap()
    }

    #[test]
    fn receivers_and_deliveries_survive() {
        let all = || WEBHOOKS.iter().map(|it| it.kind);
        let mut receiver = Receiver {
            url: "http://127.0.0.1:9/x".to_owned(),
            secret: "s".repeat(300),
            bearer: true,
            paths: all().map(|kind| (kind, format!("/{kind}"))).collect(),
            kinds: None,
        };
        assert_eq!(again(&receiver), receiver);
        receiver.kinds = Some(all().collect());
        assert_eq!(again(&receiver), receiver);
        let mut delivery = Delivery::new();
        assert_eq!(again(&delivery), delivery);
        for (number, outcome) in [
            (1, Outcome::Status(204)),
            (2, Outcome::Failed(Failure::Timeout)),
        ] {
            delivery.attempts.push(Attempt {
                number,
                due: Timestamp::EPOCH,
                at: Timestamp::MAX,
                outcome,
                took: Duration::from_millis(7),
                body_bytes: 9,
                chaos: Some(Mischief::Truncated),
            });
        }
        delivery.state = DeliveryState::GivenUp;
        delivery.due = Some(Timestamp::MIN);
        assert_eq!(again(&delivery), delivery);
    }

    #[test]
    fn due_rows_sort_by_time_before_and_after_1970() {
        let id = DeliveryId {
            event: EventId { seq: 1, index: 0 },
            receiver: 7,
        };
        let times = [-5_000, -1, 0, 1, 5_000].map(|it| Timestamp::from_millis(it).unwrap());
        let keys = times.map(|it| due_key(id, it));
        assert!(keys.is_sorted());
        let mut rest = Read::new(&keys[0][4..]);
        assert_eq!(read_due_key(&mut rest).unwrap(), (times[0], id.event));
    }
}
