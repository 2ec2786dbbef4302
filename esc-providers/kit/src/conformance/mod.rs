//! What every provider has to keep, as checks that any crate can run.
//!
//! A [`Subject`] tells what to ask a provider and what must come of it; [`run`] checks it and answers a [`Report`]. The
//! checks go by what the provider says that it can do: one without batches is not asked for them.
//!
//! ```
//! use std::sync::Arc;
//! # use esc_core::provider::*;
//! # use esc_core::schema::{Builder, Schema};
//! use esc_core::value::Value;
//! use esc_provider_kit::Failure;
//! use esc_provider_kit::conformance::{self, Case, Failing, Subject};
//! # struct Store;
//! # #[async_trait::async_trait]
//! # impl Provider for Store {
//! #     fn schema(&self) -> ProviderSchema {
//! #         let key = Builder::string().description("What to look up.");
//! #         let inputs = Schema::object().required_property("key", key).closed().build();
//! #         let outputs = Builder::string().secret().build();
//! #         ProviderSchema { description: Some("Looks things up.".into()), inputs, outputs }
//! #     }
//! #     async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
//! #         match request.inputs.get("key").and_then(Value::as_str) {
//! #             Some("db") => Ok(Value::string("hunter2").into_secret().into()),
//! #             _ => Err(Failure::new("store", ErrorKind::NotFound)
//! #                 .reference("the key `nothing`")
//! #                 .advice("check `key`")
//! #                 .into()),
//! #         }
//! #     }
//! # }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let inputs = |key| Value::object([("key", Value::string(key))]);
//! let subject = Subject::new("store", Arc::new(Store))
//!     .case(Case::new("a password", inputs("db")).equals(Value::string("hunter2").into_secret()))
//!     .failing(Failing::new(ErrorKind::NotFound, inputs("nothing")).reference("nothing"))
//!     .without(ErrorKind::Denied, "everybody may read the store")
//!     .without(ErrorKind::Unauthenticated, "there are no credentials")
//!     .without(ErrorKind::Throttled, "the store has no quotas")
//!     .without(ErrorKind::Unavailable, "the store is in memory")
//!     .canary("hunter2");
//! conformance::run(&subject).await.assert();
//! # });
//! ```
//!
//! | file | checks |
//! |---|---|
//! | `schemas` | schemas compile, are described, and survive JSON |
//! | `answers` | inputs and answers fit the schemas, answers are as expected, secrets are marked |
//! | `failures` | each failure has its kind, names what failed, and gives advice |
//! | `calls` | batches, repetition, context, leases, dropped and concurrent calls |
//! | `secrecy` | no canary in errors, `Debug` or what `tracing` sees |

mod answers;
mod calls;
mod canaries;
mod exam;
mod failures;
mod fit;
mod report;
mod schemas;
mod secrecy;
mod subject;
#[cfg(test)]
mod tests;

pub use report::{Check, Outcome, Report};
pub use subject::{Case, Failing, Subject};

use exam::Exam;

/// Checks a provider.
///
/// It takes as long as the provider does for a few dozen calls of each case. A tokio runtime with its time driver is
/// needed.
pub async fn run(subject: &Subject) -> Report {
    let mut exam = Exam::new(subject);
    schemas::check(&mut exam);
    answers::check(&mut exam).await;
    failures::check(&mut exam).await;
    calls::check(&mut exam).await;
    secrecy::check(&mut exam);
    exam.finish()
}
