//! `partner webhooks`: what a running sandbox tells, what became of it, and what a receiver of the partner's stands.

mod deliveries;
mod forward;
mod listen;
mod torture;

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use partner_api_sandbox_control::{Client, connect, types};

use crate::args::{Output, WebhooksArgs, WebhooksCommand};
use forward::Forward;

/// Where the control key is looked for if no file is named.
const CONTROL_KEY: &str = "PARTNER_CONTROL_KEY";

/// Where the secret of webhooks is looked for if no file is named.
pub(crate) const SECRET: &str = "PARTNER_WEBHOOK_SECRET";

pub(crate) async fn run(args: WebhooksArgs) -> Result<ExitCode, Box<dyn Error>> {
    let WebhooksArgs {
        control,
        control_key_file,
        command,
    } = args;
    let control = || -> Result<Client, Box<dyn Error>> {
        let key = secret(control_key_file.as_deref(), CONTROL_KEY)?;
        let key = key.ok_or_else(|| {
            format!(
                "the control key is missing; set {CONTROL_KEY}, or name a file with --control-key-file"
            )
        })?;
        connect(&control, &key).map_err(Into::into)
    };
    let mut out = std::io::stdout();
    match command {
        WebhooksCommand::Listen(args) => {
            let forward = match &args.forward_to {
                Some(url) => {
                    let secret = secret(args.secret_file.as_deref(), SECRET)?;
                    let secret = secret.ok_or_else(|| {
                        format!("what is forwarded needs a secret; set {SECRET}, or name a file with --secret-file")
                    })?;
                    Some(Forward::new(url, &secret)?)
                }
                None => None,
            };
            listen::run(&control()?, forward.as_ref(), args.output, &mut out, None).await?;
        }
        WebhooksCommand::Trigger { event } => trigger(&control()?, event).await?,
        WebhooksCommand::Deliveries(args) => deliveries::run(&control()?, args, &mut out).await?,
        WebhooksCommand::Resend { delivery } => {
            let sent = control()?.resend_delivery(&delivery).await.map_err(told)?;
            writeln!(out, "{} sent again", sent.into_inner().deliveries)?;
        }
        WebhooksCommand::Torture(args) => return torture::run(args, &mut out).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn trigger(control: &Client, event: String) -> Result<(), Box<dyn Error>> {
    let request = types::TriggerRequest { event };
    let event = control.trigger_event(&request).await.map_err(told)?;
    let line = listen::line(&event.into_inner(), Output::Text)?;
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

/// A secret from a file, or from the environment; never from the command line, which others can read. The line's end in a
/// file is not part of it.
pub(crate) fn secret(
    file: Option<&Path>,
    variable: &str,
) -> Result<Option<String>, Box<dyn Error>> {
    match file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        None => match std::env::var(variable) {
            Ok(text) => Ok(Some(text)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(error) => Err(format!("{variable} cannot be read: {error}").into()),
        },
    }
}

/// The control API's own words for what went wrong, where it answered.
fn told(error: partner_api_sandbox_control::Error<types::ControlError>) -> Box<dyn Error> {
    match error {
        partner_api_sandbox_control::Error::ErrorResponse(answer) => {
            let types::ControlError { error, remedy, .. } = answer.into_inner();
            format!("{error}; {remedy}").into()
        }
        partner_api_sandbox_control::Error::CommunicationError(error) if error.is_connect() => {
            "nobody answers at the control address; start one with `partner sandbox`, or name it with --control".into()
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_from_a_file_without_the_lines_end() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "s3cret ").unwrap();
        let read = secret(Some(file.path()), "NOT_ASKED").unwrap();
        assert_eq!(read.as_deref(), Some("s3cret "));
        let missing = secret(Some(Path::new("/no/such/file")), "NOT_ASKED");
        assert!(missing.unwrap_err().to_string().contains("/no/such/file"));
        assert_eq!(secret(None, "PARTNER_NO_SUCH_VARIABLE").unwrap(), None);
    }
}
