//! Canaries: secrets and personal data are in no log line, no `Debug` and no error, however loud the log is.

use std::io;
use std::sync::{Arc, Mutex};

use partner_api_types::WEBHOOKS;
use partner_api_webhooks::{Receiver, Secret, VolatileInbox};

use crate::decoding::sample;
use crate::support::{Notes, Then};

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const SECRET: &str = "canary-secret";

/// Bodies in which everything personal is a canary.
fn bodies() -> Vec<(&'static str, String)> {
    let personal = [
        "PL49109024028743516259813188",
        "Anna Nowak",
        "Nowak",
        "rent",
        "\"title\"",
        "123456",
        "9876",
        "0xcafe",
    ];
    let mut bodies: Vec<_> = WEBHOOKS
        .iter()
        .map(|webhook| {
            let mut body = sample(webhook.kind).to_owned();
            for text in personal {
                let quoted = text.starts_with('"');
                body = body.replace(
                    text,
                    if quoted {
                        "\"canary-text\""
                    } else {
                        "canary-text"
                    },
                );
            }
            (webhook.path, body)
        })
        .collect();
    bodies.push((
        "/sepa-transfer-webhook",
        r#"{"id":{"canary-text":1},"status":"canary"}"#.to_owned(),
    ));
    bodies.push((
        "/sepa-transfer-webhook",
        "canary-text is not JSON".to_owned(),
    ));
    bodies.push(("/loan-webhook", r#"{"name":"canary-text"}"#.to_owned()));
    bodies
}

#[test]
fn nothing_that_is_shown_holds_a_canary() {
    let sink = Sink::default();
    let writer = sink.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole process: a subscriber of one thread can miss what another thread reached first. What the other tests
    // log comes along, and must be as silent.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing::callsite::rebuild_interest_cache();
    let mut shown = Vec::new();
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let secret = Secret::new(SECRET).unwrap();
            shown.push(format!("{secret:?}"));
            let receiver = Receiver::builder().secret(secret);
            shown.push(format!("{receiver:?}"));
            let receiver = receiver.build().unwrap();
            let intake =
                partner_api_webhooks::Intake::new(receiver, Arc::new(VolatileInbox::new()));
            let error = intake
                .receiver()
                .authenticate(["Bearer canary-wrong"])
                .unwrap_err();
            shown.push(format!("{intake:?} {error} {error:?}"));
            let authenticated = intake.receiver().authenticate([SECRET]).unwrap();
            shown.push(format!("{authenticated:?}"));
            for (path, body) in bodies() {
                let letter = intake
                    .receiver()
                    .read(&authenticated, path, body.as_bytes())
                    .unwrap();
                shown.push(format!("{letter:?}"));
                intake
                    .take(&authenticated, path, body.as_bytes())
                    .await
                    .unwrap();
            }
            let notes = Notes::new(|incoming| match incoming.attempt {
                1 => Then::GiveUp("canary-handler"),
                _ => Then::Fine,
            });
            let worker = intake.worker(notes.clone());
            shown.push(format!("{worker:?}"));
            worker.run_until_idle().await.unwrap();
            let dead = intake.dead_letters(None).await.unwrap();
            assert_eq!(dead.len(), bodies().len());
            for dead in dead {
                shown.push(format!("{dead:?}"));
                shown.push(format!("{:?}", intake.redrive(&dead).await.unwrap()));
            }
            let claimed = intake.inbox().claim(
                1,
                partner_api_core::Timestamp::MAX,
                std::time::Duration::ZERO,
            );
            shown.push(format!("{:?}", claimed.await.unwrap()));
            for incoming in notes.seen.lock().unwrap().iter() {
                shown.push(format!("{incoming:?}"));
            }
        });
    }
    let log = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("an event is kept") && log.contains("dead letters"),
        "{log}"
    );
    shown.push(log);
    for text in shown {
        let lower = text.to_lowercase();
        assert!(!lower.contains("canary"), "{text}");
    }
}
