//! Users: verification, standing and the end.

use super::{
    ActiveCards, CardState, Document, Oracle, Reading, Standing, User, Verification, account_of,
    clock::Due,
    dates::{day, day_of},
    documents::is_country,
    rules::{Broken, Verdict},
};

/// How long a submitted verification waits for its approval (ASSUMED).
const VERIFICATION_DELAY_MS: i64 = 1_000;

/// What may be changed of a profile; everything else is fixed at creation or taken from the identity check.
const EDITABLE: [&str; 6] = ["email", "phone", "street", "number", "city", "postCode"];

impl Oracle {
    pub(super) fn create(&mut self, user: &str, country: &str, born: Option<&str>) -> Verdict {
        let mut broken = Broken::default();
        let born = born.unwrap_or("1990-05-15");
        let is_day = day(born).is_some();
        broken.must(is_day && is_country(country), "input_must_be_well_formed");
        // Nobody lives who was born earlier, or is not born yet (ASSUMED).
        let first = day("1900-01-01");
        let is_alive = first <= day(born) && day(born) <= Some(day_of(self.now));
        broken.must(is_alive, "birth_date_must_be_plausible");
        broken.must(!self.users.contains_key(user), "user_id_must_be_unused");
        self.pass(broken)?;
        self.people += 1;
        let new = User {
            person: self.people,
            verification: Verification::Registered,
            standing: Standing::Open,
            country: country.to_owned(),
            files: false,
            last_kyc: None,
            proof: "missing",
        };
        self.users.insert(user.to_owned(), new);
        Ok(())
    }

    pub(super) fn verify(&mut self, user: &str, by: Option<&Document>) -> Verdict {
        let mut broken = Broken::default();
        let found = self.known(user, "verify", &mut broken);
        if let Some(document) = by {
            broken.must(document.is_well_formed(), "input_must_be_well_formed");
            let residence = found.map(|user| &*user.country);
            document.must_fit(residence, self.now, &mut broken);
        }
        if let Some(found) = found {
            broken.asks("verification", found.verification.word(), "submit");
            let open = matches!(
                found.verification,
                Verification::Registered | Verification::Rejected
            );
            broken.must(open, "verification_must_be_open");
            let shown = found.files || self.has_approved_kyc(found);
            broken.must(
                shown || !self.terms.documents_first,
                "documents_must_be_accepted",
            );
        }
        self.pass(broken)?;
        self.user_mut(user).verification = Verification::Pending;
        self.schedule(VERIFICATION_DELAY_MS, Due::Approval(user.to_owned()));
        Ok(())
    }

    pub(super) fn decide(&mut self, user: &str, approved: bool) -> Verdict {
        let mut broken = Broken::default();
        if let Some(found) = self.there(user, &mut broken) {
            let action = if approved { "approve" } else { "reject" };
            broken.asks("verification", found.verification.word(), action);
            let pending = found.verification == Verification::Pending;
            broken.must(pending, "verification_must_be_pending");
        }
        self.pass(broken)?;
        self.user_mut(user).verification = if approved {
            Verification::Approved
        } else {
            Verification::Rejected
        };
        Ok(())
    }

    pub(super) fn update(&mut self, user: &str, field: &str) -> Verdict {
        let mut broken = Broken::default();
        self.known(user, "update", &mut broken);
        broken.must(EDITABLE.contains(&field), "field_must_be_editable");
        self.pass(broken)
    }

    pub(super) fn suspend(&mut self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        self.known(user, "suspend", &mut broken);
        if self.active_cards == ActiveCards::Refuse {
            // Under this reading no suspended user has an active card, so L6 needs no exception.
            let mut cards = self.cards_of(user);
            broken.must(
                !cards.any(|card| card.state == CardState::Active),
                "card_must_not_be_active",
            );
        }
        self.pass(broken)?;
        self.user_mut(user).standing = Standing::Suspended;
        Ok(())
    }

    pub(super) fn unsuspend(&mut self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        self.known(user, "unsuspend", &mut broken);
        self.pass(broken)?;
        self.user_mut(user).standing = Standing::Open;
        for key in self.deposits_of(user, |it| it.status == "held") {
            self.reached.note(("user", "open", "receive_deposit"), true);
            self.settle_deposit(&key, "credit", "credited");
        }
        Ok(())
    }

    pub(super) fn close(&mut self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        self.known(user, "close", &mut broken);
        let unsettled = self.has_visible_movements(user);
        let mut payments = self.card_payments.values();
        let uncleared =
            payments.any(|payment| payment.user == user && payment.status == "authorised");
        broken.must(!unsettled && !uncleared, "movements_must_be_settled");
        self.pass(broken)?;
        for key in self.deposits_of(user, |it| it.is_open()) {
            self.settle_deposit(&key, "return", "returned");
        }
        let account = account_of(user);
        let left = self.books.all_of(&account);
        let legs: Vec<_> = left
            .iter()
            .map(|(currency, atoms)| (&*account, "forfeited", &**currency, *atoms))
            .collect();
        self.books.book("FORFEIT", user, &legs);
        for card in self.cards.values_mut().filter(|card| card.owner == user) {
            card.state = CardState::Deleted;
        }
        self.contacts
            .retain(|(of, _), _| of.as_deref() != Some(user));
        let closed = self.user_mut(user);
        closed.standing = Standing::Closed;
        // What somebody showed goes with them.
        closed.proof = "missing";
        let person = closed.person;
        self.erased.insert(person);
        Ok(())
    }

    /// Whether a payout, a withdrawal or an exchange of the user is not settled, which its details show.
    pub fn has_visible_movements(&self, user: &str) -> bool {
        let movements = self.payouts.values().chain(self.withdrawals.values());
        let mut movements = movements.chain(self.exchanges.values());
        movements.any(|it| it.owner.as_deref() == Some(user) && it.status == "pending")
    }

    pub(super) fn read(&mut self, user: &str, what: Reading) -> Verdict {
        let mut broken = Broken::default();
        let (action, needs_verified) = match what {
            Reading::Balances => ("read_balances", true),
            Reading::History => ("read_history", true),
            Reading::DepositInfo => ("read_deposit_info", true),
            Reading::Contacts => ("read_contacts", true),
            Reading::Cards => ("read_cards", false),
        };
        if let Some(found) = self.known(user, action, &mut broken) {
            let verified = found.verification == Verification::Approved;
            broken.must(verified || !needs_verified, "user_must_be_verified");
        }
        self.pass(broken)
    }

    /// The user, who must exist and not be closed; asked of no table.
    pub(super) fn there(&self, user: &str, broken: &mut Broken) -> Option<&User> {
        let found = self.users.get(user);
        broken.must(found.is_some(), "user_must_exist");
        let is_closed = found.is_some_and(|user| user.standing == Standing::Closed);
        broken.must(!is_closed, "user_must_not_be_closed");
        found.filter(|_| !is_closed)
    }

    /// The user, who must exist and not be closed, and does something that the suspended may do too.
    pub(super) fn known(
        &self,
        user: &str,
        action: &'static str,
        broken: &mut Broken,
    ) -> Option<&User> {
        if let Some(found) = self.users.get(user) {
            broken.asks("user", found.standing.word(), action);
        }
        self.there(user, broken)
    }

    /// The user, who must also be neither suspended nor unverified.
    pub(super) fn able(
        &self,
        user: &str,
        action: &'static str,
        broken: &mut Broken,
    ) -> Option<&User> {
        let found = self.known(user, action, broken)?;
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

    /// As [`able`](Self::able), where the partner may do the same: of the partner nothing is asked. Whether somebody is
    /// there to act.
    pub(super) fn able_owner(
        &self,
        owner: &super::Party,
        action: &'static str,
        broken: &mut Broken,
    ) -> bool {
        match owner {
            None => true,
            Some(user) => self.able(user, action, broken).is_some(),
        }
    }

    pub(super) fn user_mut(&mut self, user: &str) -> &mut User {
        self.users
            .get_mut(user)
            .expect("the rules have just found this user")
    }
}
