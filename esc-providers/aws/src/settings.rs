//! What an embedder can set.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use esc_provider_kit::identity::{Identity, NoIdentity};
use esc_provider_kit::limit::Rate;
use smol_str::SmolStr;

/// What an embedder can set. The defaults suit production.
///
/// ```
/// use std::time::Duration;
/// use esc_provider_aws::Settings;
///
/// let settings = Settings::default()
///     .with_region("eu-west-1")
///     .with_attempts(5)
///     .with_operation_timeout(Duration::from_secs(20));
/// # let _ = settings;
/// ```
#[derive(Clone)]
#[must_use]
pub struct Settings {
    pub(crate) identity: Arc<dyn Identity>,
    pub(crate) region: SmolStr,
    pub(crate) endpoints: Endpoints,
    pub(crate) ambient: bool,
    pub(crate) http: Option<SharedHttpClient>,
    pub(crate) attempts: u32,
    pub(crate) backoff: (Duration, Duration),
    pub(crate) timeouts: Timeouts,
    pub(crate) requests_at_a_time: usize,
    pub(crate) max_accounts: u64,
    pub(crate) rates: Rates,
    pub(crate) now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

/// Where the services are, if not where AWS has them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoints {
    pub(crate) sts: Option<String>,
    pub(crate) secrets_manager: Option<String>,
    pub(crate) ssm: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) operation: Duration,
}

/// How many requests a second for each account; none for as many as there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    pub(crate) secret: Option<Rate>,
    pub(crate) secret_batch: Option<Rate>,
    pub(crate) parameters: Option<Rate>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            identity: Arc::new(NoIdentity),
            region: SmolStr::new_static("us-east-1"),
            endpoints: Endpoints::default(),
            ambient: false,
            http: None,
            attempts: 3,
            backoff: (Duration::from_secs(1), Duration::from_secs(20)),
            timeouts: Timeouts {
                connect: Duration::from_secs(5),
                attempt: Duration::from_secs(15),
                operation: Duration::from_secs(60),
            },
            requests_at_a_time: 32,
            max_accounts: 256,
            rates: Rates {
                secret: Some(Rate::per_second(10_000.0).with_burst(1_000)),
                secret_batch: Some(Rate::per_second(100.0).with_burst(20)),
                parameters: Some(Rate::per_second(40.0).with_burst(20)),
            },
            now: Arc::new(SystemTime::now),
        }
    }
}

impl Settings {
    /// Who `aws-login` says is logging in, for `oidc`. Default: nobody, and `oidc` is refused.
    pub fn with_identity(mut self, identity: Arc<dyn Identity>) -> Settings {
        self.identity = identity;
        self
    }

    /// The region whose STS `aws-login` asks if the document names none. Default `us-east-1`.
    pub fn with_region(mut self, region: impl Into<SmolStr>) -> Settings {
        self.region = region.into();
        self
    }

    /// One address, such as `http://127.0.0.1:5000`, for all services.
    pub fn with_endpoint(self, url: impl Into<String>) -> Settings {
        let url = url.into();
        self.with_sts_endpoint(url.clone())
            .with_secrets_manager_endpoint(url.clone())
            .with_ssm_endpoint(url)
    }

    /// Another address for STS: a VPC endpoint, for instance. Default: AWS's in the region.
    pub fn with_sts_endpoint(mut self, url: impl Into<String>) -> Settings {
        self.endpoints.sts = Some(url.into());
        self
    }

    /// Another address for Secrets Manager.
    pub fn with_secrets_manager_endpoint(mut self, url: impl Into<String>) -> Settings {
        self.endpoints.secrets_manager = Some(url.into());
        self
    }

    /// Another address for the Systems Manager, which has the Parameter Store.
    pub fn with_ssm_endpoint(mut self, url: impl Into<String>) -> Settings {
        self.endpoints.ssm = Some(url.into());
        self
    }

    /// Whether documents may log in as the machine does, by `profile` or `default`: environment variables, the files
    /// `~/.aws/config` and `~/.aws/credentials`, container and instance roles. Default: no.
    ///
    /// Allow it in a command or a program that evaluates its owner's documents. A server that evaluates other people's
    /// must not: they would act with its credentials.
    pub fn allow_ambient_credentials(mut self, allow: bool) -> Settings {
        self.ambient = allow;
        self
    }

    /// Another HTTP client: with a proxy or other roots of trust. Default: one with the system's roots, shared by all
    /// that is built on these providers.
    pub fn with_http_client(mut self, client: SharedHttpClient) -> Settings {
        self.http = Some(client);
        self
    }

    /// How often a request is sent in all, if it is throttled or fails for reasons that may pass. At least 1; default 3.
    pub fn with_attempts(mut self, attempts: u32) -> Settings {
        self.attempts = attempts.max(1);
        self
    }

    /// The pause before the second attempt, which doubles with each attempt after, and the longest. What is waited is a
    /// random part of it. Default 1 s and 20 s.
    pub fn with_backoff(mut self, initial: Duration, longest: Duration) -> Settings {
        self.backoff = (initial, longest);
        self
    }

    /// How long a connection may take to come about. Default 5 s.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Settings {
        self.timeouts.connect = timeout;
        self
    }

    /// How long one attempt of a request may take. Default 15 s.
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Settings {
        self.timeouts.attempt = timeout;
        self
    }

    /// How long a request may take with all its attempts and pauses. Default 60 s.
    pub fn with_operation_timeout(mut self, timeout: Duration) -> Settings {
        self.timeouts.operation = timeout;
        self
    }

    /// How many requests are under way at a time. At least 1; default 32.
    pub fn with_requests_at_a_time(mut self, count: usize) -> Settings {
        self.requests_at_a_time = count.max(1);
        self
    }

    /// For how many pairs of region and credentials clients are kept. Default 256.
    pub fn with_max_accounts(mut self, count: u64) -> Settings {
        self.max_accounts = count.max(1);
        self
    }

    /// How many `GetSecretValue` a second, for each region and access key; none for no limit. Default 10,000, which is
    /// AWS's quota.
    pub fn with_secret_rate(mut self, rate: Option<Rate>) -> Settings {
        self.rates.secret = rate;
        self
    }

    /// How many `BatchGetSecretValue` a second, for each region and access key; none for no limit. Default 100, which
    /// is AWS's quota.
    pub fn with_secret_batch_rate(mut self, rate: Option<Rate>) -> Settings {
        self.rates.secret_batch = rate;
        self
    }

    /// How many requests for parameters a second, for each region and access key; none for no limit. Default 40, which
    /// is AWS's quota for accounts without higher throughput.
    pub fn with_parameter_rate(mut self, rate: Option<Rate>) -> Settings {
        self.rates.parameters = rate;
        self
    }

    /// The clock by which ambient credentials are seen to expire. Default: the system's.
    pub fn with_clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Settings {
        self.now = Arc::new(now);
        self
    }
}

/// Without the identity, the HTTP client and the clock, of which there is nothing to tell.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("region", &self.region)
            .field("endpoints", &self.endpoints)
            .field("ambient", &self.ambient)
            .field("attempts", &self.attempts)
            .field("backoff", &self.backoff)
            .field("timeouts", &self.timeouts)
            .field("requests_at_a_time", &self.requests_at_a_time)
            .field("max_accounts", &self.max_accounts)
            .field("rates", &self.rates)
            .finish_non_exhaustive()
    }
}
