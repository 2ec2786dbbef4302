//! Which error, what to do.
//!
//! | [`Error`](crate::Error) | what happened | what to do |
//! |---|---|---|
//! | [`Source`](crate::Error::Source) | the definition cannot be loaded | by its [kind](esc_core::source::SourceErrorKind): check the name, the access, the source |
//! | [`Environment`](crate::Error::Environment) | the environment has errors, or a provider failed | show [`diagnostics.render(…)`](crate::inspect::Diagnostics::render): each error has its place, and help |
//! | [`Mismatch`](crate::Error::Mismatch) | type and environment do not fit | each line names path, what was expected and found, and where it is written |
//! | [`Lookup`](crate::Error::Lookup) | a value is not there, or not of that type | the same, for one value |
//! | [`Path`](crate::Error::Path) | a property path is malformed | a mistake in the program |
//! | [`Rejected`](crate::Error::Rejected) | your validator rejected the values | look at its reason: the source of the error |
//! | `Api` | the server of a remote client says no | by its variant |
//! | `InsideRuntime` | a blocking call in asynchronous code | use the asynchronous client there |
//!
//! [`is_unavailable`](crate::Error::is_unavailable) is the question that programs ask: may the same succeed later without
//! anybody changing anything? Then wait and try again. Otherwise tell somebody. Calls have been repeated by the layers
//! of providers already; do not loop tightly round them.
//!
//! Errors never contain secrets. Log them as they are.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_core::diagnostic::Renderer;
//! use esc_sdk::Error;
//!
//! # use esc_sdk::{Client, MemorySource};
//! # let source = MemorySource::new().with("shop/dev", "values:\n  url: ${hots}\n  host: a\n")?;
//! # let client = Client::builder(source).build();
//! match client.open("shop/dev").await {
//!     Ok(opened) => println!("{} values", opened.leaves().count()),
//!     Err(Error::Environment(diagnostics)) => {
//!         let text = diagnostics.render(&Renderer::new());
//!         assert!(text.contains("error[unknown-property]: unknown property \"hots\""));
//!         eprint!("{text}");
//!     }
//!     Err(error) if error.is_unavailable() => eprintln!("later: {error}"),
//!     Err(error) => eprintln!("{error}"),
//! }
//! # Ok(()) }
//! ```
//!
//! | kind of a provider's failure | what to do |
//! |---|---|
//! | not found | correct the document, or make what it asks for |
//! | denied | correct the backend's policy |
//! | unauthenticated | correct the login: role, audience, expired credentials |
//! | throttled, unavailable | wait; raise quotas, or lower the rate in the layers |
//! | invalid | correct the inputs in the document |
//! | conflict | try again |
//! | internal error | report it |
