//! The first command of the README does what the README says.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::path::Path;
use std::process::Command;

#[test]
fn the_first_command_prints_what_the_readme_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let block = |start: &str| {
        let (_, rest) = readme.split_once(start).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let program = format!("'{}'", env!("CARGO_BIN_EXE_esc"));
    let script =
        block("```sh\n").replace("cargo run -p esc-cli --no-default-features --", &program);
    assert!(script.contains(&program));
    let output = Command::new("sh").arg("-c").arg(script).current_dir(root).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), block("```text\n"));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn the_help_text_and_the_readme_agree_on_exit_codes() {
    let readme = include_str!("../../README.md");
    let help = Command::new(env!("CARGO_BIN_EXE_esc")).arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    for code in 0..=6 {
        let line = help.lines().find_map(|l| l.strip_prefix(&format!("  {code}    ")));
        assert!(readme.contains(&format!("| {code} | {} |", line.unwrap())), "{code}");
    }
}
