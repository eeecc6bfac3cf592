//! The table of announcements: from what was decided to what the partner is told. Pure.
//!
//! What the partner learns from the answer to its own call is not told again (ASSUMED A72): of transfers of any kind only the
//! outcome, of orders and links only what happens after their creation. What comes from outside is told at every step.

use partner_api_core::card::Channel;
use partner_api_core::checkout::{Checkout, CheckoutKind};
use partner_api_core::deposit::{Deposit, DepositState, Source};
use partner_api_core::user::Verification;
use partner_api_core::{CheckoutId, Command, DepositId, Event, State};
use partner_api_types::{
    CardTransactionStatus, CryptoDepositStatus, EventKind, ExchangeStatus, IbanStatus,
    KycFileStatus, KycVerificationStatus, OrderStatus, PaymentLinkStatus, PoaStatus,
    SepaDepositStatus, SepaTransferStatus, TransferStatus, UserStatus, WithdrawalStatus,
};

use super::{Announcement, Progress};

/// What a decision announces, in the order in which it is told; `before` is what it was decided on.
pub(in crate::engine) fn announcements(
    command: &Command,
    before: &State,
    events: &[Event],
) -> Vec<Announcement> {
    let mut told = Vec::new();
    for event in events {
        announce(command, before, event, &mut told);
    }
    // The check of a sender comes before what follows from it.
    told.sort_by_key(|it| it.kind != EventKind::IbanStatus);
    told
}

fn announce(command: &Command, before: &State, event: &Event, told: &mut Vec<Announcement>) {
    let mut tell = |kind, object: &dyn ToString, status: &dyn ToString| {
        told.push(Announcement {
            kind,
            object: object.to_string(),
            status: status.to_string(),
            progress: None,
        });
    };
    match event {
        Event::VerificationChanged { holder, to } => match to {
            Verification::Approved => tell(
                EventKind::UserBalanceGeneration,
                holder,
                &UserStatus::Active,
            ),
            // ASSUMED A73: that identity data was refused is told as a hosted verification's refusal is.
            Verification::Rejected => tell(
                EventKind::KycVerificationStatus,
                holder,
                &KycVerificationStatus::Rejected,
            ),
            Verification::Registered | Verification::Pending => {}
        },
        Event::DocumentsChanged { holder, documents } => {
            if matches!(command, Command::AddKycFiles { .. }) {
                // ASSUMED: what was refused, the answer says; nobody is told `ERROR`.
                tell(EventKind::KycFileAdded, holder, &KycFileStatus::Added);
            }
            let shown = before.documents.get(holder).copied().unwrap_or_default();
            if let Some(status) =
                PoaStatus::of(documents.poa).filter(|_| documents.poa != shown.poa)
            {
                tell(EventKind::PoaVerificationStatus, holder, &status);
            }
        }
        Event::KycDecided { id, to, .. } => tell(
            EventKind::KycVerificationStatus,
            id,
            &KycVerificationStatus::from(*to),
        ),
        Event::WalletCreated { currency, network } => {
            let wallet = format!("{currency}/{network}");
            tell(EventKind::CreateWallet, &wallet, &"CREATED");
        }
        Event::TransferCreated { id, transfer } => tell(
            EventKind::P2pTransfer,
            id,
            &TransferStatus::from(transfer.state),
        ),
        Event::SepaTransferChanged { id, to } => {
            tell(EventKind::SepaTransfer, id, &SepaTransferStatus::from(*to));
        }
        Event::WithdrawalChanged { id, to } => {
            tell(
                EventKind::CryptoWithdrawal,
                id,
                &WithdrawalStatus::from(*to),
            );
        }
        Event::ExchangeChanged { id, to } => {
            tell(EventKind::Exchange, id, &ExchangeStatus::from(*to));
        }
        // A deposit for nobody is sent back, and there is nobody to tell.
        Event::DepositCreated { id, deposit, .. } if deposit.owner.is_some() => {
            if let Some((kind, status)) = deposit_status(deposit, None, deposit.state) {
                tell(kind, id, &status);
            }
        }
        Event::DepositChanged { deposit: id, to } => {
            if let Some(deposit) = before.deposits.get(id)
                && let Some((kind, status)) = deposit_status(deposit, Some(deposit.state), *to)
            {
                tell(kind, id, &status);
            }
        }
        Event::ContactSaved { contact, .. } => {
            if let Some(id) = deposit_of(command) {
                tell(EventKind::IbanStatus, id, &IbanStatus::from(contact.check));
            }
        }
        Event::CardCreated { id, .. } => tell(EventKind::CardActivationCode, id, &"ISSUED"),
        Event::CardTransactionCreated { id, transaction } => {
            if transaction.channel == Channel::Ecom {
                // ASSUMED A74: every payment in an online shop asks for a code, and it is asked for before the payment.
                tell(EventKind::Card3dsCode, id, &"ISSUED");
            }
            let status = CardTransactionStatus::from(transaction.state);
            tell(EventKind::CardTransaction, id, &status);
        }
        Event::CardTransactionChanged { id, to } => {
            let status = CardTransactionStatus::from(*to);
            tell(EventKind::CardTransaction, id, &status);
        }
        Event::CheckoutChanged { id, checkout } => {
            told.extend(checkout_step(id, before.checkouts.get(id), checkout));
        }
        _ => {}
    }
}

/// Whose sender a command judges.
fn deposit_of(command: &Command) -> Option<&DepositId> {
    match command {
        Command::ReceiveDeposit { id, .. } | Command::DecideDeposit { id, .. } => Some(id),
        _ => None,
    }
}

/// What is told of a deposit's step, if anything: of one by bank that it is credited, of one by chain every status.
fn deposit_status(
    deposit: &Deposit,
    from: Option<DepositState>,
    to: DepositState,
) -> Option<(EventKind, String)> {
    match deposit.source {
        Source::Sepa => (to == DepositState::Credited).then(|| {
            let status = SepaDepositStatus::Successful.to_string();
            (EventKind::SepaDeposit, status)
        }),
        Source::Chain(_) => {
            let status = CryptoDepositStatus::from(to);
            let is_new = from.is_none_or(|from| CryptoDepositStatus::from(from) != status);
            is_new.then(|| (EventKind::CryptoDeposit, status.to_string()))
        }
    }
}

/// A step of an order or a link, if its status or what was paid changed.
fn checkout_step(
    id: &CheckoutId,
    before: Option<&Checkout>,
    after: &Checkout,
) -> Option<Announcement> {
    let received = after.received();
    let is_step = before.is_none_or(|it| it.state != after.state || it.received() != received);
    let (kind, status) = match after.kind {
        CheckoutKind::Order => {
            let status = OrderStatus::from(after.state).to_string();
            (EventKind::OrderStatus, status)
        }
        CheckoutKind::PaymentLink | CheckoutKind::HostedCheckout => {
            let status = PaymentLinkStatus::from(after.state).to_string();
            (EventKind::PaymentLink, status)
        }
    };
    is_step.then(|| Announcement {
        kind,
        object: id.to_string(),
        status,
        progress: Some(Progress {
            received,
            payments: u16::try_from(after.payments.len()).unwrap_or(u16::MAX),
            expires_at: after.expires_at,
        }),
    })
}
