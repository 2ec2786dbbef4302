//! What many references to backends cost: how many calls, whether quotas hold, and how long it takes.
//!
//! `cargo run -p esc-broker-benches [-- --smoke]`
//!
//! A wrong number of calls or an answer of throttling fails. Time is told, and fails too unless `--smoke` is given, which
//! is for busy machines.

mod aws;
mod outcome;
mod vault;

use std::error::Error;
use std::process::ExitCode;

use outcome::Outcome;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut smoke = false;
    for argument in std::env::args().skip(1) {
        if argument != "--smoke" {
            eprintln!("usage: brokerbench [--smoke]");
            return Ok(ExitCode::from(2));
        }
        smoke = true;
    }
    let mut outcome = Outcome::new(smoke);
    aws::measure(&mut outcome).await?;
    vault::measure(&mut outcome).await?;
    Ok(if outcome.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
