//! Documents as people show them: mostly right, and wrong in every way that a rule knows.

use proptest::{option, prelude::*, sample::select, strategy::BoxedStrategy};

use super::command::country;
use crate::oracle::{Command, Document, Income, Paper, Papers, Photos, Questions, Scan};

/// A user who lives somewhere, born on some day.
pub(super) fn person(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let country = prop_oneof![
        20 => country(),
        1 => select(&["ZZ", "EU", "XK"][..]).prop_map(str::to_owned),
    ];
    let days = select(
        &[
            "1900-01-01",
            "1899-12-31",
            "2026-03-02",
            "2026-03-03",
            "2999-01-01",
            "2000-02-29",
            "1990-02-30",
        ][..],
    );
    let born = option::weighted(0.25, days.prop_map(str::to_owned));
    (who, country, born).prop_map(|(user, country, born)| Command::Create {
        user,
        country,
        born,
    })
}

/// The text of a document.
pub(super) fn verify(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    (who, option::weighted(0.6, document())).prop_map(|(user, by)| Command::Verify { user, by })
}

fn document() -> impl Strategy<Value = Document> {
    let numbers = [
        "EK7700",
        "ek7700123",
        "AB-12",
        "A1234567890123456789",
        "EK77",
        "EK77001234",
        "A12345678901234567890",
        "AB_123",
    ];
    let number = prop_oneof![3 => Just("EK77001"), 2 => select(numbers.to_vec())];
    let issued_by = prop_oneof![
        3 => Just(None),
        6 => Just(Some("PL")),
        3 => select(vec![Some("DE"), Some("RU"), Some("XK"), Some("UK")]),
    ];
    // The first day of most stories, and its neighbours.
    let until = prop_oneof![
        3 => Just(None),
        4 => Just(Some("2999-12-31")),
        3 => select(vec![Some("2026-03-01"), Some("2026-03-02"), Some("2026-04-03"), Some("2026-02-29")]),
    ];
    (select(Paper::ALL), number, issued_by, until).prop_map(|(kind, number, issued_by, until)| {
        Document {
            kind,
            number: number.to_owned(),
            issued_by: issued_by.map(str::to_owned),
            until: until.map(str::to_owned),
        }
    })
}

/// Files that show who somebody is.
pub(super) fn photos(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let right = select(&[Paper::Passport, Paper::IdCard, Paper::Permit][..])
        .prop_map(|of| (of, of != Paper::Passport));
    let any = (select(Paper::ALL), any::<bool>());
    let sides = prop_oneof![2 => right, 1 => any];
    (who, sides, scan()).prop_map(|(user, (of, back), scan)| Command::AddFiles {
        user,
        files: Photos { of, back, scan },
    })
}

/// Files that show where somebody lives.
pub(super) fn papers(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let count = prop_oneof![4 => Just(1), 1 => 0..5_usize];
    (who, count, scan()).prop_map(|(user, count, scan)| Command::AddProof {
        user,
        files: Papers { count, scan },
    })
}

/// The largest are seldom: they take their time.
fn scan() -> impl Strategy<Value = Scan> {
    prop_oneof![
        30 => select(&[Scan::Pdf, Scan::Jpeg, Scan::Png][..]),
        6 => select(&[Scan::Gif, Scan::Empty][..]),
        1 => Just(Scan::Huge),
    ]
}

/// A hosted verification, with what is answered before.
pub(super) fn kyc(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let salaried = Questions {
        income: Income::Salary,
        tax: false,
        occupation: true,
        more: true,
        ..Questions::BUSINESS
    };
    let kept = Questions {
        income: Income::Family,
        tax: false,
        more: true,
        ..Questions::BUSINESS
    };
    let other = Questions {
        income: Income::Other,
        ..kept
    };
    let right = select(vec![Questions::BUSINESS, salaried, kept, other]);
    let given = (any::<bool>(), any::<bool>(), any::<bool>());
    let random =
        (select(Income::ALL), given).prop_map(|(income, (tax, occupation, more))| Questions {
            of: Paper::Passport,
            income,
            tax,
            occupation,
            more,
        });
    let asked = prop_oneof![4 => right, 1 => random];
    (who, asked, select(Paper::ALL)).prop_map(|(user, asked, of)| Command::StartKyc {
        user,
        key: String::new(),
        asked: Questions { of, ..asked },
    })
}
