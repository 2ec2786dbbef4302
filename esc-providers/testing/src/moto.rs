//! Moto, the AWS of Python's tests.

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::aws::ParameterKind;
use crate::client::{answers, client, send};
use crate::install::Package;
use crate::offline::{offline, skipped};
use crate::process::{Process, Spec, blocking, persist, scratch};

const PACKAGE: Package = Package { name: "moto[server]", version: "5.2.5", alone: false };

/// [Moto](https://docs.getmoto.org): AWS on one port, in memory.
///
/// It accepts any credentials and any web identity token, answers 404 where AWS answers 400 for what does not exist,
/// takes more than 20 ids in `BatchGetSecretValue`, and never throttles. [`FakeAws`](crate::FakeAws) does as AWS does.
#[derive(Debug)]
pub struct Moto {
    endpoint: String,
    _process: Process,
}

impl Moto {
    /// Starts one, after installing it the first time. None if [`offline`].
    pub async fn start() -> Option<Moto> {
        if offline() {
            skipped("moto");
            return None;
        }
        let environment = blocking(|| PACKAGE.install()).await;
        let moto = persist(async |port: u16| {
            let spec = Spec {
                name: "moto",
                program: environment.join("bin/python"),
                arguments: vec![
                    "-m".into(),
                    "moto.server".into(),
                    "-H".into(),
                    "127.0.0.1".into(),
                    "-p".into(),
                    port.to_string().into(),
                ],
                variables: vec![],
                stop: "SIGTERM",
                humble: false,
            };
            let endpoint = format!("http://127.0.0.1:{port}");
            let (http, probe) = (client(None), format!("{endpoint}/moto-api/data.json"));
            let started =
                Process::start(&spec, scratch(false), async || answers(&http, &probe).await);
            started.await.map(|process| Moto { endpoint, _process: process })
        });
        Some(moto.await)
    }

    /// The one that all tests of a binary share, started by the first that asks. None if [`offline`].
    ///
    /// Tests run at the same time, so let each use names of its own and do not [`reset`](Moto::reset).
    pub async fn shared() -> Option<&'static Moto> {
        static SHARED: OnceCell<Moto> = OnceCell::const_new();
        if offline() {
            skipped("moto");
            return None;
        }
        Some(SHARED.get_or_init(async || Moto::start().await.expect("not offline")).await)
    }

    /// The URL of all services, `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Makes a secret of that text in a region. Panics if there is one of that name.
    pub async fn put_secret(&self, region: &str, name: &str, text: &str) {
        let body = json!({ "Name": name, "SecretString": text });
        self.seed(region, "secretsmanager", "secretsmanager.CreateSecret", body).await;
    }

    /// Gives a secret a new version, which becomes the current one. Panics if there is no such secret.
    pub async fn rotate_secret(&self, region: &str, name: &str, text: &str) {
        let body = json!({ "SecretId": name, "SecretString": text });
        self.seed(region, "secretsmanager", "secretsmanager.PutSecretValue", body).await;
    }

    /// Makes a parameter in a region, or a new version of it. The value of a [`ParameterKind::StringList`] is separated
    /// by commas.
    pub async fn put_parameter(&self, region: &str, name: &str, kind: ParameterKind, value: &str) {
        let body =
            json!({ "Name": name, "Type": format!("{kind:?}"), "Value": value, "Overwrite": true });
        self.seed(region, "ssm", "AmazonSSM.PutParameter", body).await;
    }

    // Moto does not look at signatures, only at the region and the service that are signed for.
    async fn seed(&self, region: &str, service: &str, target: &str, body: Value) {
        let scope = format!("AKIDSEED/20260101/{region}/{service}/aws4_request");
        let signature =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let headers = [
            ("authorization", signature.as_str()),
            ("x-amz-target", target),
            ("content-type", "application/x-amz-json-1.1"),
        ];
        send(&client(None), "POST", &self.endpoint, &headers, Some(body)).await.expect(target);
    }

    /// Forgets everything.
    pub async fn reset(&self) {
        let url = format!("{}/moto-api/reset", self.endpoint);
        send(&client(None), "POST", &url, &[], None).await.expect("reset moto");
    }
}
