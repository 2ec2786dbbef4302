//! Evaluates environments: imports and merging, references, functions, providers, rotation.
//!
//! An [`Evaluator`] knows where environments come from and which providers there are. It [checks](Evaluator::check),
//! [opens](Evaluator::open) or [rotates](Evaluator::rotate) a [`Root`] and answers an [`Evaluation`].
//!
//! How it works, each floor resting on those below it:
//!
//! | floor | what |
//! |---|---|
//! | `session` | the state of one evaluation: read it first |
//! | `output` | what comes out: the exported environment, where values come from |
//! | `run` | the driver, passes, entering expressions, the order of diagnostics |
//! | `semantics` | what references, functions, imports, calls and schemas mean |
//! | `values` | values, shared and layered, never copied; their schemas, secrets and plain forms |
//! | `ids`, `outcome`, `grow`, `options` | names, why there is no value yet, deep recursion, what an evaluation is told |
//!
//! [`Evaluator`] is the front door; [`analysis`] is what editors ask, on documents that may be broken.
//!
//! The crate does no I/O and needs no particular runtime.

pub mod analysis;
mod evaluator;
mod grow;
mod ids;
mod options;
mod outcome;
mod output;
mod run;
mod semantics;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
mod values;

pub use evaluator::{Evaluation, Evaluator, Root};
pub use options::Limits;
pub use output::provenance::{Layer, Maker, Reference};
pub use session::calls::{Rotation, RotationStatus};
