//! Card payments: authorised within the card's limits, then taken, given up, or paid back.

use super::{
    CardPayment, CardState, Channel, Command, Oracle, Settling, account_of,
    cards::DAY_MS,
    clock::Due,
    rules::{Broken, Verdict},
};

/// When a merchant takes what was authorised (ASSUMED).
const CLEARING_DELAY_MS: i64 = 2_000;

/// One EUR, in atoms.
const EURO: i64 = 100_000_000;

impl Oracle {
    pub(super) fn use_card(&mut self, command: &Command) -> Verdict {
        let Command::UseCard {
            key,
            card,
            amount,
            currency,
            channel,
        } = command
        else {
            unreachable!("only this uses a card")
        };
        let mut broken = Broken::default();
        let atoms = self.amount(amount, currency, &mut broken);
        broken.must(currency == "eur", "currency_must_be_eur");
        let found = self.cards.get(card);
        let state = found.map(|card| card.state);
        let is_there = state.is_some_and(|state| state != CardState::Deleted);
        broken.must(is_there, "card_must_exist");
        let is_blocked = state == Some(CardState::Blocked);
        broken.must(!is_blocked, "card_must_be_active");
        let Some(found) = found else {
            return self.pass(broken);
        };
        broken.asks("card", found.state.word(), "use");
        let owner = found.owner.clone();
        self.able(&owner, "use_card", &mut broken);
        let within = self.is_within_limits(card, atoms, *channel);
        broken.must(within, "spending_must_be_within_limits");
        let covered = self.books.of(&account_of(&owner), currency) >= atoms;
        broken.must(covered, "funds_must_suffice");
        self.pass(broken)?;
        let key = if key.is_empty() {
            format!("use-{}", self.card_payments.len() + 1)
        } else {
            key.clone()
        };
        let leg = (&*account_of(&owner), "settlement", &**currency, atoms);
        self.books.book("CARD_TRANSACTION", &key, &[leg]);
        let payment = CardPayment {
            user: owner,
            card: card.clone(),
            atoms,
            channel: *channel,
            made: self.now,
            status: "authorised",
            came_back_at_once: false,
        };
        self.card_payments.insert(key.clone(), payment);
        self.schedule(CLEARING_DELAY_MS, Due::Clearing(key));
        Ok(())
    }

    /// A card's limits hold on a day of UTC, and in thirty days that begin anew with every thirtieth (ASSUMED); those for
    /// a channel hold for what is spent there.
    fn is_within_limits(&self, card: &str, atoms: i64, channel: Channel) -> bool {
        let limits = self.cards[card].limits;
        [(limits.daily, 1), (limits.monthly, 30)]
            .into_iter()
            .all(|([all, atm, ecom], days)| {
                let span = |moment: i64| moment.div_euclid(days * DAY_MS);
                let spent = |on: Option<Channel>| -> i64 {
                    let payments = self.card_payments.values();
                    let counted = payments.filter(|it| {
                        it.card == card
                            && !it.came_back_at_once
                            && span(it.made) == span(self.now)
                            && on.is_none_or(|channel| it.channel == channel)
                    });
                    counted.map(|it| it.atoms).sum()
                };
                let limit_there = match channel {
                    Channel::Pos => None,
                    Channel::Atm => Some(atm),
                    Channel::Ecom => Some(ecom),
                };
                spent(None) + atoms <= all * EURO
                    && limit_there.is_none_or(|it| spent(Some(channel)) + atoms <= it * EURO)
            })
    }

    pub(super) fn settle_card(&mut self, key: &str, action: Settling) -> Verdict {
        let mut broken = Broken::default();
        let found = self.card_payments.get(key);
        broken.must(found.is_some(), "card_transaction_must_exist");
        if let Some(found) = found {
            broken.asks("card_payment", found.status, action.word());
            if action == Settling::Refund {
                let cleared = found.status == "cleared";
                broken.must(cleared, "card_transaction_must_be_cleared");
                if cleared {
                    // Money comes in (L3): the merchant tries again when the user is unsuspended (ASSUMED).
                    self.able(&found.user, "receive_deposit", &mut broken);
                }
            } else {
                let authorised = found.status == "authorised";
                broken.must(authorised, "card_transaction_must_be_authorised");
            }
        }
        self.pass(broken)?;
        let now = self.now;
        let found = self.card_payments.get_mut(key);
        let found = found.expect("the rules have found it");
        let owner = account_of(&found.user);
        let (to, from, target) = match action {
            Settling::Clear => ("cleared", "settlement", "outside"),
            Settling::Reverse => ("reversed", "settlement", &*owner),
            Settling::Refund => ("refunded", "outside", &*owner),
        };
        found.status = to;
        // What comes back on the day it was spent may be spent again (ASSUMED).
        let same_day = found.made.div_euclid(DAY_MS) == now.div_euclid(DAY_MS);
        found.came_back_at_once = action != Settling::Clear && same_day;
        let leg = (from, target, "eur", found.atoms);
        self.books.book("CARD_TRANSACTION", key, &[leg]);
        Ok(())
    }
}
