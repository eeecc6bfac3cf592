//! Bodies about orders and payment links, as they stood when they were announced.

use partner_api_core::checkout::{Checkout, Due, Payment};
use partner_api_core::{CheckoutId, Currency, OrderId, PaymentLinkId};
use partner_api_types::{
    OrderEvent, OrderStatus, PaymentLinkEvent, PaymentLinkStatus, PaymentLinkTransaction,
    PaymentStatus,
};

use super::{Rows, id};
use crate::engine::{Announcement, StoreError};
use crate::http::chain;

impl Rows<'_> {
    fn checkout(&self, told: &Announcement) -> Result<Option<Checkout>, StoreError> {
        match id::<CheckoutId>(told) {
            Some(id) => self.0.checkout(&id),
            None => Ok(None),
        }
    }

    pub(super) fn order(&self, told: &Announcement) -> Result<Option<OrderEvent>, StoreError> {
        let (Some(order_id), Some(found)) = (id::<OrderId>(told), self.checkout(told)?) else {
            return Ok(None);
        };
        let Due::Crypto(lock, quote) = &found.due else {
            return Ok(None);
        };
        let status = OrderStatus::from(&*told.status);
        let required = chain::confirmations(quote.network);
        let is_completed = matches!(status, OrderStatus::Completed);
        let has_wallet = !matches!(status, OrderStatus::WaitingForWalletAddress);
        let last = Payment::that_counts(payments(told, &found));
        Ok(Some(OrderEvent {
            // It is told when a payment arrives and when all is confirmed; what details count lies between, and is not told.
            confirmations: Some(if is_completed { required } else { 0 }),
            created_at: Some(found.created_at),
            cryptocurrency: Some(quote.crypto.currency()),
            expires_at: told.progress.and_then(|progress| progress.expires_at),
            lock_id: Some(lock.clone()),
            network: Some(quote.network.into()),
            received_amount: told.progress.map(|progress| progress.received.into()),
            required_confirmations: Some(required),
            total_amount_required: Some(quote.crypto.amount().into()),
            transaction_hash: last.map(|it| it.hash.to_string()),
            wallet_address: has_wallet.then(|| {
                let address = chain::Address::named(order_id.as_str(), quote.network);
                partner_api_core::Pii::unchecked(address.as_str())
            }),
            order_id,
            status,
        }))
    }

    pub(super) fn link(&self, told: &Announcement) -> Result<Option<PaymentLinkEvent>, StoreError> {
        let (Some(payment_link_id), Some(found)) =
            (id::<PaymentLinkId>(told), self.checkout(told)?)
        else {
            return Ok(None);
        };
        let status = PaymentLinkStatus::from(&*told.status);
        // A link takes every payment until it is over, so where they stand follows from where it stands.
        let payment_status = match status {
            PaymentLinkStatus::Completed => PaymentStatus::Confirmed,
            PaymentLinkStatus::Expired => PaymentStatus::Returned,
            _ => PaymentStatus::Detected,
        };
        let transactions = payments(told, &found).iter();
        let transactions = transactions.map(|payment| PaymentLinkTransaction {
            amount: payment.money.amount().into(),
            amount_in_eur: payment.euro.into(),
            created_at: payment.at,
            currency: payment.money.currency(),
            network: payment.network.into(),
            status: payment_status.clone(),
            transaction_hash: payment.hash.to_string(),
        });
        Ok(Some(PaymentLinkEvent {
            amount: Some(found.euro_due().into()),
            created_at: Some(found.created_at),
            currency: Some(Currency::EUR),
            expires_at: told.progress.and_then(|progress| progress.expires_at),
            payment_link_id,
            received_amount: told.progress.map(|progress| progress.received.into()),
            status,
            transactions: transactions.collect(),
        }))
    }
}

/// The payments that had arrived.
fn payments<'a>(told: &Announcement, checkout: &'a Checkout) -> &'a [Payment] {
    let count = told.progress.map_or(0, |progress| progress.payments.into());
    checkout.payments.get(..count).unwrap_or(&checkout.payments)
}
