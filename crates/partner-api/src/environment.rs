//! Where the provider is: an address that belongs to a key.

use std::fmt;
use std::str::FromStr;

/// Where requests go. Given together with the key, so that neither is used with the other's
/// counterpart by accident: there is no default.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// The provider's staging: test data, test networks (faq-1975748m0).
    Staging,
    /// The provider's production: **real funds**, and calls are accepted from allow-listed addresses
    /// only (faq-1975748m0, authentication-1298787m0).
    Production,
    /// A sandbox of your own, at this address. Plain http is accepted here, also for another machine.
    Sandbox(SandboxUrl),
}

impl Environment {
    /// The address, without a slash at its end.
    pub fn base_url(&self) -> &str {
        match self {
            Self::Staging => "https://partner-api-stage.p100.io",
            Self::Production => "https://partner-api.p100.io",
            Self::Sandbox(url) => url.as_str(),
        }
    }
}

/// The address of a sandbox: scheme, host and perhaps a port, such as `http://127.0.0.1:4010`.
///
/// The provider's own hosts are refused: name them as what they are.
///
/// ```
/// use partner_api::SandboxUrl;
///
/// assert!("http://127.0.0.1:4010".parse::<SandboxUrl>().is_ok());
/// assert!("127.0.0.1:4010".parse::<SandboxUrl>().is_err());
/// assert!("https://partner-api.p100.io".parse::<SandboxUrl>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SandboxUrl(Box<str>);

impl SandboxUrl {
    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SandboxUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SandboxUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A text is not the address of a sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSandboxUrl {
    /// It does not start as one.
    #[error(
        "the address of a sandbox starts with http:// or https://, such as http://127.0.0.1:4010"
    )]
    Scheme,
    /// It has no host, or more than scheme, host, port and path.
    #[error("the address of a sandbox has a host, and neither user, query nor fragment")]
    Form,
    /// It is the provider's.
    #[error(
        "this is the provider's own address; use Environment::Staging or Environment::Production"
    )]
    Provider,
}

impl FromStr for SandboxUrl {
    type Err = InvalidSandboxUrl;

    fn from_str(text: &str) -> Result<Self, InvalidSandboxUrl> {
        let lower = text.to_ascii_lowercase();
        let rest = lower
            .strip_prefix("http://")
            .or_else(|| lower.strip_prefix("https://"));
        let rest = rest.ok_or(InvalidSandboxUrl::Scheme)?;
        let authority = rest.split('/').next().unwrap_or_default();
        let host = authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host);
        let is_odd = |it: char| it.is_whitespace() || it.is_control() || "?#@\\".contains(it);
        if host.is_empty() || text.contains(is_odd) {
            return Err(InvalidSandboxUrl::Form);
        }
        if host == "p100.io" || host.ends_with(".p100.io") {
            return Err(InvalidSandboxUrl::Provider);
        }
        Ok(Self(text.trim_end_matches('/').into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, InvalidSandboxUrl>) {
        let url = text.parse::<SandboxUrl>();
        assert_eq!(
            url.as_ref().map(SandboxUrl::as_str),
            expected.as_ref().copied(),
            "{text}"
        );
    }

    #[test]
    fn an_address_has_scheme_and_host() {
        check("http://127.0.0.1:4010", Ok("http://127.0.0.1:4010"));
        check("http://[::1]:4010/", Ok("http://[::1]:4010"));
        check(
            "https://sandbox.internal/partner",
            Ok("https://sandbox.internal/partner"),
        );
        check("127.0.0.1:4010", Err(InvalidSandboxUrl::Scheme));
        check("ftp://host", Err(InvalidSandboxUrl::Scheme));
        check("", Err(InvalidSandboxUrl::Scheme));
        check("http://", Err(InvalidSandboxUrl::Form));
        check("http://:80", Err(InvalidSandboxUrl::Form));
        check("http://a b", Err(InvalidSandboxUrl::Form));
        check("http://user@host", Err(InvalidSandboxUrl::Form));
        check("http://host?x=1", Err(InvalidSandboxUrl::Form));
    }

    #[test]
    fn the_provider_is_no_sandbox() {
        for text in [
            "https://partner-api.p100.io",
            "HTTPS://PARTNER-API.P100.IO:443/v1",
            "http://partner-api-stage.p100.io",
            "https://p100.io",
        ] {
            check(text, Err(InvalidSandboxUrl::Provider));
        }
        check("https://p100.io.example", Ok("https://p100.io.example"));
    }
}
