//! Who asks, and whether they may.

use std::collections::HashMap;

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::object::now;
use super::resource::{Resource, Target};
use super::status::Status;
use super::store::{Key, Store};

/// The user that no token stands for.
const ANONYMOUS: &str = "system:anonymous";

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum User {
    Anonymous,
    Admin,
    Account { namespace: String, name: String },
}

impl User {
    pub(super) fn name(&self) -> String {
        match self {
            User::Anonymous => ANONYMOUS.into(),
            User::Admin => "kubernetes-admin".into(),
            User::Account { namespace, name } => {
                format!("system:serviceaccount:{namespace}:{name}")
            }
        }
    }
}

/// A token that was issued.
pub(super) struct Issued {
    pub(super) user: User,
    /// Seconds since 1970; none if it does not expire.
    pub(super) expires: Option<u64>,
    /// Whom it is made out to; a server accepts only tokens made out to itself.
    pub(super) for_server: bool,
}

/// Who asks, by the bearer token.
pub(super) fn authenticate(
    tokens: &HashMap<String, Issued>,
    store: &Store,
    headers: &HeaderMap,
    tokenless: &User,
) -> Result<User, Status> {
    let Some(header) = headers.get("authorization") else { return Ok(tokenless.clone()) };
    let token = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    let issued =
        token.and_then(|token| tokens.get(token.trim())).ok_or_else(Status::unauthorized)?;
    let expired = issued.expires.is_some_and(|expires| expires <= now());
    let gone = match &issued.user {
        User::Account { namespace, name } => store
            .get(&Key {
                resource: Resource::ServiceAccounts,
                namespace: namespace.clone(),
                name: name.clone(),
            })
            .is_none(),
        User::Admin | User::Anonymous => false,
    };
    if expired || gone || !issued.for_server {
        return Err(Status::unauthorized());
    }
    Ok(issued.user.clone())
}

/// What is asked for, as rules see it.
pub(super) struct Attributes<'a> {
    pub(super) verb: &'a str,
    pub(super) target: &'a Target,
}

impl Attributes<'_> {
    fn resource(&self) -> String {
        let plural = self.target.resource.plural();
        match &self.target.subresource {
            Some(sub) => format!("{plural}/{sub}"),
            None => plural.to_owned(),
        }
    }

    fn refused(&self, user: &User) -> Status {
        let target = self.target;
        let group = target.resource.group();
        let place = match target.namespace.as_str() {
            "" => "at the cluster scope".to_owned(),
            namespace => format!("in the namespace \"{namespace}\""),
        };
        let why = format!(
            "User \"{}\" cannot {} resource \"{}\" in API group \"{group}\" {place}",
            user.name(),
            self.verb,
            self.resource()
        );
        Status::forbidden(target.resource, target.name.as_deref().unwrap_or_default(), &why)
    }
}

/// Whether the Roles that are bound to the user in the namespace allow it.
pub(super) fn authorize(store: &Store, user: &User, asked: &Attributes<'_>) -> Result<(), Status> {
    let allowed = match user {
        User::Admin => true,
        User::Anonymous => false,
        User::Account { namespace, name } => {
            let place = &asked.target.namespace;
            !place.is_empty()
                && store
                    .all(Resource::RoleBindings, place)
                    .filter(|(_, binding)| is_bound(binding, namespace, name))
                    .filter_map(|(_, binding)| binding.pointer("/roleRef/name")?.as_str())
                    .filter_map(|role| {
                        store.get(&Key {
                            resource: Resource::Roles,
                            namespace: place.clone(),
                            name: role.into(),
                        })
                    })
                    .filter_map(|role| role.get("rules")?.as_array())
                    .flatten()
                    .any(|rule| allows(rule, asked))
        }
    };
    if allowed { Ok(()) } else { Err(asked.refused(user)) }
}

fn is_bound(binding: &Value, namespace: &str, name: &str) -> bool {
    let subjects = binding.get("subjects").and_then(Value::as_array);
    subjects.into_iter().flatten().any(|subject| {
        let is =
            |field: &str, value: &str| subject.get(field).and_then(Value::as_str) == Some(value);
        is("kind", "ServiceAccount") && is("name", name) && is("namespace", namespace)
    })
}

fn allows(rule: &Value, asked: &Attributes<'_>) -> bool {
    let lists = |field: &str, value: &str| {
        rule.get(field)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .any(|entry| entry == value || entry == "*")
    };
    let names = rule.get("resourceNames").and_then(Value::as_array).filter(|n| !n.is_empty());
    let named = match (names, &asked.target.name) {
        (None, _) => true,
        (Some(names), Some(name)) => names.iter().any(|n| n.as_str() == Some(name)),
        (Some(_), None) => false,
    };
    named
        && lists("apiGroups", asked.target.resource.group())
        && lists("resources", &asked.resource())
        && lists("verbs", asked.verb)
}

/// A rule of a Role, for [`FakeKubernetes::account`](super::FakeKubernetes::account).
#[derive(Clone, Debug)]
pub struct Rule(Value);

impl Rule {
    /// These verbs on these resources of the core group, as in `get` on `secrets` or `create` on `serviceaccounts/token`.
    pub fn new(verbs: &[&str], resources: &[&str]) -> Rule {
        Rule(json!({ "apiGroups": [""], "verbs": verbs, "resources": resources }))
    }

    /// The same, for objects of these names only.
    pub fn named(mut self, names: &[&str]) -> Rule {
        if let Some(rule) = self.0.as_object_mut() {
            rule.insert("resourceNames".into(), json!(names));
        }
        self
    }

    pub(super) fn into_json(self) -> Value {
        self.0
    }
}
