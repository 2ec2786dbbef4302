//! Files for the one who asked: in a directory that only its owner can enter.

use std::fs::{OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;

use esc_core::value::{EnvironmentVariable, Extract};
use tempfile::TempDir;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Files, removed with this.
#[derive(Debug)]
pub struct Written {
    /// The variables that hold the paths.
    pub paths: Vec<(String, PathBuf)>,
    directory: Option<TempDir>,
}

impl Written {
    /// Leaves the files and answers their directory, if there are any.
    pub fn keep(self) -> Option<PathBuf> {
        self.directory.map(TempDir::keep)
    }

    pub fn remove(self) -> Result<(), Failure> {
        match self.directory {
            Some(directory) => directory
                .close()
                .map_err(|e| Failure::system("cannot remove the temporary files", e)),
            None => Ok(()),
        }
    }
}

pub fn write(files: &[EnvironmentVariable]) -> Result<Written, Failure> {
    if files.is_empty() {
        return Ok(Written { paths: Vec::new(), directory: None });
    }
    write_all(files).map_err(|e| Failure::system("cannot write the environment's files", e))
}

fn write_all(files: &[EnvironmentVariable]) -> io::Result<Written> {
    let directory = tempfile::Builder::new()
        .prefix("esc-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(place())?;
    let mut paths = Vec::with_capacity(files.len());
    for (number, file) in files.iter().enumerate() {
        // The name tells people what it is, as far as it can stand in a path.
        let name: String =
            file.name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(80).collect();
        let path = directory.path().join(format!("{number}-{name}"));
        let mut handle = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        handle.write_all(file.value.as_str().as_bytes())?;
        paths.push((file.name.to_string(), path));
    }
    Ok(Written { paths, directory: Some(directory) })
}

/// The user's runtime directory if there is one: it is in memory, and emptied when they log out.
fn place() -> PathBuf {
    let asked_for = std::env::var_os("TMPDIR").is_some();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    match runtime.filter(|directory| !asked_for && directory.is_absolute() && directory.is_dir()) {
        Some(directory) => directory,
        None => std::env::temp_dir(),
    }
}

pub fn warn_of_skipped(terminal: &Terminal, variables: &Extract, files: &Extract) {
    for (what, extract) in [("environmentVariables", variables), ("files", files)] {
        for name in &extract.skipped {
            terminal.warn(&format!(
                "`{what}` has `{name}`, which is a list or object and so has no text; `fn::toJSON` makes one"
            ));
        }
    }
}
