//! Parameter Store.

use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::keys::Caller;
use super::wire::{Refusal, epoch};
use super::{ACCOUNT, REGION};

/// What kind of parameter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ParameterKind {
    /// A text.
    String,
    /// Texts, separated by commas.
    StringList,
    /// A text that is encrypted at rest, and in answers unless decryption is asked for.
    SecureString,
}

/// All parameters, by name.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// Whether the first page by path has no parameters.
    pub empty_first_page: bool,
    parameters: BTreeMap<String, Vec<Version>>,
}

#[derive(Debug)]
struct Version {
    kind: ParameterKind,
    value: String,
    labels: Vec<String>,
    modified: SystemTime,
}

impl Parameters {
    pub fn put(&mut self, name: &str, kind: ParameterKind, value: &str) -> u64 {
        let versions = self.parameters.entry(name.to_owned()).or_default();
        let (value, modified) = (value.to_owned(), SystemTime::now());
        versions.push(Version { kind, value, labels: vec![], modified });
        versions.len() as u64
    }

    pub fn label(&mut self, name: &str, version: u64, label: &str) {
        let versions =
            self.parameters.get_mut(name).unwrap_or_else(|| panic!("no parameter `{name}`"));
        assert!((1..=versions.len() as u64).contains(&version), "no version {version} of `{name}`");
        for (number, v) in (1..).zip(versions) {
            v.labels.retain(|l| l != label);
            if number == version {
                v.labels.push(label.to_owned());
            }
        }
    }

    pub fn delete(&mut self, name: &str) {
        self.parameters.remove(name);
    }

    pub fn get(&self, input: &Value, denied: &[String], caller: &Caller) -> Result<Value, Refusal> {
        let name = input["Name"].as_str().unwrap_or("");
        self.check(name, denied, caller, "GetParameter")?;
        let found = self.find(name, decrypted(input))?;
        Ok(json!({ "Parameter": found }))
    }

    pub fn list(
        &self,
        input: &Value,
        denied: &[String],
        caller: &Caller,
    ) -> Result<Value, Refusal> {
        let names: Vec<&str> =
            input["Names"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if names.is_empty() || names.len() > 10 {
            let constraint = match names.is_empty() {
                true => "have length greater than or equal to 1",
                false => "have length less than or equal to 10",
            };
            let value = format!("[{}]", names.join(", "));
            return Err(Refusal::constraint("ValidationException", &value, "names", constraint));
        }
        let (mut found, mut invalid) = (vec![], vec![]);
        for name in names {
            // One that is denied fails the whole request.
            self.check(name, denied, caller, "GetParameters")?;
            match self.find(name, decrypted(input)) {
                Ok(parameter) => found.push(parameter),
                Err(_) => invalid.push(name),
            }
        }
        found.reverse();
        Ok(json!({ "Parameters": found, "InvalidParameters": invalid }))
    }

    pub fn by_path(
        &self,
        input: &Value,
        denied: &[String],
        caller: &Caller,
    ) -> Result<Value, Refusal> {
        let path = input["Path"].as_str().unwrap_or("");
        if !path.starts_with('/') {
            let message = "The parameter path must begin with a forward slash \"/\".";
            return Err(Refusal::bad("ValidationException", message));
        }
        let size = input["MaxResults"].as_u64().unwrap_or(10);
        if !(1..=10).contains(&size) {
            let constraint = match size {
                0 => "have value greater than or equal to 1",
                _ => "have value less than or equal to 10",
            };
            let value = size.to_string();
            return Err(Refusal::constraint(
                "ValidationException",
                &value,
                "maxResults",
                constraint,
            ));
        }
        self.check(path.trim_end_matches('/'), denied, caller, "GetParametersByPath")?;
        let (start, first) = match input["NextToken"].as_str() {
            None => (0, true),
            Some(token) => {
                let offset = token.strip_prefix("page/").and_then(|n| n.parse().ok());
                let invalid =
                    || Refusal::bad("InvalidNextToken", "The specified token isn't valid.");
                (offset.ok_or_else(invalid)?, false)
            }
        };
        if first && self.empty_first_page {
            return Ok(json!({ "Parameters": [], "NextToken": "page/0" }));
        }
        let recursive = input["Recursive"].as_bool().unwrap_or(false);
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let below = |name: &&String| {
            let rest = name.strip_prefix(&prefix);
            rest.is_some_and(|rest| recursive || !rest.contains('/'))
        };
        let names: Vec<&String> = self.parameters.keys().filter(below).collect();
        let end = start + size as usize;
        let page: Result<Vec<Value>, Refusal> = names
            .iter()
            .skip(start)
            .take(size as usize)
            .map(|name| self.find(name, decrypted(input)))
            .collect();
        let mut answer = json!({ "Parameters": page? });
        if end < names.len() {
            answer["NextToken"] = json!(format!("page/{end}"));
        }
        Ok(answer)
    }

    fn check(
        &self,
        name: &str,
        denied: &[String],
        caller: &Caller,
        operation: &str,
    ) -> Result<(), Refusal> {
        let (plain, _) = split(name);
        if !denied.iter().any(|d| d == plain) {
            return Ok(());
        }
        let message = format!(
            "User: {} is not authorized to perform: ssm:{operation} on resource: {} because no identity-based policy \
             allows the ssm:{operation} action",
            caller.arn,
            arn(plain)
        );
        Err(Refusal::bad("AccessDeniedException", message))
    }

    fn find(&self, name: &str, decrypt: bool) -> Result<Value, Refusal> {
        let (plain, selector) = split(name);
        let missing = || Refusal::bad("ParameterNotFound", "");
        let versions = self.parameters.get(plain).ok_or_else(missing)?;
        let all = || (1..).zip(versions);
        let found = match selector {
            None => all().last(),
            Some(text) => match text.parse::<u64>() {
                Ok(number) => all().find(|(n, _)| *n == number),
                Err(_) => all().find(|(_, v)| v.labels.iter().any(|l| l == text)),
            },
        };
        let (number, version): (u64, &Version) = found.ok_or_else(|| {
            let message = format!(
                "Systems Manager could not find version {} of {plain}. Verify the version and try again.",
                selector.unwrap_or("")
            );
            Refusal::bad("ParameterVersionNotFound", message)
        })?;
        let value = match version.kind == ParameterKind::SecureString && !decrypt {
            true => STANDARD.encode(digest(&SHA256, version.value.as_bytes())),
            false => version.value.clone(),
        };
        let mut parameter = json!({
            "ARN": arn(plain),
            "DataType": "text",
            "LastModifiedDate": epoch(version.modified),
            "Name": plain,
            "Type": format!("{:?}", version.kind),
            "Value": value,
            "Version": number,
        });
        if let Some(selector) = selector {
            parameter["Selector"] = json!(format!(":{selector}"));
        }
        Ok(parameter)
    }
}

fn decrypted(input: &Value) -> bool {
    input["WithDecryption"].as_bool().unwrap_or(false)
}

pub(super) fn arn(name: &str) -> String {
    format!("{}/{}", arn_of_all(), name.trim_start_matches('/'))
}

fn arn_of_all() -> String {
    format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter")
}

/// The name and, if there is one, the version or label.
fn split(name: &str) -> (&str, Option<&str>) {
    let name = name.strip_prefix(&arn_of_all()).unwrap_or(name);
    match name.split_once(':') {
        Some((name, selector)) => (name, Some(selector)),
        None => (name, None),
    }
}
