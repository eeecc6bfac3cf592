//! Everything worth a graph, as Prometheus reads it: calls, latency, retries, waits, doubts, the journal and the inbox.
//!
//! ```sh
//! cargo run -p partner-api --features axum --example metrics
//! ```
//!
//! It runs against a sandbox of its own. To feed the `metrics` crate or OpenTelemetry
//! instead, call their counters and histograms in [`Observer::ended`]: each field of a report is a label or a value.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use partner_api::webhooks::{Inbox, Intake, Receiver, Secret};
use partner_api::{
    ApiKey, CallReport, Environment, Identity, NewUser, Observer, PartnerApi, SqliteInbox,
    TermsAccepted, Timestamp,
};
use partner_api_sandbox::Sandbox;

/// What is counted, by operation and outcome.
#[derive(Debug, Default)]
struct Metrics(Mutex<BTreeMap<(&'static str, &'static str), Totals>>);

#[derive(Debug, Default)]
struct Totals {
    calls: u64,
    retries: u64,
    took: Duration,
    waited_for_turn: Duration,
}

impl Observer for Metrics {
    fn ended(&self, report: &CallReport) {
        let outcome = match report.is_in_doubt {
            true => "unknown",
            false => report.end.as_str(),
        };
        let mut all = self.0.lock().unwrap_or_else(|it| it.into_inner());
        let totals = all.entry((report.operation, outcome)).or_default();
        totals.calls += 1;
        totals.retries += u64::from(report.attempts.saturating_sub(1));
        totals.took += report.took;
        totals.waited_for_turn += report.waited_for_turn;
    }
}

impl Metrics {
    /// What a scrape answers.
    async fn page(
        &self,
        partner: &PartnerApi,
        inbox: &dyn Inbox,
    ) -> Result<String, Box<dyn Error>> {
        let mut page = String::new();
        for ((operation, outcome), totals) in &*self.0.lock().unwrap_or_else(|it| it.into_inner()) {
            let labels = format!("{{operation=\"{operation}\",outcome=\"{outcome}\"}}");
            writeln!(page, "partner_api_calls_total{labels} {}", totals.calls)?;
            writeln!(
                page,
                "partner_api_call_seconds_sum{labels} {:.3}",
                totals.took.as_secs_f64()
            )?;
            writeln!(page, "partner_api_retries_total{labels} {}", totals.retries)?;
            let waited = totals.waited_for_turn.as_secs_f64();
            writeln!(
                page,
                "partner_api_limiter_wait_seconds_total{labels} {waited:.3}"
            )?;
        }
        // Gauges: what the journal has in doubt, and how far the inbox is behind.
        let in_doubt = partner.unresolved().await?.len();
        writeln!(page, "partner_api_journal_unresolved {in_doubt}")?;
        let counts = inbox.counts().await?;
        writeln!(page, "partner_api_inbox_waiting {}", counts.waiting)?;
        writeln!(page, "partner_api_inbox_dead {}", counts.dead)?;
        let lag = inbox
            .next_due()
            .await?
            .map_or(Duration::ZERO, |due| now().since(due));
        writeln!(
            page,
            "partner_api_inbox_lag_seconds {:.3}",
            lag.as_secs_f64()
        )?;
        Ok(page)
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::EPOCH.plus(since.unwrap_or_default())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::temp_dir().join(format!("partner-metrics-{}", std::process::id()));
    let sandbox = Sandbox::builder().start().await?;
    let metrics = Arc::new(Metrics::default());
    let partner = PartnerApi::builder()
        .environment(Environment::Sandbox(sandbox.api_url().parse()?))
        .api_key(ApiKey::new(sandbox.api_key()))
        .journal_dir(&dir)
        .observer(metrics.clone())
        .build()?;
    let inbox = Arc::new(SqliteInbox::open(&dir)?);
    let receiver = Receiver::builder()
        .secret(Secret::new("as-issued")?)
        .build()?;
    let intake = Intake::new(receiver, inbox.clone());

    let anna = partner.user("anna-1")?;
    partner.users().create(new_user()?).await?;
    anna.verify(Identity::passport("AB1234567".parse()?))
        .await?;
    anna.wait_until_active().await?;
    partner
        .transfers()
        .fund(anna.id(), "10 eur".parse()?)
        .await?
        .done()?;
    // Refused, because she has no such card.
    let _ = anna.cards().block(&"no-such-card".parse()?).await;
    // An event comes in, and no worker runs.
    let secret = intake.receiver().authenticate(["as-issued"])?;
    let event = br#"{"externalUserId":"anna-1","status":"ACTIVE"}"#;
    intake.take(&secret, "/webhook/user/status", event).await?;

    print!("{}", metrics.page(&partner, &*inbox).await?);
    sandbox.stop().await;
    drop((partner, intake, inbox));
    Ok(std::fs::remove_dir_all(dir)?)
}

fn new_user() -> Result<NewUser, Box<dyn Error>> {
    Ok(NewUser {
        id: "anna-1".parse()?,
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
