//! `partner sandbox run`: runs the sandbox until it is told to stop.

use std::io::Write as _;

use partner_api_sandbox::engine::Erased;
use partner_api_sandbox::{Sandbox, StartError};

use crate::args::RunArgs;
use crate::exit::{Exit, Failure, Result};
use crate::secret::secret;
use crate::webhooks;

pub(super) async fn run(args: RunArgs) -> Result<Exit> {
    let mut builder = Sandbox::builder()
        .listen(args.listen)
        .control_listen(args.control)
        .requests_log(args.requests_log)
        .active_cards(args.active_cards.into())
        .closed_loop(args.closed_loop.into())
        .documents(args.documents_needed.into())
        .fees(args.schedule());
    if let Some(countries) = &args.poa_countries {
        builder = builder.poa_countries(countries.iter().copied());
    }
    if let Some(key) = &args.api_key {
        builder = builder.api_key(key);
    }
    if let Some(key) = &args.control_key {
        builder = builder.control_key(key);
    }
    if let Some(dir) = &args.data {
        builder = builder.data_dir(dir);
    }
    if let Some(file) = &args.restore {
        let erased = match args.bring_back_erased {
            true => Erased::BringBack,
            false => Erased::Refuse,
        };
        builder = builder.restore(file, erased);
    }
    if let Some(moment) = args.frozen_at {
        builder = builder.frozen_at(moment);
    }
    if let Some(seed) = args.rate_seed {
        builder = builder.rate_seed(seed);
    }
    if let Some(limit) = args.rate_limit {
        builder = builder.rate_limit(limit);
    }
    if args.allow_other_machines {
        builder = builder.allow_non_loopback();
    }
    if args.webhooks_to_other_machines {
        builder = builder.allow_webhooks_anywhere();
    }
    let mut new_secret = None;
    if let Some(url) = &args.webhook_url {
        let given = secret(args.webhook_secret_file.as_deref(), webhooks::SECRET)?;
        let secret = given.unwrap_or_else(|| new_secret.insert(random_secret()).clone());
        builder = builder.webhooks(url, secret);
    }

    // Listened for before the addresses are printed: whoever reads them may signal at once.
    let stop = stop_signal()?;
    let sandbox = match builder.start().await {
        Err(StartError::NotLoopback(address)) => {
            return Err(Failure::usage(format!(
                "{address} can be reached from other machines; listen on 127.0.0.1, or add \
                 --allow-other-machines where you trust the network"
            ))
            .into());
        }
        started => started?,
    };

    let mut out = std::io::stdout().lock();
    writeln!(out, "partner api: {}", sandbox.api_url())?;
    writeln!(out, "control: {}", sandbox.control_url())?;
    // A key that the caller chose is known to the caller and is not repeated.
    if args.api_key.is_none() {
        writeln!(out, "api key: {}", sandbox.api_key())?;
    }
    if args.control_key.is_none() {
        writeln!(out, "control key: {}", sandbox.control_key())?;
    }
    writeln!(out, "web page: {}", sandbox.web_link())?;
    if let Some(secret) = new_secret {
        writeln!(out, "webhook secret: {secret}")?;
    }
    out.flush()?;
    drop(out);
    if args.data.is_none() && !args.ephemeral {
        anstream::eprintln!("partner: nothing is kept once this stops; use --data DIR to keep it");
    }

    stop.await;
    sandbox.stop().await;
    Ok(Exit::Success)
}

/// 122 random bits.
fn random_secret() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Resolves on Ctrl-C or, on Unix, on SIGTERM.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves on Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use partner_api_sandbox::Sandbox;
    use partner_api_sandbox_control::{SnapshotError, connect};

    /// The two calls of the control client that are written by hand, against a real sandbox.
    #[tokio::test]
    async fn the_control_client_saves_and_restores() {
        let sandbox = Sandbox::builder().start().await.unwrap();
        let control = connect(&sandbox.control_url(), sandbox.control_key()).unwrap();
        let file = control.snapshot().await.unwrap();
        let before = control.list_decisions(None).await.unwrap().into_inner();
        control.reset().await.unwrap();
        let done = control.restore(file, false).await.unwrap();
        let after = control.list_decisions(None).await.unwrap().into_inner();
        let last = after.decisions.last().unwrap();
        assert_eq!((last.seq, &*last.command), (done.seq, "restore"));
        assert_eq!(after.decisions.len(), before.decisions.len() + 1);
        match control.restore(b"something else".to_vec(), true).await {
            Err(SnapshotError::Refused {
                status: 400,
                refusal,
            }) => {
                assert_eq!(refusal.error, "this is no snapshot of a sandbox");
            }
            other => panic!("{other:?}"),
        }
        sandbox.stop().await;
    }
}
