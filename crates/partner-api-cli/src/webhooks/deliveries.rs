//! `partner webhooks deliveries`: what became of events at the sandbox's receivers.

use std::io::Write;

use partner_api_sandbox_control::{Client, types};

use crate::args::DeliveriesArgs;
use crate::control::told;
use crate::exit::Result;
use crate::output::Format;

/// Prints every delivery that is asked for, page by page.
pub(super) async fn run(
    control: &Client,
    args: DeliveriesArgs,
    format: Format,
    out: &mut impl Write,
) -> Result<()> {
    let mut after = None;
    loop {
        let page = control.list_deliveries(
            after.as_deref(),
            args.event.as_deref(),
            None,
            args.object.as_deref(),
            args.receiver,
            args.state.as_deref(),
        );
        let page = page.await.map_err(told)?.into_inner();
        for delivery in &page.deliveries {
            match format {
                Format::Table => print(delivery, out)?,
                _ => writeln!(out, "{}", serde_json::to_string(delivery)?)?,
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

fn print(delivery: &types::Delivery, out: &mut impl Write) -> std::io::Result<()> {
    let types::Delivery {
        id,
        event,
        status,
        object_id,
        state,
        ..
    } = delivery;
    write!(
        out,
        "{}  {id}  {event} {status}  {object_id}  {state}",
        delivery.at
    )?;
    if let Some(due) = &delivery.due_at {
        write!(out, ", next at {due}")?;
    }
    writeln!(out)?;
    for attempt in &delivery.attempts {
        let outcome = match (attempt.http_status, &attempt.failure) {
            (Some(status), _) => status.to_string(),
            (None, Some(failure)) => failure.to_string(),
            (None, None) => "unknown".to_owned(),
        };
        let chaos = attempt.chaos.as_ref().map(|it| format!(", {it}"));
        writeln!(
            out,
            "    {}. {}  {outcome} after {} ms{}",
            attempt.number,
            attempt.at,
            attempt.milliseconds,
            chaos.unwrap_or_default()
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use partner_api_sandbox::Sandbox;
    use partner_api_sandbox_control::connect;

    use super::*;

    #[tokio::test]
    async fn attempts_are_shown_with_what_came_of_them() {
        let builder = Sandbox::builder().webhooks("http://127.0.0.1:1", "s");
        let sandbox = builder.start().await.unwrap();
        let control = connect(&sandbox.control_url(), sandbox.control_key()).unwrap();
        let event = "exchange".to_owned();
        control
            .trigger_event(&types::TriggerRequest { event })
            .await
            .unwrap();
        let args = || DeliveriesArgs {
            event: Some("exchange".to_owned()),
            object: None,
            state: None,
            receiver: None,
        };
        let mut printed = String::new();
        for _ in 0..2_000 {
            let mut out = Vec::new();
            run(&control, args(), Format::Table, &mut out)
                .await
                .unwrap();
            printed = String::from_utf8(out).unwrap();
            if !printed.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert!(printed.contains("exchange COMPLETED  sample-"), "{printed}");
        assert!(
            printed.contains("WAITING, next at") && printed.contains("CONNECTION after"),
            "{printed}"
        );
        let mut out = Vec::new();
        run(&control, args(), Format::Json, &mut out).await.unwrap();
        let line: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(line["state"], "WAITING");
        sandbox.stop().await;
    }
}
