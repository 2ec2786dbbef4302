//! Programs without asynchronous code (feature `blocking`).
//!
//! ```
//! use esc_sdk::{Client, MemorySource, blocking};
//!
//! # let source = MemorySource::new().with("shop/dev", "values: {host: db.example}")?;
//! let client = blocking::Client::new(Client::builder(source).build())?;
//! let host: String = client.get("shop/dev", "host")?;
//! assert_eq!(host, "db.example");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Build the client as you like and wrap it: [`blocking::Client`](crate::blocking::Client) has the same methods, and
//! waits. It has a thread of its own, so a [`blocking::Watch`](crate::blocking::Watch) stays fresh while nobody calls.
//! [`block_on`](crate::blocking::Client::block_on) waits for everything else.
//!
//! Inside asynchronous code it returns the error [`InsideRuntime`](crate::blocking::InsideRuntime). It never panics, and
//! never stops a runtime.
