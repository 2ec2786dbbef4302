#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

use super::*;
use crate::syntax::characters::control_character;
use crate::syntax::failure::Failure;
use crate::syntax::positions::Positions;
use crate::syntax::read::{Input, read};

/// Reads a text with the parser.
fn slowly(text: &str, limits: &Limits) -> (Built, Option<Failure>) {
    let input = Input { name: "test", text, trouble: None, tolerant: false };
    read(&input, Positions::new(text), limits)
}

/// Reads a text both ways; whether the fast one took it.
pub(super) fn compare(text: &str, limits: &Limits) -> bool {
    if text.is_empty() || control_character(text).is_some() {
        return false;
    }
    let Some(fast) = build(text, limits) else { return false };
    let (slow, failure) = slowly(text, limits);
    assert!(failure.is_none(), "{text:?} is refused: {failure:?}");
    assert!(slow.diagnostics.is_empty(), "{text:?} has diagnostics: {:?}", slow.diagnostics);
    assert_eq!(fast.root, slow.root, "{text:?}");
    assert!(fast.tags.is_empty() && slow.tags.is_empty(), "{text:?}");
    for (i, (fast, slow)) in fast.nodes.iter().zip(&slow.nodes).enumerate() {
        assert_eq!(format!("{fast:?}"), format!("{slow:?}"), "node {i} of {text:?}");
    }
    assert_eq!(fast.nodes.len(), slow.nodes.len(), "{text:?}");
    true
}

#[test]
fn taken() {
    let texts = [
        "a: b\n",
        "a: b",
        "a:\n",
        "a:",
        "a: # c\nb:\n",
        "a:\n  b: c\n\n  # comment\n  d: e # f\n",
        "  a: b\n  c: d\n",
        "- a\n- b\n",
        "-\n- \n-",
        "- - a\n  - b\n-   - c\n",
        "- a: b\n  c: d\n- e:\n  - f\n- g:\n",
        "a:\n- b\n- c: d\n  e: f\ng: h\n",
        "a:\n- - b\n  - c\n- d\ne: f",
        "a:\n  -\n    b: c\n  -\n    - d\n",
        "'a b': 'it''s'\n\"c\\n\": \"d\\\"\\\\ \\t\"\n\"\": ''\n",
        "a: -1\nb: 0x1F\nc: 1_000\nd: .5\ne: ~\nf: True\ng: 2001-01-01\nh: -a\n",
        "2001-01-01: x\n<<: y\n=: z\n",
        "a: ${b.c}\nd: x ${e[\"f\"]} {g} [h], i\nfn::open::x: http://y:80/#z\n",
        "a: [b, 'c', \"d\", 1]\ne: {f: g, 'h': i, \"j\": [k, {l: m}]}\nn: [ ]\no: {}\n",
        "a: [[], {}, [[b]]] # c\nd: { fn::e: f:g }\n- x: y",
        "a: |\n  b\n   c\n\n  d\ne: |-\n  f\n  g\nh: |-\n  i\n",
        "- |\n  a\n- |-\n  b\n  c\n\n- d: |\n    e\n\n\n  f: |\n\n    g\n# h\n",
        "a: |\n b\n#c\nd:\n- |\n e\n",
        "世界: 你好 # 世\né: 'e\u{301}'\n\"👩\u{200d}👩\": [世, {界: 界}]\na: |-\n  世\n  界\nb: |\n  世\nc: x\n",
        "世界:\n- 世: 界\n  a:\n- '世': -\u{301}\nc: 世",
    ];
    for text in texts {
        let expected = !text.contains("- x: y");
        assert_eq!(compare(text, &Limits::default()), expected, "{text:?}");
    }
}

#[test]
fn left_to_the_parser() {
    let texts = [
        "# only a comment\n",
        "a",
        "[a]",
        "a: b\r\n",
        "a:\tb\n",
        "\ta: b\n",
        "a: &b c\n",
        "a: *b\n",
        "a: !b c\n",
        "? a\n: b\n",
        "%YAML 1.1\n---\na: b\n",
        "---\na: b\n",
        "a: b\n...\n",
        "a: b\n  c\n",
        "a:\n  b\n",
        "a: 'b\n  c'\n",
        "a: >\n  b\n",
        "a: |+\n  b\n",
        "a: |2\n  b\n",
        "a: | # c\n  b\n",
        "a: |\n  b",
        "a: |\nb: c\n",
        "a: [b,\n  c]\n",
        "a: [b, ]\n",
        "a: [b: c]\n",
        "a: {b}\n",
        "a: {b: }\n",
        "a: {b: ${c}}\n",
        "a: [b] c\n",
        "a: b: c\n",
        "a: b:\n",
        "a : b\n",
        "1: b\n",
        "true: b\n",
        "~: b\n",
        "a: - b\n",
        "a: \"b\\x41\"\n",
        "a: 'b' c\n",
        "a: 'b'#c\n",
        "a: b\n- c\n",
        "- a\nb: c\n",
        "a: b\u{85}\n",
        "a: b\u{2028}\n",
        "\u{feff}a: b\n",
    ];
    for text in texts {
        assert!(!compare(text, &Limits::default()), "{text:?}");
    }
}

#[test]
fn limits_are_left_to_the_parser() {
    let tight = Limits { max_depth: 5, max_nodes: 4, ..Limits::default() };
    assert!(compare("a: b\nc: d\ne: f\n", &tight));
    assert!(!compare("a: b\nc: d\ne: f\ng: h\n", &tight));
    assert!(compare("a:\n  b:\n    c: d\n", &tight));
    assert!(!compare("a:\n  b:\n    c:\n      d: e\n", &Limits { max_nodes: 9, ..tight }));
    assert!(!compare("a: [[[b]]]\n", &Limits { max_nodes: 9, ..tight }));
    let key = "k".repeat(LONGEST_KEY + 1);
    assert!(!compare(&format!("{key}: v\n"), &Limits::default()));
}

#[test]
fn long_values() {
    let quoted = format!("a: \"{}\"\nb:\n- '{}'\n", "v".repeat(3000), "世".repeat(3000));
    assert!(compare(&quoted, &Limits::default()));
    let flow = format!("a: [{}c]\nb:\n- [{}'c']\n", "v, ".repeat(900), "'世', ".repeat(900));
    assert!(compare(&flow, &Limits::default()));
    let words = format!("a: {0}\n- {0}\n", "some words ".repeat(900).trim_end());
    assert!(!compare(&words, &Limits::default()));
    assert!(compare(&words.replace("\n- ", "\nb: "), &Limits::default()));
}

#[test]
fn many_values() {
    let mut text = String::from("first: 1\nvalues:\n");
    for i in 0..5000 {
        text.push_str(&format!("  key-{i}: value {i}\n"));
    }
    text.push_str("last:\n");
    for i in 0..3000 {
        text.push_str(&format!("  - [{i}, 世]\n"));
    }
    assert!(compare(&text, &Limits::default()));
}

/// Every document of the reference data, which lies outside the project.
#[test]
fn reference_documents() {
    let Some(root) = std::env::var_os("ESC_CONFORMANCE_DIR") else {
        println!("skipped: no reference data");
        return;
    };
    let (mut fast, mut readable, mut all) = (0, 0, 0);
    let mut folders = vec![PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if is_yaml(&path) {
                let Ok(text) = std::fs::read_to_string(&path) else { continue };
                let limits = Limits::default();
                let taken = compare(&text, &limits);
                let (slow, failure) = slowly(&text, &limits);
                let reads = failure.is_none() && slow.diagnostics.is_empty();
                fast += usize::from(taken);
                readable += usize::from(reads && slow.root.is_some());
                all += 1;
                if reads && !taken && std::env::var_os("ESC_SHOW_SLOW").is_some() {
                    println!("not taken: {}", path.display());
                }
            }
        }
    }
    println!("{fast} of {readable} readable documents ({all} in all) are read fast");
    assert!(fast * 5 > readable * 4, "{fast} of {readable}");
}

/// The same documents, each with one of its lines missing or moved, or a character missing.
#[test]
fn damaged_reference_documents() {
    let Some(root) = std::env::var_os("ESC_CONFORMANCE_DIR") else {
        println!("skipped: no reference data");
        return;
    };
    for folder in ["reference/eval", "generated"] {
        for case in std::fs::read_dir(Path::new(&root).join(folder)).unwrap() {
            let path = case.unwrap().path().join("env.yaml");
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            for at in 0..lines.len().min(60) {
                let (before, after) = (lines[..at].concat(), lines[at + 1..].concat());
                compare(&format!("{before}{after}"), &Limits::default());
                compare(&format!("{before} {}{after}", lines[at]), &Limits::default());
                compare(&format!("{before}{}", lines[at].trim_end()), &Limits::default());
            }
            for (at, c) in text.char_indices().step_by(13).take(60) {
                let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
                compare(&format!("{before}{after}"), &Limits::default());
            }
        }
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}
