//! The routes of the look-alike: environments, definitions, sessions, and the exchange of tokens.

use axum::http::{Method, StatusCode};
use esc_core::diagnostic::Diagnostic;
use esc_core::edit::{decrypt_secrets, encrypt_secrets};
use esc_core::path::PropertyPath;
use esc_core::value::{Content, Origin, Properties, TracedValue};
use percent_encoding::percent_decode_str;
use serde_json::{Value as Json, json};

use crate::look_alike::{IDENTITY, READER, Recorded, Shared, TOKEN, error};
use crate::store::{Name, Session, Stored, THEN, Work, crypter, etag};
use crate::{tags, wire};

pub struct Reply {
    pub status: StatusCode,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    pub fn json(status: StatusCode, body: Json) -> Reply {
        let headers = vec![("content-type", "application/json".to_owned())];
        Reply { status, headers, body: format!("{body}\n") }
    }

    pub fn ok(body: Json) -> Reply {
        Reply::json(StatusCode::OK, body)
    }

    pub fn nothing() -> Reply {
        Reply { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: String::new() }
    }

    pub fn not_found() -> Reply {
        error(StatusCode::NOT_FOUND, "not found")
    }

    fn with_state(mut self, name: &Name, number: usize) -> Reply {
        self.headers.push(("etag", etag(name, number)));
        self.headers.push(("pulumi-esc-revision", number.to_string()));
        self
    }
}

/// A request, taken apart.
pub struct Asked<'a> {
    pub shared: &'a Shared,
    pub recorded: &'a Recorded,
    /// The segments behind `/api/esc`, decoded.
    pub path: Vec<String>,
    pub query: Vec<(String, String)>,
}

impl Asked<'_> {
    /// A parameter; an empty one is one that is not there.
    pub fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(k, v)| k == name && !v.is_empty());
        found.map(|(_, v)| v.as_str())
    }

    pub fn json(&self) -> Json {
        serde_json::from_str(&self.recorded.body).unwrap_or_default()
    }
}

/// A refusal, if the caller may not do that.
pub fn unauthorized(shared: &Shared, recorded: &Recorded) -> Option<Reply> {
    if recorded.target == "/api/oauth/token" {
        return None;
    }
    let given = recorded.header("authorization").and_then(|v| v.strip_prefix("token "));
    let exchanged = |token: &str| shared.exchanged.lock().unwrap().iter().any(|t| t == token);
    match given {
        Some(TOKEN) => None,
        Some(READER) => {
            let reads = recorded.method == Method::GET || recorded.method == Method::HEAD;
            let decrypts = recorded.target.ends_with("/decrypt");
            let refused = || error(StatusCode::FORBIDDEN, "you may only read this environment");
            (!reads || decrypts).then(refused)
        }
        Some(token) if exchanged(token) => None,
        _ => Some(error(
            StatusCode::UNAUTHORIZED,
            "Unauthorized: No credentials provided or are invalid.",
        )),
    }
}

pub async fn answer(shared: &Shared, recorded: &Recorded) -> Reply {
    if recorded.target == "/api/oauth/token" {
        return exchange(shared, recorded);
    }
    let (path, query) = recorded.target.split_once('?').unwrap_or((&recorded.target, ""));
    let Some(path) = path.strip_prefix("/api/esc/") else { return Reply::not_found() };
    let decoded = |s: &str| percent_decode_str(s).decode_utf8().unwrap().into_owned();
    let asked = Asked {
        shared,
        recorded,
        path: path.split('/').map(decoded).collect(),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
    };
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    match (recorded.method.as_str(), path.as_slice()) {
        ("GET", ["providers"]) => Reply::ok(json!({"providers": ["test"]})),
        ("GET", ["rotators"]) => Reply::ok(json!({"rotators": []})),
        ("GET", ["providers", "test", "schema"]) => Reply::ok(json!({
            "name": "test", "description": "answers its inputs",
            "inputs": true, "outputs": {"type": "object", "secret": true}
        })),
        ("GET", ["environments"] | ["environments", "acme"]) => list(&asked),
        ("POST", ["environments", "acme"]) => create(&asked),
        ("POST", ["environments", "acme", "yaml", "check"]) => check(&asked).await,
        (_, ["environments", "acme", project, env, rest @ ..]) => {
            let name = (project.to_string(), env.to_string());
            let stored = shared.store().environments.get(&name).cloned();
            match stored {
                Some(stored) => environment(&asked, name, stored, rest).await,
                None => Reply::not_found(),
            }
        }
        _ => Reply::not_found(),
    }
}

async fn environment(asked: &Asked<'_>, name: Name, stored: Stored, rest: &[&str]) -> Reply {
    match (asked.recorded.method.as_str(), rest) {
        ("GET" | "HEAD", []) => definition(&name, &stored, "latest", false).await,
        ("GET", ["decrypt"]) => definition(&name, &stored, "latest", true).await,
        ("PATCH", []) => update(asked, name).await,
        ("DELETE", []) if stored.protected => {
            error(StatusCode::CONFLICT, "the environment has deletion protection")
        }
        ("DELETE", []) => {
            asked.shared.store().environments.remove(&name);
            Reply::nothing()
        }
        ("POST", ["clone"]) => clone(asked, stored),
        ("POST", ["open"]) => open(asked, name, &stored, "latest").await,
        // Some clients leave an empty segment.
        ("GET", ["open", session] | ["open", "", session]) => read(asked, &name, session),
        ("GET", ["versions", version]) if *version != "tags" => {
            definition(&name, &stored, version, false).await
        }
        ("GET", ["versions", version, "decrypt"]) => {
            definition(&name, &stored, version, true).await
        }
        ("POST", ["versions", version, "open"]) => open(asked, name, &stored, version).await,
        (_, ["versions", rest @ ..]) => tags::revisions(asked, &name, &stored, rest),
        (_, ["tags", rest @ ..]) => tags::environment(asked, &name, rest),
        _ => Reply::not_found(),
    }
}

fn list(asked: &Asked<'_>) -> Reply {
    let store = asked.shared.store();
    let start: usize = asked.query("continuationToken").map_or(0, |t| t.parse().unwrap());
    let page = if store.page == 0 { usize::MAX } else { store.page };
    let environments: Vec<Json> = store
        .environments
        .iter()
        .skip(start)
        .take(page)
        .map(|((p, e), s)| {
            json!({"id": "x", "organization": "acme", "project": p, "name": e, "created": THEN,
            "modified": THEN, "tags": s.tags, "settings": {"deletionProtected": s.protected}})
        })
        .collect();
    let end = start + environments.len();
    let next = if end < store.environments.len() { end.to_string() } else { String::new() };
    Reply::ok(json!({"environments": environments, "nextToken": next}))
}

fn create(asked: &Asked<'_>) -> Reply {
    let body = asked.json();
    let name =
        (body["project"].as_str().unwrap().to_owned(), body["name"].as_str().unwrap().to_owned());
    let mut store = asked.shared.store();
    if store.environments.contains_key(&name) {
        return error(StatusCode::CONFLICT, "the environment already exists");
    }
    store.environments.insert(name, Stored::new());
    Reply::nothing()
}

fn clone(asked: &Asked<'_>, from: Stored) -> Reply {
    let body = asked.json();
    let name =
        (body["project"].as_str().unwrap().to_owned(), body["name"].as_str().unwrap().to_owned());
    let mut store = asked.shared.store();
    if store.environments.contains_key(&name) {
        return error(StatusCode::CONFLICT, "the environment already exists");
    }
    let mut to = Stored::new();
    to.revisions = vec![from.text(from.latest())];
    if body["preserveHistory"] == true {
        to.revisions = from.revisions.clone();
    }
    if body["preserveEnvironmentTags"] == true {
        to.tags = from.tags.clone();
    }
    if body["preserveRevisionTags"] == true {
        to.revision_tags = from.revision_tags.clone();
    }
    store.environments.insert(name, to);
    Reply::nothing()
}

async fn definition(name: &Name, stored: &Stored, version: &str, decrypt: bool) -> Reply {
    let Some(number) = stored.number(version) else { return Reply::not_found() };
    let mut body = stored.text(number).to_string();
    if decrypt {
        body = decrypt_secrets("", &body, &crypter(name)).await.unwrap();
    }
    let headers = vec![("content-type", "application/x-yaml".to_owned())];
    Reply { status: StatusCode::OK, headers, body }.with_state(name, number)
}

async fn update(asked: &Asked<'_>, name: Name) -> Reply {
    let text = &asked.recorded.body;
    let store = asked.shared.store().clone();
    let shown = format!("{}/{}", name.0, name.1);
    let work = Work::Check { show_secrets: false };
    let (_, found) = store.evaluate(&shown, &name, text.as_str().into(), work).await;
    if found.iter().any(Diagnostic::is_error) {
        return invalid(&found, None);
    }
    let encrypted = encrypt_secrets(&shown, text, &crypter(&name)).await.unwrap();
    let mut store = asked.shared.store();
    let stored = store.environments.get_mut(&name).unwrap();
    let now = etag(&name, stored.latest());
    let expected = asked.recorded.header("if-match").or(asked.recorded.header("etag"));
    if expected.is_some_and(|expected| expected != now) {
        let reply = error(StatusCode::CONFLICT, "the environment was changed by somebody else");
        return reply.with_state(&name, stored.latest());
    }
    stored.revisions.push(encrypted.into());
    let body = match found.is_empty() {
        true => json!({}),
        false => json!({"diagnostics": wire::diagnostics(&found)}),
    };
    Reply::ok(body).with_state(&name, stored.latest())
}

async fn check(asked: &Asked<'_>) -> Reply {
    let show_secrets = asked.query("showSecrets") == Some("true");
    let store = asked.shared.store().clone();
    let name = ("<yaml>".to_owned(), String::new());
    let text = asked.recorded.body.as_str().into();
    let (environment, found) =
        store.evaluate("<yaml>", &name, text, Work::Check { show_secrets }).await;
    let body = environment.map(|e| wire::environment(&e, show_secrets)).unwrap_or(json!({}));
    if found.iter().any(Diagnostic::is_error) {
        return invalid(&found, Some(body));
    }
    let mut body = body;
    if !found.is_empty() {
        body["diagnostics"] = wire::diagnostics(&found);
    }
    Reply::ok(body)
}

async fn open(asked: &Asked<'_>, name: Name, stored: &Stored, version: &str) -> Reply {
    let Some(number) = stored.number(version) else { return Reply::not_found() };
    let store = asked.shared.store().clone();
    let shown = format!("{}/{}", name.0, name.1);
    let (environment, found) = store.evaluate(&shown, &name, stored.text(number), Work::Open).await;
    if found.iter().any(Diagnostic::is_error) {
        return invalid(&found, None);
    }
    let mut store = asked.shared.store();
    let id = format!("session-{}", store.sessions.len() + 1);
    store.sessions.insert(id.clone(), Session { of: name, environment });
    Reply::ok(json!({"id": id}))
}

fn read(asked: &Asked<'_>, name: &Name, session: &str) -> Reply {
    let store = asked.shared.store();
    let session = store.sessions.get(session).filter(|session| session.of == *name);
    let Some(session) = session else { return Reply::not_found() };
    let Some(environment) = &session.environment else { return Reply::ok(json!({})) };
    let Some(property) = asked.query("property") else {
        return Reply::ok(wire::environment(environment, true));
    };
    let Ok(path) = property.parse::<PropertyPath>() else {
        return error(StatusCode::BAD_REQUEST, "invalid property path");
    };
    let properties = Properties::new(environment.properties.clone());
    let root = TracedValue::new(Content::Object(properties), Origin::default());
    match root.at(path.elements()) {
        Some(value) => Reply::ok(wire::value(value, true)),
        None => error(StatusCode::NOT_FOUND, "unknown property"),
    }
}

/// The refusal of a definition, with what could be told of the environment.
fn invalid(found: &[Diagnostic], partial: Option<Json>) -> Reply {
    let mut body = partial.unwrap_or(json!({}));
    body["code"] = json!(400);
    body["message"] = json!("the environment definition is not valid");
    body["diagnostics"] = wire::diagnostics(found);
    Reply::json(StatusCode::BAD_REQUEST, body)
}

fn exchange(shared: &Shared, recorded: &Recorded) -> Reply {
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(recorded.body.as_bytes()).into_owned().collect();
    let field = |name: &str| form.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.as_str());
    let expected = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("audience", "urn:pulumi:org:acme"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ("subject_token", IDENTITY),
    ];
    if let Some((name, _)) = expected.iter().find(|(name, value)| field(name) != *value) {
        return error(StatusCode::BAD_REQUEST, &format!("wrong {name}: {}", field(name)));
    }
    let mut count = shared.exchanges.lock().unwrap();
    *count += 1;
    let token = format!("pul-canary-exchanged-{count}");
    shared.exchanged.lock().unwrap().push(token.clone());
    Reply::ok(json!({"access_token": token, "issued_token_type": field("requested_token_type"),
        "token_type": "token", "expires_in": 100, "scope": field("scope")}))
}
