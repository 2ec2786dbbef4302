//! `esc check`.

use crate::failure::Failure;
use crate::options::Common;
use crate::setup;
use crate::terminal::Terminal;

pub async fn check(common: &Common, terminal: &Terminal, name: &str) -> Result<u8, Failure> {
    setup::name(name)?;
    let checked = setup::client(common)?.inspect(name).await?;
    if checked.findings().has_errors() {
        return Err(Failure::Environment(Box::new(checked.into_findings())));
    }
    terminal.findings(checked.findings());
    Ok(0)
}
