//! Hiding plaintext secrets in excerpts of documents.
//!
//! Excerpts are shown of documents that may not even parse, so this is a scan and not a use of the syntax tree. Where
//! it cannot tell how far a secret goes it hides more rather than less.

use std::borrow::Cow;
use std::ops::Range;

/// What the keys start with, in any letter case: a secret under a misspelled key is a secret all the same.
const KEY: &str = "fn::sec";

/// The document with the plaintext of every `fn::secret` replaced by `*`.
///
/// The result has the same length in bytes and the same lines, and every character boundary stays one, so positions
/// in the document are positions in the result. Only a mapping with the key `ciphertext` is left as it is; any other
/// argument is hidden, even one that is an error.
///
/// ```
/// use esc_core::diagnostic::mask_secrets;
///
/// assert_eq!(mask_secrets("a: {fn::secret: hunter2}"), "a: {fn::secret: *******}");
/// ```
pub fn mask_secrets(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for (key, _) in lower.match_indices(KEY) {
        if hidden.last().is_none_or(|range| key >= range.end) {
            hidden.extend(secret_after(text, key));
        }
    }
    hide(text, &hidden)
}

/// The text with `*` in some ranges, which are in order; line breaks and indentation stay.
fn hide<'t>(text: &'t str, ranges: &[Range<usize>]) -> Cow<'t, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        out.push_str(text.get(done..range.start).unwrap_or_default());
        let hidden = text.get(range.clone()).unwrap_or_default();
        let mut line_start = false;
        for c in hidden.chars() {
            line_start = matches!(c, '\n' | '\r') || (line_start && matches!(c, ' ' | '\t'));
            if line_start {
                out.push(c);
            } else {
                out.extend(std::iter::repeat_n('*', c.len_utf8()));
            }
        }
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// Where the plaintext is that belongs to the key at this offset, if any.
fn secret_after(text: &str, key: usize) -> Option<Range<usize>> {
    let before = text.get(..key)?;
    let quote = before.chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let key_start = key - quote.map_or(0, char::len_utf8);
    let rest = text.get(key + KEY.len()..)?;
    let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
    let mut scan = Scan { text, at: key + KEY.len() + name.unwrap_or(rest.len()) };
    // Signs may stand between the key and its quotes or its colon: it is a secret to the author all the same.
    let between = scan.rest().split([':', '\n']).next().unwrap_or_default();
    let signs = !between.is_empty() && !between.contains(char::is_alphanumeric);
    match between.rfind(['"', '\'']) {
        Some(closing) => scan.at += closing + 1,
        None if quote.is_some() => return None,
        None if signs => scan.at += between.len(),
        None => {}
    }
    let context = Context::of(text, key_start);
    let colon = Scan { text, at: scan.skip_blank().0 };
    if colon.peek() != Some(':') || colon.rest().starts_with("::") {
        return None;
    }
    scan.at = colon.at + 1;
    let (start, crossed_line) = scan.skip_blank();
    scan.at = start;
    if let (Context::Block { indent }, true) = (context, crossed_line) {
        let column = start - line_start(text, start);
        let nested = column > indent || (column == indent && scan.rest().starts_with('-'));
        if !nested && !scan.is_lone_scalar() {
            return None;
        }
    }
    if scan.is_ciphertext(crossed_line) {
        return None;
    }
    let end = match context {
        Context::Flow => scan.end_in_flow(),
        Context::Block { indent } => {
            if matches!(scan.peek(), Some('|' | '>')) {
                // The header is no secret, and tells the reader why the lines below belong to it.
                let body = scan.end_of_line();
                return Some(body..scan.end_of_block(body, indent, false))
                    .filter(|r| !r.is_empty());
            }
            let line = match scan.peek() {
                Some('"' | '\'') => scan.end_after_quotes(),
                _ => scan.end_of_line(),
            };
            scan.end_of_block(line, indent, crossed_line)
        }
    };
    let hidden = text.get(start..end)?;
    Some(start..start + hidden.trim_end().len()).filter(|r| !r.is_empty())
}

/// What surrounds a key.
#[derive(Clone, Copy)]
enum Context {
    /// It starts a line, but for indentation: everything indented deeper belongs to it.
    Block { indent: usize },
    /// It stands within brackets.
    Flow,
}

impl Context {
    /// How much of a line is looked at. Longer lines are no lines people indent.
    const LOOK_BACK: usize = 1024;

    fn of(text: &str, key_start: usize) -> Context {
        let from = text.floor_char_boundary(key_start.saturating_sub(Context::LOOK_BACK));
        let window = text.get(from..key_start).unwrap_or_default();
        let line = match window.rfind('\n') {
            Some(newline) => window.get(newline + 1..).unwrap_or_default(),
            None if from == 0 => window,
            None => return Context::Flow,
        };
        if line.contains(['{', '[', ',']) {
            return Context::Flow;
        }
        let markers = line.trim_start_matches([' ', '\t', '-', '#']);
        Context::Block { indent: line.len() - markers.len() }
    }
}

/// A place in the text.
#[derive(Clone, Copy)]
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn rest(self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Past white space, comments, tags and anchors; and whether a line ended on the way.
    fn skip_blank(self) -> (usize, bool) {
        let mut at = self.at;
        let mut crossed_line = false;
        let mut after_space = false;
        loop {
            let here = Scan { at, ..self };
            match here.peek() {
                Some('\n') => {
                    crossed_line = true;
                    after_space = true;
                    at += 1;
                }
                Some(' ' | '\t' | '\r') => {
                    after_space = true;
                    at += 1;
                }
                Some('#') if after_space => at = here.end_of_line(),
                Some('!' | '&') => {
                    let token = here.rest();
                    at += token.find(char::is_whitespace).unwrap_or(token.len());
                }
                _ => return (at, crossed_line),
            }
        }
    }

    /// Whether a mapping that starts with the key `ciphertext` follows; a block mapping has its own lines.
    fn is_ciphertext(self, crossed_line: bool) -> bool {
        let rest = match self.rest().strip_prefix('{') {
            Some(inner) => inner.trim_start(),
            None if crossed_line => self.rest(),
            None => return false,
        };
        for quote in ["\"", "'"] {
            let key = rest.strip_prefix(quote).and_then(|rest| rest.strip_prefix("ciphertext"));
            if let Some(rest) = key.and_then(|rest| rest.strip_prefix(quote)) {
                return rest.trim_start().starts_with(':');
            }
        }
        let value =
            rest.strip_prefix("ciphertext").and_then(|rest| rest.trim_start().strip_prefix(':'));
        value.is_some_and(|value| value.is_empty() || value.starts_with(char::is_whitespace))
    }

    /// Whether the line can be nothing but a scalar. Within brackets that began on an earlier line, indentation means
    /// nothing, and a line that is neither a key nor an item nor a bracket belongs to what comes before.
    fn is_lone_scalar(self) -> bool {
        let (mut at, mut line) = (self.at, self.end_of_line());
        if matches!(self.peek(), Some('"' | '\'')) {
            at = self.end_of_quotes();
            line = Scan { at, ..self }.end_of_line();
        }
        let text = self.text.get(at..line).unwrap_or_default().trim_end();
        let key = text.contains(": ") || text.contains(":\t") || text.ends_with(':');
        let quoted_key = at > self.at && text.trim_start().starts_with(':');
        let other =
            at == self.at && (text.is_empty() || text.starts_with(['-', '}', ']', ',', '?']));
        !(key || quoted_key || other)
    }

    fn end_of_line(self) -> usize {
        self.at + self.rest().find('\n').unwrap_or(self.rest().len())
    }

    /// After the closing quote, or at the end of its line if something that is not a comment or bracket follows.
    fn end_after_quotes(self) -> usize {
        let close = Scan { at: self.end_of_quotes(), ..self };
        let line = close.rest().lines().next().unwrap_or_default().trim_start();
        let harmless = line.is_empty() || line.starts_with(['#', ',', '}', ']']);
        if harmless { close.at } else { close.end_of_line() }
    }

    fn end_of_quotes(self) -> usize {
        let mut chars = self.rest().char_indices();
        let quote = chars.next().map(|(_, c)| c);
        let mut chars = chars.peekable();
        while let Some((i, c)) = chars.next() {
            if c == '\\' && quote == Some('"') {
                chars.next();
            } else if Some(c) == quote {
                let doubled = c == '\'' && chars.next_if(|(_, next)| *next == '\'').is_some();
                if !doubled {
                    return self.at + i + 1;
                }
            }
        }
        self.text.len()
    }

    /// The end of a value within brackets: where the next comma or closing bracket of the outer level is.
    fn end_in_flow(self) -> usize {
        let mut here = self;
        let mut depth = 0usize;
        let mut at_token = true;
        while let Some(c) = here.peek() {
            match c {
                '"' | '\'' if at_token => {
                    here.at = here.end_of_quotes();
                    at_token = false;
                    continue;
                }
                '{' | '[' => depth += 1,
                '}' | ']' if depth == 0 => break,
                '}' | ']' => depth -= 1,
                ',' if depth == 0 => break,
                _ => {}
            }
            at_token = matches!(c, ' ' | '\t' | '\n' | '{' | '[' | ',' | ':');
            here.at += c.len_utf8();
        }
        here.at
    }

    /// The end of the lines after the offset that are blank or indented deeper than the key.
    fn end_of_block(self, line_end: usize, indent: usize, dashes: bool) -> usize {
        let mut end = line_end;
        loop {
            let Some(below) = self.text.get(end..).and_then(|rest| rest.strip_prefix('\n')) else {
                return end;
            };
            let line = below.split('\n').next().unwrap_or_default();
            let content = line.trim_start_matches([' ', '\t']);
            let column = line.len() - content.len();
            let blank = content.trim_end().is_empty();
            let item = dashes && column == indent && content.starts_with('-');
            if !(blank || column > indent || item) {
                return end;
            }
            end += 1 + line.len();
        }
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

mod broken;
#[cfg(test)]
mod tests;

pub(super) use broken::mask_undecodable;
