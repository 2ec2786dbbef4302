//! The same values as an environment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use esc_sdk::{Client, FromEnvironment, MemorySource, Secret};

use crate::password::password;

/// The environment that there is.
pub const ENVIRONMENT: &str = "shop/production";

/// What a program wants of it.
#[derive(FromEnvironment)]
pub struct Config {
    #[esc(path = "database.host")]
    pub host: String,
    #[esc(path = "database.port")]
    pub port: u16,
    #[esc(path = "database.password")]
    pub password: Secret<String>,
}

/// A client that remembers what it opened.
pub fn client(version: Arc<AtomicU64>) -> Client {
    Client::builder(Changing(version)).cache(Duration::from_secs(3600)).build()
}

/// An environment whose password changes with the version.
struct Changing(Arc<AtomicU64>);

#[async_trait]
impl EnvironmentSource for Changing {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        let password = password(self.0.load(Ordering::SeqCst));
        let text = format!(
            "values:\n  database:\n    host: db.example\n    port: 5432\n    password: {{fn::secret: {password}}}\n"
        );
        let source = MemorySource::new()
            .with(ENVIRONMENT, text)
            .map_err(|error| SourceError::new(SourceErrorKind::Invalid, error.to_string()))?;
        source.load(name).await
    }
}
