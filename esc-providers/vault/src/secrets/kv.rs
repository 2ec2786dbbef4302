//! KV secrets of both versions.

use std::collections::BTreeSet;

use esc_core::provider::ErrorKind;
use esc_core::value::{Value, ValueKind};
use esc_provider_kit::Failure;
use futures::stream::{self, StreamExt};

use super::advice;
use super::fetch::{Fetched, Fetcher};
use super::plan::{Plan, Query, What, below};
use crate::connection::{Logical, Trouble};
use crate::failure::Diagnosis;

/// A mount and what it is.
pub(super) struct Mount {
    pub path: String,
    /// None if it is not KV.
    version: Option<u8>,
}

impl Fetcher<'_> {
    /// Asks once for each mount that seems to be meant, so that many secrets of one mount do not all ask.
    pub async fn learn_mounts(&self, plan: &Plan, width: usize) {
        let mut firsts = BTreeSet::new();
        let mut asked = Vec::new();
        for query in &plan.queries {
            let What::Kv { mount, path, .. } = &query.what else { continue };
            let path = mount.as_deref().unwrap_or(path);
            let first = path.split('/').next().unwrap_or(path);
            if (mount.is_some() && firsts.insert(path)) || (mount.is_none() && firsts.insert(first))
            {
                asked.push((mount.as_deref(), path));
            }
        }
        let mut learning = Vec::with_capacity(asked.len());
        for (mount, path) in asked {
            // Whoever reads asks again, and tells of what went wrong.
            learning.push(self.mount(mount, path));
        }
        stream::iter(learning).buffer_unordered(width).collect::<Vec<_>>().await;
    }

    pub async fn fetch_kv(
        &self,
        query: &Query,
        mount: Option<&str>,
        path: &str,
        version: Option<u64>,
    ) -> Result<Fetched, Failure> {
        let fail = |diagnosis| Err(self.subject(query).fail(diagnosis, None));
        let found = self.mount(mount, path).await.map_err(|trouble| {
            self.subject(query).explain(&trouble, |r| advice::mount(r, mount.unwrap_or(path)))
        })?;
        let rest =
            if mount.is_some() { path } else { below(&found.path, path).unwrap_or_default() };
        if rest.is_empty() {
            return fail(
                Diagnosis::new(ErrorKind::Invalid, "this is a mount, not a secret in it")
                    .advice("add the path of the secret"),
            );
        }
        match (found.version, version) {
            (Some(2), version) => self.fetch_version(query, &found.path, rest, version).await,
            (Some(_), None) => {
                let answer = self.call(Logical::get(format!("{}/{rest}", found.path))).await;
                let answer = answer.map_err(|trouble| {
                    self.subject(query).explain(&trouble, |r| advice::kv(r, &found.path, rest, 1))
                })?;
                self.fetched(query, answer)
            }
            (Some(_), Some(_)) => fail(
                Diagnosis::new(
                    ErrorKind::Invalid,
                    format!("the mount `{}` keeps no versions", found.path),
                )
                .advice("leave `version` out, or upgrade the mount to version 2"),
            ),
            (None, _) => fail(
                Diagnosis::new(ErrorKind::Invalid, format!("the mount `{}` is not KV", found.path))
                    .advice("use `read` for it"),
            ),
        }
    }

    async fn fetch_version(
        &self,
        query: &Query,
        mount: &str,
        path: &str,
        version: Option<u64>,
    ) -> Result<Fetched, Failure> {
        let request = Logical::get(format!("{mount}/data/{path}")).with_version(version);
        let answer = self.call(request).await.map_err(|trouble| {
            self.subject(query).explain(&trouble, |r| advice::kv(r, mount, path, 2))
        })?;
        match answer.data.as_ref().and_then(|data| data.get("data")) {
            Some(data) if matches!(data.kind, ValueKind::Object(_)) => {
                Ok(Fetched { data: data.clone(), lease: None })
            }
            _ => Err(self.subject(query).explain(&Trouble::Malformed, |_| None)),
        }
    }

    /// The mount of a path. Versions are kept a while; no path of one mount begins with that of another.
    pub async fn mount(&self, mount: Option<&str>, path: &str) -> Result<Mount, Trouble> {
        let whole = mount.unwrap_or(path);
        let place = &self.connection.place;
        let ends = whole.match_indices('/').map(|(end, _)| end).chain([whole.len()]);
        for prefix in ends.filter_map(|end| whole.get(..end)) {
            if let Some(version) = self.mounts.get(&(place.clone(), prefix.to_owned())).await {
                return Ok(Mount { path: prefix.to_owned(), version });
            }
        }
        let answer = self.call(Logical::get(format!("sys/internal/ui/mounts/{whole}"))).await?;
        let data = answer.data.ok_or(Trouble::Malformed)?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let path = text(data.get("path")).ok_or(Trouble::Malformed)?;
        let kv = matches!(data.get("type").and_then(Value::as_str), Some("kv" | "generic"));
        let version = text(data.get("options").and_then(|options| options.get("version")));
        let version = kv.then(|| if version.as_deref() == Some("2") { 2 } else { 1 });
        let path = path.trim_matches('/').to_owned();
        self.mounts.insert((place.clone(), path.clone()), version).await;
        Ok(Mount { path, version })
    }
}
