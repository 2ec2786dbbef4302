//! Values to Rust types.
//!
//! [`deserialize`] reads a [`Value`] into any type that `serde` can deserialise. A secret goes only into a
//! [`Secret`](crate::secret::Secret) field, so that nobody prints one by mistake; a plain value may go anywhere.
//!
//! ```
//! use esc_core::deserialize::{ValueProblem, deserialize};
//! use esc_core::secret::Secret;
//! use esc_core::value::Value;
//!
//! #[derive(Debug, serde::Deserialize)]
//! struct Database {
//!     host: String,
//!     password: Secret<String>,
//! }
//!
//! let mut value = Value::object([
//!     ("host", Value::string("db.example")),
//!     ("password", Value::string("hunter2").into_secret()),
//! ]);
//! let database: Database = deserialize(&value)?;
//! assert_eq!(database.password.expose(), "hunter2");
//!
//! value = Value::object([("host", Value::string("hunter2").into_secret())]);
//! let error = deserialize::<Database>(&value).unwrap_err();
//! assert_eq!(error.to_string(), "host: is secret, and a plain type would let it be seen");
//! # Ok::<(), esc_core::deserialize::ValueError>(())
//! ```

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::value::Value;

mod error;
mod node;
#[cfg(test)]
mod tests;

pub use error::{ValueError, ValueProblem};

pub(crate) use node::SECRET;

use node::Node;

/// Reads a value into a type; secrets go only into [`Secret`](crate::secret::Secret).
///
/// # Errors
///
/// The value does not have the shape of the type, is unknown somewhere, or a secret would go into a plain type.
pub fn deserialize<T: DeserializeOwned>(value: &Value) -> Result<T, ValueError> {
    Node::new(value, false).read(PhantomData)
}

/// Reads a value into a type whether or not it is secret.
///
/// The caller must not leak the secrets.
///
/// # Errors
///
/// The value does not have the shape of the type, or is unknown somewhere.
pub fn deserialize_exposed<T: DeserializeOwned>(value: &Value) -> Result<T, ValueError> {
    Node::new(value, true).read(PhantomData)
}
