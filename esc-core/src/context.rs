//! The execution context: what documents see as `${context}` and providers get with every call.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::value::Value;

/// Names that the evaluator sets itself.
const RESERVED: [&str; 2] = ["currentEnvironment", "rootEnvironment"];

/// A name that may not be set in an [`ExecutionContext`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reserved context key: {0:?}")]
pub struct ReservedContextKey(pub SmolStr);

/// Named values that an evaluation is given, plus the environments it runs for.
///
/// ```
/// use esc_core::context::ExecutionContext;
/// use esc_core::value::Value;
///
/// let context = ExecutionContext::new([("user", Value::object([("id", Value::string("u-1"))]))])?;
/// assert!(ExecutionContext::new([("rootEnvironment", Value::default())]).is_err());
/// # Ok::<(), esc_core::context::ReservedContextKey>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ExecutionContext {
    values: BTreeMap<SmolStr, Value>,
    root: SmolStr,
    current: SmolStr,
}

impl ExecutionContext {
    /// A context with these values; `currentEnvironment` and `rootEnvironment` are reserved.
    pub fn new<K: Into<SmolStr>>(
        values: impl IntoIterator<Item = (K, Value)>,
    ) -> Result<ExecutionContext, ReservedContextKey> {
        let values: BTreeMap<SmolStr, Value> =
            values.into_iter().map(|(k, v)| (k.into(), v)).collect();
        if let Some(key) = RESERVED.iter().find(|key| values.contains_key(**key)) {
            return Err(ReservedContextKey(SmolStr::new_static(key)));
        }
        Ok(ExecutionContext { values, root: SmolStr::default(), current: SmolStr::default() })
    }

    /// The same context with another root environment; the evaluator keeps it unless it is empty or `<yaml>`.
    pub fn with_root(mut self, root: impl Into<SmolStr>) -> ExecutionContext {
        self.root = root.into();
        self
    }

    /// The context in which the environment `name` is evaluated.
    ///
    /// Below an anonymous root (`<yaml>`) every direct import is its own root.
    pub fn for_environment(&self, name: &str) -> ExecutionContext {
        let root = match self.root.as_str() {
            "" | "<yaml>" => SmolStr::new(name),
            _ => self.root.clone(),
        };
        let mut values = self.values.clone();
        let named = |name: &SmolStr| Value::object([("name", Value::string(name.clone()))]);
        let current = SmolStr::new(name);
        values.insert(SmolStr::new_static("currentEnvironment"), named(&current));
        values.insert(SmolStr::new_static("rootEnvironment"), named(&root));
        ExecutionContext { values, root, current }
    }

    /// The values, `currentEnvironment` and `rootEnvironment` among them once inside an environment.
    pub fn values(&self) -> &BTreeMap<SmolStr, Value> {
        &self.values
    }

    /// The environment that was asked for.
    pub fn root_environment(&self) -> &str {
        &self.root
    }

    /// The environment that contains the call.
    pub fn current_environment(&self) -> &str {
        &self.current
    }
}
