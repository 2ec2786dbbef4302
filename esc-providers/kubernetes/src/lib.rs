//! Kubernetes for environments: Secrets, ConfigMaps and logins.
