//! The compatible and the default face of the evaluator, over random and damaged documents.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../documents/mod.rs"]
mod documents;

fuzz_target!(|bytes: &[u8]| {
    let documents = documents::documents(bytes);
    if let Some(found) = documents::disagreement(&documents) {
        let texts = documents.iter().map(|(name, text)| format!("--- # name: {name}\n{text}\n"));
        panic!("{found}\n{}", texts.collect::<String>());
    }
});
