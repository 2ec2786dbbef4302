//! A fast way through documents as people write them.
//!
//! A single pass over the bytes understands block mappings and sequences, scalars of one line, literal blocks and flow
//! collections of one line, and builds the very tree that [`Builder`](super::build::Builder) builds from the events of
//! the real parser. At the first byte that is not plainly within this subset it gives up, and the whole document is
//! read by the parser; so nothing here words an error.

mod assembly;
mod block;
mod cursor;
mod flow;
#[cfg(test)]
mod properties;
mod scalar;
#[cfg(test)]
mod tests;

use assembly::Assembly;
use cursor::Cursor;

use super::Limits;
use super::build::Built;

/// The longest key. The parser takes 1,024 characters, with details that are left to it.
const LONGEST_KEY: usize = 1000;

/// Reads a document without control characters; none if it is not within the subset.
pub(super) fn build(text: &str, limits: &Limits) -> Option<Built> {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let mut scanner = Scanner {
        cursor: Cursor::new(text)?,
        out: Assembly::new(lines, *limits),
        scratch: String::new(),
    };
    scanner.document()?;
    scanner.out.finish()
}

/// The scanner: where it is in the text, and what it has built.
struct Scanner<'t> {
    cursor: Cursor<'t>,
    out: Assembly,
    /// The text of a scalar that is not in the document literally.
    scratch: String,
}
