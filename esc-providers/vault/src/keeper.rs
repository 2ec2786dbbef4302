//! Keeping what was opened: renewing it, and giving it back.

use std::time::Duration;

use async_trait::async_trait;
use esc_core::provider::{ErrorKind, Lease, LeaseKeeper, ProviderError};
use esc_core::secret::Secret;

use crate::connection::{Answer, Auth, Connection, Logical, Refusal, Trouble};
use crate::failure::{Diagnosis, Subject, is_about_token, words};

/// Keeps a token that a login made.
pub(crate) struct TokenKeeper {
    pub provider: &'static str,
    pub connection: Connection,
    pub token: Secret<String>,
}

/// Keeps credentials that the server made for a read.
pub(crate) struct SecretKeeper {
    pub provider: &'static str,
    pub connection: Connection,
    pub token: Secret<String>,
}

/// The lease of a token.
pub(crate) fn token_lease(auth: &Auth) -> Lease {
    let duration = (!auth.duration.is_zero()).then_some(auth.duration);
    duration.map_or_else(Lease::default, Lease::of).with_renewable(auth.service && auth.renewable)
}

/// The lease of what was read. KV answers a duration as well, but no lease: what they say is how often to look.
pub(crate) fn secret_lease(answer: &Answer) -> Option<Lease> {
    (!answer.lease_id.is_empty()).then(|| {
        Lease::of(answer.lease_duration)
            .with_id(answer.lease_id.as_str())
            .with_renewable(answer.renewable)
    })
}

#[async_trait]
impl LeaseKeeper for TokenKeeper {
    async fn renew(&self, lease: &Lease) -> Result<Lease, ProviderError> {
        let increment = increment(lease.duration);
        let members: Vec<_> = increment.iter().map(|i| ("increment", i.as_str())).collect();
        let subject = self.subject("the renewal of the token");
        let answer = self.call(Logical::post("auth/token/renew-self", &members)).await;
        match answer.map(|answer| answer.auth) {
            Ok(Some(auth)) => Ok(token_lease(&auth)),
            Ok(None) => Err(subject.explain(&Trouble::Malformed, |_| None).into()),
            Err(trouble) => Err(subject.explain(&trouble, ended).into()),
        }
    }

    async fn revoke(&self, _: &Lease) -> Result<(), ProviderError> {
        match self.call(Logical::post("auth/token/revoke-self", &[])).await {
            Ok(_) => Ok(()),
            // It has ended already.
            Err(Trouble::Refused(Refusal { status: 403, .. })) => Ok(()),
            Err(trouble) => {
                Err(self.subject("the revocation of the token").explain(&trouble, |_| None).into())
            }
        }
    }
}

impl TokenKeeper {
    async fn call(&self, request: Logical) -> Result<Answer, Trouble> {
        self.connection.call(request, Some(&self.token)).await
    }

    fn subject(&self, what: &str) -> Subject<'_> {
        Subject {
            provider: self.provider,
            reference: what.into(),
            place: &self.connection.place,
            secrets: vec![self.token.expose()],
        }
    }
}

#[async_trait]
impl LeaseKeeper for SecretKeeper {
    async fn renew(&self, lease: &Lease) -> Result<Lease, ProviderError> {
        let id = lease.id.as_deref().unwrap_or_default();
        let increment = increment(lease.duration);
        let mut members = vec![("lease_id", id)];
        members.extend(increment.iter().map(|i| ("increment", i.as_str())));
        let answer = self.call(Logical::post("sys/leases/renew", &members)).await;
        let subject = self.subject("renewal", id);
        let answer = answer.map_err(|trouble| subject.explain(&trouble, ended))?;
        secret_lease(&answer).ok_or_else(|| subject.explain(&Trouble::Malformed, |_| None).into())
    }

    async fn revoke(&self, lease: &Lease) -> Result<(), ProviderError> {
        let id = lease.id.as_deref().unwrap_or_default();
        match self.call(Logical::post("sys/leases/revoke", &[("lease_id", id)])).await {
            Ok(_) => Ok(()),
            // Leases end with the token that they were made with.
            Err(Trouble::Refused(refusal)) if is_gone(&refusal) || is_about_token(&refusal) => {
                Ok(())
            }
            Err(trouble) => {
                let known = |refusal: &Refusal| {
                    (refusal.status == 403).then(|| {
                        Diagnosis::new(ErrorKind::Denied, words(refusal)).advice(
                            "let the token's policy `update` the path `sys/leases/revoke`; the lease ends by itself",
                        )
                    })
                };
                Err(self.subject("revocation", id).explain(&trouble, known).into())
            }
        }
    }
}

impl SecretKeeper {
    async fn call(&self, request: Logical) -> Result<Answer, Trouble> {
        self.connection.call(request, Some(&self.token)).await
    }

    fn subject(&self, what: &str, id: &str) -> Subject<'_> {
        Subject {
            provider: self.provider,
            reference: format!("the {what} of the lease `{id}`"),
            place: &self.connection.place,
            secrets: vec![self.token.expose()],
        }
    }
}

/// What to ask for: as much as there was before.
fn increment(duration: Option<Duration>) -> Option<String> {
    duration.map(|duration| format!("{}s", duration.as_secs()))
}

fn is_gone(refusal: &Refusal) -> bool {
    refusal.status == 400 && (refusal.says("lease not found") || refusal.says("invalid lease"))
}

/// What it means that something cannot be renewed.
fn ended(refusal: &Refusal) -> Option<Diagnosis> {
    if is_gone(refusal) {
        let cause = "the lease has ended or was revoked";
        return Some(Diagnosis::new(ErrorKind::NotFound, cause).advice("open it anew"));
    }
    match refusal.status {
        400 => Some(
            Diagnosis::new(ErrorKind::Invalid, words(refusal))
                .advice("it cannot be prolonged: open it anew"),
        ),
        403 => Some(
            Diagnosis::new(ErrorKind::Unauthenticated, words(refusal))
                .advice("the token has ended or may not renew: log in anew"),
        ),
        _ => None,
    }
}
