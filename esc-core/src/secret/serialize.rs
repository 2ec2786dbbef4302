//! Secrets and `serde`: reading them is free, writing them takes a decision.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

use super::Secret;

impl<T: Zeroize> Secret<T> {
    /// The secret as something that can be serialised. Whoever calls this answers for where it goes.
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
        T::deserialize(deserializer).map(Secret::new)
    }
}
