//! Compares the pure rules' world with what the oracle believes.

use std::collections::BTreeMap;

use partner_api_core::{Owner, checkout::Due, ledger::Account, user::Standing as CoreStanding};

use super::{
    PureWorld,
    ask::{checkout, iban, spending_limits},
    parsed,
};
use crate::oracle::{Oracle, Standing, show};

#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn same(&mut self, what: &str, model: &str, rules: &str) {
        if model != rules {
            let told = format!("{what}: the model has {model}, the rules {rules}");
            self.0.push(told);
        }
    }
}

impl PureWorld {
    /// Every difference between the model and this world, one a line.
    pub fn differences(&self, oracle: &Oracle) -> Vec<String> {
        let mut found = Findings::default();
        self.users(oracle, &mut found);
        self.movements(oracle, &mut found);
        self.checkouts(oracle, &mut found);
        self.books(oracle, &mut found);
        found.0
    }

    fn users(&self, oracle: &Oracle, found: &mut Findings) {
        for (name, model) in &oracle.users {
            let user = &self.state.users[&parsed(name)];
            let standing = match user.standing {
                CoreStanding::Open => Standing::Open,
                CoreStanding::Suspended => Standing::Suspended,
                CoreStanding::Closed => Standing::Closed,
            };
            found.same(name, model.standing.word(), standing.word());
            let verification = user.verification.as_str();
            found.same(name, model.verification.word(), verification);
            let held = self.state.balances_of(Account::User(user.holder));
            let held: BTreeMap<String, i64> = held
                .filter(|(_, atoms)| *atoms != 0)
                .map(|(code, atoms)| (code.to_string(), atoms))
                .collect();
            let model_holds = oracle.books.all_of(&format!("user:{name}"));
            found.same(name, &format!("{model_holds:?}"), &format!("{held:?}"));
            if user.standing == CoreStanding::Closed {
                continue;
            }
            let shown = self.state.documents.get(&user.holder);
            let shown = shown.copied().unwrap_or_default();
            let kyc = shown.kyc.map(|state| state.as_str());
            let last = model.last_kyc.as_ref().map(|key| oracle.kycs[key].status);
            let what = format!("documents of {name}");
            let rules = format!("{} {kyc:?} {}", shown.identity_files, shown.poa);
            found.same(
                &what,
                &format!("{} {last:?} {}", model.files, model.proof),
                &rules,
            );
            for number in [0, 1] {
                let contact = oracle.contacts.get(&(Some(name.clone()), number));
                let known = self.state.knows(Owner::User(user.holder), &iban(number));
                let model = contact == Some(&"approved");
                let what = format!("account {} of {name}", number + 1);
                found.same(&what, &model.to_string(), &known.to_string());
            }
        }
        for number in [0, 1] {
            let contact = oracle.contacts.get(&(None, number));
            let known = self.state.knows(Owner::Partner, &iban(number));
            let model = contact == Some(&"approved");
            let what = format!("account {} of the partner", number + 1);
            found.same(&what, &model.to_string(), &known.to_string());
        }
        for (key, kyc) in &oracle.kycs {
            let state = self.state.kycs[&parsed(key)].state.as_str();
            found.same(key, kyc.status, state);
        }
        for (key, card) in &oracle.cards {
            let rules = &self.state.cards[&parsed(key)];
            found.same(key, card.state.word(), rules.state.as_str());
            let limits = format!("{:?}", spending_limits(&card.limits));
            found.same(key, &limits, &format!("{:?}", rules.limits));
        }
        for (key, payment) in &oracle.card_payments {
            // What stories do not name goes by other ids here.
            if let Some(found_here) = self.state.card_transactions.get(&parsed(key)) {
                found.same(key, payment.status, found_here.state.as_str());
            }
        }
    }

    fn movements(&self, oracle: &Oracle, found: &mut Findings) {
        for (key, payout) in &oracle.payouts {
            let state = self.state.sepa_transfers[&parsed(key)].state.as_str();
            let model = match (payout.status, payout.funded) {
                ("pending", true) => "funded",
                ("pending", false) => "unfunded",
                (over, _) => over,
            };
            found.same(key, model, state);
        }
        for (key, withdrawal) in &oracle.withdrawals {
            let rules = &self.state.withdrawals[&parsed(key)];
            let (fee, network_fee) = (withdrawal.fee, withdrawal.network_fee);
            let model = format!("{} {} {}", withdrawal.status, show(fee), show(network_fee));
            let rules = format!(
                "{} {} {}",
                rules.state, rules.service_fee, rules.network_fee
            );
            found.same(key, &model, &rules);
        }
        for (key, exchange) in &oracle.exchanges {
            let state = self.state.exchanges[&parsed(key)].state.as_str();
            found.same(key, exchange.status, state);
        }
        for (key, deposit) in &oracle.deposits {
            let state = self.state.deposits[&parsed(key)].state.as_str();
            found.same(key, deposit.status, state);
        }
    }

    fn checkouts(&self, oracle: &Oracle, found: &mut Findings) {
        for (key, model) in &oracle.checkouts {
            let rules = &self.state.checkouts[&checkout(key)];
            found.same(key, model.status, rules.state.as_str());
            let (due, received) = (model.due(), model.received());
            let due_here = match &rules.due {
                Due::Crypto(_, quote) => quote.crypto.amount(),
                Due::Euro(euro) => *euro,
            };
            let here = format!("{} of {due_here}", rules.received());
            found.same(key, &format!("{} of {}", show(received), show(due)), &here);
            let expires = model.expires.map(|at| at.to_string());
            let here = rules.expires_at.map(|at| at.millis().to_string());
            found.same(key, &format!("{expires:?}"), &format!("{here:?}"));
            let payments = model.payments.iter();
            let payments: Vec<_> = payments
                .map(|it| format!("{} {} {}", show(it.atoms), show(it.euro), it.status))
                .collect();
            let here: Vec<_> = rules
                .payments
                .iter()
                .map(|it| format!("{} {} {}", it.money.amount(), it.euro, it.state))
                .collect();
            found.same(key, &payments.join(", "), &here.join(", "));
        }
    }

    fn books(&self, oracle: &Oracle, found: &mut Findings) {
        let mut totals: BTreeMap<(String, String), i64> = BTreeMap::new();
        for ((account, currency), atoms) in &self.state.balances {
            let kind = match account.kind().as_str() {
                "users" => "user",
                kind => kind,
            };
            let key = (kind.to_owned(), currency.to_string());
            *totals.entry(key).or_default() += atoms;
        }
        totals.retain(|_, atoms| *atoms != 0);
        let shown = |totals: BTreeMap<(String, String), i64>| {
            let rows = totals
                .into_iter()
                .map(|((kind, code), atoms)| format!("{kind} {} {code}", show(atoms)));
            rows.collect::<Vec<_>>().join(", ")
        };
        found.same("books", &shown(oracle.books.totals()), &shown(totals));
    }
}
