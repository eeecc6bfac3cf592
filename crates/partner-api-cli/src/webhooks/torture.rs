//! `partner webhooks torture`: what a partner's own receiver makes of everything that can happen to it.

use std::io::Write;

use partner_api_sandbox::torture::{Effect, Torture};

use super::SECRET;
use super::forward::client;
use crate::args::TortureArgs;
use crate::exit::{Exit, Failure, Result};
use crate::secret::secret;

/// Prints the verdict; fails if anything did.
pub(super) async fn run(args: TortureArgs, out: &mut impl Write) -> Result<Exit> {
    let secret = secret(args.secret_file.as_deref(), SECRET)?;
    let secret = secret.ok_or_else(|| {
        Failure::configuration(format!(
            "the receiver's secret is missing; set {SECRET}, or name a file with --secret-file"
        ))
    })?;
    let seed = args
        .seed
        .unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
    let mut torture = Torture::new(&args.url, secret)?
        .seed(seed)
        .objects(args.objects);
    if args.bearer {
        torture = torture.bearer();
    }
    if let Some(url) = &args.effects_url {
        // Asked once before anything is sent, so that a wrong address is not taken for a receiver that does nothing.
        effects(url).await?;
    }
    let verdict = torture
        .run(async || match &args.effects_url {
            Some(url) => effects(url).await.ok(),
            None => None,
        })
        .await;
    write!(out, "{verdict}")?;
    writeln!(out, "seed {seed}: --seed {seed} sends the same again")?;
    Ok(match verdict.is_clean() {
        true => Exit::Success,
        false => Exit::Failed,
    })
}

/// What the partner says that it did.
async fn effects(url: &str) -> Result<Vec<Effect>> {
    let hint = |error: &dyn std::fmt::Display| {
        format!(
            r#"the effects at {url} cannot be read ({error}); answer GET with [{{"object": "ID", "status": "WORD"}}, ...], one for each thing done, in order"#
        )
    };
    let url = reqwest::Url::parse(url).map_err(|error| hint(&error))?;
    let answer = client(&url)?
        .get(url)
        .send()
        .await
        .map_err(|error| hint(&error))?;
    let answer = answer.error_for_status().map_err(|error| hint(&error))?;
    let bytes = answer.bytes().await.map_err(|error| hint(&error))?;
    Ok(serde_json::from_slice(&bytes).map_err(|error| hint(&error))?)
}
