//! Tags of environments.

use esc_api::{CreateEnvironmentTag, CurrentTag, EnvironmentTags, NewTag, UpdateEnvironmentTag};
use reqwest::Method;

use super::answers::{EnvironmentTag, Page, next};
use super::failure::ApiError;
use super::response::Answer;
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
        let page: EnvironmentTags = answer.read()?;
        let tags = page.tags.into_values().map(|tag| environment_tag(&answer, tag));
        Ok(Page { items: tags.collect::<Result<_, _>>()?, next: next(Some(page.next_token)) })
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
        let body = CreateEnvironmentTag { name: tag.to_owned(), value: value.to_owned() };
        let path = self.path(name, &["tags"]);
        answered(self.call(Method::POST, &path, operation).json(&body)).await
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
        let body = UpdateEnvironmentTag {
            current_tag: CurrentTag { value: current.to_owned() },
            new_tag: NewTag {
                name: new_name.map(str::to_owned),
                value: new_value.map(str::to_owned),
            },
        };
        let path = self.path(name, &["tags", tag]);
        answered(self.call(Method::PATCH, &path, operation).json(&body)).await
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
    environment_tag(&answer, answer.read()?)
}

fn environment_tag(
    answer: &Answer,
    tag: esc_api::EnvironmentTag,
) -> Result<EnvironmentTag, ApiError> {
    answer.named("name", &tag.name)?;
    Ok(tag.into())
}
