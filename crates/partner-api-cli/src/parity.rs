//! `partner parity`: asks an environment what it really does, and reports which assumptions hold.
//!
//! | Where | What |
//! |---|---|
//! | `story/` | what is asked, in order: reading, writing, money |
//! | `kit.rs`, `prober.rs` | how it is asked: once each, past the types that an answer would have to fit |
//! | `compare.rs` | an answer against the shape that the specification gives it |
//! | `record.rs`, `report.rs`, `shown.rs` | verdicts and findings, and what of an answer may be shown |
//! | `lived_in.rs` | what the embedded sandbox lived through before it is asked |
//!
//! What is assumed stands in `partner_api_types`, never here.

mod compare;
mod kit;
mod lived_in;
mod prober;
mod record;
mod report;
mod shown;
mod story;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use partner_api::raw::progenitor::ClientInfo as _;
use partner_api::raw::{OperationId, ReqwestWire, Wire};
use partner_api::{API_KEY_VARIABLE, Amount, ApiKey, Environment, PartnerApi, Timestamp};

use crate::args::ParityArgs;
use crate::connect;
use crate::exit::{Exit, Failure, Result};
use crate::output::counted;
use kit::Kit;
use prober::Prober;
use report::{Asked, Row};
use story::Allowed;

/// The word for a sandbox that is started for the run alone.
const EMBEDDED: &str = "embedded";

pub(crate) async fn run(args: ParityArgs) -> Result<Exit> {
    let paths = args.path.iter().map(|text| other_path(text));
    let paths = paths.collect::<Result<Vec<_>>>()?;
    let mut stage = None;
    let (prober, environment, allowed) = if args.environment == EMBEDDED {
        let lived_in = lived_in::stage().await?;
        let prober = prober(&lived_in.api_url(), lived_in.api_key(), &lived_in.partner)?;
        stage = Some(lived_in);
        (prober, "an embedded sandbox", everything(args.wait))
    } else {
        let (environment, name) = environment(&args.environment)?;
        let allowed = allowed(&args, &environment)?;
        let key = std::env::var(API_KEY_VARIABLE).unwrap_or_default();
        if key.is_empty() {
            let text = format!("set {API_KEY_VARIABLE} to the key of that environment");
            return Err(Failure::configuration(text).into());
        }
        let base = environment.base_url().to_owned();
        let partner = PartnerApi::builder().environment(environment);
        let partner = partner.api_key(ApiKey::new(&*key)).build()?;
        (prober(&base, &key, &partner)?, name, allowed)
    };
    let prober = paths.into_iter().fold(prober, |prober, (operation, path)| {
        prober.with_path(operation, path)
    });

    let mut kit = Kit::new(prober);
    let reached = story::reach(&mut kit).await;
    if reached.is_ok() {
        story::play(&mut kit, &allowed).await;
    }
    if let Some(stage) = stage {
        stage.strike().await;
    }
    reached?;

    let asked = Asked {
        environment,
        at: now().to_string(),
        allowed: &allowed,
    };
    let rows = report::rows(&kit.record, &allowed);
    let files = write(&args.out, &asked, &rows, &kit)?;
    tell(&rows, &kit, &files);
    let (_, refuted, _) = report::counts(&rows);
    Ok(match args.strict && 0 < refuted {
        true => Exit::Failed,
        false => Exit::Success,
    })
}

/// Sends through the SDK's own connection: its TLS, and no redirects.
fn prober(base: &str, key: &str, partner: &PartnerApi) -> Result<Prober> {
    let wire = ReqwestWire::new(partner.raw().raw().client().clone());
    over(base, key, Arc::new(wire))
}

fn over(base: &str, key: &str, wire: Arc<dyn Wire>) -> Result<Prober> {
    Ok(Prober::new(base, key, wire).map_err(|why| why.0)?)
}

/// Nothing in an embedded sandbox is anybody's.
fn everything(wait_seconds: u64) -> Allowed {
    Allowed {
        user: Some(lived_in::USER.to_owned()),
        writes: true,
        money: Some("1.00".to_owned()),
        fees: true,
        wait_seconds,
    }
}

fn environment(text: &str) -> Result<(Environment, &'static str)> {
    let environment = connect::environment(text)?;
    let name = match environment {
        Environment::Staging => "staging",
        Environment::Production => "production",
        _ => "another address",
    };
    Ok((environment, name))
}

fn allowed(args: &ParityArgs, environment: &Environment) -> Result<Allowed> {
    if *environment == Environment::Production && args.allow_writes {
        let why = "in production a person who does not exist would be presented to the provider; \
                   use staging, or leave --allow-writes out";
        return Err(Failure::usage(why).into());
    }
    if let (Some(amount), Some(cap)) = (&args.allow_money, &args.cap) {
        let (amount, cap) = (amount.parse::<Amount>()?, cap.parse::<Amount>()?);
        let moved = amount.atoms().checked_mul(story::TRANSFERS_MAX);
        if amount.is_zero() || moved.is_none_or(|moved| cap.atoms() < moved) {
            let times = story::TRANSFERS_MAX;
            let why = format!(
                "the amount is moved up to {times} times, out and back; give one above zero, and a --cap \
                 of at least {times} times as much"
            );
            return Err(Failure::usage(why).into());
        }
    }
    Ok(Allowed {
        user: args.user.clone(),
        writes: args.allow_writes,
        money: args.allow_money.clone(),
        fees: args.allow_fees,
        wait_seconds: args.wait,
    })
}

/// `suspend_user=/v1/user/{externalUserId}/suspend`.
fn other_path(text: &str) -> Result<(OperationId, String)> {
    let (operation, path) = text
        .split_once('=')
        .ok_or("give a path as OPERATION=PATH")?;
    let operation: OperationId = operation.parse()?;
    let count = |path: &str| path.matches('{').count();
    if !path.starts_with('/') || count(path) != count(operation.operation().path) {
        let specified = operation.operation().path;
        return Err(format!("give a path with the parameters of {specified}").into());
    }
    Ok((operation, path.to_owned()))
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    i64::try_from(millis)
        .ok()
        .and_then(|millis| Timestamp::from_millis(millis).ok())
        .unwrap_or(Timestamp::EPOCH)
}

/// Writes both files; gives their names.
fn write(out: &Path, asked: &Asked<'_>, rows: &[Row], kit: &Kit) -> Result<[String; 2]> {
    let json = format!("{:#}\n", report::json(asked, rows, &kit.record));
    let page = report::markdown(asked, rows, &kit.record);
    let mut names = [String::new(), String::new()];
    for ((text, kind), name) in [(json, "json"), (page, "md")].into_iter().zip(&mut names) {
        let mut path = out.as_os_str().to_owned();
        path.push(format!(".{kind}"));
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        *name = path.display().to_string();
    }
    Ok(names)
}

fn tell(rows: &[Row], kit: &Kit, files: &[String]) {
    let (confirmed, refuted, open) = report::counts(rows);
    for row in rows {
        if let record::Verdict::Refuted(seen) = &row.verdict {
            anstream::println!("refuted  {}: {seen}", row.name);
        }
    }
    for finding in kit.record.findings() {
        anstream::println!("finding  {finding}");
    }
    for left in &kit.record.left_behind {
        anstream::println!("LEFT BEHIND  {left}");
    }
    let calls = counted(kit.record.calls, "call");
    let confirmed = counted(confirmed, "assumption");
    anstream::println!("{calls}: {confirmed} confirmed, {refuted} refuted, {open} open");
    anstream::println!("written: {}", files.join(", "));
}
