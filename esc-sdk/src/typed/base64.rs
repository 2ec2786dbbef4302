//! Bytes that are written as base64 text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use esc_core::deserialize::{ValueError, deserialize};
use esc_core::schema::{Builder, SchemaRef};
use esc_core::secret::Secret;
use esc_core::value::Value;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::FromEnvironment;

/// Secret bytes that an environment holds as base64 text: keys, keystores, certificates.
///
/// The text is that of `fn::toBase64`: the standard alphabet, with padding.
///
/// ```
/// use esc_sdk::{Base64, Value};
/// use esc_core::deserialize::deserialize;
///
/// let key: Base64 = deserialize(&Value::string("AAEC/w==").into_secret())?;
/// assert_eq!(key.expose(), [0, 1, 2, 255]);
/// assert_eq!(format!("{key:?}"), "[secret]");
/// # Ok::<(), esc_core::deserialize::ValueError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Base64(Secret<Vec<u8>>);

impl Base64 {
    /// The bytes. The caller must not leak them.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// The bytes as a secret.
    pub fn into_secret(self) -> Secret<Vec<u8>> {
        self.0
    }
}

impl std::fmt::Debug for Base64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Base64, D::Error> {
        let text = Secret::<String>::deserialize(deserializer)?;
        // The error of the library quotes a byte of the text.
        let bytes = STANDARD.decode(text.expose()).map_err(|_| D::Error::custom(NOT_BASE64))?;
        Ok(Base64(Secret::new(bytes)))
    }
}

const NOT_BASE64: &str = "is not base64 text";

impl FromEnvironment for Base64 {
    fn expected() -> SchemaRef {
        Builder::string().secret().build()
    }

    fn from_value(value: &Value) -> Result<Base64, ValueError> {
        deserialize(value)
    }
}
