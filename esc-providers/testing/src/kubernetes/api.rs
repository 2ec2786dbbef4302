//! The way of a request: faults, authentication, authorisation, and what it asks for.

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::access::{Attributes, User, authenticate, authorize};
use super::resource::Target;
use super::shared::{Query, Shared};
use super::status::Status;
use super::{discovery, list, token, watch, write};

/// More is refused, as by the real one.
const MAX_BODY: usize = 3 << 20;

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
