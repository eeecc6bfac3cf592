//! What stands in a field of a row, for people and for machines.

use std::fmt;

use partner_api::{Amount, Currency, Holding, Money, SignedAmount, Timestamp};
use serde::{Serialize, Serializer};

/// A field of every row of a kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// Its name for machines; for people with spaces.
    pub(crate) name: &'static str,
    /// Whether it is money, which machines get as amount and currency.
    is_money: bool,
}

/// A field of anything but money.
pub(crate) const fn text(name: &'static str) -> Field {
    Field {
        name,
        is_money: false,
    }
}

/// A field of money. `amount` comes with a field `currency`, any other `x` with `x_currency`.
pub(crate) const fn money(name: &'static str) -> Field {
    Field {
        name,
        is_money: true,
    }
}

impl Field {
    fn currency(self) -> String {
        match self.name {
            "amount" => "currency".to_owned(),
            name => format!("{name}_currency"),
        }
    }
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Nothing,
    Text(String),
    Number(i64),
    Flag(bool),
    Time(Timestamp),
    Money(String, Currency),
    List(Vec<String>),
}

impl Cell {
    /// Something with a text of its own.
    pub(crate) fn text(value: impl fmt::Display) -> Self {
        Self::Text(value.to_string())
    }

    /// The same, if it is there.
    pub(crate) fn maybe(value: Option<impl fmt::Display>) -> Self {
        value.map_or(Self::Nothing, Self::text)
    }

    /// Several of them.
    pub(crate) fn list<T: fmt::Display>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(|it| it.to_string()).collect())
    }

    /// An amount of a currency.
    pub(crate) fn money(amount: Amount, currency: Currency) -> Self {
        Self::Money(amount.to_string(), currency)
    }

    /// An amount of a currency that may be negative.
    pub(crate) fn signed(amount: &SignedAmount, currency: Currency) -> Self {
        Self::Money(amount.to_string(), currency)
    }

    /// Whether it stands at the right of its column.
    pub(super) fn is_numeric(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Money(..))
    }

    /// For people.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Nothing => "-".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Flag(true) => "yes".to_owned(),
            Self::Flag(false) => "no".to_owned(),
            Self::Time(time) => moment(*time),
            Self::Money(amount, currency) => amount_of(amount, *currency),
            Self::List(items) if items.is_empty() => "-".to_owned(),
            Self::List(items) => items.join(", "),
        }
    }
}

impl From<Money> for Cell {
    fn from(money: Money) -> Self {
        Self::money(money.amount(), money.currency())
    }
}

impl From<Holding> for Cell {
    fn from(holding: Holding) -> Self {
        Self::money(holding.amount, holding.currency)
    }
}

/// `2026-11-27 15:40:13Z`.
fn moment(time: Timestamp) -> String {
    let text = time.to_string();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{}Z", seconds.replace('T', " ")),
        None => text,
    }
}

/// Money of a state with its decimals, everything else as short as it can be: `12.00 eur`, `0.5 btc`.
fn amount_of(amount: &str, currency: Currency) -> String {
    let decimals = usize::from(currency.decimals());
    let written = amount.split_once('.').map_or(0, |(_, rest)| rest.len());
    match currency.is_fiat() && written < decimals {
        true => {
            let dot = if written == 0 { "." } else { "" };
            format!("{amount}{dot}{} {currency}", "0".repeat(decimals - written))
        }
        false => format!("{amount} {currency}"),
    }
}

/// What a holding is called where people read it.
pub(crate) fn holding(holding: &Holding) -> String {
    amount_of(&holding.amount.to_string(), holding.currency)
}

/// What a machine gets of a cell.
pub(super) enum Value<'a> {
    Nothing,
    Text(&'a str),
    Number(i64),
    Flag(bool),
    Time(Timestamp),
    Currency(Currency),
    List(&'a [String]),
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Time(time) => time.serialize(serializer),
            Self::Currency(currency) => serializer.collect_str(currency),
            Self::List(items) => items.serialize(serializer),
        }
    }
}

/// In CSV, where nothing is empty and a list has spaces between its items.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Time(time) => write!(f, "{time}"),
            Self::Currency(currency) => write!(f, "{currency}"),
            Self::List(items) => f.write_str(&items.join(" ")),
        }
    }
}

/// The names that machines see.
pub(super) fn names(fields: &[Field]) -> impl Iterator<Item = String> {
    fields.iter().flat_map(|field| {
        let currency = field.is_money.then(|| field.currency());
        std::iter::once(field.name.to_owned()).chain(currency)
    })
}

/// The names that machines see, with what stands there.
pub(super) fn values<'a>(
    fields: &'a [Field],
    cells: &'a [Cell],
) -> impl Iterator<Item = (String, Value<'a>)> {
    fields.iter().zip(cells).flat_map(|(field, cell)| {
        let (value, currency) = match cell {
            Cell::Nothing => (Value::Nothing, Value::Nothing),
            Cell::Text(text) => (Value::Text(text), Value::Nothing),
            Cell::Number(number) => (Value::Number(*number), Value::Nothing),
            Cell::Flag(flag) => (Value::Flag(*flag), Value::Nothing),
            Cell::Time(time) => (Value::Time(*time), Value::Nothing),
            Cell::Money(amount, currency) => (Value::Text(amount), Value::Currency(*currency)),
            Cell::List(items) => (Value::List(items), Value::Nothing),
        };
        let currency = field.is_money.then(|| (field.currency(), currency));
        std::iter::once((field.name.to_owned(), value)).chain(currency)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_of_a_state_has_its_decimals() {
        let eur = Currency::EUR;
        for (amount, expected) in [
            ("12", "12.00 eur"),
            ("0.5", "0.50 eur"),
            ("-3.25", "-3.25 eur"),
            ("0.005", "0.005 eur"),
        ] {
            assert_eq!(amount_of(amount, eur), expected);
        }
        assert_eq!(amount_of("0.5", Currency::BTC), "0.5 btc");
    }

    #[test]
    fn machines_get_amount_and_currency_apart() {
        let fields = [text("id"), money("amount"), money("fee")];
        let cells = [
            Cell::text("p1"),
            Cell::from("12 eur".parse::<Money>().unwrap()),
            Cell::Nothing,
        ];
        let all: Vec<String> = values(&fields, &cells)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            all,
            [
                "id=p1",
                "amount=12",
                "currency=eur",
                "fee=",
                "fee_currency="
            ]
        );
        let names: Vec<String> = names(&fields).collect();
        assert_eq!(names, ["id", "amount", "currency", "fee", "fee_currency"]);
    }
}
