//! Serving connections until it is enough. Axum's own loop does the same, and has no patience that could be set.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_service::Service as _;

use super::line::{Cut, Line};

/// How long the head of a request may take to arrive, counted from when the connection has nothing else to do. So it is
/// also how long a connection may be idle: longer than a client's pause, and shorter than anybody's who holds connections
/// open to keep others out.
const HEAD_PATIENCE: Duration = Duration::from_secs(60);

/// Accepts connections and serves them; once `stopped`, calls in flight end first.
pub(crate) async fn listen(mut listener: TcpListener, router: Router, stopped: impl Future) {
    // Connections hold the other end, so they learn of the stop, and of the end of this future, and are waited for.
    let (stop, stops) = watch::channel(());
    let mut stopped = pin!(stopped);
    loop {
        let socket = tokio::select! {
            // Goes on through errors.
            (socket, _) = Listener::accept(&mut listener) => socket,
            _ = &mut stopped => break,
        };
        // Small answers must not wait for more to send; a socket that refuses the option still works.
        drop(socket.set_nodelay(true));
        tokio::spawn(serve(socket, router.clone(), stops.clone()));
    }
    drop((listener, stops));
    stop.send_replace(());
    stop.closed().await;
}

/// Serves one connection. What goes wrong on it is its client's to see.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    socket: S,
    router: Router,
    mut stops: watch::Receiver<()>,
) {
    let line = Line::new(socket);
    let was_called = Arc::new(AtomicBool::new(false));
    let calls = Calls {
        router,
        cut: line.cut(),
        was_called: Arc::clone(&was_called),
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .serve_connection(TokioIo::new(line), calls);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stops.changed() => {}
    }
    // Hyper would wait for a first call, and nobody has to make one.
    if was_called.load(Ordering::Acquire) {
        connection.as_mut().graceful_shutdown();
        drop(connection.await);
    }
}

/// Answers the calls of a connection; each request carries what cuts it.
struct Calls {
    router: Router,
    cut: Cut,
    was_called: Arc<AtomicBool>,
}

impl hyper::service::Service<hyper::Request<Incoming>> for Calls {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        self.was_called.store(true, Ordering::Release);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.cut.clone());
        // A router is always ready.
        self.router.clone().call(request)
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::time::Instant;

    use super::*;

    /// Sends a request byte by byte with pauses, and reads to the end; how long that took.
    async fn trickle(request: &[u8], pause: Duration) -> (String, Duration) {
        let began = Instant::now();
        let (mut client, server) = tokio::io::duplex(1024);
        let router = Router::new().route("/", get(async || "here"));
        let (_stop, stops) = watch::channel(());
        let serving = tokio::spawn(serve(server, router, stops));
        for byte in request {
            tokio::time::sleep(pause).await;
            if client.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
        let mut answer = Vec::new();
        drop(client.read_to_end(&mut answer).await);
        serving.await.unwrap();
        (String::from_utf8(answer).unwrap(), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_trickles_in_is_not_waited_for() {
        let request = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
        let (answer, took) = trickle(request, Duration::from_secs(10)).await;
        assert_eq!(answer, "");
        assert!(took <= HEAD_PATIENCE + Duration::from_secs(10), "{took:?}");
        let (answer, took) = trickle(request, Duration::from_secs(1)).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("here"),
            "{answer}"
        );
        assert!(
            HEAD_PATIENCE <= took,
            "it was kept open for a next request: {took:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_closed() {
        let (answer, took) = trickle(b"", Duration::ZERO).await;
        assert_eq!(answer, "");
        assert!(
            HEAD_PATIENCE <= took && took < HEAD_PATIENCE * 2,
            "{took:?}"
        );
    }
}
