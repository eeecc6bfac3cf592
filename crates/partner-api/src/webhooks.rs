//! The provider's events, received: `partner_api_webhooks`, and what this client adds to it.
//!
//! [`PartnerApi::apply`] corrects what this client believes and what its journal has in doubt; call it in your
//! [`Handler`]. [`PartnerApi::provider`] answers a [`Reconciler`], which finds what was missed while nobody listened.
//!
//! ```
//! use std::sync::Arc;
//! use partner_api::webhooks::{Handler, HandlerError, Incoming, Intake, Reconciler};
//! use partner_api::{PartnerApi, UserId};
//!
//! struct Shop(PartnerApi);
//!
//! impl Handler for Shop {
//!     async fn handle(&self, incoming: &Incoming) -> Result<(), HandlerError> {
//!         self.0.apply(incoming).await?;
//!         if incoming.position.is_news() {
//!             // Yours: write it down under `incoming.delivery`, once.
//!         }
//!         Ok(())
//!     }
//! }
//!
//! async fn run(partner: PartnerApi, intake: Intake, users: Vec<UserId>) -> Result<(), Box<dyn std::error::Error>> {
//!     let worker = tokio::spawn(intake.worker(Shop(partner.clone())).run(std::future::pending()));
//!     // After a start: what happened in the last day and was not heard of.
//!     let reconciler = Reconciler::new(intake, partner.provider(users));
//!     let report = reconciler.reconcile_since("2026-11-26T00:00:00.000Z".parse()?).await?;
//!     println!("{} events were missed", report.recovered);
//!     worker.await?;
//!     Ok(())
//! }
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use partner_api_domain::types::{self, HistoryEntryType};
pub use partner_api_webhooks::*;

use crate::journal::{Conclusion, Reference};
use crate::raw::{CallOptions, Methods, progenitor};
use crate::{Error, HistoryEntries, HistoryEntry, IntentId, PartnerApi, Timestamp, UserId, raw};

impl PartnerApi {
    /// Takes note of an event: settles what the journal has in doubt and the event proves to have happened, and believes
    /// that a user is there. Says which entries of the journal. Repeating it changes nothing.
    ///
    /// # Errors
    /// The journal cannot be used; let the event be tried again.
    pub async fn apply(&self, incoming: &Incoming) -> Result<Vec<IntentId>, Error> {
        match incoming.event.payload() {
            Some(payload) => self.partner().notice(payload).await,
            None => Ok(Vec::new()),
        }
    }

    /// What a [`Reconciler`] asks of the provider: the details of an object, and the history of these users and of the
    /// partner, all [in the background](Self::in_background). The provider lists no users, so name all that could have
    /// missed something.
    pub fn provider(&self, users: impl IntoIterator<Item = UserId>) -> ProviderRecords {
        ProviderRecords {
            partner: self.in_background(),
            users: users.into_iter().collect(),
        }
    }
}

/// The provider's records, as events would tell them; made by [`PartnerApi::provider`].
///
/// # What it cannot tell
/// Whether a file was accepted, where a proof of address stands, one-time codes, card payments and the checks of senders:
/// the provider's menu has no read for these. Orders, links and the partner's own payouts of which no event was ever
/// received and which moved nothing in the end (they expired or failed): no history shows them.
#[derive(Clone)]
pub struct ProviderRecords {
    partner: PartnerApi,
    users: Vec<UserId>,
}

impl fmt::Debug for ProviderRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderRecords")
            .field("users", &self.users.len())
            .finish_non_exhaustive()
    }
}

impl Provider for ProviderRecords {
    fn state<'a>(&'a self, object: &'a ObjectRef) -> ProviderFuture<'a, Option<EventPayload>> {
        Box::pin(self.read(object.kind(), object.id()))
    }

    fn since(&self, from: Timestamp) -> ProviderFuture<'_, Vec<Sighting>> {
        // ASSUMED A83: nothing takes longer than a payout over a long weekend; of most things only the end is told.
        const LONGEST: Duration = Duration::from_secs(5 * 24 * 60 * 60);
        let from = from.minus(LONGEST);
        Box::pin(async move {
            let mut found = Found::default();
            for user in &self.users {
                found.object(EventKind::UserBalanceGeneration, user.as_str());
                // Who is not active yet has no history either.
                if self.active(user.as_str()).await?.is_some() {
                    let handle = self
                        .partner
                        .user(user.clone())
                        .map_err(ProviderError::new)?;
                    let entries = handle.history().entries();
                    Self::scan(entries, Some(user), from, &mut found).await?;
                }
                self.made(user, from, &mut found).await?;
            }
            let entries = self.partner.own_account().history().entries();
            Self::scan(entries, None, from, &mut found).await?;
            Ok(found.sightings)
        })
    }
}

/// What a history led to so far; both sides of a transfer have an entry.
#[derive(Default)]
struct Found {
    sightings: Vec<Sighting>,
    seen: BTreeSet<(EventKind, String)>,
}

impl Found {
    fn object(&mut self, kind: EventKind, id: &str) {
        if self.seen.insert((kind, id.to_owned())) {
            let object = ObjectRef::new(kind, id);
            self.sightings.push(Sighting::Object(object));
        }
    }
}

impl ProviderRecords {
    /// Reads a history back to `from`.
    async fn scan(
        mut entries: HistoryEntries,
        user: Option<&UserId>,
        from: Timestamp,
        found: &mut Found,
    ) -> Result<(), ProviderError> {
        while let Some(entry) = entries.next().await.map_err(ProviderError::new)? {
            if entry.created_at < from {
                break;
            }
            match (kind_of(&entry.kind), entry.reference.as_deref()) {
                (Some(EventKind::SepaDeposit), Some(id)) => {
                    let event = deposit(&entry, id, user);
                    found
                        .sightings
                        .extend(event.map(|it| Sighting::Event(Box::new(it))));
                }
                (Some(kind), Some(id)) => found.object(kind, id),
                _ => {}
            }
        }
        Ok(())
    }

    /// What our journal says that we made for a user: what failed in the end has moved nothing, so no history shows it.
    async fn made(
        &self,
        user: &UserId,
        from: Timestamp,
        found: &mut Found,
    ) -> Result<(), ProviderError> {
        let entries = self.partner.journal().entries_of(user).await;
        for entry in entries.map_err(ProviderError::new)? {
            let reference = entry.conclusion.as_ref().and_then(Conclusion::reference);
            let (kind, id) = match reference.filter(|_| from <= entry.intent.at) {
                Some(Reference::Transfer(id)) => (EventKind::P2pTransfer, id.to_string()),
                Some(Reference::Exchange(id)) => (EventKind::Exchange, id.to_string()),
                Some(Reference::PayOut(id)) => (EventKind::SepaTransfer, id.to_string()),
                Some(Reference::Withdrawal(id)) => (EventKind::CryptoWithdrawal, id.to_string()),
                _ => continue,
            };
            found.object(kind, &id);
        }
        Ok(())
    }

    /// What an event of `kind` about `id` would say now.
    async fn read(&self, kind: EventKind, id: &str) -> Result<Option<EventPayload>, ProviderError> {
        // An id that the wire could not carry is none of the provider's.
        macro_rules! details {
            ($read:ident) => {
                match id.parse() {
                    Ok(id) => {
                        self.call(async move |client: Methods| client.$read(&id).await)
                            .await?
                    }
                    Err(_) => None,
                }
            };
        }
        Ok(match kind {
            EventKind::UserBalanceGeneration => self.active(id).await?,
            EventKind::KycVerificationStatus => event(kind, details!(get_kyc_status)),
            EventKind::P2pTransfer => event(kind, details!(get_transfer)),
            EventKind::SepaTransfer => event(kind, details!(get_sepa_transfer)),
            EventKind::CryptoDeposit => event(kind, details!(get_crypto_deposit)),
            EventKind::OrderStatus => event(kind, details!(get_order)),
            EventKind::PaymentLink => event(kind, details!(get_payment_link)),
            EventKind::Exchange => match event(kind, details!(get_exchange)) {
                None => event(kind, details!(get_partner_exchange)),
                found => found,
            },
            EventKind::CryptoWithdrawal => {
                let details: Option<types::Withdrawal> = match details!(get_withdrawal) {
                    None => details!(get_partner_withdrawal),
                    found => found,
                };
                details.map(|it| EventPayload::CryptoWithdrawal(withdrawal(it)))
            }
            _ => None,
        })
    }

    /// The event that a user's balances exist, if they do.
    async fn active(&self, user: &str) -> Result<Option<EventPayload>, ProviderError> {
        let Ok(id) = UserId::new(user) else {
            return Ok(None);
        };
        let user = id.clone();
        let balances = self
            .call(async move |client: Methods| client.get_user_balances(&user).await)
            .await?;
        let is_active = balances.is_some_and(|balances: types::Balances| {
            let is_active = |it: &types::FiatBalance| it.status == types::FiatBalanceStatus::Active;
            balances.fiat_balances.iter().any(is_active)
        });
        Ok(is_active.then_some(EventPayload::UserBalanceGeneration(
            types::UserStatusEvent {
                external_user_id: id,
                status: types::UserStatus::Active,
            },
        )))
    }

    /// The answer to a read; none where the provider refuses it, because it knows no such object or does not show it.
    async fn call<T, F, R>(&self, request: F) -> Result<Option<T>, ProviderError>
    where
        T: serde::de::DeserializeOwned,
        F: FnOnce(Methods) -> R,
        R: Future<
            Output = Result<progenitor::ResponseValue<T>, progenitor::Error<types::ApiError>>,
        >,
    {
        let options = CallOptions::new().in_background();
        match self.partner.raw().call(options, request).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if is_refused(&error) => Ok(None),
            Err(error) => Err(ProviderError::new(error)),
        }
    }
}

fn is_refused(error: &raw::Error) -> bool {
    let refusal = error.refusal();
    !error.is_transient() && refusal.is_some_and(|it| it.access_denied().is_none())
}

/// Which event tells of what moved a balance; none of fees and the like.
fn kind_of(entry: &HistoryEntryType) -> Option<EventKind> {
    Some(match entry {
        HistoryEntryType::Funding | HistoryEntryType::InternalTransfer => EventKind::P2pTransfer,
        HistoryEntryType::SepaTransfer => EventKind::SepaTransfer,
        HistoryEntryType::SepaDeposit => EventKind::SepaDeposit,
        HistoryEntryType::Exchange => EventKind::Exchange,
        HistoryEntryType::CryptoDeposit => EventKind::CryptoDeposit,
        HistoryEntryType::CryptoWithdrawal => EventKind::CryptoWithdrawal,
        HistoryEntryType::Order => EventKind::OrderStatus,
        HistoryEntryType::PaymentLink => EventKind::PaymentLink,
        _ => return None,
    })
}

/// The details of an object as the event that tells them: the fields of the one follow those of the other.
fn event<T: serde::Serialize>(kind: EventKind, details: Option<T>) -> Option<EventPayload> {
    let json = serde_json::to_string(&details?).ok()?;
    EventPayload::read(kind, &mut serde_json::Deserializer::from_str(&json)).ok()
}

/// But for a withdrawal's currency, which the event has as an object.
fn withdrawal(details: types::Withdrawal) -> types::WithdrawalEvent {
    types::WithdrawalEvent {
        amount: Some(details.amount),
        created_at: Some(details.created_at),
        currency: Some(types::WithdrawalCurrency {
            name: Some(details.currency),
            network: details.network,
        }),
        destination: details.destination,
        fee: Some(details.fee),
        id: details.id,
        status: details.status,
        transaction_hash: details.transaction_hash,
        user: details.user,
    }
}

/// A bank deposit has no details to read; that it is in the history says that it was credited.
fn deposit(entry: &HistoryEntry, id: &str, user: Option<&UserId>) -> Option<EventPayload> {
    Some(EventPayload::SepaDeposit(types::SepaDepositEvent {
        amount: entry
            .amount
            .to_string()
            .parse::<crate::Amount>()
            .ok()?
            .into(),
        created_at: Some(entry.created_at),
        currency: entry.currency,
        external_user_id: user.cloned(),
        id: id.parse().ok()?,
        sender_iban: None,
        sender_name: None,
        status: Some(types::SepaDepositStatus::Successful),
        transfer_title: None,
    }))
}
