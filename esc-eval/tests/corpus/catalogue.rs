//! Every message the language has, so that none is without a case.

use esc_core::diagnostic::{Code, Diagnostic};

/// Codes that no document can cause.
const UNREACHABLE_CODES: &[(Code, &str)] =
    &[(Code::Internal, "stands for defects"), (Code::Remote, "is for what servers find")];

/// The messages of the language; `*` stands for any text. Messages of providers and sources are theirs.
///
/// Not listed, because nothing causes them: `internal error: cyclic export` (a value cannot contain itself),
/// `unexpected node kind` and `unexpected syntax node` (the tree has no other kinds), `nil nodes are not supported`
/// (there is no tree without nodes), `missing provider inputs` of the short form of `fn::open` (its argument is the
/// inputs), `Property access expressions cannot be empty` (the parser always adds an accessor), `internal error:
/// decoding JSON value` and `internal error: invalid number` (numbers are checked when they are read), `internal error:
/// invalid schema` (schemas are compiled before they are used), `exactly one subschema must match` beside its sibling
/// in the unions of unknown values (the language treats these as `anyOf`).
const MESSAGES: &[&str] = &[
    // The YAML layer.
    "yaml: *",
    "mapping keys must be strings",
    "alias nodes are not supported",
    "yaml: cannot decode !!str `*` as a !!int",
    "yaml: cannot decode !!str `*` as a !!bool",
    "yaml: cannot decode !!str `*` as a !!float",
    "yaml: cannot decode !!str `*` as a !!timestamp",
    "yaml: !!binary value contains invalid base64 data",
    // The document.
    "environment must be an object",
    "description must be a string",
    "imports must be a list",
    "values must be an object",
    "import must have a single key",
    "import must be a string or an object",
    "import must be an object",
    "merge must be a boolean value",
    "duplicate key \"*\"",
    "Field '*' does not exist on Object 'environment'. Existing fields are: *",
    "builtin function call \"*\" not allowed at the top level",
    "object keys must be strings",
    // Interpolations.
    "missing closing brace '}' in interpolation",
    "property name must not be empty",
    "subscript is missing closing bracket ']'",
    "key subscript is missing closing quote '\"'",
    "key subscript must not be empty",
    "numeric subscript must be a positive base-10 integer",
    "the first accessor must be a property name or key subscript, not a numeric subscript",
    // The shapes of calls.
    "'fn::' is a reserved prefix",
    "illegal call to builtin function: \"*\" must be the only key within its containing object",
    "the argument to fn::concat must be an array of arrays",
    "the argument to fn::join must be a two-valued list",
    "the argument to fn::split must be a two-valued list",
    "the argument to fn::open must be an object containing 'provider' and 'inputs'",
    "the argument to fn::rotate must be an object containing 'provider', 'inputs' and 'state'",
    "the argument to fn::rotate must be an object containing 'inputs' and 'state'",
    "the argument to fn::validate must be an object containing 'schema' and 'value'",
    "missing provider name ('provider')",
    "provider name must be a string literal",
    "missing provider inputs ('inputs')",
    "rotation state must be an object literal",
    "secret values must be string literals",
    "missing required property 'schema'",
    "missing required property 'value'",
    // Structure.
    "\"*\" is a reserved key",
    "cyclic import of *",
    "cyclic reference to *",
    "cannot override final value",
    "open *: no such file or directory",
    // Access.
    "cannot access an array element using a property name",
    "array indices must not be negative",
    "array index * out-of-bounds for array of length *",
    "cannot access an object property using an integer index",
    "unknown property \"*\"",
    "unknown property \"*\"; did you mean \"*\"?",
    "receiver must be an array or an object",
    "internal error: no receiver",
    // Calls.
    "unknown provider \"*\"",
    "unknown rotator \"*\"",
    "rotate: *",
    "internal error: invalid input schema (*)",
    "internal error: invalid state schema (*)",
    "internal error: invalid schema (*)",
    "invalid ciphertext: EOF",
    "invalid ciphertext: illegal base64 data at input byte *",
    "invalid ciphertext: invalid header",
    "invalid ciphertext: invalid checksum",
    "invalid ciphertext: unsupported version",
    "decrypting: *",
    "decoding base64 string: illegal base64 data at input byte *",
    "decoding JSON string: EOF",
    "decoding JSON string: unexpected EOF",
    "decoding JSON string: invalid character *",
    "failed to encode JSON: *",
    "invalid schema: *",
    // Types.
    "expected *, got *",
    "expected \"*\"",
    "expected one of *",
    "at least one subschema must match",
    "exactly one subschema may match",
    "exactly one subschema must match",
    "expected a multiple of *",
    "expected a number greater than or equal to *",
    "expected a number greater than *",
    "expected a number less than or equal to*",
    "expected a number less than *",
    "expected a string of at least length *",
    "expected a string of at most length *",
    "string must match the pattern \"*\"",
    "expected an array with at least * items",
    "expected an array with at most * items",
    "expected an object with at least * properties",
    "expected an object with at most * properties",
    "missing required properties: *",
    "missing required property `*`",
    "missing required properties `*`, `*`",
    "missing required input `*`",
    "missing required inputs `*`, `*`",
    "unknown property `*`",
    "unknown property `*`; did you mean `*`?",
    "unknown input `*`",
    "unknown input `*`; did you mean `*`?",
    "expected an object with at least 1 property",
    "*: missing required property",
    "[*]: expected *, got *",
    // This implementation's own.
    "provider inputs must be an object",
    "there is no rotator at *",
    "the evaluation's deadline has passed",
];

/// The codes and messages that do not occur.
pub fn missing(seen: &[Diagnostic]) -> Vec<String> {
    let unreachable = |code: &Code| UNREACHABLE_CODES.iter().any(|(other, _)| other == code);
    let codes = Code::ALL
        .iter()
        .filter(|code| !unreachable(code) && !seen.iter().any(|d| d.code == **code))
        .map(|code| format!("the code {}", code.as_str()));
    let messages = MESSAGES
        .iter()
        .filter(|pattern| !seen.iter().any(|d| matches(pattern, d.reference_summary())))
        .map(|pattern| format!("the message {pattern}"));
    codes.chain(messages).collect()
}

/// Whether the text is the pattern, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((prefix, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(prefix) else { return false };
    let ends = text.char_indices().map(|(i, _)| i).chain([text.len()]);
    ends.into_iter().any(|at| matches(rest, text.get(at..).unwrap_or_default()))
}
