//! How bodies are read more leniently than they are written.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use crate::diagnostics::Severity;

/// What is there; the default for `null`.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The elements that can be read, without the others: one that cannot must not hide what else is wrong.
pub(crate) fn those_that_fit<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let list: Vec<Lenient<T>> = or_default(deserializer)?;
    let fitting = list.into_iter().filter_map(|element| match element {
        Lenient::Fits(element) => Some(element),
        Lenient::Other(_) => None,
    });
    Ok(fitting.collect())
}

/// A severity that is empty or unknown is none.
pub(crate) fn severity<'de, D>(deserializer: D) -> Result<Option<Severity>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(match Lenient::deserialize(deserializer)? {
        Lenient::Fits(severity) => Some(severity),
        Lenient::Other(_) => None,
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Fits(T),
    Other(IgnoredAny),
}
