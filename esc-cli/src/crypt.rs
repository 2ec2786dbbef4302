//! `esc encrypt`, `esc decrypt` and `esc key`.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use esc_sdk::crypto::Key;

use crate::failure::Failure;
use crate::options::{self, Common, Encrypt};
use crate::setup;
use crate::terminal::{Terminal, print};

pub async fn encrypt(common: &Common, terminal: &Terminal, which: &Encrypt) -> Result<u8, Failure> {
    let source = setup::source(common)?;
    let names = match &which.name {
        Some(name) => vec![setup::name(name)?],
        None => source.names()?,
    };
    for name in &names {
        if source.encrypt(name).await? {
            terminal.note(&format!("encrypted the secrets of `{name}`"));
        }
    }
    Ok(0)
}

pub async fn decrypt(
    common: &Common,
    terminal: &Terminal,
    name: &str,
    in_place: bool,
) -> Result<u8, Failure> {
    let name = setup::name(name)?;
    let source = setup::source(common)?;
    if !in_place {
        print(source.decrypted(&name).await?.expose().as_bytes())?;
    } else if source.decrypt(&name).await? {
        terminal
            .note(&format!("decrypted the secrets of `{name}`; `esc encrypt` hides them again"));
    }
    Ok(0)
}

pub fn key(action: &options::Key, terminal: &Terminal) -> Result<u8, Failure> {
    let options::Key::Generate { output } = action;
    let text = Key::generate()?.to_text();
    let Some(path) = output else {
        print(format!("{}\n", text.as_str()).as_bytes())?;
        return Ok(0);
    };
    // A key that is overwritten takes all secrets with it.
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "{}", text.as_str())?;
        file.sync_all()
    };
    write()
        .map_err(|e| Failure::system(format!("cannot write the key to `{}`", path.display()), e))?;
    terminal.note(&format!("wrote a new key to `{}`; keep a copy in a safe place", path.display()));
    Ok(0)
}
