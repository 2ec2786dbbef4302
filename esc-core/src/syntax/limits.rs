//! Bounds on what is decoded.

/// Bounds on what is decoded, so that no document can take unbounded memory, time or stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of text. At most 1 GiB whatever is asked for, since offsets have 32 bits.
    pub max_bytes: usize,
    /// The most collections within each other. Decoding needs no stack, but what works on the tree may.
    pub max_depth: usize,
    /// The most scalars and collections that are not keys.
    pub max_nodes: usize,
}

impl Limits {
    /// The highest bound on bytes that is respected.
    pub(super) const MOST_BYTES: usize = 1 << 30;
}

impl Default for Limits {
    /// 4 MiB of text, 1,024 levels and 500,000 nodes: far more than documents written by people need, and still well
    /// below 100 MiB of memory.
    fn default() -> Limits {
        Limits { max_bytes: 4 << 20, max_depth: 1024, max_nodes: 500_000 }
    }
}
