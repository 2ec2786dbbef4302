//! The system's allocator, counted.
//!
//! The only unsafe code of the workspace, and not part of anything that is shipped. The allocators that exist for this
//! either count all the time with sequentially consistent atomics, which adds a fifth to the very times this package
//! measures; or do without `realloc`, so that growing a vector always copies; or keep what they counted to themselves.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// What was allocated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allocations {
    /// How many times: allocations and reallocations.
    pub count: u64,
    /// How many bytes in total; of a reallocation, what it added.
    pub bytes: u64,
    /// The most bytes that were allocated at one time.
    pub peak: u64,
}

#[derive(Clone, Copy)]
struct State {
    counting: bool,
    live: i64,
    seen: Allocations,
}

thread_local! {
    static STATE: Cell<State> = const {
        Cell::new(State { counting: false, live: 0, seen: Allocations { count: 0, bytes: 0, peak: 0 } })
    };
}

/// Runs something and tells what it allocated on this thread.
pub fn count<R>(run: impl FnOnce() -> R) -> (R, Allocations) {
    STATE.set(State { counting: true, live: 0, seen: Allocations::default() });
    let result = run();
    let state = STATE.get();
    STATE.set(State { counting: false, ..state });
    (result, state.seen)
}

/// The system's allocator; counts while [`count`] runs on the same thread.
pub struct Counting;

impl Counting {
    fn note(allocations: u64, change: i64) {
        // A thread that is being torn down has no state any more, and nothing to count either.
        let _ = STATE.try_with(|cell| {
            let mut state = cell.get();
            if !state.counting {
                return;
            }
            state.live += change;
            state.seen.count += allocations;
            state.seen.bytes += if allocations > 0 { change.max(0).unsigned_abs() } else { 0 };
            state.seen.peak = state.seen.peak.max(state.live.max(0).unsigned_abs());
            cell.set(state);
        });
    }
}

fn size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

// SAFETY: every call goes to `System` with the arguments it came with; counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::note(1, size(layout.size()));
        // SAFETY: the caller's promises are those of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::note(1, size(layout.size()));
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        Self::note(1, size(new_size) - size(layout.size()));
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, new_size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        Self::note(0, -size(layout.size()));
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_exactly() {
        let (_, seen) = count(|| {
            let mut bytes: Vec<u8> = Vec::with_capacity(100);
            bytes.reserve_exact(150);
            drop(bytes);
            drop(std::hint::black_box(Box::new([0u8; 8])));
        });
        assert_eq!(seen, Allocations { count: 3, bytes: 158, peak: 150 });
    }
}
