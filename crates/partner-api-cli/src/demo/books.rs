//! The end of a story: what the provider's books must say, to the smallest unit, and that they sum to zero.

use std::collections::BTreeMap;

use super::stage::{Stage, Told};
use super::sums::{Sum, sum};
use super::tell::Tale;

/// What a story expects of the books of one currency, by kind of account. Whatever is left out is zero, but for the
/// outside world, from which everything came.
pub(crate) type Expected = (&'static str, Vec<(&'static str, Sum)>);

/// Tells what the books say, currency by currency.
pub(crate) async fn close(stage: &Stage, tale: &mut Tale, expected: &[Expected]) -> Told<()> {
    tale.chapter("The books");
    let books = stage.world().get_books().await?.into_inner();
    let mut observed = BTreeMap::new();
    let (mut zeros, mut sums) = (Vec::new(), Vec::new());
    for of in books.currencies {
        let mut total = Sum::NOTHING;
        let mut accounts = BTreeMap::new();
        for account in of.accounts {
            let amount = sum(account.total)?;
            total = total + amount;
            accounts.insert(account.kind.to_string().to_lowercase(), amount);
        }
        zeros.push(format!("{} 0", of.currency));
        sums.push(match total == sum(of.sum)? {
            true => format!("{} {total}", of.currency),
            false => format!("{} {total}, said to be {}", of.currency, of.sum),
        });
        observed.insert(of.currency.to_string(), accounts);
    }
    for (currency, accounts) in expected {
        let all = accounts.iter().fold(Sum::NOTHING, |all, (_, it)| all + *it);
        let accounts = accounts.iter().map(|(kind, it)| ((*kind).to_owned(), *it));
        let accounts = accounts.chain([("outside".to_owned(), -all)]);
        let found = observed.remove(*currency).unwrap_or_default();
        tale.step(*currency, written(accounts.collect()), written(found));
    }
    tale.step(
        "every currency sums to zero",
        zeros.join(", "),
        sums.join(", "),
    );
    Ok(())
}

fn written(accounts: BTreeMap<String, Sum>) -> String {
    let each = accounts.iter().filter(|(_, it)| **it != Sum::NOTHING);
    let each: Vec<String> = each.map(|(kind, it)| format!("{kind} {it}")).collect();
    each.join(", ")
}
