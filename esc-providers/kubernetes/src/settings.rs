//! What an embedder decides: bounds, and what documents may ask for.

use std::path::PathBuf;
use std::time::Duration;

/// What an embedder of the Kubernetes providers can set. The default suits a server that opens other people's documents:
/// nothing of the machine it runs on is within their reach.
///
/// ```
/// use std::time::Duration;
/// use esc_provider_kubernetes::{InCluster, Settings};
///
/// let settings = Settings::default()
///     .with_request_timeout(Duration::from_secs(10))
///     .with_in_cluster(InCluster::default());
/// # let _ = settings;
/// ```
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) request_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) concurrency: usize,
    pub(crate) page_size: u32,
    pub(crate) max_objects: usize,
    pub(crate) max_response_bytes: usize,
    pub(crate) max_connections: u64,
    pub(crate) files: bool,
    pub(crate) exec: bool,
    pub(crate) insecure: bool,
    pub(crate) in_cluster: Option<InCluster>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            request_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            concurrency: 8,
            page_size: 100,
            max_objects: 10_000,
            max_response_bytes: 256 << 20,
            max_connections: 64,
            files: false,
            exec: false,
            insecure: false,
            in_cluster: None,
        }
    }
}

impl Settings {
    /// How long one request may take, from connecting to the last byte. Default 30 s.
    pub fn with_request_timeout(mut self, time: Duration) -> Settings {
        self.request_timeout = time;
        self
    }

    /// How long connecting may take. Default 10 s.
    pub fn with_connect_timeout(mut self, time: Duration) -> Settings {
        self.connect_timeout = time;
        self
    }

    /// How many requests one call, or one batch of calls, makes at the same time. Default 8.
    pub fn with_concurrency(mut self, requests: usize) -> Settings {
        self.concurrency = requests.max(1);
        self
    }

    /// How many objects a page of a list has at most. Default 100: an object has up to about 1.5 MiB.
    pub fn with_page_size(mut self, objects: u32) -> Settings {
        self.page_size = objects.max(1);
        self
    }

    /// How many objects the labels of one `list` may select. Default 10,000.
    pub fn with_max_objects(mut self, objects: usize) -> Settings {
        self.max_objects = objects;
        self
    }

    /// How many bytes one answer may have. Default 256 MiB.
    pub fn with_max_response_bytes(mut self, bytes: usize) -> Settings {
        self.max_response_bytes = bytes;
        self
    }

    /// How many connections are kept for reuse, each for one server and one set of credentials. Default 64.
    pub fn with_max_connections(mut self, connections: u64) -> Settings {
        self.max_connections = connections;
        self
    }

    /// Whether logins may read files: `kubeconfigFile`, and the files that a kubeconfig refers to. Default no.
    pub fn with_files(mut self, allowed: bool) -> Settings {
        self.files = allowed;
        self
    }

    /// Whether logins may run the credential plugins (`exec`) of a kubeconfig, which are commands of the kubeconfig's
    /// choice with this process's environment and rights. Default no.
    pub fn with_exec(mut self, allowed: bool) -> Settings {
        self.exec = allowed;
        self
    }

    /// Whether logins may talk to servers without knowing who they are: `insecure-skip-tls-verify`, and plain HTTP to
    /// other machines. Default no.
    pub fn with_insecure(mut self, allowed: bool) -> Settings {
        self.insecure = allowed;
        self
    }

    /// Lets logins use the service account of the Pod that this program runs in. Default no.
    pub fn with_in_cluster(mut self, account: InCluster) -> Settings {
        self.in_cluster = Some(account);
        self
    }
}

/// Where a Pod finds its API server and its service account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InCluster {
    pub(crate) server: String,
    pub(crate) directory: PathBuf,
}

impl Default for InCluster {
    /// `https://kubernetes.default.svc` and `/var/run/secrets/kubernetes.io/serviceaccount`.
    fn default() -> InCluster {
        InCluster::new(
            "https://kubernetes.default.svc",
            "/var/run/secrets/kubernetes.io/serviceaccount",
        )
    }
}

impl InCluster {
    /// That server, and the directory that has the files `token`, `ca.crt` and `namespace`.
    pub fn new(server: impl Into<String>, directory: impl Into<PathBuf>) -> InCluster {
        InCluster { server: server.into(), directory: directory.into() }
    }
}
