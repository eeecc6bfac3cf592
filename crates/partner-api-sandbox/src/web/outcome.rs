//! What came of a form: shown at the form, on the page that follows.

use maud::{Markup, html};
use partner_api_core::Rule;

/// What came of a form. It holds no personal data: it outlives what it was about.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// Where on the page it is shown.
    pub(super) place: String,
    pub(super) went_through: bool,
    pub(super) said: String,
    pub(super) rule: Option<String>,
    pub(super) remedy: Option<String>,
    /// The number of the decision.
    pub(super) seq: Option<u64>,
    /// What the answer says.
    pub(super) facts: Vec<(String, String)>,
    /// The call that does the same.
    pub(super) call: Option<String>,
    /// What stood in the form, for another try.
    pub(super) values: Vec<(String, String)>,
}

impl Outcome {
    pub(super) fn done(place: &str, said: impl Into<String>) -> Self {
        Self {
            place: place.to_owned(),
            went_through: true,
            said: said.into(),
            rule: None,
            remedy: None,
            seq: None,
            facts: Vec::new(),
            call: None,
            values: Vec::new(),
        }
    }

    pub(super) fn refused(place: &str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            went_through: false,
            remedy: Some(remedy.into()),
            ..Self::done(place, said)
        }
    }

    pub(super) fn by_rule(place: &str, seq: Option<u64>, rule: Rule) -> Self {
        Self {
            rule: Some(rule.to_string()),
            seq,
            ..Self::refused(place, rule.broken(), rule.remedy())
        }
    }

    /// What stood in a field that was refused.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn show(&self) -> Markup {
        let class = match self.went_through {
            true => "outcome done",
            false => "outcome refused",
        };
        html! {
            div.(class) role="status" tabindex="-1" {
                p {
                    strong { @if self.went_through { "Done: " } @else { "Refused: " } (self.said) }
                    @if let Some(remedy) = &self.remedy { "; " (remedy) }
                    @if let Some(rule) = &self.rule { " " code.rule { (rule) } }
                    @if let Some(seq) = self.seq { " " a href={ "/page/decisions/" (seq) } { "decision " (seq) } }
                }
                @if !self.facts.is_empty() {
                    dl.facts { @for (name, value) in &self.facts { div { dt { (name) } dd { (value) } } } }
                }
                @if let Some(call) = &self.call {
                    p.same { "The same as " code { (call) } }
                }
            }
        }
    }
}
