//! Calling an operation by its name, with parameters and body as text: for whoever cannot know at compile time which.
//!
//! It leaves through the same hooks as the generated methods, and so has the same transport, replaced paths, deadline,
//! classifier and effects.

use std::borrow::Cow;

use bytes::Bytes;
use partner_api_transport::Problem;
use partner_api_types::{OperationId, UserId};
use progenitor_client::{ClientInfo as _, encode_path};
use reqwest::header::{ACCEPT, CONTENT_TYPE};

use crate::carried::{Content, Form};
use crate::{Api, CallOptions, Error, ErrorKind, File};

/// What an operation is called with, as it is.
#[derive(Clone, Default)]
pub struct Plain {
    parameters: Vec<(String, String)>,
    body: Option<(Cow<'static, str>, Bytes)>,
}

impl Plain {
    /// No parameters and no body.
    pub fn new() -> Self {
        Self::default()
    }

    /// A parameter of the operation's path, by its name there, or else of the query.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// A body of JSON, which is sent unchanged.
    #[must_use]
    pub fn json(self, body: impl Into<Bytes>) -> Self {
        self.body("application/json", body)
    }

    /// A form of these parts. What is no letter, digit, `-` or `_` is left out of their names.
    #[must_use]
    pub fn form(self, parts: impl IntoIterator<Item = (String, Part)>) -> Self {
        let is_fit = |it: &char| it.is_ascii_alphanumeric() || "-_".contains(*it);
        let parts = parts.into_iter();
        let parts: Vec<(String, Part)> = parts
            .map(|(name, part)| (name.chars().filter(is_fit).collect(), part))
            .collect();
        let contents: Vec<(&str, Content<'_>)> = parts
            .iter()
            .map(|(name, part)| match part {
                Part::Text(text) => (&**name, Content::Word(text)),
                Part::File(file) => (&**name, Content::File(file)),
            })
            .collect();
        let Form { content_type, body } = Form::of(&contents);
        self.body(content_type, body)
    }

    fn body(mut self, content_type: impl Into<Cow<'static, str>>, body: impl Into<Bytes>) -> Self {
        self.body = Some((content_type.into(), body.into()));
        self
    }
}

/// A part of a form.
#[derive(Clone)]
pub enum Part {
    /// Text.
    Text(String),
    /// A file.
    File(File),
}

/// Not what it holds.
impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes, [redacted])", text.len()),
            Self::File(file) => write!(f, "{file:?}"),
        }
    }
}

/// Which parameters there are, and not what they or the body hold.
impl std::fmt::Debug for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.parameters.iter().map(|(name, _)| name).collect();
        f.debug_struct("Plain")
            .field("parameters", &names)
            .field(
                "body_bytes",
                &self.body.as_ref().map(|(_, body)| body.len()),
            )
            .finish()
    }
}

impl Api {
    /// Calls an operation by its name, and gives the answer as it came.
    ///
    /// As everything below the domain it has **no guard, no journal and no rules**.
    ///
    /// *What if the future is dropped?* Before it is polled nothing happens; later the request may have been carried out.
    ///
    /// # Errors
    /// As [`call`](Self::call), but that any answer of success is taken; and parameters that do not fit the path, without a
    /// call.
    pub async fn call_by_name(
        &self,
        operation: OperationId,
        options: CallOptions,
        plain: Plain,
    ) -> Result<http::Response<Bytes>, Error> {
        let client = self.raw();
        let row = operation.operation();
        let unfit = |note: String| {
            let problem = Problem::new(ErrorKind::Unfit).note(note);
            Error::new(operation.as_str(), 0, false, problem)
        };
        let (path, query) = fill(row.path, plain.parameters).map_err(unfit)?;
        let method = reqwest::Method::from_bytes(row.method.as_str().as_bytes())
            .map_err(|_| unfit("the method cannot be used".to_owned()))?;
        let address = format!("{}{path}", client.baseurl());
        let mut request = client.client().request(method, address);
        request = request.header(ACCEPT, "application/json, */*;q=0.5");
        if !query.is_empty() {
            request = request.query(&query);
        }
        if let Some((content_type, body)) = plain.body {
            request = request.header(CONTENT_TYPE, &*content_type).body(body);
        }
        let request = request
            .build()
            .map_err(|_| unfit("parameters or body cannot be sent".to_owned()))?;
        let mut context = client.inner().clone();
        context.options = options;
        let response = context.exchange(request, operation.as_str()).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        // The transport has read the whole answer, so nothing can be missing of it.
        let body = response.bytes().await.unwrap_or_default();
        let mut answer = http::Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }
}

/// Puts values into the places of a path; what has no place there goes into the query.
fn fill(
    path: &str,
    parameters: Vec<(String, String)>,
) -> Result<(String, Vec<(String, String)>), String> {
    let mut query = parameters;
    let mut filled = String::new();
    for part in path.split('/').skip(1) {
        filled.push('/');
        let name = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        let Some(name) = name else {
            filled.push_str(part);
            continue;
        };
        let Some(place) = query.iter().position(|(it, _)| it == name) else {
            return Err(format!("the parameter {name} is missing"));
        };
        let (_, value) = query.remove(place);
        // Every id has the form of a user's: nothing that would make it another path.
        UserId::new(&*value)
            .map_err(|error| format!("the parameter {name}: {}", error.problem()))?;
        filled.push_str(&encode_path(&value));
    }
    Ok((filled, query))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, parameters: &str, expected: Result<(&str, usize), &str>) {
        let pairs = parameters.split_whitespace().map(|it| {
            let (name, value) = it.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        });
        let filled = fill(path, pairs.collect());
        match (filled, expected) {
            (Ok((path, query)), Ok(expected)) => assert_eq!((&*path, query.len()), expected),
            (Err(error), Err(expected)) => assert!(error.contains(expected), "{error}"),
            (filled, expected) => panic!("{filled:?}, not {expected:?}"),
        }
    }

    #[test]
    fn parameters_of_the_path_go_into_it_and_others_into_the_query() {
        check("/v1/a/{id}/b", "id=x limit=5", Ok(("/v1/a/x/b", 1)));
        check("/v1/{a}/{b}", "b=1 a=%2e", Ok(("/v1/%252e/1", 0)));
        check("/v1/{id}", "limit=5", Err("the parameter id is missing"));
        for value in ["..", ".", "a/b", ""] {
            check("/v1/{id}", &format!("id={value}"), Err("the parameter id:"));
        }
    }

    #[test]
    fn what_is_sent_is_not_printed() {
        let plain = Plain::new().parameter("id", "canary").json("canary");
        assert!(!format!("{plain:?}").contains("canary"));
    }
}
