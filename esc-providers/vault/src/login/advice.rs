//! What the refusals of logins mean. Auth methods answer status 400 for nearly everything, so their words decide.

use esc_core::provider::ErrorKind;
use esc_core::value::{Value, ValueKind};

use crate::connection::Refusal;
use crate::failure::{Diagnosis, is_about_token, words};

/// Identity tokens. `claims` are those of the token that was refused.
pub(super) fn jwt(refusal: &Refusal, role: &str, mount: &str, claims: &Value) -> Option<Diagnosis> {
    let claim = |name: &str| claims.get(name).map(shown).unwrap_or_else(|| "unknown".into());
    if role_missing(refusal) {
        return Some(missing_role(refusal, role, mount));
    }
    let advice = if refusal.says("(aud)") || refusal.says("audience") {
        format!(
            "the token's audience is `{}`: add it to `bound_audiences` of the role `{role}`, or set `jwt.audience`",
            claim("aud")
        )
    } else if ["(exp)", "expired", "(nbf)", "(iat)", "not valid yet", "not before"]
        .iter()
        .any(|text| refusal.says(text))
    {
        "compare the clock of this machine with the server's; the role's leeways allow for small differences".into()
    } else if refusal.says("claim") || refusal.says("subject") {
        format!(
            "the token's subject is `{}`, its audience `{}`: let `bound_subject` or `bound_claims` of the role `{role}` admit it, or choose other `jwt.subjectAttributes`",
            claim("sub"),
            claim("aud")
        )
    } else if ["signature", "known key", "issuer", "(iss)", "fetching keys", "signed"]
        .iter()
        .any(|text| refusal.says(text))
    {
        format!(
            "configure `auth/{mount}` to trust the issuer `{}`: `oidc_discovery_url` if the server can reach it, its public keys otherwise",
            claim("iss")
        )
    } else {
        return mounted(refusal, mount);
    };
    Some(Diagnosis::new(ErrorKind::Unauthenticated, words(refusal)).advice(advice))
}

/// Children of tokens.
pub(super) fn child(refusal: &Refusal) -> Option<Diagnosis> {
    let cause = words(refusal);
    if is_about_token(refusal) {
        let advice = "the token is not valid here, or has expired: check `token.token`, the address and the namespace";
        return Some(Diagnosis::new(ErrorKind::Unauthenticated, cause).advice(advice));
    }
    match refusal.status {
        403 => Some(
            Diagnosis::new(ErrorKind::Denied, cause)
                .advice("let the token's policy `update` the path `auth/token/create`"),
        ),
        400 if refusal.says("policies") => Some(
            Diagnosis::new(ErrorKind::Denied, cause)
                .advice("ask in `token.policies` only for policies that the parent has"),
        ),
        400 if refusal.says("batch") || refusal.says("num_uses") || refusal.says("restricted") => {
            Some(
                Diagnosis::new(ErrorKind::Denied, cause)
                    .advice("give a service token without a limit of uses as `token.token`"),
            )
        }
        _ => None,
    }
}

/// AppRole.
pub(super) fn approle(refusal: &Refusal, mount: &str) -> Option<Diagnosis> {
    if refusal.status == 400
        && (refusal.says("secret ID") || refusal.says("secret id") || refusal.says("role ID"))
    {
        let advice = "check `approle.roleId`, and whether the secret id has expired or was used up: make a new one";
        return Some(Diagnosis::new(ErrorKind::Unauthenticated, words(refusal)).advice(advice));
    }
    mounted(refusal, mount)
}

/// Service accounts of Kubernetes.
pub(super) fn kubernetes(refusal: &Refusal, role: &str, mount: &str) -> Option<Diagnosis> {
    if role_missing(refusal) || refusal.says("invalid role name") {
        return Some(missing_role(refusal, role, mount));
    }
    if refusal.status == 400
        || (refusal.status == 403 && !refusal.errors.iter().all(|e| e == "permission denied"))
    {
        let advice = format!(
            "check that the service account and its namespace are bound to the role `{role}`, that the token has not expired, and its audience"
        );
        return Some(Diagnosis::new(ErrorKind::Unauthenticated, words(refusal)).advice(advice));
    }
    mounted(refusal, mount)
}

/// User and password.
pub(super) fn userpass(refusal: &Refusal, mount: &str) -> Option<Diagnosis> {
    if refusal.status == 400 {
        let advice = "check `userpass.username` and `userpass.password`";
        return Some(Diagnosis::new(ErrorKind::Unauthenticated, words(refusal)).advice(advice));
    }
    mounted(refusal, mount)
}

fn role_missing(refusal: &Refusal) -> bool {
    refusal.status == 400 && refusal.says("role") && refusal.says("could not be found")
}

fn missing_role(refusal: &Refusal, role: &str, mount: &str) -> Diagnosis {
    Diagnosis::new(ErrorKind::NotFound, words(refusal))
        .advice(format!("create the role `{role}` at `auth/{mount}`, or check its name"))
}

/// What a server answers if there is nothing at all at that path.
fn mounted(refusal: &Refusal, mount: &str) -> Option<Diagnosis> {
    let nothing = refusal.status == 404 || refusal.says("no handler for route");
    (refusal.status == 403 || nothing).then(|| {
        let kind = if nothing { ErrorKind::NotFound } else { ErrorKind::Denied };
        Diagnosis::new(kind, words(refusal)).advice(format!(
            "check that this auth method is enabled at `auth/{mount}`, and the namespace"
        ))
    })
}

/// A claim in words: claims are not secret, but have many shapes.
fn shown(claim: &Value) -> String {
    match &claim.kind {
        ValueKind::List(items) => items.iter().map(shown).collect::<Vec<_>>().join("`, `"),
        _ => claim.as_str().unwrap_or("unknown").to_owned(),
    }
}
