//! How bodies are read more leniently than they are written.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

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

/// What can be read; none for what is empty or unknown.
pub(crate) fn if_known<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(match Lenient::deserialize(deserializer)? {
        Lenient::Fits(known) => Some(known),
        Lenient::Other(_) => None,
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Fits(T),
    Other(IgnoredAny),
}
