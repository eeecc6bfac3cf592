//! A partner of the provider: the root from which every operation starts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use partner_api_client::Api;
use partner_api_core::{Currency, DepositId, ExchangeId, Network, SepaTransferId, UserId};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::balances::ReadPartnerBalances;
use crate::checkouts::{Orders, PaymentLinks};
use crate::deposits::ReadCryptoDeposit;
use crate::error::Error;
use crate::exchange::{ReadExchange, ReadRates};
use crate::guard::Beliefs;
use crate::journal::{Entry, IntentId, Journal, VolatileJournal};
use crate::operation::Operation;
use crate::own_account::OwnAccount;
use crate::payouts::ReadPayout;
use crate::reason::Actor;
use crate::reconcile::{Decision, Limits, Reconcile, Resolve};
use crate::transfers::Transfers;
use crate::users::{User, Users};
use crate::withdrawals::ReadNetworkFee;

/// A partner of the provider. Cheap to clone; clones share connections, journal and beliefs.
#[derive(Clone)]
pub struct Partner {
    inner: Arc<Inner>,
    in_background: bool,
}

struct Inner {
    client: Api,
    journal: Arc<dyn Journal>,
    actor: Option<Actor>,
    beliefs: Beliefs,
    limits: Limits,
}

impl Partner {
    /// A partner that calls through `client` and keeps a [`VolatileJournal`].
    pub fn new(client: Api) -> Self {
        Self::over(Arc::new(Inner {
            client,
            journal: Arc::new(VolatileJournal::new()),
            actor: None,
            beliefs: Beliefs::default(),
            limits: Limits::default(),
        }))
    }

    /// With another journal.
    #[must_use]
    pub fn with_journal(self, journal: Arc<dyn Journal>) -> Self {
        self.with(|inner| inner.journal = journal)
    }

    /// With an actor for every operation that names none itself.
    #[must_use]
    pub fn with_actor(self, actor: impl Into<Actor>) -> Self {
        self.with(|inner| inner.actor = Some(actor.into()))
    }

    /// With other assumptions for reconciliation.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        self.with(|inner| inner.limits = limits)
    }

    /// The same partner for work that nobody waits for: the requests of every operation that starts from this handle
    /// take only [what other calls leave](partner_api_client::CallOptions::in_background) of rate and retry budget. All
    /// else is shared, beliefs too.
    ///
    /// The time of an operation runs while it waits for a turn, so start as many at a time as get one within it: with a
    /// rate of ten a second and thirty seconds a call, no more than two hundred. One that gets none is an error that
    /// [is transient](Error::is_transient), and was not sent.
    #[must_use]
    pub fn in_background(&self) -> Self {
        Self {
            in_background: true,
            ..self.clone()
        }
    }

    /// A partner that differs, and believes nothing yet.
    fn with(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Inner {
            client: self.inner.client.clone(),
            journal: self.inner.journal.clone(),
            actor: self.inner.actor.clone(),
            beliefs: Beliefs::default(),
            limits: self.inner.limits.clone(),
        };
        change(&mut inner);
        Self {
            inner: Arc::new(inner),
            in_background: self.in_background,
        }
    }

    fn over(inner: Arc<Inner>) -> Self {
        Self {
            inner,
            in_background: false,
        }
    }

    /// What concerns users as a whole.
    pub fn users(&self) -> Users<'_> {
        Users { partner: self }
    }

    /// A handle on one user; sends nothing.
    ///
    /// # Errors
    /// An id that could not be part of a path, such as an empty one. With a [`UserId`], which was
    /// checked when it was made, there is none.
    pub fn user<I>(&self, id: I) -> Result<User, Error>
    where
        I: TryInto<UserId>,
        Error: From<I::Error>,
    {
        Ok(User::new(self.clone(), id.try_into()?))
    }

    /// Internal transfers.
    pub fn transfers(&self) -> Transfers<'_> {
        Transfers { partner: self }
    }

    /// What the partner itself holds.
    pub fn balances(&self) -> Operation<ReadPartnerBalances> {
        Operation::new(self, ReadPartnerBalances)
    }

    /// Indicative rates. To exchange at a rate, [lock](crate::Exchanges::lock) it.
    pub fn exchange_rates(&self) -> Operation<ReadRates> {
        Operation::new(self, ReadRates)
    }

    /// An exchange, with where it stands.
    ///
    /// # Errors
    /// An id that the provider does not know is refused.
    pub fn exchange(&self, id: &ExchangeId) -> Operation<ReadExchange> {
        Operation::new(self, ReadExchange(id.clone()))
    }

    /// A payout, with where it stands.
    ///
    /// # Errors
    /// An id that the provider does not know is refused (`P428`).
    pub fn payout(&self, id: &SepaTransferId) -> Operation<ReadPayout> {
        Operation::new(self, ReadPayout(id.clone()))
    }

    /// The partner's own account: what a user has, the partner has too.
    pub fn own_account(&self) -> OwnAccount<'_> {
        OwnAccount { partner: self }
    }

    /// A crypto deposit, with where it stands (ASSUMED to exist: the provider's menu has no such read).
    pub fn crypto_deposit(&self, id: &DepositId) -> Operation<ReadCryptoDeposit> {
        Operation::new(self, ReadCryptoDeposit(id.clone()))
    }

    /// What a network takes now of a user's withdrawal, in the currency that is withdrawn (ASSUMED), beyond the provider's own
    /// fixed fee. The currency's usual network where none is named.
    pub fn network_fee(
        &self,
        currency: Currency,
        network: Option<Network>,
    ) -> Operation<ReadNetworkFee> {
        Operation::new(
            self,
            ReadNetworkFee {
                of_partner: false,
                currency,
                network,
            },
        )
    }

    /// Orders: crypto in at a locked rate, euro out.
    pub fn orders(&self) -> Orders<'_> {
        Orders { partner: self }
    }

    /// Payment links and hosted checkouts.
    pub fn payment_links(&self) -> PaymentLinks<'_> {
        PaymentLinks { partner: self }
    }

    /// The journal.
    pub fn journal(&self) -> &Arc<dyn Journal> {
        &self.inner.journal
    }

    /// Every change of which nobody knows whether it happened, oldest first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn unresolved(&self) -> Result<Vec<Entry>, Error> {
        let entries = self.inner.journal.unresolved().await;
        entries.map_err(|error| Error::journal("read the journal", None, error))
    }

    /// Finds out from the provider's records what became of every unresolved change, as far as that can be told: see
    /// [`reconcile`](crate::reconcile). Sends reads only, one at a time, [in the
    /// background](Self::in_background).
    ///
    /// # Errors
    /// The journal cannot be read or written. A provider that cannot be reached is no error: what depends on it
    /// [waits](crate::reconcile::Reconciled::waiting).
    ///
    /// # If the future is dropped
    /// What was resolved so far stays resolved.
    pub fn reconcile(&self) -> Operation<Reconcile> {
        Operation::new(self, Reconcile::default()).in_background()
    }

    /// Reconciles now and then every so often, until the handle is aborted or every clone of this partner is gone.
    /// What is unclear goes to the log as a warning, each time: somebody has to decide it.
    pub fn reconcile_every(&self, runtime: &Handle, pause: Duration) -> JoinHandle<()> {
        let partner = Arc::downgrade(&self.inner);
        runtime.spawn(async move {
            while let Some(inner) = partner.upgrade() {
                match Self::over(inner).reconcile().await {
                    Ok(report) => {
                        for unclear in &report.unclear {
                            tracing::warn!(partner_api.intent = %unclear.entry.id, %unclear, "a person must find out what became of it");
                        }
                    }
                    Err(error) => tracing::error!(%error, "nothing can be reconciled"),
                }
                tokio::time::sleep(pause).await;
            }
        })
    }

    /// Tells the journal what became of an unresolved change, once somebody has found out. Sends nothing. Who said so
    /// and why, as given with [`by`](Operation::by) and [`because`](Operation::because), is kept.
    ///
    /// # Errors
    /// There is no such unresolved entry, the decision does not fit what was asked for, another entry accounts for the
    /// movement ([`reference_taken_by`](Error::reference_taken_by)), or the journal cannot be written.
    pub fn resolve(&self, intent: IntentId, decision: Decision) -> Operation<Resolve> {
        Operation::new(self, Resolve { intent, decision })
    }

    /// The generated client and the policy around it: no guard, no journal, no rules. For what this
    /// crate does not offer.
    pub fn client(&self) -> &Api {
        &self.inner.client
    }

    pub(crate) fn actor(&self) -> Option<&Actor> {
        self.inner.actor.as_ref()
    }

    pub(crate) fn is_in_background(&self) -> bool {
        self.in_background
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    pub(crate) fn beliefs(&self) -> &Beliefs {
        &self.inner.beliefs
    }
}

impl fmt::Debug for Partner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partner")
            .field("client", &self.inner.client)
            .field("journal", &self.inner.journal)
            .field("actor", &self.inner.actor)
            .finish_non_exhaustive()
    }
}
