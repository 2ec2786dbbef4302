//! Clients: one HTTP client for all, and the services' clients per region and credentials.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_lc_rs::hmac;
use aws_smithy_http_client::tls::{Provider as Tls, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::Builder;
use esc_provider_kit::limit::{Keyed, Pace, Rate};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Dispatch;

use crate::failure::{Reason, Service};
use crate::inputs::Login;
use crate::settings::Settings;
use crate::tried::{Noting, noting};

/// How long an account that may not read in batches is remembered.
const BATCHES_DENIED_FOR: Duration = Duration::from_secs(15 * 60);

/// How long clients, and the credentials in them, are kept after their last use.
const IDLE_FOR: Duration = Duration::from_secs(15 * 60);

/// How many paces are kept of each kind.
const MAX_PACES: usize = 1_000;

/// What all providers of AWS share.
pub(crate) struct Connections {
    pub(crate) settings: Settings,
    http: SharedHttpClient,
    accounts: moka::future::Cache<AccountKey, Arc<Account>>,
    /// What keys of `accounts` are made with.
    key: hmac::Key,
    requests: Semaphore,
    secrets: Paces,
    secret_batches: Paces,
    parameters: Paces,
}

/// Stands for a region and credentials, and cannot be traced back to them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AccountKey([u8; 32]);

/// The requests that are counted together at AWS.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Api {
    GetSecretValue,
    BatchGetSecretValue,
    Parameters,
}

type Paces = Option<Keyed<Pace>>;

impl Connections {
    pub(crate) fn new(settings: Settings) -> Connections {
        let http = settings.http.clone().unwrap_or_else(|| {
            let tls = Tls::Rustls(CryptoMode::AwsLc);
            aws_smithy_http_client::Builder::new().tls_provider(tls).build_https()
        });
        let http = SharedHttpClient::new(Noting(http));
        let paces = |rate: Option<Rate>| rate.map(|r| Keyed::new(MAX_PACES, move || Pace::new(r)));
        let mut random = [0; 32];
        // Without randomness the keys still tell accounts apart.
        let _ = aws_lc_rs::rand::fill(&mut random);
        Connections {
            http,
            accounts: moka::future::Cache::builder()
                .max_capacity(settings.max_accounts)
                .time_to_idle(IDLE_FOR)
                .build(),
            key: hmac::Key::new(hmac::HMAC_SHA256, &random),
            requests: Semaphore::new(settings.requests_at_a_time),
            secrets: paces(settings.rates.secret),
            secret_batches: paces(settings.rates.secret_batch),
            parameters: paces(settings.rates.parameters),
            settings,
        }
    }

    /// What requests of this region are sent with, but for credentials.
    pub(crate) fn config(&self, region: &str) -> Builder {
        let Settings { attempts, backoff: (initial, longest), timeouts, .. } = &self.settings;
        let retry = RetryConfig::standard()
            .with_max_attempts(*attempts)
            .with_initial_backoff(*initial)
            .with_max_backoff(*longest);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(timeouts.connect)
            .operation_attempt_timeout(timeouts.attempt)
            .operation_timeout(timeouts.operation)
            .build();
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .region(Region::new(region.to_owned()))
            .retry_config(retry)
            .timeout_config(timeouts)
    }

    pub(crate) fn http(&self) -> &SharedHttpClient {
        &self.http
    }

    /// A client of STS that signs with the credentials, if there are some.
    pub(crate) fn sts(
        &self,
        region: &str,
        credentials: Option<Credentials>,
    ) -> aws_sdk_sts::Client {
        let mut config = self.config(region);
        if let Some(credentials) = credentials {
            config = config.credentials_provider(SharedCredentialsProvider::new(credentials));
        }
        let config = config.build();
        let mut config = aws_sdk_sts::config::Builder::from(&config);
        config.set_endpoint_url(self.settings.endpoints.sts.clone());
        aws_sdk_sts::Client::from_conf(config.build())
    }

    pub(crate) fn account_key(&self, region: &str, login: &Login) -> AccountKey {
        let mut context = hmac::Context::with_key(&self.key);
        let session = login.session_token.as_ref().map(|token| token.expose().as_str());
        let parts = [
            Some(region),
            Some(login.access_key_id.as_str()),
            Some(login.secret_access_key.expose().as_str()),
            session,
        ];
        for part in parts {
            // Lengths, so that no two logins run into the same bytes.
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            context.update(&length.to_be_bytes());
            context.update(part.unwrap_or_default().as_bytes());
        }
        let mut key = [0; 32];
        key.copy_from_slice(context.sign().as_ref());
        AccountKey(key)
    }

    /// The clients of these credentials in this region.
    pub(crate) async fn account(&self, region: &str, login: &Login) -> Arc<Account> {
        let make = async {
            let credentials = SharedCredentialsProvider::new(login.credentials());
            Arc::new(Account {
                pace_key: format!("{region}/{}", login.access_key_id),
                config: self.config(region).credentials_provider(credentials).build(),
                secrets_manager: OnceLock::new(),
                ssm: OnceLock::new(),
                batches_denied: Mutex::new(None),
            })
        };
        self.accounts.get_with(self.account_key(region, login), make).await
    }

    /// Sends a request when its turn has come.
    ///
    /// What the SDK logs meanwhile is dropped: it logs requests whole.
    pub(crate) async fn send<T, E>(
        &self,
        account: &Account,
        api: Api,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Reason>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let (paces, service) = match api {
            Api::GetSecretValue => (&self.secrets, Service::SecretsManager),
            Api::BatchGetSecretValue => (&self.secret_batches, Service::SecretsManager),
            Api::Parameters => (&self.parameters, Service::Ssm),
        };
        if let Some(paces) = paces {
            paces.get(&account.pace_key).acquire().await;
        }
        self.send_unpaced(service, request).await
    }

    /// Sends a request that no quota of ours counts.
    pub(crate) async fn send_unpaced<T, E>(
        &self,
        service: Service,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Reason>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        // Nobody closes the semaphore.
        let _turn = self.requests.acquire().await.ok();
        let (outcome, tried) = noting(quietly(request)).await;
        outcome.map_err(|error| Reason::of(service, &error, tried.as_deref()))
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// A region and credentials.
pub(crate) struct Account {
    pace_key: String,
    config: SdkConfig,
    secrets_manager: OnceLock<aws_sdk_secretsmanager::Client>,
    ssm: OnceLock<aws_sdk_ssm::Client>,
    batches_denied: Mutex<Option<Instant>>,
}

impl Account {
    pub(crate) fn secrets_manager(&self, of: &Connections) -> &aws_sdk_secretsmanager::Client {
        self.secrets_manager.get_or_init(|| {
            let mut config = aws_sdk_secretsmanager::config::Builder::from(&self.config);
            config.set_endpoint_url(of.settings.endpoints.secrets_manager.clone());
            aws_sdk_secretsmanager::Client::from_conf(config.build())
        })
    }

    pub(crate) fn ssm(&self, of: &Connections) -> &aws_sdk_ssm::Client {
        self.ssm.get_or_init(|| {
            let mut config = aws_sdk_ssm::config::Builder::from(&self.config);
            config.set_endpoint_url(of.settings.endpoints.ssm.clone());
            aws_sdk_ssm::Client::from_conf(config.build())
        })
    }

    /// Whether the account was refused a batch not long ago.
    pub(crate) fn batches_denied(&self) -> bool {
        let denied = self.batches_denied.lock().unwrap_or_else(PoisonError::into_inner);
        denied.is_some_and(|at| at.elapsed() < BATCHES_DENIED_FOR)
    }

    pub(crate) fn deny_batches(&self) {
        let mut denied = self.batches_denied.lock().unwrap_or_else(PoisonError::into_inner);
        *denied = Some(Instant::now());
    }
}

/// Polls a future with nobody listening to what it logs.
pub(crate) async fn quietly<T>(future: impl Future<Output = T>) -> T {
    Quiet { future: pin!(future) }.await
}

struct Quiet<'a, F> {
    future: Pin<&'a mut F>,
}

impl<F: Future> Future for Quiet<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let poll = || self.future.as_mut().poll(context);
        tracing::dispatcher::with_default(&Dispatch::none(), poll)
    }
}
