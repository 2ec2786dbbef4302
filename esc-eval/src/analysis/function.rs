//! What the built-in functions do, in words.

/// A function as it is described and inserted.
pub(super) struct Info {
    pub name: &'static str,
    /// The argument in a friendly notation.
    pub argument: &'static str,
    pub text: &'static str,
    /// The argument to insert, in flow style, with numbered places to fill in.
    pub snippet: &'static str,
    /// Whether the reference describes the function as well, in these words.
    compatible: bool,
}

/// All functions, `fn::open` and `fn::rotate` in their object forms.
pub(super) const ALL: &[Info] = &[
    Info {
        name: "fn::concat",
        argument: "[[…], […], …]",
        text: "Concatenates lists into one list.",
        snippet: "[${1:first}, ${2:second}]",
        compatible: false,
    },
    Info {
        name: "fn::final",
        argument: "any value",
        text: "Marks a value as final. Final values cannot be overridden in child environments.",
        snippet: "${1:value}",
        compatible: true,
    },
    Info {
        name: "fn::fromBase64",
        argument: "string",
        text: "Decodes a string from its Base64 representation.",
        snippet: "${1:text}",
        compatible: true,
    },
    Info {
        name: "fn::fromJSON",
        argument: "string",
        text: "Decodes a value from its JSON representation.",
        snippet: "${1:text}",
        compatible: true,
    },
    Info {
        name: "fn::join",
        argument: "[delimiter, [string, …]]",
        text: "Concatenates the elements of its second argument to create a single string. The first argument is placed \
               between each element in the result.",
        snippet: "[\"${1:,}\", [${2:strings}]]",
        compatible: true,
    },
    Info {
        name: "fn::open",
        argument: "{provider: name, inputs: …}",
        text: "Fetches values from an external source when the environment is opened.",
        snippet: "{provider: ${1:name}, inputs: {${2}}}",
        compatible: true,
    },
    Info {
        name: "fn::rotate",
        argument: "{provider: name, inputs: …, state?: {…}}",
        text: "Replaces a secret in an external system by a new one whenever the environment is rotated, and delivers the \
               current one when it is opened. The state is written by rotation.",
        snippet: "{provider: ${1:name}, inputs: {${2}}}",
        compatible: false,
    },
    Info {
        name: "fn::secret",
        argument: "string",
        text: "Marks a value as secret.",
        snippet: "\"${1:plaintext}\"",
        compatible: true,
    },
    Info {
        name: "fn::split",
        argument: "[delimiter, string]",
        text: "Splits a string into a list of the parts between delimiters.",
        snippet: "[\"${1:,}\", ${2:string}]",
        compatible: false,
    },
    Info {
        name: "fn::toBase64",
        argument: "string",
        text: "Encodes a string into its Base64 representation.",
        snippet: "${1:text}",
        compatible: true,
    },
    Info {
        name: "fn::toJSON",
        argument: "any value",
        text: "Encodes a value into its JSON representation.",
        snippet: "${1:value}",
        compatible: true,
    },
    Info {
        name: "fn::toString",
        argument: "any value",
        text: "Encodes a value into its string representation.",
        snippet: "${1:value}",
        compatible: true,
    },
    Info {
        name: "fn::validate",
        argument: "{schema: …, value: …}",
        text: "Reports an error if a value does not match a schema, and gives the value as it is.",
        snippet: "{schema: {type: ${1:string}}, value: ${2:value}}",
        compatible: false,
    },
];

/// The function whose argument is never shown.
pub(super) const SECRET: &str = "fn::secret";

/// A function by its name as written, with or without a provider.
pub(super) fn info(name: &str) -> Option<&'static Info> {
    let base = match provider_in(name) {
        Some((base, _)) => base,
        None => name,
    };
    ALL.iter().find(|info| info.name == base)
}

/// The function and the provider of a name such as `fn::open::aws-login`.
pub(super) fn provider_in(name: &str) -> Option<(&'static str, &str)> {
    ["fn::open", "fn::rotate"].into_iter().find_map(|function| {
        let provider = name.strip_prefix(function)?.strip_prefix("::")?;
        Some((function, provider))
    })
}

/// The reference's description.
pub(super) fn compatible_text(name: &str) -> Option<&'static str> {
    let info = info(name)?;
    info.compatible.then_some(info.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_described() {
        let names: Vec<&str> = ALL.iter().map(|info| info.name).collect();
        assert_eq!(names, esc_core::ast::FUNCTIONS);
    }

    #[test]
    fn names_with_providers() {
        assert_eq!(provider_in("fn::open::a::b"), Some(("fn::open", "a::b")));
        assert_eq!(provider_in("fn::open"), None);
        assert_eq!(compatible_text("fn::open::x"), compatible_text("fn::open"));
        assert_eq!(compatible_text("fn::rotate::x"), None);
    }
}
