//! Cards: how many, their states, PIN and limits, and their monthly fee.

use super::{
    Card, CardState, Limits, Oracle,
    clock::Due,
    rules::{Broken, Verdict},
    terms,
};

const HELD_MAX: usize = 10;
pub(super) const DAY_MS: i64 = 86_400_000;

/// How many cards may be made within how many days, rolling.
const CREATED_MAX: [(usize, i64); 3] = [(5, 1), (10, 30), (20, 365)];

/// What a new card may spend (ASSUMED).
const SPENT_MAX: Limits = Limits {
    daily: [10_000, 1_000, 10_000],
    monthly: [50_000, 5_000, 50_000],
};

impl Oracle {
    pub(super) fn create_card(&mut self, user: &str, key: &str) -> Verdict {
        let mut broken = Broken::default();
        if let Some(found) = self.able(user, "create_card", &mut broken) {
            let forbidden = &self.terms.card_forbidden_countries;
            broken.must(
                !forbidden.contains(&found.country),
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
        self.pass(broken)?;
        let card = Card {
            owner: user.to_owned(),
            state: CardState::Active,
            created: self.now,
            limits: SPENT_MAX,
        };
        self.cards.insert(key.to_owned(), card);
        self.schedule(terms::CARD_FEE_PERIOD_MS, Due::CardFee(key.to_owned()));
        Ok(())
    }

    /// Blocks, unblocks or deletes: repeating the same changes nothing, and nothing brings a deleted card back.
    pub(super) fn change_card(&mut self, user: &str, card: &str, to: CardState) -> Verdict {
        let mut broken = Broken::default();
        let (found, action) = match to {
            CardState::Active => (self.able(user, "unblock_card", &mut broken), "unblock"),
            CardState::Blocked => (self.known(user, "block_card", &mut broken), "block"),
            CardState::Deleted => (self.known(user, "delete_card", &mut broken), "delete"),
        };
        if found.is_some() {
            let card = self.cards.get(card).filter(|card| card.owner == user);
            if let Some(card) = card {
                broken.asks("card", card.state.word(), action);
            }
            let usable = card
                .is_some_and(|card| card.state != CardState::Deleted || to == CardState::Deleted);
            broken.must(usable, "card_must_exist");
        }
        self.pass(broken)?;
        let card = self.cards.get_mut(card);
        card.expect("the rules have just found this card").state = to;
        Ok(())
    }

    pub(super) fn change_pin(&mut self, user: &str, card: &str) -> Verdict {
        let mut broken = Broken::default();
        let able = self.able(user, "change_pin", &mut broken).is_some();
        broken.must(!able || self.has_card(user, card), "card_must_exist");
        self.pass(broken)
    }

    pub(super) fn set_limits(&mut self, user: &str, card: &str, limits: &Limits) -> Verdict {
        let mut broken = Broken::default();
        let Limits { daily, monthly } = limits;
        let mut pairs = daily.iter().zip(monthly);
        let ordered = pairs.all(|(daily, monthly)| daily <= monthly);
        broken.must(ordered, "limits_must_be_ordered");
        let able = self.able(user, "set_limits", &mut broken).is_some();
        broken.must(!able || self.has_card(user, card), "card_must_exist");
        self.pass(broken)?;
        let card = self.cards.get_mut(card);
        card.expect("the rules have just found this card").limits = *limits;
        Ok(())
    }

    pub(super) fn read_limits(&mut self, user: &str, card: &str) -> Verdict {
        let mut broken = Broken::default();
        let known = self.known(user, "read_limits", &mut broken).is_some();
        broken.must(!known || self.has_card(user, card), "card_must_exist");
        self.pass(broken)
    }

    /// The partner pays for a card that is active, if it can; of a card that is deleted nothing is taken again.
    pub(super) fn charge_card(&mut self, key: &str) -> Verdict {
        let state = self.cards[key].state;
        if state == CardState::Active && self.balance(&None, "eur") >= terms::CARD_FEE {
            let leg = ("partner", "fees", "eur", terms::CARD_FEE);
            self.books.book("CARD_FEE", key, &[leg]);
        }
        if state != CardState::Deleted {
            self.schedule(terms::CARD_FEE_PERIOD_MS, Due::CardFee(key.to_owned()));
        }
        Ok(())
    }

    /// Whether the user has this card, and it is not deleted.
    fn has_card(&self, user: &str, card: &str) -> bool {
        let card = self.cards.get(card);
        card.is_some_and(|card| card.owner == user && card.state != CardState::Deleted)
    }

    pub(super) fn cards_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a Card> {
        self.cards.values().filter(move |card| card.owner == user)
    }
}
