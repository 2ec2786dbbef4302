//! The names of the providers in documents.

/// The name of the provider of logins in documents.
pub const LOGIN: &str = "kubernetes-login";

/// The name of the provider of Secrets in documents.
pub const SECRETS: &str = "kubernetes-secrets";

/// The name of the provider of ConfigMaps in documents.
pub const CONFIG_MAPS: &str = "kubernetes-configmaps";

/// The name of the provider of kubeconfigs in documents.
pub const KUBECONFIG: &str = "kubernetes-kubeconfig";
