//! What rows of earlier versions lack and the others tell.
//!
//! | Version | What its decisions know of the history of an account | Where it is found |
//! |---|---|---|
//! | 1 | nothing | in the index, which is made here |
//! | 2, 3 | nothing | in the index, which was written with them |
//! | 4, 5 | the decision before | from the account's balance on, one leads to the next |
//!
//! Up to version 4 each row of a balance is as new as the last decision; `write_behind` takes it so where nothing is said.

use std::ops::ControlFlow;

use super::rows;
use super::snapshot::each_decision;
use crate::store::{Batch, StoreError, Table};

/// How many decisions are looked at before what was found is written.
const AT_A_TIME: u64 = 10_000;

/// Makes the index of histories for decisions of the first version. There is nothing to do where there is an index, or where
/// the first decision that moved anything knows what was before it.
pub(super) fn index_history(batch: &mut dyn Batch) -> Result<(), StoreError> {
    let mut is_indexed = false;
    batch.scan(Table::History, &[], &mut |_, _| {
        is_indexed = true;
        ControlFlow::Break(())
    })?;
    let (mut after, mut is_done) = (0, is_indexed);
    while !is_done {
        let (mut found, mut seen) = (Vec::new(), 0);
        is_done = true;
        each_decision(&*batch, after, |decision| {
            after = decision.seq;
            seen += 1;
            if !decision.links.is_empty() {
                return false;
            }
            let moved = decision.moved().into_iter();
            found.extend(moved.map(|account| rows::history_key(account, Some(decision.seq))));
            is_done = seen < AT_A_TIME;
            is_done
        })?;
        for key in found {
            batch.put(Table::History, &key, &[])?;
        }
    }
    Ok(())
}
