//! TokenRequest: short-lived tokens of service accounts.

use serde_json::{Value, json};

use super::access::{Issued, User};
use super::object::{meta, now, random_hex, timestamp};
use super::resource::{Resource, Target};
use super::shared::Contents;
use super::status::Status;
use super::store::Key;

/// Whom this server accepts tokens for.
const SERVER_AUDIENCE: &str = "https://kubernetes.default.svc.cluster.local";

const SHORTEST: u64 = 600;
const LONGEST: u64 = 1 << 32;

/// Issues a token for the account that the path names.
pub(super) fn issue(
    contents: &mut Contents,
    target: &Target,
    body: &Value,
) -> Result<Value, Status> {
    let name = target.name.clone().unwrap_or_default();
    if target.resource != Resource::ServiceAccounts {
        return Err(Status::method_not_allowed());
    }
    let namespace = target.namespace.clone();
    let key = Key { resource: target.resource, namespace: namespace.clone(), name: name.clone() };
    let account = contents.store.find(&key)?;
    let uid = meta(account, "uid").to_owned();

    let spec = body.get("spec").cloned().unwrap_or_default();
    let seconds = match spec.get("expirationSeconds") {
        None | Some(Value::Null) => 3600,
        Some(seconds) => seconds.as_u64().unwrap_or(0),
    };
    let refuse = |why: &str| {
        Err(Status::invalid(Resource::ServiceAccounts, &name, "spec.expirationSeconds", why))
    };
    if seconds < SHORTEST {
        return refuse("may not specify a duration less than 10 minutes");
    }
    if seconds > LONGEST {
        return refuse("may not specify a duration larger than 2^32 seconds");
    }
    let audiences: Vec<String> = match spec.get("audiences").and_then(Value::as_array) {
        Some(given) if !given.is_empty() => {
            given.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => vec![SERVER_AUDIENCE.to_owned()],
    };
    let token = format!("fake-account-{}", random_hex(24));
    let expires = now() + seconds;
    contents.tokens.insert(
        token.clone(),
        Issued {
            user: User::Account { namespace: namespace.clone(), name: name.clone() },
            expires: Some(expires),
            for_server: audiences.iter().any(|audience| audience == SERVER_AUDIENCE),
        },
    );
    Ok(json!({
        "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
        "metadata": { "name": name, "namespace": namespace, "uid": uid, "creationTimestamp": timestamp(now()) },
        "spec": { "audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": null },
        "status": { "token": token, "expirationTimestamp": timestamp(expires) },
    }))
}
