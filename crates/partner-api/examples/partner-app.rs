//! A partner's backend in one file: it takes the provider's events, keeps them, and acts on each of them once.
//!
//! ```sh
//! export PARTNER_API_KEY=test-key PARTNER_WEBHOOK_SECRET=hook-secret
//! cargo run -- sandbox --ephemeral --api-key test-key --webhook-url http://127.0.0.1:8080 &
//! cargo run -p partner-api --features axum --example partner-app -- ./partner-data anna-1
//! ```
//!
//! It brings a user in and gives her ten euro; what comes of it is told by events.

use std::{env, error::Error, sync::Arc};

use partner_api::webhooks::{
    Handler, HandlerError, Incoming, Intake, Receiver, Reconciler, Secret, http,
};
use partner_api::{Environment, Identity, NewUser, PartnerApi, SqliteInbox};
use partner_api::{TermsAccepted, Timestamp, UserId};

struct Backend(PartnerApi);

impl Handler for Backend {
    async fn handle(&self, incoming: &Incoming) -> Result<(), HandlerError> {
        self.0.apply(incoming).await?; // settles what our journal has in doubt
        if let (Some(object), true) = (&incoming.object, incoming.position.is_news()) {
            // Here you write to your database: the `incoming.key` and what follows, in one transaction.
            println!("event: {object}: {:?}", incoming.position);
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [dir, user] = ["./partner-data", "anna-1"].map(str::to_owned);
    let dir = env::args().nth(1).unwrap_or(dir);
    let user: UserId = env::args().nth(2).unwrap_or(user).parse()?;
    let setting = |name, usual: &str| env::var(name).unwrap_or_else(|_| usual.to_owned());
    let sandbox = setting("PARTNER_API_URL", "http://127.0.0.1:4010").parse()?;
    let partner = PartnerApi::builder()
        .environment(Environment::Sandbox(sandbox))
        .api_key_from_env()?
        .journal_dir(&dir)
        .build()?;

    // An event is answered with 200 once it is in the inbox, a file; until then the provider sends it again.
    let secret = Secret::new(env::var("PARTNER_WEBHOOK_SECRET")?)?;
    let receiver = Receiver::builder().secret(secret).build()?;
    let intake = Intake::new(receiver, Arc::new(SqliteInbox::open(&dir)?));
    let listener = tokio::net::TcpListener::bind(setting("LISTEN", "127.0.0.1:8080")).await?;
    println!("listening: http://{}", listener.local_addr()?);
    tokio::spawn(axum::serve(listener, http::router(intake.clone())).into_future());

    // What is in the inbox is handled, now or after a restart; what was missed while we were away is asked for.
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = intake.worker(Backend(partner.clone()));
    let worker = tokio::spawn(worker.run(async { drop(stopped.await) }));
    let reconciler = Reconciler::new(intake, partner.provider([user.clone()]));
    let report = reconciler.reconcile_since(Timestamp::EPOCH).await?;
    println!("missed: {} events", report.recovered);

    let anna = partner.user(user.clone())?;
    if anna.balances().await.is_err() {
        partner.users().create(new_user(user)?).await?;
        anna.verify(Identity::passport("AB1234567".parse()?))
            .await?;
        anna.wait_until_active().await?;
    }
    let gift = partner
        .transfers()
        .fund(anna.id(), "10 eur".parse()?)
        .await?
        .done()?;
    println!("sent: {}", gift.id);

    tokio::signal::ctrl_c().await?;
    let _ = stop.send(());
    Ok(worker.await?) // what is being handled is finished first
}

fn new_user(id: UserId) -> Result<NewUser, Box<dyn Error>> {
    Ok(NewUser {
        id,
        email: "anna@example.com".parse()?,
        phone: "48600700800".parse()?,
        first_name: "Anna".parse()?,
        last_name: "Nowak".parse()?,
        birth_date: "1990-04-12".parse()?,
        street: None,
        number: None,
        city: "Warszawa".parse()?,
        post_code: "00-001".parse()?,
        country: "PL".parse()?,
        citizenship: "PL".parse()?,
        nationality: None,
        birth_country: None,
        national_id: None,
        terms: TermsAccepted::by_the_user(),
    })
}
