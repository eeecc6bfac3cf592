//! Payouts to banks.

use super::{
    Command, Movement, Oracle, Receiver, account,
    clock::Due,
    rules::{Broken, Verdict},
    terms,
};

/// When a payout settles by itself (ASSUMED).
const PAYOUT_DELAY_MS: i64 = 2_000;

impl Oracle {
    /// Accepted even without the money, or to an account that is not the payer's; that shows at settlement.
    pub(super) fn pay_out(&mut self, command: &Command) -> Verdict {
        let Command::PayOut {
            owner,
            key,
            amount,
            currency,
            to,
        } = command
        else {
            unreachable!("only this pays out")
        };
        let mut broken = Broken::default();
        let atoms = self.amount(amount, currency, &mut broken);
        // SEPA is in EUR; another currency is a wrong word in the body, if it is a word at all (ASSUMED).
        let other = currency != "eur" && self.rates.contains_key(currency);
        broken.must(!other, "input_must_be_well_formed");
        self.able_owner(owner, "pay_out", &mut broken);
        self.pass(broken)?;
        let fee = terms::of_payout(atoms);
        let covered = self.balance(owner, currency) >= atoms + fee;
        let number = match to {
            Receiver::FirstAccount => Some(0),
            Receiver::SecondAccount => Some(1),
            Receiver::Person => None,
        };
        let is_known = number
            .is_some_and(|number| self.contacts.get(&(owner.clone(), number)) == Some(&"approved"));
        let reachable = number.is_none() || is_known || !self.terms.known_accounts_only;
        let funded = covered && reachable;
        if funded {
            let leg = (&*account(owner), "settlement", &**currency, atoms + fee);
            self.books.book("SEPA_TRANSFER", key, &[leg]);
        }
        let payout = Movement {
            owner: owner.clone(),
            from: (currency.clone(), atoms),
            fee,
            network_fee: 0,
            to: None,
            funded,
            status: "pending",
        };
        self.payouts.insert(key.clone(), payout);
        self.schedule(PAYOUT_DELAY_MS, Due::Payout(key.clone()));
        Ok(())
    }

    pub(super) fn decide_payout(&mut self, key: &str, succeeds: bool) -> Verdict {
        let mut broken = Broken::default();
        let found = self.payouts.get(key);
        broken.must(found.is_some(), "payout_must_exist");
        if let Some(found) = found {
            let state = match (found.status, found.funded) {
                ("pending", true) => "funded",
                ("pending", false) => "unfunded",
                (over, _) => over,
            };
            let action = if succeeds { "settle" } else { "fail" };
            broken.asks("payout", state, action);
            broken.must(found.status == "pending", "payout_must_be_pending");
        }
        self.pass(broken)?;
        let payout = self.payouts.get_mut(key).expect("the rules have found it");
        let done = payout.funded && succeeds;
        payout.status = if done { "successful" } else { "failed" };
        let (currency, atoms) = &payout.from;
        let owner = account(&payout.owner);
        // What a bank refuses comes back in full (ASSUMED).
        let (bank, fees) = if done {
            ("outside", "fees")
        } else {
            (&*owner, &*owner)
        };
        if payout.funded {
            let amount = ("settlement", bank, &**currency, *atoms);
            let fee = ("settlement", fees, &**currency, payout.fee);
            self.books.book("SEPA_TRANSFER", key, &[amount, fee]);
        }
        Ok(())
    }
}
