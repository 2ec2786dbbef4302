//! Providers: where the values of environments come from when somebody opens one.
//!
//! The traits are in [`esc_core::provider`]. This crate has the providers that need no network ([`local`]); those of a
//! cloud or a product live in crates of their own.

pub mod local;
