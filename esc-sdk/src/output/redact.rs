//! Keeping secrets out of what programs print.

use std::fmt;
use std::ops::Range;

use esc_core::value::{SECRET_PLACEHOLDER, Value, ValueKind};
use zeroize::Zeroizing;

/// Shorter secrets are not looked for: little would be left of any output. The bound is the reference's.
pub const MIN_SECRET_LEN: usize = 3;

/// A text is not taken for a document because of a shorter secret in it.
const MIN_PART_LEN: usize = 6;

/// Which texts are secret.
#[derive(Default)]
pub struct Secrets(Vec<Zeroizing<Vec<u8>>>);

impl Secrets {
    /// The secret strings and numbers in a value.
    ///
    /// A secret of several lines with another secret in it is taken for a rendered document, such as a configuration
    /// file, of which only the secrets in it need hiding.
    pub fn of(value: &Value) -> Secrets {
        let mut texts = Vec::new();
        collect(value, &mut texts);
        texts.sort_unstable();
        texts.dedup();
        texts.retain(|text| text.len() >= MIN_SECRET_LEN);
        let is_document = |text: &&str| {
            text.trim_end().contains('\n')
                && !text.starts_with("-----BEGIN")
                && texts.iter().any(|other| {
                    // Short ones are in many texts by accident.
                    !other.contains('\n')
                        && (MIN_PART_LEN..text.len()).contains(&other.len())
                        && text.contains(other)
                })
        };
        let kept = texts.iter().filter(|text| !is_document(text));
        let mut secrets = Secrets::default();
        kept.for_each(|text| secrets.push(text));
        secrets
    }

    /// One more.
    pub fn push(&mut self, text: &str) {
        // Programs print texts without the line breaks at their ends, and with others.
        let text = text.trim_end_matches(['\r', '\n']);
        let owned = |t: &str| Zeroizing::new(t.as_bytes().to_vec());
        if text.len() >= MIN_SECRET_LEN {
            self.0.push(owned(text));
            if text.contains('\n') {
                let mut wide = Zeroizing::new(String::with_capacity(text.len() * 2));
                text.chars().for_each(|c| match c {
                    '\n' => wide.push_str("\r\n"),
                    c => wide.push(c),
                });
                self.0.push(owned(&wide));
            }
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

fn collect<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match &value.kind {
        ValueKind::String(text) if value.secret || text.is_secret() => texts.push(text.as_str()),
        ValueKind::Number(number) if value.secret => texts.push(number.as_str()),
        ValueKind::List(items) => items.iter().for_each(|item| collect(item, texts)),
        ValueKind::Object(entries) => entries.values().for_each(|entry| collect(entry, texts)),
        _ => {}
    }
}

/// Replaces secrets in a stream of bytes by `[secret]`, whatever the pieces it comes in.
///
/// Bytes that may turn out to be the start of a secret are held back until that is decided; everything else goes
/// through at once. At each place the longest secret wins.
///
/// ```
/// use esc_sdk::output::redact::{Redactor, Secrets};
///
/// let mut secrets = Secrets::default();
/// secrets.push("hunter2");
/// let mut redactor = Redactor::new(&secrets);
/// assert_eq!(redactor.push(b"login hun"), b"login ");
/// assert_eq!(redactor.push(b"ter2 ok"), b"[secret] ok");
/// assert_eq!(redactor.finish(), b"");
/// ```
pub struct Redactor {
    /// In byte order, without duplicates.
    needles: Vec<Zeroizing<Vec<u8>>>,
    /// For each byte, which needles start with it.
    starts: Vec<Range<usize>>,
    held: Zeroizing<Vec<u8>>,
}

impl Redactor {
    /// Hides these.
    pub fn new(secrets: &Secrets) -> Redactor {
        let mut needles = secrets.0.clone();
        needles.sort_unstable_by(|a, b| a.as_slice().cmp(b.as_slice()));
        needles.dedup_by(|a, b| a.as_slice() == b.as_slice());
        let before = |byte| needles.partition_point(|n| n.first().is_some_and(|f| *f < byte));
        let until = |byte| needles.partition_point(|n| n.first().is_some_and(|f| *f <= byte));
        let starts = (0..=u8::MAX).map(|byte| before(byte)..until(byte)).collect();
        Redactor { needles, starts, held: Zeroizing::default() }
    }

    /// Takes a piece and returns what may be shown by now.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        self.take(false)
    }

    /// Returns what was held back. There is nothing more to come.
    pub fn finish(&mut self) -> Vec<u8> {
        self.take(true)
    }

    fn take(&mut self, last: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.held.len());
        let (mut at, mut shown) = (0, 0);
        while let Some(rest) = self.held.get(at..).filter(|rest| !rest.is_empty()) {
            let candidates = self.candidates(rest);
            if candidates.is_empty() {
                at += 1;
                continue;
            }
            let Look { matched, open } = Look::at(rest, candidates);
            if open && !last {
                break;
            }
            let Some(length) = matched else {
                at += 1;
                continue;
            };
            out.extend_from_slice(self.held.get(shown..at).unwrap_or_default());
            out.extend_from_slice(SECRET_PLACEHOLDER.as_bytes());
            at += length;
            shown = at;
        }
        out.extend_from_slice(self.held.get(shown..at).unwrap_or_default());
        self.held.drain(..at);
        out
    }

    /// The needles that start with the first byte of these.
    fn candidates(&self, rest: &[u8]) -> &[Zeroizing<Vec<u8>>] {
        let range = rest.first().and_then(|first| self.starts.get(usize::from(*first)));
        range.and_then(|range| self.needles.get(range.clone())).unwrap_or_default()
    }
}

/// What stands at a place.
struct Look {
    /// The length of the longest secret here.
    matched: Option<usize>,
    /// Whether with more bytes there may be a (longer) one.
    open: bool,
}

impl Look {
    fn at(rest: &[u8], candidates: &[Zeroizing<Vec<u8>>]) -> Look {
        let mut look = Look { matched: None, open: false };
        for needle in candidates {
            // Later ones in byte order are longer.
            if rest.starts_with(needle) {
                look.matched = Some(needle.len());
            } else if needle.starts_with(rest) {
                look.open = true;
            }
        }
        look
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({})", self.needles.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(texts: &[&str]) -> Secrets {
        let mut secrets = Secrets::default();
        texts.iter().for_each(|t| secrets.push(t));
        secrets
    }

    fn whole(texts: &[&str], input: &str) -> String {
        let mut redactor = Redactor::new(&secrets(texts));
        let mut out = redactor.push(input.as_bytes());
        out.extend(redactor.finish());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_longest_secret_is_replaced() {
        assert_eq!(
            whole(&["abc", "abcdef", "xyz"], "abcdef abcde xyz"),
            "[secret] [secret]de [secret]"
        );
        assert_eq!(whole(&["a\nb\n"], "1a\nb2 a\r\nb"), "1[secret]2 [secret]");
        assert_eq!(whole(&["ab", "", "\n\n\n"], "ab\n\n\n"), "ab\n\n\n");
    }

    #[test]
    fn pieces_do_not_matter() {
        let texts = ["hunter2", "hunter22", "unt", "2 h", "line\nbreak"];
        let input = "hunter2 hunter22 hunt line\nbreak line\nhun";
        let expected = whole(&texts, input);
        for size in 1..input.len() {
            let mut redactor = Redactor::new(&secrets(&texts));
            let mut out: Vec<u8> =
                input.as_bytes().chunks(size).flat_map(|c| redactor.push(c)).collect();
            out.extend(redactor.finish());
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{size}");
        }
    }

    #[test]
    fn only_what_may_become_a_secret_is_held_back() {
        let mut redactor = Redactor::new(&secrets(&["hunter2"]));
        assert_eq!(redactor.push(b"prompt: "), b"prompt: ");
        assert_eq!(redactor.push(b"hunt"), b"");
        assert_eq!(redactor.push(b"ing"), b"hunting");
        assert_eq!(redactor.push(b"hunter"), b"");
        assert_eq!(redactor.finish(), b"hunter");
    }

    #[test]
    fn secrets_are_found_in_values_and_rendered_documents_are_left() {
        let value = Value::object([
            ("user", Value::string("service")),
            ("pass", Value::string("hunter2").into_secret()),
            ("config", Value::string("user=service\npass=hunter2\n").into_secret()),
            ("key", Value::string("-----BEGIN\nAAAA\n").into_secret()),
        ]);
        let found = Secrets::of(&value);
        let mut redactor = Redactor::new(&found);
        let out = redactor.push(b"user=service\npass=hunter2\n-----BEGIN\nAAAA\n");
        assert_eq!(out, b"user=service\npass=[secret]\n[secret]\n");
        // One of the four is a document, and each of several lines is looked for with both line ends.
        assert_eq!(format!("{redactor:?}"), "Redactor(3)");
    }

    #[test]
    fn texts_with_short_secrets_in_them_by_accident_are_secret_as_a_whole() {
        let value = Value::object([
            ("short", Value::string("BEGIN").into_secret()),
            ("words", Value::string("PRIVATE KEY").into_secret()),
            ("notes", Value::string("BEGIN\nnotes\n").into_secret()),
            ("key", Value::string("-----BEGIN PRIVATE KEY-----\nAAAA\n").into_secret()),
        ]);
        let mut redactor = Redactor::new(&Secrets::of(&value));
        let mut out = redactor.push(b"-----BEGIN PRIVATE KEY-----\nAAAA\nBEGIN\nnotes\n");
        out.extend(redactor.finish());
        assert_eq!(String::from_utf8(out).unwrap(), "[secret]\n[secret]\n");
    }
}
