//! Recursion over values, as deep as limits allow.

/// Runs a step of a recursion over values on a stack that grows when it must.
pub(crate) fn grow<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, step)
}
