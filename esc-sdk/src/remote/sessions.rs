//! Opening environments and reading what was opened.

use std::fmt;
use std::time::Duration;

use esc_api::OpenResponse;
use esc_core::environment::{Environment, read_value};
use esc_core::path::PropertyPath;
use esc_core::value::TracedValue;
use reqwest::Method;
use smol_str::SmolStr;

use super::failure::{ApiError, protocol};
use super::names::Reference;
use super::settings::Api;

/// An opened environment on the server: a snapshot that can be read until it ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session(SmolStr);

impl Session {
    /// From its identifier.
    pub fn new(id: impl Into<SmolStr>) -> Session {
        Session(id.into())
    }

    /// Its identifier. Without the right access token it is of no use.
    pub fn id(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Api {
    /// Opens an environment: the server evaluates it and calls its providers.
    ///
    /// The session ends after `lifetime`, or the server's default. This is never repeated, since providers may have
    /// made credentials.
    ///
    /// # Errors
    ///
    /// [`Invalid`](ApiError::Invalid) with diagnostics if the environment has errors.
    pub async fn open(
        &self,
        environment: &Reference,
        lifetime: Option<Duration>,
    ) -> Result<Session, ApiError> {
        let version = environment.version.as_ref().map(ToString::to_string);
        let mut rest = Vec::new();
        if let Some(version) = &version {
            rest.extend(["versions", version]);
        }
        rest.push("open");
        let path = self.path(&environment.name, &rest);
        let call = self.call(Method::POST, &path, self.operation("open", environment));
        let answer = call.query("duration", lifetime.map(go_duration)).send().await?;
        let OpenResponse { id } = answer.read()?;
        answer.named("id", &id)?;
        Ok(Session::new(id))
    }

    /// All values of an opened environment.
    pub async fn read(
        &self,
        environment: &Reference,
        session: &Session,
    ) -> Result<Environment, ApiError> {
        // The session knows which version it is of.
        let path = self.path(&environment.name, &["open", session.id()]);
        let operation = self.operation("read the opened", environment);
        let answer = self.call(Method::GET, &path, operation).send().await?;
        Environment::from_json(answer.json()?)
            .map_err(|error| protocol(&answer.operation, error.to_string()))
    }

    /// One value of an opened environment.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ApiError::NotFound) if there is no such value, or no such session.
    pub async fn read_property(
        &self,
        environment: &Reference,
        session: &Session,
        property: &PropertyPath,
    ) -> Result<TracedValue, ApiError> {
        let path = self.path(&environment.name, &["open", session.id()]);
        let operation = self.operation(&format!("read `{property}` of the opened"), environment);
        let call = self.call(Method::GET, &path, operation).query("property", Some(property));
        let answer = call.send().await?;
        read_value(answer.json()?).map_err(|error| protocol(&answer.operation, error.to_string()))
    }

    /// Opens an environment and reads all its values.
    pub async fn open_and_read(
        &self,
        environment: &Reference,
        lifetime: Option<Duration>,
    ) -> Result<Environment, ApiError> {
        let session = self.open(environment, lifetime).await?;
        self.read(environment, &session).await
    }

    /// Opens an environment and reads one value.
    pub async fn open_and_read_property(
        &self,
        environment: &Reference,
        property: &PropertyPath,
        lifetime: Option<Duration>,
    ) -> Result<TracedValue, ApiError> {
        let session = self.open(environment, lifetime).await?;
        self.read_property(environment, &session, property).await
    }
}

/// The duration as Go writes it: `2h0m0s`.
fn go_duration(duration: Duration) -> String {
    let (seconds, millis) = (duration.as_secs(), duration.subsec_millis());
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    match (hours, minutes) {
        (0, 0) => format!("{seconds}{fraction}s"),
        (0, _) => format!("{minutes}m{seconds}{fraction}s"),
        _ => format!("{hours}h{minutes}m{seconds}{fraction}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_in_go() {
        let written = |millis| go_duration(Duration::from_millis(millis));
        assert_eq!(written(7_200_000), "2h0m0s");
        assert_eq!(written(90_000), "1m30s");
        assert_eq!(written(1_050), "1.050s");
        assert_eq!(written(0), "0s");
    }
}
