//! The providers against a real server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;
mod conformance;
mod dynamic;
mod examples;
mod faults;
mod logins;
mod secrets;
