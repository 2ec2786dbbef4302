//! Which providers and rotators the server has, and what they take and give.

use reqwest::Method;

use super::answers::{CallableSchema, Part, callable_schema};
use super::failure::ApiError;
use super::settings::Api;

impl Api {
    /// The names of the providers.
    pub async fn providers(&self) -> Result<Vec<String>, ApiError> {
        self.names("providers").await
    }

    /// What a provider takes and gives.
    pub async fn provider_schema(&self, provider: &str) -> Result<CallableSchema, ApiError> {
        self.schema("providers", provider).await
    }

    /// The names of the rotators.
    pub async fn rotators(&self) -> Result<Vec<String>, ApiError> {
        self.names("rotators").await
    }

    /// What a rotator takes and gives.
    pub async fn rotator_schema(&self, rotator: &str) -> Result<CallableSchema, ApiError> {
        self.schema("rotators", rotator).await
    }

    async fn names(&self, kind: &str) -> Result<Vec<String>, ApiError> {
        let call = self.call(Method::GET, &[kind], format!("list the {kind}"));
        let answer = call.query("orgName", Some(&self.organization)).send().await?;
        let json = answer.json()?;
        let part = Part::new(&json, &answer.operation);
        let names = part.get(kind).ok_or_else(|| part.without(kind))?;
        Ok(names.elements().filter_map(|name| name.json.as_str().map(str::to_owned)).collect())
    }

    async fn schema(&self, kind: &str, name: &str) -> Result<CallableSchema, ApiError> {
        let operation = format!("read the schema of `{name}` among the {kind}");
        let answer = self.call(Method::GET, &[kind, name, "schema"], operation).send().await?;
        let json = answer.json()?;
        callable_schema(Part::new(&json, &answer.operation))
    }
}
