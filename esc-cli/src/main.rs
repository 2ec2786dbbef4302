//! The `esc` command: checks and opens environments, and runs commands with them.
//!
//! It stays thin. Reading, evaluating, rendering and redacting are `esc-sdk`'s; here are the arguments, the terminal
//! and processes. Data goes to standard output, words to standard error; how a run ended is in the
//! [exit code](failure::Failure::exit_code).

mod backends;
mod check;
mod context;
mod crypt;
mod failure;
mod open;
mod options;
mod project;
mod run;
mod setup;
mod terminal;

use std::process::ExitCode;

use clap::CommandFactory;

use failure::Failure;
use options::{Action, Options};
use terminal::Terminal;

fn main() -> ExitCode {
    let options = Options::read();
    let terminal = Terminal::new(options.color);
    match perform(options, &terminal) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            terminal.fail(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn perform(options: Options, terminal: &Terminal) -> Result<u8, Failure> {
    let Options { common, action, color: _ } = options;
    if let Action::Completions { shell } = action {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Options::command(), "esc", &mut script);
        terminal::print(&script)?;
        return Ok(0);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::system("cannot start", e))?;
    runtime.block_on(async {
        match action {
            Action::Check { name } => check::check(&common, terminal, &name).await,
            Action::Open(what) => open::open(&common, terminal, &what).await,
            Action::Run(what) => run::run(&common, terminal, &what).await,
            Action::Encrypt(which) => crypt::encrypt(&common, terminal, &which).await,
            Action::Decrypt { name, in_place } => {
                crypt::decrypt(&common, terminal, &name, in_place).await
            }
            Action::Key { action } => crypt::key(&action, terminal),
            Action::Completions { .. } => Ok(0),
        }
    })
}
