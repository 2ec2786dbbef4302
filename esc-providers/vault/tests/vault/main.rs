//! The providers against a real server.

mod common;
mod conformance;
mod dynamic;
mod examples;
mod faults;
mod logins;
mod secrets;
