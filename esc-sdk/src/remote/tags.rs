//! Tags of environments.

use reqwest::Method;

use super::answers::{EnvironmentTag, Page, Part, environment_tag, next};
use super::environments::{member, object};
use super::failure::ApiError;
use super::settings::Api;
use super::transport::Call;
use crate::source::EnvironmentName;

impl Api {
    /// One page of the tags of an environment, by name, from the beginning or where another page ended.
    pub async fn environment_tags(
        &self,
        name: &EnvironmentName,
        after: Option<&str>,
        count: Option<u32>,
    ) -> Result<Page<EnvironmentTag>, ApiError> {
        let path = self.path(name, &["tags"]);
        let call = self.call(Method::GET, &path, self.operation("list the tags of", name));
        let answer = call.query("after", after).query("count", count).send().await?;
        let json = answer.json()?;
        let part = Part::new(&json, &answer.operation);
        let tags = part.get("tags").ok_or_else(|| part.without("tags"))?;
        let items = tags.members().map(|(_, tag)| environment_tag(tag));
        Ok(Page { items: items.collect::<Result<_, _>>()?, next: next(part) })
    }

    /// Makes a tag.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ApiError::Conflict) if it exists.
    pub async fn create_environment_tag(
        &self,
        name: &EnvironmentName,
        tag: &str,
        value: &str,
    ) -> Result<EnvironmentTag, ApiError> {
        let operation = self.operation(&format!("create the tag `{tag}` of"), name);
        let body = object(|w| {
            member(w, "name", tag);
            member(w, "value", value);
        });
        let path = self.path(name, &["tags"]);
        answered(self.call(Method::POST, &path, operation).json(body)).await
    }

    /// The tag of that name.
    pub async fn environment_tag(
        &self,
        name: &EnvironmentName,
        tag: &str,
    ) -> Result<EnvironmentTag, ApiError> {
        let operation = self.operation(&format!("read the tag `{tag}` of"), name);
        answered(self.call(Method::GET, &self.path(name, &["tags", tag]), operation)).await
    }

    /// Gives a tag another name, another value or both, if it has the value `current`.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ApiError::Conflict) if it has another.
    pub async fn update_environment_tag(
        &self,
        name: &EnvironmentName,
        tag: &str,
        current: &str,
        new_name: Option<&str>,
        new_value: Option<&str>,
    ) -> Result<EnvironmentTag, ApiError> {
        let operation = self.operation(&format!("change the tag `{tag}` of"), name);
        let body = object(|w| {
            w.key("currentTag");
            w.begin_object();
            member(w, "value", current);
            w.end_object();
            w.key("newTag");
            w.begin_object();
            for (key, text) in [("name", new_name), ("value", new_value)] {
                if let Some(text) = text {
                    member(w, key, text);
                }
            }
            w.end_object();
        });
        let path = self.path(name, &["tags", tag]);
        answered(self.call(Method::PATCH, &path, operation).json(body)).await
    }

    /// Deletes a tag.
    pub async fn delete_environment_tag(
        &self,
        name: &EnvironmentName,
        tag: &str,
    ) -> Result<(), ApiError> {
        let operation = self.operation(&format!("delete the tag `{tag}` of"), name);
        let path = self.path(name, &["tags", tag]);
        self.call(Method::DELETE, &path, operation).send().await.map(drop)
    }
}

async fn answered(call: Call<'_>) -> Result<EnvironmentTag, ApiError> {
    let answer = call.send().await?;
    let json = answer.json()?;
    environment_tag(Part::new(&json, &answer.operation))
}
