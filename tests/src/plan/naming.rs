//! Names for what a random story creates, and what its numbers mean.

use std::collections::BTreeMap;

use crate::oracle::{Command, Deposit, Movement, Oracle, Party, Walked, grain, show};

/// Gives what a story creates its names (`C1`, `L2`, ...), and finds what a number means.
#[derive(Debug, Default)]
pub struct Naming {
    /// Keeps the names of several clients apart.
    suffix: String,
    given: BTreeMap<char, u32>,
    /// An order or a link.
    last_checkout: Option<String>,
}

impl Naming {
    /// For one of several clients that run at once: what it creates is called like nothing of another client's.
    pub fn for_client(&self, number: usize) -> Self {
        Self {
            suffix: format!("-{number}"),
            ..Self::default()
        }
    }

    /// The command with every name filled in, given what exists in `world`.
    pub fn resolve(&mut self, command: &Command, world: &Oracle) -> Command {
        let mut command = self.name(command);
        match &mut command {
            Command::Exchange { owner, lock, .. } => {
                let locks = preferred(&world.locks, |it| it.owner == *owner && !it.used);
                *lock = self.chosen('L', lock, locks);
            }
            Command::DecideExchange { key, .. } => {
                let all = preferred(&world.exchanges, |it| it.status == "pending");
                *key = self.chosen('X', key, all);
            }
            Command::DecidePayOut { key, .. } => {
                let all = preferred(&world.payouts, |it| it.status == "pending");
                *key = self.chosen('P', key, all);
            }
            Command::DecideWithdrawal { key, .. } => {
                let all = preferred(&world.withdrawals, |it| it.status == "pending");
                *key = self.chosen('W', key, all);
            }
            Command::DecideDeposit { key, .. } => {
                let all = preferred(&world.deposits, |it| it.status == "checking");
                *key = self.chosen('D', key, all);
            }
            Command::TravelRule { owner, key } => {
                let mine = Some(owner.clone());
                let waits = "waiting_for_travel_rule";
                let all = preferred(&world.deposits, |it| it.owner == mine && it.status == waits);
                *key = self.chosen('D', key, all);
            }
            Command::DecideKyc { key, .. } => {
                let all = preferred(&world.kycs, |it| it.status == "pending");
                *key = self.chosen('K', key, all);
            }
            Command::OpenKyc { user, kyc } => {
                *kyc = self.chosen('K', kyc, preferred(&world.kycs, |it| it.user == *user));
            }
            Command::Order { quote, .. } => {
                let all = preferred(&world.quotes, |it| !it.used);
                *quote = self.chosen('Q', quote, all);
            }
            Command::BlockCard { user, card }
            | Command::UnblockCard { user, card }
            | Command::DeleteCard { user, card }
            | Command::ChangePin { user, card }
            | Command::SetLimits { user, card, .. }
            | Command::ReadLimits { user, card } => {
                *card = self.chosen('C', card, preferred(&world.cards, |it| it.owner == *user));
            }
            Command::UseCard { card, .. } => {
                *card = self.chosen('C', card, world.cards.keys().collect());
            }
            Command::Restore { key, .. } => *key = self.chosen('V', key, world.snapshots()),
            Command::Walk { what, id, .. } => *id = self.walked(*what, id, world),
            Command::SettleCard { key, .. } => {
                *key = self.chosen('S', key, world.card_payments.keys().collect());
            }
            Command::Pay {
                checkout,
                amount,
                currency,
                network,
            } => {
                let over = |status| matches!(status, "completed" | "expired");
                let all = preferred(&world.checkouts, |it| !over(it.status));
                *checkout = match (&**checkout, &self.last_checkout) {
                    ("#last", Some(last)) => last.clone(),
                    (pick, _) => self.chosen('O', pick, all),
                };
                (*currency, *network) = means(world, checkout, currency, network.as_deref());
                *amount = share(world, checkout, amount, currency);
            }
            _ => {}
        }
        command
    }

    /// The command with a name for what it creates.
    pub fn name(&mut self, command: &Command) -> Command {
        let mut command = command.clone();
        match &mut command {
            Command::Transfer { key, .. } | Command::MasterTransfer { key, .. } => {
                *key = self.next('T');
            }
            Command::Deposit { key, .. } | Command::CoinDeposit { key, .. } => {
                *key = self.next('D')
            }
            Command::PayOut { key, .. } => *key = self.next('P'),
            Command::Withdraw { key, .. } => *key = self.next('W'),
            Command::Lock { key, .. } => *key = self.next('L'),
            Command::Exchange { key, .. } => *key = self.next('X'),
            Command::StartKyc { key, .. } => *key = self.next('K'),
            Command::Quote { key, .. } => *key = self.next('Q'),
            Command::Order { key, .. } => {
                *key = self.next('O');
                self.last_checkout = Some(key.clone());
            }
            Command::Link { key, .. } => {
                *key = self.next('B');
                self.last_checkout = Some(key.clone());
            }
            Command::CreateCard { key, .. } => *key = self.next('C'),
            Command::UseCard { key, .. } => *key = self.next('S'),
            Command::Save { key } => *key = self.next('V'),
            _ => {}
        }
        command
    }

    fn walked(&self, what: Walked, id: &str, world: &Oracle) -> String {
        let pending = |things| preferred(things, |it: &Movement| it.status == "pending");
        let checkouts = |is_order| {
            let all = world.checkouts.iter();
            let all = all.filter(|(_, it)| it.quote.is_some() == is_order);
            all.map(|(key, _)| key).collect()
        };
        let (kind, among) = match what {
            Walked::Verification | Walked::Standing | Walked::Proof => return id.to_owned(),
            Walked::Kyc => ('K', world.kycs.keys().collect()),
            Walked::Card => ('C', world.cards.keys().collect()),
            Walked::CardPayment => ('S', world.card_payments.keys().collect()),
            Walked::Payout => ('P', pending(&world.payouts)),
            Walked::Withdrawal => ('W', pending(&world.withdrawals)),
            Walked::Exchange => ('X', pending(&world.exchanges)),
            Walked::Deposit => ('D', preferred(&world.deposits, Deposit::is_open)),
            Walked::Order => ('O', checkouts(true)),
            Walked::Link => ('B', checkouts(false)),
        };
        self.chosen(kind, id, among)
    }

    fn next(&mut self, kind: char) -> String {
        let number = self.given.entry(kind).or_insert(0);
        *number += 1;
        format!("{kind}{number}{}", self.suffix)
    }

    fn chosen(&self, kind: char, pick: &str, among: Vec<&String>) -> String {
        let Some(number) = pick.strip_prefix('#') else {
            return pick.to_owned();
        };
        if number == "last" {
            let last = self.given.get(&kind).unwrap_or(&0);
            return format!("{kind}{last}{}", self.suffix);
        }
        let number: usize = number
            .parse()
            .expect("a pick is `#` and a number, or `#last`");
        // One number in forty names something that never existed.
        let missing = among.is_empty() || number == 39;
        if missing {
            "missing".to_owned()
        } else {
            among[number % among.len()].clone()
        }
    }
}

/// What is wanted three times, then everything: most picks are legal, some are somebody else's, or over.
fn preferred<T>(things: &BTreeMap<String, T>, wanted: impl Fn(&T) -> bool) -> Vec<&String> {
    let wanted = things.iter().filter(|(_, thing)| wanted(thing));
    let wanted: Vec<_> = wanted.map(|(key, _)| key).collect();
    let mut all = wanted.repeat(3);
    all.extend(things.keys());
    all
}

/// `#due` is the currency that an order asks for, or one that any link takes; on the chain of the order, if none is named.
fn means(
    world: &Oracle,
    checkout: &str,
    currency: &str,
    network: Option<&str>,
) -> (String, Option<String>) {
    if currency != "#due" {
        return (currency.to_owned(), network.map(str::to_owned));
    }
    let quote = world
        .checkouts
        .get(checkout)
        .and_then(|it| it.quote.as_ref());
    let network = network.map(str::to_owned);
    match quote {
        Some((_, quote)) => {
            let network = network.unwrap_or_else(|| quote.network.clone());
            (quote.currency.clone(), Some(network))
        }
        None => ("usdc".to_owned(), network.or(Some("polygon".to_owned()))),
    }
}

/// `#part`, `#rest` and `#over` are what they say, as far as a share of what is due can be paid in the currency.
fn share(world: &Oracle, checkout: &str, share: &str, currency: &str) -> String {
    let Some(share) = share.strip_prefix('#') else {
        return share.to_owned();
    };
    let Some(found) = world.checkouts.get(checkout) else {
        return "1".to_owned();
    };
    let rest = found.due() - found.received();
    let wanted = if rest > 0 { rest } else { found.due() / 4 };
    let wanted = match share {
        "part" => wanted / 3,
        "rest" => wanted,
        _ => wanted + wanted / 7 + grain(currency),
    };
    let rate = world.rates.get(currency).copied().unwrap_or(100_000_000);
    let exact = if found.quote.is_some() {
        i128::from(wanted)
    } else {
        i128::from(wanted) * 100_000_000 / i128::from(rate) + 1
    };
    let grain = i128::from(grain(currency));
    let whole = (exact + grain - 1) / grain * grain;
    show(i64::try_from(whole).unwrap_or(i64::MAX).max(1))
}

/// The partner, or a user.
pub fn party(user: &str) -> Party {
    (user != "partner").then(|| user.to_owned())
}
