//! Which objects are calls of built-in functions.

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::spelling::nearest;
use crate::text::quote;

/// The names of the built-in functions. `fn::open` and `fn::rotate` may also be followed by `::` and a provider.
pub const FUNCTIONS: &[&str] = &[
    "fn::concat",
    "fn::final",
    "fn::fromBase64",
    "fn::fromJSON",
    "fn::join",
    "fn::open",
    "fn::rotate",
    "fn::secret",
    "fn::split",
    "fn::toBase64",
    "fn::toJSON",
    "fn::toString",
    "fn::validate",
];

/// What a key calls.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callee<'t> {
    Concat,
    Final,
    FromBase64,
    FromJson,
    Join,
    Open,
    OpenShort(&'t str),
    Rotate,
    RotateShort(&'t str),
    Secret,
    Split,
    ToBase64,
    ToJson,
    ToString,
    Validate,
}

impl<'t> Callee<'t> {
    pub(super) fn parse(key: &'t str) -> Option<Callee<'t>> {
        Some(match key {
            "fn::concat" => Callee::Concat,
            "fn::final" => Callee::Final,
            "fn::fromBase64" => Callee::FromBase64,
            "fn::fromJSON" => Callee::FromJson,
            "fn::join" => Callee::Join,
            "fn::open" => Callee::Open,
            "fn::rotate" => Callee::Rotate,
            "fn::secret" => Callee::Secret,
            "fn::split" => Callee::Split,
            "fn::toBase64" => Callee::ToBase64,
            "fn::toJSON" => Callee::ToJson,
            "fn::toString" => Callee::ToString,
            "fn::validate" => Callee::Validate,
            _ => {
                let open = key.strip_prefix("fn::open::").map(Callee::OpenShort);
                return open.or_else(|| key.strip_prefix("fn::rotate::").map(Callee::RotateShort));
            }
        })
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
    let names = FUNCTIONS.iter().filter_map(|function| function.strip_prefix("fn::"));
    let help = match (nearest(names, name), provider) {
        (Some(function @ ("open" | "rotate")), Some(provider)) => {
            format!("did you mean fn::{function}::{provider}?")
        }
        (Some(function), _) => format!("did you mean fn::{function}?"),
        (None, _) => format!("the functions are {}", FUNCTIONS.join(", ")),
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
