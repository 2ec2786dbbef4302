//! What is refused, and with which words and line, beside another parser of the libyaml family.
//!
//! The reference reads YAML with a port of libyaml to Go; `libyaml-safer` is one to Rust. Where the two are known to
//! differ is written down in [`known`], with the reason; everything else must be the same.
//!
//! `ESC_YAML_DOCUMENTS` says how many documents are tried instead of a few thousand, `ESC_YAML_SEED` which.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod damage;

use std::collections::BTreeMap;

use esc_core::syntax::{Limits, SyntaxTree};
use libyaml_safer::{Error, ErrorKind, EventData, Parser, Scanner, TokenData};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[test]
fn damaged_documents() {
    let count = number("ESC_YAML_DOCUMENTS").unwrap_or(3000);
    let seed = number("ESC_YAML_SEED").unwrap_or(1);
    let mut known_by_reason: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut refused, mut differences) = (0, Vec::new());
    for text in documents(damage::damaged(), count, seed) {
        let ours = refusal(&text);
        refused += usize::from(ours.is_some());
        let theirs = theirs(&text);
        if ours == theirs || (ours.is_some() && ours == first_scanner_error(&text)) {
            continue;
        }
        match known(&text) {
            Some(reason) => *known_by_reason.entry(reason).or_default() += 1,
            None => differences.push((text, ours, theirs)),
        }
    }
    println!("{count} documents, {refused} refused, {} differences", differences.len());
    println!("known: {known_by_reason:#?}");
    for (text, ours, theirs) in differences.iter().take(20) {
        println!("{text:?}\n  ours:   {ours:?}\n  theirs: {theirs:?}");
    }
    assert!(differences.is_empty());
    assert!(refused > count / 4, "the damage does too little");
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

fn documents(
    strategy: impl Strategy<Value = String>,
    count: usize,
    seed: usize,
) -> impl Iterator<Item = String> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(seed as u64).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(move |_| strategy.new_tree(&mut runner).unwrap().current())
}

/// The error of this crate in the reference's words; none if the document is read.
fn refusal(text: &str) -> Option<String> {
    let decoded = SyntaxTree::decode("env", text, &Limits::default());
    match decoded.tree {
        Some(_) => None,
        None => Some(decoded.diagnostics[0].reference_summary().to_owned()),
    }
}

/// The error of the other parser, within the first document.
fn theirs(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    let mut anchors = Vec::new();
    loop {
        match parser.parse().map(|event| event.data) {
            Err(error) => return Some(words(&error)),
            Ok(EventData::StreamEnd | EventData::DocumentEnd { .. }) => return None,
            Ok(EventData::Alias { anchor }) if !anchors.contains(&anchor) => {
                return Some(format!("yaml: unknown anchor '{anchor}' referenced"));
            }
            Ok(
                EventData::Scalar { anchor, .. }
                | EventData::SequenceStart { anchor, .. }
                | EventData::MappingStart { anchor, .. },
            ) => anchors.extend(anchor),
            Ok(_) => {}
        }
    }
}

/// The first error among the tokens of the text. The reference looks two tokens further ahead than it needs, so it may
/// meet this before an error of the grammar that comes earlier.
fn first_scanner_error(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes();
    let mut scanner = Scanner::new();
    scanner.set_input_string(&mut bytes);
    loop {
        match scanner.scan().map(|token| token.data) {
            Err(error) => return Some(words(&error)),
            Ok(TokenData::StreamEnd) => return None,
            Ok(_) => {}
        }
    }
}

/// The reference's message: the line of the context, else of the problem, counted from 1 by the scanner and from 0 by
/// the parser; none if that is 0.
fn words(error: &Error) -> String {
    let lines = [error.context_mark(), error.problem_mark()];
    let line = lines.into_iter().flatten().map(|mark| mark.line).find(|line| *line != 0);
    match line {
        Some(line) if error.kind() == ErrorKind::Scanner => {
            format!("yaml: line {}: {}", line + 1, error.problem())
        }
        Some(line) => format!("yaml: line {line}: {}", error.problem()),
        None => format!("yaml: {}", error.problem()),
    }
}

/// Why the reference and libyaml may differ on a document, if they may.
fn known(_text: &str) -> Option<&'static str> {
    None
}
