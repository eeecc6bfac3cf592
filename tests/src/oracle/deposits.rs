//! Deposits: by bank from accounts that are checked, and by chain, where data about the sender may be asked for.

use super::{
    Check, Command, Deposit, Oracle, Party, Standing, Verification, account,
    clock::Due,
    rules::{Broken, Verdict},
};

/// When a chain has confirmed what it carries (ASSUMED).
pub(super) const CONFIRMATION_DELAY_MS: i64 = 2_000;

impl Oracle {
    /// Credited to who may hold money, held for who is suspended, returned where nobody may hold it.
    pub(super) fn deposit(&mut self, command: &Command) -> Verdict {
        let Command::Deposit {
            owner: of,
            key,
            amount,
            sender,
        } = command
        else {
            unreachable!("only this deposits by bank")
        };
        let mut broken = Broken::default();
        let atoms = self.amount(amount, "eur", &mut broken);
        self.pass(broken)?;
        let (owner, is_served) = self.receiver(of);
        let status = match sender.check {
            Check::Own if is_served => self.credit_or_hold(&owner).1,
            Check::Unsure if is_served => "checking",
            _ => "returned",
        };
        if let Some(user) = of.as_ref().filter(|_| sender.check == Check::Own) {
            self.note_credit(user, status == "credited");
        }
        if let Some(number) = sender.account.filter(|_| is_served) {
            let word = match sender.check {
                Check::Own => "approved",
                Check::Other => "rejected",
                Check::Unsure => "pending",
            };
            self.contacts.insert((of.clone(), number), word);
        }
        let deposit = Deposit {
            owner,
            atoms,
            currency: "eur".to_owned(),
            network: None,
            account: sender.account,
            asks: false,
            status,
        };
        self.arrive(key, deposit);
        Ok(())
    }

    /// Whatever comes on a chain is confirmed first.
    pub(super) fn coin_deposit(&mut self, command: &Command) -> Verdict {
        let Command::CoinDeposit {
            owner,
            key,
            amount,
            currency,
            network,
            asks,
        } = command
        else {
            unreachable!("only this deposits by chain")
        };
        let mut broken = Broken::default();
        let atoms = self.amount(amount, currency, &mut broken);
        let network = self.checked_network(currency, network.as_deref(), &mut broken);
        self.pass(broken)?;
        let (owner, is_served) = self.receiver(owner);
        let deposit = Deposit {
            owner,
            atoms,
            currency: currency.clone(),
            network: Some(network),
            account: None,
            asks: *asks,
            status: if is_served { "checking" } else { "returned" },
        };
        if is_served {
            self.schedule(CONFIRMATION_DELAY_MS, Due::Deposit(key.clone()));
        }
        self.arrive(key, deposit);
        Ok(())
    }

    pub(super) fn decide_deposit(&mut self, key: &str, approved: bool) -> Verdict {
        let mut broken = Broken::default();
        let found = self.deposits.get(key).cloned();
        broken.must(found.is_some(), "deposit_must_exist");
        let (action, to) = match &found {
            Some(_) if !approved => ("return", "returned"),
            Some(found) if found.asks => ("ask_travel_rule", "waiting_for_travel_rule"),
            Some(found) => self.credit_or_hold(&found.owner),
            None => ("", ""),
        };
        if let Some(found) = &found {
            broken.asks("deposit", found.status, action);
            let is_open = found.status == "checking" || !approved && found.is_open();
            broken.must(is_open, "deposit_must_be_open");
        }
        self.pass(broken)?;
        let found = found.expect("the rules have found it");
        if let (Some(owner), Some(number)) = (found.owner, found.account) {
            let word = if approved { "approved" } else { "rejected" };
            self.contacts.insert((owner, number), word);
        }
        self.settle_deposit(key, action, to);
        Ok(())
    }

    /// It may be given while the user is suspended; the money then stays held.
    pub(super) fn travel_rule(&mut self, owner: &Party, key: &str) -> Verdict {
        let mut broken = Broken::default();
        let is_there = match owner {
            None => true,
            Some(user) => {
                let known = self.known(user, "supply_travel_rule", &mut broken);
                known.is_some()
            }
        };
        let found = self.deposits.get(key);
        let found = found.filter(|it| is_there && it.owner.as_ref() == Some(owner));
        broken.must(found.is_some() || !is_there, "deposit_must_exist");
        let (action, to) = self.credit_or_hold(&Some(owner.clone()));
        if let Some(found) = found {
            broken.asks("deposit", found.status, action);
            let waits = found.status == "waiting_for_travel_rule";
            broken.must(waits, "deposit_must_wait_for_travel_rule");
        }
        self.pass(broken)?;
        self.settle_deposit(key, action, to);
        Ok(())
    }

    /// The money is there, on the owner's balance or on suspense, unless it goes back at once.
    fn arrive(&mut self, key: &str, deposit: Deposit) {
        let to = match (deposit.status, &deposit.owner) {
            ("credited", Some(owner)) => Some(account(owner)),
            ("returned", _) => None,
            _ => Some("suspense".to_owned()),
        };
        let leg = |to| ("outside", to, &*deposit.currency, deposit.atoms);
        if let Some(to) = &to {
            self.books.book(why(&deposit), key, &[leg(&**to)]);
        }
        self.deposits.insert(key.to_owned(), deposit);
    }

    /// What was on suspense goes on.
    pub(super) fn settle_deposit(&mut self, key: &str, action: &'static str, to: &'static str) {
        let deposit = self.deposits.get_mut(key).expect("it was found");
        self.reached.note(("deposit", deposit.status, action), true);
        deposit.status = to;
        let target = match (to, &deposit.owner) {
            ("credited", Some(owner)) => account(owner),
            ("returned", _) => "outside".to_owned(),
            _ => return,
        };
        let leg = ("suspense", &*target, &*deposit.currency, deposit.atoms);
        self.books.book(why(deposit), key, &[leg]);
    }

    /// What becomes of money that nothing but a suspension may be in the way of (L3).
    fn credit_or_hold(&self, owner: &Option<Party>) -> (&'static str, &'static str) {
        let Some(Some(user)) = owner else {
            return ("credit", "credited");
        };
        match self.users.get(user).map(|user| user.standing) {
            Some(Standing::Suspended) => ("hold", "held"),
            Some(Standing::Closed) => ("return", "returned"),
            Some(Standing::Open) | None => ("credit", "credited"),
        }
    }

    /// For whom a deposit is, nothing if for nobody who exists; and whether there is a balance for it.
    fn receiver(&self, owner: &Party) -> (Option<Party>, bool) {
        match owner {
            None => (Some(None), true),
            Some(user) => {
                let is_there = self.users.contains_key(user);
                (is_there.then(|| owner.clone()), self.may_hold(user))
            }
        }
    }

    /// Whether the user has balances.
    fn may_hold(&self, user: &str) -> bool {
        self.users.get(user).is_some_and(|user| {
            user.standing != Standing::Closed && user.verification == Verification::Approved
        })
    }

    fn note_credit(&mut self, user: &str, credited: bool) {
        if let Some(found) = self.users.get(user) {
            let pair = ("user", found.standing.word(), "receive_deposit");
            self.reached.note(pair, credited);
        }
    }

    /// The user's deposits of a kind, by key.
    pub(super) fn deposits_of(&self, user: &str, of: impl Fn(&Deposit) -> bool) -> Vec<String> {
        let owner = Some(Some(user.to_owned()));
        let mine = self.deposits.iter();
        let mine = mine.filter(|(_, deposit)| deposit.owner == owner && of(deposit));
        mine.map(|(key, _)| key.clone()).collect()
    }
}

fn why(deposit: &Deposit) -> &'static str {
    match deposit.network {
        Some(_) => "CRYPTO_DEPOSIT",
        None => "SEPA_DEPOSIT",
    }
}
