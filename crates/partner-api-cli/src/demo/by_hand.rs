//! A request written by hand, as somebody would send it who bypasses the SDK and its rules.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::stage::Told;

/// Sends one request to `address` (`host:port`) and says what came back: `done`, or which code refused.
pub(crate) async fn send(
    address: &str,
    key: &str,
    request_line: &str,
    body: Option<&Value>,
) -> Told<String> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let length = body.len();
    let request = format!(
        "{request_line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\nx-api-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut socket = TcpStream::connect(address).await?;
    socket.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or("the answer has no end of headers")?;
    if head.starts_with("HTTP/1.1 2") {
        return Ok("done".to_owned());
    }
    let error: Value = serde_json::from_str(body)?;
    Ok(format!(
        "refused {}",
        error["errorCode"].as_str().unwrap_or("without a code")
    ))
}
