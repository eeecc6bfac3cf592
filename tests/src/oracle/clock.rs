//! Time: what falls due runs in the order of its moment.

use super::{Oracle, Standing, Verification};

/// What can fall due.
enum Due {
    Approval(String),
    Payout(String),
    Exchange(String),
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
            }
        }
        self.now = end;
    }

    /// What happens next by itself. Two things of the same moment do not touch each other, so their order is free.
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
        approvals
            .chain(payouts)
            .chain(exchanges)
            .min_by_key(|(moment, _)| *moment)
    }
}
