//! All that there is, and how requests are answered from it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::keys::Keys;
use super::parameters::Parameters;
use super::quota::Quotas;
use super::secrets::Secrets;
use super::sts::Roles;
use super::wire::{Call, REQUEST_ID, Refusal, xml};

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) secrets: Secrets,
    pub(super) parameters: Parameters,
    pub(super) roles: Roles,
    pub(super) keys: Keys,
    pub(super) quotas: Quotas,
    pub(super) denied: Vec<String>,
    pub(super) calls: Vec<Call>,
    pub(super) started: Option<std::time::Instant>,
}

pub(super) fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
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
