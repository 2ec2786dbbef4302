//! What goes wrong, and when.

use std::time::Duration;

use serde_json::json;

/// A fault, which requests it befalls, and how often.
///
/// A rule applies to all requests and for ever, unless it is narrowed.
///
/// ```
/// use esc_test_servers::Rule;
///
/// let _ = Rule::aws_throttling().target("GetSecretValue").times(2);
/// let _ = Rule::vault_throttling(None).path("/v1/secret/");
/// let _ = Rule::reset().times(1);
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) target: Option<String>,
    pub(super) path: Option<String>,
    pub(super) skip: u32,
    pub(super) left: u32,
    pub(super) action: Action,
}

#[derive(Clone, Debug)]
pub(super) enum Action {
    Answer { status: u16, headers: Vec<(String, String)>, body: String },
    Delay(Duration),
    Reset,
    Truncate(usize),
}

impl Rule {
    fn new(action: Action) -> Rule {
        Rule { target: None, path: None, skip: 0, left: u32::MAX, action }
    }

    /// Answers that instead of asking the server.
    pub fn status(status: u16, body: impl Into<String>) -> Rule {
        Rule::new(Action::Answer { status, headers: vec![], body: body.into() })
    }

    /// Answers an error of an AWS service that speaks JSON: Secrets Manager, Parameter Store.
    pub fn aws_error(status: u16, code: &str, message: &str) -> Rule {
        Rule::status(status, json!({ "__type": code, "message": message }).to_string())
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amzn-errortype", code)
            .header("x-amzn-requestid", REQUEST_ID)
    }

    /// Answers an error of an AWS service that speaks XML: STS.
    pub fn aws_query_error(status: u16, code: &str, message: &str) -> Rule {
        let body = format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
        );
        Rule::status(status, body)
            .header("content-type", "text/xml")
            .header("x-amzn-requestid", REQUEST_ID)
    }

    /// Answers as AWS does when there are too many requests: 400, `ThrottlingException`.
    pub fn aws_throttling() -> Rule {
        Rule::aws_error(400, "ThrottlingException", "Rate exceeded")
    }

    /// Answers as Vault does when a quota is used up: 429, with a `Retry-After` in whole seconds if one is given.
    pub fn vault_throttling(retry_after: Option<Duration>) -> Rule {
        let rule = Rule::vault_error(429, "request path \"\": rate limit quota exceeded");
        match retry_after {
            Some(after) => rule.header("retry-after", &after.as_secs().to_string()),
            None => rule,
        }
    }

    /// Answers as a sealed Vault does: 503.
    pub fn vault_sealed() -> Rule {
        Rule::vault_error(503, "Vault is sealed")
    }

    /// Answers an error in Vault's form.
    pub fn vault_error(status: u16, message: &str) -> Rule {
        Rule::status(status, json!({ "errors": [message] }).to_string())
            .header("content-type", "application/json")
    }

    /// Waits, then goes on with the next rule that applies, or the server.
    pub fn latency(delay: Duration) -> Rule {
        Rule::new(Action::Delay(delay))
    }

    /// Resets the connection instead of an answer.
    pub fn reset() -> Rule {
        Rule::new(Action::Reset)
    }

    /// Passes on the server's answer, but only so many bytes of its body; then closes the connection.
    pub fn truncate(bytes: usize) -> Rule {
        Rule::new(Action::Truncate(bytes))
    }

    /// With a header, if the rule is one that answers.
    pub fn header(mut self, name: &str, value: &str) -> Rule {
        if let Action::Answer { headers, .. } = &mut self.action {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Only requests of that operation, by its whole name: the last part of `X-Amz-Target`, or `Action` of a form.
    /// `GetSecretValue` spares `BatchGetSecretValue`.
    pub fn target(mut self, operation: &str) -> Rule {
        self.target = Some(operation.to_owned());
        self
    }

    /// Only requests whose path starts so.
    pub fn path(mut self, prefix: &str) -> Rule {
        self.path = Some(prefix.to_owned());
        self
    }

    /// Only so many requests.
    pub fn times(mut self, times: u32) -> Rule {
        self.left = times;
        self
    }

    /// Spares the first so many requests that it would befall.
    pub fn after(mut self, requests: u32) -> Rule {
        self.skip = requests;
        self
    }

    /// Whether it befalls this request, which it then has.
    pub(super) fn takes(&mut self, path: &str, target: &str) -> bool {
        let matches = self.target.as_ref().is_none_or(|t| target == t)
            && self.path.as_ref().is_none_or(|p| path.starts_with(p.as_str()));
        if !matches || self.left == 0 {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        // Endless ones are endless in practice.
        self.left -= 1;
        true
    }
}

const REQUEST_ID: &str = "7a62c49f-347e-4fc4-9331-6e8eexample";
