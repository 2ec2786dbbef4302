//! The way of a request: faults, authentication, authorisation, and what it asks for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::sync::watch::Sender;

use super::access::{Attributes, Issued, User, authenticate, authorize};
use super::faults::Faults;
use super::object::random_hex;
use super::resource::Target;
use super::status::Status;
use super::store::Store;
use super::{discovery, list, token, watch, write};

/// More is refused, as by the real one.
const MAX_BODY: usize = 3 << 20;

/// What all requests share.
pub(super) struct Shared {
    pub(super) admin_token: String,
    /// Who asks without a token: nobody, or the one that has a certificate.
    tokenless: User,
    pub(super) faults: Faults,
    /// Tells watches that there is something new.
    pub(super) changed: Sender<u64>,
    contents: Mutex<Contents>,
}

/// What is behind the lock. It is never held over an await.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) store: Store,
    pub(super) tokens: HashMap<String, Issued>,
}

impl Shared {
    pub(super) fn new(knows_clients: bool) -> Shared {
        let admin_token = format!("fake-admin-{}", random_hex(16));
        let admin = Issued { user: User::Admin, expires: None, for_server: true };
        let contents = Contents {
            tokens: HashMap::from([(admin_token.clone(), admin)]),
            ..Contents::default()
        };
        Shared {
            admin_token,
            tokenless: if knows_clients { User::Admin } else { User::Anonymous },
            faults: Faults::default(),
            changed: Sender::new(0),
            contents: Mutex::new(contents),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is stored, and tells whoever watches.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Contents) -> T) -> T {
        let mut contents = self.lock();
        let answer = change(&mut contents);
        self.changed.send_replace(contents.store.version());
        answer
    }
}

/// The parameters of a request; of several with one name the first counts.
pub(super) struct Query(HashMap<String, String>);

impl Query {
    pub(super) fn parse(text: &str) -> Query {
        let mut found = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            found.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        Query(found)
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.text(name).parse().ok()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.text(name), "1" | "true")
    }
}

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let _under_way = shared.faults.enter(request.method(), request.uri());
    if let Some(response) = shared.faults.next(request.uri()).await {
        return response;
    }
    respond(&shared, request).await.unwrap_or_else(Status::into_response)
}

async fn respond(shared: &Arc<Shared>, request: Request) -> Result<Response, Status> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let user = {
        let contents = shared.lock();
        authenticate(&contents.tokens, &contents.store, &parts.headers, &shared.tokenless)?
    };
    if let Some(answer) = discovery::answer(&path) {
        let public = matches!(path.as_str(), "/version" | "/healthz" | "/livez" | "/readyz");
        if user == User::Anonymous && !public {
            return Err(Status::forbidden_path(&user.name(), "get", &path));
        }
        return Ok(answer);
    }
    let Some(target) = Target::parse(&path) else {
        return Ok((StatusCode::NOT_FOUND, "404 page not found\n").into_response());
    };
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    let named = target.name.is_some();
    let verb = match parts.method {
        Method::GET if named => "get",
        Method::GET if query.flag("watch") => "watch",
        Method::GET => "list",
        Method::POST => "create",
        Method::PUT if named => "update",
        Method::PATCH if named => "patch",
        Method::DELETE if named => "delete",
        _ => return Err(Status::method_not_allowed()),
    };

    authorize(&shared.lock().store, &user, &Attributes { verb, target: &target })?;

    match verb {
        "watch" => return Ok(watch::stream(shared.clone(), &target, &query)),
        "list" => return list::page(&shared.lock().store, &target, &query).map(ok),
        "get" => return write::get(&shared.lock().store, &target).map(ok),
        _ => {}
    }
    let content_type = parts.headers.get("content-type").and_then(|t| t.to_str().ok());
    let kind = content_type.unwrap_or("application/json").split(';').next().unwrap_or_default();
    let body = to_bytes(body, MAX_BODY)
        .await
        .map_err(|_| Status::bad_request("the body is too large or was cut off"))?;
    let body = match serde_json::from_slice::<Value>(&body) {
        Ok(body) => body,
        Err(_) if verb == "delete" => Value::Null,
        Err(error) => return Err(Status::bad_request(format!("not JSON: {error}"))),
    };
    let expected =
        if verb == "patch" { "application/merge-patch+json" } else { "application/json" };
    if kind != expected && verb != "delete" {
        return Err(Status::unsupported_media_type(kind));
    }
    let answer = shared.change(|contents| match (verb, target.subresource.as_deref()) {
        ("create", Some("token")) => token::issue(contents, &target, &body),
        (_, Some(_)) => Err(Status::method_not_allowed()),
        ("create", None) => write::create(&mut contents.store, &target, body),
        ("update", None) => write::replace(&mut contents.store, &target, body),
        ("patch", None) => write::merge(&mut contents.store, &target, &body),
        _ => write::delete(&mut contents.store, &target, &body),
    })?;
    let code = if verb == "create" { StatusCode::CREATED } else { StatusCode::OK };
    Ok((code, axum::Json(answer)).into_response())
}

fn ok(body: Value) -> Response {
    axum::Json(body).into_response()
}
