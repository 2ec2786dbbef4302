//! The Kubernetes providers against API servers: our own, and a real one if `ESC_TEST_KUBECONFIG` names a kubeconfig.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;
mod conformance;
mod examples;
mod failures;
mod kubeconfigs;
mod logins;
mod quiet;
mod reading;
mod suite;
