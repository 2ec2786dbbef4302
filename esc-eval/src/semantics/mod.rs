//! What the language means: references, functions, imports, calls, schemas.
//!
//! Each file takes one step of an expression or environment under evaluation, and says what is wanted next.
//!
//! * `access`: references and interpolation;
//! * `functions`, `encodings`: the built-in functions, but for those that call;
//! * `calls`, `rotation`: `fn::open`, `fn::secret` and `fn::rotate`;
//! * `imports`, `declare`: environments, and what they are merged over;
//! * `validate`, `findings`: values against schemas, and what is wrong with them.

pub(crate) mod access;
mod calls;
mod declare;
mod encodings;
mod findings;
mod functions;
mod imports;
mod rotation;
mod validate;
