//! Lists in texts.

use std::fmt;

/// `a, b, c`, or `none`.
pub(crate) fn listed<T: fmt::Display>(items: &[T]) -> String {
    if items.is_empty() {
        return "none".to_owned();
    }
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join(", ")
}
