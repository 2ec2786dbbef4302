//! Listing, making, copying and deleting environments.

use std::collections::BTreeSet;

use esc_api::{CreateEnvironment, Environments};
use reqwest::Method;

use super::answers::{EnvironmentInfo, Page, next};
use super::failure::{ApiError, protocol};
use super::settings::Api;
use crate::source::EnvironmentName;

/// What a copy takes along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CloneOptions {
    /// The revisions. Without them, the copy has one.
    pub history: bool,
    /// Who may do what.
    pub access: bool,
    /// The tags of the environment.
    pub environment_tags: bool,
    /// The tags of its revisions.
    pub revision_tags: bool,
}

impl Api {
    /// One page of the organization's environments, from the beginning or where another page ended.
    pub async fn list(
        &self,
        continuation: Option<&str>,
    ) -> Result<Page<EnvironmentInfo>, ApiError> {
        let operation = format!("list the environments of `{}`", self.organization);
        self.page(&["environments", &self.organization], operation, continuation).await
    }

    /// All environments of the organization.
    pub async fn list_all(&self) -> Result<Vec<EnvironmentInfo>, ApiError> {
        let mut all = Vec::new();
        let mut seen = BTreeSet::new();
        let mut continuation = None;
        loop {
            let page = self.list(continuation.as_deref()).await?;
            all.extend(page.items);
            let Some(next) = page.next else { return Ok(all) };
            if !seen.insert(next.clone()) {
                let operation = format!("list the environments of `{}`", self.organization);
                return Err(protocol(&operation, "the pages of the list go in circles"));
            }
            continuation = Some(next);
        }
    }

    /// One page of the environments of all organizations that the caller is in.
    pub async fn list_everywhere(
        &self,
        continuation: Option<&str>,
    ) -> Result<Page<EnvironmentInfo>, ApiError> {
        self.page(&["environments"], "list environments".to_owned(), continuation).await
    }

    async fn page(
        &self,
        path: &[&str],
        operation: String,
        continuation: Option<&str>,
    ) -> Result<Page<EnvironmentInfo>, ApiError> {
        let call = self.call(Method::GET, path, operation);
        let answer = call.query("continuationToken", continuation).send().await?;
        let page: Environments = answer.read()?;
        for environment in &page.environments {
            answer.named("project", &environment.project)?;
            answer.named("name", &environment.name)?;
        }
        let items = page.environments.into_iter().map(EnvironmentInfo::from).collect();
        Ok(Page { items, next: next(page.next_token) })
    }

    /// Makes an empty environment.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ApiError::Conflict) if it exists.
    pub async fn create(&self, name: &EnvironmentName) -> Result<(), ApiError> {
        let operation = self.operation("create", name);
        let body =
            CreateEnvironment { project: name.project().to_owned(), name: name.name().to_owned() };
        let path = ["environments", &self.organization];
        self.call(Method::POST, &path, operation).json(&body).send().await.map(drop)
    }

    /// Copies an environment to a name that is free, within the organization.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ApiError::Conflict) if the target exists.
    pub async fn clone_environment(
        &self,
        from: &EnvironmentName,
        to: &EnvironmentName,
        options: CloneOptions,
    ) -> Result<(), ApiError> {
        let operation = format!("{} to `{to}`", self.operation("clone", from));
        let CloneOptions { history, access, environment_tags, revision_tags } = options;
        let body = esc_api::CloneEnvironment {
            project: Some(to.project().to_owned()),
            name: to.name().to_owned(),
            version: None,
            preserve_history: Some(history),
            preserve_access: Some(access),
            preserve_environment_tags: Some(environment_tags),
            preserve_revision_tags: Some(revision_tags),
        };
        let path = self.path(from, &["clone"]);
        self.call(Method::POST, &path, operation).json(&body).send().await.map(drop)
    }

    /// Deletes an environment.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ApiError::Conflict) if it is protected.
    pub async fn delete(&self, name: &EnvironmentName) -> Result<(), ApiError> {
        let path = self.path(name, &[]);
        self.call(Method::DELETE, &path, self.operation("delete", name)).send().await.map(drop)
    }

    /// The path of an environment, and what follows.
    pub(super) fn path<'a>(&'a self, name: &'a EnvironmentName, rest: &[&'a str]) -> Vec<&'a str> {
        let start = ["environments", &self.organization, name.project(), name.name()];
        start.into_iter().chain(rest.iter().copied()).collect()
    }

    /// ``open `acme/shop/dev` ``
    pub(super) fn operation(&self, verb: &str, name: &impl std::fmt::Display) -> String {
        format!("{verb} `{}/{name}`", self.organization)
    }
}
