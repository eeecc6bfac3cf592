//! A row of the outcome file: what became of one user.

use std::io;
use std::time::SystemTime;

use partner_api::bulk::{End, Ended};
use partner_api::{Error, Holding, Timestamp, UserId};

use crate::exit::paragraph;

/// The names are promised to scripts.
pub(super) const COLUMNS: [&str; 7] =
    ["id", "outcome", "rule", "error", "cards", "forfeited", "at"];

/// A row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: UserId,
    pub(super) end: End,
    pub(super) rule: String,
    pub(super) error: String,
    pub(super) cards: String,
    pub(super) forfeited: Vec<Holding>,
    pub(super) at: String,
}

impl Row {
    pub(super) fn of(ended: &Ended) -> Self {
        match &ended.result {
            Ok(did) => {
                let cards: Vec<&str> = did.cards.iter().map(|card| card.as_str()).collect();
                Self {
                    cards: cards.join(" "),
                    forfeited: did.forfeited.clone(),
                    ..Self::new(&ended.user, End::Done, ended.at)
                }
            }
            Err(error) => Self::failed(&ended.user, error, ended.at),
        }
    }

    /// Of a user for whom nothing was tried.
    pub(super) fn not_begun(user: &UserId, error: &Error) -> Self {
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self::failed(user, error, Timestamp::EPOCH.plus(since))
    }

    fn failed(user: &UserId, error: &Error, at: Timestamp) -> Self {
        let rule = error.rule().map(|rule| rule.name().to_owned());
        Self {
            rule: rule.unwrap_or_default(),
            // A row is a line.
            error: paragraph(error).replace(['\n', '\r'], " "),
            ..Self::new(user, End::of(error), at)
        }
    }

    fn new(user: &UserId, end: End, at: Timestamp) -> Self {
        Self {
            id: user.clone(),
            end,
            rule: String::new(),
            error: String::new(),
            cards: String::new(),
            forfeited: Vec::new(),
            at: at.to_string(),
        }
    }

    pub(super) fn line(&self) -> io::Result<Vec<u8>> {
        let forfeited: Vec<String> = self.forfeited.iter().map(ToString::to_string).collect();
        let forfeited = forfeited.join("; ");
        let (id, end) = (self.id.as_str(), self.end.as_str());
        line([
            id,
            end,
            &self.rule,
            &self.error,
            &self.cards,
            &forfeited,
            &self.at,
        ])
    }

    /// Nothing if it is no row.
    pub(super) fn read(record: &csv::StringRecord) -> Option<Self> {
        let cell = |index| record.get(index).map(str::to_owned);
        let forfeited = record.get(5)?.split("; ").filter(|it| !it.is_empty());
        let row = Self {
            id: UserId::new(record.get(0)?).ok()?,
            end: End::ALL
                .into_iter()
                .find(|end| Some(end.as_str()) == record.get(1))?,
            rule: cell(2)?,
            error: cell(3)?,
            cards: cell(4)?,
            forfeited: forfeited.map(holding).collect::<Option<_>>()?,
            at: cell(6)?,
        };
        (record.len() == COLUMNS.len()).then_some(row)
    }
}

pub(super) fn holding(text: &str) -> Option<Holding> {
    let (amount, currency) = text.split_once(' ')?;
    Some(Holding {
        amount: amount.parse().ok()?,
        currency: currency.parse().ok()?,
    })
}

pub(super) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> io::Result<Vec<u8>> {
    let mut line = csv::Writer::from_writer(Vec::new());
    line.write_record(cells)?;
    line.into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}
