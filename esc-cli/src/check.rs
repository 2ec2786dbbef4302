//! `esc check`.

use crate::failure::Failure;
use crate::options::Common;
use crate::setup;
use crate::terminal::Terminal;

pub async fn check(common: &Common, terminal: &Terminal, name: &str) -> Result<u8, Failure> {
    setup::name(name)?;
    let checked = setup::client(common)?.check(name).await?;
    if checked.diagnostics().has_errors() {
        return Err(Failure::Environment(Box::new(checked.into_diagnostics())));
    }
    terminal.diagnostics(checked.diagnostics());
    Ok(0)
}
