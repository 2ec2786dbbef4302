//! Taking secrets out of texts that others wrote.

use std::borrow::Cow;
use std::fmt;

use zeroize::Zeroizing;

/// Shorter secrets are not looked for: `1` or `eu` occur everywhere, and nothing would be left of the text.
pub const MIN_SECRET_LEN: usize = 4;

/// Longer texts are cut here, in bytes, so that the cost of scrubbing is bounded.
pub const SCRUB_LIMIT: usize = 64 << 10;

/// Replaces every occurrence of known secrets in a text by `[secret]`.
///
/// Meant for the error texts of providers, which like to quote what they were given. At each place the longest secret
/// that matches is replaced. A secret is found as it is, without the white space around it, and with its quotes,
/// backslashes and line breaks escaped as in JSON. Other encodings (base64, percent) are not looked for.
///
/// ```
/// use esc_core::secret::Scrubber;
///
/// let scrubber = Scrubber::new(["hunter2", "hunter2000"]);
/// assert_eq!(scrubber.scrub("no hunter2000, no hunter2!"), "no [secret], no [secret]!");
/// ```
#[derive(Default)]
pub struct Scrubber {
    /// In byte order, without duplicates.
    needles: Vec<Needle>,
    /// Which bytes a needle starts with, to pass over most of the text quickly.
    first: Box<[bool]>,
}

struct Needle {
    text: Zeroizing<String>,
    /// The longest needle that is a proper prefix of this one.
    prefix: Option<usize>,
}

impl Scrubber {
    /// Will look for these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Scrubber {
        let mut texts: Vec<Zeroizing<String>> = Vec::new();
        for secret in secrets {
            let trimmed = secret.trim();
            for text in [secret.to_owned(), trimmed.to_owned(), escaped(trimmed)] {
                let text = Zeroizing::new(text);
                if text.len() >= MIN_SECRET_LEN && !text.trim().is_empty() {
                    texts.push(text);
                }
            }
        }
        texts.sort_unstable_by(|a, b| a.as_str().cmp(b));
        texts.dedup();
        let mut first = vec![false; 256].into_boxed_slice();
        let mut needles: Vec<Needle> = Vec::with_capacity(texts.len());
        for text in texts {
            if let Some(seen) = text.as_bytes().first().and_then(|b| first.get_mut(usize::from(*b)))
            {
                *seen = true;
            }
            // In byte order the prefixes of a text all come before it, each a prefix of the next.
            let mut prefix = needles.len().checked_sub(1);
            while let Some(needle) = prefix.and_then(|i| needles.get(i)) {
                if text.starts_with(needle.text.as_str()) {
                    break;
                }
                prefix = needle.prefix;
            }
            needles.push(Needle { text, prefix });
        }
        Scrubber { needles, first }
    }

    /// The text without the secrets, and cut if it is longer than [`SCRUB_LIMIT`].
    pub fn scrub<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let limit = text.floor_char_boundary(SCRUB_LIMIT);
        let mut out = String::new();
        let mut kept = 0;
        let mut at = 0;
        while at < limit {
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            // A needle may reach beyond the limit; then none of it is left.
            match self.longest_match(rest) {
                Some(length) => {
                    out.push_str(text.get(kept..at).unwrap_or_default());
                    out.push_str(crate::value::SECRET_PLACEHOLDER);
                    at += length;
                    kept = at;
                }
                None => at += 1,
            }
        }
        if kept == 0 && limit == text.len() {
            return Cow::Borrowed(text);
        }
        out.push_str(text.get(kept..limit).unwrap_or_default());
        if limit < text.len() {
            out.push_str(" [truncated]");
        }
        Cow::Owned(out)
    }

    fn longest_match(&self, rest: &[u8]) -> Option<usize> {
        let byte = rest.first()?;
        if !self.first.get(usize::from(*byte)).copied().unwrap_or(false) {
            return None;
        }
        // Every needle that `rest` starts with is the last needle not after `rest`, or a prefix of that one.
        let after = self.needles.partition_point(|needle| needle.text.as_bytes() <= rest);
        let mut candidate = self.needles.get(after.checked_sub(1)?)?;
        let common =
            candidate.text.bytes().zip(rest).take_while(|(needle, text)| needle == *text).count();
        while candidate.text.len() > common {
            candidate = self.needles.get(candidate.prefix?)?;
        }
        Some(candidate.text.len())
    }
}

fn escaped(text: &str) -> String {
    // Room enough that it never grows: what it would leave behind is not wiped.
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scrubber({} secrets)", self.needles.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_secret_wins() {
        let scrubber = Scrubber::new(["abcd", "abcdefgh", "abcdzz", "bcdefghij"]);
        assert_eq!(scrubber.scrub("abcdefghij"), "[secret]ij");
        assert_eq!(scrubber.scrub("abcdefgX"), "[secret]efgX");
        assert_eq!(scrubber.scrub("abcdzy"), "[secret]zy");
        assert_eq!(scrubber.scrub("xbcdefghij"), "x[secret]");
    }

    #[test]
    fn texts_without_secrets_are_borrowed() {
        let scrubber = Scrubber::new(["hunter2"]);
        assert!(matches!(scrubber.scrub("hunter1 hunte"), Cow::Borrowed("hunter1 hunte")));
        assert!(matches!(Scrubber::new([]).scrub("x"), Cow::Borrowed("x")));
        assert!(matches!(Scrubber::default().scrub("x"), Cow::Borrowed("x")));
    }

    #[test]
    fn short_and_blank_secrets_are_not_looked_for() {
        let scrubber = Scrubber::new(["", "1", "abc", "     ", "\n\n\n\n"]);
        assert_eq!(scrubber.scrub("1 abc      \n\n\n\n"), "1 abc      \n\n\n\n");
    }

    #[test]
    fn trimmed_and_escaped_forms_are_found() {
        let scrubber = Scrubber::new(["  say \"friend\"\nand enter \n"]);
        assert_eq!(scrubber.scrub("got `say \"friend\"\nand enter`"), "got `[secret]`");
        assert_eq!(scrubber.scrub(r#"got "say \"friend\"\nand enter""#), r#"got "[secret]""#);
    }

    #[test]
    fn wide_characters_survive() {
        let scrubber = Scrubber::new(["пароль", "世界世界"]);
        assert_eq!(scrubber.scrub("世 пароль 世界世界 é"), "世 [secret] [secret] é");
    }

    #[test]
    fn long_texts_are_cut_but_not_within_a_secret() {
        let scrubber = Scrubber::new(["hunter2"]);
        let text = format!("{}hunter2 tail", "x".repeat(SCRUB_LIMIT - 3));
        let scrubbed = scrubber.scrub(&text);
        assert!(scrubbed.ends_with("x[secret] [truncated]"), "{}", scrubbed.len());
        assert!(!scrubbed.contains("hun"));
    }

    #[test]
    fn secrets_that_almost_match_everywhere_do_not_take_for_ever() {
        let secrets: Vec<String> = (4..300).map(|n| format!("{}b", "a".repeat(n))).collect();
        let text = "a".repeat(10 * SCRUB_LIMIT);
        let scrubber = Scrubber::new(secrets.iter().map(String::as_str));
        assert_eq!(scrubber.scrub(&text).len(), SCRUB_LIMIT + " [truncated]".len());
    }

    #[test]
    fn debug_tells_only_how_many() {
        assert_eq!(format!("{:?}", Scrubber::new(["hunter2", "hunter2"])), "Scrubber(1 secrets)");
    }
}
