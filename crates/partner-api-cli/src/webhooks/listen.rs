//! `partner webhooks listen`: events as they happen, printed and forwarded.

use std::io::Write;

use partner_api_sandbox_control::{Client, types};
use serde_json::json;

use super::forward::Forward;
use crate::control::told;
use crate::exit::Result;
use crate::output::Format;

/// How long one question waits for an event.
const WAIT_MILLISECONDS: i64 = 25_000;

/// Prints events until the sandbox is gone, or until so many were seen.
pub(super) async fn run(
    control: &Client,
    forward: Option<&Forward>,
    output: Format,
    out: &mut impl Write,
    mut most: Option<usize>,
) -> Result<()> {
    let now = control.list_events(None, None, None).await.map_err(told)?;
    let mut next = now.into_inner().next;
    while most != Some(0) {
        let page = control.list_events(
            Some(&next),
            most.and_then(|it| i64::try_from(it).ok()),
            Some(WAIT_MILLISECONDS),
        );
        let types::Events {
            events,
            next: after,
        } = page.await.map_err(told)?.into_inner();
        for event in &events {
            writeln!(out, "{}", line(event, output)?)?;
            if let (Some(forward), Some(body)) = (forward, &event.body) {
                let outcome = forward.send(&event.path, body).await;
                match output {
                    Format::Table => writeln!(out, "    {outcome}")?,
                    _ => writeln!(out, "{}", json!({"id": event.id, "forwarded": outcome}))?,
                }
            }
            out.flush()?;
        }
        most = most.map(|most| most.saturating_sub(events.len()));
        next = after;
    }
    Ok(())
}

/// An event on one line.
pub(super) fn line(event: &types::Event, output: Format) -> serde_json::Result<String> {
    match output {
        Format::Table => Ok(format!(
            "{}  {}  {} {}  {}  {}",
            event.at,
            event.id,
            event.event,
            event.status,
            event.path,
            event.body.as_deref().unwrap_or("(erased)"),
        )),
        _ => serde_json::to_string(event),
    }
}

#[cfg(test)]
mod tests {
    use partner_api_sandbox::Sandbox;
    use partner_api_sandbox_control::connect;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn events_are_printed_and_forwarded_as_they_happen() {
        let sandbox = Sandbox::builder().start().await.unwrap();
        let control = connect(&sandbox.control_url(), sandbox.control_key()).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let receiver = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = String::new();
            while !request.ends_with('}') {
                let mut bytes = [0; 4_096];
                let length = socket.read(&mut bytes).await.unwrap();
                request += &String::from_utf8_lossy(&bytes[..length]);
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
            socket.write_all(answer).await.unwrap();
            request
        });
        let forward = Forward::new(&url, "s3cret").unwrap();
        let mut out = Vec::new();
        let trigger = async {
            // Listening begins when it is asked for the first time.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            let event = "p2p_transfer".to_owned();
            control
                .trigger_event(&types::TriggerRequest { event })
                .await
                .unwrap();
        };
        let (listened, ()) = tokio::join!(
            run(&control, Some(&forward), Format::Table, &mut out, Some(1)),
            trigger
        );
        listened.unwrap();
        let printed = String::from_utf8(out).unwrap();
        assert!(
            printed.contains("p2p_transfer SUCCESSFUL  /transfer-webhook"),
            "{printed}"
        );
        assert!(printed.ends_with("    200\n"), "{printed}");
        let request = receiver.await.unwrap();
        assert!(
            request.starts_with("POST /hooks/transfer-webhook HTTP/1.1\r\n"),
            "{request}"
        );
        assert!(request.contains("authorization: s3cret\r\n"), "{request}");
        assert!(!printed.contains("s3cret"));
        sandbox.stop().await;
    }

    #[tokio::test]
    async fn a_sandbox_that_is_not_there_is_named() {
        let control = connect("http://127.0.0.1:1", "k").unwrap();
        let mut out = Vec::new();
        let error = run(&control, None, Format::Table, &mut out, None)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("nobody answers"), "{error}");
    }
}
