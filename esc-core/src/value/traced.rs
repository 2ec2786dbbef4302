//! Values with where they come from: a graph in which what is equal is shared.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use super::{Origin, SECRET_PLACEHOLDER, Trace, UNKNOWN_PLACEHOLDER, Value, ValueKind};
use crate::number::Number;
use crate::path::PathElement;
use crate::secret::Text;

/// A value together with the expression that defines it and the value that it was merged over.
///
/// It is a handle: cloning it is free, and what is part of several values is there once. A chain of environments that
/// override each other therefore takes as much memory as the environments, though each value leads to all that it was
/// merged over. Values are immutable.
///
/// ```
/// use esc_core::value::{Content, Origin, TracedValue, Value};
///
/// let of = |environment: &str| Origin { environment: environment.into(), ..Origin::default() };
/// let below = TracedValue::new(Content::String("eu-west-1".into()), of("shared/aws"));
/// let value = TracedValue::new(Content::String("us-east-2".into()), of("shop/dev")).over(below);
///
/// assert_eq!(value.to_value(), Value::string("us-east-2"));
/// let environments: Vec<&str> = value.layers().map(|v| v.origin().environment.as_str()).collect();
/// assert_eq!(environments, ["shop/dev", "shared/aws"]);
/// ```
#[derive(Clone)]
pub struct TracedValue(Arc<Node>);

struct Node {
    content: Content,
    secret: bool,
    unknown: bool,
    /// How many levels of lists and objects there are, in the value itself or in one that it was merged over.
    levels: u32,
    origin: Origin,
    base: Option<TracedValue>,
}

/// What a [`TracedValue`] is.
#[derive(Clone, Debug)]
pub enum Content {
    /// Nothing, or not known.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Text),
    /// A list.
    List(Arc<[TracedValue]>),
    /// An object.
    Object(Properties),
}

/// The properties of an object: its own, and those that it inherits from another.
#[derive(Clone)]
pub struct Properties {
    /// Sorted by key.
    own: Arc<[(SmolStr, TracedValue)]>,
    inherits: Option<TracedValue>,
}

impl TracedValue {
    /// A value that was not merged over anything.
    pub fn new(content: Content, origin: Origin) -> TracedValue {
        let levels = match &content {
            Content::List(items) => items.iter().map(TracedValue::levels).max().unwrap_or(0),
            Content::Object(properties) => {
                let own = properties.own.iter().map(|(_, v)| v.levels()).max().unwrap_or(0);
                own.max(properties.inherits.as_ref().map_or(0, |v| v.levels() - 1))
            }
            _ => 0,
        };
        let levels = levels + 1;
        let (secret, unknown) = (false, false);
        TracedValue(Arc::new(Node { content, secret, unknown, levels, origin, base: None }))
    }

    /// The same value, marked as secret or unknown.
    pub fn marked(self, secret: bool, unknown: bool) -> TracedValue {
        self.changed(|node| (node.secret, node.unknown) = (secret, unknown))
    }

    /// The same value, merged over `base`.
    pub fn over(self, base: TracedValue) -> TracedValue {
        self.changed(|node| {
            node.levels = node.levels.max(base.levels());
            node.base = Some(base);
        })
    }

    /// The same value, defined elsewhere.
    pub fn defined_at(self, origin: Origin) -> TracedValue {
        self.changed(|node| node.origin = origin)
    }

    fn changed(mut self, change: impl FnOnce(&mut Node)) -> TracedValue {
        // Values are changed while they are made, so nobody else has them yet.
        if let Some(node) = Arc::get_mut(&mut self.0) {
            change(node);
            return self;
        }
        let Node { content, secret, unknown, levels, origin, base } = &*self.0;
        let mut node = Node {
            content: content.clone(),
            secret: *secret,
            unknown: *unknown,
            levels: *levels,
            origin: origin.clone(),
            base: base.clone(),
        };
        change(&mut node);
        TracedValue(Arc::new(node))
    }

    /// What it is.
    pub fn content(&self) -> &Content {
        &self.0.content
    }

    /// Where the expression stands that defines it.
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// The value that this one was merged over.
    pub fn base(&self) -> Option<&TracedValue> {
        self.0.base.as_ref()
    }

    /// The value, the one that it was merged over, and so on.
    pub fn layers(&self) -> impl Iterator<Item = &TracedValue> {
        std::iter::successors(Some(self), |value| value.base())
    }

    /// Whether the value itself is secret, by its flag or by the text it holds.
    pub fn is_secret(&self) -> bool {
        self.0.secret || matches!(&self.0.content, Content::String(text) if text.is_secret())
    }

    /// The value's own flag, which does not count what the text knows.
    pub(crate) fn secret_flag(&self) -> bool {
        self.0.secret
    }

    /// Whether the value is not known.
    pub fn is_unknown(&self) -> bool {
        self.0.unknown
    }

    /// How many levels of lists and objects there are in the value and in those that it was merged over; 1 for a scalar.
    /// Walks through all of a value are as deep.
    pub fn levels(&self) -> u32 {
        self.0.levels
    }

    /// The property of that name, if this is an object that has or inherits it.
    pub fn get(&self, key: &str) -> Option<&TracedValue> {
        match &self.0.content {
            Content::Object(properties) => properties.get(key),
            _ => None,
        }
    }

    /// The element at that index, if this is a list that has it.
    pub fn index(&self, index: usize) -> Option<&TracedValue> {
        match &self.0.content {
            Content::List(items) => items.get(index),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0.content {
            Content::String(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// What a path leads to.
    pub fn at(&self, path: &[PathElement]) -> Option<&TracedValue> {
        path.iter().try_fold(self, |value, element| match element {
            PathElement::Key(key) => value.get(key),
            PathElement::Index(index) => value.index(*index),
        })
    }

    /// The value without where it comes from.
    pub fn to_value(&self) -> Value {
        self.to_tree(false)
    }

    /// The value with where everything in it comes from, as a tree.
    pub fn to_value_with_traces(&self) -> Value {
        self.to_tree(true)
    }

    fn to_tree(&self, traces: bool) -> Value {
        let kind = match &self.0.content {
            Content::Null => ValueKind::Null,
            Content::Bool(value) => ValueKind::Bool(*value),
            Content::Number(number) => ValueKind::Number(number.clone()),
            Content::String(text) => ValueKind::String(text.clone()),
            // Loops, because the frames of iterators cost deep values too much stack.
            Content::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items.iter() {
                    values.push(item.to_tree(traces));
                }
                ValueKind::List(values)
            }
            Content::Object(properties) => {
                let mut values = Vec::with_capacity(properties.own.len());
                for (key, value) in properties.iter() {
                    values.push((key.clone(), value.to_tree(traces)));
                }
                ValueKind::Object(BTreeMap::from_iter(values))
            }
        };
        let trace = || Arc::new(Trace { def: self.0.origin.clone(), base: self.0.base.clone() });
        let trace = traces.then(trace);
        Value { kind, secret: self.0.secret, unknown: self.0.unknown, trace }
    }

    /// The same value, as if the environment `from` had another name. What is shared stays shared.
    pub fn rename_environment(&self, from: &str, to: &SmolStr) -> TracedValue {
        Rename { from, to, done: HashMap::new() }.value(self)
    }
}

impl Properties {
    /// These properties; of equal keys the last counts.
    pub fn new(properties: impl IntoIterator<Item = (SmolStr, TracedValue)>) -> Properties {
        let mut own: Vec<(SmolStr, TracedValue)> = properties.into_iter().collect();
        if !own.is_sorted_by(|(a, _), (b, _)| a < b) {
            own = BTreeMap::from_iter(own).into_iter().collect();
        }
        Properties { own: own.into(), inherits: None }
    }

    /// The same, and those of `value` that have other names, if it is an object.
    pub fn inheriting(mut self, value: TracedValue) -> Properties {
        self.inherits = Some(value);
        self
    }

    /// The property of that name.
    pub fn get(&self, key: &str) -> Option<&TracedValue> {
        self.layers().find_map(|own| {
            let at = own.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok()?;
            own.get(at).map(|(_, value)| value)
        })
    }

    /// All properties in the byte order of their keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&SmolStr, &TracedValue)> {
        let mut all: Vec<(&SmolStr, &TracedValue)> = Vec::with_capacity(self.own.len());
        all.extend(self.own.iter().map(|(key, value)| (key, value)));
        if self.inherits.is_some() {
            all.extend(
                self.layers().skip(1).flat_map(|own| own.iter()).map(|(key, value)| (key, value)),
            );
            // The sort is stable: of equal keys the topmost layer's comes first.
            all.sort_by_key(|(key, _)| *key);
            all.dedup_by_key(|(key, _)| *key);
        }
        all.into_iter()
    }

    fn layers(&self) -> impl Iterator<Item = &Arc<[(SmolStr, TracedValue)]>> {
        let layers = std::iter::successors(Some(self), |properties| {
            match &properties.inherits.as_ref()?.0.content {
                Content::Object(properties) => Some(properties),
                _ => None,
            }
        });
        layers.map(|properties| &properties.own)
    }
}

/// Renames an environment, each value once.
struct Rename<'a> {
    from: &'a str,
    to: &'a SmolStr,
    done: HashMap<*const Node, TracedValue>,
}

impl Rename<'_> {
    fn value(&mut self, value: &TracedValue) -> TracedValue {
        // What lies below comes first, without recursion: there can be many more layers than levels.
        let mut waiting = vec![value];
        while let Some(&next) = waiting.last() {
            let below = next.0.base.iter().chain(next.0.inherited());
            let missing: Vec<&TracedValue> = below.filter(|v| self.known(v).is_none()).collect();
            if !missing.is_empty() {
                waiting.extend(missing);
                continue;
            }
            waiting.pop();
            if self.known(next).is_none() {
                let renamed = self.layer(next);
                self.done.insert(Arc::as_ptr(&next.0), renamed);
            }
        }
        self.known(value).unwrap_or_else(|| value.clone())
    }

    fn known(&self, value: &TracedValue) -> Option<TracedValue> {
        self.done.get(&Arc::as_ptr(&value.0)).cloned()
    }

    fn layer(&mut self, value: &TracedValue) -> TracedValue {
        let node = &*value.0;
        let content = match &node.content {
            Content::List(items) => Content::List(items.iter().map(|v| self.value(v)).collect()),
            Content::Object(properties) => Content::Object(Properties {
                own: properties.own.iter().map(|(k, v)| (k.clone(), self.value(v))).collect(),
                inherits: properties.inherits.as_ref().map(|v| self.value(v)),
            }),
            scalar => scalar.clone(),
        };
        let mut origin = node.origin.clone();
        if origin.environment == self.from {
            origin.environment = self.to.clone();
        }
        TracedValue(Arc::new(Node {
            content,
            secret: node.secret,
            unknown: node.unknown,
            levels: node.levels,
            origin,
            base: node.base.as_ref().map(|base| self.value(base)),
        }))
    }
}

/// A value that does not say where it comes from comes from nowhere.
impl From<Value> for TracedValue {
    fn from(value: Value) -> TracedValue {
        let content = match value.kind {
            ValueKind::Null => Content::Null,
            ValueKind::Bool(value) => Content::Bool(value),
            ValueKind::Number(number) => Content::Number(number),
            ValueKind::String(text) => Content::String(text),
            ValueKind::List(items) => {
                Content::List(items.into_iter().map(TracedValue::from).collect())
            }
            ValueKind::Object(properties) => {
                let own = properties.into_iter().map(|(key, value)| (key, value.into()));
                Content::Object(Properties::new(own))
            }
        };
        let origin = value.trace.as_ref().map(|trace| trace.def.clone()).unwrap_or_default();
        let base = value.trace.and_then(|trace| trace.base.clone());
        let traced = TracedValue::new(content, origin).marked(value.secret, value.unknown);
        match base {
            Some(base) => traced.over(base),
            None => traced,
        }
    }
}

// Layers can be many more than fit on a stack, so they are taken apart one after the other.
impl Drop for Node {
    fn drop(&mut self) {
        let mut below = self.links();
        while let Some(TracedValue(shared)) = below.pop() {
            if let Some(mut node) = Arc::into_inner(shared) {
                below.extend(node.links());
            }
        }
    }
}

impl Node {
    fn inherited(&self) -> Option<&TracedValue> {
        match &self.content {
            Content::Object(properties) => properties.inherits.as_ref(),
            _ => None,
        }
    }

    /// Takes out what is reached from layer to layer.
    fn links(&mut self) -> Vec<TracedValue> {
        let inherits = match &mut self.content {
            Content::Object(properties) => properties.inherits.take(),
            _ => None,
        };
        self.base.take().into_iter().chain(inherits).collect()
    }
}

impl fmt::Debug for TracedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_secret() {
            f.write_str(SECRET_PLACEHOLDER)
        } else if self.is_unknown() {
            f.write_str(UNKNOWN_PLACEHOLDER)
        } else {
            self.0.content.fmt(f)
        }
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Values are equal if they are equal layer by layer, wherever properties are inherited from.
impl PartialEq for TracedValue {
    fn eq(&self, other: &TracedValue) -> bool {
        let (mut a, mut b) = (self, other);
        loop {
            if Arc::ptr_eq(&a.0, &b.0) {
                return true;
            }
            let flags = |node: &Node| (node.secret, node.unknown);
            if flags(&a.0) != flags(&b.0) || a.0.origin != b.0.origin || a.0.content != b.0.content
            {
                return false;
            }
            match (a.base(), b.base()) {
                (Some(x), Some(y)) => (a, b) = (x, y),
                (x, y) => return x.is_none() && y.is_none(),
            }
        }
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Content) -> bool {
        match (self, other) {
            (Content::Null, Content::Null) => true,
            (Content::Bool(a), Content::Bool(b)) => a == b,
            (Content::Number(a), Content::Number(b)) => a == b,
            (Content::String(a), Content::String(b)) => a == b,
            (Content::List(a), Content::List(b)) => a == b,
            (Content::Object(a), Content::Object(b)) => a.iter().eq(b.iter()),
            _ => false,
        }
    }
}
