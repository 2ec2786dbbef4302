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
        Bucket { per_second, tokens: per_second.max(1.0), filled: Instant::now() }
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_new_account_has_the_documented_quotas() {
        let mut quotas = Quotas::default();
        for (operation, rate) in
            [("GetSecretValue", 10_000), ("BatchGetSecretValue", 100), ("GetParameters", 40)]
        {
            let granted = (0..rate + 5).filter(|_| {
                // Nothing comes back before that.
                let later = Instant::now() + Duration::from_secs(60);
                quotas.buckets.values_mut().for_each(|b| b.filled = later);
                quotas.take(operation)
            });
            assert_eq!(granted.count(), rate, "{operation}");
        }
        assert!((0..1000).all(|_| quotas.take("AssumeRole")));
    }

    #[test]
    fn a_used_up_quota_comes_back_with_time() {
        let mut quotas = Quotas::default();
        quotas.set("GetParameter", 0.5);
        assert!(quotas.take("GetParameter") && !quotas.take("GetParameters"));
        let ago = |seconds| Instant::now().checked_sub(Duration::from_secs(seconds)).unwrap();
        quotas.buckets.values_mut().for_each(|b| b.filled = ago(3));
        assert!(quotas.take("GetParameter") && !quotas.take("GetParameter"));
    }
}
