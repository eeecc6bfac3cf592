//! Checks before anything is sent: what is malformed is refused here, with nothing sent and nothing journaled.

use partner_api_core::Rule;
use partner_api_core::{Amount, Currency, Money, Network, UserId};
use partner_api_core::{Kind, Pii};

use crate::error::Error;

/// What is wrong with what the caller gave, without showing it.
#[derive(Debug)]
pub(crate) struct Invalid {
    what: Box<str>,
    rule: Option<Rule>,
}

impl Invalid {
    pub(crate) fn new(what: impl Into<String>, rule: Option<Rule>) -> Self {
        Self {
            what: what.into().into_boxed_str(),
            rule,
        }
    }

    /// What breaks a rule by itself, whoever it is about.
    pub(crate) fn by(rule: Rule) -> Self {
        Self::new(format!("{}; {}", rule.broken(), rule.remedy()), Some(rule))
    }

    /// The error of this operation.
    pub(crate) fn on(self, action: &'static str, user: Option<&UserId>) -> Error {
        Error::invalid(action, user, self.what, self.rule)
    }
}

/// Collects every finding, so that a form can be corrected at once.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    findings: Vec<String>,
}

impl Checks {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Personal text can come from anywhere (a database, another service) and is checked here again.
    #[must_use]
    pub(crate) fn text<K: Kind>(mut self, name: &str, text: &Pii<K>) -> Self {
        if let Err(problem) = text.check() {
            self.findings.push(format!("{name}: {problem}"));
        }
        self
    }

    #[must_use]
    pub(crate) fn optional<K: Kind>(self, name: &str, text: &Option<Pii<K>>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    /// Something else than a personal text.
    #[must_use]
    pub(crate) fn must(mut self, is_so: bool, otherwise: &str) -> Self {
        if !is_so {
            self.findings.push(otherwise.to_owned());
        }
        self
    }

    pub(crate) fn end(self) -> Result<(), Invalid> {
        if self.findings.is_empty() {
            return Ok(());
        }
        Err(Invalid::new(self.findings.join("; "), None))
    }
}

/// A network, where one is named, carries the currency.
pub(crate) fn carries(network: Option<Network>, currency: Currency) -> Result<(), Invalid> {
    let Some(network) = network.filter(|it| !it.carries(currency)) else {
        return Ok(());
    };
    let what = format!("{network} does not carry {currency}; name a network that does");
    Err(Invalid::new(what, Some(Rule::NetworkMustCarryCurrency)))
}

/// So much euro, above zero.
pub(crate) fn positive_euro(euro: Amount) -> Result<Money, Invalid> {
    let money = Money::new(euro, Currency::EUR);
    let money = money.map_err(|_| Invalid::new("euro has two decimals; round it", None))?;
    positive(&money)?;
    Ok(money)
}

/// A movement moves something.
pub(crate) fn positive(money: &Money) -> Result<(), Invalid> {
    if money.amount().is_zero() {
        let what = "the amount is zero; give one above zero";
        return Err(Invalid::new(what, Some(Rule::AmountMustBePositive)));
    }
    Ok(())
}
