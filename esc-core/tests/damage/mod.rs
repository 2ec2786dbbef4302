//! Documents as people write them here, and what happens to them.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;

/// A document without damage.
pub fn document() -> impl Strategy<Value = String> {
    let import = select(vec!["base", "aws/prod", "defaults: {merge: false}"]);
    let imports = prop::collection::vec(import, 0..3);
    let entries = prop::collection::vec((key(), value()), 1..7);
    let style = (select(vec![2usize, 2, 2, 4]), any::<bool>(), any::<bool>());
    (imports, entries, style).prop_map(|(imports, entries, (step, comments, newline))| {
        let mut out = String::new();
        if comments {
            out.push_str("# Settings of the shop\n");
        }
        if !imports.is_empty() {
            out.push_str("imports:\n");
            for import in imports {
                out.push_str(&format!("{}- {import}\n", " ".repeat(step)));
            }
        }
        out.push_str("values:\n");
        for (i, (key, value)) in entries.iter().enumerate() {
            if comments && i % 3 == 1 {
                out.push_str("  # next\n\n");
            }
            write(&mut out, &key.replacen("0", &i.to_string(), 1), value, step, 1);
        }
        if !newline {
            out.pop();
        }
        out
    })
}

#[derive(Clone, Debug)]
enum Value {
    /// On the line of its key.
    Inline(&'static str),
    Block(&'static str, Vec<&'static str>),
    Mapping(Vec<(&'static str, Value)>),
    Sequence {
        items: Vec<Value>,
        indented: bool,
    },
}

fn key() -> impl Strategy<Value = &'static str> {
    select(vec![
        "region0",
        "token0",
        "db-url0",
        "\"quoted key 0\"",
        "'k0'",
        "AWS_REGION0",
        "größe0",
        "fn::x0",
    ])
}

fn value() -> impl Strategy<Value = Value> {
    let inline = select(vec![
        "eu-west-1",
        "42",
        "3.14",
        "true",
        "null",
        "~",
        "${region0}",
        "https://${host}/x&y=1#z",
        "pulumi-${context.pulumi.user.login}",
        "\"double ${quoted} \\n text\"",
        "'single ''quoted'' text'",
        "[a, b, 'c']",
        "{a: 1, \"b\": [x, y], c: {d: e}}",
        "[[1, 2], {k: v}, \"s\"]",
        "{fn::secret: hunter2}",
        "{fn::join: [\"-\", [a, \"${b}\"]]}",
        "plain text of several words",
        "text # with a comment",
        "2024-01-01",
        "0x2A",
        "!!str 12",
        "&anchor text",
        "a:b:c",
        "世界 👋",
        "",
        "\"\"",
        "- not an item".trim_start_matches("- "),
        "[one,\n                              two]",
        "{one: 1,\n                              two: 2}",
        "\"over\n                              two lines\"",
        "plain over\n                              two lines",
    ])
    .prop_map(Value::Inline);
    let lines =
        select(vec!["line one", "  deeper", "", "key: value", "- item", "# no comment", "\"q"]);
    let block =
        (select(vec!["|", ">", "|-", ">-", "|+", "|2"]), prop::collection::vec(lines, 1..4))
            .prop_map(|(header, lines)| Value::Block(header, lines));
    let leaf = Union::new_weighted(vec![(6, inline.boxed()), (1, block.boxed())]);
    leaf.prop_recursive(3, 24, 4, |inner| {
        let names =
            select(vec!["fn::open::aws-login", "fn::secret", "host", "port", "oidc", "get"]);
        let mapping = prop::collection::vec((names, inner.clone()), 1..4).prop_map(Value::Mapping);
        let sequence = (prop::collection::vec(inner, 1..4), any::<bool>())
            .prop_map(|(items, indented)| Value::Sequence { items, indented });
        prop_oneof![2 => mapping, 1 => sequence]
    })
}

fn write(out: &mut String, key: &str, value: &Value, step: usize, level: usize) {
    out.push_str(&format!("{}{key}:", " ".repeat(step * level)));
    write_value(out, value, step, level);
}

fn write_value(out: &mut String, value: &Value, step: usize, level: usize) {
    let inner = " ".repeat(step * (level + 1));
    match value {
        Value::Inline("") => out.push('\n'),
        Value::Inline(text) => out.push_str(&format!(" {text}\n")),
        Value::Block(header, lines) => {
            out.push_str(&format!(" {header}\n{inner}text\n"));
            for line in lines {
                out.push_str(&format!("{inner}{line}\n"));
            }
        }
        Value::Mapping(entries) => {
            out.push('\n');
            for (key, value) in entries {
                write(out, key, value, step, level + 1);
            }
        }
        Value::Sequence { items, indented } => {
            out.push('\n');
            let level = if *indented { level + 1 } else { level };
            for item in items {
                out.push_str(&format!("{}-", " ".repeat(step * level)));
                write_value(out, item, step, level);
            }
        }
    }
}

/// What happens to a document.
#[derive(Clone, Debug)]
pub enum Damage {
    Delete(Index, usize),
    Insert(Index, &'static str),
    /// A piece comes twice.
    Repeat(Index, usize),
    Swap(Index, Index),
    /// A line gets more or less indentation.
    Indent(Index, i8),
    RemoveLine(Index),
    Cut(Index),
}

pub fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    let piece = select(vec![
        " ",
        "  ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ":",
        ": ",
        ",",
        ", ",
        "- ",
        "-",
        "? ",
        "?",
        "#",
        " #",
        "&a ",
        "&",
        "*a",
        "*a ",
        "*",
        "!t ",
        "!!int ",
        "!",
        "!<x> ",
        "!a!b ",
        "%YAML 1.1\n",
        "%YAML 1.2\n",
        "%TAG ! x\n",
        "%TAG !a! x:\n",
        "%",
        "---\n",
        "--- ",
        "...\n",
        "\n---\n",
        "\n...\n",
        "|\n",
        ">",
        "|2-\n",
        "|0",
        "@",
        "`",
        "\\",
        "\\x4",
        "\\u12",
        "\\'",
        "\\/",
        "\u{0}",
        "\u{1}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{a0}",
        "\u{feff}",
        "<<: ",
        "${",
        "${a}",
        "<<<<<<< ours\n",
        "=======\n",
        ">>>>>>> theirs\n",
        "x",
        "\n\n",
        "é",
        "~",
        "!%zz ",
        "%41",
    ]);
    prop_oneof![
        3 => (index(), 1usize..4).prop_map(|(at, n)| Damage::Delete(at, n)),
        6 => (index(), piece).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        1 => (index(), 1usize..20).prop_map(|(at, n)| Damage::Repeat(at, n)),
        1 => (index(), index()).prop_map(|(a, b)| Damage::Swap(a, b)),
        2 => (index(), -3i8..4).prop_map(|(line, by)| Damage::Indent(line, by)),
        1 => index().prop_map(Damage::RemoveLine),
        1 => index().prop_map(Damage::Cut),
    ]
}

impl Damage {
    pub fn to(&self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        let position = |at: &Index, length: usize| at.index(length + 1);
        match self {
            Damage::Delete(at, n) => {
                let at = position(at, chars.len());
                chars.drain(at..(at + n).min(chars.len()));
            }
            Damage::Insert(at, piece) => {
                let at = position(at, chars.len());
                chars.splice(at..at, piece.chars());
            }
            Damage::Repeat(at, n) => {
                let at = position(at, chars.len());
                let piece = chars[at..(at + n).min(chars.len())].to_vec();
                chars.splice(at..at, piece);
            }
            Damage::Swap(a, b) if !chars.is_empty() => {
                let (a, b) = (a.index(chars.len()), b.index(chars.len()));
                chars.swap(a, b);
            }
            Damage::Cut(at) => chars.truncate(position(at, chars.len())),
            Damage::Swap(..) => {}
            Damage::Indent(line, by) => {
                return on_line(text, line, |line| {
                    let by = usize::from(by.unsigned_abs());
                    match self {
                        Damage::Indent(_, 0..) => format!("{}{line}", " ".repeat(by)),
                        _ => line.strip_prefix(&" ".repeat(by)).unwrap_or(line).to_owned(),
                    }
                });
            }
            Damage::RemoveLine(line) => return on_line(text, line, |_| String::new()),
        }
        chars.into_iter().collect()
    }
}

fn on_line(text: &str, line: &Index, change: impl Fn(&str) -> String) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if !lines.is_empty() {
        let at = line.index(lines.len());
        lines[at] = change(&lines[at]);
    }
    lines.concat()
}

/// A document with a little damage.
pub fn damaged() -> impl Strategy<Value = String> {
    (document(), prop::collection::vec(damage(), 1..4))
        .prop_map(|(text, damages)| damages.iter().fold(text, |text, damage| damage.to(&text)))
}
