//! Random documents with comments, blank lines and every style there is.

use proptest::prelude::*;

/// A document to be written out.
#[derive(Clone, Debug)]
enum Doc {
    Scalar(&'static str),
    Literal(&'static str, Vec<&'static str>),
    Secret(&'static str),
    Flow(&'static str),
    Map(Vec<(&'static str, Trivia, Doc)>),
    List(Vec<(Trivia, Doc)>),
}

#[derive(Clone, Debug)]
struct Trivia {
    blank: bool,
    head: bool,
    line: bool,
    foot: bool,
}

#[derive(Clone, Copy, Debug)]
struct Manner {
    step: usize,
    flush: bool,
    crlf: bool,
    newline_at_end: bool,
}

pub const SCALARS: &[&str] = &[
    "x",
    "two words",
    "12",
    "1.50",
    "true",
    "~",
    "null",
    "",
    "'it''s'",
    "\"q\\n\"",
    "${a.b}",
    "'12'",
    "!!str 5",
    "&anchor v",
    "世界 🎉",
    "a:b",
    "'# no'",
    "http://x#y",
];
const FLOWS: &[&str] = &[
    "{}",
    "[]",
    "[1, x]",
    "{ a: 1, b: {c: [x,y]} }",
    "[ {a: 1}, [] ]",
    "{a, b: }",
    "{'fn::secret': s}",
    "[x,]",
];
const SECRETS: &[&str] =
    &["hunter2", "'quoted'", "\"dq\"", "12ab", "yes", "p@ss-word'", "'a: b'", "'12'", "${x}"];
const KEYS: &[&str] = &["a", "b", "c", "d e", "'0'", "fn::open", "\"q\"", "世界"];

fn trivia() -> impl Strategy<Value = Trivia> {
    let odds = prop::bool::weighted;
    (odds(0.2), odds(0.3), odds(0.3), odds(0.1)).prop_map(|(blank, head, line, foot)| Trivia {
        blank,
        head,
        line,
        foot,
    })
}

fn doc() -> impl Strategy<Value = Doc> {
    let leaf = prop_oneof![
        4 => prop::sample::select(SCALARS).prop_map(Doc::Scalar),
        2 => prop::sample::select(FLOWS).prop_map(Doc::Flow),
        1 => prop::sample::select(SECRETS).prop_map(Doc::Secret),
        1 => (
            prop::sample::select(&["|", "|-", "|+", ">", ">-", ">+", "|2"][..]),
            prop::collection::vec(prop::sample::select(&["one", "", " more", "# no comment"][..]), 1..4)
        ).prop_map(|(header, lines)| Doc::Literal(header, lines)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec((prop::sample::select(KEYS), trivia(), inner.clone()), 1..4)
                .prop_map(Doc::Map),
            prop::collection::vec((trivia(), inner), 1..4).prop_map(Doc::List),
        ]
    })
}

/// The text of a document with a mapping at its root, whose first key is `values`.
pub fn root() -> impl Strategy<Value = String> {
    let manner =
        (1usize..5, any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.8)).prop_map(
            |(step, flush, crlf, newline_at_end)| Manner { step, flush, crlf, newline_at_end },
        );
    let map = prop::collection::vec((prop::sample::select(KEYS), trivia(), doc()), 1..5);
    (map, manner).prop_map(|(mut entries, manner)| {
        entries.iter_mut().take(1).for_each(|e| e.0 = "values");
        let mut lines = Vec::new();
        write(&Doc::Map(entries), 0, String::new(), manner, &mut lines);
        let newline = if manner.crlf { "\r\n" } else { "\n" };
        let mut text = lines.join(newline);
        if manner.newline_at_end {
            text.push_str(newline);
        }
        text
    })
}

/// Writes a collection whose first line starts with `lead`, which reaches to the column.
fn write(doc: &Doc, column: usize, mut lead: String, manner: Manner, lines: &mut Vec<String>) {
    let parts: Vec<(String, &Trivia, &Doc)> = match doc {
        Doc::Map(entries) => {
            let mut seen = Vec::new();
            let entries = entries.iter().filter(|e| {
                !seen.contains(&e.0) && {
                    seen.push(e.0);
                    true
                }
            });
            entries.map(|(k, t, d)| (format!("{k}:"), t, d)).collect()
        }
        Doc::List(items) => items.iter().map(|(t, d)| ("-".to_owned(), t, d)).collect(),
        _ => panic!("not a collection"),
    };
    let pad = " ".repeat(column);
    for (announce, trivia, value) in parts {
        if lead.is_empty() {
            if trivia.blank {
                lines.push(String::new());
            }
            if trivia.head {
                lines.push(format!("{pad}# head"));
            }
            lead = pad.clone();
        }
        let line = format!("{lead}{announce}");
        lead = String::new();
        let comment = if trivia.line { "  # line" } else { "" };
        let dash = announce == "-";
        let child = if dash { column + 2 } else { column + manner.step };
        match value {
            Doc::Scalar(text) | Doc::Flow(text) => {
                let space = if text.is_empty() { "" } else { " " };
                lines.push(format!("{line}{space}{text}{comment}"));
            }
            Doc::Secret(text) if dash => {
                lines.push(format!("{line} fn::secret: {text}{comment}"));
            }
            Doc::Secret(text) => {
                lines.push(format!("{line}{comment}"));
                lines.push(format!("{}fn::secret: {text}{comment}", " ".repeat(child)));
            }
            Doc::Literal(header, body) => {
                // The digit is true only where the step is two.
                let header =
                    if *header == "|2" && !dash && manner.step != 2 { "|" } else { header };
                lines.push(format!("{line} {header}{comment}"));
                // A first line that is indented more would need a digit.
                let body = ["start"].iter().chain(body);
                lines.extend(body.map(|text| match *text {
                    "" => String::new(),
                    text => format!("{}{text}", " ".repeat(child)),
                }));
            }
            Doc::Map(_) | Doc::List(_) if dash && !trivia.line => {
                write(value, child, format!("{line} "), manner, lines);
            }
            Doc::Map(_) | Doc::List(_) => {
                lines.push(format!("{line}{comment}"));
                let flush = manner.flush && !dash && matches!(value, Doc::List(_));
                write(value, if flush { column } else { child }, String::new(), manner, lines);
            }
        }
        if trivia.foot && !matches!(value, Doc::Literal(..)) {
            lines.push(format!("{pad}# foot"));
        }
    }
}
