//! From the command line, the profile and the environment to a partner that can be asked.
//!
//! A key belongs to its environment: what a profile says of key and journal counts only for the profile's own environment.

use std::path::PathBuf;
use std::time::Duration;

use partner_api::raw::OperationId;
use partner_api::verbs::Keyed;
use partner_api::{
    API_KEY_VARIABLE, ApiKey, Behavior, Environment, InvalidSandboxUrl, Operation, PartnerApi,
    Reason, RequestKey,
};

use crate::config::{self, Found};
use crate::exit::{Failure, Result};
use crate::output::{Format, Printer};
use crate::secret::secret_or_ask;

const CONNECTION: &str = "Connection";

/// What every command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    /// Which profile of the configuration file to work with
    #[arg(long, env = "PARTNER_PROFILE", global = true, value_name = "NAME", help_heading = EVERYWHERE)]
    pub(crate) profile: Option<String>,
    /// How to print answers
    #[arg(long, value_enum, global = true, value_name = "FORMAT", help_heading = EVERYWHERE)]
    pub(crate) output: Option<Format>,
    /// Print answers and errors, and nothing else
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = EVERYWHERE)]
    pub(crate) quiet: bool,
    /// Tell on standard error what happens below; twice, in detail
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = EVERYWHERE)]
    pub(crate) verbose: u8,
}

const EVERYWHERE: &str = "Everywhere";

/// What every command works with.
pub(crate) struct Cx {
    pub(crate) config: Found,
    /// Why there is no configuration although there should be; seen by `partner doctor` alone.
    pub(crate) broken: Option<Box<dyn std::error::Error>>,
    pub(crate) out: Printer,
}

impl Cx {
    pub(crate) fn new(global: &Global) -> Result<Self> {
        let config = config::load(global.profile.as_deref())?;
        if let Found {
            path: Some(path),
            name,
            ..
        } = &config
        {
            let name = name.as_deref().unwrap_or("none");
            tracing::info!("profile {name} of {}", path.display());
        }
        let format = global.output.or(config.profile.output).unwrap_or_default();
        Ok(Self {
            config,
            broken: None,
            out: Printer::new(format, global.quiet),
        })
    }

    /// As if there was no configuration file.
    pub(crate) fn without_config(global: &Global, broken: Box<dyn std::error::Error>) -> Self {
        Self {
            config: Found::default(),
            broken: Some(broken),
            out: Printer::new(global.output.unwrap_or_default(), global.quiet),
        }
    }
}

/// Where to work; each may be given by the profile, or else by the environment.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Reach {
    /// Whom to ask: staging, production, or the URL of a sandbox; without it the profile's, or PARTNER_ENVIRONMENT
    #[arg(long, global = true, value_name = "WHERE", help_heading = CONNECTION)]
    pub(crate) environment: Option<String>,
    /// The file that holds the API key; without it the profile's is read, or PARTNER_API_KEY, or you are asked
    #[arg(long, global = true, value_name = "FILE", help_heading = CONNECTION)]
    pub(crate) key_file: Option<PathBuf>,
    /// The directory of the journal of that environment; without it the profile's, or PARTNER_JOURNAL
    #[arg(long, global = true, value_name = "DIR", help_heading = CONNECTION)]
    pub(crate) journal: Option<PathBuf>,
    /// Keep no journal: what becomes of a lost answer is then yours to find out
    #[arg(long, global = true, help_heading = CONNECTION)]
    pub(crate) no_journal: bool,
    /// Give up a request, retries included, after this time
    #[arg(long, global = true, value_name = "SECONDS", help_heading = CONNECTION)]
    pub(crate) timeout: Option<f64>,
}

/// How much a command needs a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// It only reads.
    Nothing,
    /// It changes something; without a journal nobody can say later who did it and why.
    Record,
    /// It moves money, or costs some; without a journal it is refused.
    Journal,
}

/// A partner that can be asked.
pub(crate) struct Session {
    pub(crate) partner: PartnerApi,
    pub(crate) environment: Environment,
}

/// Connects; sends nothing.
///
/// # Errors
/// What is missing, and how to give it.
pub(crate) fn connect(cx: &Cx, reach: &Reach, needs: Needs) -> Result<Session> {
    let place = Place::of(cx, reach)?;
    if place.journal.is_none() {
        match needs {
            Needs::Nothing => {}
            Needs::Record => cx.out.note(NO_RECORD),
            Needs::Journal if reach.no_journal => cx.out.note(NO_JOURNAL_KEPT),
            Needs::Journal => return Err(Failure::configuration(NO_JOURNAL).into()),
        }
    }
    let key = place.key()?;
    let mut builder = PartnerApi::builder()
        .environment(place.environment.clone())
        .api_key(ApiKey::new(key))
        .user_agent_suffix(concat!("partner-cli/", env!("CARGO_PKG_VERSION")))
        .actor(cx.config.profile.actor.as_deref().unwrap_or("partner-cli"));
    // Looking must not make a journal where there is none.
    let journal = place.journal.as_ref();
    if let Some(dir) =
        journal.filter(|dir| needs != Needs::Nothing || dir.join("journal.db").exists())
    {
        builder = builder.journal_dir(dir);
    }
    if let Some(seconds) = reach.timeout.or(cx.config.profile.timeout_seconds) {
        let mut behavior = Behavior::V2026_11;
        behavior.call_timeout = duration(seconds)?;
        builder = builder.behavior(behavior);
    }
    for (name, path) in &cx.config.profile.paths {
        let operation: OperationId = name.parse().map_err(|_| {
            let text = format!("the profile names a path for {name}, which is no operation; `partner api --list` lists them");
            Failure::configuration(text)
        })?;
        builder = builder.path(operation, path);
    }
    Ok(Session {
        partner: builder.build()?,
        environment: place.environment,
    })
}

const NO_RECORD: &str = "no journal is kept, so nobody can tell later who did this and why; give one with --journal DIR";

const NO_JOURNAL_KEPT: &str =
    "no journal is kept: if the answer is lost, nothing here can tell what became of it";

const NO_JOURNAL: &str = "this moves money or costs some, and there is no journal to tell what became of it if the answer is \
    lost; give a directory with --journal DIR, or as `journal` in a profile, or say --no-journal";

/// Where a command works, before anything is opened.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) environment: Environment,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) journal: Option<PathBuf>,
}

impl Place {
    pub(crate) fn of(cx: &Cx, reach: &Reach) -> Result<Self> {
        let profile = &cx.config.profile;
        let named = reach.environment.clone().or(profile.environment.clone());
        let named = named.or_else(|| variable("PARTNER_ENVIRONMENT"));
        let Some(named) = named else {
            let text = "nobody says whom to ask; say --environment staging, production, or the URL of a sandbox such as \
                        http://127.0.0.1:4010, or write a profile";
            return Err(Failure::configuration(text).into());
        };
        // The key and the journal of a profile are those of its environment, and of no other.
        let is_profiles = profile.environment.as_ref().is_none_or(|it| *it == named);
        let of_profile = |path: &Option<PathBuf>| path.clone().filter(|_| is_profiles);
        Ok(Self {
            environment: environment(&named)?,
            key_file: reach.key_file.clone().or(of_profile(&profile.key_file)),
            journal: journal_dir(cx, reach).filter(|_| is_profiles || reach.journal.is_some()),
        })
    }

    /// The key of the environment.
    pub(crate) fn key(&self) -> Result<String> {
        let question = format!("API key of {}", name(&self.environment));
        let key = secret_or_ask(self.key_file.as_deref(), API_KEY_VARIABLE, &question)?;
        key.ok_or_else(|| {
            let text = format!(
                "there is no API key; name a file with --key-file, or as `key-file` in a profile, or set {API_KEY_VARIABLE}"
            );
            Failure::configuration(text).into()
        })
    }
}

/// The journal's directory, for commands that ask nobody else.
pub(crate) fn journal_dir(cx: &Cx, reach: &Reach) -> Option<PathBuf> {
    if reach.no_journal {
        return None;
    }
    let given = reach.journal.clone().or(cx.config.profile.journal.clone());
    given.or_else(|| variable("PARTNER_JOURNAL").map(PathBuf::from))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|it| !it.is_empty())
}

/// `staging`, `production`, or the URL of a sandbox.
pub(crate) fn environment(text: &str) -> Result<Environment> {
    Ok(match text {
        "staging" => Environment::Staging,
        "production" => Environment::Production,
        url => Environment::Sandbox(url.parse().map_err(|error| {
            Failure::configuration(match error {
                InvalidSandboxUrl::Provider => {
                    "this is the provider's own address; say --environment staging, or production"
                        .to_owned()
                }
                error => format!("{error}; or say staging or production"),
            })
        })?),
    })
}

/// What an environment is called in texts.
pub(crate) fn name(environment: &Environment) -> String {
    match environment {
        Environment::Staging => "staging".to_owned(),
        Environment::Production => "production".to_owned(),
        Environment::Sandbox(url) => format!("the sandbox at {url}"),
        other => other.base_url().to_owned(),
    }
}

fn duration(seconds: f64) -> Result<Duration> {
    let duration = Duration::try_from_secs_f64(seconds).ok();
    let duration = duration.filter(|it| !it.is_zero());
    duration.ok_or_else(|| Failure::usage("a timeout is a number of seconds above zero").into())
}

/// Who asks for a change, and why: for the journal.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Asked {
    /// Who asks, as the journal keeps it: an id, not a name; without it the profile's actor
    #[arg(long, value_name = "ACTOR")]
    pub(crate) by: Option<String>,
    /// Why, as the journal keeps it: fraud, stolen-account, compliance-review, or words of your own without personal data
    #[arg(long, value_name = "REASON", value_parser = reason)]
    pub(crate) because: Option<Reason>,
}

impl Asked {
    pub(crate) fn on<V>(self, operation: Operation<V>) -> Operation<V> {
        let operation = match self.by {
            Some(actor) => operation.by(actor),
            None => operation,
        };
        match self.because {
            Some(reason) => operation.because(reason),
            None => operation,
        }
    }
}

/// Under a name of the operator's own, if there is one: then it happens once, however often it is asked for.
pub(crate) fn under<V: Keyed>(key: Option<RequestKey>, operation: Operation<V>) -> Operation<V> {
    match key {
        Some(key) => operation.key(key),
        None => operation,
    }
}

/// One of the reasons that have a name, or words.
pub(crate) fn reason(text: &str) -> std::result::Result<Reason, String> {
    Ok(match text.replace('_', "-").as_str() {
        "" => return Err("say why, in a word or two".to_owned()),
        "fraud" => Reason::Fraud,
        "stolen-account" => Reason::StolenAccount,
        "compliance-review" => Reason::ComplianceReview,
        _ => Reason::other(text),
    })
}
