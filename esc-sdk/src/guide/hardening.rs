//! Keeping secrets in the process.
//!
//! # In the program
//!
//! Secrets are in [`Secret`](crate::Secret) until you expose them, and are wiped afterwards. Expose them late: where the
//! connection is made, not where the configuration is read. What other libraries copy is theirs.
//!
//! # In what the program prints
//!
//! Nothing of this crate has secrets in its errors, its `Debug` or its spans. For the output of programs that do not know
//! better there is [`redact`](crate::output::redact):
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_sdk::output::redact::{Redactor, Secrets};
//!
//! # use esc_sdk::{Client, MemorySource};
//! # let source = MemorySource::new().with("shop/dev", "values: {token: {fn::secret: hunter2}}")?;
//! # let opened = Client::builder(source).build().open("shop/dev").await?;
//! let mut redactor = Redactor::new(&Secrets::of(opened.value()));
//! let mut shown = redactor.push(b"login with hunter2 failed");
//! shown.extend(redactor.finish());
//! assert_eq!(shown, b"login with [secret] failed");
//! # Ok(()) }
//! ```
//!
//! # In the machine
//!
//! [`harden`](crate::hardening::harden) keeps memory out of core dumps and away from other processes of the same user.
//! It changes the whole process and cannot be taken back, so the program has to ask for it, first thing:
//!
//! ```no_run
//! use esc_sdk::hardening::{Hardening, harden};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     harden(Hardening::all())?;
//!     // …
//!     Ok(())
//! }
//! ```
//!
//! Debuggers and profilers cannot attach then. Turn swap off, or encrypt it.
