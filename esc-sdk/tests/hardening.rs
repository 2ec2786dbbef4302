//! What hardening does to a process. Each case is a process of its own: this test, started anew.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

use esc_sdk::hardening::{Hardening, harden};
use rustix::process::{DumpableBehavior, Signal, dumpable_behavior};

/// Runs the test of that name in a process of its own, in a directory of its own.
fn child(test: &str, directory: &std::path::Path) -> ExitStatus {
    Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env("ESC_TEST_CHILD", test)
        .current_dir(directory)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap()
}

fn is_child(test: &str) -> bool {
    std::env::var("ESC_TEST_CHILD").is_ok_and(|name| name == test)
}

#[test]
fn a_hardened_process_that_aborts_leaves_no_core() {
    let name = "a_hardened_process_that_aborts_leaves_no_core";
    if is_child(name) {
        harden(Hardening::all()).unwrap();
        std::process::abort();
    }
    let directory = tempfile::tempdir().unwrap();
    let status = child(name, directory.path());
    assert_eq!(status.signal(), Some(Signal::ABORT.as_raw()), "{status}");
    assert!(!status.core_dumped());
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn the_switches_are_set() {
    let name = "the_switches_are_set";
    if is_child(name) {
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::Dumpable);
        harden(Hardening::all()).unwrap();
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().nth(4), Some("0"));
        assert_eq!(core.split_whitespace().nth(5), Some("0"));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        let filter = std::fs::read_to_string("/proc/self/coredump_filter").unwrap();
        assert_eq!(u32::from_str_radix(filter.trim(), 16).unwrap(), 0);
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    assert!(child(name, directory.path()).success());
}

#[test]
fn nothing_is_set_that_was_not_asked_for() {
    harden(Hardening::default()).unwrap();
    assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::Dumpable);
}
