//! Users' balances whose rows are still to be written, and what a reader sees of them.
//!
//! # Shape
//!
//! A transfer changes two balances, each somewhere in a large tree. Rows written with every commit are two pages of the log
//! and two of the file a transfer: the more users there are, the fewer changes share a page. So a changed balance stays here
//! first, and each commit writes a share of what has gathered ([`ROUND`]), in key order, neighbours together.
//!
//! | What | Where it is |
//! |---|---|
//! | a balance whose row is older | in [`Late`], in memory |
//! | the same balance after a crash | in the decisions: what they moved since [`Written`] is added up again |
//! | what a snapshot shows | in the rows of one commit, with what was late then laid over them: [`Merged`] |
//!
//! Accounts that are not users' are few, so their rows are always written at once.
//!
//! # Why it is correct
//!
//! * *Durable.* A commit holds its decisions with every leg, and a balance is the sum of its legs. A row names the last
//!   decision that it holds, so adding up from an earlier one counts nothing twice. (Rows of before decisions knew each other
//!   name none; to them nothing is added but what came after the file was brought up to date.)
//! * *Consistent.* What is late never changes, it is replaced: a map that shares what stayed the same with the one before it.
//!   Those of the last commits are kept under the number of their last decision ([`Moments`]), before the commit that they
//!   belong to can be seen; and a reader takes the one of the number that its rows show. Where commits came so fast that it
//!   is gone, the reader looks again.
//! * *Bounded.* A round writes everything that was late when it began, within [`ROUND`] decisions; then [`Written`] moves on
//!   to where it began, and the next round begins. So what has to be added up after a crash is two rounds at most, and what
//!   is late is what they moved, however many users and decisions there are. Opening writes it all.

use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use imbl::OrdMap;
use partner_api_core::Currency;
use partner_api_core::ledger::Account;

use super::rows::{self, Balance, Damaged, Decision, Read, Written};
use super::snapshot::{balances, each_decision, last_decision};
use crate::store::{Batch, Look, Rows, StoreError, Table};

/// In how many decisions everything that is late is written. In tests it is few, so that it happens there.
pub(super) const ROUND: u64 = if cfg!(test) { 8 } else { 65_536 };

/// Late balances as they were after one commit; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Late(OrdMap<Key, Balance>);

/// The key of a user's balance, which is never longer, in key order.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    length: u8,
    bytes: [u8; Self::MAX],
}

impl Key {
    const MAX: usize = 31;

    /// What begins like `bytes`, as far as there is room.
    fn new(bytes: &[u8]) -> Self {
        let length = bytes.len().min(Self::MAX);
        let mut key = [0; Self::MAX];
        key[..length].copy_from_slice(&bytes[..length]);
        Self {
            length: length as u8,
            bytes: key,
        }
    }

    fn of(account: Account, currency: Currency) -> Self {
        Self::new(&rows::balance_key(account, Some(currency)))
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_slice().cmp(other.as_slice())
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What the writer has late, and how far it is with writing it. It is cloned after a batch and put back if the next one fails.
#[derive(Clone)]
pub(super) struct WriteBehind {
    late: Late,
    round: Round,
    /// What the rows hold; whether the store says so.
    written: Written,
    is_said: bool,
}

/// Once through everything that is late.
#[derive(Clone, Default)]
struct Round {
    /// The last decision when it began.
    began: u64,
    /// How many rows were to be written then, and which still are.
    size: u64,
    todo: Late,
    /// What should have been written by now and was not, in [`ROUND`]ths of a row.
    owed: u64,
}

/// Whether an account's rows may be late.
fn may_be_late(account: Account) -> bool {
    matches!(account, Account::User(_))
}

impl WriteBehind {
    /// For a store that holds nothing.
    pub(super) fn empty() -> Self {
        Self::written_to(Written(0), false)
    }

    /// Nothing is late yet, and the first round begins where the rows are.
    fn written_to(written: Written, is_said: bool) -> Self {
        Self {
            late: Late::default(),
            round: Round {
                began: written.0,
                ..Round::default()
            },
            written,
            is_said,
        }
    }

    /// Adds up what decisions moved since the rows were written.
    pub(super) fn open(rows: &dyn Rows) -> Result<Self, StoreError> {
        let Some(written) = rows::load::<Written>(rows, &())? else {
            // Whoever does not say writes all rows at once.
            return Ok(Self::written_to(Written(last_decision(rows)?), false));
        };
        let mut opened = Self::written_to(written, true);
        let mut added = Ok(());
        each_decision(rows, written.0, |decision| {
            added = opened.add_up(rows, &decision);
            added.is_ok()
        })?;
        added.map(|()| opened)
    }

    fn add_up(&mut self, rows: &dyn Rows, decision: &Decision) -> Result<(), StoreError> {
        let mut moved = BTreeMap::<(Account, Currency), i64>::new();
        let legs = decision.bookings.iter().flat_map(|booking| &booking.legs);
        for leg in legs.filter(|leg| may_be_late(leg.account)) {
            *moved.entry((leg.account, leg.currency)).or_default() += leg.atoms;
        }
        for ((account, currency), atoms) in moved {
            let key = Key::of(account, currency);
            let known = match self.late.0.get(&key) {
                Some(balance) => Some(*balance),
                None => row(rows, &key)?,
            };
            let balance = known.unwrap_or(Balance { atoms: 0, last: 0 });
            if balance.last < decision.seq {
                let too_large = Damaged("what decisions moved does not fit a balance");
                let sum = balance.atoms.checked_add(atoms);
                let balance = Balance {
                    atoms: sum.ok_or(too_large.of(Table::Balances))?,
                    last: decision.seq,
                };
                self.late.0.insert(key, balance);
            }
        }
        Ok(())
    }

    /// What an account holds, late or not.
    pub(super) fn balances(
        &self,
        rows: &dyn Rows,
        account: Account,
    ) -> Result<Vec<(Currency, Balance)>, StoreError> {
        balances(&Merged::new(rows, self.late.clone()), account)
    }

    /// What is late now.
    pub(super) fn late(&self) -> Late {
        self.late.clone()
    }

    /// Takes a balance, to be written at once or later.
    pub(super) fn put(
        &mut self,
        batch: &mut dyn Batch,
        account: Account,
        currency: Currency,
        balance: Balance,
    ) -> Result<(), StoreError> {
        if may_be_late(account) {
            self.late.0.insert(Key::of(account, currency), balance);
            return Ok(());
        }
        let key = rows::balance_key(account, Some(currency));
        batch.put(Table::Balances, &key, &balance.bytes())
    }

    /// Writes the share of a batch: of so many decisions, the last of which has the number `last`.
    ///
    /// Where nothing was decided nothing is written, since a reader tells commits by the number of the last decision.
    pub(super) fn write_share(
        &mut self,
        batch: &mut dyn Batch,
        decisions: u64,
        last: u64,
    ) -> Result<(), StoreError> {
        self.round.owed += self.round.size * decisions.min(ROUND);
        let share = usize::try_from(self.round.owed / ROUND).unwrap_or(usize::MAX);
        self.round.owed %= ROUND;
        self.write(batch, share)?;
        let is_due = self.round.size != 0 || self.round.began + ROUND <= last;
        if 0 < decisions && is_due && self.round.todo.0.is_empty() {
            self.say(Written(self.round.began));
            self.begin_round(last);
        }
        self.save(batch)
    }

    /// Writes everything, where nobody reads yet.
    pub(super) fn write_all(&mut self, batch: &mut dyn Batch, last: u64) -> Result<(), StoreError> {
        self.begin_round(last);
        self.write(batch, usize::MAX)?;
        self.say(Written(last));
        self.begin_round(last);
        self.save(batch)
    }

    fn begin_round(&mut self, last: u64) {
        self.round = Round {
            began: last,
            size: self.late.0.len() as u64,
            todo: self.late.clone(),
            owed: 0,
        };
    }

    /// Writes the next rows of the round, as they are now.
    fn write(&mut self, batch: &mut dyn Batch, rows: usize) -> Result<(), StoreError> {
        let due: Vec<Key> = self.round.todo.0.keys().take(rows).copied().collect();
        for key in due {
            self.round.todo.0.remove(&key);
            if let Some(balance) = self.late.0.remove(&key) {
                batch.put(Table::Balances, key.as_slice(), &balance.bytes())?;
            }
        }
        Ok(())
    }

    fn say(&mut self, written: Written) {
        self.is_said &= self.written == written;
        self.written = written;
    }

    fn save(&mut self, batch: &mut dyn Batch) -> Result<(), StoreError> {
        if !self.is_said {
            rows::save(batch, &(), &self.written)?;
            self.is_said = true;
        }
        Ok(())
    }
}

fn row(rows: &dyn Rows, key: &Key) -> Result<Option<Balance>, StoreError> {
    let mut found = None;
    rows.get(Table::Balances, key.as_slice(), &mut |value| {
        found = Some(Balance::read(&mut Read::new(value)));
    })?;
    found.transpose().map_err(|it| it.of(Table::Balances))
}

/// The rows of one commit with what was late then: as if everything were written.
pub(super) struct Merged<'a> {
    rows: &'a dyn Rows,
    late: Late,
}

impl<'a> Merged<'a> {
    pub(super) fn new(rows: &'a dyn Rows, late: Late) -> Self {
        Self { rows, late }
    }
}

impl Rows for Merged<'_> {
    fn get(
        &self,
        table: Table,
        key: &[u8],
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, StoreError> {
        if table == Table::Balances
            && let Some(balance) = self.late.0.get(&Key::new(key))
        {
            look(&balance.bytes());
            return Ok(true);
        }
        self.rows.get(table, key, look)
    }

    fn scan(&self, table: Table, from: &[u8], look: &mut Look<'_>) -> Result<(), StoreError> {
        if table != Table::Balances {
            return self.rows.scan(table, from, look);
        }
        let mut late = self.late.0.range(Key::new(from)..).peekable();
        let mut flow = ControlFlow::Continue(());
        self.rows.scan(table, from, &mut |key, value| {
            while let Some((before, balance)) = late.next_if(|(it, _)| it.as_slice() < key) {
                flow = look(before.as_slice(), &balance.bytes());
                if flow.is_break() {
                    return flow;
                }
            }
            flow = match late.next_if(|(it, _)| it.as_slice() == key) {
                Some((_, balance)) => look(key, &balance.bytes()),
                None => look(key, value),
            };
            flow
        })?;
        while flow.is_continue()
            && let Some((key, balance)) = late.next()
        {
            flow = look(key.as_slice(), &balance.bytes());
        }
        Ok(())
    }
}

/// How many commits are remembered. The one in progress and the last one are needed; with the others, a reader that was held
/// up between its two steps need not look again.
const REMEMBERED: usize = 8;

/// What was late after each of the last commits, by the number of their last decision.
#[derive(Default)]
pub(super) struct Moments(Mutex<VecDeque<(u64, Late)>>);

impl Moments {
    /// A commit is about to be.
    pub(super) fn expect(&self, last: u64, late: Late) {
        let mut moments = self.lock();
        if moments.back().is_some_and(|(of, _)| *of == last) {
            // Nothing was decided, so nothing changed.
            return;
        }
        if moments.len() == REMEMBERED {
            moments.pop_front();
        }
        moments.push_back((last, late));
    }

    /// It is not to be: `last` is still the last decision.
    pub(super) fn take_back(&self, last: u64) {
        self.lock().retain(|(of, _)| *of <= last);
    }

    /// What was late after the commit with that last decision, unless others have followed since.
    pub(super) fn at(&self, last: u64) -> Option<Late> {
        let moments = self.lock();
        let found = moments.iter().rev().find(|(of, _)| *of == last);
        found.map(|(_, late)| late.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(u64, Late)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
