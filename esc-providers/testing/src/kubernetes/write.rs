//! Reading and writing single objects.

use serde_json::{Map, Value, json};

use super::object::{meta, set_meta};
use super::resource::Target;
use super::status::Status;
use super::store::{Key, Store};
use super::validate::prepare;

fn key(target: &Target) -> Key {
    Key {
        resource: target.resource,
        namespace: target.namespace.clone(),
        name: target.name.clone().unwrap_or_default(),
    }
}

pub(super) fn get(store: &Store, target: &Target) -> Result<Value, Status> {
    if target.subresource.is_some() {
        return Err(Status::method_not_allowed());
    }
    store.find(&key(target)).cloned()
}

pub(super) fn create(
    store: &mut Store,
    target: &Target,
    mut object: Value,
) -> Result<Value, Status> {
    if target.name.is_some() {
        return Err(Status::method_not_allowed());
    }
    if target.resource.is_namespaced() && target.namespace.is_empty() {
        return Err(Status::bad_request("an empty namespace may not be set during creation"));
    }
    if !meta(&object, "resourceVersion").is_empty() {
        return Err(Status::bad_request(
            "resourceVersion should not be set on objects to be created",
        ));
    }
    place(target, &mut object)?;
    prepare(target.resource, &mut object, None)?;
    let name = meta(&object, "name").to_owned();
    store.create(Key { name, ..key(target) }, object)
}

pub(super) fn replace(
    store: &mut Store,
    target: &Target,
    mut object: Value,
) -> Result<Value, Status> {
    let key = key(target);
    let before = store.find(&key)?.clone();
    if meta(&object, "name") != key.name {
        let message = "the name of the object does not match the name on the URL";
        return Err(Status::bad_request(message));
    }
    place(target, &mut object)?;
    prepare(target.resource, &mut object, Some(&before))?;
    store.update(key, object)
}

pub(super) fn merge(store: &mut Store, target: &Target, patch: &Value) -> Result<Value, Status> {
    let mut object = store.find(&key(target))?.clone();
    apply(&mut object, patch);
    replace(store, target, object)
}

/// A JSON merge patch (RFC 7396).
fn apply(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Map::new().into();
    }
    let Some(target) = target.as_object_mut() else { return };
    for (key, value) in patch {
        match value {
            Value::Null => {
                target.remove(key);
            }
            value => apply(target.entry(key.clone()).or_insert(Value::Null), value),
        }
    }
}

pub(super) fn delete(store: &mut Store, target: &Target, options: &Value) -> Result<Value, Status> {
    let key = key(target);
    let current = store.find(&key)?;
    for field in ["uid", "resourceVersion"] {
        let expected = options.pointer(&format!("/preconditions/{field}")).and_then(Value::as_str);
        if expected.is_some_and(|expected| expected != meta(current, field)) {
            return Err(Status::conflict(key.resource, &key.name));
        }
    }
    let gone = store.delete(&key)?;
    let details =
        json!({ "name": key.name, "kind": key.resource.plural(), "uid": meta(&gone, "uid") });
    Ok(json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details,
    }))
}

/// Puts the object where the path says, unless it says that it belongs elsewhere.
fn place(target: &Target, object: &mut Value) -> Result<(), Status> {
    let resource = target.resource;
    let Some(fields) = object.as_object_mut() else {
        return Err(Status::bad_request("the body is not an object"));
    };
    for (field, value) in [("kind", resource.kind()), ("apiVersion", resource.api_version())] {
        let given = fields.entry(field).or_insert_with(|| value.into());
        if given.as_str() != Some(value) {
            let message =
                format!("{field} of the data does not match the expected {field}, {value}");
            return Err(Status::bad_request(message));
        }
    }
    if !resource.is_namespaced() {
        return Ok(());
    }
    let given = meta(object, "namespace");
    if !given.is_empty() && given != target.namespace {
        let message =
            "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Status::bad_request(message));
    }
    set_meta(object, "namespace", target.namespace.clone());
    Ok(())
}
