//! What a snapshot shows of announcements and their deliveries.

use std::ops::ControlFlow;

use partner_api_core::Timestamp;

use super::{Announcement, Delivery, DeliveryId, DeliveryState, EventId, Receiver, ReceiverId};
use crate::engine::rows::{
    self, Cursor, Decision, Read, Record, read_delivery_key, read_due_key, read_line_key,
    read_receiver_key, receiver_key,
};
use crate::engine::snapshot::{Snapshot, each_decision};
use crate::store::{Rows, StoreError, Table};

/// An announcement, with its name and its moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub id: EventId,
    /// When it was decided, by the virtual clock.
    pub at: Timestamp,
    /// What is told.
    pub announcement: Announcement,
}

/// Deliveries of one receiver that wait for their time.
#[derive(Debug)]
pub(crate) struct Work {
    /// Those whose time has come, in order of that time.
    pub(crate) due: Vec<(Told, Delivery)>,
    /// When the next one's comes.
    pub(crate) next: Option<Timestamp>,
}

impl Snapshot<'_> {
    /// Everybody who is told.
    pub fn receivers(&self) -> Result<Vec<(ReceiverId, Receiver)>, StoreError> {
        receivers(self.rows)
    }

    /// Up to which decision the deliveries to a receiver have rows.
    pub(crate) fn cursor(&self, receiver: ReceiverId) -> Result<u64, StoreError> {
        Ok(rows::load::<Cursor>(self.rows, &receiver)?.map_or(0, |cursor| cursor.0))
    }

    /// Shows what decisions after `seq` announce, in order, until `look` says that it has enough; `look` is shown a
    /// decision's announcements together. Returns the number of the last decision that it was shown or that announces
    /// nothing.
    pub(crate) fn announced(
        &self,
        seq: u64,
        mut look: impl FnMut(Vec<Told>) -> bool,
    ) -> Result<u64, StoreError> {
        /// How many decisions are looked at, so that a long silence is not read at once.
        const STRETCH: usize = 4_096;
        let (mut last, mut left) = (seq, STRETCH);
        each_decision(self.rows, seq, |decision| {
            last = decision.seq;
            left -= 1;
            (decision.announced.is_empty() || look(told(decision).collect())) && 0 < left
        })?;
        Ok(last)
    }

    /// One announcement; nothing once it is forgotten.
    pub fn event(&self, id: EventId) -> Result<Option<Told>, StoreError> {
        event(self.rows, id)
    }

    /// The first decision at or after a moment, or the number after the last one.
    pub(crate) fn first_since(&self, moment: Timestamp) -> Result<u64, StoreError> {
        let (mut low, mut high) = (1, self.seq()? + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let mut is_before = true;
            each_decision(self.rows, middle - 1, |decision| {
                is_before = decision.at < moment;
                false
            })?;
            if is_before {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// One delivery.
    pub fn delivery(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        rows::load(self.rows, &id)
    }

    /// Shows deliveries behind `after`, in order of event and receiver, until `look` says that it has enough.
    pub(crate) fn deliveries(
        &self,
        after: Option<DeliveryId>,
        mut look: impl FnMut(DeliveryId, Delivery) -> bool,
    ) -> Result<(), StoreError> {
        let mut from = Vec::new();
        if let Some(after) = after {
            <Delivery as Record>::key(&after, &mut from);
            from.push(0);
        }
        let mut damaged = None;
        self.rows
            .scan(Table::Deliveries, &from, &mut |key, value| {
                let row = read_delivery_key(&mut Read::new(key))
                    .and_then(|id| Ok((id, <Delivery as Record>::read(&mut Read::new(value))?)));
                match row {
                    Ok((id, delivery)) => match look(id, delivery) {
                        true => ControlFlow::Continue(()),
                        false => ControlFlow::Break(()),
                    },
                    Err(error) => {
                        damaged = Some(error.of(Table::Deliveries));
                        ControlFlow::Break(())
                    }
                }
            })?;
        damaged.map_or(Ok(()), Err)
    }

    /// The first `most` deliveries to a receiver whose time has come at `now` and that `skip` does not name.
    pub(crate) fn work(
        &self,
        receiver: ReceiverId,
        now: Timestamp,
        most: usize,
        skip: impl Fn(EventId) -> bool,
    ) -> Result<Work, StoreError> {
        let (mut ids, mut next, mut damaged) = (Vec::new(), None, None);
        let prefix = receiver_key(receiver);
        self.rows
            .scan(Table::DeliveriesDue, &prefix, &mut |key, _| {
                let Some(rest) = key.strip_prefix(&prefix) else {
                    return ControlFlow::Break(());
                };
                match read_due_key(&mut Read::new(rest)) {
                    Ok((due, _)) if now < due => {
                        next = Some(due);
                        ControlFlow::Break(())
                    }
                    Ok((_, event)) if skip(event) => ControlFlow::Continue(()),
                    Ok((_, event)) if ids.len() < most => {
                        ids.push(event);
                        ControlFlow::Continue(())
                    }
                    Ok(_) => ControlFlow::Break(()),
                    Err(error) => {
                        damaged = Some(error.of(Table::DeliveriesDue));
                        ControlFlow::Break(())
                    }
                }
            })?;
        if let Some(damaged) = damaged {
            return Err(damaged);
        }
        let mut due = Vec::with_capacity(ids.len());
        for event in ids {
            let id = DeliveryId { event, receiver };
            if let (Some(told), Some(delivery)) = (self.event(event)?, self.delivery(id)?)
                && delivery.state == DeliveryState::Waiting
            {
                due.push((told, delivery));
            }
        }
        Ok(Work { due, next })
    }

    /// Whether some delivery about an object is not over.
    pub(crate) fn has_line(&self, receiver: ReceiverId, object: &str) -> Result<bool, StoreError> {
        Ok(first_in_line(self.rows, receiver, object)?.is_some())
    }
}

/// Everybody who is told.
pub(super) fn receivers(rows: &dyn Rows) -> Result<Vec<(ReceiverId, Receiver)>, StoreError> {
    let mut receivers = Vec::new();
    rows::each_under(rows, Table::Receivers, &[], |key, value| {
        receivers.push((read_receiver_key(key)?, <Receiver as Record>::read(value)?));
        Ok(())
    })?;
    Ok(receivers)
}

/// One announcement.
pub(super) fn event(rows: &dyn Rows, id: EventId) -> Result<Option<Told>, StoreError> {
    let Some(mut decision) = rows::load::<Decision>(rows, &id.seq)? else {
        return Ok(None);
    };
    decision.seq = id.seq;
    Ok(told(decision).nth(id.index.into()))
}

/// What a decision announces.
pub(super) fn told(decision: Decision) -> impl Iterator<Item = Told> {
    let (seq, at) = (decision.seq, decision.at);
    let numbered = (0..=u16::MAX).zip(decision.announced);
    numbered.map(move |(index, announcement)| Told {
        id: EventId { seq, index },
        at,
        announcement,
    })
}

/// The first delivery about an object that is not over.
pub(super) fn first_in_line(
    rows: &dyn Rows,
    receiver: ReceiverId,
    object: &str,
) -> Result<Option<EventId>, StoreError> {
    let prefix = rows::line_of(receiver, object);
    let mut first = None;
    rows.scan(Table::DeliveryLines, &prefix, &mut |key, _| {
        let rest = key.strip_prefix(&prefix[..]);
        first = rest.map(|rest| read_line_key(&mut Read::new(rest)));
        ControlFlow::Break(())
    })?;
    first.transpose().map_err(|it| it.of(Table::DeliveryLines))
}
