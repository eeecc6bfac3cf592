//! Users: verification, standing and the end.

use super::{
    ActiveCards, CardState, Oracle, Standing, User, Verification, account,
    rules::{Broken, Verdict},
};

/// How long a submitted verification waits for its approval (ASSUMED).
const VERIFICATION_DELAY_MS: i64 = 1_000;

/// What may be changed of a profile; everything else is fixed at creation or taken from the identity check.
const EDITABLE: [&str; 6] = ["email", "phone", "street", "number", "city", "postCode"];

impl Oracle {
    pub(super) fn create(&mut self, user: &str, country: &str) -> Verdict {
        let mut broken = Broken::default();
        broken.must(!self.users.contains_key(user), "user_id_must_be_unused");
        broken.verdict()?;
        let (verification, standing) = (Verification::Registered, Standing::Open);
        self.users.insert(
            user.to_owned(),
            User {
                verification,
                standing,
                country: country.to_owned(),
            },
        );
        Ok(())
    }

    pub(super) fn verify(&mut self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        if let Some(found) = self.known(user, &mut broken) {
            let open = matches!(
                found.verification,
                Verification::Registered | Verification::Rejected
            );
            broken.must(open, "verification_must_be_open");
        }
        broken.verdict()?;
        self.user_mut(user).verification = Verification::Pending(self.now + VERIFICATION_DELAY_MS);
        Ok(())
    }

    pub(super) fn decide(&mut self, user: &str, approved: bool) -> Verdict {
        let mut broken = Broken::default();
        if let Some(found) = self.known(user, &mut broken) {
            let pending = matches!(found.verification, Verification::Pending(_));
            broken.must(pending, "verification_must_be_pending");
        }
        broken.verdict()?;
        self.user_mut(user).verification = if approved {
            Verification::Approved
        } else {
            Verification::Rejected
        };
        Ok(())
    }

    pub(super) fn update(&mut self, user: &str, field: &str) -> Verdict {
        let mut broken = Broken::default();
        self.known(user, &mut broken);
        broken.must(EDITABLE.contains(&field), "field_must_be_editable");
        broken.verdict()
    }

    pub(super) fn suspend(&mut self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        self.known(user, &mut broken);
        if self.active_cards == ActiveCards::Refuse {
            // Under this reading no suspended user has an active card, so L6 needs no exception.
            let mut cards = self.cards_of(user);
            broken.must(
                !cards.any(|card| card.state == CardState::Active),
                "card_must_not_be_active",
            );
        }
        broken.verdict()?;
        self.user_mut(user).standing = Standing::Suspended;
        Ok(())
    }

    pub(super) fn unsuspend(&mut self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        self.known(user, &mut broken);
        broken.verdict()?;
        self.user_mut(user).standing = Standing::Open;
        self.release_held_deposits(user, &account(Some(user)), "CREDITED");
        Ok(())
    }

    pub(super) fn close(&mut self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        self.known(user, &mut broken);
        let unsettled = self.has_visible_movements(user);
        let mut payments = self.card_payments.iter();
        let uncleared = payments.any(|payment| payment.user == user && payment.due.is_some());
        broken.must(!unsettled && !uncleared, "movements_must_be_settled");
        broken.verdict()?;
        self.release_held_deposits(user, "outside", "RETURNED");
        for (currency, atoms) in self.books.all_of(&account(Some(user))) {
            self.books
                .pay(&account(Some(user)), "forfeited", &currency, atoms);
        }
        for card in self.cards.values_mut().filter(|card| card.owner == user) {
            card.state = CardState::Deleted;
        }
        self.user_mut(user).standing = Standing::Closed;
        Ok(())
    }

    /// Whether a payout or an exchange of the user is not settled, which its details show.
    pub fn has_visible_movements(&self, user: &str) -> bool {
        let mut movements = self.payouts.values().chain(self.exchanges.values());
        movements.any(|movement| movement.user == user && movement.status == "PENDING")
    }

    pub(super) fn balances(&self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        if let Some(found) = self.known(user, &mut broken) {
            broken.must(
                found.verification == Verification::Approved,
                "user_must_be_verified",
            );
        }
        broken.verdict()
    }

    fn release_held_deposits(&mut self, user: &str, to: &str, status: &'static str) {
        for deposit in self.deposits.values_mut() {
            if deposit.user == user && deposit.status == "HELD" {
                deposit.status = status;
                self.books.pay("suspense", to, "eur", deposit.atoms);
            }
        }
    }

    /// The user, who must exist and not be closed.
    pub(super) fn known(&self, user: &str, broken: &mut Broken) -> Option<&User> {
        let found = self.users.get(user);
        broken.must(found.is_some(), "user_must_exist");
        broken.must(
            found.is_none_or(|user| user.standing != Standing::Closed),
            "user_must_not_be_closed",
        );
        found.filter(|user| user.standing != Standing::Closed)
    }

    /// The user, who must also be neither suspended nor unverified.
    pub(super) fn able(&self, user: &str, broken: &mut Broken) -> Option<&User> {
        let found = self.known(user, broken)?;
        broken.must(
            found.standing != Standing::Suspended,
            "user_must_not_be_suspended",
        );
        broken.must(
            found.verification == Verification::Approved,
            "user_must_be_verified",
        );
        Some(found)
    }

    fn user_mut(&mut self, user: &str) -> &mut User {
        self.users
            .get_mut(user)
            .expect("the rules have just found this user")
    }
}
