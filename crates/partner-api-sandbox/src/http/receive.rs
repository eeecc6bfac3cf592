//! Who calls, and what they send: the key, and the body up to its limit.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::HeaderMap;
use partner_api_types::words::AccessDenied;
use subtle::ConstantTimeEq as _;

use super::Problem;

/// The largest body that is taken.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// How much of a larger body is read and thrown away, so that its sender gets to see the answer: a connection that is
/// closed on unread data loses it.
const DRAIN_LIMIT: usize = 16 * 1024 * 1024;

/// Whether the one key that was sent in the header is the right one.
pub(super) fn authenticate(headers: &HeaderMap, key: &str) -> Result<(), Problem> {
    if !headers.contains_key("x-api-key") {
        return Err(Problem::Denied(AccessDenied::NoKey));
    }
    if !has_key(headers, "x-api-key", key) {
        return Err(Problem::Denied(AccessDenied::WrongKey));
    }
    Ok(())
}

/// Whether the header holds the key, once: a key that is sent twice is no key. The comparison does not tell by its time
/// how much of the key was right.
pub(crate) fn has_key(headers: &HeaderMap, name: &str, key: &str) -> bool {
    let mut sent = headers.get_all(name).iter();
    match (sent.next(), sent.next()) {
        (Some(sent), None) => sent.as_bytes().ct_eq(key.as_bytes()).into(),
        _ => false,
    }
}

/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(20);

/// Reads a body up to the limit; a sender that stops in the middle is not waited for.
pub(crate) async fn read_whole(body: Body) -> Result<Vec<u8>, Problem> {
    read_up_to(body, BODY_LIMIT).await
}

/// As [`read_whole`], with a limit of its own.
pub(crate) async fn read_up_to(body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    let read = tokio::time::timeout(BODY_PATIENCE, read_to_end(body, limit)).await;
    read.unwrap_or_else(|_| Err(Problem::invalid("body must arrive within 20 seconds")))
}

async fn read_to_end(mut body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    let mut whole = Vec::new();
    let mut seen: usize = 0;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(|_| Problem::invalid("body must arrive whole"))?;
        let Ok(data) = frame.into_data() else {
            continue; // trailers
        };
        seen = seen.saturating_add(data.len());
        if seen <= limit {
            whole.extend_from_slice(&data);
        } else if limit.max(DRAIN_LIMIT) < seen {
            break;
        }
    }
    if seen <= limit {
        Ok(whole)
    } else {
        Err(Problem::TooLarge { limit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_taken_up_to_its_limit() {
        for (length, fits) in [(0, true), (BODY_LIMIT, true), (BODY_LIMIT + 1, false)] {
            let read = read_whole(Body::from(vec![b'x'; length])).await;
            assert_eq!(read.map(|whole| whole.len()).ok(), fits.then_some(length));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_not_waited_for() {
        let (_sender, receiver) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
        let endless = futures_util::stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|chunk| (chunk, receiver))
        });
        assert!(read_whole(Body::from_stream(endless)).await.is_err());
    }

    #[test]
    fn only_the_one_right_key_opens() {
        let check = |sent: &[&'static str]| {
            let headers = sent
                .iter()
                .map(|key| ("x-api-key".parse().unwrap(), key.parse().unwrap()));
            let headers: HeaderMap = headers.fold(HeaderMap::new(), |mut headers, (name, key)| {
                let _: bool = headers.append::<axum::http::HeaderName>(name, key);
                headers
            });
            match authenticate(&headers, "sesame") {
                Ok(()) => "in",
                Err(Problem::Denied(denied)) => denied.body(),
                Err(other) => panic!("{other:?}"),
            }
        };
        assert_eq!(check(&["sesame"]), "in");
        assert_eq!(check(&[]), "Access Denied. xo1");
        for wrong in [&["sesam"][..], &["sesame1"], &[""], &["sesame", "sesame"]] {
            assert_eq!(check(wrong), "Access Denied. xo2", "{wrong:?}");
        }
    }
}
