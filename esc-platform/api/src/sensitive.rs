//! Text that must not be seen by accident.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A text that is secret: a token, a password, a plaintext.
///
/// It is wiped when dropped and prints `[secret]` in `Debug`. Serialising writes it in clear, since a body of a request
/// or response has to carry it: serialise it into nothing else.
///
/// ```
/// use esc_api::Sensitive;
///
/// let token = Sensitive::new("pul-hunter2");
/// assert_eq!(format!("{token:?}"), "[secret]");
/// assert_eq!(token.expose(), "pul-hunter2");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sensitive(Zeroizing<String>);

impl Sensitive {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Sensitive {
        Sensitive(Zeroizing::new(text.into()))
    }

    /// The text. The caller must not leak it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl From<String> for Sensitive {
    fn from(text: String) -> Sensitive {
        Sensitive::new(text)
    }
}

impl Serialize for Sensitive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Sensitive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sensitive, D::Error> {
        String::deserialize(deserializer).map(Sensitive::new)
    }
}
