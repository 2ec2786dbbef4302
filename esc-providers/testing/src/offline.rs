//! Where servers are kept, and what happens without a network.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, thread};

/// Whether tests must do without servers: `ESC_TEST_OFFLINE=1`.
pub fn offline() -> bool {
    env::var_os("ESC_TEST_OFFLINE").is_some_and(|v| !v.is_empty() && v != "0")
}

/// Says on standard error that a test did not run for lack of that server, and counts it in [`skipped_file`].
///
/// Real servers call this themselves. It is public for tests that need something else.
pub fn skipped(server: &str) {
    let test = thread::current().name().unwrap_or("a thread without a name").to_owned();
    eprintln!("skipped: {test} needs {server}, and ESC_TEST_OFFLINE is set");
    let line = format!("{test}\t{server}\n");
    let file = skipped_file();
    // One write in append mode, so that lines of several processes do not mix.
    fs::create_dir_all(directory())
        .and_then(|()| OpenOptions::new().create(true).append(true).open(&file))
        .and_then(|mut f| f.write_all(line.as_bytes()))
        .unwrap_or_else(|e| panic!("cannot count a skipped test in {}: {e}", file.display()));
}

/// The file of skipped tests: a line for each, the test's name and the server's, with a tab between.
///
/// It is only appended to. Delete it before a run, count its lines after.
pub fn skipped_file() -> PathBuf {
    directory().join("skipped")
}

/// The directory in which servers are installed: `ESC_TEST_SERVERS_DIR`, else `test-servers` in cargo's target
/// directory.
pub fn directory() -> PathBuf {
    if let Some(named) = env::var_os("ESC_TEST_SERVERS_DIR").filter(|v| !v.is_empty()) {
        return workspace().join(named);
    }
    let target = env::var_os("CARGO_TARGET_DIR").filter(|v| !v.is_empty());
    let target = target.unwrap_or_else(|| "target".into());
    workspace().join(target).join("test-servers")
}

// Tests run in the directories of their packages, so relative paths must be based on something else.
fn workspace() -> PathBuf {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_dir.ancestors().nth(2).unwrap_or(crate_dir).to_owned()
}
