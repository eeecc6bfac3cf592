//! Internal transfers, and the partner's wallets.

use super::{
    Command, Oracle, Transfer, account,
    rules::{Broken, Verdict},
};

impl Oracle {
    pub(super) fn transfer(&mut self, command: &Command) -> Verdict {
        let nobody = None;
        let (key, source, destination, amount, currency) = match command {
            Command::Transfer {
                key,
                source,
                destination,
                amount,
                currency,
            } => (key, source, destination.clone(), amount, currency),
            Command::MasterTransfer {
                key,
                user,
                amount,
                currency,
            } => (key, &nobody, Some(user.clone()), amount, currency),
            _ => unreachable!("these two transfer"),
        };
        let mut broken = Broken::default();
        let atoms = self.amount(amount, currency, &mut broken);
        let is_given = source.is_some() || destination.is_some();
        broken.must(is_given, "source_or_destination_must_be_given");
        let differ = source.is_none() || *source != destination;
        broken.must(differ, "parties_must_differ");
        for user in [source.as_ref(), destination.as_ref()]
            .into_iter()
            .flatten()
        {
            self.able(user, "transfer", &mut broken);
        }
        if is_given {
            broken.asks("transfer", "pending", "settle");
        }
        let covered = self.balance(source, currency) >= atoms;
        broken.must(covered, "funds_must_suffice");
        self.pass(broken)?;
        let (from, to) = (account(source), account(&destination));
        let leg = (&*from, &*to, &**currency, atoms);
        self.books.book("INTERNAL_TRANSFER", key, &[leg]);
        let transfer = Transfer {
            source: source.clone(),
            destination,
            atoms,
            currency: currency.clone(),
            at: self.now,
        };
        self.transfers.insert(key.clone(), transfer);
        Ok(())
    }

    /// Repeating it changes nothing.
    pub(super) fn wallet(&mut self, currency: &str, network: Option<&str>) -> Verdict {
        let mut broken = Broken::default();
        let network = self.checked_network(currency, network, &mut broken);
        self.pass(broken)?;
        self.wallets.insert((currency.to_owned(), network));
        Ok(())
    }
}
