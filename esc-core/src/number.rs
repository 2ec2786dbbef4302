//! Numbers as exact decimal text.

use std::fmt;

use smol_str::SmolStr;

/// A number, kept as the text it is written with in JSON.
///
/// Inside the language numbers are opaque: equality is equality of text, and no digit is ever lost. YAML literals are
/// normalised once, when the document is read; numbers from JSON and from providers keep their text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(SmolStr);

impl Number {
    /// Takes text that is known to be a number.
    pub(crate) fn from_text(text: impl Into<SmolStr>) -> Number {
        Number(text.into())
    }

    /// The decimal text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest binary floating-point number.
    pub fn to_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! from_integer {
    ($($t:ty),*) => {$(
        impl From<$t> for Number {
            fn from(n: $t) -> Number {
                Number(smol_str::format_smolstr!("{n}"))
            }
        }
    )*};
}
from_integer!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);
