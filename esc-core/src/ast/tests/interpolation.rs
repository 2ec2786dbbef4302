//! Scanning: pieces, problems and their offsets.

use proptest::prelude::*;

use crate::ast::AccessorKind;
use crate::ast::interpolation::*;

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
    check("${a[1 ]}", &["|a(2,3)|[1](3,5)", " ]}"], &[(UnclosedSubscript, 3, 5), (Unclosed, 5, 5)]);
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
