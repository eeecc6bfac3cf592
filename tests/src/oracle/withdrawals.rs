//! Withdrawals to wallets.

use super::{
    Command, Movement, Oracle, account,
    clock::Due,
    rules::{Broken, UNBOOKABLE, Verdict},
    terms,
};

/// When a withdrawal completes by itself (ASSUMED).
const WITHDRAWAL_DELAY_MS: i64 = 2_000;

impl Oracle {
    pub(super) fn withdraw(&mut self, command: &Command) -> Verdict {
        let Command::Withdraw {
            owner,
            key,
            amount,
            currency,
            network,
        } = command
        else {
            unreachable!("only this withdraws")
        };
        let mut broken = Broken::default();
        let atoms = self.amount(amount, currency, &mut broken);
        let network = self.checked_network(currency, network.as_deref(), &mut broken);
        let (fee, minimum) = terms::of_withdrawal(currency, &network);
        broken.must(atoms >= minimum, "amount_must_reach_minimum");
        let able = self.able_owner(owner, "withdraw", &mut broken);
        let place = (currency.clone(), network);
        let network_fee = self.network_fees.get(&place).copied().unwrap_or(0);
        let total = atoms + fee + network_fee;
        broken.must(total >= 0, UNBOOKABLE);
        if able {
            let covered = self.balance(owner, currency) >= total;
            broken.must(covered, "funds_must_suffice");
        }
        self.pass(broken)?;
        let leg = (&*account(owner), "settlement", &**currency, total);
        self.books.book("CRYPTO_WITHDRAWAL", key, &[leg]);
        let withdrawal = Movement {
            owner: owner.clone(),
            from: (currency.clone(), atoms),
            fee,
            network_fee,
            to: None,
            funded: true,
            status: "pending",
        };
        self.withdrawals.insert(key.clone(), withdrawal);
        self.schedule(WITHDRAWAL_DELAY_MS, Due::Withdrawal(key.clone()));
        Ok(())
    }

    pub(super) fn decide_withdrawal(&mut self, key: &str, completed: bool) -> Verdict {
        let mut broken = Broken::default();
        let found = self.withdrawals.get(key);
        broken.must(found.is_some(), "withdrawal_must_exist");
        if let Some(found) = found {
            let action = if completed { "complete" } else { "fail" };
            broken.asks("withdrawal", found.status, action);
            broken.must(found.status == "pending", "withdrawal_must_be_pending");
        }
        self.pass(broken)?;
        let found = self.withdrawals.get_mut(key);
        let found = found.expect("the rules have found it");
        found.status = if completed {
            "successful"
        } else {
            "unsuccessful"
        };
        let (currency, atoms) = &found.from;
        let owner = account(&found.owner);
        // What fails comes back in full, fees included (ASSUMED).
        let (chain, fees) = if completed {
            ("outside", "fees")
        } else {
            (&*owner, &*owner)
        };
        let legs = [
            ("settlement", chain, &**currency, *atoms),
            ("settlement", chain, &**currency, found.network_fee),
            ("settlement", fees, &**currency, found.fee),
        ];
        self.books.book("CRYPTO_WITHDRAWAL", key, &legs);
        Ok(())
    }
}
