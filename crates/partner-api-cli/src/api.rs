//! `partner api`: every operation of the provider, as it is.

use std::io::{Read as _, Write as _};
use std::path::Path;

use partner_api::raw::types::OPERATIONS;
use partner_api::raw::types::operations::{Effect, Operation};
use partner_api::raw::{CallOptions, OperationId, Part, Plain};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::kyc::file;
use crate::output::{Cell, Field, Format, Row, text};

#[derive(Debug, clap::Args)]
pub(crate) struct ApiArgs {
    #[command(flatten)]
    reach: Reach,
    /// The operation, such as get_user_balances
    #[arg(required_unless_present = "list", value_parser = operation)]
    operation: Option<OperationId>,
    /// List every operation
    #[arg(long, conflicts_with = "operation")]
    list: bool,
    /// A parameter of the path, or else of the query
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    param: Vec<(String, String)>,
    /// A file with the body as JSON, such as @body.json; @- reads standard input
    #[arg(long, value_name = "@FILE", conflicts_with = "form")]
    body: Option<String>,
    /// A part of a form: text, or a file as NAME=@FILE
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    form: Vec<(String, String)>,
    /// Send what moves money, or closes an account, without guard and journal
    #[arg(long)]
    unguarded: bool,
}

pub(crate) async fn run(cx: &Cx, args: ApiArgs) -> Result<Exit> {
    let Some(operation) = args.operation else {
        cx.out.list(OPERATIONS.iter().map(Listed))?;
        return Ok(Exit::Success);
    };
    if gives_up_money(operation) && !args.unguarded {
        return Err(Failure::usage(why_guarded(operation)).into());
    }
    let mut plain = Plain::new();
    for (name, value) in args.param {
        plain = plain.parameter(name, value);
    }
    if let Some(body) = &args.body {
        plain = plain.json(read(body)?);
    }
    if !args.form.is_empty() {
        let parts = args.form.into_iter().map(|(name, value)| {
            let part = match value.strip_prefix('@') {
                Some(path) => Part::File(file(Path::new(path))?),
                None => Part::Text(value),
            };
            Ok((name, part))
        });
        plain = plain.form(parts.collect::<Result<Vec<_>>>()?);
    }
    let partner = connect(cx, &args.reach, Needs::Nothing)?.partner;
    let answer = partner
        .raw()
        .call_by_name(operation, CallOptions::new(), plain)
        .await;
    match answer {
        Ok(answer) => {
            print(cx, answer.body())?;
            Ok(Exit::Success)
        }
        Err(error) => {
            // Who asks for it as it is gets the refusal as it is, too.
            print(cx, error.body())?;
            Err(error.into())
        }
    }
}

/// JSON in lines for people, everything else as it came.
fn print(cx: &Cx, body: &[u8]) -> Result<()> {
    let is_short = matches!(cx.out.format(), Format::Jsonl | Format::Csv);
    let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let mut out = std::io::stdout().lock();
    match json {
        Some(json) if is_short => writeln!(out, "{json}")?,
        Some(json) => writeln!(out, "{json:#}")?,
        None => out.write_all(body)?,
    }
    Ok(out.flush()?)
}

/// Whether repeating it, or a slip, could cost somebody money.
fn gives_up_money(operation: OperationId) -> bool {
    operation.operation().effect == Effect::Money || operation == OperationId::DeleteUser
}

fn why_guarded(operation: OperationId) -> String {
    let instead = match operation {
        OperationId::DeleteUser => "`partner users close`",
        _ => "the command for it, such as `partner transfer`",
    };
    format!(
        "{operation} moves money or gives it up, and sent like this nothing is written down before: if the answer is lost, \
         nobody can tell whether it happened, and a second try may do it twice; use {instead}, or say --unguarded"
    )
}

fn read(body: &str) -> Result<Vec<u8>> {
    let Some(path) = body.strip_prefix('@') else {
        let text = "a body comes from a file, as others can read the command line; say --body @FILE, or --body @-";
        return Err(Failure::usage(text).into());
    };
    let bytes = match path {
        "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes)?;
            bytes
        }
        path => std::fs::read(path)
            .map_err(|error| Failure::usage(format!("{path} cannot be read: {error}")))?,
    };
    match serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let text = format!("the body is no JSON from line {line}, column {column} on");
            Err(Failure::usage(text).into())
        }
    }
}

fn operation(name: &str) -> std::result::Result<OperationId, String> {
    name.parse()
        .map_err(|_| "there is no such operation; `partner api --list` lists them".to_owned())
}

fn pair(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// An operation in the list.
struct Listed(&'static Operation);

impl Row for Listed {
    const FIELDS: &'static [Field] = &[
        text("operation"),
        text("method"),
        text("path"),
        text("effect"),
        text("provenance"),
        text("group"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let it = self.0;
        vec![
            Cell::text(it.id),
            Cell::text(it.method.as_str()),
            Cell::text(it.path),
            Cell::text(it.effect.as_str()),
            Cell::text(it.provenance.as_str()),
            Cell::text(it.group),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_money_or_closes_an_account_is_never_sent_by_a_slip() {
        let guarded: Vec<_> = OPERATIONS
            .iter()
            .filter(|it| gives_up_money(it.id))
            .map(|it| it.id)
            .collect();
        for operation in [
            OperationId::CreateTransfer,
            OperationId::CreateSepaTransfer,
            OperationId::CreateWithdrawal,
            OperationId::CreateExchange,
            OperationId::CreateCard,
            OperationId::DeleteUser,
        ] {
            assert!(guarded.contains(&operation), "{operation}");
            assert!(why_guarded(operation).contains("--unguarded"));
        }
        assert!(!guarded.contains(&OperationId::GetUserBalances));
    }

    #[test]
    fn a_body_never_stands_on_the_command_line() {
        let error = read(r#"{"pin": "1234"}"#).unwrap_err().to_string();
        assert!(
            error.contains("--body @FILE") && !error.contains("1234"),
            "{error}"
        );
    }
}
