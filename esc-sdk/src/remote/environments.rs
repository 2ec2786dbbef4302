//! Listing, making, copying and deleting environments.

use std::collections::BTreeSet;

use esc_core::json::Writer;
use reqwest::Method;

use super::answers::{EnvironmentInfo, Page, Part, environment_info, next};
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
        let json = answer.json()?;
        let part = Part::new(&json, &answer.operation);
        Ok(Page { items: part.list("environments", environment_info)?, next: next(part) })
    }

    /// Makes an empty environment.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ApiError::Conflict) if it exists.
    pub async fn create(&self, name: &EnvironmentName) -> Result<(), ApiError> {
        let operation = self.operation("create", name);
        let body = object(|w| {
            member(w, "project", name.project());
            member(w, "name", name.name());
        });
        let path = ["environments", &self.organization];
        self.call(Method::POST, &path, operation).json(body).send().await.map(drop)
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
        let body = object(|w| {
            member(w, "project", to.project());
            member(w, "name", to.name());
            for (key, flag) in [
                ("preserveHistory", history),
                ("preserveAccess", access),
                ("preserveEnvironmentTags", environment_tags),
                ("preserveRevisionTags", revision_tags),
            ] {
                w.key(key);
                w.bool(flag);
            }
        });
        let path = self.path(from, &["clone"]);
        self.call(Method::POST, &path, operation).json(body).send().await.map(drop)
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

/// The text of a JSON object.
pub(super) fn object(members: impl FnOnce(&mut Writer)) -> String {
    let mut writer = Writer::compact();
    writer.begin_object();
    members(&mut writer);
    writer.end_object();
    writer.finish()
}

pub(super) fn member(writer: &mut Writer, key: &str, text: &str) {
    writer.key(key);
    writer.string(text);
}
