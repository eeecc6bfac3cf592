//! What happens when the store fails: nothing is acknowledged that is not kept, and everybody is told.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use super::*;
use crate::store::{Batch, Rows};

/// A store that fails when it is told to, after the work and before the commit, and counts commits.
#[derive(Default)]
pub(super) struct Moody {
    store: Memory,
    mood: AtomicU8,
    commits: AtomicU64,
    erase_fails: AtomicBool,
    erasures: AtomicU64,
}

pub(super) const FULL: u8 = 1;
const DISK: u8 = 2;
const PANIC: u8 = 3;
/// Waits before each commit, as a disk does.
const SLOW: u8 = 4;

impl Moody {
    /// What it is to do from now on; 0 is to work.
    pub(super) fn feel(&self, mood: u8) {
        self.mood.store(mood, Ordering::Release);
    }
}

impl Store for Moody {
    fn batch(
        &self,
        work: &mut dyn FnMut(&mut dyn Batch) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.store.batch(&mut |batch| {
            work(batch)?;
            match self.mood.load(Ordering::Acquire) {
                FULL => Err(StoreError::Full("no room".into())),
                DISK => Err(StoreError::Disk("sync failed".into())),
                PANIC => panic!("the store panics because the test tells it to"),
                mood => {
                    if mood == SLOW {
                        std::thread::sleep(Duration::from_millis(20));
                    }
                    self.commits.fetch_add(1, Ordering::AcqRel);
                    Ok(())
                }
            }
        })
    }

    fn snapshot(
        &self,
        work: &mut dyn FnMut(&dyn Rows) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.store.snapshot(work)
    }

    fn erase(&self) -> Result<(), StoreError> {
        if self.erase_fails.load(Ordering::Acquire) {
            return Err(StoreError::HeldByReader);
        }
        self.erasures.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }
}

fn open() -> (Arc<Moody>, Engine) {
    let store = Arc::new(Moody::default());
    let engine = Engine::start(
        Arc::clone(&store) as Arc<dyn Store>,
        options(Data::Ephemeral),
    );
    (store, engine.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_that_wait_together_are_committed_together() {
    let (store, engine) = open();
    verified(&engine, "anna", "10.00 eur").await;
    store.feel(SLOW);
    let before = store.commits.load(Ordering::Acquire);
    let transfers = (0..100).map(|_| {
        let engine = engine.clone();
        tokio::spawn(async move {
            engine
                .execute(transfer(None, Some("anna"), "0.01 eur"))
                .await
        })
    });
    let mut numbers = Vec::new();
    for transfer in transfers.collect::<Vec<_>>() {
        numbers.push(transfer.await.unwrap().unwrap().seq);
    }
    let commits = store.commits.load(Ordering::Acquire) - before;
    assert!(
        commits < 50,
        "{commits} commits for 100 transfers that came at once"
    );
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 100, "every decision has a number of its own");
    assert_eq!(eur_of(&engine, "anna"), 1_100);
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_and_then_it_goes_on() {
    let (store, engine) = open();
    verified(&engine, "anna", "10.00 eur").await;
    let before = log(&engine);
    store.feel(FULL);
    let (first, second) = tokio::join!(
        engine.execute(transfer(None, Some("anna"), "1.00 eur")),
        engine.execute(create_user("ben")),
    );
    for error in [first.unwrap_err(), second.unwrap_err()] {
        assert!(matches!(&error, EngineError::Store(it) if matches!(**it, StoreError::Full(_))));
    }
    assert!(engine.advance_clock(Duration::from_secs(1)).await.is_err());
    assert_eq!((log(&engine), eur_of(&engine, "anna")), (before, 1_000));
    store.feel(0);
    ok(&engine, create_user("ben")).await;
    ok(&engine, transfer(Some("anna"), None, "10.00 eur")).await;
    check_books(&engine);
}

#[tokio::test]
async fn a_reset_that_finds_no_room_leaves_the_books_as_they_were() {
    let (store, engine) = open();
    verified(&engine, "anna", "10.00 eur").await;
    store.feel(FULL);
    engine.reset().await.unwrap_err();
    store.feel(0);
    ok(&engine, transfer(None, Some("anna"), "1.00 eur")).await;
    assert_eq!(eur_of(&engine, "anna"), 1_100);
    check_books(&engine);
}

#[tokio::test]
async fn after_a_failure_of_the_disk_nothing_is_written_but_reads_go_on() {
    let (store, engine) = open();
    verified(&engine, "anna", "10.00 eur").await;
    store.feel(DISK);
    let error = engine.execute(create_user("ben")).await.unwrap_err();
    assert!(matches!(error, EngineError::Store(_)) && error.may_have_happened());
    store.feel(0);
    let error = engine.execute(create_user("ben")).await.unwrap_err();
    assert!(matches!(error, EngineError::Poisoned(_)) && !error.may_have_happened());
    assert_eq!(eur_of(&engine, "anna"), 1_000);
}

#[tokio::test]
async fn whoever_waits_for_a_writer_that_crashed_is_told() {
    let (store, engine) = open();
    store.feel(PANIC);
    let crashed = engine.execute(create_user("anna")).await.unwrap_err();
    assert!(matches!(crashed, EngineError::Crashed), "{crashed}");
    let late = engine.execute(create_user("ben")).await.unwrap_err();
    assert!(
        matches!(late, EngineError::Stopped | EngineError::Crashed),
        "{late}"
    );
    assert_eq!(log(&engine), ["fund"]);
}

#[tokio::test]
async fn a_close_whose_erasure_failed_says_so_and_the_erasure_is_tried_again() {
    let (store, engine) = open();
    verified(&engine, "anna", "10.00 eur").await;
    store.erase_fails.store(true, Ordering::Release);
    let close = engine.execute(Command::Close { user: user("anna") });
    let (error, transfer) = tokio::join!(close, engine.execute(transfer(None, None, "1.00 eur")));
    assert!(matches!(error, Err(EngineError::NotErased(_))), "{error:?}");
    assert!(transfer.is_ok(), "only who asked for it is told");
    store.erase_fails.store(false, Ordering::Release);
    // Tried again after ben is answered, so before carl is decided; and then there is nothing left to erase.
    for id in ["ben", "carl", "dora"] {
        ok(&engine, create_user(id)).await;
    }
    assert_eq!(store.erasures.load(Ordering::Acquire), 1);
    assert_eq!(
        refused(&engine, create_user("anna")).await,
        Rule::UserIdMustBeUnused
    );
}
