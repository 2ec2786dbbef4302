//! Values on their way out of the program: as text, into commands, and kept out of what is printed.

pub mod arguments;
pub mod format;
pub mod redact;
