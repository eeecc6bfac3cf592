//! Requests against the specification: what the sandbox accepts must be what `openapi/` describes.

use std::{collections::BTreeMap, sync::OnceLock};

use jsonschema::Validator;
use partner_api_sandbox::{Observed, Port};
use serde_json::{Map, Value, json};

use crate::spec::{Checker, Spec, resolved};

/// The requests of one specification, with their schemas compiled.
#[derive(Debug)]
pub struct Requests {
    spec: Spec,
    described: BTreeMap<String, Described>,
}

#[derive(Debug, Default)]
struct Described {
    /// By name; no operation has two of one name.
    parameters: BTreeMap<String, Parameter>,
    /// The media type that is asked for, and the schema of a JSON body.
    body: Option<(String, Option<Validator>)>,
}

#[derive(Debug)]
struct Parameter {
    is_required: bool,
    /// Whether it is a number or a truth, and not a text.
    is_bare: bool,
    schema: Validator,
}

impl Requests {
    /// The requests to a port, described once.
    pub fn of(port: Port) -> &'static Self {
        static PARTNER: OnceLock<Requests> = OnceLock::new();
        static CONTROL: OnceLock<Requests> = OnceLock::new();
        match port {
            Port::Partner => PARTNER.get_or_init(|| Self::new(Spec::read("partner-api.yaml"))),
            Port::Control => CONTROL.get_or_init(|| Self::new(Spec::read("sandbox.yaml"))),
        }
    }

    fn new(spec: Spec) -> Self {
        let document = &spec.document;
        let mut described = BTreeMap::new();
        for methods in document["paths"].as_object().expect("paths").values() {
            for operation in methods.as_object().expect("methods").values() {
                let id = operation["operationId"].as_str().expect("operationId");
                described.insert(id.to_owned(), describe(document, operation));
            }
        }
        Self { spec, described }
    }

    /// What a request has that its operation does not allow.
    pub fn check(
        &self,
        method: &str,
        path_and_query: &str,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<(), String> {
        let (path, query) = path_and_query
            .split_once('?')
            .unwrap_or((path_and_query, ""));
        let operation = self.spec.operation_of(method, path);
        let operation = operation.ok_or_else(|| format!("{method} {path} is no operation"))?;
        let described = &self.described[operation];
        let template = self.spec.operations[operation].path.split('/');
        let places = template.zip(path.split('/'));
        let in_path = places.filter_map(|(name, value)| {
            let name = name.strip_prefix('{')?.strip_suffix('}')?;
            Some((name.to_owned(), decoded(&value.replace('+', "%2B"))))
        });
        let mut given: BTreeMap<String, String> = in_path.collect();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            given.entry(name.into_owned()).or_insert(value.into_owned());
        }
        for (name, parameter) in &described.parameters {
            let wrong = match given.get(name) {
                None if parameter.is_required => Some("is missing".to_owned()),
                None => None,
                Some(text) => parameter.misfit(text),
            };
            if let Some(wrong) = wrong {
                return Err(format!("{operation}: {name} {wrong}"));
            }
        }
        match &described.body {
            None => Ok(()),
            Some((kind, schema)) => {
                let given = content_type.unwrap_or_default().to_ascii_lowercase();
                if !given.starts_with(&**kind) {
                    return Err(format!("{operation}: content-type {given}, not {kind}"));
                }
                let Some(schema) = schema else {
                    return Ok(());
                };
                let body = serde_json::from_slice(body);
                let body: Value = body.map_err(|error| format!("{operation}: {error}"))?;
                let wrong: Vec<_> = schema
                    .iter_errors(&body)
                    .map(|error| format!("{}: {error}", error.instance_path()))
                    .collect();
                match wrong.is_empty() {
                    true => Ok(()),
                    false => Err(format!("{operation}: {wrong:#?}\n{body}")),
                }
            }
        }
    }
}

impl Parameter {
    fn misfit(&self, text: &str) -> Option<String> {
        let value = match self.is_bare {
            true => serde_json::from_str(text).unwrap_or(json!(text)),
            false => json!(text),
        };
        (!self.schema.is_valid(&value)).then(|| format!("is {text:?}"))
    }
}

fn decoded(text: &str) -> String {
    let pair = format!("a={text}");
    let mut pairs = form_urlencoded::parse(pair.as_bytes());
    pairs
        .next()
        .map_or(String::new(), |(_, value)| value.into_owned())
}

fn describe(document: &Value, operation: &Value) -> Described {
    let mut described = Described::default();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = resolved(document, parameter);
        let name = parameter["name"].as_str().expect("a name").to_owned();
        let schema = &parameter["schema"];
        described.parameters.insert(
            name,
            Parameter {
                is_required: parameter["required"] == true,
                is_bare: resolved(document, schema)["type"] != "string",
                schema: compile(document, schema),
            },
        );
    }
    if let Some(content) = operation["requestBody"]["content"].as_object() {
        let (kind, media) = content.iter().next().expect("a media type");
        let is_json = kind == "application/json";
        let schema = is_json.then(|| compile(document, &media["schema"]));
        described.body = Some((kind.clone(), schema));
    }
    described
}

fn compile(document: &Value, schema: &Value) -> Validator {
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    let schemas: Map<String, Value> = schemas
        .iter()
        .map(|(name, schema)| {
            let schema = match &**name {
                // Written in one form and read in both.
                "AmountText" | "AmountNumber" => json!({ "anyOf": [
                    strict(&schemas["AmountText"]),
                    { "type": "number", "minimum": 0 },
                ] }),
                _ => strict(schema),
            };
            (name.clone(), schema)
        })
        .collect();
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "allOf": [strict(schema)],
        "components": { "schemas": schemas },
    });
    let validator = jsonschema::validator_for(&schema);
    validator.unwrap_or_else(|error| panic!("{schema}: {error}"))
}

/// OpenAPI 3.0 to JSON Schema, with the bounds that the specification states beside it.
fn strict(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(strict).collect(),
        Value::Object(fields) => {
            let mut strict: Map<String, Value> = Map::new();
            for (name, value) in fields {
                match &**name {
                    "description" | "format" | "nullable" => {}
                    // Names of properties, which may be called like keywords.
                    "properties" => {
                        let properties = value.as_object().into_iter().flatten();
                        let properties: Map<String, Value> = properties
                            .map(|(name, value)| (name.clone(), self::strict(value)))
                            .collect();
                        strict.insert(name.clone(), properties.into());
                    }
                    "x-bounds" => strict.extend(value.as_object().cloned().unwrap_or_default()),
                    name if name.starts_with("x-") => {}
                    _ => drop(strict.insert(name.clone(), self::strict(value))),
                }
            }
            strict.into()
        }
        other => other.clone(),
    }
}

/// What a call or its answer has that `openapi/` does not describe: every answer is described, and so is every request that
/// is accepted.
pub fn misfit(seen: &Observed<'_>) -> Option<String> {
    let method = seen.request.method.as_str();
    let path = seen
        .request
        .uri
        .path_and_query()
        .map_or("", |it| it.as_str());
    let status = seen.status.as_u16();
    let kind = seen.content_type?;
    let requests = Requests::of(seen.port);
    let is_operation = requests
        .spec
        .operation_of(method, seen.request.uri.path())
        .is_some();
    if !is_operation {
        return (seen.status.is_success())
            .then(|| format!("{method} {path} is no operation, and answered {status}"));
    }
    let is_fault = status == 503 && kind == "text/html";
    if kind == "application/json" && !is_fault {
        let checker = Checker::of(match seen.port {
            Port::Partner => "partner-api.yaml",
            Port::Control => "sandbox.yaml",
        });
        let checked = serde_json::from_slice(seen.body)
            .map_err(|error| error.to_string())
            .and_then(|body| checker.check(method, path, status, &body).map(drop));
        if let Err(wrong) = checked {
            return Some(format!("{method} {path}: {wrong}"));
        }
    }
    if !seen.status.is_success() {
        return None;
    }
    let content_type = seen.request.headers.get("content-type");
    let content_type = content_type.and_then(|kind| kind.to_str().ok());
    let accepted = requests.check(method, path, content_type, seen.request_body);
    accepted
        .err()
        .map(|wrong| format!("{method} {path} was accepted with {status}: {wrong}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_that_drift_from_the_specification_are_found() {
        let requests = Requests::of(Port::Partner);
        let json = Some("application/json");
        let fits = |method: &str, path: &str, body: Value| {
            let body = body.to_string();
            requests.check(method, path, json, body.as_bytes()).is_ok()
        };
        let transfer = |amount: Value| json!({ "amount": amount, "currency": "eur" });
        assert!(fits("POST", "/v1/transfer", transfer(json!("1.5"))));
        assert!(fits("POST", "/v1/transfer", transfer(json!(1.5))));
        assert!(!fits("POST", "/v1/transfer", transfer(json!("-1"))));
        assert!(!fits("POST", "/v1/transfer", transfer(Value::Null)));
        assert!(!fits("PATCH", "/v1/user/u1", json!({ "country": "PL" })));
        assert!(
            !fits("PATCH", "/v1/user/a%2Fb", json!({})),
            "a slash in an id"
        );
        assert!(fits("PATCH", "/v1/user/a+b", json!({})));
        let history = "/v1/user/transaction-history/u1";
        assert!(fits("GET", &format!("{history}?limit=100"), json!({})));
        for limit in ["0", "101", "ten"] {
            assert!(
                !fits("GET", &format!("{history}?limit={limit}"), json!({})),
                "{limit}"
            );
        }
        let snapshot = |query: &str| {
            let (path, kind) = (format!("/snapshot?{query}"), "application/octet-stream");
            let requests = Requests::of(Port::Control);
            requests.check("PUT", &path, Some(kind), b"").is_ok()
        };
        assert!(snapshot("bringBackErased=true"));
        assert!(!snapshot("bringBackErased=yes"));
        let fee = "/v1/crypto-withdrawal/get-network-fee";
        assert!(!fits("GET", fee, json!({})), "a parameter is missing");
        assert!(
            requests
                .check("POST", "/v1/transfer", Some("text/plain"), b"{}")
                .is_err()
        );
    }
}
