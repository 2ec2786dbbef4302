//! The routes of the look-alike for revisions and tags.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::look_alike::error;
use crate::routes::{Asked, Reply};
use crate::store::{Name, Stored, THEN};

pub fn revisions(asked: &Asked<'_>, name: &Name, stored: &Stored, rest: &[&str]) -> Reply {
    match (asked.recorded.method.as_str(), rest) {
        ("GET", []) => list(asked, stored),
        ("GET", ["tags"]) => {
            let all = stored.all_revision_tags();
            let (page, next) = page(asked, all.into_iter().collect(), "");
            let tags: Vec<Json> = page.iter().map(|(tag, n)| revision_tag(tag, *n)).collect();
            Reply::ok(json!({"tags": tags, "nextToken": next}))
        }
        ("GET", ["tags", tag]) => match stored.all_revision_tags().get(*tag) {
            Some(number) => Reply::ok(revision_tag(tag, *number)),
            None => Reply::not_found(),
        },
        ("POST", ["tags"]) => {
            let body = asked.json();
            let tag = body["name"].as_str().unwrap().to_owned();
            if stored.all_revision_tags().contains_key(&tag) {
                return error(StatusCode::CONFLICT, "the tag already exists");
            }
            if tag.starts_with(|c: char| c.is_ascii_digit()) {
                return error(StatusCode::BAD_REQUEST, "tags must not start with a digit");
            }
            set(asked, name, stored, tag, body["revision"].as_u64())
        }
        (_, ["tags", "latest"]) => error(StatusCode::BAD_REQUEST, "latest is built in"),
        ("PATCH" | "DELETE", ["tags", tag]) if !stored.revision_tags.contains_key(*tag) => {
            Reply::not_found()
        }
        ("PATCH", ["tags", tag]) => {
            set(asked, name, stored, tag.to_string(), asked.json()["revision"].as_u64())
        }
        ("DELETE", ["tags", tag]) => {
            let mut store = asked.shared.store();
            store.environments.get_mut(name).unwrap().revision_tags.remove(*tag);
            Reply::nothing()
        }
        ("POST", [version, "retract"]) => retract(asked, name, stored, version),
        _ => Reply::not_found(),
    }
}

fn list(asked: &Asked<'_>, stored: &Stored) -> Reply {
    let before = asked.query("before").map_or(0, |n| n.parse().unwrap());
    let before = if before == 0 { usize::MAX } else { before };
    let count = asked.query("count").map_or(usize::MAX, |n| n.parse().unwrap());
    let numbers = (1..=stored.latest()).rev().filter(|n| *n < before).take(count);
    let tags = stored.all_revision_tags();
    // Clients of the official SDKs refuse members that they do not know.
    let strict = asked.recorded.header("x-pulumi-source") == Some("esc-sdk");
    let revision = |number: usize| {
        let tags: Vec<_> = tags.iter().filter(|(_, n)| **n == number).map(|(t, _)| t).collect();
        let mut revision = json!({"number": number, "created": THEN, "creatorLogin": "me",
            "creatorName": "Me", "tags": tags});
        if let (Some(replacement), false) = (stored.retracted.get(&number), strict) {
            revision["retracted"] = json!({"replacement": replacement, "at": THEN, "byLogin": "me",
                "byName": "Me", "reason": "wrong"});
        }
        revision
    };
    Reply::ok(numbers.map(revision).collect())
}

fn set(asked: &Asked<'_>, name: &Name, stored: &Stored, tag: String, to: Option<u64>) -> Reply {
    let number = to.map_or(stored.latest(), |n| n as usize);
    if !(1..=stored.latest()).contains(&number) {
        return error(StatusCode::BAD_REQUEST, "there is no such revision");
    }
    asked.shared.store().environments.get_mut(name).unwrap().revision_tags.insert(tag, number);
    Reply::nothing()
}

fn retract(asked: &Asked<'_>, name: &Name, stored: &Stored, version: &str) -> Reply {
    let Some(number) = stored.number(version) else { return Reply::not_found() };
    if number == stored.latest() {
        return error(StatusCode::BAD_REQUEST, "the newest revision cannot be retracted");
    }
    let replacement = asked.json()["replacement"].as_u64().map_or(number - 1, |n| n as usize);
    let mut store = asked.shared.store();
    let stored = store.environments.get_mut(name).unwrap();
    stored.retracted.insert(number, replacement);
    let moved = stored.revision_tags.values_mut().filter(|n| **n == number);
    moved.for_each(|n| *n = replacement);
    Reply::nothing()
}

pub fn environment(asked: &Asked<'_>, name: &Name, rest: &[&str]) -> Reply {
    let mut store = asked.shared.store();
    let tags = &mut store.environments.get_mut(name).unwrap().tags;
    let body = asked.json();
    match (asked.recorded.method.as_str(), rest) {
        ("GET", []) => {
            let (page, next) = page(asked, tags.clone().into_iter().collect(), "0");
            let tags: serde_json::Map<String, Json> =
                page.into_iter().map(|(k, v)| (k.clone(), environment_tag(&k, &v))).collect();
            Reply::ok(json!({"tags": tags, "nextToken": next}))
        }
        ("POST", []) => {
            let (tag, value) = (body["name"].as_str().unwrap(), body["value"].as_str().unwrap());
            if tags.contains_key(tag) {
                return error(StatusCode::CONFLICT, "the tag already exists");
            }
            tags.insert(tag.to_owned(), value.to_owned());
            Reply::ok(environment_tag(tag, value))
        }
        (method, [tag]) => {
            let Some(value) = tags.get(*tag).cloned() else { return Reply::not_found() };
            match method {
                "GET" => Reply::ok(environment_tag(tag, &value)),
                "DELETE" => {
                    tags.remove(*tag);
                    Reply::nothing()
                }
                "PATCH" if body["currentTag"]["value"] != json!(value) => {
                    error(StatusCode::CONFLICT, "the tag has another value")
                }
                "PATCH" => {
                    tags.remove(*tag);
                    let new = |key: &str, old: &str| {
                        let text = body["newTag"][key].as_str().filter(|text| !text.is_empty());
                        text.unwrap_or(old).to_owned()
                    };
                    let (tag, value) = (new("name", tag), new("value", &value));
                    tags.insert(tag.clone(), value.clone());
                    Reply::ok(environment_tag(&tag, &value))
                }
                _ => Reply::not_found(),
            }
        }
        _ => Reply::not_found(),
    }
}

/// The items after the name that was asked for, and what to ask for next.
fn page<T>(asked: &Asked<'_>, all: Vec<(String, T)>, end: &str) -> (Vec<(String, T)>, String) {
    let after = asked.query("after").unwrap_or_default().to_owned();
    let count = asked.query("count").map_or(usize::MAX, |n| n.parse().unwrap());
    let mut rest = all.into_iter().filter(|(name, _)| *name > after);
    let page: Vec<_> = rest.by_ref().take(count).collect();
    let more = rest.next().is_some();
    let next = page.last().filter(|_| more).map_or(end.to_owned(), |(name, _)| name.clone());
    (page, next)
}

fn revision_tag(name: &str, revision: usize) -> Json {
    json!({"name": name, "revision": revision, "created": THEN, "modified": THEN,
        "editorLogin": "me", "editorName": "Me"})
}

fn environment_tag(name: &str, value: &str) -> Json {
    json!({"name": name, "value": value, "created": THEN, "modified": THEN,
        "editorLogin": "me", "editorName": "Me"})
}
