//! The compatible and the default face over random and damaged documents: what they agree on stands in
//! `fuzz/documents/agree.rs`, whose fuzz target this is the short form of.
//!
//! `PROPTEST_CASES` says how many documents are tried.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;

#[path = "../../fuzz/documents/mod.rs"]
mod documents;

fn cases(count: u32) -> ProptestConfig {
    let count = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(count);
    ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn agree(bytes in proptest::collection::vec(any::<u8>(), 0..1200)) {
        let documents = documents::documents(&bytes);
        let found = documents::disagreement(&documents);
        let text = || documents.iter().map(|(name, text)| format!("--- # name: {name}\n{text}\n")).collect::<String>();
        prop_assert!(found.is_none(), "{}\n{}", found.unwrap_or_default(), text());
    }
}
