//! The table of built-in functions.
//!
//! Everything that knows the functions reads it: the parser (names and shapes of arguments), the evaluator (arguments and
//! the type of what comes out) and editors (words, examples). What a function *does* is one arm of the evaluator.
//!
//! ```
//! use esc_core::ast::Builtin;
//!
//! let (join, _) = Builtin::named("fn::join").unwrap();
//! assert_eq!(join.example, r#"[", ", [a, b]]"#);
//! let (open, provider) = Builtin::named("fn::open::aws-login").unwrap();
//! assert_eq!((open.name, provider), ("fn::open", Some("aws-login")));
//! ```

use crate::schema::{Schema, SchemaRef};

/// A built-in function: its name, the shape of its argument, and how it is described.
#[derive(Debug)]
#[non_exhaustive]
pub struct Builtin {
    /// Its name; `fn::open` and `fn::rotate` may also be followed by `::` and a provider.
    pub name: &'static str,
    /// What it is.
    pub kind: BuiltinKind,
    /// What comes out, as far as that is known before anything is evaluated.
    pub result: Shape,
    /// The argument in a friendly notation.
    pub argument: &'static str,
    /// What it does, in Markdown.
    pub documentation: &'static str,
    /// An argument, in flow style.
    pub example: &'static str,
    /// An argument to insert, in flow style, with numbered places to fill in.
    pub snippet: &'static str,
    /// Whether the reference describes the function as well, in these words.
    pub in_reference: bool,
}

/// What kind of function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltinKind {
    /// Its result depends on these arguments and nothing else: one, or a list of two.
    Pure(Pure, &'static [Shape]),
    /// `fn::open`
    Open,
    /// `fn::rotate`
    Rotate,
    /// `fn::secret`
    Secret,
    /// `fn::validate`
    Validate,
}

/// The functions whose result depends on their arguments alone. All arguments are evaluated first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pure {
    /// `fn::concat`
    Concat,
    /// `fn::final`
    Final,
    /// `fn::fromBase64`
    FromBase64,
    /// `fn::fromJSON`
    FromJson,
    /// `fn::join`
    Join,
    /// `fn::split`
    Split,
    /// `fn::toBase64`
    ToBase64,
    /// `fn::toJSON`
    ToJson,
    /// `fn::toString`
    ToString,
}

/// What arguments and results look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any value.
    Any,
    /// A string.
    String,
    /// A list of strings.
    Strings,
    /// A list.
    List,
    /// A list of lists, written as a list.
    Lists,
}

impl Shape {
    /// The shape as a schema.
    pub fn schema(self) -> SchemaRef {
        match self {
            Shape::Any => Schema::always(),
            Shape::String => Schema::string(),
            Shape::Strings => Schema::array(Schema::string()),
            Shape::List => Schema::array(Schema::always()),
            Shape::Lists => Schema::array(Schema::array(Schema::always())),
        }
    }
}

impl Builtin {
    /// The function of a name as written, and the provider in it.
    pub fn named(name: &str) -> Option<(&'static Builtin, Option<&str>)> {
        // Most keys are no calls.
        let rest = name.strip_prefix(PREFIX)?;
        let (base, provider) = match rest.split_once("::") {
            Some((base, provider)) => (base, Some(provider)),
            None => (rest, None),
        };
        let found = BUILTINS.iter().find(|builtin| builtin.short_name() == base)?;
        (provider.is_none() || found.takes_provider()).then_some((found, provider))
    }

    /// The name without `fn::`.
    pub fn short_name(&self) -> &'static str {
        self.name.strip_prefix(PREFIX).unwrap_or(self.name)
    }

    /// Whether a provider may stand in the key.
    pub fn takes_provider(&self) -> bool {
        matches!(self.kind, BuiltinKind::Open | BuiltinKind::Rotate)
    }
}

impl Pure {
    /// The function's row in the table.
    pub fn builtin(self) -> Option<&'static Builtin> {
        BUILTINS.iter().find(|b| matches!(b.kind, BuiltinKind::Pure(pure, _) if pure == self))
    }

    /// What the argument looks like: the only one, or a list of two. None if anything will do.
    pub fn argument_schema(self) -> Option<SchemaRef> {
        match self.builtin()?.kind {
            BuiltinKind::Pure(_, [Shape::Any]) => None,
            BuiltinKind::Pure(_, [only]) => Some(only.schema()),
            BuiltinKind::Pure(_, shapes) => Some(Schema::tuple(shapes.iter().map(|s| s.schema()))),
            _ => None,
        }
    }

    /// What comes out, as far as that is known before anything is evaluated.
    pub fn result_schema(self) -> SchemaRef {
        self.builtin().map_or_else(Schema::always, |builtin| builtin.result.schema())
    }
}

/// What all names begin with.
const PREFIX: &str = "fn::";

/// All built-in functions, sorted by name.
pub static BUILTINS: &[Builtin] = &[
    Builtin {
        name: "fn::concat",
        kind: BuiltinKind::Pure(Pure::Concat, &[Shape::Lists]),
        result: Shape::List,
        argument: "[[…], […], …]",
        documentation: "Concatenates lists into one list.",
        example: "[[a], [b, c]]",
        snippet: "[${1:first}, ${2:second}]",
        in_reference: false,
    },
    Builtin {
        name: "fn::final",
        kind: BuiltinKind::Pure(Pure::Final, &[Shape::Any]),
        result: Shape::Any,
        argument: "any value",
        documentation: "Marks a value as final. Final values cannot be overridden in child environments.",
        example: "eu-west-1",
        snippet: "${1:value}",
        in_reference: true,
    },
    Builtin {
        name: "fn::fromBase64",
        kind: BuiltinKind::Pure(Pure::FromBase64, &[Shape::String]),
        result: Shape::String,
        argument: "string",
        documentation: "Decodes a string from its Base64 representation.",
        example: "aGVsbG8=",
        snippet: "${1:text}",
        in_reference: true,
    },
    Builtin {
        name: "fn::fromJSON",
        kind: BuiltinKind::Pure(Pure::FromJson, &[Shape::String]),
        result: Shape::Any,
        argument: "string",
        documentation: "Decodes a value from its JSON representation.",
        example: r#"'{"port": 5432}'"#,
        snippet: "${1:text}",
        in_reference: true,
    },
    Builtin {
        name: "fn::join",
        kind: BuiltinKind::Pure(Pure::Join, &[Shape::String, Shape::Strings]),
        result: Shape::String,
        argument: "[delimiter, [string, …]]",
        documentation: "Concatenates the elements of its second argument to create a single string. The first argument \
                        is placed between each element in the result.",
        example: r#"[", ", [a, b]]"#,
        snippet: "[\"${1:,}\", [${2:strings}]]",
        in_reference: true,
    },
    Builtin {
        name: "fn::open",
        kind: BuiltinKind::Open,
        result: Shape::Any,
        argument: "{provider: name, inputs: …}",
        documentation: "Fetches values from an external source when the environment is opened.",
        example: "{provider: my-provider, inputs: {path: app/db}}",
        snippet: "{provider: ${1:name}, inputs: {${2}}}",
        in_reference: true,
    },
    Builtin {
        name: "fn::rotate",
        kind: BuiltinKind::Rotate,
        result: Shape::Any,
        argument: "{provider: name, inputs: …, state?: {…}}",
        documentation: "Replaces a secret in an external system by a new one whenever the environment is rotated, and \
                        delivers the current one when it is opened. The state is written by rotation.",
        example: "{provider: my-rotator, inputs: {user: app}, state: {current: old}}",
        snippet: "{provider: ${1:name}, inputs: {${2}}}",
        in_reference: false,
    },
    Builtin {
        name: "fn::secret",
        kind: BuiltinKind::Secret,
        result: Shape::String,
        argument: "string",
        documentation: "Marks a value as secret.",
        example: "correct horse battery staple",
        snippet: "\"${1:plaintext}\"",
        in_reference: true,
    },
    Builtin {
        name: "fn::split",
        kind: BuiltinKind::Pure(Pure::Split, &[Shape::String, Shape::String]),
        result: Shape::Strings,
        argument: "[delimiter, string]",
        documentation: "Splits a string into a list of the parts between delimiters.",
        example: r#"[",", "a,b"]"#,
        snippet: "[\"${1:,}\", ${2:string}]",
        in_reference: false,
    },
    Builtin {
        name: "fn::toBase64",
        kind: BuiltinKind::Pure(Pure::ToBase64, &[Shape::String]),
        result: Shape::String,
        argument: "string",
        documentation: "Encodes a string into its Base64 representation.",
        example: "hello",
        snippet: "${1:text}",
        in_reference: true,
    },
    Builtin {
        name: "fn::toJSON",
        kind: BuiltinKind::Pure(Pure::ToJson, &[Shape::Any]),
        result: Shape::String,
        argument: "any value",
        documentation: "Encodes a value into its JSON representation.",
        example: "{port: 5432}",
        snippet: "${1:value}",
        in_reference: true,
    },
    Builtin {
        name: "fn::toString",
        kind: BuiltinKind::Pure(Pure::ToString, &[Shape::Any]),
        result: Shape::String,
        argument: "any value",
        documentation: "Encodes a value into its string representation.",
        example: "5432",
        snippet: "${1:value}",
        in_reference: true,
    },
    Builtin {
        name: "fn::validate",
        kind: BuiltinKind::Validate,
        result: Shape::Any,
        argument: "{schema: …, value: …}",
        documentation: "Reports an error if a value does not match a schema, and gives the value as it is.",
        example: "{schema: {type: number}, value: 5432}",
        snippet: "{schema: {type: ${1:string}}, value: ${2:value}}",
        in_reference: false,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_every_pure_function() {
        assert!(BUILTINS.is_sorted_by_key(|builtin| builtin.name));
        for builtin in BUILTINS {
            assert!(std::ptr::eq(Builtin::named(builtin.name).unwrap().0, builtin));
            if let BuiltinKind::Pure(pure, shapes) = builtin.kind {
                assert!(std::ptr::eq(pure.builtin().unwrap(), builtin));
                assert!((1..=2).contains(&shapes.len()), "{}", builtin.name);
            }
        }
    }

    #[test]
    fn names_with_providers() {
        let named = |name| Builtin::named(name).map(|(builtin, provider)| (builtin.name, provider));
        assert_eq!(named("fn::open::a::b"), Some(("fn::open", Some("a::b"))));
        assert_eq!(named("fn::rotate::"), Some(("fn::rotate", Some(""))));
        assert_eq!(named("fn::open"), Some(("fn::open", None)));
        assert_eq!(named("fn::join::a"), None);
        assert_eq!(named("open"), None);
    }
}
