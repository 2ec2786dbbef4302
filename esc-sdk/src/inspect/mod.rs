//! Finding out about environments: what is wrong with one, where a value comes from, what changed.
//!
//! Nothing here holds secret values, except the texts of documents, which are masked when they are shown.

mod diagnostics;
mod diff;
mod explain;
mod lookup;

pub use diagnostics::{Diagnostics, SourceTexts};
pub use diff::{ChangeKind, FieldChange, diff};
pub use explain::{Explanation, LeaseTerms, ValueMaker, ValueReference, ValueSource};
pub use lookup::LookupError;
pub(crate) use lookup::{find, kind, mistyped};
