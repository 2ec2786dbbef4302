//! What asking for a value comes to, if not to the value.

use crate::ids::ExprRef;

/// Why something cannot be told yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocked {
    /// It waits for a load or a call. If one expression's value is all that is missing, it is named.
    Pending(Option<ExprRef>),
    /// The expression has to be evaluated first.
    Eval(ExprRef),
    /// A limit is exceeded.
    Limit(Exceeded),
}

/// Which limit a value exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
    Depth,
    StringBytes,
    Values,
    /// Providers are given too much.
    Given,
    /// Values of too many layers, or too many of them.
    Layers,
    /// Checking against a schema takes too many steps.
    Checks,
}

/// The answer to a question about values that may still be under way.
pub(crate) type Poll<T> = Result<T, Blocked>;
