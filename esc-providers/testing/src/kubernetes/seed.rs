//! What tests put into the server without asking it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::access::{Issued, Rule, User};
use super::object::random_hex;
use super::resource::{Resource, Target};
use super::{FakeKubernetes, write};

impl FakeKubernetes {
    /// Makes a namespace, unless there is one of that name.
    pub fn namespace(&self, name: &str) {
        self.put(Resource::Namespaces, "", name, json!({}));
    }

    /// Makes or replaces a Secret.
    pub fn secret(
        &self,
        namespace: &str,
        name: &str,
        labels: &[(&str, &str)],
        data: &[(&str, &[u8])],
    ) {
        let data = encoded(data);
        let object = json!({ "metadata": { "labels": texts(labels) }, "data": data });
        self.put(Resource::Secrets, namespace, name, object);
    }

    /// Makes or replaces a ConfigMap.
    pub fn config_map(
        &self,
        namespace: &str,
        name: &str,
        labels: &[(&str, &str)],
        data: &[(&str, &str)],
        binary: &[(&str, &[u8])],
    ) {
        let metadata = json!({ "labels": texts(labels) });
        let object =
            json!({ "metadata": metadata, "data": texts(data), "binaryData": encoded(binary) });
        self.put(Resource::ConfigMaps, namespace, name, object);
    }

    /// Makes a service account that may do what the rules say in its namespace, and answers a token for it that does
    /// not expire.
    pub fn account(&self, namespace: &str, name: &str, rules: &[Rule]) -> String {
        let rules: Vec<Value> = rules.iter().cloned().map(Rule::into_json).collect();
        let subject = json!({ "kind": "ServiceAccount", "name": name, "namespace": namespace });
        let role = json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name });
        self.put(Resource::ServiceAccounts, namespace, name, json!({}));
        self.put(Resource::Roles, namespace, name, json!({ "rules": rules }));
        let binding = json!({ "subjects": [subject], "roleRef": role });
        self.put(Resource::RoleBindings, namespace, name, binding);

        let token = format!("fake-account-{}", random_hex(24));
        let user = User::Account { namespace: namespace.into(), name: name.into() };
        let issued = Issued { user, expires: None, for_server: true };
        self.shared.lock().tokens.insert(token.clone(), issued);
        token
    }

    /// Lets a token expire now.
    pub fn expire_token(&self, token: &str) {
        if let Some(issued) = self.shared.lock().tokens.get_mut(token) {
            issued.expires = Some(0);
        }
    }

    /// Removes a Secret, if it is there.
    pub fn delete_secret(&self, namespace: &str, name: &str) {
        let target = target(Resource::Secrets, namespace, Some(name));
        // That it is gone already is as good.
        let _ = self
            .shared
            .change(|contents| write::delete(&mut contents.store, &target, &Value::Null));
    }

    /// Forgets history, as the real one does every few minutes: lists that are under way and watches from an older
    /// version are answered `410 Gone`.
    pub fn compact(&self) {
        self.shared.change(|contents| contents.store.compact());
    }

    #[expect(clippy::panic, reason = "a test that seeds nonsense must not go on")]
    fn put(&self, resource: Resource, namespace: &str, name: &str, mut object: Value) {
        super::object::set_meta(&mut object, "name", name);
        let put = self.shared.change(|contents| {
            let named = target(resource, namespace, Some(name));
            if write::get(&contents.store, &named).is_ok() {
                return write::replace(&mut contents.store, &named, object);
            }
            write::create(&mut contents.store, &target(resource, namespace, None), object)
        });
        if let Err(status) = put {
            panic!("the fake API server refuses {name}: {}", status.body());
        }
    }
}

fn target(resource: Resource, namespace: &str, name: Option<&str>) -> Target {
    Target { resource, namespace: namespace.into(), name: name.map(Into::into), subresource: None }
}

fn encoded(data: &[(&str, &[u8])]) -> Map<String, Value> {
    data.iter().map(|(key, bytes)| ((*key).to_owned(), STANDARD.encode(bytes).into())).collect()
}

fn texts(data: &[(&str, &str)]) -> Map<String, Value> {
    data.iter().map(|(key, text)| ((*key).to_owned(), (*text).into())).collect()
}
