//! Documents made to hurt: each ends in a result or in an error, soon, and on a small stack.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use esc_core::ast::Document;
use esc_core::syntax::Limits;
use esc_eval::testing::{Memory, Rot128, context, registry};
use esc_eval::{Evaluator, Root};

/// What threads commonly have.
const STACK: usize = 2 << 20;

/// A second per 64 KiB of text, or thirty where nothing is optimised, and something for the small ones.
fn time_for(bytes: usize) -> Duration {
    let units = u32::try_from(bytes.div_ceil(64 << 10)).unwrap_or(u32::MAX) + 2;
    Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 1 }) * units
}

/// Evaluates in both modes and makes everything that comes out; tells all errors.
fn evaluate(files: Vec<(String, String)>) -> Vec<String> {
    let text = files.iter().find(|(name, _)| name == "env").map(|(_, text)| text.clone()).unwrap();
    let loaded = Document::load("env", text, &Limits::default());
    let mut errors: Vec<String> = loaded.diagnostics.iter().map(|d| d.summary.clone()).collect();
    let Some(document) = loaded.document else { return errors };
    let root = Root { document: Arc::new(document), decrypter: Arc::new(Rot128) };
    let source = Memory::new(files).in_directory("hostile");
    let providers = Arc::new(registry(Duration::ZERO, None));
    let evaluator = Evaluator::new(Arc::new(source), providers).with_context(context());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for open in [false, true] {
        let mut evaluation = match open {
            true => runtime.block_on(evaluator.open(root.clone())),
            false => runtime.block_on(evaluator.check(root.clone())),
        };
        drop(evaluation.value());
        errors.extend(evaluation.diagnostics().iter().map(|d| d.summary.clone()));
    }
    errors
}

/// Evaluates on a small stack, in bounded time, and tells the errors.
#[track_caller]
fn survives(files: Vec<(String, String)>) -> Vec<String> {
    let limit = time_for(files.iter().map(|(_, text)| text.len()).sum());
    let (send, receive) = mpsc::channel();
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || {
        let errors = evaluate(files);
        let _ = send.send(errors);
    });
    match receive.recv_timeout(limit) {
        Ok(errors) => {
            thread.unwrap().join().unwrap();
            errors
        }
        Err(error) => panic!("within {limit:?}: {error}"),
    }
}

#[track_caller]
fn survives_one(text: String) -> Vec<String> {
    survives(vec![("env".to_owned(), text)])
}

#[track_caller]
fn is_fine(text: String) {
    let errors = survives_one(text);
    assert!(errors.is_empty(), "{:?}", errors.first());
}

#[track_caller]
fn is_refused(text: String, part: &str) {
    let errors = survives_one(text);
    assert!(errors.iter().any(|e| e.contains(part)), "{:?}", errors.first());
}

fn lines(start: &str, n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).fold(start.to_owned(), |mut text, i| {
        writeln!(text, "{}", line(i)).unwrap();
        text
    })
}

fn named(names: impl IntoIterator<Item = (&'static str, &'static str)>) -> Vec<(String, String)> {
    names.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

#[test]
fn alias_bombs() {
    let bomb = lines("values:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n", 12, |i| {
        let aliases = vec![format!("*a{i}"); 9].join(", ");
        format!("  a{}: &a{} [{aliases}]", i + 1, i + 1)
    });
    assert!(!survives_one(bomb).is_empty());
    assert!(!survives_one("values: &a\n  b: *a\n".into()).is_empty());
}

#[test]
fn deep_nesting() {
    let n = 10_000;
    let refused = |text: String| assert!(!survives_one(text).is_empty());
    refused(format!("values: {{a: {}{}}}\n", "[".repeat(n), "]".repeat(n)));
    refused(format!("values: {{a: {}x{}}}\n", "{a: ".repeat(n), "}".repeat(n)));
    refused(format!("values: {{a: {}", "[".repeat(n)));
    refused(format!("values: {{a: {}", "{a: ".repeat(n)));
    refused(format!("values:\n  a:\n    {}x\n", "- ".repeat(n)));
    let block = lines("values:\n", 3_000, |i| format!("{}a:", " ".repeat(i + 1)));
    refused(block);
    refused(format!("values: {{a: {}x{}}}\n", "{fn::toJSON: ".repeat(n), "}".repeat(n)));
}

#[test]
fn nesting_that_is_just_allowed() {
    let n = 900;
    is_fine(format!("values: {{a: {}{}}}\n", "[".repeat(n), "]".repeat(n)));
    is_fine(format!("values: {{a: {}x{}}}\n", "{a: ".repeat(n), "}".repeat(n)));
    // What it evaluates to is another matter: every level quotes the quotes of the one below.
    survives_one(format!("values: {{a: {}x{}}}\n", "{fn::toJSON: ".repeat(n), "}".repeat(n)));
    survives_one(format!("values: {{a: {}x{}}}\n", "{fn::secret: ".repeat(n), "}".repeat(n)));
    let text = format!("'{}'", "[".repeat(100_000));
    survives_one(format!("values: {{a: {{fn::fromJSON: {text}}}}}\n"));
    let text = format!("'{}{}'", "[".repeat(100_000), "]".repeat(100_000));
    survives_one(format!("values: {{a: {{fn::fromJSON: {text}}}}}\n"));
}

#[test]
fn long_chains_of_references() {
    let n = 100_000;
    is_fine(lines("values:\n  k0: x\n", n, |i| format!("  k{}: ${{k{i}}}", i + 1)));
    let backwards = |i: usize| format!("  k{}: ${{k{}}}", n - i, n - i - 1);
    is_fine(lines("values:\n  k0: x\n", n, backwards));
    let cycle = |i: usize| format!("  k{i}: ${{k{}}}", (i + 1) % n);
    assert!(!survives_one(lines("values:\n", n, cycle)).is_empty());
    let nested =
        |i: usize| format!("  k{}: {{fn::join: [\"\", [\"${{k{}}}\"]]}}", n - i, n - i - 1);
    is_fine(lines("values:\n  k0: x\n", n / 2, nested).replace("k50000}", "k0}"));
}

#[test]
fn values_that_grow_with_every_reference() {
    // Each holds the one before: as deep as the chain is long.
    let n = 5_000;
    let chain = |f: fn(usize) -> String| lines("values:\n  k0: x\n", n, f);
    survives_one(chain(|i| format!("  k{}: [\"${{k{i}}}\"]", i + 1)));
    survives_one(chain(|i| format!("  k{}: {{a: \"${{k{i}}}\"}}", i + 1)));
    survives_one(chain(|i| format!("  k{}: {{fn::toJSON: [\"${{k{i}}}\"]}}", i + 1)));
}

#[test]
fn doubling() {
    let doubling = |line: fn(usize) -> String| lines("values:\n  k0: some text\n", 60, line);
    is_refused(doubling(|i| format!("  k{}: \"${{k{i}}}${{k{i}}}\"", i + 1)), "");
    survives_one(doubling(|i| format!("  k{}: [\"${{k{i}}}\", \"${{k{i}}}\"]", i + 1)));
    survives_one(doubling(|i| format!("  k{}: {{a: \"${{k{i}}}\", b: \"${{k{i}}}\"}}", i + 1)));
    let quoted =
        |i: usize| format!("  k{}: {{fn::toString: [\"${{k{i}}}\", \"${{k{i}}}\"]}}", i + 1);
    is_refused(lines("values:\n  k0: some text\n", 60, quoted), "");
    is_refused(doubling(|i| format!("  k{}: {{fn::toJSON: \"${{k{i}}}\"}}", i + 1)), "");
    is_refused(
        doubling(|i| format!("  k{}: {{fn::concat: [[\"${{k{i}}}\"], [\"${{k{i}}}\"]]}}", i + 1)),
        "",
    );
    is_refused(
        doubling(|i| format!("  k{}: {{fn::join: [\"\", [\"${{k{i}}}\", \"${{k{i}}}\"]]}}", i + 1)),
        "",
    );
    is_refused(doubling(|i| format!("  k{}: {{fn::toBase64: \"${{k{i}}}${{k{i}}}\"}}", i + 1)), "");
    survives_one(doubling(|i| {
        format!("  k{}: {{fn::open::test: {{a: \"${{k{i}}}\", b: \"${{k{i}}}\"}}}}", i + 1)
    }));
}

#[test]
fn doubling_through_merges() {
    let mut files = vec![("e0".to_owned(), "values: {a: {b: x}}\n".to_owned())];
    for i in 0..40 {
        let text = format!("imports: [e{i}]\nvalues: {{a: {{l: \"${{a}}\", r: \"${{a}}\"}}}}\n");
        files.push((format!("e{}", i + 1), text));
    }
    let last = files.pop().unwrap();
    files.push(("env".to_owned(), last.1));
    survives(files);
}

#[test]
fn large_values() {
    is_fine(lines("values:\n  a:\n", 100_000, |i| format!("    - {i}")));
    is_fine(lines("values:\n", 100_000, |i| format!("  key_{i}: x")));
    is_fine(format!("values:\n  a: {}\n", "x".repeat(1 << 20)));
    is_fine(format!("values:\n  a: \"{}\"\n", "\\n".repeat(1 << 19)));
    is_fine(format!("values:\n  ? {}\n  : x\n", "k".repeat(1000)));
    survives_one(format!("values:\n  a: {}\n", "${a}".repeat(1 << 16)));
    survives_one(format!("values:\n  a: {}\n", "${".repeat(1 << 16)));
    survives_one(format!("values:\n  a: ${{a{}}}\n", "[0]".repeat(1 << 16)));
    survives_one(format!("values:\n  a: ${{a{}}}\n", ".b".repeat(1 << 16)));
    survives_one(format!("values:\n  a: {}\n", "9".repeat(1 << 16)));
    survives_one(format!("values:\n  a: 1e{}\n", "9".repeat(1 << 10)));
}

#[test]
fn the_same_key_many_times() {
    survives_one(lines("values:\n", 20_000, |_| "  a: x".to_owned()));
    survives_one(format!("values: {{a: {{{}}}}}\n", "b: x, ".repeat(20_000)));
}

#[test]
fn cyclic_imports() {
    let errors = survives(named([("env", "imports: [env]\nvalues: {a: 1}\n")]));
    assert!(!errors.is_empty());
    let errors = survives(named([
        ("env", "imports: [a]\nvalues: {a: \"${environments.b.c}\"}\n"),
        ("a", "imports: [b]\n"),
        ("b", "imports: [env, a]\n"),
    ]));
    assert!(!errors.is_empty());
}

#[test]
fn many_imports() {
    let n = 9_000;
    let mut files: Vec<(String, String)> =
        (0..n).map(|i| (format!("e{i}"), format!("values: {{a: {i}, b{i}: 1}}\n"))).collect();
    files.push(("env".into(), lines("imports:\n", n, |i| format!("  - e{i}"))));
    let errors = survives(files);
    assert!(errors.is_empty(), "{:?}", errors.first());
}

#[test]
fn more_imports_than_allowed() {
    let n = 10_500;
    let mut files: Vec<(String, String)> =
        (0..n).map(|i| (format!("e{i}"), "values: {a: 1}\n".to_owned())).collect();
    files.push(("env".into(), lines("imports:\n", n, |i| format!("  - e{i}"))));
    assert!(!survives(files).is_empty());
}

#[test]
fn a_deep_chain_of_imports() {
    let n = 2_000;
    let mut files = vec![("e0".to_owned(), "values: {a: 1}\n".to_owned())];
    for i in 1..n {
        files.push((format!("e{i}"), format!("imports: [e{}]\nvalues: {{a: {i}}}\n", i - 1)));
    }
    files.push(("env".into(), format!("imports: [e{}]\n", n - 1)));
    assert!(!survives(files).is_empty());
}

#[test]
fn the_same_import_many_times() {
    let text = lines("imports:\n", 10_000, |_| "  - a".to_owned());
    survives(vec![("env".into(), text), ("a".into(), "values: {a: {b: 1}}\n".into())]);
}

#[test]
fn wide_levels_of_imports() {
    // 50 to the power of 5 paths.
    let mut files = Vec::new();
    let all = |level: usize| lines("imports:\n", 50, move |i| format!("  - l{level}e{i}"));
    for level in 0..5 {
        for i in 0..50 {
            let imports = if level == 0 { String::new() } else { all(level - 1) };
            files.push((format!("l{level}e{i}"), format!("{imports}values: {{a: {{b{i}: 1}}}}\n")));
        }
    }
    files.push(("env".into(), all(4)));
    // Every path is a layer: that many cannot be merged, and the answer says so.
    let errors = survives(files);
    assert!(errors.iter().any(|e| e.contains("layers")), "{:?}", errors.first());
}

#[test]
fn schemas_of_schemas() {
    survives_one(
        "values:\n  a: {fn::validate: {schema: {$ref: '#/$defs/x', $defs: {x: {$ref: '#/$defs/x'}}}, \
         value: 1}}\n"
            .into(),
    );
    let defs = (0..40).fold(String::new(), |mut text, i| {
        let next = format!("{{$ref: '#/$defs/d{}'}}", i + 1);
        write!(text, "d{i}: {{anyOf: [{next}, {next}]}}, ").unwrap();
        text
    });
    survives_one(format!(
        "values:\n  a: {{fn::validate: {{schema: {{$ref: '#/$defs/d0', $defs: {{{defs}d40: {{type: string}}}}}}, value: 1}}}}\n"
    ));
}
