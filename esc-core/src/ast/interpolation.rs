//! Interpolations: the text of a string as literal pieces and accesses.
//!
//! Scanning never fails. It recovers the way the reference does, because what a malformed interpolation is taken for
//! decides what evaluation says about it later. Offsets are byte offsets into the scanned text.

use smol_str::SmolStr;

use super::AccessorKind;
use crate::diagnostic::{Code, Diagnostic};

/// What [`scan`] finds in a string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The pieces, in order; none for the empty string.
    pub parts: Vec<ScannedPart>,
    /// What is malformed, in the order it was found.
    pub problems: Vec<Problem>,
}

/// A piece of a string: text, then possibly an access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedPart {
    /// The literal text before the access, unescaped.
    pub text: SmolStr,
    /// The accessors of the access, at least one.
    pub access: Option<Vec<ScannedAccessor>>,
}

/// An accessor and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedAccessor {
    /// What is accessed.
    pub kind: AccessorKind,
    /// Offset of its first byte: the dot or bracket, if it has one.
    pub start: usize,
    /// Offset after its last byte.
    pub end: usize,
}

/// Something malformed and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Problem {
    /// The error to report, still without its place.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(Code::Interpolation, self.kind.message()).with_help(self.kind.help())
    }
}

/// What can be wrong with an interpolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The text or a space came before the `}`.
    Unclosed,
    /// Nothing follows a dot.
    EmptyName,
    /// No `]` follows a subscript.
    UnclosedSubscript,
    /// A quoted subscript has no closing quote.
    UnclosedQuote,
    /// A quoted subscript is empty.
    EmptyKey,
    /// A subscript is neither quoted nor an integer.
    NotAnIndex,
    /// The access starts with an integer.
    LeadingIndex,
}

impl ProblemKind {
    /// The message, in the reference's words.
    pub fn message(self) -> &'static str {
        match self {
            ProblemKind::Unclosed => "missing closing brace '}' in interpolation",
            ProblemKind::EmptyName => "property name must not be empty",
            ProblemKind::UnclosedSubscript => "subscript is missing closing bracket ']'",
            ProblemKind::UnclosedQuote => "key subscript is missing closing quote '\"'",
            ProblemKind::EmptyKey => "key subscript must not be empty",
            ProblemKind::NotAnIndex => "numeric subscript must be a positive base-10 integer",
            ProblemKind::LeadingIndex => {
                "the first accessor must be a property name or key subscript, not a numeric subscript"
            }
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            ProblemKind::Unclosed => {
                "end the reference with '}' and leave no spaces inside, as in ${a.b}; \
                 to get a literal '${', write $${"
            }
            ProblemKind::EmptyName => "write a name after the dot, as in ${a.b}, or remove the dot",
            ProblemKind::UnclosedSubscript => "close the subscript, as in ${a[0]} or ${a[\"key\"]}",
            ProblemKind::UnclosedQuote => "close the quote, as in ${a[\"key\"]}",
            ProblemKind::EmptyKey => "write a key between the quotes, as in ${a[\"key\"]}",
            ProblemKind::NotAnIndex => {
                "write an index, as in ${a[0]}, or quote the key, as in ${a[\"key\"]}"
            }
            ProblemKind::LeadingIndex => {
                "start with the name of a value, as in ${list[0]}; \
                 for a value whose name is a number, quote it, as in ${[\"0\"]}"
            }
        }
    }
}

/// Splits a string into its pieces.
pub fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { text, pos: 0, problems: Vec::new() };
    let parts = scanner.parts();
    Scan { parts, problems: scanner.problems }
}

struct Scanner<'t> {
    text: &'t str,
    pos: usize,
    problems: Vec<Problem>,
}

impl<'t> Scanner<'t> {
    fn parts(&mut self) -> Vec<ScannedPart> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        loop {
            // A `$` is the only byte that can mean something: take everything before it at once.
            let rest = self.rest();
            let plain = rest.find('$').unwrap_or(rest.len());
            literal.push_str(rest.get(..plain).unwrap_or_default());
            self.pos += plain;
            if self.peek().is_none() {
                break;
            }
            self.pos += 1;
            match self.peek() {
                Some(b'$') => {
                    self.pos += 1;
                    literal.push('$');
                }
                Some(b'{') => {
                    self.pos += 1;
                    let access = self.access();
                    let text = std::mem::take(&mut literal).into();
                    parts.push(ScannedPart { text, access: Some(access) });
                }
                _ => literal.push('$'),
            }
        }
        if !literal.is_empty() {
            parts.push(ScannedPart { text: literal.into(), access: None });
        }
        parts
    }

    fn access(&mut self) -> Vec<ScannedAccessor> {
        let mut accessors = Vec::new();
        let finish = loop {
            let start = self.pos;
            let kind = match self.peek() {
                Some(b'}') => {
                    self.pos += 1;
                    break start;
                }
                Some(b'.') => {
                    self.pos += 1;
                    let name = self.take_word(ends_name);
                    if name.is_empty() {
                        self.problem(ProblemKind::EmptyName, start);
                    }
                    AccessorKind::Name(name.into())
                }
                Some(b'[') => {
                    self.pos += 1;
                    self.subscript(start, accessors.is_empty())
                }
                Some(byte) if !is_space(byte) => {
                    AccessorKind::Name(self.take_word(ends_name).into())
                }
                // The space and what follows it is literal text again.
                _ => {
                    self.problem(ProblemKind::Unclosed, start);
                    break start;
                }
            };
            accessors.push(ScannedAccessor { kind, start, end: self.pos });
        };
        if accessors.is_empty() {
            let kind = AccessorKind::Name(SmolStr::default());
            accessors.push(ScannedAccessor { kind, start: finish, end: self.pos });
        }
        accessors
    }

    /// What follows a `[`, which stands at `bracket`.
    fn subscript(&mut self, bracket: usize, first: bool) -> AccessorKind {
        let kind = match self.peek() {
            None => {
                self.problem(ProblemKind::UnclosedSubscript, bracket);
                return AccessorKind::Subscript(SmolStr::default());
            }
            Some(b'"') => {
                self.pos += 1;
                AccessorKind::Subscript(self.quoted(bracket + 1))
            }
            Some(_) => self.index(bracket, first),
        };
        if self.peek() == Some(b']') {
            self.pos += 1;
        } else {
            self.problem(ProblemKind::UnclosedSubscript, bracket);
        }
        kind
    }

    /// A key up to its closing quote; the opening quote stands at `start`.
    fn quoted(&mut self, start: usize) -> SmolStr {
        let mut key = String::new();
        loop {
            let piece = self.take_word(|byte| byte == b'"');
            let closed = self.peek().is_some();
            self.pos += usize::from(closed);
            match piece.strip_suffix('\\') {
                Some(head) if closed => {
                    key.push_str(head);
                    key.push('"');
                }
                _ => {
                    key.push_str(piece);
                    if !closed {
                        self.problem(ProblemKind::UnclosedQuote, start);
                    }
                    break;
                }
            }
        }
        if key.is_empty() {
            self.problem(ProblemKind::EmptyKey, start);
        }
        key.into()
    }

    fn index(&mut self, bracket: usize, first: bool) -> AccessorKind {
        let text = self.take_word(|byte| byte == b']' || ends_name(byte));
        let Ok(index) = text.parse() else {
            self.problem(ProblemKind::NotAnIndex, bracket + 1);
            return AccessorKind::Subscript(text.into());
        };
        if first {
            self.problem(ProblemKind::LeadingIndex, bracket);
        }
        AccessorKind::Index(index)
    }

    /// Takes the bytes before the next one that `ends`. Only ASCII bytes may end a word: that keeps `pos` on a
    /// character boundary.
    fn take_word(&mut self, ends: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.rest();
        let length =
            rest.bytes().position(|byte| byte.is_ascii() && ends(byte)).unwrap_or(rest.len());
        self.pos += length;
        rest.get(..length).unwrap_or_default()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.pos).copied()
    }

    /// Notes a problem that reaches from `start` to the current position.
    fn problem(&mut self, kind: ProblemKind, start: usize) {
        self.problems.push(Problem { kind, start, end: self.pos });
    }
}

/// Whether a byte ends a name. A closing bracket does not.
pub(super) fn ends_name(byte: u8) -> bool {
    matches!(byte, b'.' | b'[' | b'}') || is_space(byte)
}

/// The reference also takes the bytes 0x85 and 0xA0 for spaces and so breaks names such as `à` apart; a document that
/// depends on that has no use, so only ASCII counts here.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A scan in short: `text|accessor(start,end) …` per part, then the messages' kinds with their offsets.
    fn brief(text: &str) -> (Vec<String>, Vec<(ProblemKind, usize, usize)>) {
        let scan = scan(text);
        let parts = scan.parts.iter().map(|part| {
            let accessors = part.access.iter().flatten().map(|accessor| {
                let kind = match &accessor.kind {
                    AccessorKind::Name(name) => name.to_string(),
                    AccessorKind::Subscript(key) => format!("[{key:?}]"),
                    AccessorKind::Index(index) => format!("[{index}]"),
                };
                format!("|{kind}({},{})", accessor.start, accessor.end)
            });
            format!("{}{}", part.text, accessors.collect::<String>())
        });
        let parts = parts.collect();
        (parts, scan.problems.iter().map(|p| (p.kind, p.start, p.end)).collect())
    }

    fn check(text: &str, parts: &[&str], problems: &[(ProblemKind, usize, usize)]) {
        let (got_parts, got_problems) = brief(text);
        assert_eq!(got_parts, parts, "parts of {text:?}");
        assert_eq!(got_problems, problems, "problems of {text:?}");
    }

    use ProblemKind::*;

    #[test]
    fn literals_and_escapes() {
        check("", &[], &[]);
        check("plain", &["plain"], &[]);
        check("$", &["$"], &[]);
        check("a$b", &["a$b"], &[]);
        check("$$", &["$"], &[]);
        check("$$$", &["$$"], &[]);
        check("$${a}", &["${a}"], &[]);
        check("$$${g}", &["$|g(4,5)"], &[]);
        check("$a${b}$", &["$a|b(4,5)", "$"], &[]);
    }

    #[test]
    fn names() {
        check("${foo}", &["|foo(2,5)"], &[]);
        check("x ${a.b}${c} y", &["x |a(4,5)|b(5,7)", "|c(10,11)", " y"], &[]);
        check("${.bad}", &["|bad(2,6)"], &[]);
        check("${a-b}${p/q}${env@1}", &["|a-b(2,5)", "|p/q(8,11)", "|env@1(14,19)"], &[]);
        check("${a\"b]c}", &["|a\"b]c(2,7)"], &[]);
        check("${à}", &["|à(2,4)"], &[]);
        check("${\u{a0}x}", &["|\u{a0}x(2,5)"], &[]);
    }

    #[test]
    fn subscripts() {
        check("${[\"x\"][0]}", &["|[\"x\"](2,7)|[0](7,10)"], &[]);
        check("${array[0][1].z}", &["|array(2,7)|[0](7,10)|[1](10,13)|z(13,15)"], &[]);
        check("${a[0]b}", &["|a(2,3)|[0](3,6)|b(6,7)"], &[]);
        check("${a[00][+1][-1]}", &["|a(2,3)|[0](3,7)|[1](7,11)|[-1](11,15)"], &[]);
        check(r#"${a["q\"x\y"]}"#, &[r#"|a(2,3)|["q\"x\\y"](3,13)"#], &[]);
        check("${a[\"]}\"]}", &["|a(2,3)|[\"]}\"](3,9)"], &[]);
    }

    #[test]
    fn worked_recoveries() {
        check("${foo", &["|foo(2,5)"], &[(Unclosed, 5, 5)]);
        check("${foo ", &["|foo(2,5)", " "], &[(Unclosed, 5, 5)]);
        check(
            "${foo} ${[\"baz} bar",
            &["|foo(2,5)", " |[\"baz} bar\"](9,19)"],
            &[(UnclosedQuote, 10, 19), (UnclosedSubscript, 9, 19), (Unclosed, 19, 19)],
        );
        check(
            "missing ${property[} subscript",
            &["missing |property(10,18)|[\"\"](18,19)", " subscript"],
            &[(NotAnIndex, 19, 19), (UnclosedSubscript, 18, 19)],
        );
        check("${[bar].baz}", &["|[\"bar\"](2,7)|baz(7,11)"], &[(NotAnIndex, 3, 6)]);
        check("${foo.", &["|foo(2,5)|(5,6)"], &[(EmptyName, 5, 6), (Unclosed, 6, 6)]);
        check("${foo[", &["|foo(2,5)|[\"\"](5,6)"], &[(UnclosedSubscript, 5, 6), (Unclosed, 6, 6)]);
        check("${open[\"foo\"}", &["|open(2,6)|[\"foo\"](6,12)"], &[(UnclosedSubscript, 6, 12)]);
        check("${array[1}", &["|array(2,7)|[1](7,9)"], &[(UnclosedSubscript, 7, 9)]);
    }

    #[test]
    fn other_recoveries() {
        check("${}", &["|(2,3)"], &[]);
        check("${", &["|(2,2)"], &[(Unclosed, 2, 2)]);
        check("${ a}", &["|(2,2)", " a}"], &[(Unclosed, 2, 2)]);
        check("${a. b}", &["|a(2,3)|(3,4)", " b}"], &[(EmptyName, 3, 4), (Unclosed, 4, 4)]);
        check("${a..b}", &["|a(2,3)|(3,4)|b(4,6)"], &[(EmptyName, 3, 4)]);
        check("${[0]}", &["|[0](2,5)"], &[(LeadingIndex, 2, 4)]);
        check("${a[\"\"]}", &["|a(2,3)|[\"\"](3,7)"], &[(EmptyKey, 4, 6)]);
        check(
            "${a[9223372036854775808]}",
            &["|a(2,3)|[\"9223372036854775808\"](3,24)"],
            &[(NotAnIndex, 4, 23)],
        );
        check(
            "${a[1 ]}",
            &["|a(2,3)|[1](3,5)", " ]}"],
            &[(UnclosedSubscript, 3, 5), (Unclosed, 5, 5)],
        );
    }

    proptest! {
        #[test]
        fn any_text_scans(text in r#"([$\{\}\[\]."\\ a0à\u{a0}]|\PC)*"#) {
            let scan = scan(&text);
            for accessor in scan.parts.iter().flat_map(|part| part.access.iter().flatten()) {
                prop_assert!(text.get(accessor.start..accessor.end).is_some());
            }
            for problem in &scan.problems {
                prop_assert!(text.get(problem.start..problem.end).is_some());
            }
        }

        #[test]
        fn text_without_dollar_is_itself(text in "[^$]+") {
            let scan = scan(&text);
            prop_assert!(scan.problems.is_empty());
            prop_assert_eq!(scan.parts, vec![ScannedPart { text: text.into(), access: None }]);
        }
    }
}
