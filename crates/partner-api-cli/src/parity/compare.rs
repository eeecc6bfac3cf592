//! Holds an answer against the shape that the specification gives it.

use std::collections::BTreeSet;

use partner_api::Timestamp;
use partner_api::raw::types::shapes::{self, Form};
use serde_json::Value;

use super::record::{self, Record};
use super::shown;

/// Compares `value` with the shape called `name`, and records what comes of it. `of` says whose answer it is.
pub(crate) fn with_shape(record: &mut Record, of: &str, name: &'static str, value: &Value) {
    let mut walk = Walk {
        record,
        of,
        met: BTreeSet::new(),
    };
    walk.value(&Form::Named(name), value, name, &mut Place::default());
    // After the walk: where one entry of a list differs, the others do not confirm.
    for name in std::mem::take(&mut walk.met) {
        walk.record.confirm(record::shape(name));
    }
}

struct Walk<'a> {
    record: &'a mut Record,
    of: &'a str,
    met: BTreeSet<&'static str>,
}

/// Where a value stands, as text; keys that are data are left out.
#[derive(Clone, Default)]
struct Place(String);

impl Place {
    fn field(&self, name: &str) -> Self {
        match self.0.is_empty() {
            true => Self(name.to_owned()),
            false => Self(format!("{}.{name}", self.0)),
        }
    }

    fn any(&self, brackets: &str) -> Self {
        Self(format!("{}{brackets}", self.0))
    }
}

impl Walk<'_> {
    fn value(&mut self, form: &Form, value: &Value, within: &'static str, place: &mut Place) {
        match (form, value) {
            (Form::Named(name), value) => match shapes::named(name) {
                Some(shape) => {
                    self.met.insert(name);
                    self.value(&shape.form, value, name, place);
                }
                None => self
                    .record
                    .find(format!("{}: no shape is called {name}", self.of)),
            },
            (Form::Object(fields), Value::Object(found)) => {
                for field in *fields {
                    let mut place = place.field(field.name);
                    match found.get(field.name) {
                        None if field.is_required => self.differs(within, &place, "is missing"),
                        None => {}
                        Some(Value::Null) if field.is_nullable => {}
                        Some(value) => self.value(&field.form, value, within, &mut place),
                    }
                }
                let is_known = |name: &str| fields.iter().any(|field| field.name == name);
                for name in found.keys().filter(|name| !is_known(name)) {
                    let place = place.field(&shown::field(name));
                    let of = self.of;
                    self.record
                        .find(format!("{of}: the field {} is not specified", place.0));
                }
            }
            (Form::Map(of), Value::Object(found)) => {
                for value in found.values() {
                    self.value(of, value, within, &mut place.any("{}"));
                }
            }
            (Form::List(of), Value::Array(found)) => {
                for value in found {
                    self.value(of, value, within, &mut place.any("[]"));
                }
            }
            (Form::Words(words), Value::String(word)) => match words.contains(&word.as_str()) {
                true => self.record.meet_word(within, word),
                false => {
                    let word = shown::word(word);
                    self.differs(within, place, &format!("is {word}, which is no word of it"));
                }
            },
            (Form::Text, Value::String(_))
            | (Form::Number, Value::Number(_))
            | (Form::Boolean, Value::Bool(_)) => {}
            (Form::Integer, Value::Number(number)) if number.is_i64() => {}
            (Form::Moment, Value::String(text)) => {
                if text.parse::<Timestamp>().is_err() {
                    self.differs(within, place, "is no moment in UTC with milliseconds");
                }
            }
            (form, value) => {
                let what = format!("is {}, not {}", shown::kind(value), wanted(form));
                self.differs(within, place, &what);
            }
        }
    }

    fn differs(&mut self, within: &'static str, place: &Place, what: &str) {
        let place = match place.0.as_str() {
            "" => "the body",
            place => place,
        };
        let seen = format!("{}: {place} {what}", self.of);
        self.record.find(seen.clone());
        self.record.refute(record::shape(within), seen);
    }
}

const fn wanted(form: &Form) -> &'static str {
    match form {
        Form::Object(_) | Form::Map(_) => "an object",
        Form::List(_) => "an array",
        Form::Number => "a number",
        Form::Integer => "a whole number",
        Form::Boolean => "a boolean",
        _ => "a string",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::record::Verdict;
    use super::*;

    fn transfer() -> Value {
        json!({
            "id": "t1", "sourceExternalUserId": null, "destinationExternalUserId": "anna-1", "amount": 1,
            "currency": "eur", "status": "SUCCESSFUL", "createdAt": "2026-01-01T00:00:00.000Z",
        })
    }

    /// The verdicts on a transfer and on its status, and the findings.
    fn check(change: impl FnOnce(&mut Value), transfer_holds: bool, status_holds: bool) -> String {
        let mut value = transfer();
        change(&mut value);
        let mut record = Record::default();
        with_shape(&mut record, "get_transfer", "Transfer", &value);
        let holds = |name: &str| record.verdict(name) == Some(&Verdict::Confirmed);
        assert_eq!(holds("shape:Transfer"), transfer_holds, "{record:?}");
        assert_eq!(holds("shape:TransferStatus"), status_holds, "{record:?}");
        record.findings().join("; ")
    }

    #[test]
    fn what_is_as_specified_is_confirmed_without_a_finding() {
        assert_eq!(check(|_| {}, true, true), "");
    }

    #[test]
    fn a_field_that_is_new_is_a_finding_and_refutes_nothing() {
        let found = check(|it| it["memo"] = json!("Anna Nowak"), true, true);
        assert_eq!(found, "get_transfer: the field memo is not specified");
    }

    #[test]
    fn a_word_that_is_new_refutes_the_words_alone() {
        let found = check(|it| it["status"] = json!("DONE"), true, false);
        assert_eq!(
            found,
            "get_transfer: status is DONE, which is no word of it"
        );
    }

    #[test]
    fn a_field_that_is_missing_or_of_another_kind_refutes_the_shape() {
        let gone = |it: &mut Value| drop(it.as_object_mut().unwrap().remove("createdAt"));
        assert_eq!(
            check(gone, false, true),
            "get_transfer: createdAt is missing"
        );
        let found = check(|it| it["amount"] = json!("1.00"), false, true);
        assert_eq!(found, "get_transfer: amount is a string, not a number");
        let found = check(|it| it["createdAt"] = json!("yesterday"), false, true);
        assert!(
            found.ends_with("createdAt is no moment in UTC with milliseconds"),
            "{found}"
        );
        let found = check(|it| it["id"] = Value::Null, false, true);
        assert_eq!(found, "get_transfer: id is null, not a string");
    }

    #[test]
    fn one_bad_entry_of_a_list_is_enough() {
        let mut record = Record::default();
        let contact = json!({ "iban": "x", "name": null, "status": "APPROVED", "createdAt": "2026-01-01T00:00:00.000Z" });
        let body = json!({ "contacts": [contact, { "iban": 7 }, contact] });
        with_shape(&mut record, "contacts", "SepaContacts", &body);
        assert!(matches!(
            record.verdict("shape:SepaContact"),
            Some(Verdict::Refuted(_))
        ));
        assert_eq!(
            record.verdict("shape:SepaContacts"),
            Some(&Verdict::Confirmed)
        );
    }
}
