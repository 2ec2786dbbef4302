//! Documents within and around the subset, made at random.

#![allow(clippy::indexing_slicing)]

use proptest::prelude::*;

use super::tests::compare;
use crate::syntax::Limits;

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
    "'s, x'",
    "\"d\\\"]\"",
    "a b",
    "世",
    "a:b",
    "x::y",
    "a-b",
    "é",
    "42",
    "-1",
    "~",
    "b:",
    "a?b",
    "a#",
];

/// Writes a document of nested collections, mostly valid.
struct Author {
    choices: Choices,
    /// Only uses what the subset has.
    tame: bool,
    text: String,
}

impl Author {
    /// Writes one of some texts; the first of them are tame.
    fn any(&mut self, texts: &[&str], tame: usize) {
        let texts = if self.tame { &texts[..tame] } else { texts };
        self.text.push_str(self.choices.of(texts));
    }

    fn collection(&mut self, indent: usize, depth: usize, first: bool) {
        let sequence = self.choices.below(3) == 1;
        let count = 1 + self.choices.below(4);
        for i in 0..count {
            if i > 0 || !first {
                self.noise(indent);
                self.text.extend(std::iter::repeat_n(' ', indent));
            }
            if sequence {
                self.text.push('-');
                self.item(indent, depth);
            } else {
                self.any(KEYS, 18);
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
                self.any(&[" ", "  "], 2);
                self.any(SCALARS, 20);
                self.end();
            }
        }
    }

    fn literal(&mut self, indent: usize) {
        self.any(&[" |\n", " |-\n", " |+\n", " |2\n", " | \n", " >\n"], 2);
        let inner = indent + if self.tame { 2 } else { [2, 1, 3, 0][self.choices.below(4)] };
        for _ in 0..=self.choices.below(4) {
            let line = self.text.len();
            self.text.extend(std::iter::repeat_n(' ', inner));
            self.any(&["text", "# no", " more", "世 x", "a: b", "- a", "x ", "", "\t"], 7);
            if self.choices.below(6) == 1 {
                self.text.truncate(line);
            }
            self.text.push('\n');
        }
    }

    fn flow(&mut self, depth: usize) {
        let (open, close) = if self.choices.below(2) == 0 { ("[", "]") } else { ("{", "}") };
        self.text.push_str(open);
        self.any(&["", " "], 2);
        let count = self.choices.below(4);
        for i in 0..count {
            if i > 0 {
                self.any(&[", ", ",", " , "], 3);
            }
            if open == "{" {
                self.any(FLOW_SCALARS, 9);
                self.any(&[": ", ":  ", ":", " : "], 2);
            }
            if depth > 0 && self.choices.below(4) == 1 {
                self.flow(depth - 1);
            } else {
                self.any(FLOW_SCALARS, 12);
            }
        }
        self.any(&["", " "], 2);
        self.text.push_str(close);
    }

    fn end(&mut self) {
        self.any(COMMENTS, 5);
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

fn written(choices: Vec<u16>, tame: bool, whole: bool) -> String {
    let mut author = Author { choices: Choices(choices.into_iter()), tame, text: String::new() };
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
    fn documents(
        choices in prop::collection::vec(any::<u16>(), 1..200),
        tame in any::<bool>(),
        whole in any::<bool>(),
    ) {
        compare(&written(choices, tame, whole), &Limits::default());
    }

    #[test]
    fn mutated_documents(
        choices in prop::collection::vec(any::<u16>(), 1..100),
        changes in prop::collection::vec(any::<(u16, u8, u16)>(), 1..4),
    ) {
        compare(&mutated(&written(choices, true, true), &changes), &Limits::default());
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
        compare(&written(choices, true, true), &limits);
    }
}
