//! Any order: repetitions and reorderings leave the same records as the clean sequence.

use std::collections::BTreeMap;
use std::sync::Arc;

use partner_api_types::EventKind;
use partner_api_webhooks::inbox::Known;
use partner_api_webhooks::{Inbox as _, ObjectRef, VolatileInbox};
use proptest::prelude::*;

use crate::support::{Notes, over, take};

/// Lives of objects as the provider lets them be, each from its first word to its last; written here by hand, from the
/// pages and not from the tables that the crate reads. Only those that do not go round.
const LIVES: &[(EventKind, &[&str])] = &[
    (EventKind::UserBalanceGeneration, &["ACTIVE"]),
    (EventKind::PoaVerificationStatus, &["WAITING", "APPROVED"]),
    (EventKind::KycVerificationStatus, &["PENDING", "APPROVED"]),
    (EventKind::KycVerificationStatus, &["PENDING", "REJECTED"]),
    (EventKind::P2pTransfer, &["PENDING", "SUCCESSFUL"]),
    (EventKind::P2pTransfer, &["PENDING", "FAILED"]),
    (EventKind::SepaTransfer, &["PENDING", "SUCCESSFUL"]),
    (EventKind::SepaTransfer, &["PENDING", "FAILED"]),
    (EventKind::SepaDeposit, &["SUCCESSFUL"]),
    (EventKind::IbanStatus, &["PENDING", "APPROVED"]),
    (EventKind::IbanStatus, &["PENDING", "REJECTED"]),
    (EventKind::CryptoWithdrawal, &["PENDING", "UNSUCCESSFUL"]),
    (
        EventKind::CryptoDeposit,
        &["WAITING_FOR_VERIFICATION", "SUCCESSFUL"],
    ),
    (
        EventKind::CryptoDeposit,
        &["WAITING_FOR_VERIFICATION", "WAITING_FOR_TR_DATA"],
    ),
    (
        EventKind::CryptoDeposit,
        &[
            "WAITING_FOR_VERIFICATION",
            "WAITING_FOR_TR_DATA",
            "SUCCESSFUL",
        ],
    ),
    (
        EventKind::CryptoDeposit,
        &[
            "WAITING_FOR_VERIFICATION",
            "WAITING_FOR_TR_DATA",
            "UNSUCCESSFUL",
        ],
    ),
    (EventKind::Exchange, &["PENDING", "COMPLETED"]),
    (
        EventKind::OrderStatus,
        &[
            "WAITING_FOR_WALLET_ADDRESS",
            "WAITING_FOR_PAYMENT",
            "PARTIALLY_PAID",
            "WAITING_FOR_CONFIRMATION",
            "COMPLETED",
        ],
    ),
    (
        EventKind::OrderStatus,
        &[
            "WAITING_FOR_WALLET_ADDRESS",
            "WAITING_FOR_PAYMENT",
            "EXPIRED",
        ],
    ),
    (
        EventKind::PaymentLink,
        &["WAITING_FOR_PAYMENT", "AWAITING_COMPLETION", "EXPIRED"],
    ),
    (
        EventKind::PaymentLink,
        &[
            "WAITING_FOR_PAYMENT",
            "WAITING_FOR_CONFIRMATION",
            "COMPLETED",
        ],
    ),
    (
        EventKind::CardTransaction,
        &["AUTHORIZED", "CLEARED", "REFUNDED"],
    ),
    (EventKind::CardTransaction, &["AUTHORIZED", "REVERSED"]),
];

fn body(kind: EventKind, id: &str, status: &str) -> String {
    let name = match kind {
        EventKind::UserBalanceGeneration | EventKind::PoaVerificationStatus => "externalUserId",
        EventKind::CryptoDeposit => "cryptoDepositId",
        EventKind::OrderStatus => "orderId",
        EventKind::PaymentLink => "paymentLinkId",
        EventKind::IbanStatus => "depositId",
        _ => "id",
    };
    let rest = match kind {
        EventKind::KycVerificationStatus => {
            return format!(
                r#"{{"externalUserId":"u","verificationId":"{id}","status":"{status}"}}"#
            );
        }
        EventKind::P2pTransfer | EventKind::SepaDeposit => r#","amount":1,"currency":"eur""#,
        EventKind::CardTransaction => r#","cardId":"c""#,
        _ => "",
    };
    format!(r#"{{"{name}":"{id}","status":"{status}"{rest}}}"#)
}

/// Records, as the inbox and as a partner who acts on news alone keep them; and how many effects there were.
#[derive(Debug, PartialEq)]
struct Outcome {
    known: Vec<Known>,
    partners: BTreeMap<String, String>,
}

async fn play(events: &[(EventKind, String, &str)], in_steps: bool) -> Outcome {
    let inbox = Arc::new(VolatileInbox::new());
    let (intake, notes) = (over(inbox.clone()), Notes::fine());
    let worker = intake.worker(notes.clone());
    for (kind, id, status) in events {
        take(&intake, kind.webhook().path, &body(*kind, id, status)).await;
        if in_steps {
            worker.run_until_idle().await.unwrap();
        }
    }
    worker.run_until_idle().await.unwrap();
    let mut partners = BTreeMap::new();
    let mut objects = Vec::new();
    for incoming in notes.seen.lock().unwrap().iter() {
        let object = incoming.object.clone().unwrap();
        let payload = serde_json::to_value(incoming.event.payload().unwrap()).unwrap();
        let status = payload.get("status").and_then(|it| it.as_str());
        if incoming.position.is_news() {
            partners.insert(
                object.to_string(),
                status.unwrap_or("SUCCESSFUL").to_owned(),
            );
        }
        objects.push(object);
    }
    objects.sort();
    objects.dedup();
    let mut known = Vec::new();
    for object in objects {
        known.extend(inbox.known(&object).await.unwrap());
    }
    Outcome { known, partners }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.unwrap().block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_interleaving_leaves_the_records_of_the_clean_sequence(
        lives in prop::collection::vec(0..LIVES.len(), 1..6),
        repeats in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        seed in any::<u64>(),
        in_steps in any::<bool>(),
    ) {
        let clean: Vec<_> = lives
            .iter()
            .enumerate()
            .flat_map(|(number, life)| {
                let (kind, words) = LIVES[*life];
                words.iter().map(move |word| (kind, format!("o{number}"), *word))
            })
            .collect();
        let mut messy = clean.clone();
        messy.extend(repeats.iter().map(|it| it.get(&clean).clone()));
        fastrand::Rng::with_seed(seed).shuffle(&mut messy);
        let (clean, messy) = block_on(async { (play(&clean, false).await, play(&messy, in_steps).await) });
        prop_assert_eq!(clean, messy);
    }
}

/// The clean sequence itself ends where the lives end: the property above does not compare two empty things.
#[tokio::test]
async fn a_life_ends_with_its_last_word() {
    for (kind, words) in LIVES {
        let events: Vec<_> = words
            .iter()
            .map(|word| (*kind, "o1".to_owned(), *word))
            .collect();
        let outcome = play(&events, false).await;
        let object = ObjectRef::new(*kind, "o1");
        assert_eq!(outcome.known.len(), 1, "{kind}");
        assert_eq!(
            (&outcome.known[0].object, &*outcome.known[0].status),
            (&object, *words.last().unwrap())
        );
        assert_eq!(
            outcome.partners[&object.to_string()],
            *words.last().unwrap()
        );
    }
}
