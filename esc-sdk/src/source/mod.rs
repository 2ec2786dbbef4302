//! Where environments come from: a directory, or the program itself.
//!
//! Anything else is an [`EnvironmentSource`](esc_core::source::EnvironmentSource) of your own. Both say when an environment
//! is no longer what was loaded, so that watches learn of it at once.

mod digest;
mod directory;
mod memory;
mod name;

pub(crate) use digest::digest;
pub use directory::{DirectoryError, DirectorySource};
pub use memory::MemorySource;
pub use name::{EnvironmentName, NameError};
