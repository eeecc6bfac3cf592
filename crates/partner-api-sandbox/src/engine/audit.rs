//! The books, recomputed from every movement since the beginning.

use std::collections::BTreeMap;

use partner_api_core::Currency;
use partner_api_core::ledger::{Account, AccountKind};

use super::error::BrokenBooks;
use super::rows::{self, Balance};
use super::snapshot::each_decision;
use crate::store::{Rows, StoreError, Table};

/// What an audit that found nothing wrong went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Decisions, refusals included.
    pub decisions: u64,
    /// Movements of money.
    pub movements: u64,
    /// Balances.
    pub balances: u64,
}

/// Compares every balance and every total with what the movements add up to.
pub(super) fn audit(rows: &dyn Rows) -> Result<Result<Audit, BrokenBooks>, StoreError> {
    let mut audit = Audit::default();
    let mut moved = BTreeMap::<(Account, Currency), i128>::new();
    let mut broken = None;
    each_decision(rows, 0, |decision| {
        audit.decisions += 1;
        for booking in &decision.bookings {
            audit.movements += 1;
            let mut sums = BTreeMap::<Currency, i128>::new();
            for leg in &booking.legs {
                *sums.entry(leg.currency).or_default() += i128::from(leg.atoms);
                *moved.entry((leg.account, leg.currency)).or_default() += i128::from(leg.atoms);
            }
            if let Some((&currency, _)) = sums.iter().find(|(_, sum)| **sum != 0) {
                broken = Some(BrokenBooks::Unbalanced { currency });
            }
        }
        broken.is_none()
    })?;
    if let Some(broken) = broken {
        return Ok(Err(broken));
    }
    let mut totals = BTreeMap::<(Currency, AccountKind), i128>::new();
    let mut held = BTreeMap::new();
    rows::each_under(rows, Table::Balances, &[], |key, value| {
        held.insert(rows::read_balance_key(key)?, Balance::read(value)?.atoms);
        Ok(())
    })?;
    audit.balances = held.len() as u64;
    let places = held.keys().chain(moved.keys());
    for &(account, currency) in places {
        let held = held.get(&(account, currency)).copied().unwrap_or(0);
        let moved = moved.get(&(account, currency)).copied().unwrap_or(0);
        if i128::from(held) != moved {
            return Ok(Err(BrokenBooks::BalanceDiffers {
                account,
                currency,
                held,
                moved,
            }));
        }
        if held < 0 && !account.may_be_negative() {
            return Ok(Err(BrokenBooks::Negative { account, currency }));
        }
    }
    for ((account, currency), atoms) in &held {
        *totals.entry((*currency, account.kind())).or_default() += i128::from(*atoms);
    }
    Ok(check_totals(rows, totals)?.map_or(Ok(audit), Err))
}

fn check_totals(
    rows: &dyn Rows,
    mut expected: BTreeMap<(Currency, AccountKind), i128>,
) -> Result<Option<BrokenBooks>, StoreError> {
    let mut broken = None;
    rows::each_under(rows, Table::Totals, &[], |key, value| {
        let (kind, currency) = rows::read_total_key(key)?;
        let expected = expected.remove(&(currency, kind)).unwrap_or(0);
        if value.i128()? != expected {
            broken = Some(BrokenBooks::TotalDiffers { currency });
        }
        Ok(())
    })?;
    // A total that is not stored counts as zero.
    let missing = expected.into_iter().find(|(_, total)| *total != 0);
    Ok(broken.or(missing.map(|((currency, _), _)| BrokenBooks::TotalDiffers { currency })))
}
