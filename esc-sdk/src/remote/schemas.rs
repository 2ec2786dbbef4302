//! Which providers and rotators the server has, and what they take and give.

use esc_api::{Providers, Rotators};
use esc_core::schema::Schema;
use reqwest::Method;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::answers::CallableSchema;
use super::failure::ApiError;
use super::settings::Api;

impl Api {
    /// The names of the providers.
    pub async fn providers(&self) -> Result<Vec<String>, ApiError> {
        let Providers { providers } = self.names("providers").await?;
        Ok(providers)
    }

    /// What a provider takes and gives.
    pub async fn provider_schema(&self, provider: &str) -> Result<CallableSchema, ApiError> {
        self.schema("providers", provider).await
    }

    /// The names of the rotators.
    pub async fn rotators(&self) -> Result<Vec<String>, ApiError> {
        let Rotators { rotators } = self.names("rotators").await?;
        Ok(rotators)
    }

    /// What a rotator takes and gives.
    pub async fn rotator_schema(&self, rotator: &str) -> Result<CallableSchema, ApiError> {
        self.schema("rotators", rotator).await
    }

    async fn names<T: DeserializeOwned>(&self, kind: &str) -> Result<T, ApiError> {
        let call = self.call(Method::GET, &[kind], format!("list the {kind}"));
        call.query("orgName", Some(&self.organization)).send().await?.read()
    }

    async fn schema(&self, kind: &str, name: &str) -> Result<CallableSchema, ApiError> {
        let operation = format!("read the schema of `{name}` among the {kind}");
        let answer = self.call(Method::GET, &[kind, name, "schema"], operation).send().await?;
        let described: esc_api::CallableSchema<Option<IgnoredAny>> = answer.read()?;
        answer.named("name", &described.name)?;
        // Schemas are read by the language's own reader: it keeps their numbers as they are.
        let json = answer.json()?;
        let schema = |member| {
            let schema = json.get(member).and_then(|json| Schema::from_json(json).ok());
            schema.unwrap_or_else(Schema::always)
        };
        Ok(CallableSchema {
            name: described.name,
            description: described.description,
            inputs: schema("inputs"),
            outputs: schema("outputs"),
        })
    }
}
