//! Files of earlier versions: what a sandbox of then wrote is read, goes on, and is history like any other.
//!
//! `files/` holds what real sandboxes of those versions left, as SQL: five users with money, thirty payments among them and
//! four to the partner, one user suspended and one closed.

use super::*;

pub(super) const FILES: [(&str, &str); 4] = [
    ("1", include_str!("files/v1.sql")),
    ("2", include_str!("files/v2.sql")),
    ("3", include_str!("files/v3.sql")),
    ("4", include_str!("files/v4.sql")),
];

/// A directory as a sandbox of that version left it.
pub(super) fn left(sql: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let file = rusqlite::Connection::open(dir.path().join("sandbox.db")).unwrap();
    file.execute_batch(sql).unwrap();
    dir
}

/// Every decision on an account of those before `before`, the last one first, found the slow way.
fn searched(all: &[Decision], account: Account, before: Option<u64>) -> Vec<u64> {
    let touches = |it: &&Decision| {
        let mut legs = it.bookings.iter().flat_map(|booking| &booking.legs);
        legs.any(|leg| leg.account == account)
    };
    let earlier = |it: &&Decision| before.is_none_or(|before| it.seq < before);
    let found = all.iter().rev().filter(touches).filter(earlier);
    found.map(|it| it.seq).collect()
}

/// Looks at every page that begins anywhere, as far as there are decisions.
fn check_history(engine: &Engine) {
    let look = |snapshot: &Snapshot<'_>| {
        let all = snapshot.decisions(0, usize::MAX)?;
        let last = all.last().unwrap().seq;
        let mut accounts = vec![Account::Partner];
        for index in 0..5 {
            let user = snapshot.user(&user(&format!("user-{index}")))?.unwrap();
            accounts.push(Account::User(user.holder));
        }
        for account in accounts {
            for before in (0..=last + 2).map(Some).chain([None, Some(u64::MAX)]) {
                let wanted = searched(&all, account, before);
                for limit in [0, 1, 3, usize::MAX] {
                    let page = snapshot.history(account, before, limit)?;
                    let page: Vec<_> = page.iter().map(|it| it.seq).collect();
                    let wanted = &wanted[..limit.min(wanted.len())];
                    assert_eq!(page, wanted, "{account} before {before:?}, {limit}");
                }
            }
        }
        Ok(())
    };
    engine.read(look).unwrap();
}

#[tokio::test]
async fn a_file_of_each_earlier_version_goes_on_as_if_it_were_new() {
    for (version, sql) in FILES {
        let dir = left(sql);
        let engine = reopened(dir.path());
        let audit = check_books(&engine);
        let first = engine.read(|it| it.decisions(0, 1)).unwrap();
        let funds = first[0].bookings.len() as u64;
        assert_eq!(audit.movements, funds + 5 + 34 + 1, "version {version}");
        let words = log(&engine);
        assert_eq!(words[0], "fund");
        assert_eq!(words.last().unwrap(), "transfer user_must_not_be_suspended");
        check_history(&engine);
        let before = eur_of(&engine, "user-0");
        let rule = refused(
            &engine,
            transfer(Some("user-1"), Some("user-0"), "1.00 eur"),
        )
        .await;
        assert_eq!(rule, Rule::UserMustNotBeSuspended, "version {version}");
        let rule = refused(
            &engine,
            transfer(Some("user-2"), Some("user-0"), "1.00 eur"),
        )
        .await;
        assert_eq!(rule, Rule::UserMustNotBeClosed, "version {version}");
        for (from, to) in [(3, 0), (0, 4), (4, 0), (3, 4)] {
            let [from, to] = [from, to].map(|index| format!("user-{index}"));
            ok(&engine, transfer(Some(&from), Some(&to), "2.00 eur")).await;
        }
        verified(&engine, "new", "1.00 eur").await;
        ok(&engine, transfer(Some("new"), Some("user-3"), "1.00 eur")).await;
        assert_eq!(eur_of(&engine, "user-0"), before + 200);
        check_history(&engine);
        check_books(&engine);
        let decisions = || log(&engine).len();
        let decided = decisions();
        engine.shutdown().await;
        let engine = reopened(dir.path());
        assert_eq!(log(&engine).len(), decided);
        check_history(&engine);
        check_books(&engine);
    }
}

#[tokio::test]
async fn a_history_that_no_earlier_version_wrote_is_whole_too() {
    let dir = tempfile::tempdir().unwrap();
    for data in [Data::Ephemeral, Data::Directory(dir.path().to_owned())] {
        let engine = Engine::open(options(data)).unwrap();
        for index in 0..5 {
            verified(&engine, &format!("user-{index}"), "9.00 eur").await;
        }
        ok(&engine, transfer(None, Some("user-0"), "1 btc")).await;
        for n in 0..20 {
            let [from, to] = [n % 5, n % 3].map(|index| format!("user-{index}"));
            // Some are refused, which is no history.
            let command = transfer(Some(&from), Some(&to), "1.00 eur");
            drop(engine.execute(command).await.unwrap().verdict);
        }
        ok(&engine, transfer(Some("user-0"), Some("user-1"), "0.5 btc")).await;
        ok(&engine, transfer(Some("user-0"), None, "1.00 eur")).await;
        check_history(&engine);
        engine.reset().await.unwrap();
        for index in 0..5 {
            verified(&engine, &format!("user-{index}"), "1.00 eur").await;
        }
        check_history(&engine);
    }
}
