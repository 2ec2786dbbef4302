//! Providers that need no network: [`Variables`] and [`Files`].
//!
//! Neither looks around by itself. The embedder says which variables there are and below which directory files may be
//! read; what is not offered does not exist for an environment.

mod files;
mod variables;

pub use files::Files;
pub use variables::Variables;

use esc_core::provider::{ErrorKind, ProviderError};
use esc_core::value::{Value, ValueKind};

/// A text that an input has to be. The evaluator has checked it before; whoever calls without one may not have.
fn text<'v>(inputs: &'v Value, name: &str) -> Result<&'v str, ProviderError> {
    inputs
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| ProviderError::new(ErrorKind::Invalid, format!("`{name}` must be a string")))
}

/// A switch that an input may be.
fn flag(inputs: &Value, name: &str, default: bool) -> Result<bool, ProviderError> {
    match inputs.get(name).map(|v| &v.kind) {
        None => Ok(default),
        Some(ValueKind::Bool(value)) => Ok(*value),
        Some(_) => {
            let message = format!("`{name}` must be true or false");
            Err(ProviderError::new(ErrorKind::Invalid, message))
        }
    }
}

fn secret_unless(plain: bool, value: Value) -> Value {
    if plain { value } else { value.into_secret() }
}
