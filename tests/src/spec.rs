//! The specification as JSON schemas: what an answer of each operation must look like.

use std::{collections::BTreeMap, path::Path, sync::OnceLock};

use serde_json::{Map, Value, json};

/// The Partner API's specification, by operation.
#[derive(Debug)]
pub struct Spec {
    pub(crate) document: Value,
    /// Path, method and answers, by operationId.
    pub operations: BTreeMap<String, Operation>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// With parameters in braces.
    pub path: String,
    /// In upper case.
    pub method: String,
    /// The component that a status answers with (`200`, `2XX`, `4XX`, ...).
    pub answers: BTreeMap<String, String>,
}

impl Spec {
    /// Reads `openapi/NAME`.
    pub fn read(name: &str) -> Self {
        // The tests of a crate that must not depend on this one include this file.
        let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let mut paths = above.map(|it| it.join("openapi").join(name));
        let path = paths.find(|it| it.is_file());
        let path = path.unwrap_or_else(|| panic!("openapi/{name} lies in no folder above"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let document = yaml(&text);
        let mut operations = BTreeMap::new();
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                let id = operation["operationId"]
                    .as_str()
                    .expect("operationId")
                    .to_owned();
                let answers = operation["responses"]
                    .as_object()
                    .expect("responses")
                    .iter();
                let answers =
                    answers.map(|(status, answer)| (status.to_uppercase(), last_segment(answer)));
                let (path, method) = (path.clone(), method.to_uppercase());
                operations.insert(
                    id,
                    Operation {
                        path,
                        method,
                        answers: answers.collect(),
                    },
                );
            }
        }
        Self {
            document,
            operations,
        }
    }

    /// Which operation a request is: literal segments win over parameters.
    pub fn operation_of(&self, method: &str, path: &str) -> Option<&str> {
        let fits = |template: &str| {
            let (template, path): (Vec<_>, Vec<_>) =
                (template.split('/').collect(), path.split('/').collect());
            template.len() == path.len()
                && template
                    .iter()
                    .zip(&path)
                    .all(|(part, given)| part.starts_with('{') || part == given)
        };
        let matching = self
            .operations
            .iter()
            .filter(|(_, it)| it.method == method && fits(&it.path));
        let best = matching.min_by_key(|(_, it)| it.path.matches('{').count());
        best.map(|(id, _)| id.as_str())
    }

    /// The schema of an operation's answer with this status, as a self-contained JSON Schema; `None` for plain text.
    pub fn schema(&self, operation: &str, status: u16) -> Option<Value> {
        let operation = &self.operations[operation];
        let class = format!("{}XX", status / 100);
        let answer = operation
            .answers
            .get(&status.to_string())
            .or_else(|| operation.answers.get(&class));
        let answer = answer.unwrap_or_else(|| {
            panic!(
                "{} {} never answers {status}",
                operation.method, operation.path
            )
        });
        let content = &self.document["components"]["responses"][answer]["content"];
        let schema = content.get("application/json")?["schema"].clone();
        Some(json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "allOf": [plain(&schema)],
            "components": {"schemas": plain(&self.document["components"]["schemas"])},
        }))
    }

    /// Name and payload of every event, as a self-contained JSON Schema, by its path.
    pub fn webhooks(&self) -> BTreeMap<String, (String, Value)> {
        let events = self.document["x-webhooks"].as_object().expect("webhooks");
        let events = events.iter().map(|(name, event)| {
            let path = event["path"].as_str().expect("a path").to_owned();
            let schema = json!({
                "$schema": "http://json-schema.org/draft-07/schema#",
                "allOf": [plain(&event["payload"])],
                "components": {"schemas": plain(&self.document["components"]["schemas"])},
            });
            (path, (name.clone(), schema))
        });
        events.collect()
    }
}

/// OpenAPI 3.0 to JSON Schema: `nullable` becomes an alternative; objects accept nothing that the spec does not name,
/// so that an answer cannot drift from its description unnoticed.
fn plain(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(name, _)| !matches!(&***name, "nullable" | "description" | "format"));
            let kept = kept.filter(|(name, _)| !name.starts_with("x-"));
            let mut plain: Map<_, _> = kept
                .map(|(name, value)| {
                    let value = match (&**name, value) {
                        // These are named by the specification: a property may well be called `description`.
                        ("properties", Value::Object(named)) => {
                            let named = named.iter();
                            named
                                .map(|(name, schema)| (name.clone(), self::plain(schema)))
                                .collect()
                        }
                        _ => self::plain(value),
                    };
                    (name.clone(), value)
                })
                .collect();
            // Enums are open: a word that is not listed is still a word.
            if fields.get("type").is_some_and(|kind| kind == "string") {
                plain.remove("enum");
            }
            let closes = fields.get("type").is_some_and(|kind| kind == "object");
            if closes
                && fields.contains_key("properties")
                && !fields.contains_key("additionalProperties")
            {
                plain.insert("additionalProperties".to_owned(), json!(false));
            }
            let plain = Value::Object(plain);
            if fields.get("nullable") == Some(&json!(true)) {
                json!({"anyOf": [plain, {"type": "null"}]})
            } else {
                plain
            }
        }
        other => other.clone(),
    }
}

/// What a reference into the document refers to.
pub(crate) fn resolved<'a>(document: &'a Value, node: &'a Value) -> &'a Value {
    match node.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            let target = document.pointer(reference.trim_start_matches('#'));
            resolved(document, target.expect("a reference leads somewhere"))
        }
        None => node,
    }
}

fn last_segment(reference: &Value) -> String {
    let reference = reference["$ref"]
        .as_str()
        .expect("every response is a $ref");
    reference
        .rsplit('/')
        .next()
        .expect("a $ref has segments")
        .to_owned()
}

fn yaml(text: &str) -> Value {
    use saphyr::{LoadableYamlNode, Scalar, Yaml};
    fn value(node: &Yaml<'_>) -> Value {
        match node {
            Yaml::Value(Scalar::String(text)) => json!(text),
            Yaml::Value(Scalar::Integer(number)) => json!(number),
            Yaml::Value(Scalar::FloatingPoint(number)) => json!(number.into_inner()),
            Yaml::Value(Scalar::Boolean(truth)) => json!(truth),
            Yaml::Value(Scalar::Null) => Value::Null,
            Yaml::Sequence(items) => items.iter().map(value).collect(),
            Yaml::Mapping(fields) => {
                let name = |key: &Yaml<'_>| match value(key) {
                    Value::String(name) => name,
                    other => other.to_string(),
                };
                Value::Object(
                    fields
                        .iter()
                        .map(|(key, field)| (name(key), value(field)))
                        .collect(),
                )
            }
            other => panic!("the specification holds {other:?}"),
        }
    }
    let documents = Yaml::load_from_str(text).expect("the specification is YAML");
    value(&documents[0])
}

/// Both specifications with their schemas compiled, to hold answers against.
#[derive(Debug)]
pub struct Checker {
    spec: Spec,
    validators: BTreeMap<(String, String), jsonschema::Validator>,
}

impl Checker {
    /// The checker of `openapi/NAME`, built once.
    pub fn of(name: &'static str) -> &'static Self {
        static PARTNER: OnceLock<Checker> = OnceLock::new();
        static CONTROL: OnceLock<Checker> = OnceLock::new();
        let cell = if name == "sandbox.yaml" {
            &CONTROL
        } else {
            &PARTNER
        };
        cell.get_or_init(|| Self::new(Spec::read(name)))
    }

    fn new(spec: Spec) -> Self {
        let mut validators = BTreeMap::new();
        for (id, operation) in &spec.operations {
            for status in operation.answers.keys() {
                let sample: u16 = status
                    .replace('X', "0")
                    .parse()
                    .expect("a status or its class");
                let Some(schema) = spec.schema(id, sample) else {
                    continue;
                };
                let validator = jsonschema::validator_for(&schema);
                let validator = validator.unwrap_or_else(|error| panic!("{id} {status}: {error}"));
                validators.insert((id.clone(), status.clone()), validator);
            }
        }
        Self { spec, validators }
    }

    /// The operation that was called, or what its answer has that its schema does not allow.
    pub fn check(
        &self,
        method: &str,
        path: &str,
        status: u16,
        json: &Value,
    ) -> Result<&str, String> {
        let path = path.split('?').next().unwrap_or(path);
        let operation = self.spec.operation_of(method, path);
        let operation = operation.ok_or_else(|| format!("{method} {path} is no operation"))?;
        let (exact, class) = (status.to_string(), format!("{}XX", status / 100));
        let answers = &self.spec.operations[operation].answers;
        let described = [exact, class]
            .into_iter()
            .find(|status| answers.contains_key(status));
        let described =
            described.ok_or_else(|| format!("{operation} is not said to answer {status}"))?;
        let Some(validator) = self.validators.get(&(operation.to_owned(), described)) else {
            return Ok(operation);
        };
        let wrong = validator
            .iter_errors(json)
            .map(|error| format!("{}: {error}", error.instance_path()));
        let wrong: Vec<_> = wrong.collect();
        if wrong.is_empty() {
            Ok(operation)
        } else {
            Err(format!("{operation} {status}: {wrong:#?}\n{json}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification spells the countries out once more, as a pattern, for whoever reads nothing but it.
    #[test]
    fn the_pattern_for_countries_takes_those_that_exist_and_no_others() {
        let spec = yaml(include_str!("../../openapi/partner-api.yaml"));
        let pattern = &spec["components"]["schemas"]["Country"]["pattern"];
        let schema = serde_json::json!({ "type": "string", "pattern": pattern });
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let letters = || ('A'..='Z').chain(['a', '1', ' ']);
        for (one, two) in letters().flat_map(|one| letters().map(move |two| (one, two))) {
            let code = format!("{one}{two}");
            let exists = partner_api_core::Country::parse(&code).is_ok();
            assert_eq!(validator.is_valid(&code.clone().into()), exists, "{code}");
        }
    }

    #[test]
    fn literal_segments_win_over_parameters() {
        let spec = Spec::read("partner-api.yaml");
        assert_eq!(
            spec.operation_of("GET", "/v1/user/balances/u1"),
            Some("get_user_balances")
        );
        assert_eq!(
            spec.operation_of("PATCH", "/v1/user/suspend/u1"),
            Some("suspend_user")
        );
        assert_eq!(
            spec.operation_of("PATCH", "/v1/user/u1"),
            Some("update_user")
        );
        assert_eq!(spec.operation_of("PUT", "/v1/user/u1"), None);
    }

    #[test]
    fn answers_that_drift_from_the_specification_are_found() {
        let checker = Checker::of("partner-api.yaml");
        let fits = |status, json| checker.check("POST", "/v1/transfer", status, &json).is_ok();
        assert!(fits(201, json!({"transferId": "t1"})));
        assert!(!fits(201, json!({})), "a field is missing");
        assert!(
            !fits(201, json!({"transferId": 7})),
            "a field is of another type"
        );
        assert!(
            !fits(201, json!({"transferId": "t1", "extra": 1})),
            "a field is not described"
        );
        assert!(
            !fits(200, json!({"transferId": "t1"})),
            "a status is not described"
        );
    }
}
