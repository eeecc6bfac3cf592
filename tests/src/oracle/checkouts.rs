//! Orders, payment links and hosted checkouts: somebody pays crypto, the partner gets EUR.

use super::{
    Checkout, Command, Hosted, Oracle, Payment, Quote, atoms,
    clock::Due,
    deposits::CONFIRMATION_DELAY_MS,
    exchanges::LOCK_TTL_MS,
    rules::{Broken, UNBOOKABLE, Verdict},
};

/// When an order gets its wallet (ASSUMED).
const WALLET_DELAY_MS: i64 = 1_000;
/// How long an order waits to be paid (ASSUMED).
const ORDER_TTL_MS: i64 = 15 * 60_000;
/// How long a link waits to be paid, unless it says otherwise (ASSUMED).
const LINK_TTL_MS: i64 = 86_400_000;
/// How long a payer may top up, unless it says otherwise (ASSUMED).
const WINDOW_MS: i64 = 30 * 60_000;

impl Oracle {
    pub(super) fn quote(&mut self, command: &Command) -> Verdict {
        let Command::Quote {
            key,
            amount,
            currency,
            network,
        } = command
        else {
            unreachable!("only this quotes")
        };
        let mut broken = Broken::default();
        let euro = self.amount(amount, "eur", &mut broken);
        let network = self.checked_network(currency, network.as_deref(), &mut broken);
        let rate = self.rates.get(currency).copied().unwrap_or(1);
        let exact = i128::from(euro) * 100_000_000 / i128::from(rate);
        let crypto = i64::try_from(exact).map_or(0, |exact| exact - exact % atoms::grain(currency));
        broken.must(crypto > 0, UNBOOKABLE);
        self.pass(broken)?;
        let quote = Quote {
            euro,
            crypto,
            currency: currency.clone(),
            network,
            rate,
            // As long as a lock for an exchange (ASSUMED).
            valid_until: self.now + LOCK_TTL_MS,
            used: false,
        };
        self.quotes.insert(key.clone(), quote);
        Ok(())
    }

    pub(super) fn order(&mut self, key: &str, quote: &str) -> Verdict {
        let mut broken = Broken::default();
        let found = self.quotes.get(quote);
        broken.must(found.is_some(), "lock_must_exist");
        if let Some(found) = found {
            broken.asks("lock", if found.used { "used" } else { "open" }, "use");
            broken.must(!found.used, "lock_must_be_unused");
            broken.must(self.now <= found.valid_until, "lock_must_not_be_expired");
        }
        self.pass(broken)?;
        let found = self.quotes.get_mut(quote).expect("the rules have found it");
        found.used = true;
        let checkout = Checkout {
            euro: found.euro,
            quote: Some((quote.to_owned(), found.clone())),
            status: "waiting_for_wallet",
            window: WINDOW_MS,
            accepts: false,
            expires: None,
            payments: Vec::new(),
        };
        self.checkouts.insert(key.to_owned(), checkout);
        self.schedule(WALLET_DELAY_MS, Due::Wallet(key.to_owned()));
        Ok(())
    }

    pub(super) fn link(&mut self, command: &Command) -> Verdict {
        let Command::Link {
            key,
            amount,
            currency,
            hosted,
        } = command
        else {
            unreachable!("only this makes a link")
        };
        let mut broken = Broken::default();
        let euro = self.amount(amount, currency, &mut broken);
        broken.must(currency == "eur", "currency_must_be_eur");
        self.pass(broken)?;
        let (ttl, window, accepts) = match *hosted {
            None => (LINK_TTL_MS, WINDOW_MS, false),
            Some(Hosted {
                expires,
                window,
                accepts,
            }) => (expires * 1_000, window * 1_000, accepts),
        };
        let checkout = Checkout {
            quote: None,
            euro,
            status: "open",
            window,
            accepts,
            expires: Some(self.now + ttl),
            payments: Vec::new(),
        };
        self.checkouts.insert(key.clone(), checkout);
        self.schedule(ttl, Due::Expiry(key.clone()));
        Ok(())
    }

    /// An order can be paid from here on; unless somebody saw to that already.
    pub(super) fn assign_wallet(&mut self, key: &str) -> Verdict {
        let status = self.checkouts[key].status;
        let waits = status == "waiting_for_wallet";
        let pair = ("checkout", status, "assign_wallet");
        self.reached.note(pair, waits);
        if !waits {
            return Ok(());
        }
        let expires = self.now + ORDER_TTL_MS;
        let checkout = self.checkouts.get_mut(key).expect("due orders exist");
        checkout.status = "open";
        checkout.expires = Some(expires);
        self.schedule_at(expires, Due::Expiry(key.to_owned()));
        Ok(())
    }

    /// What comes too late, too early, or in another currency is sent back at once (ASSUMED).
    pub(super) fn pay(&mut self, command: &Command) -> Verdict {
        let Command::Pay {
            checkout: key,
            amount,
            currency,
            network,
        } = command
        else {
            unreachable!("only this pays")
        };
        let mut broken = Broken::default();
        if !self.checkouts.contains_key(key) {
            // It is looked up first, and nothing else is looked at.
            broken.must(false, Self::missing_checkout(key));
            return self.pass(broken);
        }
        let atoms = self.amount(amount, currency, &mut broken);
        let network = self.checked_network(currency, network.as_deref(), &mut broken);
        let quote = self.checkouts[key].quote.as_ref().map(|(_, quote)| quote);
        let wanted =
            quote.is_none_or(|quote| quote.currency == *currency && quote.network == network);
        let rate = match quote.filter(|_| wanted) {
            Some(quote) => quote.rate,
            None => self.rates.get(currency).copied().unwrap_or(0),
        };
        let euro = Self::worth(atoms, rate);
        broken.must(euro.is_some(), UNBOOKABLE);
        self.pass(broken)?;
        let payment = Payment {
            atoms,
            currency: currency.clone(),
            network,
            euro: euro.expect("checked above"),
            status: "detected",
        };
        self.arrive_for(key, payment, wanted);
        Ok(())
    }

    /// Which rule a key breaks that leads to nothing: stories call orders `O1`, and links `B1`.
    pub fn missing_checkout(key: &str) -> &'static str {
        if key.starts_with('O') {
            "order_must_exist"
        } else {
            "payment_link_must_exist"
        }
    }

    fn arrive_for(&mut self, key: &str, mut payment: Payment, wanted: bool) {
        let now = self.now;
        let found = self.checkouts.get_mut(key).expect("it was found");
        let worth = if found.quote.is_some() {
            payment.atoms
        } else {
            payment.euro
        };
        let covered = found.received() + worth >= found.due();
        let can_be_paid = matches!(found.status, "open" | "underpaid" | "confirming");
        let kept = wanted && can_be_paid;
        if wanted {
            let action = if covered { "pay_full" } else { "pay_part" };
            self.reached.note(("checkout", found.status, action), kept);
        }
        if !kept {
            payment.status = "returned";
            found.payments.push(payment);
            return;
        }
        let (currency, atoms) = (payment.currency.clone(), payment.atoms);
        found.payments.push(payment);
        let before = found.status;
        found.status = if covered { "confirming" } else { "underpaid" };
        if before == "open" && !covered {
            // From the first payment on there is time to top up, whatever time was left.
            let until = now + found.window;
            let expires = found.expires.map_or(until, |at| at.max(until));
            found.expires = Some(expires);
            self.schedule_at(expires, Due::Expiry(key.to_owned()));
        } else if before != "confirming" && covered {
            self.schedule(CONFIRMATION_DELAY_MS, Due::Confirmation(key.to_owned()));
        }
        let leg = ("outside", "suspense", &*currency, atoms);
        self.books.book("", key, &[leg]);
    }

    /// The chain confirmed what was paid; unless somebody saw to that already.
    pub(super) fn confirm(&mut self, key: &str) -> Verdict {
        let status = self.checkouts[key].status;
        let waits = status == "confirming";
        self.reached.note(("checkout", status, "confirm"), waits);
        if waits {
            self.complete(key);
        }
        Ok(())
    }

    /// Time is over, unless what was asked for was paid.
    pub(super) fn expire(&mut self, key: &str) -> Verdict {
        let found = self.checkouts.get_mut(key).expect("due checkouts exist");
        let status = found.status;
        if found.accepts {
            let accepted = status == "underpaid";
            self.reached
                .note(("checkout", status, "accept_part"), accepted);
            if accepted {
                self.complete(key);
                return Ok(());
            }
        }
        let expires = matches!(status, "open" | "underpaid");
        self.reached.note(("checkout", status, "expire"), expires);
        if !expires {
            return Ok(());
        }
        found.status = "expired";
        let mut back = Vec::new();
        for payment in found
            .payments
            .iter_mut()
            .filter(|it| it.status == "detected")
        {
            payment.status = "returned";
            back.push((payment.currency.clone(), payment.atoms));
        }
        let legs: Vec<_> = back
            .iter()
            .map(|(currency, atoms)| ("suspense", "outside", &**currency, *atoms))
            .collect();
        self.books.book("", key, &legs);
        Ok(())
    }

    /// What was paid is exchanged, and the partner gets the EUR, less the provider's share.
    fn complete(&mut self, key: &str) {
        let found = self.checkouts.get_mut(key).expect("it was found");
        let euro = match &found.quote {
            None => found.received(),
            // What was quoted is worth exactly what was wanted, although the quote was rounded.
            Some((_, quote)) => {
                let beyond = found.received() - quote.crypto;
                let worth = Self::worth(beyond.abs(), quote.rate).expect("it was counted before");
                assert!(beyond >= 0, "an order accepts no part");
                quote.euro + worth
            }
        };
        found.status = "completed";
        let mut sold = Vec::new();
        for payment in found
            .payments
            .iter_mut()
            .filter(|it| it.status == "detected")
        {
            payment.status = "confirmed";
            sold.push((payment.currency.clone(), payment.atoms));
        }
        let why = if found.quote.is_some() {
            "ORDER"
        } else {
            "PAYMENT_LINK"
        };
        let share = self.terms.of_checkout(euro);
        let mut legs: Vec<_> = sold
            .iter()
            .map(|(currency, atoms)| ("suspense", "outside", &**currency, *atoms))
            .collect();
        legs.push(("outside", "partner", "eur", euro - share));
        legs.push(("outside", "fees", "eur", share));
        self.books.book(why, key, &legs);
    }
}
