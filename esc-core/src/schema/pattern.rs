//! Regular expressions, in the syntax of RE2.
//!
//! The regex crate descends from RE2 and its syntax is nearly the same. What differs is rewritten: classes such as `\d`
//! are ASCII, braces that are no repetition and brackets in classes are literal, `\Q…\E` quotes.

use regex::Regex;
use smol_str::SmolStr;

use super::SchemaError;

/// A `pattern`; compiled together with its schema.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    source: SmolStr,
    regex: Option<Regex>,
}

impl Pattern {
    pub(super) fn new(source: SmolStr) -> Pattern {
        Pattern { source, regex: None }
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    pub(super) fn is_compiled(&self) -> bool {
        self.regex.is_some()
    }

    pub(super) fn compile(&mut self) -> Result<(), SchemaError> {
        if self.regex.is_none() {
            self.regex = Some(compile(&self.source)?);
        }
        Ok(())
    }

    /// Whether the pattern matches somewhere in the text.
    pub(super) fn matches(&self, text: &str) -> bool {
        match &self.regex {
            Some(regex) => regex.is_match(text),
            // Not compiled. A pattern that cannot be is reported by who compiles it.
            None => compile(&self.source).map_or(true, |regex| regex.is_match(text)),
        }
    }
}

fn compile(source: &str) -> Result<Regex, SchemaError> {
    Regex::new(&translate(source)).map_err(|e| {
        let text = e.to_string();
        // The last line says what is wrong; those before it show where, over several lines.
        let cause = text.lines().last().unwrap_or_default();
        let cause = cause.strip_prefix("error: ").unwrap_or(cause);
        // Where both engines refuse the same, say it in the words that are known from the other.
        SchemaError::Pattern(match cause {
            "unclosed group" => format!("missing closing ): `{source}`"),
            "unopened group" => format!("unexpected ): `{source}`"),
            "unclosed character class" => format!("missing closing ]: `{source}`"),
            other => other.to_owned(),
        })
    })
}

fn translate(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = take(&mut rest) {
        match c {
            '\\' => translate_escape(&mut rest, &mut out),
            '[' => translate_class(&mut rest, &mut out),
            '{' if !is_repetition(rest) => out.push_str("\\{"),
            other => out.push(other),
        }
    }
    out
}

fn translate_escape(rest: &mut &str, out: &mut String) {
    match take(rest) {
        Some(c @ ('d' | 's' | 'w')) => out.extend(["[", class_members(c), "]"]),
        Some(c @ ('D' | 'S' | 'W')) => out.extend(["[^", class_members(c), "]"]),
        Some('b') => out.push_str("(?-u:\\b)"),
        Some('B') => out.push_str("(?-u:\\B)"),
        Some(c @ ('<' | '>')) => out.push(c),
        Some('Q') => {
            let (quoted, after) = rest.split_once("\\E").unwrap_or((rest, ""));
            out.push_str(&regex::escape(quoted));
            *rest = after;
        }
        Some(other) => out.extend(['\\', other]),
        None => out.push('\\'),
    }
}

/// What the class of that name consists of.
fn class_members(name: char) -> &'static str {
    match name.to_ascii_lowercase() {
        'd' => "0-9",
        's' => "\\t\\n\\x0c\\r ",
        _ => "0-9A-Za-z_",
    }
}

/// Translates a class up to its end; its beginning was taken.
fn translate_class(rest: &mut &str, out: &mut String) {
    out.push('[');
    if let Some(after) = rest.strip_prefix('^') {
        out.push('^');
        *rest = after;
    }
    let mut first = true;
    while let Some(c) = take(rest) {
        match c {
            ']' if !first => return out.push(']'),
            ']' => out.push_str("\\]"),
            '[' => match rest.strip_prefix(':').and_then(|r| r.split_once(":]")) {
                Some((name, after)) => {
                    out.extend(["[:", name, ":]"]);
                    *rest = after;
                }
                None => out.push_str("\\["),
            },
            '\\' => match take(rest) {
                Some(c @ ('d' | 's' | 'w')) => out.push_str(class_members(c)),
                Some(c @ ('D' | 'S' | 'W')) => out.extend(["[^", class_members(c), "]"]),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            // Doubled, these would be operations on sets.
            '&' | '~' => out.extend(['\\', c]),
            '-' if rest.starts_with('-') => out.push_str("\\-"),
            other => out.push(other),
        }
        first = false;
    }
}

/// Whether this is what follows the opening brace of a repetition: `n}`, `n,}` or `n,m}`.
fn is_repetition(rest: &str) -> bool {
    let Some((inside, _)) = rest.split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

fn take(rest: &mut &str) -> Option<char> {
    let mut chars = rest.chars();
    let c = chars.next()?;
    *rest = chars.as_str();
    Some(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, text: &str) -> bool {
        let mut pattern = Pattern::new(pattern.into());
        pattern.compile().unwrap();
        pattern.matches(text)
    }

    #[test]
    fn classes_are_ascii() {
        for (pattern, yes, no) in [
            (r"^\d+$", "09", "٣"),
            (r"^\w+$", "aZ_9", "é"),
            (r"^\s$", "\t", "\u{a0}"),
            (r"^\D$", "٣", "3"),
            (r"^\W$", "é", "e"),
            (r"^\S$", "\u{a0}", " "),
            (r"^[\d.]+$", "1.2", "٣"),
            (r"^[^\d]$", "٣", "3"),
            (r"^[\W\d]+$", "é1", "a"),
            (r"é\b", "éa", "é"),
            (r"^\Bé", "é", "e"),
            (r"^[[:alpha:]]$", "a", "é"),
            (r"^\pL$", "é", "1"),
        ] {
            assert!(matches(pattern, yes), "{pattern} {yes}");
            assert!(!matches(pattern, no), "{pattern} {no}");
        }
    }

    #[test]
    fn what_is_literal_in_re2() {
        for (pattern, text) in [
            ("^{$", "{"),
            ("^a{$", "a{"),
            ("^a{,2}$", "a{,2}"),
            ("^{{x}}$", "{{x}}"),
            ("^a{2}b{1,}c{0,1}$", "aabb"),
            ("^[[a]+$", "[a"),
            ("^[]a]+$", "]a"),
            ("^[^]a]+$", "b"),
            ("^[a&&b]+$", "a&b"),
            ("^[a~~b]+$", "a~b"),
            ("^[--/]+$", "-./"),
            ("^[a-]+$", "a-"),
            (r"^\<x\>$", "<x>"),
            (r"^\Qa.b{\E+$", "a.b{{"),
            (r"^\Q.", "."),
            (r"^[\]\\[]+$", r"]\["),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        assert!(!matches(r"^\Q.", "x"));
    }

    #[test]
    fn matching_is_not_anchored() {
        assert!(matches("[0-9]", "foo1bar"));
        assert!(!matches("a.c", "a\nc"));
        assert!(!matches("a$", "a\n"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_pattern_or_an_error(text in "[\\[\\]{}()\\\\^$a-c0-2,.:&~QEdwDbé?*+|-]{0,16}") {
            let _ = Pattern::new(text.as_str().into()).compile();
        }

        #[test]
        fn quoted_text_matches_itself(text in "[^\\\\]{0,12}") {
            let pattern = format!(r"^\Q{text}\E$");
            prop_assert!(matches(&pattern, &text));
        }
    }
}
