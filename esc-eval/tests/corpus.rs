//! The corpus: documents, and all that comes out of them.
//!
//! A case is `tests/corpus/GROUP/CASE.yaml`; what comes out is `CASE.out` beside it. `ESC_UPDATE_GOLDEN=1` rewrites the
//! outputs; every change of them is to be read.
//!
//! A case starts with lines `#: TEXT`, which say what it shows, and lines `#! OPTION`, see [`case::Case`]. The root
//! document follows, and then imported ones, each behind a line `--- # name: NAME`.
//!
//! The last test asks whether the corpus is complete: every diagnostic code and every message occurs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

#[path = "corpus/case.rs"]
mod case;
#[path = "corpus/catalogue.rs"]
mod catalogue;
mod common;
#[path = "corpus/report.rs"]
mod report;

fn cases() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let folders = std::fs::read_dir(&root).expect("the corpus is there");
    for folder in folders.flatten().filter(|entry| entry.path().is_dir()) {
        for file in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            if file.path().extension().is_some_and(|extension| extension == "yaml") {
                found.push(file.path());
            }
        }
    }
    found.sort();
    found
}

#[tokio::test(start_paused = true)]
async fn everything_comes_out_as_recorded() {
    let mut failures = Vec::new();
    for path in cases() {
        let case = case::Case::read(&path);
        let report = report::report(&case).await;
        failures.extend(common::golden::compare(&path.with_extension("out"), &report.text));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn every_diagnostic_occurs() {
    let mut seen = Vec::new();
    for path in cases() {
        seen.extend(report::report(&case::Case::read(&path)).await.diagnostics);
    }
    let missing = catalogue::missing(&seen);
    assert!(missing.is_empty(), "no case for\n  {}", missing.join("\n  "));
}
