//! Secrets and `serde`: reading them is free, writing them takes a decision.

use std::fmt;
use std::marker::PhantomData;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

use super::Secret;
use crate::deserialize::SECRET;

impl<T: Zeroize> Secret<T> {
    /// The secret as something that can be serialised. The caller must not leak it.
    ///
    /// ```
    /// use esc_core::secret::Secret;
    ///
    /// let secret: Secret<String> = serde_json::from_str("\"hunter2\"")?;
    /// assert_eq!(serde_json::to_string(&secret.revealed())?, "\"hunter2\"");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// Without it, there is no way:
    ///
    /// ```compile_fail,E0277
    /// let secret = esc_core::secret::Secret::new(String::from("hunter2"));
    /// serde_json::to_string(&secret);
    /// ```
    pub fn revealed(&self) -> RevealedSecret<'_, T> {
        RevealedSecret(self)
    }
}

/// A secret that may be serialised.
pub struct RevealedSecret<'a, T: Zeroize>(&'a Secret<T>);

impl<T: Zeroize + Serialize> Serialize for RevealedSecret<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.expose().serialize(serializer)
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(SECRET, Inner(PhantomData))
    }
}

/// Reads what is inside. Formats that do not know the name pass straight through.
struct Inner<T>(PhantomData<T>);

impl<'de, T: Zeroize + Deserialize<'de>> Visitor<'de> for Inner<T> {
    type Value = Secret<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Secret<T>, D::Error> {
        T::deserialize(inner).map(Secret::new)
    }
}
