//! The `Status` objects by which an API server says what went wrong.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::resource::Resource;

/// A failure.
#[derive(Clone, Debug)]
pub(super) struct Status {
    code: u16,
    reason: &'static str,
    message: String,
    details: Value,
    retry_after: Option<u64>,
}

impl Status {
    fn new(code: u16, reason: &'static str, message: String) -> Status {
        Status { code, reason, message, details: Value::Null, retry_after: None }
    }

    fn about(mut self, resource: Resource, name: &str) -> Status {
        let mut details = json!({ "name": name, "kind": resource.plural() });
        if let (Some(details), false) = (details.as_object_mut(), resource.group().is_empty()) {
            details.insert("group".into(), resource.group().into());
        }
        self.details = details;
        self
    }

    pub(super) fn unauthorized() -> Status {
        Status::new(401, "Unauthorized", "Unauthorized".into())
    }

    pub(super) fn forbidden(resource: Resource, name: &str, why: &str) -> Status {
        let plural = resource.qualified();
        let quoted = if name.is_empty() { String::new() } else { format!(" \"{name}\"") };
        Status::new(403, "Forbidden", format!("{plural}{quoted} is forbidden: {why}"))
            .about(resource, name)
    }

    pub(super) fn forbidden_path(user: &str, verb: &str, path: &str) -> Status {
        let message = format!("forbidden: User \"{user}\" cannot {verb} path \"{path}\"");
        Status::new(403, "Forbidden", message)
    }

    pub(super) fn not_found(resource: Resource, name: &str) -> Status {
        let message = format!("{} \"{name}\" not found", resource.qualified());
        Status::new(404, "NotFound", message).about(resource, name)
    }

    pub(super) fn already_exists(resource: Resource, name: &str) -> Status {
        let message = format!("{} \"{name}\" already exists", resource.qualified());
        Status::new(409, "AlreadyExists", message).about(resource, name)
    }

    pub(super) fn conflict(resource: Resource, name: &str) -> Status {
        let message = format!(
            "Operation cannot be fulfilled on {} \"{name}\": the object has been modified; please apply your changes to \
             the latest version and try again",
            resource.qualified()
        );
        Status::new(409, "Conflict", message).about(resource, name)
    }

    pub(super) fn invalid(resource: Resource, name: &str, field: &str, why: &str) -> Status {
        let message = format!("{} \"{name}\" is invalid: {field}: {why}", resource.kind());
        let mut status = Status::new(422, "Invalid", message).about(resource, name);
        if let Some(details) = status.details.as_object_mut() {
            let cause = json!({ "reason": "FieldValueInvalid", "message": why, "field": field });
            details.insert("kind".into(), resource.kind().into());
            details.insert("causes".into(), json!([cause]));
        }
        status
    }

    pub(super) fn expired(message: impl Into<String>) -> Status {
        Status::new(410, "Expired", message.into())
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Status {
        Status::new(400, "BadRequest", message.into())
    }

    pub(super) fn method_not_allowed() -> Status {
        let message = "the server does not allow this method on the requested resource";
        Status::new(405, "MethodNotAllowed", message.into())
    }

    pub(super) fn unsupported_media_type(kind: &str) -> Status {
        let message = format!("the body of the request was in an unknown format: {kind}");
        Status::new(415, "UnsupportedMediaType", message)
    }

    pub(super) fn too_many_requests(retry_after: u64) -> Status {
        let message = "Too many requests, please try again later.";
        let mut status = Status::new(429, "TooManyRequests", message.into());
        status.retry_after = Some(retry_after);
        status.details = json!({ "retryAfterSeconds": retry_after });
        status
    }

    pub(super) fn of_code(code: u16) -> Status {
        let (reason, message) = match code {
            410 => ("Expired", "The provided continue parameter is too old"),
            500 => ("InternalError", "Internal error occurred: etcdserver: leader changed"),
            503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
            504 => ("Timeout", "the server was unable to return a response in the time allotted"),
            _ => ("Unknown", "an error on the server has prevented the request from succeeding"),
        };
        Status::new(code, reason, message.into())
    }

    pub(super) fn body(&self) -> Value {
        let mut body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "reason": self.reason, "code": self.code,
        });
        if let (Some(body), false) = (body.as_object_mut(), self.details.is_null()) {
            body.insert("details".into(), self.details.clone());
        }
        body
    }
}

impl IntoResponse for Status {
    fn into_response(self) -> Response {
        let code = StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (code, axum::Json(self.body())).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert("retry-after", seconds.into());
        }
        response
    }
}
