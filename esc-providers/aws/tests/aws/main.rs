//! The providers against Moto, with a proxy between that counts requests and makes things go wrong.
//!
//! One binary, so that all tests share one Moto. Each uses names of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod ambient;
mod bench;
mod conformance;
mod documents;
mod failures;
mod fake;
mod login;
mod parameters;
mod secrets;
