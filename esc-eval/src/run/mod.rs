//! Running a session to its end.
//!
//! * `driver`: loads documents and calls providers, everything that is ready at once; between arrivals it runs passes;
//! * `loading`: documents, and the providers that they name;
//! * `machine`: a pass walks all expressions in the language's order, as far as it gets, on a stack of its own;
//! * `entering`: what is known already, what is left out, what is final, what is a cycle;
//! * `paths`: evaluates only what was asked for;
//! * `order`: puts diagnostics into the language's sequential order, whatever arrived first.

pub(crate) mod driver;
mod entering;
mod loading;
mod machine;
pub(crate) mod order;
mod paths;
