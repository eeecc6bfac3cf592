//! The sandbox's control API, as commands reach it.

use std::path::PathBuf;

use partner_api_sandbox_control::{Client, Error, types};

use crate::connect::Cx;
use crate::exit::{Exit, Failure, Result};
use crate::secret::secret;

/// Where the control key is looked for if no file is named.
pub(crate) const CONTROL_KEY: &str = "PARTNER_CONTROL_KEY";

/// Where the control address is looked for if none is given.
const CONTROL_URL: &str = "PARTNER_CONTROL_URL";

/// Where a sandbox listens that was not told otherwise.
const USUAL_URL: &str = "http://127.0.0.1:4011";

/// How the sandbox's control API is reached.
#[derive(Debug, clap::Args)]
pub(crate) struct ControlArgs {
    /// The sandbox's control address; the profile's or PARTNER_CONTROL_URL, or http://127.0.0.1:4011, where none is given
    // Its own id, as the sandbox's own address is called `control`, too.
    #[arg(
        id = "control_url",
        long = "control",
        value_name = "URL",
        global = true
    )]
    pub(crate) control: Option<String>,
    /// The file that holds the control key; without it the profile's is read, or PARTNER_CONTROL_KEY
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) control_key_file: Option<PathBuf>,
}

/// A client of the control API; sends nothing.
///
/// # Errors
/// The key is missing or cannot be read, or the address is none.
pub(crate) fn connect(cx: &Cx, args: &ControlArgs) -> Result<Client> {
    let profile = &cx.config.profile;
    let url = args.control.clone().or(profile.control.clone());
    let url = url.or_else(|| std::env::var(CONTROL_URL).ok().filter(|it| !it.is_empty()));
    let file = args.control_key_file.as_ref();
    // A profile's key is that of its own sandbox.
    let is_profiles = args.control.is_none() || args.control == profile.control;
    let file = file.or(profile.control_key_file.as_ref().filter(|_| is_profiles));
    let key = secret(file.map(PathBuf::as_path), CONTROL_KEY)?.ok_or_else(|| {
        let text = format!(
            "the control key is missing; set {CONTROL_KEY}, or name a file with --control-key-file, or in a profile"
        );
        Failure::configuration(text)
    })?;
    let url = url.as_deref().unwrap_or(USUAL_URL);
    partner_api_sandbox_control::connect(url, &key)
        .map_err(|error| Failure::configuration(error.to_string()).into())
}

/// The control API's own words for what went wrong, where it answered.
pub(crate) fn told(error: Error<types::ControlError>) -> Failure {
    match error {
        Error::ErrorResponse(answer) => {
            let status = answer.status().as_u16();
            let types::ControlError {
                error,
                remedy,
                reachable,
                ..
            } = answer.into_inner();
            let exit = match status {
                401 | 403 => Exit::Configuration,
                500.. => Exit::Unavailable,
                _ => Exit::Refused,
            };
            let reachable = match reachable.is_empty() {
                true => String::new(),
                false => format!("; it can get to {}", reachable.join(", ")),
            };
            Failure::new(exit, format!("{error}; {remedy}{reachable}"))
        }
        Error::CommunicationError(error) if error.is_connect() => Failure::new(
            Exit::Unavailable,
            "nobody answers at the control address; start one with `partner sandbox`, or name it with --control",
        ),
        other => Failure::new(Exit::Failed, other.to_string()),
    }
}
