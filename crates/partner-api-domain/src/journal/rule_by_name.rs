//! A rule in a journal, by its stable name. A rule that this version does not know is read as none.

use partner_api_core::Rule;
use serde::{Deserialize, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(
    rule: &Option<Rule>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match rule {
        Some(rule) => serializer.serialize_some(rule.name()),
        None => serializer.serialize_none(),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Rule>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    Ok(Rule::ALL
        .iter()
        .copied()
        .find(|rule| Some(rule.name()) == name.as_deref()))
}
