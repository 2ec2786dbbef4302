//! What the refusals of reads mean.

use esc_core::provider::ErrorKind;
use esc_core::value::{Value, ValueKind};
use esc_provider_kit::Failure;

use super::plan::{Query, What, below};
use crate::SECRETS;
use crate::connection::{Place, Refusal};
use crate::failure::{Diagnosis, is_about_token, words};

/// Whether a KV secret of version 2 was read as if it were of version 1.
pub(super) fn is_unversioned(refusal: &Refusal) -> bool {
    refusal.status == 404 && refusal.warns("versioned K/V")
}

/// Reads of a path as it is. The mount is only needed where `data/` is missing after it.
pub(super) fn read(refusal: &Refusal, path: &str, mount: Option<&str>) -> Option<Diagnosis> {
    if is_unversioned(refusal) {
        let example = mount.and_then(|mount| {
            let rest = below(mount, path)?;
            Some(format!(", as in `{mount}/data/{rest}`"))
        });
        let advice = format!(
            "insert `data/` after the mount{}, or use `kv` instead of `read`",
            example.unwrap_or_default()
        );
        let cause = "this is a path of KV version 1 in a mount of version 2";
        return Some(Diagnosis::new(ErrorKind::NotFound, cause).advice(advice));
    }
    match refusal.status {
        404 => Some(deleted(refusal).unwrap_or_else(|| {
            let unsupported = refusal.says("no handler for route");
            let advice = if unsupported {
                "there is no secrets engine there: check the mount and the namespace"
            } else {
                "check the path, and the namespace of the login"
            };
            missing(refusal).advice(advice)
        })),
        403 => Some(forbidden(refusal, path)),
        _ => None,
    }
}

/// Reads of KV secrets.
pub(super) fn kv(refusal: &Refusal, mount: &str, path: &str, version: u8) -> Option<Diagnosis> {
    match refusal.status {
        404 => Some(deleted(refusal).unwrap_or_else(|| {
            missing(refusal)
                .advice(format!("check `{path}` in the mount `{mount}` (KV version {version})"))
        })),
        403 if version == 2 => Some(forbidden(refusal, &format!("{mount}/data/{path}"))),
        403 => Some(forbidden(refusal, &format!("{mount}/{path}"))),
        _ => None,
    }
}

/// Looking for a mount: refused alike if there is none, and if the token may read nothing in it.
pub(super) fn mount(refusal: &Refusal, path: &str) -> Option<Diagnosis> {
    match refusal.status {
        403 if is_about_token(refusal) => Some(forbidden(refusal, path)),
        400 | 403 | 404 => Some(
            Diagnosis::new(ErrorKind::Denied, "the token sees no mount there").advice(format!(
                "check that a KV engine is mounted where `{path}` begins, and that the token's policy lets it `read` the secret"
            )),
        ),
        _ => None,
    }
}

/// A field that is not there.
pub(super) fn missing_field(
    query: &Query,
    input: &str,
    field: &str,
    data: &Value,
    place: &Place,
) -> Failure {
    let failure = Failure::new(SECRETS, ErrorKind::NotFound)
        .reference(query)
        .place(place)
        .cause(format!("there is no field `{field}`"));
    let inner = matches!(query.what, What::Read { .. })
        && data.get("metadata").is_some()
        && data.get("data").is_some_and(|data| data.get(field).is_some());
    let advice = if inner {
        format!(
            "a KV secret of version 2 has it below `data`: use `kv` instead of `read` for `{input}`"
        )
    } else {
        format!("check `{input}.field`, or leave it out to get all of the data")
    };
    failure.advice(advice)
}

fn missing(refusal: &Refusal) -> Diagnosis {
    let cause = if refusal.errors.is_empty() { "there is nothing".into() } else { words(refusal) };
    Diagnosis::new(ErrorKind::NotFound, cause)
}

/// A version that is there no more: the answer is a 404, but with its metadata.
fn deleted(refusal: &Refusal) -> Option<Diagnosis> {
    let metadata = refusal.data.as_ref()?.get("metadata")?;
    let version = match metadata.get("version").map(|version| &version.kind) {
        Some(ValueKind::Number(version)) => version.as_str(),
        _ => return None,
    };
    if metadata.get("destroyed").is_some_and(|d| d.kind == ValueKind::Bool(true)) {
        let cause = format!("version {version} was destroyed");
        return Some(
            Diagnosis::new(ErrorKind::NotFound, cause)
                .advice("write it anew, or ask for another version with `kv` and `version`"),
        );
    }
    let time = metadata.get("deletion_time").and_then(Value::as_str).filter(|t| !t.is_empty())?;
    let cause = format!("version {version} was deleted at {time}");
    Some(
        Diagnosis::new(ErrorKind::NotFound, cause)
            .advice("undelete it, or ask for another version with `kv` and `version`"),
    )
}

fn forbidden(refusal: &Refusal, path: &str) -> Diagnosis {
    if is_about_token(refusal) {
        return Diagnosis::new(ErrorKind::Unauthenticated, words(refusal)).advice(
            "the token is not valid here, or has expired: log in anew, and check the address and the namespace of the login",
        );
    }
    Diagnosis::new(ErrorKind::Denied, words(refusal))
        .advice(format!("let the token's policy `read` the path `{path}`"))
}
