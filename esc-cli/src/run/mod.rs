//! `esc run`.

mod child;
pub mod files;
mod program;

use std::ffi::OsString;

use esc_core::value::{EnvironmentVariable, Value};
use esc_sdk::output::arguments::fill;
use esc_sdk::output::redact::Secrets;
use tokio::process::Command;

use crate::failure::Failure;
use crate::options::{Common, Run};
use crate::setup;
use crate::terminal::Terminal;

pub async fn run(common: &Common, terminal: &Terminal, what: &Run) -> Result<u8, Failure> {
    let usage = |message: &str| Failure::Usage(message.to_owned());
    let name = what.name.as_deref().ok_or_else(|| usage("no environment is specified"))?;
    setup::name(name)?;
    let (program, arguments) =
        what.command.split_first().ok_or_else(|| usage("no command is specified"))?;
    // Looked up in the caller's PATH, before anything is opened.
    let path = program::find(program)?;

    let opened = setup::client(common)?.open(name).await?;
    terminal.diagnostics(opened.diagnostics());
    let variables = opened.environment_variables();
    let wanted = opened.files();
    files::warn_of_skipped(terminal, &variables, &wanted);
    let mut secrets = Secrets::of(opened.value());

    let mut command = Command::new(path);
    command.arg0(program).env_remove(setup::KEY_VARIABLE);
    for argument in arguments {
        command.arg(filled(argument, opened.value(), &mut secrets)?);
    }
    for variable in &variables.entries {
        check_variable(variable)?;
        command.env(variable.name.as_str(), variable.value.as_str());
    }
    wanted.entries.iter().try_for_each(check_name)?;
    // From here on a signal does not end this process, so the files are removed.
    let signals = child::Signals::listen()?;
    let written = files::write(&wanted.entries)?;
    for (name, path) in &written.paths {
        command.env(name, path);
    }
    let hidden = (!what.interactive).then_some(&secrets);
    let code = child::supervise(command, program, signals, hidden).await;
    written.remove()?;
    code
}

fn filled(argument: &OsString, values: &Value, secrets: &mut Secrets) -> Result<OsString, Failure> {
    // References are text; what is not text has none.
    let Some(text) = argument.to_str() else { return Ok(argument.clone()) };
    let filled = fill(text, values).map_err(|e| Failure::Usage(e.to_string()))?;
    filled.secrets.iter().for_each(|secret| secrets.push(secret));
    if filled.text.contains('\0') {
        return Err(Failure::Usage("an argument would contain a zero byte".into()));
    }
    Ok(filled.text.into())
}

fn check_variable(variable: &EnvironmentVariable) -> Result<(), Failure> {
    check_name(variable)?;
    if variable.value.as_str().contains('\0') {
        let message =
            format!("the variable `{}` contains a zero byte, which no variable can", variable.name);
        return Err(Failure::Usage(message));
    }
    Ok(())
}

fn check_name(variable: &EnvironmentVariable) -> Result<(), Failure> {
    if variable.name.is_empty() || variable.name.contains(['=', '\0']) {
        return Err(Failure::Usage(format!("no variable can have the name {:?}", variable.name)));
    }
    Ok(())
}
