//! Requests and answers: JSON for Secrets Manager and Parameter Store, forms and XML for STS.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::{World, lock};

const REQUEST_ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// A request, and what came of it.
#[derive(Clone, Debug)]
pub struct Call {
    /// What was asked for, like `GetSecretValue`.
    pub operation: String,
    /// When it came, since the start.
    pub at: Duration,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The code of the error, if it was refused.
    pub error: Option<String>,
    /// The access key of the request, if it had one.
    pub access_key_id: Option<String>,
    /// The secrets or parameters that it was about, as they were named.
    pub names: Vec<String>,
}

/// Why a request is not granted.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub status: u16,
    pub code: String,
    pub message: String,
}

impl Refusal {
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Refusal {
        Refusal { status, code: code.to_owned(), message: message.into() }
    }

    pub fn bad(code: &str, message: impl Into<String>) -> Refusal {
        Refusal::new(400, code, message)
    }

    /// A violated constraint, in the words that AWS generates.
    pub fn constraint(code: &str, value: &str, field: &str, constraint: &str) -> Refusal {
        let message = format!(
            "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must {constraint}"
        );
        Refusal::bad(code, message)
    }
}

pub(super) async fn handle(
    State(world): State<Arc<Mutex<World>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let target = text("x-amz-target").unwrap_or("");
    let authorization = text("authorization").unwrap_or("");
    let token = text("x-amz-security-token");
    let mut world = lock(&world);
    let (operation, names, outcome, json) = match target.split_once('.') {
        Some((service, operation)) => {
            let input: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
            let outcome = world.json(service, operation, &input, authorization, token);
            (operation.to_owned(), names(&input), outcome.map(|v| v.to_string()), true)
        }
        None => {
            let form: Vec<(String, String)> =
                url::form_urlencoded::parse(&body).into_owned().collect();
            let operation = form.iter().find(|(k, _)| k == "Action").map(|(_, v)| v.clone());
            let operation = operation.unwrap_or_default();
            let outcome = world.query(&operation, &form, authorization, token);
            (operation, vec![], outcome, false)
        }
    };
    let at = world.started.map(|s| s.elapsed()).unwrap_or_default();
    let key = authorization.split_once("Credential=").and_then(|(_, rest)| rest.split_once('/'));
    world.calls.push(Call {
        operation,
        at,
        status: outcome.as_ref().map_or_else(|r| r.status, |_| 200),
        error: outcome.as_ref().err().map(|r| r.code.clone()),
        access_key_id: key.map(|(id, _)| id.to_owned()),
        names,
    });
    respond(outcome, json, target.starts_with("secretsmanager."))
}

impl World {
    fn json(
        &mut self,
        service: &str,
        operation: &str,
        input: &Value,
        authorization: &str,
        token: Option<&str>,
    ) -> Result<Value, Refusal> {
        let caller = self.keys.caller(authorization, token, true)?;
        if !self.quotas.take(operation) {
            return Err(Refusal::bad("ThrottlingException", "Rate exceeded"));
        }
        if !input.is_object() {
            return Err(Refusal::bad("SerializationException", "the request is not a JSON object"));
        }
        match (service, operation) {
            ("secretsmanager", "GetSecretValue") => self.secrets.get(input, &self.denied, &caller),
            ("secretsmanager", "BatchGetSecretValue") => {
                self.secrets.batch(input, &self.denied, &caller)
            }
            ("AmazonSSM", "GetParameter") => self.parameters.get(input, &self.denied, &caller),
            ("AmazonSSM", "GetParameters") => self.parameters.list(input, &self.denied, &caller),
            ("AmazonSSM", "GetParametersByPath") => {
                self.parameters.by_path(input, &self.denied, &caller)
            }
            _ => Err(Refusal::bad("UnknownOperationException", "")),
        }
    }

    fn query(
        &mut self,
        operation: &str,
        form: &[(String, String)],
        authorization: &str,
        token: Option<&str>,
    ) -> Result<String, Refusal> {
        if !self.quotas.take(operation) {
            return Err(Refusal::bad("Throttling", "Rate exceeded"));
        }
        let field = |name: &str| form.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
        match operation {
            // Its token is all that proves who is there.
            "AssumeRoleWithWebIdentity" => self.roles.web_identity(&field, &mut self.keys),
            "AssumeRole" => {
                let caller = self.keys.caller(authorization, token, false)?;
                self.roles.assume(&field, &mut self.keys, &caller)
            }
            "GetCallerIdentity" => {
                let caller = self.keys.caller(authorization, token, false)?;
                Ok(super::sts::identity(&caller))
            }
            _ => {
                let message =
                    format!("Could not find operation {operation} for version 2011-06-15");
                Err(Refusal::bad("InvalidAction", message))
            }
        }
    }
}

fn names(input: &Value) -> Vec<String> {
    let one = ["SecretId", "Name", "Path"].iter().filter_map(|f| input[*f].as_str());
    let many = ["SecretIdList", "Names"].iter().filter_map(|f| input[*f].as_array());
    one.chain(many.flatten().filter_map(Value::as_str)).map(str::to_owned).collect()
}

fn respond(outcome: Result<String, Refusal>, json: bool, secrets: bool) -> Response {
    let (status, body) = match outcome {
        Ok(body) => (200, body),
        Err(refusal) if json => {
            // The services do not agree on the letter.
            let field = if secrets { "Message" } else { "message" };
            let body = json!({ "__type": refusal.code, field: refusal.message });
            (refusal.status, body.to_string())
        }
        Err(refusal) => {
            let body = format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                 <Code>{}</Code><Message>{}</Message></Error><RequestId>{REQUEST_ID}</RequestId></ErrorResponse>",
                xml(&refusal.code),
                xml(&refusal.message),
            );
            (refusal.status, body)
        }
    };
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, if json { "application/x-amz-json-1.1" } else { "text/xml" })
        .header("x-amzn-requestid", REQUEST_ID)
        .body(Body::from(body))
        .expect("an answer")
}

/// The answer of an operation of STS.
pub(super) fn result(operation: &str, inner: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result>{inner}\
         </{operation}Result><ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata></{operation}Response>"
    )
}

/// A text within XML.
pub(super) fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Seconds since 1970, as JSON services write times.
pub(super) fn epoch(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
