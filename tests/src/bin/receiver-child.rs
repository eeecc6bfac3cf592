//! A receiver of webhooks in a process of its own, for tests that kill it: `receiver-child DIR`.
//!
//! Its handler fails now and then, notes every run, and applies each event in one transaction with the event's key.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_api::SqliteInbox;
use partner_api::webhooks::{
    Backoff, Handler, HandlerError, Incoming, Intake, Receiver, Secret, http,
};
use partner_api_tests::effects::{SECRET, open};
use rusqlite::Connection;

struct Books(Arc<Mutex<Connection>>);

impl Handler for Books {
    async fn handle(&self, incoming: &Incoming) -> Result<(), HandlerError> {
        let object = incoming
            .object
            .as_ref()
            .map_or("none", |it| it.id())
            .to_owned();
        let key = incoming.key.to_string();
        let body: serde_json::Value = serde_json::from_slice(&incoming.body)?;
        let number = body["n"].as_i64().unwrap_or_default();
        // A pause at which the process may die, before and after the effect.
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..4))).await;
        {
            let mut connection = self.0.lock().expect("no handler panics");
            connection.execute("INSERT INTO runs (key) VALUES (?1)", [&key])?;
            if fastrand::u8(0..10) == 0 {
                return Err(HandlerError::retry("now and then"));
            }
            let change = connection.transaction()?;
            let insert = "INSERT INTO effects (key, object, number) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            if change.execute(insert, (&key, &object, number))? == 1 {
                let add =
                    "INSERT INTO totals VALUES (?1, 1) ON CONFLICT DO UPDATE SET total = total + 1";
                change.execute(add, [&object])?;
            }
            change.commit()?;
        }
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..4))).await;
        Ok(())
    }
}

#[tokio::main]
async fn main() {
    let dir = std::env::args().nth(1).expect("usage: receiver-child DIR");
    let secret = Secret::new(SECRET).expect("a secret");
    let receiver = Receiver::builder()
        .secret(secret)
        .build()
        .expect("a receiver");
    let inbox = SqliteInbox::open(&dir).expect("an inbox");
    let intake = Intake::new(receiver, Arc::new(inbox));
    let books = Books(Arc::new(Mutex::new(open(Path::new(&dir)))));
    let worker = intake
        .worker(books)
        .handler_timeout(Duration::from_millis(500))
        .lease_margin(Duration::from_millis(500))
        .backoff(Backoff {
            first: Duration::from_millis(5),
            most: Duration::from_millis(20),
            attempts: u32::MAX,
        });
    tokio::spawn(worker.run(std::future::pending()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    std::io::stdout()
        .flush()
        .expect("somebody reads the address");
    axum::serve(listener, http::router(intake))
        .await
        .expect("it serves");
}
