//! Secrets are pushed through every error, `Debug` and trace path of the SDK and the sandbox, and then searched for.
//!
//! Method: everything that the SDK returns or traces is written down as a log would; no secret may be in it. A server
//! that echoes what it was sent shows that no error quotes a body, whatever its status and shape.

use std::{
    error::Error as StdError,
    fmt::{Debug, Write as _},
    io::{Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use partner_api::{
    ApiKey, CallReport, Currency, DocumentKind, Environment, Error, File, Identity, Income,
    KycFiles, Money, NewCard, NewUser, Observer, OpenAccountReason, PartnerApi, PayOut, PoaFiles,
    Questionnaire, Reason, User, UserUpdate,
};
use partner_api_tests::{
    capture,
    facade::{identity, new_user},
    oracle::{ActiveCards, Command},
    persona,
    stand::{API_KEY, CONTROL_KEY, Stand},
};

/// What must not be seen, each unmistakable.
const SECRETS: [&str; 18] = [
    API_KEY,
    CONTROL_KEY,
    persona::IBANS[0],
    "u1@canary.example",
    "First-U1",
    "Last-U1",
    "48601234567",
    "1990-05-15",
    "Kanarkowa",
    "ZS0001234",
    "second@canary.example",
    "title-canary",
    "file-canary",
    // The same bytes, as a careless `Debug` of them would show.
    "102, 105, 108, 101, 45, 99, 97, 110, 97, 114, 121",
    "TAX-CANARY-7",
    "about-canary",
    "RP-CANARY-8",
    "2999-08-07",
];

/// Everything that was shown to somebody.
#[derive(Default)]
struct Shown(String);

impl Shown {
    fn value(&mut self, value: &impl Debug) {
        writeln!(self.0, "{value:?}\n{value:#?}").expect("strings take all text");
    }

    fn result<T: Debug>(&mut self, result: Result<T, Error>) -> Option<T> {
        match result {
            Ok(value) => {
                self.value(&value);
                Some(value)
            }
            Err(error) => {
                self.value(&error);
                writeln!(self.0, "{error}\n{error:#}").expect("strings take all text");
                let mut source = error.source();
                while let Some(cause) = source {
                    writeln!(self.0, "{cause}\n{cause:?}").expect("strings take all text");
                    source = cause.source();
                }
                None
            }
        }
    }

    fn holds_none_of<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) {
        for secret in secrets {
            let place = self.0.find(secret);
            let around = place.map(|at| {
                &self.0[self.0.floor_char_boundary(at.saturating_sub(200))..at + secret.len()]
            });
            assert_eq!(around, None, "a secret was shown");
        }
    }
}

fn eur(text: &str) -> Money {
    format!("{text} eur").parse().expect("money")
}

/// Keeps what an observer is told, as metrics would.
#[derive(Debug, Default)]
struct Reports(Mutex<Vec<CallReport>>);

impl Observer for Reports {
    fn ended(&self, report: &CallReport) {
        let mut reports = self.0.lock().expect("nothing panics while it is held");
        reports.push(report.clone());
    }
}

/// Every call that carries a secret, and what came of it.
async fn call_everything(partner: &PartnerApi, shown: &mut Shown) -> Vec<String> {
    let mut card_secrets = Vec::new();
    shown.value(partner);
    let user: NewUser = new_user("U1", "PL".parse().unwrap());
    shown.value(&user);
    shown.result(partner.users().create(user.clone()).await);
    shown.result(partner.users().create(user).await);
    let handle = partner.user("U1").expect("an id");
    shown.value(&handle);
    let identity: Identity = identity();
    shown.value(&identity);
    shown.result(handle.verify(identity.clone()).await);
    shown.result(handle.verify(identity).await);
    onboard(&handle, shown).await;
    let update = UserUpdate::new().email("second@canary.example".parse().expect("an e-mail"));
    shown.value(&update);
    shown.result(handle.update(update).await);
    shown.result(handle.balances().await);
    let pay_out = || {
        let (iban, title) = (
            persona::IBANS[0].parse().expect("an IBAN"),
            "title-canary".parse().expect("a title"),
        );
        PayOut::to_own_account(iban, eur("1")).titled(title)
    };
    shown.value(&pay_out());
    shown.result(handle.pay_out(pay_out()).await);
    let card = || NewCard::new("holiday", persona::PIN.parse().expect("a PIN")).expect("a label");
    shown.value(&card());
    let created = shown.result(handle.cards().create(card()).await);
    if let Some(created) = created.and_then(|outcome| shown.result(outcome.done())) {
        card_secrets.push(created.number.expose().to_owned());
        shown.result(handle.cards().get(&created.id).await);
    }
    shown.result(handle.cards().list().await);
    shown.result(handle.suspend(Reason::Fraud).await);
    shown.result(handle.pay_out(pay_out()).await);
    shown.result(handle.cards().create(card()).await);
    shown.result(handle.plan_closure().await);
    shown.result(partner.transfers().fund(handle.id(), eur("1")).await);
    card_secrets
}

/// Files, answers to the questionnaire and identity data, and what came of them.
async fn onboard(user: &User, shown: &mut Shown) {
    let file = || File::new(b"%PDF-1.7 file-canary".as_slice()).expect("a PDF");
    let not_taken = File::new(b"file-canary".as_slice()).expect_err("of no kind");
    shown.value(&not_taken);
    let (page, selfie) = (file(), file());
    let identity = KycFiles::Passport { page, selfie };
    shown.value(&identity);
    shown.result(user.documents().add_identity(identity).await);
    let proof = PoaFiles::from(file());
    shown.value(&proof);
    let adding = user.documents().add_proof_of_address(proof.clone());
    shown.value(&adding);
    shown.result(adding.await);
    shown.result(user.documents().add_proof_of_address(proof).await);
    let questions = |income| Questionnaire {
        document: DocumentKind::Passport,
        country: "PL".parse().expect("a country"),
        income,
        purpose: OpenAccountReason::DailyUse,
    };
    let business = Income::Business {
        tax_id: "TAX-CANARY-7".parse().expect("a tax number"),
    };
    let other = Income::Other {
        about: "about-canary".parse().expect("a text"),
    };
    for questions in [questions(business), questions(other)] {
        shown.value(&questions);
        let started = user.hosted_verification().start(questions).await;
        let started = started.and_then(|outcome| outcome.done());
        if let Some(receipt) = shown.result(started) {
            shown.result(user.hosted_verification().page(&receipt.id).await);
            shown.result(user.hosted_verification().status(&receipt.id).await);
        }
    }
    let id = "V-unknown".parse().expect("an id");
    shown.result(user.hosted_verification().page(&id).await);
    let permit = Identity::residence_permit(
        "RP-CANARY-8".parse().expect("a number"),
        "DE".parse().expect("a country"),
        "2999-08-07".parse().expect("a day"),
    );
    shown.value(&permit);
    shown.result(user.verify(permit).await);
}

#[tokio::test]
async fn no_secret_reaches_an_error_a_debug_or_a_trace() {
    capture::start();
    let mut stand = Stand::start(ActiveCards::Refuse).await;
    let environment = Environment::Sandbox(stand.partner_address().parse().expect("a URL"));
    let key = ApiKey::new(API_KEY);
    let mut shown = Shown::default();
    shown.value(&key);
    let reports = Arc::new(Reports::default());
    let builder = PartnerApi::builder().environment(environment).api_key(key);
    let builder = builder.observer(reports.clone());
    shown.value(&builder);
    let partner = builder.build().expect("a client");
    // Once before the user is verified, once after: refusals and successes of the same calls.
    let mut secrets = call_everything(&partner, &mut shown).await;
    stand
        .driver
        .perform(&Command::Unsuspend { user: "U1".into() })
        .await;
    stand
        .driver
        .perform(&Command::Decide {
            user: "U1".into(),
            approved: true,
        })
        .await;
    stand
        .driver
        .perform(&Command::Transfer {
            key: String::new(),
            source: None,
            destination: Some("U1".into()),
            amount: "10".into(),
            currency: Currency::EUR.to_string(),
        })
        .await;
    secrets.extend(call_everything(&partner, &mut shown).await);
    assert_eq!(secrets.len(), 1, "one card was made, and its number read");
    let told = reports
        .0
        .lock()
        .expect("nothing panics while it is held")
        .len();
    assert!(20 < told, "every call was told of: {told}");
    shown.value(&reports);
    let traced = capture::traced();
    assert!(traced.contains("partner_api"), "the SDK traces its calls");
    shown.0 += &traced;
    assert!(shown.0.len() > 10_000, "much was shown:\n{}", shown.0);
    shown.holds_none_of(secrets.iter().map(String::as_str));
    // A page that is opened holds a token that lets whoever has it go on.
    shown.holds_none_of(["authToken", "<html"]);
    shown.holds_none_of(SECRETS);
}

/// Answers every request with itself, in one shape after the other.
fn echo_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let Ok(mut stream) = stream else { return };
            let mut request = vec![0; 16 * 1024];
            let Ok(read) = stream.read(&mut request) else {
                continue;
            };
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let quoted = serde_json::to_string(&request).expect("text is JSON");
            let (status, kind, body) = match number % 8 {
                0 => ("200 OK", "application/json", request),
                1 => ("200 OK", "application/json", quoted),
                2 => (
                    "400 Bad Request",
                    "application/json",
                    format!("{{\"errorCode\":\"P403\",\"errorMessage\":{quoted}}}"),
                ),
                3 => (
                    "400 Bad Request",
                    "application/json",
                    format!("{{\"errorCode\":{quoted},\"errorName\":{quoted}}}"),
                ),
                4 => (
                    "503 Service Unavailable",
                    "text/html",
                    format!("<pre>{request}</pre>"),
                ),
                5 => ("401 Unauthorized", "text/plain", request),
                6 => ("302 Found", "text/plain", request),
                _ => ("500 Internal Server Error", "application/json", request),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nlocation: /{number}\r\nx-echo: {number}\r\n"
            );
            let _ = write!(
                stream,
                "{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

#[tokio::test]
async fn no_error_quotes_what_a_server_sent() {
    capture::start();
    let mut shown = Shown::default();
    let environment = Environment::Sandbox(echo_server().parse().expect("a URL"));
    let partner = PartnerApi::builder()
        .environment(environment)
        .api_key(ApiKey::new(API_KEY))
        .build();
    let partner = partner.expect("a client");
    for _ in 0..3 {
        call_everything(&partner, &mut shown).await;
    }
    shown.0 += &capture::traced();
    shown.holds_none_of(SECRETS);
}
