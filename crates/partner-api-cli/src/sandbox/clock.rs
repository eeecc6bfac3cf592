//! `partner sandbox clock`.

use std::time::Duration;

use clap::Subcommand;
use partner_api_sandbox_control::types;

use crate::connect::Cx;
use crate::control::{self, ControlArgs, told};
use crate::exit::{Exit, Result};
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(super) struct ClockArgs {
    #[command(flatten)]
    control: ControlArgs,
    #[command(subcommand)]
    command: Option<ClockCommand>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum ClockCommand {
    /// Move it forward, and run everything that falls due on the way
    Advance {
        /// How far, such as 500ms, 5s, 90m, 2h or 30d
        #[arg(value_parser = span)]
        by: Duration,
    },
    /// Stop it
    Freeze,
    /// Let it run again
    Resume,
    /// Show it; also what happens where no other command is given
    Show,
}

pub(super) async fn run(cx: &Cx, args: ClockArgs) -> Result<Exit> {
    let control = control::connect(cx, &args.control)?;
    let clock = match args.command {
        None | Some(ClockCommand::Show) => control.get_clock().await,
        Some(ClockCommand::Freeze) => control.freeze_clock().await,
        Some(ClockCommand::Resume) => control.resume_clock().await,
        Some(ClockCommand::Advance { by }) => {
            let milliseconds = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            let body = types::AdvanceClock { milliseconds };
            control.advance_clock(&body).await
        }
    };
    cx.out.one(&clock.map_err(told)?.into_inner())?;
    Ok(Exit::Success)
}

/// A whole number and its unit.
fn span(text: &str) -> std::result::Result<Duration, String> {
    let malformed = || "write a number and a unit, such as 500ms, 5s, 90m, 2h or 30d".to_owned();
    let unit = text
        .find(|it: char| !it.is_ascii_digit())
        .ok_or_else(malformed)?;
    let (number, unit) = text.split_at(unit);
    let number: u64 = number.parse().map_err(|_| malformed())?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(malformed()),
    };
    let span = number.checked_mul(milliseconds).ok_or_else(malformed)?;
    Ok(Duration::from_millis(span))
}

impl Row for types::Clock {
    const FIELDS: &'static [Field] = &[text("now"), text("frozen")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::Time(self.now), Cell::Flag(self.frozen)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("5s", 5_000),
            ("90m", 5_400_000),
            ("30d", 2_592_000_000),
        ] {
            assert_eq!(
                span(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in ["5", "s", "", "-1s", "5 s", "5w", "99999999999999999d"] {
            assert!(span(text).is_err(), "{text}");
        }
    }
}
