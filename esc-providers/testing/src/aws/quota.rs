//! How many requests are answered in a second.

use std::collections::HashMap;
use std::time::Instant;

/// A token bucket for each quota.
#[derive(Debug)]
pub(super) struct Quotas {
    buckets: HashMap<&'static str, Bucket>,
}

#[derive(Debug)]
struct Bucket {
    per_second: f64,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    fn new(per_second: f64) -> Bucket {
        Bucket { per_second, tokens: per_second, filled: Instant::now() }
    }
}

impl Default for Quotas {
    fn default() -> Quotas {
        let defaults = [(SECRETS, 10_000.0), (BATCH, 100.0), (PARAMETERS, 40.0)];
        Quotas { buckets: defaults.map(|(name, rate)| (name, Bucket::new(rate))).into() }
    }
}

impl Quotas {
    pub fn set(&mut self, operation: &str, per_second: f64) {
        let name = quota_of(operation).unwrap_or_else(|| panic!("`{operation}` has no quota"));
        self.buckets.insert(name, Bucket::new(per_second));
    }

    pub fn lift(&mut self) {
        self.buckets.clear();
    }

    /// Whether a request may be answered. It then counts.
    pub fn take(&mut self, operation: &str) -> bool {
        let Some(bucket) = quota_of(operation).and_then(|name| self.buckets.get_mut(name)) else {
            return true;
        };
        let now = Instant::now();
        let gained = now.duration_since(bucket.filled).as_secs_f64() * bucket.per_second;
        // A quota below one a second still lets one through at a time.
        bucket.tokens = (bucket.tokens + gained).min(bucket.per_second.max(1.0));
        bucket.filled = now;
        let enough = bucket.tokens >= 1.0;
        if enough {
            bucket.tokens -= 1.0;
        }
        enough
    }
}

const SECRETS: &str = "secrets";
const BATCH: &str = "batches of secrets";
const PARAMETERS: &str = "parameters";
const LOGIN: &str = "logins";

fn quota_of(operation: &str) -> Option<&'static str> {
    match operation {
        "GetSecretValue" | "DescribeSecret" => Some(SECRETS),
        "BatchGetSecretValue" => Some(BATCH),
        "GetParameter" | "GetParameters" | "GetParametersByPath" => Some(PARAMETERS),
        "AssumeRole" | "AssumeRoleWithWebIdentity" | "GetCallerIdentity" => Some(LOGIN),
        _ => None,
    }
}
