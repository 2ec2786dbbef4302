//! What the language means: references, functions, imports, calls, schemas.
//!
//! Each file takes one step of an expression or environment under evaluation, and says what is wanted next.
//!
//! * `access`: references and interpolation;
//! * `functions`: the built-in functions, but for those that call;
//! * `calls`, `rotation`: `fn::open`, `fn::secret` and `fn::rotate`;
//! * `imports`: environments, and what they are merged over;
//! * `validate`: values against schemas.

pub(crate) mod access;
mod calls;
mod functions;
mod imports;
mod rotation;
mod validate;
