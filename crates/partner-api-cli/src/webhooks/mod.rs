//! `partner webhooks`: what a running sandbox tells, what became of it, and what a receiver of the partner's stands.

mod deliveries;
mod forward;
mod listen;
mod torture;

use std::io::Write as _;

use partner_api_sandbox_control::{Client, types};

use crate::args::{WebhooksArgs, WebhooksCommand};
use crate::connect::Cx;
use crate::control::{self, told};
use crate::exit::{Exit, Failure, Result};
use crate::output::Format;
use crate::secret::secret;
use forward::Forward;

/// Where the secret of webhooks is looked for if no file is named.
pub(crate) const SECRET: &str = "PARTNER_WEBHOOK_SECRET";

pub(crate) async fn run(cx: &Cx, args: WebhooksArgs) -> Result<Exit> {
    let WebhooksArgs { control, command } = args;
    let control = || control::connect(cx, &control);
    let format = cx.out.format();
    let mut out = std::io::stdout();
    match command {
        WebhooksCommand::Listen(args) => {
            let forward = match &args.forward_to {
                Some(url) => {
                    let secret = secret(args.secret_file.as_deref(), SECRET)?;
                    let secret = secret.ok_or_else(|| {
                        Failure::configuration(format!(
                            "what is forwarded needs a secret; set {SECRET}, or name a file with --secret-file"
                        ))
                    })?;
                    Some(Forward::new(url, &secret)?)
                }
                None => None,
            };
            listen::run(&control()?, forward.as_ref(), format, &mut out, None).await?;
        }
        WebhooksCommand::Trigger { event } => trigger(&control()?, event).await?,
        WebhooksCommand::Deliveries(args) => {
            deliveries::run(&control()?, args, format, &mut out).await?
        }
        WebhooksCommand::Resend { delivery } => {
            let sent = control()?.resend_delivery(&delivery).await.map_err(told)?;
            writeln!(out, "{} sent again", sent.into_inner().deliveries)?;
        }
        WebhooksCommand::Torture(args) => return torture::run(args, &mut out).await,
    }
    Ok(Exit::Success)
}

async fn trigger(control: &Client, event: String) -> Result<()> {
    let request = types::TriggerRequest { event };
    let event = control.trigger_event(&request).await.map_err(told)?;
    let line = listen::line(&event.into_inner(), Format::Table)?;
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}
