//! Servers for tests: real ones that are installed and started, and fakes.

pub mod kubernetes;

pub use kubernetes::FakeKubernetes;
