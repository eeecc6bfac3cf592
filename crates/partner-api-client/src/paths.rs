//! Paths that differ from the specification's.
//!
//! Some paths of the specification are assumed. Who knows the true one gives it here, without
//! generating anything anew.

use partner_api_types::OperationId;
use reqwest::Url;

/// Why a path cannot replace the specification's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("path for {operation} is not usable: {problem}; the specification has `{specified}`")]
pub struct InvalidPath {
    operation: OperationId,
    problem: &'static str,
    specified: &'static str,
}

/// The replacements of a client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paths {
    /// Path of the base URL, without a slash at its end.
    stem: Box<str>,
    replaced: Vec<(OperationId, Box<str>)>,
}

impl Paths {
    /// No replacements, below this base URL.
    pub(crate) fn below(base_url: &str) -> Self {
        let url = Url::parse(base_url).ok();
        let stem = url
            .as_ref()
            .map_or("", |url| url.path().trim_end_matches('/'));
        Self {
            stem: stem.into(),
            replaced: Vec::new(),
        }
    }

    /// Replaces the path of an operation; a later replacement counts.
    pub(crate) fn replace(&mut self, id: OperationId, path: &str) -> Result<(), InvalidPath> {
        let specified = id.operation().path;
        if let Some(problem) = problem_of(path, specified) {
            return Err(InvalidPath {
                operation: id,
                problem,
                specified,
            });
        }
        self.replaced.retain(|(replaced, _)| *replaced != id);
        self.replaced.push((id, path.into()));
        Ok(())
    }

    /// Puts the replacement, if there is one, in the place of the specification's path. The values
    /// of the parameters are found by matching the specification's path.
    ///
    /// `false` if the URL does not match, which the generated client cannot bring about.
    pub(crate) fn apply(&self, id: OperationId, url: &mut Url) -> bool {
        let Some((_, path)) = self.replaced.iter().find(|(replaced, _)| *replaced == id) else {
            return true;
        };
        let Some(filled) = self.fill(id.operation().path, path, url.path()) else {
            return false;
        };
        url.set_path(&filled);
        true
    }

    /// `path` with the values that `actual` has for the parameters of `specified`. Values stay
    /// percent-encoded throughout.
    fn fill(&self, specified: &str, path: &str, actual: &str) -> Option<String> {
        let actual = actual.strip_prefix(&*self.stem)?;
        if actual.split('/').count() != specified.split('/').count() {
            return None;
        }
        let mut values = Vec::new();
        for (part, value) in specified.split('/').zip(actual.split('/')) {
            if is_parameter(part) {
                values.push((part, value));
            } else if part != value {
                return None;
            }
        }
        let mut filled = String::from(&*self.stem);
        for part in path.split('/').skip(1) {
            filled.push('/');
            let value = values.iter().find(|(name, _)| *name == part);
            filled.push_str(value.map_or(part, |(_, value)| value));
        }
        Some(filled)
    }
}

/// Whether a part of a path is a parameter in braces.
fn is_parameter(part: &str) -> bool {
    part.starts_with('{') && part.ends_with('}')
}

fn problem_of(path: &str, specified: &str) -> Option<&'static str> {
    let Some(rest) = path.strip_prefix('/') else {
        return Some("it does not start with `/`");
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~{}/".contains(&byte);
    if !rest.bytes().all(is_plain) {
        return Some("it holds a character that is none of a path, such as a query");
    }
    let has_odd_part = rest.split('/').any(|part| {
        let is_odd_word = matches!(part, "" | "." | "..");
        is_odd_word || !is_parameter(part) && part.contains(['{', '}'])
    });
    if has_odd_part {
        return Some("a part is empty, a dot, or not wholly a parameter");
    }
    fn parameters(path: &str) -> Vec<&str> {
        let mut parameters: Vec<_> = path.split('/').filter(|part| is_parameter(part)).collect();
        parameters.sort_unstable();
        parameters
    }
    (parameters(path) != parameters(specified)).then_some("its parameters are others")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base_url: &str, id: OperationId, path: &str, from: &str, to: &str) {
        let mut paths = Paths::below(base_url);
        paths.replace(id, path).unwrap();
        let mut url = Url::parse(&format!("{base_url}{from}")).unwrap();
        assert!(paths.apply(id, &mut url), "{from}");
        assert_eq!(url.as_str(), format!("{base_url}{to}"));
    }

    #[test]
    fn parameters_move_to_their_place_as_they_are() {
        use OperationId::{GetCard, GetPartnerBalances, SuspendUser};
        let host = "http://h";
        check(
            host,
            SuspendUser,
            "/v2/u/{externalUserId}/freeze",
            "/v1/user/suspend/a",
            "/v2/u/a/freeze",
        );
        let odd = "%2Fa%20b%3Fc%23%C3%A4%252e";
        check(
            "http://h/stem",
            SuspendUser,
            "/{externalUserId}",
            &format!("/v1/user/suspend/{odd}?x=/y"),
            &format!("/{odd}?x=/y"),
        );
        check(
            host,
            GetCard,
            "/c/{cardId}/of/{externalUserId}",
            "/v1/card/details/u/c",
            "/c/c/of/u",
        );
        check(host, GetPartnerBalances, "/b", "/v1/partner/balances", "/b");
        // A value that looks like another parameter is not replaced again.
        let trick = "/v1/card/details/%7BcardId%7D/c";
        check(
            host,
            GetCard,
            "/c/{cardId}/{externalUserId}",
            trick,
            "/c/c/%7BcardId%7D",
        );
    }

    #[test]
    fn what_is_not_replaced_stays() {
        let mut paths = Paths::below("http://h");
        paths
            .replace(OperationId::SuspendUser, "/v2/{externalUserId}")
            .unwrap();
        let mut url = Url::parse("http://h/v1/user/anna").unwrap();
        assert!(paths.apply(OperationId::DeleteUser, &mut url));
        assert_eq!(url.as_str(), "http://h/v1/user/anna");
        assert!(
            !paths.apply(OperationId::SuspendUser, &mut url),
            "it is no path of this operation"
        );
    }

    #[test]
    fn unusable_paths_are_refused() {
        let mut paths = Paths::default();
        for path in [
            "",
            "v1/{externalUserId}",
            "/v1",
            "/v1/{user}",
            "/v1/{externalUserId}/{externalUserId}",
            "/v1/x{externalUserId}",
            "/v1//{externalUserId}",
            "/v1/../{externalUserId}",
            "/v1/{externalUserId}?x=1",
            "/v1/%2e/{externalUserId}",
            "//evil.example/{externalUserId}",
        ] {
            assert!(
                paths.replace(OperationId::SuspendUser, path).is_err(),
                "{path}"
            );
        }
        let error = paths.replace(OperationId::SuspendUser, "/v1").unwrap_err();
        assert_eq!(
            error.to_string(),
            "path for suspend_user is not usable: its parameters are others; the specification has \
             `/v1/user/suspend/{externalUserId}`"
        );
    }
}
