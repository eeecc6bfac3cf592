//! TLS works without a provider that was installed for the process.

use std::sync::Arc;

use partner_api_transport::{ErrorKind, RetryClass};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::server::read_request;
use crate::support::{builder, call};

const CERTIFICATE: &[u8] = include_bytes!("../fixtures/localhost.cert.pem");
const PRIVATE_KEY: &[u8] = include_bytes!("../fixtures/localhost.key.pem");

/// Any working configuration, for clients that are built by hand.
pub(crate) fn any_config() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// A TLS server with a certificate for `localhost` that no system trusts.
async fn start() -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()],
            PrivateKeyDer::from_pem_slice(PRIVATE_KEY).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                read_request(&mut stream).await;
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
                    .await;
                let _ = stream.shutdown().await;
            });
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test]
async fn a_given_root_certificate_is_trusted() {
    assert!(
        rustls::crypto::CryptoProvider::get_default().is_none(),
        "nobody installed a provider"
    );
    let transport = builder(&start().await)
        .root_certificates_pem(CERTIFICATE)
        .build()
        .unwrap();
    let answer = call(&transport, RetryClass::OnlyIfUnsent).await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(
        rustls::crypto::CryptoProvider::get_default().is_none(),
        "and nobody does now"
    );
}

/// The handshake fails before anything is sent, and would fail again.
#[tokio::test]
async fn an_untrusted_certificate_is_final_and_leaves_no_doubt() {
    let Ok(transport) = builder(&start().await).build() else {
        return; // A machine without any root certificate cannot even build the client.
    };
    let error = call(&transport, RetryClass::OnlyIfUnsent)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Unreachable, 1)
    );
    assert!(
        !error.may_have_been_processed() && !error.is_transient(),
        "{error:?}"
    );
}

#[test]
fn what_is_not_a_certificate_is_refused() {
    for pem in [&b""[..], b"not a certificate"] {
        assert!(
            builder("https://localhost")
                .root_certificates_pem(pem)
                .build()
                .is_err()
        );
    }
}
