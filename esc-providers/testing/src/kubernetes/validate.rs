//! What an object must look like to be stored, and what is filled in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::object::meta;
use super::resource::Resource;
use super::status::Status;

/// The bound on all values of a Secret or ConfigMap together.
const MAX_DATA: usize = 1 << 20;

/// Checks an object and brings it into the form in which it is stored.
pub(super) fn prepare(
    resource: Resource,
    object: &mut Value,
    before: Option<&Value>,
) -> Result<(), Status> {
    let name = meta(object, "name").to_owned();
    check_name(resource, &name)?;
    match resource {
        Resource::Secrets => {
            merge_string_data(object);
            let size = check_bytes(resource, &name, object, "data")?;
            check_size(resource, &name, size)?;
            if let Some(object) = object.as_object_mut() {
                object.entry("type").or_insert_with(|| "Opaque".into());
            }
            if before.is_some_and(|before| before.get("type") != object.get("type")) {
                return Err(Status::invalid(resource, &name, "type", "field is immutable"));
            }
        }
        Resource::ConfigMaps => {
            let texts = check_texts(resource, &name, object)?;
            let size = check_bytes(resource, &name, object, "binaryData")?;
            check_size(resource, &name, texts + size)?;
        }
        _ => {}
    }
    let frozen = before.filter(|b| b.get("immutable") == Some(&Value::Bool(true)));
    let changed =
        |field: &&str| frozen.is_some_and(|before| before.get(*field) != object.get(*field));
    if let Some(field) = ["immutable", "data", "binaryData"].iter().find(|field| changed(field)) {
        let why = "field is immutable when `immutable` is set";
        return Err(Status::invalid(resource, &name, field, why));
    }
    Ok(())
}

fn check_name(resource: Resource, name: &str) -> Result<(), Status> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fine = (1..=253).contains(&name.len())
        && name.chars().all(inner)
        && name.starts_with(edge)
        && name.ends_with(edge);
    // Roles may be called almost anything.
    if fine || (resource.group() != "" && !name.is_empty()) {
        return Ok(());
    }
    Err(Status::invalid(resource, name, "metadata.name", "must be a lowercase RFC 1123 subdomain"))
}

/// `stringData` is for writing only: it goes over `data`.
fn merge_string_data(object: &mut Value) {
    let Some(object) = object.as_object_mut() else { return };
    let Some(Value::Object(texts)) = object.remove("stringData") else { return };
    let data = object.entry("data").or_insert_with(|| Map::new().into());
    if data.is_null() {
        *data = Map::new().into();
    }
    if let Some(data) = data.as_object_mut() {
        for (key, text) in texts {
            data.insert(key, STANDARD.encode(text.as_str().unwrap_or_default()).into());
        }
    }
}

/// Checks a map of base64 texts and answers how many bytes they stand for.
fn check_bytes(
    resource: Resource,
    name: &str,
    object: &mut Value,
    field: &str,
) -> Result<usize, Status> {
    let Some(Value::Object(data)) = object.get_mut(field) else { return Ok(0) };
    let mut size = 0;
    for (key, value) in data {
        check_key(resource, name, field, key)?;
        let bytes =
            value.as_str().and_then(|text| STANDARD.decode(text).ok()).ok_or_else(|| {
                Status::bad_request(format!(
                    "{} in version \"v1\" cannot be handled: illegal base64 data",
                    resource.kind()
                ))
            })?;
        size += bytes.len();
    }
    Ok(size)
}

fn check_texts(resource: Resource, name: &str, object: &Value) -> Result<usize, Status> {
    let Some(Value::Object(data)) = object.get("data") else { return Ok(0) };
    let mut size = 0;
    for (key, value) in data {
        check_key(resource, name, "data", key)?;
        let Some(text) = value.as_str() else {
            return Err(Status::bad_request(
                "ConfigMap in version \"v1\" cannot be handled: not a string",
            ));
        };
        if object.get("binaryData").and_then(|b| b.get(key)).is_some() {
            return Err(Status::invalid(
                resource,
                name,
                "data",
                "duplicate of key present in binaryData",
            ));
        }
        size += text.len();
    }
    Ok(size)
}

fn check_key(resource: Resource, name: &str, field: &str, key: &str) -> Result<(), Status> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (1..=253).contains(&key.len()) && key.chars().all(fine) && key != "." && key != ".." {
        return Ok(());
    }
    Err(Status::invalid(
        resource,
        name,
        field,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    ))
}

fn check_size(resource: Resource, name: &str, size: usize) -> Result<(), Status> {
    if size <= MAX_DATA {
        return Ok(());
    }
    Err(Status::invalid(resource, name, "data", "Too long: may not be more than 1048576 bytes"))
}
