//! What may be kept of a body: names of documented fields, and the values of those that are known to be harmless.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use partner_api_types::shapes::{Form, SHAPES};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// What stands in the place of everything else.
const REDACTED: &str = "***";

/// Fields whose values show: ids of the provider's, amounts, currencies, states, choices.
const SHOWN: &[&str] = &[
    "acceptUnderpayment",
    "amount",
    "amountFrom",
    "amountInEur",
    "amountTo",
    "approved",
    "cardId",
    "cardTransactionId",
    "channel",
    "chaos",
    "check",
    "checkout",
    "completed",
    "cryptocurrency",
    "cryptoDepositId",
    "currency",
    "currencyFrom",
    "currencyTo",
    "cursor",
    "dailyTrxAll",
    "dailyTrxAtm",
    "dailyTrxEcom",
    "decision",
    "deliveries",
    "depositId",
    "destinationCurrency",
    "documentType",
    "event",
    "exchangeId",
    "expiresAt",
    "expiresInSeconds",
    "fault",
    "feePercentage",
    "frozen",
    "hasAcceptedP100Tc",
    "id",
    "limit",
    "lockId",
    "milliseconds",
    "monthlyTrxAll",
    "monthlyTrxAtm",
    "monthlyTrxEcom",
    "needsTravelRule",
    "network",
    "networkFee",
    "now",
    "object",
    "operation",
    "orderId",
    "paymentLinkId",
    "percent",
    "rate",
    "receivedAmount",
    "receiverType",
    "retryAfterSeconds",
    "status",
    "times",
    "to",
    "transactionHash",
    "transferId",
    "underpaymentWindowSeconds",
    "userId",
    "validUntil",
    "verificationId",
    "walletType",
    "withdrawalId",
];

/// Fields that name a user by the partner's id, which shows until that user is closed.
const USERS: &[&str] = &[
    "externalUserId",
    "sourceExternalUserId",
    "destinationExternalUserId",
];

/// Longer ones are not kept.
const LONGEST: usize = 8 * 1024;

/// Whether the value of a field may be shown, and kept.
pub(crate) fn is_shown(name: &str) -> bool {
    SHOWN.contains(&name)
}

/// Whether a field names a user by the partner's id.
pub(crate) fn names_user(name: &str) -> bool {
    USERS.contains(&name)
}

/// How each documented field is treated: whether its value is kept.
static FIELDS: LazyLock<std::collections::HashMap<&'static str, bool>> = LazyLock::new(|| {
    let mut names = HashSet::new();
    for shape in SHAPES {
        collect(shape.form, &mut names);
    }
    names.extend(SHOWN.iter().chain(USERS));
    let kept = |name: &str| is_shown(name) || names_user(name);
    names.into_iter().map(|name| (name, kept(name))).collect()
});

fn collect(form: Form, names: &mut HashSet<&'static str>) {
    match form {
        Form::Object(fields) => {
            for field in fields {
                names.insert(field.name);
                collect(field.form, names);
            }
        }
        Form::List(of) | Form::Map(of) => collect(*of, names),
        _ => {}
    }
}

/// JSON with everything replaced that is not known to be harmless; nothing if it is no JSON, or very long.
pub(super) fn json(body: &[u8]) -> Option<Box<str>> {
    let mut out = String::with_capacity(body.len().min(LONGEST));
    let mut reader = serde_json::Deserializer::from_slice(body);
    let redact = Redact {
        out: &mut out,
        keeps: false,
    };
    redact.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    (out.len() <= LONGEST).then(|| out.into_boxed_str())
}

/// A query, with everything replaced that is not known to be harmless.
pub(super) fn query(query: &str) -> Box<str> {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match FIELDS.get(&*name) {
            Some(true) => out.append_pair(&name, &value),
            Some(false) => out.append_pair(&name, REDACTED),
            None => out.append_pair(REDACTED, REDACTED),
        };
    }
    out.finish().into_boxed_str()
}

/// Reads one JSON value and writes it anew.
struct Redact<'a> {
    out: &'a mut String,
    keeps: bool,
}

impl Redact<'_> {
    fn scalar<E: serde::de::Error>(self, value: impl fmt::Display) -> Result<(), E> {
        let written = match self.keeps {
            true => write!(self.out, "{value}"),
            false => write!(self.out, "\"{REDACTED}\""),
        };
        written.map_err(E::custom)
    }
}

fn text(out: &mut String, text: &str) {
    // Writing text as JSON cannot fail.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

impl<'de> DeserializeSeed<'de> for Redact<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Redact<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.out.push_str("null");
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        text(self.out, if self.keeps { value } else { REDACTED });
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.out.push('[');
        let mut is_first = true;
        loop {
            let before = self.out.len();
            if !is_first {
                self.out.push(',');
            }
            let item = Redact {
                out: self.out,
                keeps: self.keeps,
            };
            if items.next_element_seed(item)?.is_none() {
                self.out.truncate(before);
                break;
            }
            is_first = false;
        }
        self.out.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        self.out.push('{');
        let mut is_first = true;
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            if !is_first {
                self.out.push(',');
            }
            is_first = false;
            let known = FIELDS.get(&*name).copied();
            text(self.out, if known.is_some() { &name } else { REDACTED });
            self.out.push(':');
            fields.next_value_seed(Redact {
                out: self.out,
                keeps: known.unwrap_or(false),
            })?;
        }
        self.out.push('}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sent: &str, kept: &str) {
        assert_eq!(json(sent.as_bytes()).as_deref(), Some(kept), "{sent}");
    }

    #[test]
    fn only_what_is_known_to_be_harmless_is_kept() {
        check(
            r#"{ "externalUserId": "u1", "amount": "10.50", "currency": "eur", "email": "canary@example.com" }"#,
            r#"{"externalUserId":"u1","amount":"10.50","currency":"eur","email":"***"}"#,
        );
        check(
            r#"{"pin":"1234","label":"canary","cvv":111,"x":{"amount":1}}"#,
            r#"{"pin":"***","label":"***","cvv":"***","***":{"amount":1}}"#,
        );
        check(r#"["canary",{"canary":null}]"#, r#"["***",{"***":null}]"#);
        check("[]", "[]");
        check(
            r#"{"amount":"<\"\\>","id":true,"city":[1,2]}"#,
            r#"{"amount":"<\"\\>","id":true,"city":["***","***"]}"#,
        );
        check("\"canary\"", "\"***\"");
        for not_json in ["", "{", "canary", "{}{}"] {
            assert_eq!(json(not_json.as_bytes()), None, "{not_json}");
        }
        assert_eq!(json(format!("[{}1]", "1,".repeat(10_000)).as_bytes()), None);
    }

    #[test]
    fn no_field_with_a_persons_data_is_shown() {
        let personal = [
            "email",
            "phone",
            "firstName",
            "lastName",
            "birthDate",
            "street",
            "number",
            "city",
            "postCode",
            "iban",
            "destinationIban",
            "cardNumber",
            "cvv",
            "exp",
            "pin",
            "documentNumber",
            "expiryDate",
            "transferTitle",
            "title",
            "reference",
            "memo",
            "accountHolder",
            "companyName",
            "receiverFirstName",
            "receiverLastName",
            "label",
            "taxId",
            "vatId",
            "userIdentificationNumber",
            "walletAddress",
            "address",
            "senderName",
            "senderIban",
            "secret",
            "url",
            "name",
            "country",
            "citizenship",
            "wallet",
            "user",
            "cardLastDigits",
        ];
        for name in personal {
            assert!(!is_shown(name) && !names_user(name), "{name}");
        }
    }

    #[test]
    fn a_query_is_kept_by_the_same_list() {
        assert_eq!(
            &*query("limit=5&email=canary@x&canary=1"),
            "limit=5&email=***&***=***"
        );
    }

    #[test]
    fn what_was_redacted_is_json() {
        let kept = json(br#"{"a":{"amount":[1,-2,3.5,null]}}"#).unwrap();
        assert!(
            serde_json::from_str::<serde_json::Value>(&kept).is_ok(),
            "{kept}"
        );
    }
}
