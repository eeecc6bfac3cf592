//! Asking the person at the terminal. Where there is none, nothing is asked and nobody says yes.

use std::io::{self, IsTerminal as _, Write as _};

use crate::exit::{Failure, Result};

/// Whether somebody can be asked.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a secret, without showing what is typed. Nothing where nobody can be asked, or nothing was typed.
pub(crate) fn hidden(question: &str) -> Result<Option<String>> {
    if !can_ask() {
        return Ok(None);
    }
    // The question and the answer go over the terminal itself, whatever the streams lead to.
    let typed = rpassword::prompt_password(format!("{question}: "))?;
    Ok(Some(typed).filter(|typed| !typed.is_empty()))
}

/// Asks for a line.
pub(crate) fn line(question: &str) -> Result<Option<String>> {
    if !can_ask() {
        return Ok(None);
    }
    let mut err = io::stderr();
    write!(err, "{question}: ")?;
    err.flush()?;
    let mut typed = String::new();
    io::stdin().read_line(&mut typed)?;
    let typed = typed.trim();
    Ok(Some(typed.to_owned()).filter(|typed| !typed.is_empty()))
}

/// Asks for a yes. `remedy` says how to say yes where nobody can be asked.
pub(crate) fn yes(question: &str, remedy: &str) -> Result<()> {
    must_ask(remedy)?;
    match line(&format!("{question} [y/N]"))?.as_deref() {
        Some("y" | "Y" | "yes") => Ok(()),
        _ => Err(Failure::declined("not confirmed; nothing was done").into()),
    }
}

/// Asks for one exact word. `remedy` says how to confirm where nobody can be asked.
pub(crate) fn word(question: &str, word: &str, remedy: &str) -> Result<()> {
    must_ask(remedy)?;
    match line(question)? {
        Some(typed) if typed == word => Ok(()),
        _ => {
            let text = format!("that is not the word {word}; nothing was done");
            Err(Failure::declined(text).into())
        }
    }
}

fn must_ask(remedy: &str) -> Result<()> {
    match can_ask() {
        true => Ok(()),
        false => {
            let text =
                format!("this must be confirmed, and there is no terminal to ask at; {remedy}");
            Err(Failure::usage(text).into())
        }
    }
}
