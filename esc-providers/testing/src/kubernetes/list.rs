//! Lists in pages, and the selectors that choose what is in them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::object::{label, meta};
use super::resource::Target;
use super::shared::Query;
use super::status::Status;
use super::store::Store;

/// The page that is asked for.
pub(super) fn page(store: &Store, target: &Target, query: &Query) -> Result<Value, Status> {
    let selector = Selector::parse(query)?;
    let after = match query.text("continue") {
        "" => None,
        token => Some(read_token(store, token)?),
    };
    let mut rest = store
        .all(target.resource, &target.namespace)
        .filter(|(key, _)| {
            after
                .as_ref()
                .is_none_or(|(_, after)| (&key.namespace, &key.name) > (&after.0, &after.1))
        })
        .filter(|(_, object)| selector.matches(object))
        .peekable();
    let limit = query.number("limit").filter(|limit| *limit > 0).unwrap_or(u64::MAX);
    let version = after.as_ref().map_or(store.version(), |(version, _)| *version);

    let mut items: Vec<Value> = Vec::new();
    let mut last = None;
    while items.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
        let Some((key, object)) = rest.next() else { break };
        last = Some(key);
        let mut object = object.clone();
        if let Some(object) = object.as_object_mut() {
            // In a list it is said once for all.
            object.remove("kind");
            object.remove("apiVersion");
        }
        items.push(object);
    }
    let mut metadata = json!({ "resourceVersion": version.to_string() });
    if let (Some(key), true, Some(metadata)) =
        (last, rest.peek().is_some(), metadata.as_object_mut())
    {
        let token = json!({ "rv": version, "ns": key.namespace, "name": key.name }).to_string();
        metadata.insert("continue".into(), URL_SAFE_NO_PAD.encode(token).into());
        if selector.is_empty() {
            metadata.insert("remainingItemCount".into(), rest.count().into());
        }
    }
    Ok(json!({
        "kind": format!("{}List", target.resource.kind()), "apiVersion": target.resource.api_version(),
        "metadata": metadata, "items": items,
    }))
}

/// The version of the first page, and after which object to go on.
fn read_token(store: &Store, token: &str) -> Result<(u64, (String, String)), Status> {
    let bad = || Status::bad_request("continue key is not valid");
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| bad())?;
    let token: Value = serde_json::from_slice(&bytes).map_err(|_| bad())?;
    let text = |field: &str| token.get(field).and_then(Value::as_str).map(str::to_owned);
    let version = token.get("rv").and_then(Value::as_u64).ok_or_else(bad)?;
    if version < store.compacted() {
        return Err(Status::expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list \
             without the continue parameter.",
        ));
    }
    Ok((version, (text("ns").ok_or_else(bad)?, text("name").ok_or_else(bad)?)))
}

/// A label selector and the one field selector that is understood.
#[derive(Clone, Debug)]
pub(super) struct Selector {
    labels: Vec<Requirement>,
    name: Option<String>,
}

#[derive(Clone, Debug)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Absent(String),
}

impl Selector {
    pub(super) fn parse(query: &Query) -> Result<Selector, Status> {
        let field = query.text("fieldSelector");
        let name = match field.split_once('=') {
            Some(("metadata.name", name)) => Some(name.trim_start_matches('=').to_owned()),
            None if field.is_empty() => None,
            _ => return Err(Status::bad_request(format!("field label not supported: {field}"))),
        };
        let labels = terms(query.text("labelSelector"))
            .into_iter()
            .map(|term| {
                requirement(term).ok_or_else(|| {
                    Status::bad_request(format!("unable to parse requirement: {term}"))
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Selector { labels, name })
    }

    fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.name.is_none()
    }

    pub(super) fn matches(&self, object: &Value) -> bool {
        let holds = |requirement: &Requirement| match requirement {
            Requirement::In(key, values) => {
                label(object, key).is_some_and(|value| values.iter().any(|v| v == value))
            }
            Requirement::NotIn(key, values) => {
                label(object, key).is_none_or(|value| values.iter().all(|v| v != value))
            }
            Requirement::Exists(key) => label(object, key).is_some(),
            Requirement::Absent(key) => label(object, key).is_none(),
        };
        self.labels.iter().all(holds)
            && self.name.as_ref().is_none_or(|name| name == meta(object, "name"))
    }
}

/// Splits at the commas that are not in parentheses.
fn terms(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .map(str::trim)
    .filter(|term| !term.is_empty())
    .collect()
}

fn requirement(term: &str) -> Option<Requirement> {
    let key = |text: &str| {
        let text = text.trim();
        let fine = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        (!text.is_empty() && text.chars().all(fine)).then(|| text.to_owned())
    };
    let one = |text: &str| vec![text.trim().to_owned()];
    if let Some((left, right)) = term.split_once("!=") {
        return Some(Requirement::NotIn(key(left)?, one(right)));
    }
    if let Some((left, right)) = term.split_once("==").or_else(|| term.split_once('=')) {
        return Some(Requirement::In(key(left)?, one(right)));
    }
    if let Some((left, right)) = term.split_once('(') {
        let values = right.strip_suffix(')')?.split(',').map(|v| v.trim().to_owned()).collect();
        let (name, operator) = left.trim().rsplit_once(' ')?;
        return match operator {
            "in" => Some(Requirement::In(key(name)?, values)),
            "notin" => Some(Requirement::NotIn(key(name)?, values)),
            _ => None,
        };
    }
    match term.strip_prefix('!') {
        Some(name) => Some(Requirement::Absent(key(name)?)),
        None => Some(Requirement::Exists(key(term)?)),
    }
}
