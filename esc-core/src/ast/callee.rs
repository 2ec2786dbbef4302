//! Which objects are calls of built-in functions.

use super::builtin::{BUILTINS, Builtin};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::spelling::nearest;
use crate::text::quote;

/// What a key calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Callee<'t> {
    pub builtin: &'static Builtin,
    /// The provider, if it stands in the key.
    pub provider: Option<&'t str>,
}

impl<'t> Callee<'t> {
    pub(super) fn parse(key: &'t str) -> Option<Callee<'t>> {
        let (builtin, provider) = Builtin::named(key)?;
        Some(Callee { builtin, provider })
    }
}

/// Whether a key is kept for functions, whatever the case of its letters.
pub(super) fn is_reserved(key: &str) -> bool {
    key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("fn::"))
}

/// The error about an only key that is reserved but names no function.
pub(super) fn reserved(key: &str) -> Diagnostic {
    let name = key.get(4..).unwrap_or_default();
    let (name, provider) = match name.split_once("::") {
        Some((name, provider)) => (name, Some(provider)),
        None => (name, None),
    };
    // The common prefix would make every function look near.
    let names = BUILTINS.iter().map(Builtin::short_name);
    let help = match (nearest(names, name), provider) {
        (Some(function @ ("open" | "rotate")), Some(provider)) => {
            format!("did you mean fn::{function}::{provider}?")
        }
        (Some(function), _) => format!("did you mean fn::{function}?"),
        (None, _) => {
            let names: Vec<&str> = BUILTINS.iter().map(|builtin| builtin.name).collect();
            format!("the functions are {}", names.join(", "))
        }
    };
    Diagnostic::error(Code::ReservedPrefix, "'fn::' is a reserved prefix").with_help(help)
}

/// The error about a call that is not the only key of its object.
pub(super) fn siblings(key: &str, location: Location) -> Diagnostic {
    let message = format!(
        "illegal call to builtin function: {} must be the only key within its containing object",
        quote(key)
    );
    Diagnostic::error(Code::IllegalCall, message)
        .with_help("put the call under a key of its own, without other keys beside it")
        .with_related(location, "the call")
}
