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
use libyaml_safer::{Error, ErrorKind, EventData, Parser, Scanner};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[test]
fn damaged_documents() {
    let count = number("ESC_YAML_DOCUMENTS").unwrap_or(3000);
    let seed = number("ESC_YAML_SEED").unwrap_or(1);
    let mut known_by_reason: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut refused, mut differences) = (0, Vec::new());
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for text in documents(damage::damaged(), count, seed) {
        // The other parser panics at a block scalar on the last line if no line break follows.
        let text = if text.ends_with('\n') { text } else { text + "\n" };
        let ours = refusal(&text);
        refused += usize::from(ours.is_some());
        let answers = std::panic::catch_unwind(|| (theirs(&text), first_scanner_error(&text)));
        let Ok((theirs, first_scanner_error)) = answers else {
            *known_by_reason.entry("the other parser panics").or_default() += 1;
            continue;
        };
        if ours == theirs || (ours.is_some() && ours == first_scanner_error) {
            continue;
        }
        match known(&text, ours.as_deref(), theirs.as_deref()) {
            Some(reason) => *known_by_reason.entry(reason).or_default() += 1,
            None => differences.push((text, ours, theirs)),
        }
    }
    std::panic::set_hook(hook);
    println!("{count} documents, {refused} refused, {} differences", differences.len());
    println!("known: {known_by_reason:#?}");
    for (text, ours, theirs) in differences.iter().take(20) {
        println!("{text:?}\n  ours:   {ours:?}\n  theirs: {theirs:?}");
    }
    assert!(differences.is_empty());
    assert!(refused > count / 4, "the damage does too little");
}

/// What is damaged was sound before, or the damage would say little.
#[test]
fn sound_documents() {
    for text in documents(damage::document(), 300, 1) {
        assert_eq!(refusal(&text), None, "{text}");
    }
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
    scanner.find_map(Result::err).map(|error| words(&error))
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

/// Why the reference and libyaml differ on a document, if they are known to.
fn known(text: &str, ours: Option<&str>, theirs: Option<&str>) -> Option<&'static str> {
    let theirs_is = |words: &str| theirs.is_some_and(|theirs| theirs.ends_with(words));
    let ours_is = |words: &str| ours.is_some_and(|ours| ours.ends_with(words));
    let flow = text.contains(['[', '{']);
    let reasons = [
        (
            theirs_is("control characters are not allowed"),
            "the reference decodes 512 bytes at a time, and may meet another error before it decodes a character",
        ),
        (
            theirs_is("found unexpected ':'"),
            "between brackets, libyaml refuses a colon before a bracket or comma; the reference takes it as text",
        ),
        (flow && text.contains('?'), "between brackets, `?` ends plain text in the reference only"),
        (
            ours_is("found incompatible YAML document") || text.contains("%YAML 1.2"),
            "libyaml takes version 1.2; the reference 1.1 only",
        ),
        (
            text.contains("\\/") || text.contains("\\'"),
            "of the escapes `\\/` and `\\'`, libyaml takes the first and the reference the second",
        ),
        (
            text.contains('\u{feff}'),
            "libyaml skips a byte order mark at the beginning of any line; for the reference it is text",
        ),
        (
            theirs_is("did not find expected whitespace or line break")
                || theirs_is("did not find expected tag URI"),
            "libyaml ends a tag at a bracket or comma; for the reference they are part of it",
        ),
        (
            theirs_is("could not find expected ':'"),
            "libyaml looks after every token whether a key was left without colon; the reference later",
        ),
    ];
    reasons.into_iter().find(|(applies, _)| *applies).map(|(_, reason)| reason)
}
