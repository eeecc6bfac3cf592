//! TLS with a provider of our own, so that nobody has to install one for the process.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

/// What is wrong with a certificate, or with those of the system.
pub(crate) type TlsProblem = Box<dyn std::error::Error + Send + Sync>;

/// A configuration that trusts the system's certificates and those given.
///
/// `ring` rather than rustls' default: it needs no cmake and compiles in a fraction of the time.
pub(crate) fn config(extra: Vec<CertificateDer<'static>>) -> Result<ClientConfig, TlsProblem> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

/// A configuration that trusts nobody, for a client that only ever speaks plain HTTP: reading the
/// system's certificates takes milliseconds, and a container without any must still work.
pub(crate) fn config_without_roots() -> Result<ClientConfig, TlsProblem> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(config)
}

/// The certificates of a PEM text; at least one.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsProblem> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>()?;
    if certificates.is_empty() {
        Err("no certificate in it".into())
    } else {
        Ok(certificates)
    }
}
