//! Sizes in bytes.

use std::fmt;
use std::str::FromStr;

use esc_core::deserialize::{ValueError, deserialize};
use esc_core::schema::{Builder, SchemaRef};
use esc_core::value::{Value, ValueKind};

use super::FromEnvironment;
use super::quantity::{number, unit};
use super::text::{read, unaccepted};

/// A size in bytes, written `64MiB`, `1.5 GB`, `512Ki`, or as a number of bytes.
///
/// `KiB`, `MiB`, `GiB`, `TiB` and `PiB` (or `Ki`, `Mi`, …) are powers of 1024; `kB`, `MB`, `GB`, `TB` and `PB` (or `k`,
/// `K`, `M`, …) are powers of 1000. Upper and lower case mean the same where a `B` follows. A size is a whole number of
/// bytes.
///
/// ```
/// use esc_sdk::ByteSize;
///
/// let limit: ByteSize = "64MiB".parse()?;
/// assert_eq!(limit.bytes(), 64 * 1024 * 1024);
/// assert_eq!(limit.to_string(), "64MiB");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(u64);

/// A text is no [`ByteSize`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {ACCEPTED}")]
pub struct ByteSizeError;

const ACCEPTED: &str = "a size such as `64MiB`, `1.5GB` or a number of bytes";

/// Powers of 1024 and of 1000, by their letters.
const POWERS: [(&str, u32); 5] = [("k", 1), ("m", 2), ("g", 3), ("t", 4), ("p", 5)];

impl ByteSize {
    /// So many bytes.
    pub const fn new(bytes: u64) -> ByteSize {
        ByteSize(bytes)
    }

    /// The bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The bytes as an index; the largest one if memory cannot have so many.
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl FromStr for ByteSize {
    type Err = ByteSizeError;

    fn from_str(text: &str) -> Result<ByteSize, ByteSizeError> {
        parse(text).map(ByteSize).ok_or(ByteSizeError)
    }
}

fn parse(text: &str) -> Option<u64> {
    let (count, rest) = number(text)?;
    let (name, "") = unit(rest.strip_prefix(' ').unwrap_or(rest)) else { return None };
    u64::try_from(count.times(factor(name)?)?).ok()
}

fn factor(unit: &str) -> Option<u128> {
    if unit.is_empty() {
        return Some(1);
    }
    let (prefix, bytes) = match unit.strip_suffix(['B', 'b']) {
        Some(prefix) => (prefix.to_ascii_lowercase(), true),
        None => (unit.to_owned(), false),
    };
    if bytes && prefix.is_empty() {
        return Some(1);
    }
    // Alone, `m` would be a thousandth.
    let short = |letter: &str| letter.to_ascii_uppercase();
    POWERS.iter().find_map(|(letter, power)| {
        let long = [(*letter).to_owned(), format!("{letter}i")];
        let brief = [short(letter), format!("{}i", short(letter))];
        let [decimal, binary] = if bytes { &long } else { &brief };
        match prefix.as_str() {
            p if p == decimal || (!bytes && *power == 1 && p == "k") => {
                1000u128.checked_pow(*power)
            }
            p if p == binary => 1024u128.checked_pow(*power),
            _ => None,
        }
    })
}

/// The shortest way to write exactly this size with powers of 1024.
impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |power: &u32| self.0 != 0 && self.0.is_multiple_of(1024u64.pow(*power));
        match POWERS.iter().rev().find(|(_, power)| fits(power)) {
            Some((letter, power)) => {
                write!(f, "{}{}iB", self.0 / 1024u64.pow(*power), letter.to_ascii_uppercase())
            }
            None => write!(f, "{}B", self.0),
        }
    }
}

impl From<ByteSize> for u64 {
    fn from(size: ByteSize) -> u64 {
        size.0
    }
}

impl FromEnvironment for ByteSize {
    fn expected() -> SchemaRef {
        let text = Builder::string().pattern(r"^[0-9]+(\.[0-9]+)? ?([KkMmGgTtPp]?i?[Bb]?)$");
        let bytes = Builder::number().multiple_of(1).minimum(0);
        Builder::new().any_of([text, bytes]).description(ACCEPTED).build()
    }

    fn from_value(value: &Value) -> Result<ByteSize, ValueError> {
        match &value.kind {
            ValueKind::Number(_) => match deserialize::<u64>(value) {
                Err(ValueError { problem: super::ValueProblem::Mistyped { .. }, .. }) => {
                    Err(unaccepted::<ByteSize>("another number"))
                }
                bytes => bytes.map(ByteSize),
            },
            _ => read(value, str::parse),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_read_with_their_units() {
        for (text, bytes) in [
            ("0", 0),
            ("1024", 1024),
            ("10B", 10),
            ("64MiB", 64 << 20),
            ("64 MiB", 64 << 20),
            ("64mib", 64 << 20),
            ("1.5GiB", 3 << 29),
            ("1.5GB", 1_500_000_000),
            ("512Ki", 512 << 10),
            ("1k", 1000),
            ("1K", 1000),
            ("2M", 2_000_000),
            ("1PiB", 1 << 50),
            ("16383PiB", 16383 << 50),
        ] {
            assert_eq!(parse(text), Some(bytes), "{text}");
        }
        for text in [
            "", "MiB", "1m", "1mi", "1.5B", "-1", "1 MiB ", "1  MB", "1MiBs", "1EB", "16384PiB",
            "1e3", "0x10",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(bytes: u64) {
            prop_assert_eq!(ByteSize(bytes).to_string().parse(), Ok(ByteSize(bytes)));
        }
    }
}
