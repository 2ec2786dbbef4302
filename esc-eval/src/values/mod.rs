//! Values inside an evaluation: what they are, what they were merged over, what may be shown of them.
//!
//! [`View`] answers questions about values. Its answers are remembered, and copies and merges that nobody has asked for
//! before get nodes, hence `&mut`; what it has answered once it answers again. [`Values`] is a view that can be changed:
//! the evaluation has it, and everything else a view.
//!
//! * `environments`, `lookup`: documents and their expressions, each with its value once it has one;
//! * `names`: finding a property among many;
//! * `node`, `arena`: values as nodes, shared and layered, never copied;
//! * `layers`: what values were merged over, and what is found in their layers by name;
//! * `contents`, `measure`: what is in a value, and how much;
//! * `access`, `access_error`: what an accessor finds in a value, and why it finds nothing;
//! * `walk`: where references lead;
//! * `finality`, `finals`: what may not be overridden, and what is all the same;
//! * `types`: the schemas of values;
//! * `secrets`: secret propagation, into what is shown and out of it;
//! * `export_view`: values as plain data, and plain data as values;
//! * `traced`: values with what they were merged over, as a graph.

mod access;
pub(crate) mod access_error;
pub(crate) mod arena;
mod contents;
pub(crate) mod environments;
pub(crate) mod export_view;
pub(crate) mod finality;
mod finals;
mod layers;
mod lookup;
mod measure;
pub(crate) mod names;
pub(crate) mod node;
pub(crate) mod secrets;
pub(crate) mod traced;
mod types;
mod view;
pub(crate) mod walk;

pub(crate) use view::{Values, View};
