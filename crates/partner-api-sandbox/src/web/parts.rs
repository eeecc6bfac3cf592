//! Small pieces that pages are made of.

use maud::{Markup, html};
use partner_api_core::{Amount, Currency, Rule, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A word of a table, as a sentence has it.
pub(super) fn phrase(word: &str) -> String {
    word.replace('_', " ")
}

/// As [`phrase`], of a word that the control API shouts.
pub(super) fn lower(word: &str) -> String {
    phrase(&word.to_ascii_lowercase())
}

/// A state, coloured by what it means for whom it is about.
pub(super) fn state(word: &str) -> Markup {
    let word = lower(word);
    let class = match &*word {
        "open" | "approved" | "active" | "credited" | "completed" | "cleared" | "delivered"
        | "settled" | "paid" => "good",
        "suspended"
        | "blocked"
        | "held"
        | "pending"
        | "checking"
        | "questioned"
        | "waiting"
        | "waiting for travel rule" => "wait",
        "closed" | "rejected" | "deleted" | "returned" | "failed" | "given up" | "dropped"
        | "declined" | "expired" => "bad",
        _ => "",
    };
    html! { span.chip.(class) { (word) } }
}

/// An amount of atoms with the currency's decimals, digits in groups.
pub(super) fn amount(atoms: i128, currency: Currency) -> String {
    let magnitude = i64::try_from(atoms.unsigned_abs())
        .ok()
        .and_then(Amount::from_atoms);
    let text = match magnitude {
        Some(amount) => amount.to_fixed(currency.decimals()),
        // More than a single account can hold: a sum over many.
        None => (atoms.unsigned_abs() / 100_000_000).to_string(),
    };
    let (whole, rest) = text
        .split_once('.')
        .map_or((&*text, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::with_capacity(text.len() + 8);
    if atoms < 0 {
        grouped.push('\u{2212}');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place != 0 && (whole.len() - place) % 3 == 0 {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    if let Some(rest) = rest {
        grouped.push('.');
        grouped.push_str(rest);
    }
    grouped
}

/// An amount and its currency.
pub(super) fn money(atoms: i128, currency: Currency) -> Markup {
    html! { span.money { (amount(atoms, currency)) " " small { (currency) } } }
}

/// An amount that came or went.
pub(super) fn change(atoms: i128, currency: Currency) -> Markup {
    let class = if atoms < 0 { "minus" } else { "plus" };
    html! { span.money.(class) { @if 0 < atoms { "+" } (amount(atoms, currency)) " " small { (currency) } } }
}

/// The time of day, with its date at hand.
pub(super) fn clock_time(at: Timestamp) -> Markup {
    let whole = at.to_string();
    let time = whole.get(11..23).unwrap_or(&whole);
    html! { time datetime=(whole) title=(whole) { (time) } }
}

/// A rule by its name; what it says at hand.
pub(super) fn rule(rule: Rule) -> Markup {
    html! { code.rule title=(rule.broken()) { (rule) } }
}

/// Text for a path of ours.
pub(super) fn encoded(text: &str) -> String {
    /// What RFC 3986 leaves as it is.
    const KEPT: AsciiSet = NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(text, &KEPT).to_string()
}

/// An id that is too long to be read: its beginning and end.
pub(super) fn short(id: &str) -> String {
    let count = id.chars().count();
    if count <= 20 {
        return id.to_owned();
    }
    let head: String = id.chars().take(8).collect();
    let tail: String = id.chars().skip(count - 6).collect();
    format!("{head}…{tail}")
}

/// An id with a button that copies it.
pub(super) fn id(text: &str) -> Markup {
    html! { code.id title=(text) { (short(text)) } (copy(text, "copy id")) }
}

/// A button that copies a text; it is there where the script is.
pub(super) fn copy(text: &str, label: &str) -> Markup {
    html! { button.copy type="button" data-copy=(text) hidden { (label) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_signed() {
        let check = |atoms, currency, text: &str| {
            let shown = amount(atoms, currency)
                .replace('\u{202f}', " ")
                .replace('\u{2212}', "-");
            assert_eq!(shown, text);
        };
        check(0, Currency::EUR, "0.00");
        check(123_456_789_000_000, Currency::EUR, "1 234 567.89");
        check(-100_000_000, Currency::EUR, "-1.00");
        check(99_900_000_000, Currency::EUR, "999.00");
        check(1, Currency::BTC, "0.00000001");
        check(i128::from(i64::MAX) * 10, Currency::EUR, "922 337 203 685");
    }

    #[test]
    fn what_stands_in_a_path_is_encoded() {
        assert_eq!(encoded("<a>/ä"), "%3Ca%3E%2F%C3%A4");
        assert_eq!(short("0123456789abcdefghijklmnop"), "01234567…klmnop");
    }
}
