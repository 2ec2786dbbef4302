//! Reading property paths.

use std::str::FromStr;

use super::{PathElement, PropertyPath, PropertyPathError};

impl PropertyPath {
    /// Reads a path.
    ///
    /// Besides the reference's grammar `['…']` is understood, in which only `''` is an escape; it is what
    /// [`Display`](std::fmt::Display) falls back to for the few keys that the grammar cannot spell (those with both `.` or
    /// `[` and a backslash before a quote or at the end).
    pub fn parse(text: &str) -> Result<PropertyPath, PropertyPathError> {
        let mut parser = Parser { text, at: 0 };
        let mut path = PropertyPath::new();
        if text.starts_with('.') {
            return Err(PropertyPathError::LeadingDot { position: 0 });
        }
        while let Some(element) = parser.element()? {
            path.0.push(element);
        }
        Ok(path)
    }
}

impl FromStr for PropertyPath {
    type Err = PropertyPathError;

    fn from_str(text: &str) -> Result<PropertyPath, PropertyPathError> {
        PropertyPath::parse(text)
    }
}

/// What is left to read.
struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// The next element, if there is one.
    fn element(&mut self) -> Result<Option<PathElement>, PropertyPathError> {
        while self.peek() == Some('.') {
            self.at += 1;
            if self.peek().is_none() {
                return Err(PropertyPathError::TrailingDot { position: self.at - 1 });
            }
        }
        let rest = self.rest();
        let start = self.at;
        if rest.is_empty() {
            return Ok(None);
        }
        if rest.starts_with("[\"") {
            return self.quoted('"', "\\\"").map(Some);
        }
        if rest.starts_with("['") {
            return self.quoted('\'', "''").map(Some);
        }
        if let Some(inner) = rest.strip_prefix('[') {
            let Some((digits, _)) = inner.split_once(']') else {
                return Err(PropertyPathError::MissingIndexBracket { position: start });
            };
            self.at += digits.len() + 2;
            return index(digits, start + 1).map(Some);
        }
        let name = rest.find(['.', '[']).and_then(|end| rest.get(..end)).unwrap_or(rest);
        self.at += name.len();
        Ok(Some(PathElement::Key(name.into())))
    }

    /// `["…"]` or `['…']`, of which `escape` is the one way to write the quote itself.
    fn quoted(&mut self, quote: char, escape: &str) -> Result<PathElement, PropertyPathError> {
        let start = self.at;
        self.at += 2;
        let mut key = String::new();
        loop {
            if self.rest().starts_with(escape) {
                key.push(quote);
                self.at += escape.len();
                continue;
            }
            let Some(c) = self.peek() else {
                return Err(PropertyPathError::MissingQuote { position: start + 1 });
            };
            self.at += c.len_utf8();
            if c == quote {
                break;
            }
            key.push(c);
        }
        if self.peek() != Some(']') {
            return Err(PropertyPathError::MissingBracket { position: start });
        }
        self.at += 1;
        Ok(PathElement::Key(key.into()))
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

fn index(digits: &str, position: usize) -> Result<PathElement, PropertyPathError> {
    if digits == "*" {
        return Ok(PathElement::Key("*".into()));
    }
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    let reason = if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        "invalid syntax"
    } else if digits.starts_with('-') {
        "must not be negative"
    } else {
        match unsigned.parse::<usize>() {
            Ok(index) if i64::try_from(index).is_ok() => return Ok(PathElement::Index(index)),
            _ => "value out of range",
        }
    };
    let reason = format!("strconv.ParseInt: parsing {digits:?}: {reason}");
    Err(PropertyPathError::InvalidIndex { position, reason })
}
