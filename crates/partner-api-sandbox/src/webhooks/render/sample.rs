//! Samples of events, about objects that do not exist: every id begins with `sample-`.

use partner_api_core::{Amount, Currency, Network, Pii, Timestamp, UserId};
use partner_api_types::{
    Card3dsCodeEvent, CardActivationCodeEvent, CardChannel, CardTransactionEvent,
    CryptoDepositEvent, EventKind, EventPayload, ExchangeEvent, IbanStatusEvent, KycFileEvent,
    KycVerificationEvent, OrderEvent, PaymentLinkEvent, PoaVerificationEvent, SepaDepositEvent,
    SepaTransferEvent, SepaTransferType, TransferEvent, UserStatusEvent, WalletEvent,
    WithdrawalCurrency, WithdrawalEvent,
};
use uuid::Uuid;

use super::id;
use crate::engine::Announcement;

const MARK: &str = "sample-";

/// An announcement of a sample; each is about an object of its own.
pub(crate) fn sample(kind: EventKind) -> Announcement {
    let status = match kind {
        EventKind::UserBalanceGeneration => "ACTIVE",
        EventKind::KycFileAdded => "ADDED",
        EventKind::PoaVerificationStatus
        | EventKind::KycVerificationStatus
        | EventKind::IbanStatus => "APPROVED",
        EventKind::Exchange | EventKind::OrderStatus | EventKind::PaymentLink => "COMPLETED",
        EventKind::CardTransaction => "AUTHORIZED",
        EventKind::CreateWallet => "CREATED",
        EventKind::Card3dsCode | EventKind::CardActivationCode => "ISSUED",
        _ => "SUCCESSFUL",
    };
    Announcement {
        kind,
        object: format!("{MARK}{}", Uuid::now_v7()),
        status: status.to_owned(),
        progress: None,
    }
}

/// Whether what is told is a sample.
pub(crate) fn is_sample(told: &Announcement) -> bool {
    told.object.starts_with(MARK)
}

/// What a sample says.
pub(super) fn payload(told: &Announcement) -> Option<EventPayload> {
    let user = || UserId::new("sample-user").ok();
    let (one, eur, btc) = (amount(100_000_000), Currency::EUR, Currency::BTC);
    let at = Some(Timestamp::EPOCH);
    let iban = || Some(Pii::unchecked("PL49109024028743516259813188"));
    let name = || Some(Pii::unchecked("Sample Person"));
    let bitcoin = || Some(Network::Bitcoin.into());
    let hash = || Some("00".repeat(32));
    Some(match told.kind {
        EventKind::UserBalanceGeneration => EventPayload::UserBalanceGeneration(UserStatusEvent {
            external_user_id: id(told)?,
            status: (*told.status).into(),
        }),
        EventKind::KycFileAdded => EventPayload::KycFileAdded(KycFileEvent {
            external_user_id: id(told)?,
            status: (*told.status).into(),
        }),
        EventKind::PoaVerificationStatus => {
            EventPayload::PoaVerificationStatus(PoaVerificationEvent {
                external_user_id: id(told)?,
                status: (*told.status).into(),
            })
        }
        EventKind::KycVerificationStatus => {
            EventPayload::KycVerificationStatus(KycVerificationEvent {
                external_user_id: user()?,
                reasons: Vec::new(),
                status: (*told.status).into(),
                verification_id: id(told),
            })
        }
        EventKind::CreateWallet => EventPayload::CreateWallet(WalletEvent {
            currency: btc,
            external_user_id: None,
            network: bitcoin(),
            wallet: Pii::unchecked(&*told.object),
        }),
        EventKind::P2pTransfer => EventPayload::P2pTransfer(TransferEvent {
            amount: one.into(),
            created_at: at,
            currency: eur,
            destination_external_user_id: user(),
            error: None,
            id: id(told)?,
            source_external_user_id: None,
            status: (*told.status).into(),
        }),
        EventKind::SepaTransfer => EventPayload::SepaTransfer(SepaTransferEvent {
            amount: Some(one.into()),
            created_at: at,
            currency: Some(eur),
            destination_iban: iban(),
            error: None,
            fee: Some(Amount::ZERO.into()),
            id: id(told)?,
            receiver_first_name: None,
            receiver_last_name: None,
            status: (*told.status).into(),
            transfer_title: Some(Pii::unchecked("sample")),
            type_: Some(SepaTransferType::External),
        }),
        EventKind::SepaDeposit => EventPayload::SepaDeposit(SepaDepositEvent {
            amount: one.into(),
            created_at: at,
            currency: eur,
            external_user_id: user(),
            id: id(told)?,
            sender_iban: iban(),
            sender_name: name(),
            status: Some((*told.status).into()),
            transfer_title: Some(Pii::unchecked("sample")),
        }),
        EventKind::IbanStatus => EventPayload::IbanStatus(IbanStatusEvent {
            amount: Some(one.into()),
            created_at: at,
            currency: Some(eur),
            deposit_id: id(told),
            external_user_id: user(),
            iban: iban(),
            sender_name: name(),
            status: (*told.status).into(),
        }),
        EventKind::CryptoWithdrawal => EventPayload::CryptoWithdrawal(WithdrawalEvent {
            amount: Some(one.into()),
            created_at: at,
            currency: Some(WithdrawalCurrency {
                name: Some(btc),
                network: bitcoin(),
            }),
            destination: Some(Pii::unchecked("sample-wallet")),
            fee: Some(Amount::ZERO.into()),
            id: id(told)?,
            status: (*told.status).into(),
            transaction_hash: hash(),
            user: None,
        }),
        EventKind::CryptoDeposit => EventPayload::CryptoDeposit(CryptoDepositEvent {
            amount: Some(one.into()),
            created_at: at,
            crypto_deposit_id: id(told)?,
            currency: Some(btc),
            external_user_id: user(),
            status: (*told.status).into(),
            transaction_hash: hash(),
        }),
        EventKind::Exchange => EventPayload::Exchange(ExchangeEvent {
            amount_from: Some(one.into()),
            amount_to: Some(amount(1_000).into()),
            created_at: at,
            currency_from: Some(eur),
            currency_to: Some(btc),
            external_user_id: user(),
            fee: Some(Amount::ZERO.into()),
            id: id(told)?,
            lock_id: None,
            status: (*told.status).into(),
        }),
        EventKind::OrderStatus => EventPayload::OrderStatus(OrderEvent {
            confirmations: Some(2),
            created_at: at,
            cryptocurrency: Some(btc),
            expires_at: at,
            lock_id: None,
            network: Some(Network::Bitcoin.into()),
            order_id: id(told)?,
            received_amount: Some(one.into()),
            required_confirmations: Some(2),
            status: (*told.status).into(),
            total_amount_required: Some(one.into()),
            transaction_hash: hash(),
            wallet_address: Some(Pii::unchecked("sample-wallet")),
        }),
        EventKind::PaymentLink => EventPayload::PaymentLink(PaymentLinkEvent {
            amount: Some(one.into()),
            created_at: at,
            currency: Some(eur),
            expires_at: at,
            payment_link_id: id(told)?,
            received_amount: Some(one.into()),
            status: (*told.status).into(),
            transactions: Vec::new(),
        }),
        EventKind::CardTransaction => EventPayload::CardTransaction(CardTransactionEvent {
            amount: Some(one.into()),
            card_id: "sample-card".to_owned().try_into().ok()?,
            channel: Some(CardChannel::Pos),
            created_at: at,
            currency: Some(eur),
            external_user_id: user(),
            id: id(told)?,
            merchant_name: Some("Sample Shop".to_owned()),
            status: (*told.status).into(),
        }),
        EventKind::Card3dsCode => EventPayload::Card3dsCode(Card3dsCodeEvent {
            amount: Some(one.into()),
            card_id: id(told)?,
            code: Pii::unchecked("000000"),
            created_at: at,
            currency: Some(eur),
            external_user_id: user(),
            merchant_name: Some("Sample Shop".to_owned()),
        }),
        EventKind::CardActivationCode => {
            EventPayload::CardActivationCode(CardActivationCodeEvent {
                card_id: id(told)?,
                code: Pii::unchecked("000000"),
                created_at: at,
                external_user_id: user(),
            })
        }
        _ => return None,
    })
}

fn amount(atoms: i64) -> Amount {
    Amount::from_atoms(atoms).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use partner_api_types::WEBHOOKS;

    #[test]
    fn there_is_a_marked_sample_of_every_event() {
        for webhook in WEBHOOKS {
            let told = sample(webhook.kind);
            let payload = payload(&told).unwrap_or_else(|| panic!("none of {}", webhook.kind));
            assert_eq!(payload.kind(), webhook.kind);
            let body = serde_json::to_string(&payload).unwrap();
            assert!(body.contains(&told.object), "{body}");
        }
    }
}
