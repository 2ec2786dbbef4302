#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::syntax::decode::{control_character, run};
use crate::syntax::positions::Positions;

/// Reads a text both ways; whether the fast one took it.
fn compare(text: &str, limits: &Limits) -> bool {
    if text.is_empty() || control_character(text).is_some() {
        return false;
    }
    let Some(fast) = build(text, limits) else { return false };
    let (slow, failure) = run("test", text, Positions::new(text), limits, false);
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
    let long = "[ 'v' ]".repeat(400);
    assert!(
        compare(
            &format!("a: \"{long}\"\nb:\n- '{}'\n- {long}\n", "v".repeat(3000)),
            &Limits::default()
        ) == long.starts_with('x')
    );
    assert!(compare(
        &format!("a: \"{long}\"\nb:\n- '{}'\n- [{}'c']\n", "v".repeat(3000), "'v', ".repeat(900)),
        &Limits::default()
    ));
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
                let (slow, failure) = run("test", &text, Positions::new(&text), &limits, false);
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

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// Decisions, taken from a list of numbers; the first possibility after its end.
struct Choices(std::vec::IntoIter<u16>);

impl Choices {
    fn below(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |n| n as usize % count)
    }

    fn of<'s>(&mut self, from: &[&'s str]) -> &'s str {
        from[self.below(from.len())]
    }

    fn spent(&self) -> bool {
        self.0.len() == 0
    }
}

const KEYS: &[&str] = &[
    "a",
    "key",
    "fn::open::x",
    "'q k'",
    "\"d\\tk\"",
    "世界",
    "a b",
    "x-y",
    "é",
    "2001-01-01",
    "\"\"",
    "a:b",
    "-k",
    "$k",
    "a::",
    "x}",
    "k#",
    "'e\u{301}'",
    "1",
    "null",
];
const SCALARS: &[&str] = &[
    "v",
    "42",
    "true",
    "~",
    "two words",
    "'it''s'",
    "\"e\\n\\\"x\"",
    "${a.b[\"c\"]}",
    "世界",
    "a#b",
    "http://h:1/p",
    "-1",
    "0x1F",
    "1e400",
    ".5",
    "''",
    "\"tab\there\"",
    "👩\u{200d}👩x",
    "e\u{301}",
    "a:b",
    "[",
    "x: y",
    "*a",
    "- z",
    "'open",
    "v ",
    "#c",
    "\"\\u0041\"",
    "",
    "a, b",
    "x]",
    "{}",
    "[]",
];
const COMMENTS: &[&str] = &["", " # c", "  ", "   # 世: x", " #", "#x"];
const FLOW_SCALARS: &[&str] = &[
    "v",
    "42",
    "'s, x'",
    "\"d\\\"]\"",
    "a b",
    "世",
    "a:b",
    "x::y",
    "-1",
    "~",
    "a-b",
    "é",
    "b:",
    "a#",
];

/// A document of nested collections, mostly valid.
struct Author {
    choices: Choices,
    text: String,
}

impl Author {
    fn collection(&mut self, indent: usize, depth: usize, first: bool) {
        let sequence = self.choices.below(3) == 1;
        let count = 1 + self.choices.below(3);
        for i in 0..count {
            if i > 0 || !first {
                self.noise(indent);
                self.text.extend(std::iter::repeat_n(' ', indent));
            }
            if sequence {
                self.text.push('-');
                self.item(indent, depth);
            } else {
                self.text.push_str(self.choices.of(KEYS));
                self.text.push(':');
                self.value(indent, depth);
            }
            if self.choices.spent() {
                break;
            }
        }
    }

    fn item(&mut self, indent: usize, depth: usize) {
        if depth > 0 && self.choices.below(3) == 1 {
            let spaces = 1 + self.choices.below(3);
            self.text.extend(std::iter::repeat_n(' ', spaces));
            self.collection(indent + 1 + spaces, depth - 1, true);
        } else {
            self.value(indent, depth);
        }
    }

    fn value(&mut self, indent: usize, depth: usize) {
        match self.choices.below(8) {
            0 => self.end(),
            1 | 2 if depth > 0 => {
                self.end();
                let deeper = self.choices.below(4);
                self.collection(indent + [2, 1, 4, 0][deeper], depth - 1, false);
            }
            3 => {
                self.text.push(' ');
                self.flow(2);
                self.end();
            }
            4 => self.literal(indent),
            _ => {
                self.text.push_str(self.choices.of(&[" ", "  "]));
                self.text.push_str(self.choices.of(SCALARS));
                self.end();
            }
        }
    }

    fn literal(&mut self, indent: usize) {
        self.text.push_str(self.choices.of(&[" |\n", " |-\n", " |+\n", " |2\n", " | \n", " >\n"]));
        let inner = indent + [2, 1, 3, 0][self.choices.below(4)];
        for _ in 0..=self.choices.below(4) {
            let more = self.choices.below(4);
            let line =
                self.choices.of(&["text", "", "# no", " more", "世 x", "a: b", "- a", "x ", "\t"]);
            if !line.is_empty() || more == 3 {
                self.text.extend(std::iter::repeat_n(' ', inner));
            }
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn flow(&mut self, depth: usize) {
        let (open, close) = if self.choices.below(2) == 0 { ("[", "]") } else { ("{", "}") };
        self.text.push_str(open);
        self.text.push_str(self.choices.of(&["", " "]));
        let count = self.choices.below(4);
        for i in 0..count {
            if i > 0 {
                self.text.push_str(self.choices.of(&[", ", ",", " , "]));
            }
            if open == "{" {
                self.text.push_str(self.choices.of(FLOW_SCALARS));
                self.text.push_str(self.choices.of(&[": ", ":  ", ":", " : "]));
            }
            if depth > 0 && self.choices.below(4) == 1 {
                self.flow(depth - 1);
            } else {
                self.text.push_str(self.choices.of(FLOW_SCALARS));
            }
        }
        self.text.push_str(self.choices.of(&["", " "]));
        self.text.push_str(close);
    }

    fn end(&mut self) {
        self.text.push_str(self.choices.of(COMMENTS));
        self.text.push('\n');
    }

    fn noise(&mut self, indent: usize) {
        match self.choices.below(12) {
            1 => self.text.push('\n'),
            2 => self.text.push_str("# c\n"),
            3 => {
                self.text.extend(std::iter::repeat_n(' ', indent));
                self.text.push_str("# c\n");
            }
            4 => self.text.push_str("   \n"),
            5 => self.text.push_str("      # c\n"),
            _ => {}
        }
    }
}

fn written(choices: Vec<u16>, whole: bool) -> String {
    let mut author = Author { choices: Choices(choices.into_iter()), text: String::new() };
    let indent = [0, 0, 0, 2][author.choices.below(4)];
    author.collection(indent, 4, false);
    if !whole {
        author.text.pop();
    }
    author.text
}

const TOKENS: &[&str] = &[
    "- ",
    "-",
    "a",
    "b: ",
    "key:",
    ": ",
    ":",
    " ",
    "# c",
    " # c",
    "\"q\"",
    "'s'",
    "'it''s'",
    "\\n",
    "|",
    "|-",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "a, b",
    "${a.b}",
    "世界",
    "é",
    "42",
    "true",
    "~",
    "2001-01-01",
    "---",
    "...",
    "? ",
    "&a ",
    "*a",
    "!t ",
    ">",
    "\t",
    "%",
    "@",
    "`",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "👩\u{200d}👩",
    "\u{301}",
    "::",
    "\r",
    "\\",
    "\"",
    "'",
    "\n",
    "\n  ",
    "\n    ",
    "\n- ",
    "\n\n",
    "  ",
    "#",
    "\u{a0}",
    "\u{3000}",
    "?",
    "!",
    "&",
    "*",
    "=",
    "<<",
    "$",
    "|\n",
    "|-\n",
    "\n ",
    ": |\n  ",
    "x: |-\n   ",
];

/// Deletes, inserts or replaces at a few places.
fn mutated(text: &str, changes: &[(u16, u8, u16)]) -> String {
    let mut chars: Vec<String> = text.chars().map(String::from).collect();
    for (place, what, token) in changes {
        let token = TOKENS[*token as usize % TOKENS.len()].to_owned();
        let at = *place as usize % (chars.len() + 1);
        match what % 3 {
            0 => chars.insert(at, token),
            1 if at < chars.len() => chars[at] = token,
            _ if at < chars.len() => drop(chars.remove(at)),
            _ => {}
        }
    }
    chars.concat()
}

proptest! {
    #[test]
    fn documents(choices in prop::collection::vec(any::<u16>(), 1..80), whole in any::<bool>()) {
        compare(&written(choices, whole), &Limits::default());
    }

    #[test]
    fn mutated_documents(
        choices in prop::collection::vec(any::<u16>(), 1..60),
        changes in prop::collection::vec(any::<(u16, u8, u16)>(), 1..4),
    ) {
        compare(&mutated(&written(choices, true), &changes), &Limits::default());
    }

    #[test]
    fn heaps_of_tokens(tokens in prop::collection::vec(0..TOKENS.len(), 1..24)) {
        let text: String = tokens.into_iter().map(|token| TOKENS[token]).collect();
        compare(&text, &Limits::default());
    }

    #[test]
    fn tight_limits(
        choices in prop::collection::vec(any::<u16>(), 1..80),
        max_depth in 1usize..8,
        max_nodes in 1usize..20,
    ) {
        let limits = Limits { max_depth, max_nodes, ..Limits::default() };
        compare(&written(choices, true), &limits);
    }
}
