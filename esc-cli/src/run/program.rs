//! Finding the program to run.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use crate::failure::Failure;

/// Where shells would find the program.
pub fn find(program: &OsStr) -> Result<PathBuf, Failure> {
    let shown = Path::new(program).display();
    let refused = || Failure::NotExecutable(format!("`{shown}` cannot be executed"));
    if program.as_bytes().contains(&b'/') {
        let path = PathBuf::from(program);
        return match path.exists() {
            _ if is_executable(&path) => Ok(path),
            true => Err(refused()),
            false => Err(Failure::NoCommand(format!("there is no `{shown}`"))),
        };
    }
    let directories = std::env::var_os("PATH").unwrap_or_default();
    let mut seen = false;
    if !program.is_empty() {
        for directory in std::env::split_paths(&directories) {
            let path = directory.join(program);
            if is_executable(&path) {
                return Ok(path);
            }
            seen |= path.is_file();
        }
    }
    match seen {
        true => Err(refused()),
        false => Err(Failure::NoCommand(format!("there is no command `{shown}`"))),
    }
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && access(path, Access::EXEC_OK).is_ok()
}
