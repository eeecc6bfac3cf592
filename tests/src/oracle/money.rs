//! Money: transfers, deposits, payouts and exchanges, each a few lines of [`super::Books`].

use super::{
    Deposit, Lock, Movement, Oracle, Standing, Verification, account, atoms, fees,
    rules::{Broken, Verdict},
};

/// How long a lock is good for.
const LOCK_TTL_MS: i64 = 40_000;
/// When a payout settles by itself (ASSUMED).
const PAYOUT_DELAY_MS: i64 = 2_000;
/// When an exchange settles by itself (ASSUMED).
const EXCHANGE_DELAY_MS: i64 = 2_000;

impl Oracle {
    pub(super) fn transfer(
        &mut self,
        source: Option<&str>,
        destination: Option<&str>,
        amount: &str,
        currency: &str,
    ) -> Verdict {
        let mut broken = Broken::default();
        let atoms = self.amount(amount, currency, &mut broken);
        broken.must(
            source.is_some() || destination.is_some(),
            "source_or_destination_must_be_given",
        );
        broken.must(
            source.is_none() || source != destination,
            "parties_must_differ",
        );
        for user in [source, destination].into_iter().flatten() {
            self.able(user, &mut broken);
        }
        let (from, to) = (account(source), account(destination));
        broken.must(
            self.books.of(&from, currency) >= atoms,
            "funds_must_suffice",
        );
        broken.verdict()?;
        self.books.pay(&from, &to, currency, atoms);
        Ok(())
    }

    /// Credited to who may hold money, held for who is suspended, returned otherwise.
    pub(super) fn deposit(&mut self, user: &str, key: &str, amount: &str) -> Verdict {
        let mut broken = Broken::default();
        let atoms = self.amount(amount, "eur", &mut broken);
        broken.verdict()?;
        let approved = self
            .users
            .get(user)
            .filter(|user| user.verification == Verification::Approved);
        let status = match approved.map(|user| user.standing) {
            Some(Standing::Open) => "CREDITED",
            Some(Standing::Suspended) => "HELD",
            Some(Standing::Closed) | None => "RETURNED",
        };
        match status {
            "CREDITED" => self
                .books
                .pay("outside", &account(Some(user)), "eur", atoms),
            "HELD" => self.books.pay("outside", "suspense", "eur", atoms),
            _ => {}
        }
        self.deposits.insert(
            key.to_owned(),
            Deposit {
                user: user.to_owned(),
                atoms,
                status,
            },
        );
        Ok(())
    }

    /// Accepted even without the money; that shows at settlement.
    pub(super) fn pay_out(
        &mut self,
        user: &str,
        key: &str,
        amount: &str,
        currency: &str,
    ) -> Verdict {
        let mut broken = Broken::default();
        let atoms = self.amount(amount, currency, &mut broken);
        // SEPA is in EUR; another currency is a wrong word in the body, if it is a word at all (ASSUMED).
        let other = currency != "eur" && self.rates.contains_key(currency);
        broken.must(!other, "input_must_be_well_formed");
        self.able(user, &mut broken);
        broken.verdict()?;
        let fee = fees::of_payout(atoms);
        let funded = self.balance(user, currency) >= atoms + fee;
        if funded {
            self.books
                .pay(&account(Some(user)), "settlement", currency, atoms + fee);
        }
        let payout = Movement {
            user: user.to_owned(),
            from: (currency.to_owned(), atoms),
            fee,
            to: None,
            funded,
            due: self.now + PAYOUT_DELAY_MS,
            status: "PENDING",
        };
        self.payouts.insert(key.to_owned(), payout);
        Ok(())
    }

    pub(super) fn lock(&mut self, user: &str, key: &str) -> Verdict {
        let mut broken = Broken::default();
        self.able(user, &mut broken);
        broken.verdict()?;
        let lock = Lock {
            owner: user.to_owned(),
            valid_until: self.now + LOCK_TTL_MS,
            used: false,
            rates: self.rates.clone(),
        };
        self.locks.insert(key.to_owned(), lock);
        Ok(())
    }

    pub(super) fn exchange(
        &mut self,
        user: &str,
        key: &str,
        lock: &str,
        amount: &str,
        (from, to): (&str, &str),
    ) -> Verdict {
        let mut broken = Broken::default();
        let atoms = self.amount(amount, from, &mut broken);
        broken.must(self.rates.contains_key(to), "currency_must_be_known");
        broken.must(from != to, "currencies_must_differ");
        let is_there = self.able(user, &mut broken).is_some();
        let found = self.locks.get(lock).filter(|lock| lock.owner == user);
        let fee = fees::of_exchange(atoms, from);
        // What would be received must be bookable too; a closed user's locks are not looked at.
        let received = found.filter(|_| is_there).and_then(|lock| {
            let (given, taken) = (lock.rates.get(from)?, lock.rates.get(to)?);
            Some(i128::from(atoms - fee) * i128::from(*given) / i128::from(*taken))
        });
        broken.must(
            received.is_none_or(|atoms| atoms <= i128::from(i64::MAX)),
            "amount_must_fit_currency",
        );
        broken.must(found.is_some(), "lock_must_exist");
        broken.must(found.is_none_or(|lock| !lock.used), "lock_must_be_unused");
        broken.must(
            found.is_none_or(|lock| self.now <= lock.valid_until),
            "lock_must_not_be_expired",
        );
        broken.must(self.balance(user, from) >= atoms, "funds_must_suffice");
        broken.verdict()?;
        let rates = &self.locks[lock].rates;
        let exact = i128::from(atoms - fee) * i128::from(rates[from]) / i128::from(rates[to]);
        let exact = i64::try_from(exact).expect("checked above");
        let residue = exact % atoms::grain(to);
        self.books
            .pay(&account(Some(user)), "settlement", from, atoms);
        self.locks
            .get_mut(lock)
            .expect("the rules have just found this lock")
            .used = true;
        let exchange = Movement {
            user: user.to_owned(),
            from: (from.to_owned(), atoms),
            fee,
            to: Some((to.to_owned(), exact - residue, residue)),
            funded: true,
            due: self.now + EXCHANGE_DELAY_MS,
            status: "PENDING",
        };
        self.exchanges.insert(key.to_owned(), exchange);
        Ok(())
    }

    pub(super) fn decide_exchange(&mut self, key: &str, completed: bool) -> Verdict {
        let mut broken = Broken::default();
        let found = self.exchanges.get(key);
        broken.must(found.is_some(), "exchange_must_exist");
        broken.must(
            found.is_none_or(|exchange| exchange.status == "PENDING"),
            "exchange_must_be_pending",
        );
        broken.verdict()?;
        self.settle_exchange(key, completed);
        Ok(())
    }

    pub(super) fn settle_exchange(&mut self, key: &str, completed: bool) {
        let exchange = self
            .exchanges
            .get_mut(key)
            .expect("only accepted exchanges settle");
        let owner = account(Some(&exchange.user));
        let ((from, atoms), fee) = (exchange.from.clone(), exchange.fee);
        exchange.status = if completed { "COMPLETED" } else { "FAILED" };
        match exchange.to.clone().filter(|_| completed) {
            Some((to, received, residue)) => {
                self.books.pay("settlement", "outside", &from, atoms - fee);
                self.books.pay("settlement", "fees", &from, fee);
                self.books.pay("outside", &owner, &to, received);
                self.books.pay("outside", "rounding", &to, residue);
            }
            None => self.books.pay("settlement", &owner, &from, atoms),
        }
    }

    pub(super) fn settle_payout(&mut self, key: &str) {
        let payout = self
            .payouts
            .get_mut(key)
            .expect("only accepted payouts settle");
        let ((currency, atoms), fee) = (payout.from.clone(), payout.fee);
        payout.status = if payout.funded {
            "SUCCESSFUL"
        } else {
            "FAILED"
        };
        if payout.funded {
            self.books.pay("settlement", "outside", &currency, atoms);
            self.books.pay("settlement", "fees", &currency, fee);
        }
    }

    /// The amount in atoms: above zero, of a known currency, not finer than that currency.
    pub(super) fn amount(&self, text: &str, currency: &str, broken: &mut Broken) -> i64 {
        let atoms = atoms::parse(text).expect("the strategy writes amounts that can be read");
        broken.must(self.rates.contains_key(currency), "currency_must_be_known");
        broken.must(atoms > 0, "amount_must_be_positive");
        broken.must(
            atoms % atoms::grain(currency) == 0,
            "amount_must_fit_currency",
        );
        atoms
    }
}
