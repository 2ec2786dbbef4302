//! Servers for tests: real ones that are installed and started, and fakes.
//!
//! A machine needs the Rust toolchain and Python 3, nothing else. Real servers are installed on first use, into
//! `ESC_TEST_SERVERS_DIR` or else `test-servers` in cargo's target directory, and only once, however many tests ask
//! for them at the same time. They listen on a free port of 127.0.0.1 and end with the process that started them,
//! however that ends.
//!
//! | what | is | proves |
//! |---|---|---|
//! | [`Moto`] | the AWS of Python's tests | that our requests and answers fit AWS's wire format |
//! | [`OpenBao`] | the real server, in dev mode | everything about Vault |
//! | [`Postgres`] | the real server | Vault's dynamic credentials |
//! | [`FakeAws`] | a fake | what Moto lets pass: AWS's refusals, limits and quotas |
//! | [`TokenIssuer`], [`Ca`] | fakes | trust in tokens and in certificates |
//! | [`FakeKubernetes`] | a fake | everything about Kubernetes |
//! | [`FaultProxy`] | a reverse proxy in front of any of them | how faults of the network and of servers are borne |
//!
//! ```no_run
//! use esc_test_servers::Moto;
//!
//! # async fn test() {
//! // Shared by all tests of a binary. Without a network there is none, and the test is counted as skipped.
//! let Some(moto) = Moto::shared().await else { return };
//! let endpoint = moto.endpoint();
//! # }
//! ```
//!
//! With `ESC_TEST_OFFLINE=1` nothing is installed or started. Each server that is asked for prints `skipped: …` and
//! adds a line to the file `skipped` in the directory of the servers. Whoever runs the tests deletes that file before,
//! and reports the number of its lines after.
//!
//! Everything here panics when it cannot do its work: a test has no use for the error but to show it.

// This crate is a part of tests, though it is built as a library.
#![allow(clippy::panic, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod aws;
mod ca;
mod client;
mod install;
mod issuer;
pub mod kubernetes;
mod moto;
mod offline;
mod openbao;
mod out_of_reach;
mod postgres;
mod process;
mod proxy;
mod serve;

pub use aws::{Call, FakeAws, ParameterKind, Trust};
pub use ca::{Ca, Leaf};
pub use client::Answer;
pub use install::Package;
pub use issuer::TokenIssuer;
pub use kubernetes::FakeKubernetes;
pub use moto::Moto;
pub use offline::{directory, offline, skipped, skipped_file};
pub use openbao::{OpenBao, OpenBaoBuilder};
pub use out_of_reach::OutOfReach;
pub use postgres::Postgres;
pub use proxy::{Exchange, FaultProxy, Rule};
pub use serve::HttpServer;
