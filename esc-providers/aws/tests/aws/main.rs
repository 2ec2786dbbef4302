//! The providers against Moto, with a proxy between that counts requests and makes things go wrong.
//!
//! One binary, so that all tests share one Moto. Each uses names of its own.

mod ambient;
mod bench;
mod conformance;
mod documents;
mod failures;
mod fake;
mod login;
mod parameters;
mod secrets;
