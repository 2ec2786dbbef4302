//! Without a network tests are skipped, and that is counted.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::process::Command;

use esc_test_servers::{Moto, OpenBao, Postgres};

/// Not a test of its own: what the next one starts without a network.
#[tokio::test]
async fn asker() {
    if std::env::var_os("ESC_TEST_ASKER").is_none() {
        return;
    }
    assert!(Moto::shared().await.is_none());
    assert!(OpenBao::builder().tls().start().await.is_none());
    assert!(Postgres::start().await.is_none());
}

#[test]
fn servers_that_are_not_started_are_counted() {
    let directory = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "asker", "--nocapture"])
        .env("ESC_TEST_ASKER", "1")
        .env("ESC_TEST_OFFLINE", "1")
        .env("ESC_TEST_SERVERS_DIR", directory.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("skipped: asker needs OpenBao"), "{said}");
    let counted = fs::read_to_string(directory.path().join("skipped")).unwrap();
    assert_eq!(counted, "asker\tmoto\nasker\tOpenBao\nasker\tPostgreSQL\n");
}
