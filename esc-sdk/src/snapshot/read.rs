//! Values by path and as Rust types.

use esc_core::deserialize::{ValueError, ValueProblem, deserialize, deserialize_exposed};
use esc_core::path::{PathElement, PropertyPath};
use esc_core::position::Range;
use esc_core::spelling::closest;
use esc_core::value::{Origin, Value};
use serde::de::DeserializeOwned;

use super::Snapshot;
use crate::error::Error;
use crate::inspect::{LookupError, find};
use crate::typed::FromEnvironment;

impl Snapshot {
    /// The value at a property path such as `database.hosts[0]`, as a Rust type.
    ///
    /// Secrets go only into [`Secret`](crate::Secret).
    ///
    /// # Errors
    ///
    /// The path is malformed, leads nowhere, or the value does not have the shape of the type, is unknown somewhere, or
    /// holds a secret that would go into a plain type.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.read_at(path, deserialize)
    }

    /// The same, secrets included, into any type. The caller must not leak them.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for secrets.
    pub fn get_exposed<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.read_at(path, deserialize_exposed)
    }

    /// The same as [`get`](Self::get), or none if the property is not there or null.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), if there is something at the path or the path leads through what is no object or list.
    pub fn get_optional<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Error> {
        match self.read_at(path, deserialize::<Option<T>>) {
            Err(Error::Lookup(error)) if self.is_absent(path, &error)? => Ok(None),
            other => other,
        }
    }

    /// All values as a Rust type. Secrets go only into [`Secret`](crate::Secret).
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get("")
    }

    /// The same, secrets included, into any type. The caller must not leak them.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for secrets.
    pub fn deserialize_exposed<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get_exposed("")
    }

    /// All values as a type that derives [`FromEnvironment`].
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn extract<T: FromEnvironment>(&self) -> Result<T, Error> {
        self.read_at("", T::from_value)
    }

    /// The value at a path, or why there is none.
    pub(crate) fn locate(&self, path: &PropertyPath) -> Result<&Value, ValueError> {
        self.pick(path).map_err(|error| match self.is_whole {
            true => error,
            false => self.not_picked(path).unwrap_or(error),
        })
    }

    /// Why there is nothing at a path, if not everything was asked for: as far as it was, it is known all the same.
    fn not_picked(&self, path: &PropertyPath) -> Option<ValueError> {
        let elements = path.elements();
        (0..elements.len()).rev().find_map(|len| {
            let start: PropertyPath = elements.iter().take(len).cloned().collect();
            let next = elements.get(len)?;
            if let Some(value) = self.details.traced_value_at(&start) {
                let error = find(&value.to_value(), std::slice::from_ref(next)).err()?;
                return Some(ValueError { path: start, ..error });
            }
            let keys = self.details.keys_at(&start)?;
            let PathElement::Key(key) = next else { return None };
            if keys.contains(key) {
                let problem = ValueProblem::Refused(
                    "was not asked for when the environment was opened".into(),
                );
                return Some(ValueError { path: start.join(key.clone()), problem });
            }
            let near = closest(keys.iter().map(|key| key.as_str()), key).map(str::to_owned);
            let problem = ValueProblem::Missing { name: key.to_string(), nearest: near };
            Some(ValueError { path: start, problem })
        })
    }

    pub(super) fn pick(&self, path: &PropertyPath) -> Result<&Value, ValueError> {
        let elements = path.elements();
        let picked = self.picked.iter().find_map(|(start, value)| {
            let rest = elements.strip_prefix(start.elements())?;
            Some(find(value, rest).map_err(|error| below(start, error)))
        });
        picked.unwrap_or_else(|| find(&self.value, elements))
    }

    pub(super) fn placed(&self, start: &PropertyPath, error: ValueError) -> Error {
        Error::Lookup(Box::new(self.located(start, error)))
    }

    /// A problem with the place it is written at.
    pub(crate) fn located(&self, start: &PropertyPath, error: ValueError) -> LookupError {
        let mut error = LookupError::new(&self.name, start, error);
        error.origin = self.origin_at(&error.place());
        error
    }

    /// Where the value at a path is written; none if it stands nowhere.
    pub(crate) fn origin_at(&self, path: &PropertyPath) -> Option<Origin> {
        let layer = self.layers_at(path).into_iter().next()?;
        Some(layer.origin).filter(|origin| origin.range != Range::NONE)
    }

    fn read_at<T>(
        &self,
        path: &str,
        read: impl Fn(&Value) -> Result<T, ValueError>,
    ) -> Result<T, Error> {
        let path = parse_path(path)?;
        let value = self.locate(&path).map_err(|error| self.placed(&PropertyPath::new(), error))?;
        read(value).map_err(|error| self.placed(&path, error))
    }

    /// Whether an error says that there is nothing at a path, and not that something in it is wrong.
    fn is_absent(&self, path: &str, error: &LookupError) -> Result<bool, Error> {
        let asked = parse_path(path)?;
        let missing = matches!(error.problem, ValueProblem::Missing { .. });
        let through_null = matches!(&error.problem, ValueProblem::Mistyped { found, .. } if found == "null")
            && error.path.len() < asked.len();
        Ok((missing && asked.elements().starts_with(error.path.elements())) || through_null)
    }
}

fn below(start: &PropertyPath, error: ValueError) -> ValueError {
    let elements = start.elements().iter().chain(error.path.elements());
    ValueError { path: elements.cloned().collect(), ..error }
}

/// A property path as programs write it.
pub(crate) fn parse_path(text: &str) -> Result<PropertyPath, Error> {
    PropertyPath::parse(text).map_err(|cause| Error::Path { path: text.to_owned(), cause })
}
