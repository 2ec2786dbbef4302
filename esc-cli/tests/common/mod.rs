//! A directory of environments and the command on it.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "not every test uses everything, and tests may panic"
)]

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

pub const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

pub struct Bench {
    pub dir: TempDir,
}

impl Bench {
    pub fn new(environments: &[(&str, &str)]) -> Bench {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("tmp")).unwrap();
        let bench = Bench { dir };
        for (name, text) in environments {
            bench.write(name, text);
        }
        bench
    }

    /// The file of an environment.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.environments().join(format!("{name}.yaml"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.environments().join(format!("{name}.yaml"))).unwrap()
    }

    pub fn environments(&self) -> std::path::PathBuf {
        self.dir.path().join("environments")
    }

    /// Where temporary files go.
    pub fn tmp(&self) -> std::path::PathBuf {
        self.dir.path().join("tmp")
    }

    pub fn left_behind(&self) -> usize {
        fs::read_dir(self.tmp()).unwrap().count()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_esc"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TMPDIR", self.tmp())
            .env("ESC_DIR", self.environments())
            .env("ESC_KEY", KEY)
            .args(args);
        command
    }

    pub fn esc(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }
}

#[derive(Debug, PartialEq)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Succeeded without words.
    #[track_caller]
    pub fn quiet(self, out: &str) {
        assert_eq!((self.code, self.out.as_str(), self.err.as_str()), (0, out, ""));
    }

    /// Failed with this code and these words among others, and no data.
    #[track_caller]
    pub fn failed(self, code: i32, words: &str) {
        assert!(self.code == code && self.err.contains(words) && self.out.is_empty(), "{self:#?}");
    }
}
