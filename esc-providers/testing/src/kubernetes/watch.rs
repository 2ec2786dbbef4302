//! Watches: changes as they happen, one JSON text a line.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;
use tokio::time::Instant;

use super::list::Selector;
use super::resource::Target;
use super::shared::{Query, Shared};
use super::status::Status;
use super::store::Event;

/// How long a watch lasts that does not say.
const USUAL: u64 = 60;

struct Watch {
    shared: Arc<Shared>,
    changed: Receiver<u64>,
    target: Target,
    selector: Selector,
    /// What was seen last.
    version: u64,
    until: Instant,
    bookmarks: bool,
    ready: VecDeque<Value>,
    ended: bool,
}

/// A response that goes on until the time is up.
pub(super) fn stream(shared: Arc<Shared>, target: &Target, query: &Query) -> Response {
    let selector = match Selector::parse(query) {
        Ok(selector) => selector,
        Err(status) => return status.into_response(),
    };
    let seconds = query.number("timeoutSeconds").filter(|s| *s > 0).unwrap_or(USUAL);
    let mut watch = Watch {
        changed: shared.changed.subscribe(),
        shared,
        target: target.clone(),
        selector,
        version: 0,
        until: Instant::now() + Duration::from_secs(seconds),
        bookmarks: query.flag("allowWatchBookmarks"),
        ready: VecDeque::new(),
        ended: false,
    };
    if let Err(status) = watch.begin(query.text("resourceVersion")) {
        return status.into_response();
    }
    let lines = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(format!("{event}\n")), watch))
    });
    ([("content-type", "application/json")], Body::from_stream(lines)).into_response()
}

impl Watch {
    fn begin(&mut self, from: &str) -> Result<(), Status> {
        let contents = self.shared.clone();
        let store = &contents.lock().store;
        if matches!(from, "" | "0") {
            for (_, object) in store.all(self.target.resource, &self.target.namespace) {
                if self.selector.matches(object) {
                    self.ready.push_back(json!({ "type": "ADDED", "object": object }));
                }
            }
            self.version = store.version();
            return Ok(());
        }
        self.version = from.parse().map_err(|_| Status::bad_request("invalid resource version"))?;
        if self.version < store.compacted() {
            let message = format!("too old resource version: {from} ({})", store.compacted());
            let status = Status::expired(message).body();
            self.ready.push_back(json!({ "type": "ERROR", "object": status }));
            self.ended = true;
        }
        Ok(())
    }

    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            self.collect();
            if !self.ready.is_empty() {
                continue;
            }
            match tokio::time::timeout_at(self.until, self.changed.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => {
                    self.ended = true;
                    if self.bookmarks {
                        self.ready.push_back(self.bookmark());
                    }
                }
            }
        }
    }

    /// Makes ready what has happened since.
    fn collect(&mut self) {
        self.changed.mark_unchanged();
        let shared = self.shared.clone();
        let store = &shared.lock().store;
        for event in store.events_since(self.version) {
            if let Some(event) = self.shown(event) {
                self.ready.push_back(event);
            }
        }
        self.version = store.version();
    }

    /// The change as whoever selects like this sees it.
    fn shown(&self, event: &Event) -> Option<Value> {
        let place = &self.target.namespace;
        let here = event.key.resource == self.target.resource
            && (place.is_empty() || place == &event.key.namespace);
        let before = event.before.as_ref().is_some_and(|object| self.selector.matches(object));
        let after = !event.deleted && self.selector.matches(&event.object);
        let kind = match (before, after) {
            _ if !here => return None,
            (false, false) => return None,
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
        };
        Some(json!({ "type": kind, "object": event.object }))
    }

    fn bookmark(&self) -> Value {
        let resource = self.target.resource;
        json!({ "type": "BOOKMARK", "object": {
            "kind": resource.kind(), "apiVersion": resource.api_version(),
            "metadata": { "resourceVersion": self.version.to_string(), "creationTimestamp": null },
        }})
    }
}
