//! Cards: limits, states and use.

use super::{
    Card, CardPayment, CardState, Oracle, account, fees,
    rules::{Broken, Verdict},
};

const HELD_MAX: usize = 10;
const DAY_MS: i64 = 86_400_000;

/// When a merchant takes what was authorised (ASSUMED).
const CLEARING_DELAY_MS: i64 = 2_000;

/// How much a new card may spend, in atoms of EUR, in spans of so many days that began in 1970 (ASSUMED).
const SPENT_MAX: [(i64, i64); 2] = [(1_000_000_000_000, 1), (5_000_000_000_000, 30)];

/// How many cards may be made within how many days, rolling.
const CREATED_MAX: [(usize, i64); 3] = [(5, 1), (10, 30), (20, 365)];

impl Oracle {
    pub(super) fn create_card(&mut self, user: &str, key: &str) -> Verdict {
        let mut broken = Broken::default();
        if let Some(found) = self.able(user, &mut broken) {
            broken.must(
                !self.card_forbidden_countries.contains(&found.country),
                "country_must_allow_cards",
            );
        }
        let held = self
            .cards_of(user)
            .filter(|card| card.state != CardState::Deleted)
            .count();
        broken.must(held < HELD_MAX, "cards_held_must_be_below_limit");
        for (limit, days) in CREATED_MAX {
            let since = self.now - days * DAY_MS;
            let created = self
                .cards_of(user)
                .filter(|card| card.created > since)
                .count();
            broken.must(created < limit, "cards_created_must_be_below_limit");
        }
        broken.verdict()?;
        let card = Card {
            owner: user.to_owned(),
            state: CardState::Active,
            created: self.now,
            fee_due: self.now + fees::CARD_FEE_PERIOD_MS,
        };
        self.cards.insert(key.to_owned(), card);
        Ok(())
    }

    /// Blocks, unblocks or deletes: repeating the same changes nothing, and nothing brings a deleted card back.
    pub(super) fn change_card(&mut self, user: &str, card: &str, to: CardState) -> Verdict {
        let mut broken = Broken::default();
        let found = if to == CardState::Active {
            self.able(user, &mut broken)
        } else {
            self.known(user, &mut broken)
        };
        if found.is_some() {
            let card = self.cards.get(card).filter(|card| card.owner == user);
            let usable = card
                .is_some_and(|card| card.state != CardState::Deleted || to == CardState::Deleted);
            broken.must(usable, "card_must_exist");
        }
        broken.verdict()?;
        self.cards
            .get_mut(card)
            .expect("the rules have just found this card")
            .state = to;
        Ok(())
    }

    pub(super) fn use_card(&mut self, card: &str, amount: &str, currency: &str) -> Verdict {
        let mut broken = Broken::default();
        let atoms = self.amount(amount, currency, &mut broken);
        broken.must(currency == "eur", "currency_must_be_eur");
        let found = self.cards.get(card);
        broken.must(
            found.is_some_and(|card| card.state != CardState::Deleted),
            "card_must_exist",
        );
        let Some(found) = found else {
            return broken.verdict();
        };
        let owner = found.owner.clone();
        broken.must(found.state != CardState::Blocked, "card_must_be_active");
        self.able(&owner, &mut broken);
        for (limit, days) in SPENT_MAX {
            let span = |moment: i64| moment.div_euclid(days * DAY_MS);
            let payments = self.card_payments.iter().filter(|it| it.card == card);
            let spent: i64 = payments
                .filter(|it| span(it.made) == span(self.now))
                .map(|it| it.atoms)
                .sum();
            broken.must(spent + atoms <= limit, "spending_must_be_within_limits");
        }
        broken.must(
            self.balance(&owner, currency) >= atoms,
            "funds_must_suffice",
        );
        broken.verdict()?;
        self.books
            .pay(&account(Some(&owner)), "settlement", currency, atoms);
        self.card_payments.push(CardPayment {
            user: owner,
            card: card.to_owned(),
            atoms,
            made: self.now,
            due: Some(self.now + CLEARING_DELAY_MS),
        });
        Ok(())
    }

    pub(super) fn clear_card_payment(&mut self, place: usize) {
        let payment = &mut self.card_payments[place];
        payment.due = None;
        let atoms = payment.atoms;
        self.books.pay("settlement", "outside", "eur", atoms);
    }

    pub(super) fn cards_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a Card> {
        self.cards.values().filter(move |card| card.owner == user)
    }
}
