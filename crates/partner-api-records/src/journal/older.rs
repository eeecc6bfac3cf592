//! Journals that older versions made, opened with the code of today: nothing is missing, and all of it is of use.

use partner_api_domain::journal::{Action, Basis, Fingerprint, Reference};
use partner_api_domain::{Actor, Reason};

use super::*;
use crate::database::older;

/// What every file of `tests/older` was told: something done under a key and for a reason, a suspension with its cards,
/// a movement in doubt, and a refusal.
fn told() -> [(Intent, Conclusion); 4] {
    let anna = || UserId::new("anna").unwrap();
    let cards = || vec!["c1".parse().unwrap(), "c2".parse().unwrap()];
    let intent = |action, seconds: i64| {
        let at = Timestamp::from_millis(1_700_000_000_000 + 1000 * seconds);
        Intent::new(action, at.unwrap())
    };
    let transfer = |source, destination, money: &str| Action::Transfer {
        source,
        destination,
        money: money.parse().unwrap(),
    };
    let mut paid = intent(transfer(None, Some(anna()), "10.50 eur"), 0);
    paid.key = Some(RequestKey::new("wage-1").unwrap());
    paid.actor = Some(Actor::new("ops:7"));
    paid.reason = Some(Reason::other("a refund, said by telephone"));
    paid.fingerprint = Some(Fingerprint::from_bytes([7; 32]));
    let suspend = Action::Suspend {
        user: anna(),
        cards: cards(),
    };
    let mut frozen = intent(suspend, 1);
    frozen.reason = Some(Reason::Fraud);
    let mut doubtful = intent(transfer(Some(anna()), None, "0.01 usdc"), 2);
    doubtful.key = Some(RequestKey::new("fee-1").unwrap());
    doubtful.fingerprint = Some(Fingerprint::from_bytes([8; 32]));
    let create = Action::Create {
        user: UserId::new("ben").unwrap(),
    };
    [
        (paid, Conclusion::done_as(paid_as())),
        (
            frozen,
            Conclusion::Done {
                reference: None,
                cards: cards(),
            },
        ),
        (doubtful, Conclusion::Unknown { cards: Vec::new() }),
        (
            intent(create, 3),
            Conclusion::Refused {
                code: Some("P411".into()),
                rule: None,
            },
        ),
    ]
}

fn paid_as() -> Reference {
    Reference::Transfer("t-1".parse().unwrap())
}

async fn make(file: &Path) {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).unwrap();
    for (intent, conclusion) in told() {
        let Begun::New(id) = journal.begin(intent).await.unwrap() else {
            panic!("each is new");
        };
        journal.conclude(id, conclusion).await.unwrap();
    }
    let made = journal.path().to_owned();
    drop(journal);
    std::fs::copy(made, file).unwrap();
}

#[test]
fn released_steps_are_never_edited() {
    older::check_steps(&SCHEMA);
}

#[tokio::test]
async fn a_journal_of_any_version_is_whole_and_goes_on() {
    for version in 1..=SCHEMA.migrations.len() {
        let dir = match older::copy(&SCHEMA, version) {
            Ok(dir) => dir,
            Err(missing) => {
                make(&missing).await;
                continue;
            }
        };
        let journal = SqliteJournal::open(dir.path()).unwrap();
        let entries: Vec<Entry> = (1..)
            .zip(told())
            .map(|(id, (intent, conclusion))| {
                Entry::new(IntentId::new(id), intent, Some(conclusion))
            })
            .collect();
        for entry in &entries {
            let found = journal.entry(entry.id).await.unwrap();
            assert_eq!(found.as_ref(), Some(entry), "version {version}");
        }
        let [paid, frozen, doubtful, _] = &entries[..] else {
            panic!("four entries were told");
        };
        let anna = UserId::new("anna").unwrap();
        let of_anna = journal.entries_of(&anna).await.unwrap();
        assert_eq!(of_anna, entries[..3]);

        // What was done under a key is not done again, and what is in doubt stands in the way of its like.
        let again = journal.begin(paid.intent.clone()).await.unwrap();
        assert_eq!(again, Begun::Before(paid.clone()));
        let mut alike = doubtful.intent.clone();
        alike.key = None;
        let begun = journal.begin(alike).await.unwrap();
        assert_eq!(begun, Begun::InDoubt(doubtful.clone()));
        assert_eq!(
            journal.unresolved().await.unwrap(),
            std::slice::from_ref(doubtful)
        );

        let resolution = Resolution::new(Conclusion::Absent, Basis::Person, Timestamp::EPOCH);
        let resolved = journal.resolve(doubtful.id, resolution).await.unwrap();
        assert_eq!(resolved, Resolved::Now);
        journal.erase(&anna).await.unwrap();
        let erased = journal.entries_of(&anna).await.unwrap();
        assert!(erased.iter().all(|it| it.intent.reason.is_none()));
        assert_eq!(erased[1].intent.action, frozen.intent.action);
        journal.verify().await.unwrap();
        drop(journal);
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let reason = b"said by telephone";
            assert!(
                !bytes.windows(reason.len()).any(|it| it == reason),
                "version {version}: erased, and still there"
            );
        }
    }
}
