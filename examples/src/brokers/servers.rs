//! The backends of the example, on loopback, and what is in them.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use esc_core::context::{ExecutionContext, ReservedContextKey};
use esc_core::value::Value;
use esc_providers::outbound::{Algorithm, Issuer, KeySet, SigningKey, Version};
use esc_providers::{Catalog, Standard, StandardError, aws};
use esc_test_servers::kubernetes::{FakeKubernetes, Rule};
use esc_test_servers::{FakeAws, FaultProxy, Moto, OpenBao, ParameterKind, TokenIssuer, Trust};
use serde_json::json;

const REGION: &str = "eu-west-1";
const ORGANIZATION: &str = "acme";
/// Who may log in: whoever opens the shop's environment.
const SUBJECT: &str = "pulumi:environments:org:acme:env:brokers/shop";

/// How often a backend was asked for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The backend.
    pub backend: &'static str,
    /// What it was asked for.
    pub operation: String,
    /// How often.
    pub count: usize,
}

/// The backends. They stop when this is dropped.
///
/// Secrets Manager and Parameter Store are Moto; STS is a fake, since it verifies tokens, which Moto does not. Vault is
/// OpenBao. Kubernetes is a fake with TLS and permissions. Proxies before Moto and OpenBao count.
pub struct Servers {
    issuer: Arc<Issuer>,
    sts: FakeAws,
    aws: FaultProxy,
    vault: FaultProxy,
    kubernetes: FakeKubernetes,
    _documents: TokenIssuer,
    _moto: Moto,
    _bao: OpenBao,
}

impl Servers {
    /// Starts and fills them; those that are missing are installed first. None without a network.
    ///
    /// # Errors
    ///
    /// There is no randomness for a key.
    ///
    /// # Panics
    ///
    /// A server cannot be started.
    pub async fn start() -> Result<Option<Servers>, Box<dyn Error>> {
        let (moto, bao) = tokio::join!(Moto::start(), OpenBao::start());
        let (Some(moto), Some(bao)) = (moto, bao) else { return Ok(None) };
        let documents = TokenIssuer::start().await;
        let keys = KeySet::new(SigningKey::generate(Algorithm::Rs256)?);
        let issuer = Arc::new(Issuer::builder(documents.url(), ORGANIZATION, keys).build()?);
        documents.set_discovery(issuer.discovery(Version::Login));
        documents.set_jwks(issuer.jwks(Version::Login));

        let sts = FakeAws::start().await;
        sts.trust(Trust {
            role: "arn:aws:iam::123456789012:role/shop".into(),
            issuer: documents.url(),
            jwks: issuer.jwks(Version::Login),
            audience: format!("aws:{ORGANIZATION}"),
            subject: SUBJECT.into(),
            max_duration: Duration::from_secs(3600),
        });
        fill_aws(&moto).await;
        let kubernetes = FakeKubernetes::start().await;
        let token = fill_kubernetes(&kubernetes);
        let cluster = json!({ "authority": kubernetes.ca_pem(), "token": token });
        fill_vault(&bao, &documents.url(), cluster).await;
        Ok(Some(Servers {
            issuer,
            sts,
            aws: FaultProxy::start(moto.endpoint()).await,
            vault: FaultProxy::start(bao.address()).await,
            kubernetes,
            _documents: documents,
            _moto: moto,
            _bao: bao,
        }))
    }

    /// The catalog of a production program, but for AWS's addresses.
    ///
    /// # Errors
    ///
    /// An HTTP client cannot be made.
    pub fn catalog(&self) -> Result<Catalog, StandardError> {
        let settings = aws::Settings::default()
            .with_endpoint(self.aws.endpoint())
            .with_sts_endpoint(self.sts.endpoint());
        Standard::new(self.issuer.clone()).aws(settings).catalog()
    }

    /// What environments see as `${context}`: the addresses.
    ///
    /// # Errors
    ///
    /// Never: the names are not reserved.
    pub fn context(&self) -> Result<ExecutionContext, ReservedContextKey> {
        let servers = Value::object([
            ("vault", Value::string(self.vault.endpoint().as_str())),
            ("kubernetes", Value::string(self.kubernetes.endpoint())),
        ]);
        ExecutionContext::new([("servers", servers)])
    }

    /// What they were asked for so far by the environment, not by seeding.
    pub fn calls(&self) -> Vec<Calls> {
        let vault = self.vault.requests().into_iter().map(|e| format!("{} {}", e.method, e.path));
        let kubernetes =
            self.kubernetes.requests().into_iter().map(|e| format!("{} {}", e.method, e.path));
        let mut all = counted("AWS STS", self.sts.calls().into_iter().map(|call| call.operation));
        all.extend(counted("AWS", self.aws.requests().into_iter().map(|e| e.target)));
        all.extend(counted("Vault", vault));
        all.extend(counted("Kubernetes", kubernetes));
        all
    }
}

fn counted(backend: &'static str, operations: impl Iterator<Item = String>) -> Vec<Calls> {
    let mut counts = BTreeMap::new();
    operations.for_each(|operation| *counts.entry(operation).or_default() += 1);
    let calls = |(operation, count)| Calls { backend, operation, count };
    counts.into_iter().map(calls).collect()
}

async fn fill_aws(moto: &Moto) {
    let database = json!({ "host": "db.eu-west-1.internal", "user": "shop_app", "password": "canary-database" });
    moto.put_secret(REGION, "shop/database", &database.to_string()).await;
    moto.put_secret(REGION, "shop/signing-key", "canary-signing").await;
    for (name, kind, value) in [
        ("/shop/support", ParameterKind::String, "help@shop.example"),
        ("/shop/webhook", ParameterKind::SecureString, "https://hooks.example/canary-webhook"),
        ("/shop/hosts", ParameterKind::StringList, "a.shop.example,b.shop.example"),
    ] {
        moto.put_parameter(REGION, name, kind, value).await;
    }
}

async fn fill_vault(bao: &OpenBao, issuer: &str, cluster: serde_json::Value) {
    bao.write("secret/data/shop/payments", json!({ "data": { "key": "canary-payments" } })).await;
    bao.write("secret/data/shop/cluster", json!({ "data": cluster })).await;
    let policy = r#"path "secret/data/shop/*" { capabilities = ["read"] }"#;
    bao.write("sys/policies/acl/shop", json!({ "policy": policy })).await;
    bao.write("sys/auth/jwt", json!({ "type": "jwt" })).await;
    // It fetches the issuer's keys from where the issuer publishes them.
    let config = json!({ "oidc_discovery_url": issuer, "bound_issuer": issuer });
    bao.write("auth/jwt/config", config).await;
    let role = json!({
        "role_type": "jwt",
        "user_claim": "sub",
        "bound_audiences": [format!("vault:{ORGANIZATION}")],
        "bound_subject": SUBJECT,
        "token_policies": ["shop"],
    });
    bao.write("auth/jwt/role/shop", role).await;
}

fn fill_kubernetes(server: &FakeKubernetes) -> String {
    server.namespace("shop");
    server.secret("shop", "queue", &[], &[("password", b"canary-queue")]);
    let features = json!({ "gift-cards": true }).to_string();
    server.config_map("shop", "shop", &[], &[("features.json", &features)], &[]);
    let rules = [
        Rule::new(&["get"], &["secrets"]).named(&["queue"]),
        Rule::new(&["get"], &["configmaps"]).named(&["shop"]),
    ];
    server.account("shop", "shop", &rules)
}
