//! Where environments come from: a directory, or the program itself.
//!
//! Anything else is an [`EnvironmentSource`](esc_core::source::EnvironmentSource) of your own.

mod directory;
mod memory;
mod name;

pub use directory::{DirectoryError, DirectorySource};
pub use memory::MemorySource;
pub use name::{EnvironmentName, NameError};
