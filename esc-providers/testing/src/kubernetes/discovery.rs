//! What the server says of itself.

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::resource::{RBAC, Resource};

/// The answer at this path, if it is one of discovery.
pub(super) fn answer(path: &str) -> Option<Response> {
    let body = match path.trim_end_matches('/') {
        "/healthz" | "/livez" | "/readyz" => return Some("ok".into_response()),
        "/version" => json!({
            "major": "1", "minor": "33", "gitVersion": "v1.33.0+fake", "gitCommit": "", "gitTreeState": "clean",
            "buildDate": "2026-01-01T00:00:00Z", "goVersion": "none", "compiler": "none", "platform": "linux/amd64",
        }),
        "/api" => {
            json!({ "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [] })
        }
        "/api/v1" => resources("", "v1"),
        "/apis" => json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": [group()] }),
        "/apis/rbac.authorization.k8s.io" => {
            let mut group = group();
            if let Some(group) = group.as_object_mut() {
                group.insert("kind".into(), "APIGroup".into());
                group.insert("apiVersion".into(), "v1".into());
            }
            group
        }
        "/apis/rbac.authorization.k8s.io/v1" => resources(RBAC, "rbac.authorization.k8s.io/v1"),
        _ => return None,
    };
    Some(axum::Json(body).into_response())
}

fn group() -> Value {
    let version = json!({ "groupVersion": "rbac.authorization.k8s.io/v1", "version": "v1" });
    json!({ "name": RBAC, "versions": [version], "preferredVersion": version })
}

fn resources(group: &str, group_version: &str) -> Value {
    let verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
    let mut all: Vec<Value> = Resource::ALL
        .into_iter()
        .filter(|resource| resource.group() == group)
        .map(|resource| {
            json!({
                "name": resource.plural(), "singularName": resource.kind().to_lowercase(),
                "namespaced": resource.is_namespaced(), "kind": resource.kind(), "verbs": verbs,
            })
        })
        .collect();
    if group.is_empty() {
        all.push(json!({
            "name": "serviceaccounts/token", "singularName": "", "namespaced": true, "kind": "TokenRequest",
            "group": "authentication.k8s.io", "version": "v1", "verbs": ["create"],
        }));
    }
    json!({
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": all,
    })
}
