//! L14: once a closure is answered, no byte of the user's personal data is left in the sandbox's files.
//!
//! Method: every file of the data directory is searched, while the sandbox runs and after it has stopped. The same
//! search before the closure must find the data, or it would prove nothing.

use std::{fs, path::Path};

use partner_api_tests::{
    oracle::{ActiveCards, Command, Receiver, Sender},
    persona,
    stand::Stand,
};
use reqwest::Method;
use serde_json::{Value, json};

/// Personal data of `user` that no other user has.
fn personal(user: &str, day: u32) -> Value {
    let mut body = persona::new_user(user, "PL");
    let digits = user.bytes().map(u32::from).sum::<u32>();
    for (field, value) in [
        ("phone", format!("4860777{digits:06}")),
        ("birthDate", format!("1971-11-{day:02}")),
        ("street", format!("Street-of-{user}")),
        ("number", format!("No-of-{user}")),
        ("city", format!("City-of-{user}")),
        ("postCode", format!("PC-{}", &user[user.len() - 4..])),
        ("userIdentificationNumber", format!("7111{digits:07}")),
    ] {
        body[field] = json!(value);
    }
    body
}

/// The files of a directory that hold any of the needles, in any letter case.
fn files_with<'a>(dir: &Path, needles: &'a [String]) -> Vec<(String, &'a str)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("the data directory can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, needles));
            continue;
        }
        let bytes = fs::read(&path)
            .expect("a data file can be read")
            .to_ascii_lowercase();
        for needle in needles {
            let low = needle.to_ascii_lowercase();
            if bytes
                .windows(low.len())
                .any(|window| window == low.as_bytes())
            {
                found.push((path.display().to_string(), needle.as_str()));
            }
        }
    }
    found
}

/// A verified, funded user with cards, movements and an updated profile; returns everything that identifies them.
async fn whole_life(stand: &mut Stand, user: &str, day: u32) -> Vec<String> {
    let body = personal(user, day);
    let create = stand
        .driver
        .partner
        .post("/v1/user/balances/crypto-and-fiat", body.clone())
        .await;
    let holder = create.ok().text_of("userId");
    let mut identity = persona::identity(user);
    identity["documentType"] = json!("ID_CARD");
    identity["documentNumber"] = json!(format!("DOC-OF-{user}"));
    identity["expiryDate"] = json!(format!("29{day:02}-10-11"));
    let asked = json!({
        "externalUserId": user, "documentType": "PASSPORT", "country": "PL", "incomeSource": "BUSINESS_ACTIVITY",
        "openAccountReason": "DAILY_USE", "taxId": format!("TAX-OF-{user}"),
    });
    stand.driver.partner.post("/v1/kyc", asked).await.ok();
    stand
        .driver
        .partner
        .post("/v1/user/verification", identity)
        .await
        .ok();
    let owned = |user: &str| user.to_owned();
    for command in [
        Command::Decide {
            user: owned(user),
            approved: true,
        },
        Command::Deposit {
            owner: Some(owned(user)),
            key: format!("D-{user}"),
            amount: "70".into(),
            sender: Sender::UNNAMED,
        },
        Command::PayOut {
            owner: Some(owned(user)),
            key: format!("P-{user}"),
            amount: "5".into(),
            currency: "eur".into(),
            to: Receiver::FirstAccount,
        },
        Command::Advance {
            milliseconds: 60_000,
        },
    ] {
        assert_eq!(
            stand.driver.perform(&command).await.refusal,
            None,
            "{command}"
        );
    }
    let card = stand
        .driver
        .partner
        .post("/v1/card/virtual", persona::new_card(user))
        .await
        .ok();
    let label =
        json!({"externalUserId": user, "label": format!("Label-of-{user}"), "pin": persona::PIN});
    stand
        .driver
        .partner
        .post("/v1/card/virtual", label)
        .await
        .ok();
    let update = json!({"email": format!("second-{user}@canary.example"), "city": format!("Town-of-{user}")});
    stand
        .driver
        .partner
        .call(Method::PATCH, &format!("/v1/user/{user}"), Some(&update))
        .await
        .ok();

    let fields = [
        "email",
        "phone",
        "firstName",
        "lastName",
        "birthDate",
        "street",
        "number",
        "city",
        "postCode",
    ];
    let mut needles: Vec<String> = fields
        .iter()
        .map(|field| body[field].as_str().expect("text").to_owned())
        .collect();
    needles.push(
        body["userIdentificationNumber"]
            .as_str()
            .expect("text")
            .to_owned(),
    );
    needles.extend([
        format!("second-{user}@canary.example"),
        format!("Town-of-{user}"),
    ]);
    needles.extend([
        format!("DOC-OF-{user}"),
        format!("TAX-OF-{user}"),
        format!("29{day:02}-10-11"),
        card.text_of("cardNumber"),
        format!("Label-of-{user}"),
    ]);
    needles.push(user.to_owned());
    assert!(!needles.contains(&holder), "the opaque id may stay");
    needles
}

#[tokio::test]
async fn l14_closing_leaves_no_byte_of_a_user_in_the_data_directory() {
    let mut stand = Stand::start_durable(ActiveCards::Refuse).await;
    let leaver = whole_life(&mut stand, "leaver-7f3a", 3).await;
    let stayer = whole_life(&mut stand, "stayer-9c1e", 4).await;
    let before = files_with(stand.data_dir(), &leaver);
    for field in ["leaver-7f3a@canary.example", "leaver-7f3a"] {
        assert!(
            before.iter().any(|(_, needle)| *needle == field),
            "the search finds {field} while it is there"
        );
    }

    stand
        .driver
        .perform(&Command::Suspend {
            user: "leaver-7f3a".into(),
        })
        .await;
    let close = stand
        .driver
        .perform(&Command::Close {
            user: "leaver-7f3a".into(),
        })
        .await;
    assert_eq!(close.refusal, None);
    assert_eq!(
        files_with(stand.data_dir(), &leaver),
        [],
        "while the sandbox runs"
    );

    // What is refused afterwards must not write the id back.
    for command in [
        Command::Suspend {
            user: "leaver-7f3a".into(),
        },
        Command::Create {
            user: "leaver-7f3a".into(),
            country: "PL".into(),
            born: None,
        },
        Command::Deposit {
            owner: Some("leaver-7f3a".into()),
            key: "late".into(),
            amount: "1".into(),
            sender: Sender::UNNAMED,
        },
    ] {
        stand.driver.perform(&command).await;
    }
    assert_eq!(
        files_with(stand.data_dir(), &leaver),
        [],
        "after late commands"
    );

    stand.restart().await;
    assert_eq!(files_with(stand.data_dir(), &leaver), [], "after a restart");
    let again = Command::Create {
        user: "leaver-7f3a".into(),
        country: "PL".into(),
        born: None,
    };
    let again = stand.driver.perform(&again).await;
    assert_eq!(
        again.refusal.map(|(_, code)| code).as_deref(),
        Some("P411"),
        "L7: forgotten, but never reused"
    );

    let dir = stand.stop().await;
    assert_eq!(
        files_with(dir.path(), &leaver),
        [],
        "after the sandbox has stopped"
    );
    let kept = files_with(dir.path(), &stayer);
    assert!(
        kept.iter()
            .any(|(_, needle)| *needle == "stayer-9c1e@canary.example"),
        "others keep their data"
    );
}
