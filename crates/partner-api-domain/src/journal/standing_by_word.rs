//! A standing in a journal, by its stable word. A word that this version does not know is read as none.

use partner_api_core::user::Standing;
use serde::{Deserialize, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(
    standing: &Option<Standing>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match standing {
        Some(standing) => serializer.serialize_some(standing.as_str()),
        None => serializer.serialize_none(),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Standing>, D::Error> {
    let word = Option::<String>::deserialize(deserializer)?;
    Ok(word.and_then(|word| word.parse().ok()))
}
