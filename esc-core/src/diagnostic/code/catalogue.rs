//! The catalogue: every code, what it means, why it matters and how to fix it.

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)+) => {
        /// Identifies a kind of diagnostic. Codes are stable: a released code never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])+ $variant,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];

            /// The code as text, such as `cyclic-reference`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)+ }
            }

            /// The lines of the documentation, each behind the space that follows `///`.
            pub(super) fn documentation(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc, "\n"),+),)+ }
            }
        }
    };
}

codes! {
    /// The text is not YAML.
    ///
    /// The document could not be read, so nothing of it was checked. Common causes are wrong indentation, a tab as
    /// indentation, a bracket or quote that is never closed, and plain text that contains `: ` or starts with one of
    /// `` @ ` % & * ! ``. Quote such text.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   note: remember: buy milk
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   note: "remember: buy milk"
    /// ```
    YamlSyntax = "yaml-syntax",
    /// A YAML alias was used; environments have references instead.
    ///
    /// Aliases (`*name`) repeat a part of the text before anything is evaluated, and could repeat it without end. Refer to the
    /// value by its path.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   a: &x 1
    ///   b: *x
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   a: 1
    ///   b: ${a}
    /// ```
    YamlAlias = "yaml-alias",
    /// A mapping key is not a string.
    ///
    /// Properties have names, so every key must be a string. Quote keys that look like numbers, booleans or null.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   80: http
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   "80": http
    /// ```
    YamlKey = "yaml-key",
    /// A tag cannot be applied to its scalar.
    ///
    /// A tag such as `!!int` demands a type that the text does not have. Remove the tag, or fix the text.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   port: !!int eighty
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   port: 80
    /// ```
    YamlTag = "yaml-tag",
    /// A limit on size or depth was exceeded.
    ///
    /// Documents come from many hands, so their size, their nesting and the number of things in them are bounded. Split the
    /// environment into several that import each other, or move large data into a file.
    LimitExceeded = "limit-exceeded",
    /// The document is not an object.
    ///
    /// An environment is a mapping with the keys `description`, `imports` and `values`, all of them optional.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// - region: eu
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   region: eu
    /// ```
    DocumentShape = "document-shape",
    /// `description` is not a string.
    ///
    /// The description is text for people. Quote it if it looks like a number, and write lists as text.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// description: [one, two]
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// description: one and two
    /// ```
    DescriptionShape = "description-shape",
    /// `imports`, or an element of it, has the wrong shape.
    ///
    /// `imports` is a list. Each element is the name of an environment, or an object with that name as its only key and the
    /// options of the import as its value. The only option is `merge`, a boolean.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// imports:
    ///   base: true
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// imports:
    ///   - base
    ///   - defaults: {merge: false}
    /// ```
    ImportShape = "import-shape",
    /// `values` is not an object.
    ///
    /// All values of an environment have names, so `values` is a mapping. Without any, leave `values` away: null is no mapping either.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   - region
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   region: eu
    /// ```
    ValuesShape = "values-shape",
    /// A key occurs twice.
    ///
    /// Two properties of one object have the same name. One of them is lost, which is rarely meant; it is often a leftover of
    /// copying. Remove one, or give it another name.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   port: 80
    ///   port: 8080
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   port: 80
    ///   adminPort: 8080
    /// ```
    DuplicateKey = "duplicate-key",
    /// A top-level field that has no meaning.
    ///
    /// The field is ignored. It may be misspelled, or belong under `values`.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// value:
    ///   region: eu
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   region: eu
    /// ```
    UnknownField = "unknown-field",
    /// An import option that has no meaning.
    ///
    /// The option is ignored. The only option of an import is `merge`: with `merge: false` the environment can be referred to,
    /// but its values do not become part of this one.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// imports:
    ///   - base: {merged: false}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// imports:
    ///   - base: {merge: false}
    /// ```
    UnknownOption = "unknown-option",
    /// A key of an object contains an interpolation.
    ///
    /// Names of properties are fixed, so that references to them can be checked without evaluating anything. Write the name
    /// as it is; a literal `${` is written `$${`.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   tags:
    ///     ${name}: 1
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   tags:
    ///     app: 1
    /// ```
    ObjectKey = "object-key",
    /// An interpolation is malformed.
    ///
    /// `${` begins a reference, which is a path such as `a.b[0]["c d"]`, and `}` ends it. A literal `${` is written `$${`.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   url: https://${host
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   url: https://${host}
    /// ```
    Interpolation = "interpolation",
    /// A key starts with `fn::` but names no function.
    ///
    /// Keys that start with `fn::` are calls. The function may be misspelled, or need a newer version.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   list: {fn::joined: [",", [a, b]]}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   list: {fn::join: [",", [a, b]]}
    /// ```
    ReservedPrefix = "reserved-prefix",
    /// A function call has siblings, or stands at the top level.
    ///
    /// A call takes the place of the whole object, so it must be its only key; and `values` itself cannot be a call. Give the
    /// result a name of its own.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   token:
    ///     fn::secret: abc
    ///     owner: me
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   token: {fn::secret: abc}
    ///   owner: me
    /// ```
    IllegalCall = "illegal-call",
    /// A function's argument has the wrong shape.
    ///
    /// Each function wants its argument in a certain form, which the message names. Arguments that decide *what* is called,
    /// such as the name of a provider or the text of a secret, must be literals and not references.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   all: {fn::join: [a, b, c]}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   all: {fn::join: [",", [a, b, c]]}
    /// ```
    CallShape = "call-shape",
    /// A top-level value has a reserved name.
    ///
    /// Some names at the top of `values` refer to something else in references (`context`, `environments`, `imports`), so a value of that
    /// name could never be referred to. Choose another name.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   context: prod
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   stage: prod
    /// ```
    ReservedKey = "reserved-key",
    /// An environment imports itself.
    ///
    /// Somewhere along the imports of this environment it is imported again, so there is no order in which they could be
    /// evaluated. Move what both sides need into a third environment that both import.
    CyclicImport = "cyclic-import",
    /// A value refers to itself.
    ///
    /// Following the references of this value leads back to it, so it cannot be computed. Referring to a part of an object
    /// from within that object is fine, as long as the parts do not depend on each other.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   a: ${b}
    ///   b: ${a}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   a: 1
    ///   b: ${a}
    /// ```
    CyclicReference = "cyclic-reference",
    /// A final value was overridden; the override is ignored.
    ///
    /// The value is declared with `fn::final` in an environment that is imported, whose author wants it to be the same
    /// everywhere. Remove the override, or the `fn::final`.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// # base: {region: {fn::final: us}}
    /// imports: [base]
    /// values:
    ///   region: eu
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// imports: [base]
    /// ```
    FinalOverride = "final-override",
    /// An imported environment could not be loaded.
    ///
    /// It does not exist under that name, may not be read with the given access, or the store that holds it did not answer.
    /// References to its values are errors too; fix the import first.
    ImportFailed = "import-failed",
    /// A reference names a property that does not exist.
    ///
    /// The object that the path leads to has no property of that name. It may be misspelled, or defined in an environment
    /// that is not imported or imported with `merge: false`. References start at `values`, not at the top of the document.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   host: db
    ///   url: ${hots}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   host: db
    ///   url: ${host}
    /// ```
    UnknownProperty = "unknown-property",
    /// A reference subscripts a value that has no such element.
    ///
    /// Objects are accessed by name, lists by a number from 0, and scalars not at all.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   hosts: [a, b]
    ///   first: ${hosts.first}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   hosts: [a, b]
    ///   first: ${hosts[0]}
    /// ```
    InvalidAccess = "invalid-access",
    /// A value of the context is not set.
    ///
    /// The environment asks who opens it (`context.pulumi.user.login` and the like), and the program that opens it does not
    /// say. It can be checked all the same. The help tells how to set the value.
    ContextNotSet = "context-not-set",
    /// A provider or rotator could not be loaded.
    ///
    /// Its name may be misspelled, or the program that evaluates the environment was built without it.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   aws: {fn::open::aws-signin: {}}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   aws: {fn::open::aws-login: {}}
    /// ```
    UnknownProvider = "unknown-provider",
    /// A provider or rotator has an unusable schema.
    ///
    /// The schema that the provider declares for its inputs is malformed, so the inputs cannot be checked. This is a defect of
    /// the provider; tell its authors.
    ProviderSchema = "provider-schema",
    /// A provider failed to open.
    ///
    /// The message is the provider's. Whether it is about the inputs, the credentials or the service decides what to do: fix
    /// the inputs, ask for access, or try again later. Values that depend on the result are unknown.
    OpenFailed = "open-failed",
    /// A rotator failed to rotate.
    ///
    /// The message is the rotator's. The secret that was current before is still current. Fix the cause and rotate again.
    RotateFailed = "rotate-failed",
    /// A rotation path matches no rotator.
    ///
    /// The path that was asked for leads to a value that is not an `fn::rotate` call. Paths start at `values`, so the call
    /// under `values.db.password` is `db.password`.
    RotatePath = "rotate-path",
    /// A ciphertext is malformed.
    ///
    /// The text under `ciphertext` is damaged: it is not what the encryption once wrote. Restore it from an earlier revision,
    /// or write the secret again as plaintext and have it encrypted.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   token: {fn::secret: {ciphertext: oops}}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   token: {fn::secret: the plaintext}
    /// ```
    InvalidCiphertext = "invalid-ciphertext",
    /// A ciphertext could not be decrypted.
    ///
    /// The key is not the one it was encrypted with, is not accessible, or the ciphertext was made for another environment.
    /// Encrypt the plaintext again with the right key.
    DecryptFailed = "decrypt-failed",
    /// A string could not be decoded.
    ///
    /// The argument of `fn::fromJSON` is not JSON, or that of `fn::fromBase64` is not base64 with padding.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   a: {fn::fromBase64: aGk}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   a: {fn::fromBase64: aGk=}
    /// ```
    DecodeFailed = "decode-failed",
    /// A value could not be encoded.
    ///
    /// The value has no representation in the format that was asked for, or the result would be too large.
    EncodeFailed = "encode-failed",
    /// A value does not match the schema it must match.
    ///
    /// A provider, a function or an `fn::validate` says what it accepts, and the value is something else. The message names
    /// both. YAML decides types by their look: quote a number to make it a string, remove the quotes to make it a number.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   port:
    ///     fn::validate: {schema: {type: number}, value: "80"}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   port:
    ///     fn::validate: {schema: {type: number}, value: 80}
    /// ```
    TypeMismatch = "type-mismatch",
    /// A schema given in the document is not a schema.
    ///
    /// The `schema` of an `fn::validate` must be a JSON schema: an object of keywords with the right types, or a boolean.
    ///
    /// Instead of
    ///
    /// ```yaml
    /// values:
    ///   a: {fn::validate: {schema: {type: 7}, value: x}}
    /// ```
    ///
    /// write
    ///
    /// ```yaml
    /// values:
    ///   a: {fn::validate: {schema: {type: string}, value: x}}
    /// ```
    InvalidSchema = "invalid-schema",
    /// The evaluation ran out of time.
    ///
    /// Whoever asked for the values set a limit, and the providers took longer. Values that were not there in time are
    /// unknown. Ask for fewer values, or allow more time.
    DeadlineExceeded = "deadline-exceeded",
    /// A server that evaluated the environment found this.
    ///
    /// Servers tell what is wrong and where, but not the kind of finding. The message is theirs.
    Remote = "remote",
    /// A defect of this implementation.
    ///
    /// Nothing in the document can cause this on purpose. Please report it, with the document if it holds no secrets.
    Internal = "internal",
}
