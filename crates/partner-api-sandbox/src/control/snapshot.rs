//! Everything as a file, and back. The file goes to whoever asks and comes from there: the sandbox keeps none, so that
//! closing a user still leaves nothing of them in its files (L14), and no path of a request is ever looked at.

use std::io::{self, Cursor, Write};

use axum::body::Body;
use axum::extract::{RawQuery, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::bodies::Done;
use super::{Control, Json, Refused, Reply};
use crate::engine::{Erased, Saved, SnapshotError};
use crate::http::{read_up_to, stamp};

/// What is held in memory on the way. Larger ones are for the library, which reads and writes files.
const LIMIT: usize = 512 * 1024 * 1024;

const TOO_LARGE: &str = "the snapshot is over 512 MiB";

impl From<SnapshotError> for Refused {
    fn from(error: SnapshotError) -> Self {
        let text = error.to_string();
        let (said, remedy) = text.split_once("; ").unwrap_or((&text, "try again"));
        match error {
            SnapshotError::Engine(error) => error.into(),
            SnapshotError::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                TOO_LARGE,
                "save it to a file with the library's `Engine::save`",
            ),
            SnapshotError::BringsBack { .. } => Self::new(
                StatusCode::CONFLICT,
                said,
                "send ?bringBackErased=true if that is meant, or take a snapshot of later",
            ),
            _ => Self::bad(said, remedy),
        }
    }
}

pub(super) async fn save(State(control): State<Control>) -> Result<Response, Refused> {
    let engine = control.engine;
    // Reading everything takes a while: not on a thread that serves.
    let saved = tokio::task::spawn_blocking(move || {
        let mut file = Capped(Vec::new());
        engine.save(&mut file).map(|saved| (saved, file.0))
    });
    let (Saved { seq, .. }, file) = saved.await.map_err(|_| {
        let remedy = "try again, or restart the sandbox";
        Refused::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "saving was cut off",
            remedy,
        )
    })??;
    let mut response = Response::new(Body::from(file));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, kind);
    // It is full of personal data.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    stamp(headers, seq);
    Ok(response)
}

pub(super) async fn restore(
    State(control): State<Control>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Reply<Done> {
    let erased = match query.as_deref().unwrap_or_default() {
        "" | "bringBackErased=false" => Erased::Refuse,
        "bringBackErased=true" => Erased::BringBack,
        _ => {
            return Err(Refused::bad(
                "the query is malformed",
                "write ?bringBackErased=true",
            ));
        }
    };
    let kind = request.headers().get(CONTENT_TYPE);
    if kind.is_none_or(|kind| kind != "application/octet-stream") {
        let remedy = "send the file as application/octet-stream";
        return Err(Refused::bad("the body is of another type", remedy));
    }
    let file = read_up_to(request.into_body(), LIMIT).await?;
    let seq = control.engine.restore(Cursor::new(file), erased).await?;
    Ok(Json::at(seq, Done { seq }))
}

/// Bytes up to the limit.
struct Capped(Vec<u8>);

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if LIMIT < self.0.len() + bytes.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
