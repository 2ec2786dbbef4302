//! How a string is written as a YAML scalar.
//!
//! The rules are go-yaml's, so that what is written here looks like what existing tools write: plain where that reads
//! back as the same string, double quotes where it would read as something else, single quotes where plain syntax
//! forbids it, a literal block for several lines.

use std::fmt::Write;

use super::Style;

/// Where and how a scalar is to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScalarForm<'a> {
    /// The style to use if the text allows it.
    pub prefer: Style,
    /// Within brackets or braces.
    pub flow: bool,
    /// A key, which stays on its line.
    pub key: bool,
    /// May be a block scalar.
    pub block: bool,
    /// The column of the lines of a block scalar.
    pub indent: usize,
    /// How far that is to the right of the surrounding collection.
    pub step: usize,
    /// The line ending.
    pub newline: &'a str,
    /// Quote what YAML 1.1 readers take for a boolean or a number in base 60.
    pub guard: bool,
    /// Escape characters beyond the basic multilingual plane.
    pub escape_astral: bool,
}

/// The scalar's text. A block scalar comes without its last line ending.
pub(crate) fn write_string(text: &str, form: &ScalarForm<'_>) -> String {
    let facts = Facts::of(text, form.escape_astral);
    let may_block = form.block && facts.block && !form.flow && !form.key && form.step <= 9;
    let wanted = match form.prefer {
        Style::DoubleQuoted => Style::DoubleQuoted,
        _ if text.contains('\n') => match form.prefer {
            _ if !may_block => Style::DoubleQuoted,
            Style::Folded => Style::Folded,
            _ => Style::Literal,
        },
        Style::Literal if may_block && !text.is_empty() => Style::Literal,
        Style::Folded if may_block && !text.is_empty() => Style::Folded,
        Style::SingleQuoted => Style::SingleQuoted,
        _ if reads_as_float(text) || text == "true" || text == "false" => Style::SingleQuoted,
        _ if !super::scalar::plain_is_surely_string(text) || (form.guard && is_legacy(text)) => {
            if text.is_empty() && !form.guard {
                Style::SingleQuoted
            } else {
                Style::DoubleQuoted
            }
        }
        _ if if form.flow { facts.plain_flow } else { facts.plain_block } => Style::Plain,
        _ => Style::SingleQuoted,
    };
    match wanted {
        Style::SingleQuoted if !facts.single => double_quoted(text, form.escape_astral),
        Style::SingleQuoted => format!("'{}'", text.replace('\'', "''")),
        Style::DoubleQuoted => double_quoted(text, form.escape_astral),
        Style::Literal | Style::Folded => block(text, form, wanted == Style::Folded),
        Style::Plain | Style::Flow => text.to_owned(),
    }
}

/// What the characters of a text allow.
struct Facts {
    plain_block: bool,
    plain_flow: bool,
    single: bool,
    block: bool,
}

impl Facts {
    fn of(text: &str, escape_astral: bool) -> Facts {
        let marker = text.starts_with("---") || text.starts_with("...");
        let mut block_indicator = marker;
        let mut flow_indicator = marker;
        let (mut tab, mut special, mut space_break) = (false, false, false);
        let mut previous: Option<char> = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let before_blank = chars.peek().is_none_or(|n| matches!(n, ' ' | '\t' | '\n' | '\r'));
            match (previous, c) {
                (
                    None,
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"'
                    | '%' | '@' | '`',
                ) => (block_indicator, flow_indicator) = (true, true),
                (None, '-') if before_blank => (block_indicator, flow_indicator) = (true, true),
                (_, '?') => {
                    flow_indicator = true;
                    block_indicator |= previous.is_none() && before_blank;
                }
                (_, ':') => {
                    flow_indicator = true;
                    block_indicator |= before_blank;
                }
                (_, ',' | '[' | ']' | '{' | '}') => flow_indicator = true,
                (Some(' ' | '\t' | '\n'), '#') => {
                    (block_indicator, flow_indicator) = (true, true);
                }
                _ => {}
            }
            space_break |= c == '\n' && matches!(previous, Some(' ' | '\t'));
            tab |= c == '\t';
            special |= !matches!(c, '\t' | '\n') && !is_printable(c, escape_astral);
            previous = Some(c);
        }
        let edge_space = text.starts_with([' ', '\t']) || text.ends_with([' ', '\t']);
        let plain = !text.is_empty() && !edge_space && !text.contains('\n') && !tab && !special;
        Facts {
            plain_block: plain && !block_indicator,
            plain_flow: plain && !flow_indicator,
            single: !tab && !special && !text.contains('\n'),
            block: !special && !space_break && !text.ends_with([' ', '\t']) && has_ink(text),
        }
    }
}

/// A block scalar of line breaks only cannot show where it ends.
fn has_ink(text: &str) -> bool {
    text.chars().any(|c| c != '\n')
}

fn is_printable(c: char, escape_astral: bool) -> bool {
    match c {
        ' '..='~' => true,
        // The breaks of older YAML versions, and the byte order mark.
        '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        '\u{a0}'..='\u{ffff}' => true,
        '\u{10000}'.. => !escape_astral,
        _ => false,
    }
}

fn double_quoted(text: &str, escape_astral: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        let escape = match c {
            '"' => Some('"'),
            '\\' => Some('\\'),
            '\0' => Some('0'),
            '\u{7}' => Some('a'),
            '\u{8}' => Some('b'),
            '\t' => Some('t'),
            '\n' => Some('n'),
            '\u{b}' => Some('v'),
            '\u{c}' => Some('f'),
            '\r' => Some('r'),
            '\u{1b}' => Some('e'),
            '\u{85}' => Some('N'),
            '\u{2028}' => Some('L'),
            '\u{2029}' => Some('P'),
            _ => None,
        };
        if let Some(letter) = escape {
            out.push('\\');
            out.push(letter);
        } else if is_printable(c, escape_astral) {
            out.push(c);
        } else {
            // Writing to a string does not fail.
            let _ = match u32::from(c) {
                n @ 0..=0xff => write!(out, "\\x{n:02X}"),
                n @ 0x100..=0xffff => write!(out, "\\u{n:04X}"),
                n => write!(out, "\\U{n:08X}"),
            };
        }
    }
    out.push('"');
    out
}

fn block(text: &str, form: &ScalarForm<'_>, folded: bool) -> String {
    let mut out = String::from(if folded { ">" } else { "|" });
    if text.starts_with([' ', '\t', '\n']) {
        let _ = write!(out, "{}", form.step);
    }
    let body = match text.strip_suffix('\n') {
        None => {
            out.push('-');
            text
        }
        Some(body) => {
            if body.ends_with('\n') || body.is_empty() {
                out.push('+');
            }
            body
        }
    };
    if folded {
        fold(&mut out, text, form);
        return out;
    }
    for line in body.split('\n') {
        out.push_str(form.newline);
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', form.indent));
            out.push_str(line);
        }
    }
    out
}

/// Writes the lines of a folded scalar. The first break of a run is doubled, as one is lost in folding, but not before a
/// line that is indented more. Like every descendant of libyaml this doubles it also at the end, where it reads back as
/// nothing, unless breaks at the end are kept.
fn fold(out: &mut String, text: &str, form: &ScalarForm<'_>) {
    let keeps = out.ends_with('+');
    let mut lines = String::new();
    let (mut after_break, mut more_indented) = (true, true);
    for (at, c) in text.char_indices() {
        if c == '\n' {
            let rest = text.get(at..).unwrap_or_default().trim_start_matches('\n');
            let folds = if rest.is_empty() { !keeps } else { !rest.starts_with([' ', '\t']) };
            if !after_break && !more_indented && folds {
                lines.push_str(form.newline);
            }
            lines.push_str(form.newline);
        } else {
            if after_break {
                lines.extend(std::iter::repeat_n(' ', form.indent));
                more_indented = c == ' ' || c == '\t';
            }
            lines.push(c);
        }
        after_break = c == '\n';
    }
    out.push_str(form.newline);
    out.push_str(lines.strip_suffix(form.newline).unwrap_or(&lines));
}

/// What the reference takes for a 32-bit floating-point number and quotes.
pub(super) fn reads_as_float(text: &str) -> bool {
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    text.parse::<f32>().is_ok_and(|f| !digits || f.is_finite())
}

/// What YAML 1.1 readers take for a boolean or a number in base 60.
fn is_legacy(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
    ) || is_base60(text)
}

fn is_base60(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = whole.split(':');
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let first = parts.next().unwrap_or_default();
    let mut rest = parts.peekable();
    first.starts_with(|c: char| c.is_ascii_digit())
        && digits(first)
        && digits(fraction)
        && rest.peek().is_some()
        && rest.all(|p| p.parse::<u8>().is_ok_and(|n| n < 60) && (1..=2).contains(&p.len()))
}
