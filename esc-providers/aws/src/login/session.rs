//! A session of a role, or other credentials, on the way to the answer.

use std::time::Duration;

use aws_sdk_sts::primitives::DateTimeFormat;
use aws_sdk_sts::types::Credentials as StsCredentials;
use esc_core::provider::{ErrorKind, Lease, Output, ProviderError};
use esc_core::secret::{Secret, Text};
use esc_core::value::Value;
use esc_provider_kit::Failure;
use esc_provider_kit::inputs::parse_duration;

use crate::LOGIN;
use crate::inputs::Login;

/// Credentials on their way to the answer.
pub(super) struct Session {
    pub(super) login: Login,
    /// How long they are valid, and until when; none if they do not end.
    pub(super) ends: Option<(Duration, String)>,
    /// Whether the id of the access key comes from a secret.
    pub(super) key_is_secret: bool,
}

impl Session {
    /// What STS answered to a request for so long.
    ///
    /// The lease is what was asked for, not what is left by this machine's clock, which may be wrong.
    pub(super) fn of_sts(credentials: StsCredentials, duration: Duration) -> Session {
        let StsCredentials { access_key_id, secret_access_key, session_token, expiration, .. } =
            credentials;
        let expiration = expiration.fmt(DateTimeFormat::DateTime).unwrap_or_default();
        Session {
            login: Login {
                access_key_id,
                secret_access_key: Secret::new(secret_access_key),
                session_token: Some(Secret::new(session_token)),
            },
            ends: Some((duration, expiration)),
            key_is_secret: false,
        }
    }

    pub(super) fn opened(self) -> Output {
        let Session { login, ends, key_is_secret } = self;
        let secret = |text: &Secret<String>| {
            Value::string(Text::secret(text.expose().clone())).into_secret()
        };
        let mut key = Value::string(login.access_key_id.as_str());
        if key_is_secret {
            key = key.into_secret();
        }
        let mut properties =
            vec![("accessKeyId", key), ("secretAccessKey", secret(&login.secret_access_key))];
        properties.extend(login.session_token.iter().map(|token| ("sessionToken", secret(token))));
        if let Some((_, expiration)) = &ends {
            properties.push(("expiration", Value::string(expiration.as_str())));
        }
        let mut opened = Output::from(Value::object(properties));
        opened.leases.extend(ends.map(|(duration, _)| Lease::of(duration)));
        opened
    }
}

/// How long a session is to last: AWS allows 15 minutes to 12 hours.
pub(super) fn duration(
    given: Option<&str>,
    usual: Duration,
    input: &str,
) -> Result<(Duration, i32), ProviderError> {
    let duration = match given {
        Some(text) => parse_duration(text),
        None => Some(usual),
    };
    let seconds = duration.and_then(|d| i32::try_from(d.as_secs()).ok());
    match (duration, seconds) {
        (Some(duration), Some(seconds @ 900..=43_200)) => Ok((duration, seconds)),
        _ => Err(Failure::new(LOGIN, ErrorKind::Invalid)
            .reference(format!("`{input}`"))
            .cause("a session of a role lasts 15 minutes at least and 12 hours at most")
            .advice("write a duration such as 1h or 45m, which the role must allow as well")
            .into()),
    }
}
