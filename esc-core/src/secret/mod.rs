//! Types for secret text.

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

#[cfg(feature = "secrecy")]
mod convert;
mod scrub;
mod serialize;

pub use scrub::{MIN_SECRET_LEN, SCRUB_LIMIT, Scrubber};
pub use serialize::RevealedSecret;

/// A value that must not be seen by accident.
///
/// It is wiped when dropped, has no `Display`, prints `[secret]` in `Debug`, and is read only through
/// [`expose`](Secret::expose). It can be deserialised, but is serialised only through
/// [`revealed`](Secret::revealed). Comparison takes constant time (for equal lengths).
///
/// ```
/// use esc_core::secret::Secret;
///
/// let password = Secret::new(String::from("hunter2"));
/// assert_eq!(format!("{password:?}"), "[secret]");
/// assert_eq!(password.expose(), "hunter2");
/// ```
///
/// It is much like `SecretBox` of the crate `secrecy`, and converts to it and back with the feature `secrecy`: `into()`
/// makes a `SecretString` of a `Secret<String>`, and a `SecretBox<T>` of a `Secret<T>`. It is a type of its own because
/// it also compares in constant time, and because reading an environment tells it from plain types: a secret value goes
/// into nothing else.
pub struct Secret<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    /// Takes the value in.
    pub fn new(value: T) -> Secret<T> {
        Secret(Zeroizing::new(value))
    }

    /// The value. The caller must not leak it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Secret(self.0.clone())
    }
}

impl<T: Zeroize + AsRef<[u8]>> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Secret<T> {}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Secret::new(value)
    }
}

/// Immutable text that is cheap to clone and wiped on drop if it was secret when it was made.
///
/// `Debug` prints the text only of plain texts.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Plain(SmolStr),
    Secret(Arc<Zeroizing<String>>),
}

impl Text {
    /// Text that need not be wiped.
    pub fn plain(text: impl Into<SmolStr>) -> Text {
        Text(Repr::Plain(text.into()))
    }

    /// Text that is wiped when its last clone is dropped.
    pub fn secret(text: String) -> Text {
        Text(Repr::Secret(Arc::new(Zeroizing::new(text))))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Plain(s) => s,
            Repr::Secret(s) => s,
        }
    }

    /// Whether the text is wiped on drop.
    pub fn is_secret(&self) -> bool {
        matches!(self.0, Repr::Secret(_))
    }

    /// The same text, wiped on drop.
    pub fn into_secret(mut self) -> Text {
        self.make_secret();
        self
    }

    pub(crate) fn make_secret(&mut self) {
        if let Repr::Plain(s) = &self.0 {
            *self = Text::secret(s.to_string());
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        if self.is_secret() || other.is_secret() {
            self.as_str().as_bytes().ct_eq(other.as_str().as_bytes()).into()
        } else {
            self.as_str() == other.as_str()
        }
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Plain(s) => write!(f, "{s:?}"),
            Repr::Secret(_) => f.write_str("[secret]"),
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::plain(text)
    }
}

impl From<SmolStr> for Text {
    fn from(text: SmolStr) -> Text {
        Text::plain(text)
    }
}
