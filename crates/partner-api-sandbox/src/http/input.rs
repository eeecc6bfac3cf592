//! Reading and checking input. What was sent is never repeated in an answer: it may be personal.

use std::fmt::Display;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use partner_api_core::{Amount, Currency, Kind, Money, Network, Pii, Rule};
use partner_api_types::NetworkName;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Problem;

/// A JSON body of the wanted shape.
///
/// ASSUMED: a missing or other content type is bad input, as everything that is wrong with a body.
pub(crate) fn body<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    if bytes.is_empty() {
        return Err(Problem::invalid("body must not be empty"));
    }
    if !is_json(headers) {
        return Err(Problem::invalid("content-type must be application/json"));
    }
    let read = serde_json::from_slice(bytes).map_err(|_| diagnose::<T>(bytes))?;
    match holds_null::<T>(bytes) {
        false => Ok(read),
        true => Err(diagnose::<T>(bytes)),
    }
}

/// Whether a field that `T` knows is `null`. Reading takes that for a field that was left out.
///
/// ASSUMED: the provider refuses it, as no page shows a request with `null`.
fn holds_null<T: DeserializeOwned>(bytes: &[u8]) -> bool {
    // Most bodies need no second reading.
    if !bytes.windows(4).any(|word| word == b"null") {
        return false;
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(mut fields)) => {
            spoil_nulls(&mut fields) && first_misfit::<T>(&fields).is_some()
        }
        _ => false,
    }
}

/// Puts something that fits nowhere into every field that is `null`; whether there is one.
fn spoil_nulls(fields: &mut Map<String, Value>) -> bool {
    let mut found = false;
    for value in fields.values_mut() {
        found |= match value {
            Value::Null => {
                *value = json!({ "": [[]] });
                true
            }
            Value::Object(within) => spoil_nulls(within),
            _ => false,
        };
    }
    found
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| {
        let essence = kind.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
    })
}

/// Everything that is wrong with the shape of a body, by the names of fields alone.
///
/// Reading stops at the first field that does not fit. So that one is noted, replaced by something that fits, and the
/// body is read again, until nothing is left to note.
fn diagnose<T: DeserializeOwned>(bytes: &[u8]) -> Problem {
    let mut fields = match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Problem::invalid("body must be one JSON object of the documented shape"),
        Err(_) => return Problem::invalid("body must be well-formed JSON"),
    };
    spoil_nulls(&mut fields);
    let mut failures = Checks::default();
    while failures.0.len() < FAILURES_MAX {
        match first_misfit::<T>(&fields) {
            Some(Misfit::Missing(field)) => {
                failures.must(false, &field, "given");
                if !mend::<T>(&mut fields, field) {
                    break;
                }
            }
            Some(Misfit::Malformed(field)) => {
                failures.must(false, &field, "of the documented type and form");
                if !mend::<T>(&mut fields, field) {
                    break;
                }
            }
            Some(Misfit::Unknown(field)) => {
                failures.must_not_exist(&field);
                fields.remove(&field);
            }
            None => break,
        }
    }
    // Read as a map, the last of two fields of one name replaces the first, and a number loses digits that were too
    // many: the misfit is gone, and which one it was cannot be told.
    failures.must(
        !failures.0.is_empty(),
        "every field",
        "sent once and in its documented form",
    );
    failures.into_problem()
}

/// Far more than any body has fields.
const FAILURES_MAX: usize = 32;

/// Why a body cannot be read.
enum Misfit {
    Missing(String),
    Malformed(String),
    Unknown(String),
}

fn first_misfit<T: DeserializeOwned>(fields: &Map<String, Value>) -> Option<Misfit> {
    let error = serde_path_to_error::deserialize::<_, T>(Value::Object(fields.clone())).err()?;
    let text = error.inner().to_string();
    let named = |prefix: &str| {
        let rest = text.strip_prefix(prefix)?;
        Some(rest.split('`').next().unwrap_or_default().to_owned())
    };
    if let Some(field) = named("missing field `") {
        return Some(Misfit::Missing(field));
    }
    if let Some(field) = fields
        .keys()
        .find(|field| text.starts_with(&format!("unknown field `{field}`")))
    {
        return Some(Misfit::Unknown(field.clone()));
    }
    let path = error.path().to_string();
    let field = path.split(['.', '[']).next().unwrap_or_default();
    fields
        .contains_key(field)
        .then(|| Misfit::Malformed(field.to_owned()))
}

/// Puts something into a field that fits there; false if nothing does, which ends the search.
fn mend<T: DeserializeOwned>(fields: &mut Map<String, Value>, field: String) -> bool {
    // Fits ids, countries, currencies and personal data; then labels; then amounts; then flags; then what has fields.
    for candidate in [json!("PL"), json!("PLX"), json!(1), json!(true), json!({})] {
        fields.insert(field.clone(), candidate);
        let misfit = first_misfit::<T>(fields);
        if !matches!(misfit, Some(Misfit::Malformed(still)) if still == field) {
            return true;
        }
    }
    false
}

/// Fields that the documentation names for users and that never change. Others are not repeated.
const FIXED_FIELDS: &[&str] = &[
    "externalUserId",
    "userId",
    "firstName",
    "lastName",
    "birthDate",
    "country",
    "citizenship",
    "nationality",
    "birthCountry",
    "userIdentificationNumber",
    "documentType",
    "documentNumber",
    "issuingCountry",
    "expiryDate",
    "hasAcceptedP100Tc",
];

/// Collects failures, so that one answer names them all.
#[derive(Debug, Default)]
pub(super) struct Checks(Vec<String>, Option<Rule>);

impl Checks {
    /// Notes a failure of a field unless it `holds`.
    pub(super) fn must(&mut self, holds: bool, field: &str, form: impl Display) {
        if !holds {
            self.0.push(format!("{field} must be {form}"));
        }
    }

    /// Notes a field that cannot be changed (L1, L2).
    fn must_not_exist(&mut self, field: &str) {
        self.1 = Some(Rule::FieldMustBeEditable);
        self.0.push(if FIXED_FIELDS.contains(&field) {
            format!("property {field} should not exist")
        } else {
            "property of an undocumented name should not exist".to_owned()
        });
    }

    /// Personal data must be of its kind's form.
    pub(super) fn personal<K: Kind>(&mut self, field: &str, value: &Pii<K>) {
        if let Err(invalid) = value.check() {
            self.must(false, field, invalid.form);
        }
    }

    /// As [`personal`](Self::personal), where a value is given.
    pub(super) fn optional<K: Kind>(&mut self, field: &str, value: Option<&Pii<K>>) {
        if let Some(value) = value {
            self.personal(field, value);
        }
    }

    /// Passes if nothing was noted.
    pub(super) fn pass(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.into_problem())
        }
    }

    fn into_problem(self) -> Problem {
        Problem::Invalid {
            message: self.0.join(", "),
            rule: self.1,
        }
    }
}

/// An amount of a currency, which may not be finer than the currency allows.
///
/// Core's `Money` cannot even be made otherwise.
pub(crate) fn money(amount: Amount, currency: Currency) -> Result<Money, Problem> {
    Money::new(amount, currency).map_err(|_| Problem::undecided(Rule::AmountMustFitCurrency))
}

/// The network that a currency is to travel on: the one that is named, or the currency's usual one.
pub(crate) fn network(currency: Currency, name: Option<&NetworkName>) -> Result<Network, Problem> {
    if !currency.is_known() {
        return Err(Problem::undecided(Rule::CurrencyMustBeKnown));
    }
    let wrong = || Problem::undecided(Rule::NetworkMustCarryCurrency);
    let network = match name {
        Some(name) => name.known(),
        None => Network::of(currency).first().copied(),
    };
    let network = network.ok_or_else(wrong)?;
    if network.carries(currency) {
        Ok(network)
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use partner_api_types::{
        CreateCardRequest, CreateTransferRequest, UpdateTravelRuleRequest, UpdateUserRequest,
    };

    use super::*;

    fn check<T: DeserializeOwned>(sent: &str, message: &str, rule: Option<Rule>) {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, "application/json".parse().unwrap())]);
        match body::<T>(&headers, sent.as_bytes()) {
            Err(Problem::Invalid {
                message: found,
                rule: by,
            }) => assert_eq!((&*found, by), (message, rule), "{sent}"),
            Err(other) => panic!("{sent}: {other:?}"),
            Ok(_) => panic!("{sent} was read"),
        }
    }

    #[test]
    fn one_message_names_every_failure() {
        check::<CreateCardRequest>(
            r#"{"label":"x","pin":7}"#,
            "label must be of the documented type and form, pin must be of the documented type and form, \
             externalUserId must be given",
            None,
        );
        check::<CreateTransferRequest>(
            r#"{"amount":{"a":[1]},"currency":"?"}"#,
            "amount must be of the documented type and form, currency must be of the documented type and form",
            None,
        );
        check::<CreateTransferRequest>(
            r#"{"sourceExternalUserId":null,"amount":null,"currency":"eur","note":null}"#,
            "amount must be of the documented type and form, sourceExternalUserId must be of the documented type and form",
            None,
        );
        check::<CreateTransferRequest>("{}", "amount must be given, currency must be given", None);
    }

    #[test]
    fn null_is_refused_where_a_field_is_known_and_nowhere_else() {
        let form = "of the documented type and form";
        check::<UpdateUserRequest>(r#"{"city":null}"#, &format!("city must be {form}"), None);
        let nested = r#"{"walletType":"CUSTODIAL","details":{"vatId":null}}"#;
        let message = format!("details must be {form}");
        check::<UpdateTravelRuleRequest>(nested, &message, None);
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, "application/json".parse().unwrap())]);
        for sent in [
            r#"{"destinationExternalUserId":"null","amount":"1","currency":"eur"}"#,
            r#"{"destinationExternalUserId":"U1","amount":"1","currency":"eur","note":{"a":null}}"#,
        ] {
            assert!(
                body::<CreateTransferRequest>(&headers, sent.as_bytes()).is_ok(),
                "{sent}"
            );
        }
    }

    #[test]
    fn fixed_fields_are_named_and_no_others() {
        check::<UpdateUserRequest>(
            r#"{"city":"Berlin","country":"DE","Kowalski":1}"#,
            "property of an undocumented name should not exist, property country should not exist",
            Some(Rule::FieldMustBeEditable),
        );
    }

    #[test]
    fn bodies_of_no_shape_are_refused() {
        for sent in ["{", "{\"a\":1,}", "not json", "\u{feff}{}"] {
            check::<UpdateUserRequest>(sent, "body must be well-formed JSON", None);
        }
        for sent in ["null", "[]", "7", "\"text\"", "[7]"] {
            let message = "body must be one JSON object of the documented shape";
            check::<UpdateUserRequest>(sent, message, None);
        }
        check::<UpdateUserRequest>("", "body must not be empty", None);
        check::<UpdateUserRequest>(
            r#"{"city":"Berlin","city":"Bonn"}"#,
            "every field must be sent once and in its documented form",
            None,
        );
    }

    #[test]
    fn a_body_must_say_that_it_is_json() {
        for (kind, fits) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("text/plain", false),
            ("application/jsonp", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind.parse().unwrap())]);
            let read = body::<UpdateUserRequest>(&headers, b"{}");
            assert_eq!(read.is_ok(), fits, "{kind}");
        }
        assert!(body::<UpdateUserRequest>(&HeaderMap::new(), b"{}").is_err());
    }
}
