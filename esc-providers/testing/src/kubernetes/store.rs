//! What is stored, and the history of it that watches are told.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use serde_json::Value;

use super::object::{meta, now, set_meta, timestamp, uid};
use super::resource::Resource;
use super::status::Status;

/// Where an object is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) resource: Resource,
    pub(super) namespace: String,
    pub(super) name: String,
}

/// A change.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) version: u64,
    pub(super) key: Key,
    /// The object as it was; none if it was created.
    pub(super) before: Option<Value>,
    /// The object as it is; of one that was deleted the last state.
    pub(super) object: Value,
    pub(super) deleted: bool,
}

/// Objects, each with the version at which it was last written.
#[derive(Default)]
pub(super) struct Store {
    objects: BTreeMap<Key, Value>,
    version: u64,
    events: VecDeque<Event>,
    compacted: u64,
}

impl Store {
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// The version up to which history is forgotten.
    pub(super) fn compacted(&self) -> u64 {
        self.compacted
    }

    /// Forgets history: lists that are under way and watches from an older version must start over.
    pub(super) fn compact(&mut self) {
        self.version += 1;
        self.compacted = self.version;
        self.events.clear();
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Value> {
        self.objects.get(key)
    }

    pub(super) fn find(&self, key: &Key) -> Result<&Value, Status> {
        self.get(key).ok_or_else(|| Status::not_found(key.resource, &key.name))
    }

    /// All objects of a resource, of one namespace or of all, in the order of their names.
    pub(super) fn all<'a>(
        &'a self,
        resource: Resource,
        namespace: &'a str,
    ) -> impl Iterator<Item = (&'a Key, &'a Value)> {
        self.objects.iter().filter(move |(key, _)| {
            key.resource == resource && (namespace.is_empty() || key.namespace == namespace)
        })
    }

    pub(super) fn events_since(&self, version: u64) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.version > version)
    }

    /// Stores a new object and answers it as stored.
    pub(super) fn create(&mut self, key: Key, mut object: Value) -> Result<Value, Status> {
        if self.objects.contains_key(&key) {
            return Err(Status::already_exists(key.resource, &key.name));
        }
        if key.resource.is_namespaced() {
            self.find(&Key {
                resource: Resource::Namespaces,
                namespace: String::new(),
                name: key.namespace.clone(),
            })?;
        }
        set_meta(&mut object, "uid", uid());
        set_meta(&mut object, "creationTimestamp", timestamp(now()));
        Ok(self.write(key, object))
    }

    /// Stores a changed object and answers it as stored. Nothing is written if nothing changed.
    pub(super) fn update(&mut self, key: Key, mut object: Value) -> Result<Value, Status> {
        let current = self.find(&key)?;
        let expected = meta(&object, "resourceVersion");
        if !expected.is_empty() && expected != meta(current, "resourceVersion") {
            return Err(Status::conflict(key.resource, &key.name));
        }
        let wanted = meta(&object, "uid");
        if !wanted.is_empty() && wanted != meta(current, "uid") {
            return Err(Status::conflict(key.resource, &key.name));
        }
        for field in ["uid", "creationTimestamp", "resourceVersion"] {
            let kept = meta(current, field).to_owned();
            set_meta(&mut object, field, kept);
        }
        if &object == current {
            return Ok(object);
        }
        Ok(self.write(key, object))
    }

    fn write(&mut self, key: Key, mut object: Value) -> Value {
        self.version += 1;
        set_meta(&mut object, "resourceVersion", self.version.to_string());
        let before = self.objects.insert(key.clone(), object.clone());
        self.record(key, before, object.clone(), false);
        object
    }

    /// Removes an object, and with a namespace what is in it.
    pub(super) fn delete(&mut self, key: &Key) -> Result<Value, Status> {
        self.find(key)?;
        if key.resource == Resource::Namespaces {
            let inside: Vec<Key> =
                self.objects.keys().filter(|k| k.namespace == key.name).cloned().collect();
            for key in &inside {
                self.remove(key);
            }
        }
        self.remove(key).ok_or_else(|| Status::not_found(key.resource, &key.name))
    }

    fn remove(&mut self, key: &Key) -> Option<Value> {
        let mut object = self.objects.remove(key)?;
        let before = object.clone();
        self.version += 1;
        set_meta(&mut object, "resourceVersion", self.version.to_string());
        self.record(key.clone(), Some(before.clone()), object, true);
        Some(before)
    }

    fn record(&mut self, key: Key, before: Option<Value>, object: Value, deleted: bool) {
        self.events.push_back(Event { version: self.version, key, before, object, deleted });
    }
}
