//! What is sent: a seed in, lines of shots out. Pure.

use std::collections::BTreeMap;

use fastrand::Rng;
use hyper::body::Bytes;
use partner_api_types::EventKind;

use super::Effect;
use crate::engine::Announcement;
use crate::webhooks::sample_body;

/// Lives of objects, in the provider's words, the last one final.
const LIVES: &[(EventKind, &[&str])] = &[
    (EventKind::P2pTransfer, &["SUCCESSFUL"]),
    (EventKind::SepaTransfer, &["SUCCESSFUL"]),
    (EventKind::SepaTransfer, &["FAILED"]),
    (EventKind::Exchange, &["COMPLETED"]),
    (EventKind::CryptoWithdrawal, &["PENDING", "SUCCESSFUL"]),
    (
        EventKind::CardTransaction,
        &["AUTHORIZED", "CLEARED", "REFUNDED"],
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
        EventKind::OrderStatus,
        &[
            "WAITING_FOR_WALLET_ADDRESS",
            "WAITING_FOR_PAYMENT",
            "WAITING_FOR_CONFIRMATION",
            "COMPLETED",
        ],
    ),
    (
        EventKind::PaymentLink,
        &[
            "WAITING_FOR_PAYMENT",
            "AWAITING_COMPLETION",
            "WAITING_FOR_CONFIRMATION",
            "COMPLETED",
        ],
    ),
];

/// How a shot says who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Authorization {
    Right,
    Missing,
    Empty,
    Another,
    CutShort,
    Longer,
    /// A wrong one and the right one, in two headers.
    Twice,
}

impl Authorization {
    const FORGED: [Self; 6] = [
        Self::Missing,
        Self::Empty,
        Self::Another,
        Self::CutShort,
        Self::Longer,
        Self::Twice,
    ];
}

/// What a shot is, and so what may become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// An event of an object's life, sent for the first time or again. Must be acknowledged.
    Genuine,
    /// An event, status or field that nobody knows yet. Must be acknowledged: refused, it would be lost.
    Unknown,
    /// Whoever sends it is not the provider. Must be answered with 401.
    Forged,
    /// No event can be read from it. May be answered with anything but a failure.
    Hostile,
    /// Larger than anything the provider sends. The same, and its connection may be cut before it has arrived.
    Oversized,
}

impl What {
    /// Whether the provider could have sent it.
    pub(super) fn is_genuine(self) -> bool {
        matches!(self, Self::Genuine | Self::Unknown)
    }
}

/// One request.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) what: What,
    /// What it is about, for the verdict.
    pub(super) object: String,
    pub(super) path: String,
    pub(super) body: Bytes,
    pub(super) authorization: Authorization,
    /// Neighbours with the same number are sent at once.
    pub(super) volley: u32,
}

/// Everything that is sent, and what must come of it.
#[derive(Debug)]
pub(super) struct Plan {
    /// Each line keeps its order.
    pub(super) lines: Vec<Vec<Shot>>,
    /// The statuses of every genuine object, the last one final.
    pub(super) lives: BTreeMap<String, &'static [&'static str]>,
}

impl Plan {
    pub(super) fn new(seed: u64, objects: usize) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut plan = Self {
            lines: Vec::new(),
            lives: BTreeMap::new(),
        };
        for number in 0..objects.max(LIVES.len()) {
            // Every kind at least once, whatever the seed.
            let (kind, life) = LIVES[if number < LIVES.len() {
                number
            } else {
                rng.usize(..LIVES.len())
            }];
            let object = format!("sample-{seed}-{number}");
            plan.lines.push(line(&mut rng, kind, life, &object));
            plan.lives.insert(object, life);
            if rng.u8(..4) == 0 || number < Authorization::FORGED.len() {
                plan.lines.push(forged(
                    kind,
                    life,
                    &format!("sample-{seed}-forged-{number}"),
                    number,
                ));
            }
        }
        rng.shuffle(&mut plan.lines);
        // Last, so that a receiver which falls over is seen to have handled the rest; and then a genuine one again.
        plan.lines.push(hostile(seed));
        let after = format!("sample-{seed}-after");
        let (kind, life) = LIVES[0];
        plan.lines.last_mut().into_iter().for_each(|last| {
            let volley = last.len() as u32;
            last.extend(event(kind, life[0], &after, volley));
        });
        plan.lives.insert(after, life);
        plan
    }

    /// Whether every object's last status is among the effects: more may follow, but nothing is missing.
    pub(super) fn is_complete(&self, effects: &[Effect]) -> bool {
        self.lives.iter().all(|(object, life)| {
            let last = life.last().copied().unwrap_or_default();
            effects
                .iter()
                .any(|it| it.object == *object && it.status == last)
        })
    }
}

/// The events of one object: in order, with the last one overtaking the rest, or with the first ones once more at the end;
/// each once, twice in turn, or three times at once.
fn line(rng: &mut Rng, kind: EventKind, life: &[&str], object: &str) -> Vec<Shot> {
    let mut statuses = life.to_vec();
    match rng.u8(..4) {
        0 => statuses.reverse(),
        1 => statuses.extend(&life[..life.len() - 1]),
        _ => {}
    }
    let mut shots = Vec::new();
    let mut volley = 0;
    for status in statuses {
        let (times, at_once) = *rng
            .choice(&[(1, false), (2, false), (3, true)])
            .unwrap_or(&(1, false));
        for _ in 0..times {
            shots.extend(event(kind, status, object, volley));
            volley += u32::from(!at_once);
        }
        volley += 1;
    }
    shots
}

fn event(kind: EventKind, status: &str, object: &str, volley: u32) -> Option<Shot> {
    let told = Announcement {
        kind,
        object: object.to_owned(),
        status: status.to_owned(),
        progress: None,
    };
    Some(Shot {
        what: What::Genuine,
        object: object.to_owned(),
        path: kind.webhook().path.to_owned(),
        body: sample_body(&told)?.into(),
        authorization: Authorization::Right,
        volley,
    })
}

/// A final status of an object that exists nowhere else, sent by somebody who is not the provider.
fn forged(kind: EventKind, life: &[&str], object: &str, number: usize) -> Vec<Shot> {
    let last = life.last().copied().unwrap_or_default();
    let shot = event(kind, last, object, 0).map(|shot| Shot {
        what: What::Forged,
        authorization: Authorization::FORGED[number % Authorization::FORGED.len()],
        ..shot
    });
    shot.into_iter().collect()
}

/// What a careless receiver trips over, one after the other.
fn hostile(seed: u64) -> Vec<Shot> {
    let transfer = EventKind::P2pTransfer.webhook().path;
    let known = |status: &str, more: &str| {
        format!(
            r#"{{"id":"sample-{seed}-odd","amount":1,"currency":"eur","status":"{status}","sourceExternalUserId":null{more}}}"#
        )
    };
    let oversized = format!(r#"{{"id":"{}"}}"#, "x".repeat(2 * 1024 * 1024));
    let shots: [(What, &str, &str, Vec<u8>); 10] = [
        (
            What::Unknown,
            "an event that nobody knows",
            "/webhook/not-yet-known/status",
            br#"{"id":"sample-x","status":"NEW"}"#.to_vec(),
        ),
        (
            What::Unknown,
            "a status that nobody knows",
            transfer,
            known("TELEPORTED", "").into(),
        ),
        (
            What::Unknown,
            "fields that nobody knows",
            transfer,
            known("SUCCESSFUL", r#","newField":{"a":[1,null]}"#).into(),
        ),
        (What::Hostile, "an empty body", transfer, Vec::new()),
        (
            What::Hostile,
            "half of a body",
            transfer,
            known("SUCCESSFUL", "").as_bytes()[..40].to_vec(),
        ),
        (
            What::Hostile,
            "a body that is no JSON",
            transfer,
            b"<html>503</html>".to_vec(),
        ),
        (
            What::Hostile,
            "bytes that are no text",
            transfer,
            vec![0xff, 0xfe, 0x00, 0x9f],
        ),
        (
            What::Hostile,
            "a hundred thousand open brackets",
            transfer,
            vec![b'['; 100_000],
        ),
        (
            What::Hostile,
            "an amount of another kind",
            transfer,
            known("SUCCESSFUL", "").replace(":1,", ":{},").into(),
        ),
        (What::Oversized, "two megabytes", transfer, oversized.into()),
    ];
    let shots = shots.into_iter().zip(0..);
    shots
        .map(|((what, object, path, body), volley)| Shot {
            what,
            object: object.to_owned(),
            path: path.to_owned(),
            body: body.into(),
            authorization: Authorization::Right,
            volley,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(plan: &Plan) -> Vec<(String, Bytes, Authorization)> {
        let shots = plan.lines.iter().flatten();
        shots
            .map(|it| (it.object.clone(), it.body.clone(), it.authorization))
            .collect()
    }

    #[test]
    fn a_seed_always_sends_the_same_and_another_one_other_objects() {
        assert_eq!(shown(&Plan::new(1, 50)), shown(&Plan::new(1, 50)));
        let (one, two) = (Plan::new(1, 50), Plan::new(2, 50));
        assert!(
            one.lives
                .keys()
                .all(|object| !two.lives.contains_key(object))
        );
    }

    #[test]
    fn even_the_smallest_plan_has_every_kind_and_every_forgery() {
        let plan = Plan::new(3, 0);
        let lives: Vec<_> = plan.lives.values().collect();
        assert!(LIVES.iter().all(|(_, life)| lives.contains(&life)));
        let shots = shown(&plan);
        let sent = |authorization| shots.iter().any(|(_, _, it)| *it == authorization);
        assert!(Authorization::FORGED.into_iter().all(sent));
    }

    #[test]
    fn every_status_of_a_life_is_sent_and_what_is_forged_is_never_sent_with_the_secret() {
        let plan = Plan::new(4, 200);
        for (object, life) in &plan.lives {
            for status in *life {
                let is_it = |shot: &&Shot| {
                    shot.object == *object && String::from_utf8_lossy(&shot.body).contains(status)
                };
                assert!(
                    plan.lines.iter().flatten().any(|shot| is_it(&shot)),
                    "{object} {status}"
                );
            }
        }
        let forged = plan
            .lines
            .iter()
            .flatten()
            .filter(|it| it.object.contains("forged"));
        assert!(forged.clone().count() > 20);
        for shot in forged {
            assert_ne!(shot.authorization, Authorization::Right);
            assert!(!plan.lives.contains_key(&shot.object));
        }
    }
}
