//! The history of an account: from its last decision to the one before it, which each of them names, down to those of
//! before they knew each other.

use partner_api_core::ledger::Account;

use super::rows::{self, Damaged, Decision, Read};
use super::snapshot::{Snapshot, balances};
use crate::store::{StoreError, Table};

impl Snapshot<'_> {
    /// The decisions that moved something on an account, the last one first: at most `limit`, of those before `before`.
    ///
    /// It takes as long as the page is, wherever that is, if the decision before `before` is one of them; otherwise that one
    /// is looked for from the last one on.
    pub fn history(
        &self,
        account: Account,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Decision>, StoreError> {
        let mut found = Vec::new();
        let mut below = before;
        let mut next = self.newest(account, before)?;
        while let Some(decision) = next.filter(|_| found.len() < limit) {
            below = Some(decision.seq);
            next = self.one_before(&decision, account)?;
            found.push(decision);
        }
        self.unlinked(account, below, limit, &mut found)?;
        Ok(found)
    }

    /// The last linked decision on an account, of those before `before`.
    fn newest(
        &self,
        account: Account,
        before: Option<u64>,
    ) -> Result<Option<Decision>, StoreError> {
        if let Some(seq) = before.and_then(|before| before.checked_sub(1))
            && let Some(decision) = self.decision(seq)?
        {
            if decision.is_linked(account) {
                return Ok(Some(decision));
            }
            // What came before one that does not know does not know either.
            if decision.links.is_empty() && !decision.moved().is_empty() {
                return Ok(None);
            }
        }
        let last = balances(self.rows, account)?
            .iter()
            .map(|(_, it)| it.last)
            .max();
        let mut next = self.linked(last.filter(|seq| *seq != 0))?;
        while let Some(decision) = &next
            && before.is_some_and(|before| before <= decision.seq)
        {
            next = self.one_before(decision, account)?;
        }
        Ok(next)
    }

    fn one_before(
        &self,
        decision: &Decision,
        account: Account,
    ) -> Result<Option<Decision>, StoreError> {
        self.linked(decision.before(account))
    }

    /// A decision that another one names.
    fn linked(&self, seq: Option<u64>) -> Result<Option<Decision>, StoreError> {
        let Some(seq) = seq else {
            return Ok(None);
        };
        let gone = Damaged("a decision that another one names is gone");
        let decision = self.decision(seq)?;
        decision.map(Some).ok_or(gone.of(Table::Decisions))
    }

    /// Adds decisions of before they knew each other: those an index leads to.
    fn unlinked(
        &self,
        account: Account,
        before: Option<u64>,
        limit: usize,
        found: &mut Vec<Decision>,
    ) -> Result<(), StoreError> {
        let missing = limit - found.len();
        if missing == 0 || before == Some(0) {
            return Ok(());
        }
        let of_account = rows::history_key(account, None);
        // The key of the number before which to begin is the first that is not wanted.
        let from = match before {
            Some(before) => rows::history_key(account, before.checked_sub(1)),
            None => of_account.clone(),
        };
        let mut numbers = Vec::new();
        self.rows.scan(Table::History, &from, &mut |key, _| {
            let seq = key
                .strip_prefix(&of_account[..])
                .map(|rest| rows::read_history_key(&mut Read::new(rest)));
            match seq {
                Some(seq) if numbers.len() < missing => {
                    numbers.push(seq);
                    std::ops::ControlFlow::Continue(())
                }
                _ => std::ops::ControlFlow::Break(()),
            }
        })?;
        for seq in numbers {
            let seq = seq.map_err(|it| it.of(Table::History))?;
            found.extend(self.decision(seq)?);
        }
        Ok(())
    }

    /// The decision of a number.
    fn decision(&self, seq: u64) -> Result<Option<Decision>, StoreError> {
        let decision = rows::load::<Decision>(self.rows, &seq)?;
        Ok(decision.map(|decision| Decision { seq, ..decision }))
    }
}
