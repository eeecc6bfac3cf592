//! The root of the facade.

use std::sync::Arc;

use partner_api_domain::verbs::{
    ReadCryptoDeposit, ReadExchange, ReadNetworkFee, ReadPartnerBalances, ReadPayout, ReadRates,
    Reconcile, Resolve,
};
use partner_api_domain::{
    Operation, Orders, OwnAccount, Partner, PaymentLinks, Transfers, User, Users,
};

use crate::journal::{Entry, IntentId, Journal};
use crate::{
    Builder, Currency, Decision, DepositId, Error, ExchangeId, Network, SepaTransferId, UserId, raw,
};

/// A partner of the provider, with its key and its environment. Start with
/// [`builder`](Self::builder); cheap to clone.
///
/// Clones share connections, rate limit, retry budget, journal and what is believed about users.
#[derive(Clone, Debug)]
pub struct PartnerApi(Partner);

impl PartnerApi {
    /// Starts building.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn over(partner: Partner) -> Self {
        Self(partner)
    }

    #[cfg(feature = "webhooks")]
    pub(crate) fn partner(&self) -> &Partner {
        &self.0
    }

    /// The same for work that nobody waits for, such as a list of a thousand users: its requests take only what other
    /// calls leave of the [rate](crate::raw::Rate) and of the retry budget. See
    /// [`Partner::in_background`](partner_api_domain::Partner::in_background).
    ///
    /// With a rate set, another call leaves at most one token's interval later than if there were none in the background:
    ///
    /// ```
    /// use partner_api::Behavior;
    /// use partner_api::raw::Rate;
    ///
    /// let mut behavior = Behavior::V2026_11;
    /// behavior.rate = Some(Rate { per_second: 10, burst: 20 });
    /// ```
    #[must_use]
    pub fn in_background(&self) -> Self {
        Self(self.0.in_background())
    }

    /// What concerns users as a whole: creating them.
    pub fn users(&self) -> Users<'_> {
        self.0.users()
    }

    /// A handle on one user, by text or [`UserId`], owned or borrowed. Sends nothing and does not ask whether the user
    /// exists.
    ///
    /// # Errors
    /// A text that cannot be an id: empty, `.`, `..`, with a slash or a control character, or longer
    /// than 255 bytes.
    pub fn user<I>(&self, id: I) -> Result<User, Error>
    where
        I: TryInto<UserId>,
        Error: From<I::Error>,
    {
        self.0.user(id)
    }

    /// Money between the partner and its users, and between two users.
    pub fn transfers(&self) -> Transfers<'_> {
        self.0.transfers()
    }

    /// What the partner itself holds.
    pub fn balances(&self) -> Operation<ReadPartnerBalances> {
        self.0.balances()
    }

    /// Indicative rates: EUR for one unit of each currency. To exchange at a rate,
    /// [lock](crate::Exchanges::lock) it.
    pub fn exchange_rates(&self) -> Operation<ReadRates> {
        self.0.exchange_rates()
    }

    /// An exchange, with where it stands.
    ///
    /// # Errors
    /// An id that the provider does not know is refused.
    pub fn exchange(&self, id: &ExchangeId) -> Operation<ReadExchange> {
        self.0.exchange(id)
    }

    /// A payout, with where it stands.
    ///
    /// # Errors
    /// An id that the provider does not know is refused (`P428`).
    pub fn payout(&self, id: &SepaTransferId) -> Operation<ReadPayout> {
        self.0.payout(id)
    }

    /// The partner's own account: what a user has, the partner has too.
    pub fn own_account(&self) -> OwnAccount<'_> {
        self.0.own_account()
    }

    /// Orders: somebody outside pays crypto at a locked rate, the partner gets euro.
    pub fn orders(&self) -> Orders<'_> {
        self.0.orders()
    }

    /// Payment links and hosted checkouts.
    pub fn payment_links(&self) -> PaymentLinks<'_> {
        self.0.payment_links()
    }

    /// What a network takes now of a withdrawal, beyond the provider's own fixed fee; in the currency that is withdrawn
    /// (ASSUMED). The currency's usual network where none is named.
    pub fn network_fee(
        &self,
        currency: Currency,
        network: Option<Network>,
    ) -> Operation<ReadNetworkFee> {
        self.0.network_fee(currency, network)
    }

    /// A crypto deposit, with where it stands (ASSUMED to exist: the provider's menu has no such read).
    pub fn crypto_deposit(&self, id: &DepositId) -> Operation<ReadCryptoDeposit> {
        self.0.crypto_deposit(id)
    }

    /// The journal.
    pub fn journal(&self) -> &Arc<dyn Journal> {
        self.0.journal()
    }

    /// Every change of which nobody knows whether it happened, oldest first. Look at it after a
    /// restart, and whenever an outcome is unknown.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn unresolved(&self) -> Result<Vec<Entry>, Error> {
        self.0.unresolved().await
    }

    /// Finds out from the provider's records what became of every unresolved change, as far as that can be told: see
    /// [`reconcile`](crate::reconcile). Sends reads only. Also done [every so often](Builder::reconcile_every), if asked.
    ///
    /// # Errors
    /// The journal cannot be read or written. What depends on a provider that cannot be reached waits.
    pub fn reconcile(&self) -> Operation<Reconcile> {
        self.0.reconcile()
    }

    /// Tells the journal what became of an unresolved change, once somebody has found out. Sends nothing. Who said so
    /// and why, as given with [`by`](Operation::by) and [`because`](Operation::because), is kept.
    ///
    /// # Errors
    /// There is no such unresolved entry, the decision does not fit what was asked for, another entry accounts for the
    /// movement, or the journal cannot be written.
    pub fn resolve(&self, intent: IntentId, decision: Decision) -> Operation<Resolve> {
        self.0.resolve(intent, decision)
    }

    /// The door to the layer below: one method for each operation of the provider, with this
    /// client's key, timeouts and retries, but **no guard, no journal and no rules**.
    ///
    /// Types of the generated client appear behind this door and nowhere else. Errors of
    /// [`call`](raw::Client::call) are as silent as ours; progenitor's own, which the generated
    /// methods return without it, print bodies and headers: do not log those.
    pub fn raw(&self) -> &raw::Client {
        self.0.client()
    }
}
