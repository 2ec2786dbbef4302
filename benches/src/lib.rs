//! Benchmarks of the evaluator and the SDK.
//!
//! * [`shapes`]: documents of known shapes, generated from a seed;
//! * [`bench`](mod@bench): one set of documents, ready to be evaluated again and again;
//! * [`measure`]: times, allocations and memory of that;
//! * [`cases`]: which shapes are measured, what they may cost, and what the reference implementation takes;
//! * [`timer`]: delays that last as long as they should.
//!
//! The binaries `evalbench` and `shapes` print figures; `benches/evaluation.rs` gives the same shapes to Criterion.
//! The binary `sdk` opens an environment of the examples as programs do.

pub mod bench;
pub mod cases;
pub mod counting;
pub mod directory;
pub mod measure;
pub mod shapes;
pub mod timer;

/// Counts while [`counting::count`] runs.
#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;
