//! One form for each JSON value, so that the same content always has the same digest.
//!
//! Order of keys, white space, escapes and the form of a number do not matter; a number and a string that holds it are
//! two values.

use std::collections::BTreeMap;

use partner_api_types::DecimalNumber;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// Deeper values are taken as they are written; no payload comes near it.
const DEPTH_MAX: usize = 32;

/// Feeds the canonical form of `json` to `digest`; what is not JSON goes in as it is.
pub(crate) fn feed(digest: &mut Sha256, json: &[u8]) {
    match serde_json::from_slice::<&RawValue>(json) {
        Ok(value) => feed_value(digest, value.get(), 0),
        Err(_) => part(digest, b'?', json),
    }
}

/// A part with its kind and length, so that no two sequences of parts run into each other.
pub(crate) fn part(digest: &mut Sha256, kind: u8, bytes: &[u8]) {
    digest.update([kind]);
    digest.update((bytes.len() as u64).to_le_bytes());
    digest.update(bytes);
}

fn feed_value(digest: &mut Sha256, json: &str, depth: usize) {
    if depth == DEPTH_MAX {
        return part(digest, b'?', json.as_bytes());
    }
    match json.as_bytes().first() {
        Some(b'{') => match parse::<BTreeMap<String, &RawValue>>(json) {
            Some(entries) => {
                part(digest, b'{', &(entries.len() as u64).to_le_bytes());
                for (key, value) in entries {
                    part(digest, b'k', key.as_bytes());
                    feed_value(digest, value.get(), depth + 1);
                }
            }
            None => part(digest, b'?', json.as_bytes()),
        },
        Some(b'[') => match parse::<Vec<&RawValue>>(json) {
            Some(items) => {
                part(digest, b'[', &(items.len() as u64).to_le_bytes());
                for item in items {
                    feed_value(digest, item.get(), depth + 1);
                }
            }
            None => part(digest, b'?', json.as_bytes()),
        },
        Some(b'"') => match parse::<String>(json) {
            Some(text) => part(digest, b's', text.as_bytes()),
            None => part(digest, b'?', json.as_bytes()),
        },
        Some(b'-' | b'0'..=b'9') => match json.parse::<DecimalNumber>() {
            Ok(number) => part(digest, b'n', number.as_str().as_bytes()),
            // More digits than a number of ours may have.
            Err(_) => part(digest, b'?', json.as_bytes()),
        },
        // `true`, `false`, `null`: one way to write each.
        _ => part(digest, b'w', json.as_bytes()),
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Option<T> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(json: &str) -> Vec<u8> {
        let mut digest = Sha256::new();
        feed(&mut digest, json.as_bytes());
        digest.finalize().to_vec()
    }

    #[test]
    fn what_says_the_same_has_the_same_digest() {
        let same = [
            r#"{"a":1,"b":[true,null,"x"],"c":{"d":0.5}}"#,
            r#"{ "c": {"d": 0.50}, "b": [true, null, "\u0078"], "a": 1.0 }"#,
            r#"{"b":[true,null,"x"],"a":1e0,"c":{"d":5E-1}}"#,
        ];
        assert!(same.iter().all(|json| digest(json) == digest(same[0])));
    }

    #[test]
    fn what_says_something_else_has_another() {
        let all = [
            r#"{"a":1}"#,
            r#"{"a":"1"}"#,
            r#"{"a":2}"#,
            r#"{"b":1}"#,
            r#"{"a":1,"b":1}"#,
            r#"{"a":[1]}"#,
            r#"{"a":null}"#,
            r#"{"a":"null"}"#,
            r#"["a",1]"#,
            r#"["a1"]"#,
            r#"["a","1"]"#,
            "[]",
            "{}",
            "",
            "{",
            r#""{}""#,
            "[[],[]]",
            "[[[]]]",
        ];
        for (index, one) in all.iter().enumerate() {
            for other in &all[index + 1..] {
                assert_ne!(digest(one), digest(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn deep_values_end() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(digest(&deep).len(), 32);
        let too_deep = "[".repeat(100_000);
        assert_eq!(digest(&too_deep).len(), 32);
    }
}
