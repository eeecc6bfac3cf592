//! The same random moves on an inbox and on the one in memory.

use std::time::Duration;

use super::{at, claim, letter, payout_ref, pulse, receive};
use crate::inbox::{Claimed, Inbox, Known, Lease, Letter, LetterId, Receipt, VolatileInbox};

/// Makes `moves` random moves on an inbox and on one in memory, and compares every answer. The inbox must be empty, and
/// nobody else may use it.
pub async fn agrees_with_memory(inbox: &dyn Inbox, seed: u64, moves: usize) {
    let memory = VolatileInbox::new();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut now = 0;
    // What was claimed, with the claim in the other inbox; old ones stay and are tried again.
    let mut leases: Vec<(Lease, Lease)> = Vec::new();
    let mut ids: Vec<(LetterId, LetterId)> = Vec::new();
    for step in 0..moves {
        let context = format!("seed {seed}, move {step}");
        now += random.u64(0..20);
        let now = at(now);
        match random.u8(0..20) {
            0..=6 => {
                let letter = any_letter(&mut random);
                let one = receive(&memory, letter.clone(), now).await;
                let other = receive(inbox, letter, now).await;
                match (one, other) {
                    (Receipt::Fresh(one), Receipt::Fresh(other)) => ids.push((one, other)),
                    (one, other) => assert_eq!(one, other, "{context}"),
                }
            }
            7..=10 => {
                let at_most = random.usize(0..4);
                let one = claim(&memory, at_most, now).await;
                let other = claim(inbox, at_most, now).await;
                assert_eq!(one.len(), other.len(), "{context}");
                for (one, other) in one.into_iter().zip(other) {
                    leases.push((one.lease, other.lease));
                    let pair = (one.lease.letter, other.lease.letter);
                    assert!(ids.contains(&pair), "{context}: another letter was claimed");
                    let other = Claimed {
                        lease: one.lease,
                        ..other
                    };
                    assert_eq!(one, other, "{context}");
                }
            }
            11..=15 if !leases.is_empty() => {
                let (one, other) = leases[random.usize(0..leases.len())];
                let (one, other) = match random.u8(0..4) {
                    0 => {
                        let due = now.plus(Duration::from_secs(random.u64(0..50)));
                        (
                            memory.retry_later(one, due, "x").await,
                            inbox.retry_later(other, due, "x").await,
                        )
                    }
                    1 => (
                        memory.bury(one, "x", now).await,
                        inbox.bury(other, "x", now).await,
                    ),
                    _ => {
                        let news = random.bool().then(|| any_known(&mut random));
                        (
                            memory.done(one, news.clone(), now).await,
                            inbox.done(other, news, now).await,
                        )
                    }
                };
                assert_eq!(one.expect("memory"), other.expect("settling"), "{context}");
            }
            16 if !ids.is_empty() => {
                let (one, other) = ids[random.usize(0..ids.len())];
                let address = any_letter(&mut random).address;
                let revived = memory
                    .redrive(one, address.clone(), now)
                    .await
                    .expect("memory");
                let other = inbox.redrive(other, address, now).await.expect("redrive");
                assert_eq!(revived, other, "{context}");
            }
            17 if !ids.is_empty() => {
                let (one, other) = ids[random.usize(0..ids.len())];
                let one = memory.discard(one, now).await.expect("memory");
                assert_eq!(
                    one,
                    inbox.discard(other, now).await.expect("discard"),
                    "{context}"
                );
            }
            18 if random.u8(0..4) == 0 => {
                let before = now.minus(Duration::from_secs(random.u64(0..300)));
                let one = memory.forget(before).await.expect("memory");
                assert_eq!(
                    one,
                    inbox.forget(before).await.expect("forget"),
                    "{context}"
                );
            }
            _ => {
                let dead = async |inbox: &dyn Inbox| {
                    let dead = inbox.dead_letters(None, 100).await.expect("dead letters");
                    dead.into_iter()
                        .map(|it| (it.key, it.body, it.why))
                        .collect::<Vec<_>>()
                };
                assert_eq!(dead(&memory).await, dead(inbox).await, "{context}");
                let open = async |inbox: &dyn Inbox| {
                    inbox.open_objects(None, 100).await.expect("open objects")
                };
                assert_eq!(open(&memory).await, open(inbox).await, "{context}");
            }
        }
        assert_eq!(pulse(&memory).await, pulse(inbox).await, "{context}");
    }
}

fn any_letter(random: &mut fastrand::Rng) -> Letter {
    let id = random.u8(0..4);
    let status = random
        .choice(["PENDING", "SUCCESSFUL", "FAILED"])
        .unwrap_or_default();
    match random.u8(0..8) {
        0 => letter(
            "/webhook/user/status",
            &format!(r#"{{"externalUserId":"u{id}","status":"ACTIVE"}}"#),
        ),
        1 => letter("/new-webhook", &format!(r#"{{"n":{id}}}"#)),
        2 => letter("/sepa-transfer-webhook", &format!(r#"{{"id":{id}}}"#)),
        _ => {
            // Another content each time, now and then, so that lines grow.
            let note = random.u8(0..3);
            let body = format!(r#"{{"id":"p{id}","status":"{status}","note":{note}}}"#);
            letter("/sepa-transfer-webhook", &body)
        }
    }
}

fn any_known(random: &mut fastrand::Rng) -> Known {
    Known {
        object: payout_ref(&format!("p{}", random.u8(0..4))),
        status: "PENDING".into(),
        is_final: random.bool(),
    }
}
