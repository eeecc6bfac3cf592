//! `partner doctor`: what is wrong with key, address, clock, journal and configuration, and how to mend it.

use std::time::{Duration, SystemTime};

use partner_api::raw::{self, CallOptions, OperationId, Plain};
use partner_api::{API_KEY_VARIABLE, Environment, Journal as _, SqliteJournal};

use crate::connect::{Cx, Needs, Place, Reach, connect, name};
use crate::control::{self, ControlArgs, told};
use crate::exit::{Exit, Result, paragraph};
use crate::output::{Cell, Field, Row, counted, text};
use crate::secret::secret;

#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    control: ControlArgs,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Good,
    /// Not wrong, but worth knowing.
    Warning,
    /// It does not work, and this is what a command would end with.
    Bad(Exit),
}

/// One check.
struct Check {
    what: &'static str,
    health: Health,
    found: String,
}

/// The checks so far.
#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn add(&mut self, what: &'static str, health: Health, found: impl Into<String>) {
        let found = found.into();
        self.0.push(Check {
            what,
            health,
            found,
        });
    }

    /// Notes what is wrong, in the words of whatever found it.
    fn fail(&mut self, what: &'static str, error: &(dyn std::error::Error + 'static)) {
        self.add(what, Health::Bad(Exit::of(error)), paragraph(error));
    }
}

pub(crate) async fn run(cx: &Cx, args: DoctorArgs) -> Result<Exit> {
    let mut checks = Checks::default();
    configuration(cx, &mut checks);
    let place = match Place::of(cx, &args.reach) {
        Ok(place) => {
            checks.add("environment", Health::Good, environment(&place.environment));
            Some(place)
        }
        Err(error) => {
            checks.fail("environment", error.as_ref());
            None
        }
    };
    if let Some(place) = place {
        let has_key = key(&place, &mut checks);
        journal(&place, &mut checks).await;
        if has_key {
            provider(cx, &args.reach, &mut checks).await;
        }
        if let Environment::Sandbox(_) = place.environment {
            sandbox(cx, &args.control, &mut checks).await;
        }
    }
    let worst = checks.0.iter().find_map(|check| match check.health {
        Health::Bad(exit) => Some(exit),
        _ => None,
    });
    cx.out.list(checks.0)?;
    Ok(worst.unwrap_or(Exit::Success))
}

fn configuration(cx: &Cx, checks: &mut Checks) {
    const WHAT: &str = "configuration";
    if let Some(error) = &cx.broken {
        return checks.fail(WHAT, error.as_ref());
    }
    let profile = cx.config.name.as_deref();
    match (&cx.config.path, profile) {
        (None, _) => checks.add(
            WHAT,
            Health::Good,
            "no configuration file; flags and environment count",
        ),
        (Some(path), Some(name)) => {
            checks.add(
                WHAT,
                Health::Good,
                format!("profile {name} of {}", path.display()),
            );
        }
        (Some(path), None) => {
            let found = format!(
                "no profile of {} is in use; name one with --profile",
                path.display()
            );
            checks.add(WHAT, Health::Warning, found);
        }
    }
}

fn environment(environment: &Environment) -> String {
    let kind = match environment {
        Environment::Sandbox(_) => "no real funds",
        Environment::Production => "REAL FUNDS",
        _ => "test data",
    };
    format!("{}: {kind}", name(environment))
}

/// Whether there is a key to work with. Nobody is asked for one here.
fn key(place: &Place, checks: &mut Checks) -> bool {
    const WHAT: &str = "key";
    let from = match &place.key_file {
        Some(file) => file.display().to_string(),
        None => API_KEY_VARIABLE.to_owned(),
    };
    match secret(place.key_file.as_deref(), API_KEY_VARIABLE) {
        Ok(Some(_)) => {
            checks.add(WHAT, Health::Good, format!("from {from}"));
            true
        }
        Ok(None) => {
            let found = format!(
                "none; name a file with --key-file or in a profile, or set {API_KEY_VARIABLE}"
            );
            checks.add(WHAT, Health::Bad(Exit::Configuration), found);
            false
        }
        Err(error) => {
            checks.fail(WHAT, error.as_ref());
            false
        }
    }
}

async fn journal(place: &Place, checks: &mut Checks) {
    const WHAT: &str = "journal";
    let Some(dir) = &place.journal else {
        let found = "none, so nothing moves money; give a directory with --journal or in a profile";
        return checks.add(WHAT, Health::Warning, found);
    };
    let shown = dir.display();
    if !dir.join("journal.db").exists() {
        let found = format!("none in {shown} yet; the first change makes one");
        return checks.add(WHAT, Health::Good, found);
    }
    let journal = match SqliteJournal::open(dir) {
        Ok(journal) => journal,
        Err(error) => {
            let found = paragraph(&error);
            return checks.add(WHAT, Health::Bad(Exit::Configuration), found);
        }
    };
    match journal.verify().await {
        Ok(verified) => {
            let records = counted(verified.records, "record");
            let found = format!("{records} in {shown}, the trail holds");
            checks.add(WHAT, Health::Good, found);
        }
        Err(error) => {
            let found = format!("{}: {}", shown, paragraph(&error));
            checks.add(WHAT, Health::Bad(Exit::Configuration), found);
        }
    }
    match journal.unresolved().await {
        Ok(entries) if entries.is_empty() => {}
        Ok(entries) => {
            let found = format!(
                "{} in doubt; run `partner journal reconcile`",
                entries.len()
            );
            checks.add("in doubt", Health::Warning, found);
        }
        Err(error) => checks.fail("in doubt", &error),
    }
}

/// One read, which tells of the address, the key, the allow-list and the clock.
async fn provider(cx: &Cx, reach: &Reach, checks: &mut Checks) {
    const WHAT: &str = "provider";
    // Its journal is looked at elsewhere.
    let reach = Reach {
        no_journal: true,
        ..reach.clone()
    };
    let partner = match connect(cx, &reach, Needs::Nothing) {
        Ok(session) => session.partner,
        Err(error) => return checks.fail(WHAT, error.as_ref()),
    };
    let read = OperationId::GetPartnerBalances;
    let answer = partner
        .raw()
        .call_by_name(read, CallOptions::new(), Plain::new());
    match answer.await {
        Ok(answer) => {
            checks.add(WHAT, Health::Good, "answers, and takes the key");
            clock(answer.headers(), checks);
        }
        Err(error) => refused(&error, checks),
    }
}

fn refused(error: &raw::Error, checks: &mut Checks) {
    let denied = error.refusal().and_then(|it| it.access_denied());
    match denied {
        Some(denied) => {
            let found = format!(
                "{}; check that key and environment belong together, and that this machine's address is on the provider's list",
                denied.meaning()
            );
            checks.add("provider", Health::Bad(Exit::Configuration), found);
        }
        None => checks.fail("provider", error),
    }
}

/// How far clocks may be apart before it is worth knowing. Reconciliation bears five minutes.
const SKEW_NOTED: Duration = Duration::from_secs(10);

fn clock(headers: &reqwest::header::HeaderMap, checks: &mut Checks) {
    const WHAT: &str = "clock";
    let date = headers.get(reqwest::header::DATE);
    let date = date.and_then(|date| date.to_str().ok());
    let Some(theirs) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else {
        let found = "the answer has no date, so the clocks cannot be compared";
        return checks.add(WHAT, Health::Warning, found);
    };
    let ours = SystemTime::now();
    let apart = ours
        .duration_since(theirs)
        .unwrap_or_else(|error| error.duration());
    let seconds = apart.as_secs();
    match apart <= SKEW_NOTED {
        true => checks.add(WHAT, Health::Good, "as the provider's, to some seconds"),
        false => {
            let found = format!(
                "{seconds} s apart from the provider's; set this machine's clock right, or lost answers cannot be found out"
            );
            checks.add(WHAT, Health::Warning, found);
        }
    }
}

async fn sandbox(cx: &Cx, args: &ControlArgs, checks: &mut Checks) {
    const WHAT: &str = "control";
    let control = match control::connect(cx, args) {
        Ok(control) => control,
        Err(error) => {
            let found = format!("not looked at: {}", paragraph(error.as_ref()));
            return checks.add(WHAT, Health::Warning, found);
        }
    };
    match control.get_clock().await {
        Ok(clock) => {
            let clock = clock.into_inner();
            let state = if clock.frozen {
                "stands still at"
            } else {
                "shows"
            };
            let found = format!("answers; the sandbox's clock {state} {}", clock.now);
            checks.add(WHAT, Health::Good, found);
        }
        Err(error) => {
            let found = paragraph(&told(error));
            checks.add(WHAT, Health::Warning, found);
        }
    }
}

impl Row for Check {
    const FIELDS: &'static [Field] = &[text("check"), text("health"), text("found")];

    fn cells(&self) -> Vec<Cell> {
        let health = match self.health {
            Health::Good => "ok",
            Health::Warning => "warning",
            Health::Bad(_) => "WRONG",
        };
        vec![
            Cell::text(self.what),
            Cell::text(health),
            Cell::text(&self.found),
        ]
    }
}
