//! Revisions and the tags that point at them.

use esc_api::{CreateRevisionTag, RetractRevision, RevisionTags, UpdateRevisionTag};
use reqwest::Method;

use super::answers::{Page, Revision, RevisionTag, next};
use super::failure::ApiError;
use super::response::Answer;
use super::settings::Api;
use crate::source::EnvironmentName;

impl Api {
    /// Revisions, the newest first: those with numbers below `before`, and not more than `count`.
    ///
    /// To read on, ask for those before the last; an empty list is the end.
    pub async fn revisions(
        &self,
        name: &EnvironmentName,
        before: Option<u64>,
        count: Option<u32>,
    ) -> Result<Vec<Revision>, ApiError> {
        let path = self.path(name, &["versions"]);
        let call = self.call(Method::GET, &path, self.operation("list the revisions of", name));
        let answer = call.query("before", before).query("count", count).send().await?;
        let revisions: Vec<esc_api::Revision> = answer.read()?;
        Ok(revisions.into_iter().map(Revision::from).collect())
    }

    /// The revision of that number.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ApiError::NotFound) if there is none.
    pub async fn revision(
        &self,
        name: &EnvironmentName,
        number: u64,
    ) -> Result<Revision, ApiError> {
        // The API has no call for one.
        let found = self.revisions(name, Some(number.saturating_add(1)), Some(1)).await?;
        found.into_iter().find(|revision| revision.number == number).ok_or_else(|| {
            ApiError::NotFound {
                operation: self.operation("read", &format!("{name}@{number}")),
                message: "there is no such revision".to_owned(),
            }
        })
    }

    /// Takes a revision back: it can no longer be read or opened. Its tags move to the replacement, or to the nearest
    /// revision before it. The newest cannot be taken back.
    pub async fn retract(
        &self,
        name: &EnvironmentName,
        number: u64,
        replacement: Option<u64>,
        reason: Option<&str>,
    ) -> Result<(), ApiError> {
        let operation = self.operation("retract", &format!("{name}@{number}"));
        let body = RetractRevision { replacement, reason: reason.map(str::to_owned) };
        let number = number.to_string();
        let path = self.path(name, &["versions", &number, "retract"]);
        self.call(Method::POST, &path, operation).json(&body).send().await.map(drop)
    }

    /// One page of the tags of revisions, by name: those after that name, and not more than `count`.
    pub async fn revision_tags(
        &self,
        name: &EnvironmentName,
        after: Option<&str>,
        count: Option<u32>,
    ) -> Result<Page<RevisionTag>, ApiError> {
        let path = self.path(name, &["versions", "tags"]);
        let call = self.call(Method::GET, &path, self.operation("list the revision tags of", name));
        let answer = call.query("after", after).query("count", count).send().await?;
        let page: RevisionTags = answer.read()?;
        let tags = page.tags.into_iter().map(|tag| revision_tag(&answer, tag));
        Ok(Page { items: tags.collect::<Result<_, _>>()?, next: next(Some(page.next_token)) })
    }

    /// Makes a tag that points at a revision. Its name must not start with a digit.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ApiError::Conflict) if it exists.
    pub async fn create_revision_tag(
        &self,
        name: &EnvironmentName,
        tag: &str,
        revision: u64,
    ) -> Result<(), ApiError> {
        let operation = self.operation(&format!("create the revision tag `{tag}` of"), name);
        let body = CreateRevisionTag { name: tag.to_owned(), revision: Some(revision) };
        let path = self.path(name, &["versions", "tags"]);
        self.call(Method::POST, &path, operation).json(&body).send().await.map(drop)
    }

    /// The tag of that name.
    pub async fn revision_tag(
        &self,
        name: &EnvironmentName,
        tag: &str,
    ) -> Result<RevisionTag, ApiError> {
        let operation = self.operation(&format!("read the revision tag `{tag}` of"), name);
        let path = self.path(name, &["versions", "tags", tag]);
        let answer = self.call(Method::GET, &path, operation).send().await?;
        revision_tag(&answer, answer.read()?)
    }

    /// Moves a tag to another revision.
    pub async fn update_revision_tag(
        &self,
        name: &EnvironmentName,
        tag: &str,
        revision: u64,
    ) -> Result<(), ApiError> {
        let operation = self.operation(&format!("move the revision tag `{tag}` of"), name);
        let body = UpdateRevisionTag { revision: Some(revision) };
        let path = self.path(name, &["versions", "tags", tag]);
        self.call(Method::PATCH, &path, operation).json(&body).send().await.map(drop)
    }

    /// Deletes a tag. `latest` cannot be deleted.
    pub async fn delete_revision_tag(
        &self,
        name: &EnvironmentName,
        tag: &str,
    ) -> Result<(), ApiError> {
        let operation = self.operation(&format!("delete the revision tag `{tag}` of"), name);
        let path = self.path(name, &["versions", "tags", tag]);
        self.call(Method::DELETE, &path, operation).send().await.map(drop)
    }
}

fn revision_tag(answer: &Answer, tag: esc_api::RevisionTag) -> Result<RevisionTag, ApiError> {
    answer.named("name", &tag.name)?;
    Ok(tag.into())
}
