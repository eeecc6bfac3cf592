//! Cards: limits, states and use.

use super::{
    Card, CardState, Oracle, account,
    rules::{Broken, Verdict},
};

const HELD_MAX: usize = 10;
const DAY_MS: i64 = 86_400_000;

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
        broken.must(
            self.balance(&owner, currency) >= atoms,
            "funds_must_suffice",
        );
        broken.verdict()?;
        self.books
            .pay(&account(Some(&owner)), "outside", currency, atoms);
        Ok(())
    }

    pub(super) fn cards_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a Card> {
        self.cards.values().filter(move |card| card.owner == user)
    }
}
