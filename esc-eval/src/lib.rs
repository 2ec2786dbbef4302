//! Evaluates environments: imports and merging, references, functions, providers, rotation.
//!
//! An [`Evaluator`] knows where environments come from and which providers there are. It [checks](Evaluator::check),
//! [opens](Evaluator::open) or [rotates](Evaluator::rotate) a [`Root`] and answers an [`Evaluation`].
//!
//! How it works, from the outside in:
//!
//! * `driver`: loads documents and calls providers, everything that is ready at once; between arrivals it runs passes;
//! * `machine`: a pass walks all expressions in the language's order, as far as it gets, on a stack of its own;
//! * `imports`, `access`, `functions`, `calls`, `validate`: what environments, references, functions, providers and
//!   schemas mean;
//! * `arena`, `layers`: values, shared and layered, never copied;
//! * `log`: puts diagnostics into the language's sequential order, whatever arrived first;
//! * `export`, `plain`, `provenance`, `types`: what comes out;
//! * [`analysis`]: what editors ask, on documents that may be broken.
//!
//! The crate does no I/O and needs no particular runtime.

mod access;
pub mod analysis;
mod arena;
mod calls;
mod driver;
mod entering;
mod evaluator;
mod export;
mod finals;
mod functions;
mod hygiene;
mod imports;
mod layers;
mod log;
mod machine;
mod options;
mod paths;
mod plain;
mod provenance;
mod reports;
mod rotation;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
mod types;
mod validate;

pub use calls::{Rotation, RotationStatus};
pub use evaluator::{Evaluation, Evaluator, Root};
pub use options::Limits;
pub use provenance::{Layer, Maker, Reference};
