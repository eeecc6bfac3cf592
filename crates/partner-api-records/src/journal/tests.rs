//! What only the durable journal promises: entries that outlive it, and several processes on one file.

use std::collections::BTreeSet;
use std::sync::Arc;

use partner_api_domain::Reason;
use partner_api_domain::core::user::Standing;
use partner_api_domain::journal::{Action, Basis, conformance};

use super::*;

/// A journal in a directory that goes with it.
#[derive(Debug)]
struct Temporary(
    SqliteJournal,
    #[allow(dead_code, reason = "removed last")] tempfile::TempDir,
);

impl Temporary {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self(SqliteJournal::open(dir.path()).unwrap(), dir)
    }
}

fn transfer(money: &str) -> Intent {
    let action = Action::Transfer {
        source: None,
        destination: UserId::new("anna").ok(),
        money: money.parse().unwrap(),
    };
    Intent::new(action, Timestamp::EPOCH)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_a_journal() {
    let dirs = std::sync::Mutex::new(Vec::new());
    conformance::run(async || {
        let Temporary(journal, dir) = Temporary::new();
        dirs.lock().unwrap().push(dir);
        Arc::new(journal) as _
    })
    .await;
}

#[tokio::test]
async fn what_was_begun_is_there_after_reopening_with_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let mut intent = transfer("1 eur");
    intent.key = Some(RequestKey::new("job").unwrap());
    let open = || SqliteJournal::open(dir.path()).unwrap();
    let Begun::New(id) = open().begin(intent.clone()).await.unwrap() else {
        panic!("it should begin");
    };
    let journal = open();
    let entry = Entry::new(id, intent.clone(), None);
    assert_eq!(
        journal.unresolved().await.unwrap(),
        std::slice::from_ref(&entry)
    );
    assert_eq!(journal.begin(intent).await.unwrap(), Begun::Before(entry));
}

#[tokio::test]
async fn the_latest_entries_come_first() {
    let Temporary(journal, _dir) = Temporary::new();
    for money in ["1 eur", "2 usdc", "3 btc"] {
        let begun = journal.begin(transfer(money)).await.unwrap();
        assert!(matches!(begun, Begun::New(_)));
    }
    let latest = async |most| {
        let entries = journal.latest(most).await.unwrap();
        entries.iter().map(|it| it.id.get()).collect::<Vec<_>>()
    };
    assert_eq!(latest(2).await, [3, 2]);
    assert_eq!(latest(9).await, [3, 2, 1]);
}

/// Two connections stand for two processes: neither knows of the other but through the file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_one_begins_what_both_ask_for() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteJournal::open(dir.path()).unwrap());
    let processes = [open(), open()];
    for round in 1..=30 {
        let mut keyed = transfer(&format!("{round} eur"));
        keyed.key = Some(RequestKey::new(format!("job {round}")).unwrap());
        let alike = transfer(&format!("{round} usdc"));
        let mut asked = Vec::new();
        for journal in &processes {
            for intent in [keyed.clone(), alike.clone()] {
                let journal = Arc::clone(journal);
                asked.push(tokio::spawn(
                    async move { journal.begin(intent).await.unwrap() },
                ));
            }
        }
        let mut begun = 0;
        for answer in asked {
            begun += usize::from(matches!(answer.await.unwrap(), Begun::New(_)));
        }
        assert_eq!(begun, 2, "round {round}");
    }
}

#[tokio::test]
async fn a_file_that_is_damaged_says_so() {
    let Temporary(journal, dir) = Temporary::new();
    journal.begin(transfer("1 eur")).await.unwrap();
    let file = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
    file.execute("UPDATE entries SET intent = '{}'", [])
        .unwrap();
    let error = journal.unresolved().await.unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
}

async fn begin(journal: &SqliteJournal, intent: Intent) -> IntentId {
    match journal.begin(intent).await.unwrap() {
        Begun::New(id) => id,
        instead => panic!("{instead:?}"),
    }
}

/// A journal with a few movements, one of them resolved by a person, and its file.
async fn told() -> (Temporary, IntentId) {
    let journal = Temporary::new();
    let mut first = transfer("1 eur");
    first.actor = Some("ops:7".into());
    first.reason = Some(Reason::other("refund, canary-reason"));
    let first = begin(&journal.0, first).await;
    journal
        .0
        .conclude(first, Conclusion::NotSent)
        .await
        .unwrap();
    let second = begin(&journal.0, transfer("2 eur")).await;
    let mut resolution = Resolution::new(Conclusion::Absent, Basis::Person, Timestamp::EPOCH);
    resolution.actor = Some("ops:8".into());
    resolution.reason = Some(Reason::other("=1+1"));
    journal.0.resolve(second, resolution).await.unwrap();
    (journal, second)
}

/// A sink that can be looked at afterwards.
#[derive(Clone, Default)]
struct Sink(Arc<std::sync::Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn exported(journal: &SqliteJournal, format: Format) -> String {
    let sink = Sink::default();
    journal.export(sink.clone(), format).await.unwrap();
    let bytes = sink.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn the_trail_says_who_asked_for_what_and_why_and_how_it_ended() {
    let (Temporary(journal, _dir), _) = told().await;
    let verified = journal.verify().await.unwrap();
    assert_eq!((verified.records, verified.erased), (4, 0));
    let csv = exported(&journal, Format::Csv).await;
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 5);
    assert!(rows[0].starts_with("seq,at,entry,event,action,source,destination,money,actor,reason"));
    let first = "1,1970-01-01T00:00:00.000Z,1,begun,transfer,,anna,1.00 eur,ops:7,\"refund, canary-reason\",,,,";
    assert!(rows[1].starts_with(first), "{}", rows[1]);
    assert!(
        rows[4].contains(",resolved,,,,,ops:8,'=1+1,absent,,person,"),
        "{}",
        rows[4]
    );
    let lines = exported(&journal, Format::JsonLines).await;
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["hash"], verified.head);
}

/// The exported lines are verified by a few lines that share no code with what wrote them.
#[tokio::test]
async fn an_export_can_be_verified_elsewhere() {
    use sha2::{Digest, Sha256};
    let (Temporary(journal, _dir), _) = told().await;
    let bytes = |text: &serde_json::Value| -> Vec<u8> {
        let text = text.as_str().unwrap_or_default();
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    };
    let mut before = vec![0; 32];
    for line in exported(&journal, Format::JsonLines).await.lines() {
        let it: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut text = before.clone();
        for field in ["seq", "atMillis", "entry"] {
            text.extend(it[field].as_i64().unwrap().to_be_bytes());
        }
        let public = it["public"].as_str().unwrap();
        text.extend((public.len() as u64).to_be_bytes());
        text.extend(public.as_bytes());
        let commitment = bytes(&it["commitment"]);
        text.push(u8::from(!commitment.is_empty()));
        text.extend(if commitment.is_empty() {
            vec![0; 32]
        } else {
            commitment.clone()
        });
        if let Some(personal) = it["personal"].as_str() {
            let opened = [&bytes(&it["salt"])[..], personal.as_bytes()].concat();
            assert_eq!(Sha256::digest(opened).to_vec(), commitment);
        }
        before = Sha256::digest(text).to_vec();
        assert_eq!(before, bytes(&it["hash"]));
    }
}

#[tokio::test]
async fn whoever_changes_a_record_is_found_out() {
    let changes = [
        "UPDATE audit SET public = replace(public, 'ops:7', 'ops:9') WHERE seq = 1",
        "UPDATE audit SET at = at + 1 WHERE seq = 2",
        "UPDATE audit SET entry = 2 WHERE seq = 2",
        "UPDATE audit SET commitment = NULL WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 1",
        "UPDATE audit SET seq = 9 WHERE seq = 4",
        "UPDATE audit_personal SET personal = x'7b7d' WHERE seq = 1",
        "INSERT INTO audit_personal VALUES (2, randomblob(16), x'7b7d')",
        "DELETE FROM audit_personal WHERE seq = 1",
    ];
    for change in changes {
        let (Temporary(journal, dir), _) = told().await;
        let file = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
        let is_refused = file.execute(change, []).is_err();
        assert_eq!(is_refused, !change.contains("audit_personal"), "{change}");
        // Somebody who does not stop at that.
        file.execute_batch("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_deleted")
            .unwrap();
        if is_refused {
            file.execute(change, []).unwrap();
        }
        let error = journal.verify().await.unwrap_err();
        assert!(
            matches!(error, AuditError::Broken { .. }),
            "{change}: {error}"
        );
    }
}

#[tokio::test]
async fn what_is_personal_is_erased_from_every_file_and_the_trail_holds() {
    let (Temporary(journal, dir), _) = told().await;
    let head = journal.verify().await.unwrap().head;
    let anna = UserId::new("anna").unwrap();
    journal.erase(&anna).await.unwrap();
    let verified = journal.verify().await.unwrap();
    // Two that were begun and one that was resolved had such a part; each erasure is a record of its own.
    assert_eq!((verified.records, verified.erased), (6, 3));
    let lines = exported(&journal, Format::JsonLines).await;
    assert!(lines.contains(&head), "the old head is still in the chain");
    assert!(!lines.contains("canary-reason") && !lines.contains("anna"));
    assert_eq!(canaries(dir.path()), BTreeSet::new());
    let entries = journal.entries_of(&anna).await.unwrap();
    assert!(entries.iter().all(|it| it.intent.reason.is_none()));
    assert_eq!(entries.len(), 2);
}

/// The canaries that a directory's files hold, such as `canary-017`.
fn canaries(dir: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let starts = bytes
            .windows(7)
            .enumerate()
            .filter(|(_, it)| *it == b"canary-");
        found.extend(starts.map(|(at, _)| {
            String::from_utf8_lossy(&bytes[at..bytes.len().min(at + 10)]).into_owned()
        }));
    }
    found
}

/// Hundreds of entries whose rows grow when they are concluded, in no order, so that trees are balanced many times: of
/// those that are erased no copy is left in the unused middle of a page.
#[tokio::test]
async fn of_many_only_the_erased_are_gone() {
    let Temporary(journal, dir) = Temporary::new();
    let mut ids = Vec::new();
    for number in 0..300_u32 {
        let action = Action::Verify {
            user: UserId::new(format!("u{number}")).unwrap(),
        };
        let mut intent = Intent::new(action, Timestamp::EPOCH);
        let reason = format!("canary-{number:03}").repeat(1 + number as usize % 7);
        intent.reason = Some(Reason::other(reason));
        ids.push(begin(&journal, intent).await);
    }
    // 7919 is prime, so this visits every number below 300 once, far from its neighbours.
    for number in (0..300).map(|index| index * 7919 % 300) {
        let conclusion = Conclusion::Refused {
            code: Some("P".repeat(1 + number % 90).into()),
            rule: None,
        };
        journal.conclude(ids[number], conclusion).await.unwrap();
    }
    let stays = |number: &u32| number.is_multiple_of(3);
    for number in (0..300).filter(|it| !stays(it)) {
        let user = UserId::new(format!("u{number}")).unwrap();
        journal.erase(&user).await.unwrap();
    }
    let left: BTreeSet<String> = (0..300)
        .filter(stays)
        .map(|number| format!("canary-{number:03}"))
        .collect();
    assert_eq!(canaries(dir.path()), left);
    let verified = journal.verify().await.unwrap();
    assert_eq!((verified.records, verified.erased), (800, 200));
}

#[tokio::test]
async fn what_is_in_doubt_is_not_erased() {
    let Temporary(journal, _dir) = Temporary::new();
    begin(&journal, transfer("1 eur")).await;
    let error = journal
        .erase(&UserId::new("anna").unwrap())
        .await
        .unwrap_err();
    assert!(matches!(error, EraseError::Unresolved), "{error}");
}

/// Two processes write the one trail, in turns that nobody arranges.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_processes_write_one_trail() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteJournal::open(dir.path()).unwrap());
    let mut writers = Vec::new();
    for writer in 0..4 {
        let journal = open();
        writers.push(tokio::spawn(async move {
            for number in 1..=25 {
                let id = begin(&journal, transfer(&format!("{writer}.{number:02} eur"))).await;
                journal.conclude(id, Conclusion::NotSent).await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(open().verify().await.unwrap().records, 200);
}

fn listed(users: &[(&str, Option<Standing>)]) -> Vec<(UserId, Option<Standing>)> {
    let user = |(id, standing): &(&str, Option<Standing>)| (UserId::new(*id).unwrap(), *standing);
    users.iter().map(user).collect()
}

#[tokio::test]
async fn an_import_is_written_once_whole_or_not_at_all_and_the_roster_shows_it() {
    use Standing::{Closed, Open, Suspended};
    let Temporary(journal, _dir) = Temporary::new();
    let user = || UserId::new("anna").unwrap();
    for action in [
        Action::Create { user: user() },
        Action::Suspend {
            user: user(),
            cards: vec![],
        },
    ] {
        let id = begin(&journal, Intent::new(action, Timestamp::EPOCH)).await;
        journal.conclude(id, Conclusion::done()).await.unwrap();
    }
    let import = async |users: &[_], skip| {
        let note = Some(Reason::other("core bank"));
        journal
            .import(listed(users), Some("ops:7".into()), note, skip)
            .await
            .unwrap()
    };
    let roster = async || -> Vec<String> {
        let users = journal.users().await.unwrap();
        let shown =
            |it: KnownUser| format!("{} {} {}", it.id, it.believed.standing, it.believed.origin);
        users.into_iter().map(shown).collect()
    };
    let all = [
        ("anna", Some(Open)),
        ("ben", None),
        ("cleo", Some(Suspended)),
        ("dora", Some(Closed)),
    ];
    let refused = import(&all, false).await;
    assert_eq!(refused.conflicting, [(user(), Open, Suspended)]);
    assert!(!refused.is_written && refused.new == 0);
    assert_eq!(roster().await, ["anna suspended created"]);
    let written = import(&all, true).await;
    assert_eq!(
        (written.new, written.known, written.is_written),
        (3, 0, true)
    );
    let expected = [
        "anna suspended created",
        "ben open imported",
        "cleo suspended imported",
        "dora closed imported",
    ];
    assert_eq!(roster().await, expected);
    // Twice is once.
    let before = journal.verify().await.unwrap();
    let again = import(&all[1..], false).await;
    assert_eq!((again.new, again.known), (0, 3));
    assert_eq!(journal.verify().await.unwrap(), before);
    // The note can be erased, the user stays known.
    journal.erase(&UserId::new("cleo").unwrap()).await.unwrap();
    assert_eq!(roster().await, expected);
}
