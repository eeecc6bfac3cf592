//! Runs a story in the model and in a sandbox side by side.

use std::fmt::Write as _;

use crate::{
    compare::{differences, misled},
    facade::Facade,
    oracle::{Command, Verdict},
    plan::{Naming, Plan},
    stand::Stand,
};

/// What became of a story so far, told as a table.
#[derive(Debug, Default)]
struct Told(String);

impl Told {
    fn row(&mut self, command: &Command, verdict: &Verdict) {
        let outcome =
            verdict.map_or_else(|rule| format!("{rule} {}", rule.code), |()| "ok".to_owned());
        writeln!(self.0, "    {:<60}  {outcome}", command.to_string())
            .expect("strings take all text");
    }
}

/// Runs the story; the error is the story up to where model and sandbox part, with what each of them says.
///
/// With a facade, commands go through the SDK wherever it can say them.
pub async fn run(
    plan: &Plan,
    stand: &mut Stand,
    mut facade: Option<&mut Facade>,
) -> Result<(), String> {
    let (mut naming, mut told) = (Naming::default(), Told::default());
    for (number, command) in plan.0.iter().enumerate() {
        stand.look_at_market(command).await;
        let command = naming.resolve(command, &stand.oracle);
        let verdict = match facade.as_deref_mut() {
            Some(facade) => facade.expected(&command, &mut stand.oracle),
            None => stand.oracle.apply(&command),
        };
        told.row(&command, &verdict);
        if command == Command::Restart {
            stand.restart().await;
        } else {
            let observed = match facade.as_deref_mut() {
                Some(facade) => facade.perform(&command, &mut stand.driver).await,
                None => stand.driver.perform(&command).await,
            };
            if !observed.agrees_with(&verdict) {
                return Err(format!(
                    "{}    but the sandbox answered: {}",
                    told.0,
                    observed.show()
                ));
            }
            if let Some(misled) = misled(&command, &stand.oracle, &stand.driver) {
                return Err(format!("{}    {misled}", told.0));
            }
        }
        // Looking after every command would double the time; after what puts everything back it is the point.
        let is_put_back = matches!(command, Command::Restart | Command::Restore { .. });
        if is_put_back || number % 16 == 15 {
            check(stand, &told).await?;
        }
    }
    check(stand, &told).await
}

async fn check(stand: &Stand, told: &Told) -> Result<(), String> {
    let found = differences(&stand.oracle, &stand.driver).await;
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("{}    then\n{}", told.0, found.join("\n")))
    }
}
