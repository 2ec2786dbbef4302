//! Secrets Manager.

use std::collections::BTreeMap;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::keys::Caller;
use super::wire::{Refusal, epoch};
use super::{ACCOUNT, REGION};

/// All secrets, by name.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    secrets: BTreeMap<String, Secret>,
    versions: u64,
}

#[derive(Debug, Default)]
struct Secret {
    versions: Vec<Version>,
    deleted: bool,
}

#[derive(Debug)]
struct Version {
    id: String,
    stages: Vec<String>,
    content: Content,
    created: SystemTime,
}

#[derive(Debug)]
pub(super) enum Content {
    Text(String),
    Binary(Vec<u8>),
}

const NOT_FOUND: &str = "ResourceNotFoundException";
const INVALID: &str = "InvalidRequestException";
const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";

impl Secrets {
    pub fn put(&mut self, name: &str, content: Content) -> String {
        self.versions += 1;
        let id = format!("00000000-0000-4000-8000-{:012}", self.versions);
        let secret = self.secrets.entry(name.to_owned()).or_default();
        secret.deleted = false;
        let current = secret.versions.iter().find(|v| v.stages.iter().any(|s| s == CURRENT));
        if let Some(old) = current.map(|v| v.id.clone()) {
            secret.stage(&old, PREVIOUS);
        }
        let created = SystemTime::now();
        secret.versions.push(Version { id: id.clone(), stages: vec![], content, created });
        secret.stage(&id, CURRENT);
        id
    }

    pub fn stage(&mut self, name: &str, version: &str, stage: &str) {
        let secret = self.secrets.get_mut(name).unwrap_or_else(|| panic!("no secret `{name}`"));
        secret.stage(version, stage);
    }

    pub fn delete(&mut self, name: &str) {
        self.secrets.get_mut(name).unwrap_or_else(|| panic!("no secret `{name}`")).deleted = true;
    }

    pub fn get(&self, input: &Value, denied: &[String], caller: &Caller) -> Result<Value, Refusal> {
        let text = |field: &str| input[field].as_str();
        let Some(id) = text("SecretId").filter(|id| (1..=2048).contains(&id.len())) else {
            let message = "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!";
            return Err(Refusal::bad("ValidationException", message));
        };
        if let Some(version) = text("VersionId").filter(|v| !(32..=64).contains(&v.len())) {
            let constraint = match version.len() < 32 {
                true => "have length greater than or equal to 32",
                false => "have length less than or equal to 64",
            };
            return Err(Refusal::constraint(
                "ValidationException",
                version,
                "versionId",
                constraint,
            ));
        }
        self.value(id, text("VersionId"), text("VersionStage"), denied, caller, "GetSecretValue")
    }

    pub fn batch(
        &self,
        input: &Value,
        denied: &[String],
        caller: &Caller,
    ) -> Result<Value, Refusal> {
        let code = "ValidationException";
        let Some(list) = input["SecretIdList"].as_array() else {
            return Err(Refusal::bad(
                "InvalidParameterException",
                "this fake knows lists of secrets only, not filters",
            ));
        };
        let ids: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        if ids.is_empty() || ids.len() > 20 {
            let constraint = match ids.is_empty() {
                true => "have length greater than or equal to 1",
                false => "have length less than or equal to 20",
            };
            let value = format!("[{}]", ids.join(", "));
            return Err(Refusal::constraint(code, &value, "secretIdList", constraint));
        }
        let (mut values, mut errors) = (BTreeMap::new(), vec![]);
        for id in ids {
            match self.value(id, None, None, denied, caller, "BatchGetSecretValue") {
                Ok(value) => drop(values.insert(value["ARN"].to_string(), value)),
                Err(r) => errors
                    .push(json!({ "SecretId": id, "ErrorCode": r.code, "Message": r.message })),
            }
        }
        // Once for each secret and in an order of our own, as AWS promises none.
        let values: Vec<Value> = values.into_values().rev().collect();
        Ok(json!({ "SecretValues": values, "Errors": errors }))
    }

    fn value(
        &self,
        id: &str,
        version_id: Option<&str>,
        stage: Option<&str>,
        denied: &[String],
        caller: &Caller,
        operation: &str,
    ) -> Result<Value, Refusal> {
        let found = self.secrets.iter().find(|(name, _)| names(id, name));
        if denied.iter().any(|name| names(id, name)) {
            let message = format!(
                "User: {} is not authorized to perform: secretsmanager:{operation} on resource: {id} because no \
                 identity-based policy allows the secretsmanager:{operation} action",
                caller.arn
            );
            return Err(Refusal::bad("AccessDeniedException", message));
        }
        let Some((name, secret)) = found else {
            return Err(Refusal::bad(
                NOT_FOUND,
                "Secrets Manager can't find the specified secret.",
            ));
        };
        if secret.deleted {
            let message = "You can't perform this operation on the secret because it was marked for deletion.";
            return Err(Refusal::bad(INVALID, message));
        }
        let missing = |what: String| {
            Refusal::bad(
                NOT_FOUND,
                format!("Secrets Manager can't find the specified secret value for {what}"),
            )
        };
        let version = match version_id {
            Some(id) => {
                let found = secret.versions.iter().find(|v| v.id == id);
                found.ok_or_else(|| missing(format!("VersionId: {id}")))?
            }
            None => {
                let stage = stage.unwrap_or(CURRENT);
                let found = secret.versions.iter().find(|v| v.stages.iter().any(|s| s == stage));
                found.ok_or_else(|| missing(format!("staging label: {stage}")))?
            }
        };
        if stage.is_some_and(|stage| !version.stages.iter().any(|s| s == stage)) {
            let message =
                "You provided a VersionStage that is not associated to the provided VersionId.";
            return Err(Refusal::bad(INVALID, message));
        }
        let mut value = json!({
            "ARN": arn(name),
            "Name": name,
            "VersionId": version.id,
            "VersionStages": version.stages,
            "CreatedDate": epoch(version.created),
        });
        match &version.content {
            Content::Text(text) => value["SecretString"] = json!(text),
            Content::Binary(bytes) => value["SecretBinary"] = json!(STANDARD.encode(bytes)),
        }
        Ok(value)
    }
}

impl Secret {
    fn stage(&mut self, version: &str, stage: &str) {
        assert!(self.versions.iter().any(|v| v.id == version), "no version `{version}`");
        for v in &mut self.versions {
            v.stages.retain(|s| s != stage);
            if v.id == version {
                v.stages.push(stage.to_owned());
            }
        }
    }
}

pub(super) fn arn(name: &str) -> String {
    format!("{}-{}", partial_arn(name), suffix(name))
}

fn partial_arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}")
}

/// Whether that id means the secret of that name.
fn names(id: &str, name: &str) -> bool {
    id == name || (id.starts_with("arn:") && (id == arn(name) || id == partial_arn(name)))
}

fn suffix(name: &str) -> String {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..6).map(|i| char::from(letters[(hash >> (i * 8)) as usize % letters.len()])).collect()
}
