//! Time: what falls due runs in the order of its moment.

use super::{CardState, Oracle, Standing, Verification, fees};

/// What can fall due.
enum Due {
    Approval(String),
    Payout(String),
    Exchange(String),
    /// By place.
    CardPayment(usize),
    CardFee(String),
}

impl Oracle {
    pub(super) fn advance(&mut self, milliseconds: i64) {
        let end = self.now + milliseconds;
        while let Some((moment, due)) = self.next_due().filter(|(moment, _)| *moment <= end) {
            self.now = moment;
            match due {
                Due::Approval(user) => {
                    self.users
                        .get_mut(&user)
                        .expect("due users exist")
                        .verification = Verification::Approved;
                }
                Due::Payout(key) => self.settle_payout(&key),
                Due::Exchange(key) => self.settle_exchange(&key, true),
                Due::CardPayment(place) => self.clear_card_payment(place),
                Due::CardFee(key) => self.charge_card(&key),
            }
        }
        self.now = end;
    }

    /// The partner pays for a card that is active, if it can.
    fn charge_card(&mut self, key: &str) {
        let card = self.cards.get_mut(key).expect("due cards exist");
        card.fee_due += fees::CARD_FEE_PERIOD_MS;
        let is_active = card.state == CardState::Active;
        if is_active && self.books.of("partner", "eur") >= fees::CARD_FEE {
            self.books.pay("partner", "fees", "eur", fees::CARD_FEE);
        }
    }

    /// What happens next by itself. Two things of the same moment do not touch each other, but for the fees of two cards,
    /// which are the same; so their order is free.
    fn next_due(&self) -> Option<(i64, Due)> {
        let approvals = self
            .users
            .iter()
            .filter_map(|(name, user)| match user.verification {
                Verification::Pending(due) if user.standing != Standing::Closed => {
                    Some((due, Due::Approval(name.clone())))
                }
                _ => None,
            });
        let pending = |status: &str| status == "PENDING";
        let payouts = self
            .payouts
            .iter()
            .filter(|(_, payout)| pending(payout.status));
        let payouts = payouts.map(|(key, payout)| (payout.due, Due::Payout(key.clone())));
        let exchanges = self
            .exchanges
            .iter()
            .filter(|(_, exchange)| pending(exchange.status));
        let exchanges = exchanges.map(|(key, exchange)| (exchange.due, Due::Exchange(key.clone())));
        let payments = self.card_payments.iter().enumerate();
        let payments = payments.filter_map(|(place, it)| Some((it.due?, Due::CardPayment(place))));
        let living = self
            .cards
            .iter()
            .filter(|(_, card)| card.state != CardState::Deleted);
        let card_fees = living.map(|(key, card)| (card.fee_due, Due::CardFee(key.clone())));
        approvals
            .chain(payouts)
            .chain(exchanges)
            .chain(payments)
            .chain(card_fees)
            .min_by_key(|(moment, _)| *moment)
    }
}
