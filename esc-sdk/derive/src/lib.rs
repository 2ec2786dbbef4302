//! Derives typed configuration from Rust structs.
