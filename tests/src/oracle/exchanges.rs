//! Exchanges at locked rates.

use super::{
    Command, Lock, Movement, Oracle, Party, account, atoms,
    clock::Due,
    rules::{Broken, UNBOOKABLE, Verdict},
    terms,
};

/// How long a lock is good for.
pub(super) const LOCK_TTL_MS: i64 = 40_000;
/// When an exchange settles by itself (ASSUMED).
const EXCHANGE_DELAY_MS: i64 = 2_000;

impl Oracle {
    pub(super) fn lock(&mut self, owner: &Party, key: &str) -> Verdict {
        let mut broken = Broken::default();
        self.able_owner(owner, "lock_rate", &mut broken);
        self.pass(broken)?;
        let lock = Lock {
            owner: owner.clone(),
            valid_until: self.now + LOCK_TTL_MS,
            used: false,
            rates: self.rates.clone(),
        };
        self.locks.insert(key.to_owned(), lock);
        Ok(())
    }

    pub(super) fn exchange(&mut self, command: &Command) -> Verdict {
        let Command::Exchange {
            owner,
            key,
            lock,
            amount,
            from,
            to,
        } = command
        else {
            unreachable!("only this exchanges")
        };
        let mut broken = Broken::default();
        let atoms = self.amount(amount, from, &mut broken);
        broken.must(self.rates.contains_key(to), "currency_must_be_known");
        broken.must(from != to, "currencies_must_differ");
        let able = self.able_owner(owner, "exchange", &mut broken);
        // A closed user's locks are not looked at.
        let found = self.locks.get(lock).filter(|it| it.owner == *owner && able);
        let fee = terms::of_exchange(atoms, from);
        let received = found.and_then(|lock| {
            let (given, taken) = (lock.rates.get(from)?, lock.rates.get(to)?);
            Some(i128::from(atoms - fee) * i128::from(*given) / i128::from(*taken))
        });
        // Neither more than can be booked, nor so little that nothing would come of it.
        let is_bookable = received.is_none_or(|atoms| {
            i128::from(atoms::grain(to)) <= atoms && atoms <= i128::from(i64::MAX)
        });
        broken.must(is_bookable, UNBOOKABLE);
        broken.must(found.is_some(), "lock_must_exist");
        if let Some(lock) = found {
            broken.asks("lock", if lock.used { "used" } else { "open" }, "use");
            broken.must(!lock.used, "lock_must_be_unused");
            broken.must(self.now <= lock.valid_until, "lock_must_not_be_expired");
        }
        let covered = self.balance(owner, from) >= atoms;
        broken.must(covered, "funds_must_suffice");
        self.pass(broken)?;
        let exact = received.expect("the lock is there, and has every currency's rate");
        let exact = i64::try_from(exact).expect("checked above");
        let residue = exact % atoms::grain(to);
        let leg = (&*account(owner), "settlement", &**from, atoms);
        self.books.book("EXCHANGE", key, &[leg]);
        let lock = self.locks.get_mut(lock);
        lock.expect("the rules have just found this lock").used = true;
        let exchange = Movement {
            owner: owner.clone(),
            from: (from.clone(), atoms),
            fee,
            network_fee: 0,
            to: Some((to.clone(), exact - residue, residue)),
            funded: true,
            status: "pending",
        };
        self.exchanges.insert(key.clone(), exchange);
        self.schedule(EXCHANGE_DELAY_MS, Due::Exchange(key.clone()));
        Ok(())
    }

    pub(super) fn decide_exchange(&mut self, key: &str, completed: bool) -> Verdict {
        let mut broken = Broken::default();
        let found = self.exchanges.get(key);
        broken.must(found.is_some(), "exchange_must_exist");
        if let Some(found) = found {
            let action = if completed { "complete" } else { "fail" };
            broken.asks("exchange", found.status, action);
            broken.must(found.status == "pending", "exchange_must_be_pending");
        }
        self.pass(broken)?;
        let exchange = self.exchanges.get_mut(key);
        let exchange = exchange.expect("the rules have found it");
        exchange.status = if completed { "completed" } else { "failed" };
        let owner = account(&exchange.owner);
        let ((from, atoms), fee) = (&exchange.from, exchange.fee);
        let to = exchange.to.as_ref().filter(|_| completed);
        let legs = match to {
            Some((to, received, residue)) => vec![
                ("settlement", "outside", &**from, atoms - fee),
                ("settlement", "fees", from, fee),
                ("outside", &owner, to, *received),
                ("outside", "rounding", to, *residue),
            ],
            None => vec![("settlement", &*owner, &**from, *atoms)],
        };
        self.books.book("EXCHANGE", key, &legs);
        Ok(())
    }
}
