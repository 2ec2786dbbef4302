//! The catalogue of diagnostic codes.

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

            /// What the code stands for, for `--explain`-like commands.
            pub fn description(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc, "\n"),+),)+ }
            }
        }
    };
}

codes! {
    /// The text is not YAML.
    YamlSyntax = "yaml-syntax",
    /// A YAML alias was used; environments have references instead.
    YamlAlias = "yaml-alias",
    /// A mapping key is not a string.
    YamlKey = "yaml-key",
    /// A tag cannot be applied to its scalar.
    YamlTag = "yaml-tag",
    /// A limit on size or depth was exceeded.
    LimitExceeded = "limit-exceeded",
    /// The document is not an object.
    DocumentShape = "document-shape",
    /// `description` is not a string.
    DescriptionShape = "description-shape",
    /// `imports`, or an element of it, has the wrong shape.
    ImportShape = "import-shape",
    /// `values` is not an object.
    ValuesShape = "values-shape",
    /// A key occurs twice.
    DuplicateKey = "duplicate-key",
    /// A top-level field that has no meaning.
    UnknownField = "unknown-field",
    /// An import option that has no meaning.
    UnknownOption = "unknown-option",
    /// A key of an object contains an interpolation.
    ObjectKey = "object-key",
    /// An interpolation is malformed.
    Interpolation = "interpolation",
    /// A key starts with `fn::` but names no function.
    ReservedPrefix = "reserved-prefix",
    /// A function call has siblings, or stands at the top level.
    IllegalCall = "illegal-call",
    /// A function's argument has the wrong shape.
    CallShape = "call-shape",
    /// A top-level value has a reserved name.
    ReservedKey = "reserved-key",
    /// An environment imports itself.
    CyclicImport = "cyclic-import",
    /// A value refers to itself.
    CyclicReference = "cyclic-reference",
    /// A final value was overridden; the override is ignored.
    FinalOverride = "final-override",
    /// An imported environment could not be loaded.
    ImportFailed = "import-failed",
    /// A reference names a property that does not exist.
    UnknownProperty = "unknown-property",
    /// A reference subscripts a value that has no such element.
    InvalidAccess = "invalid-access",
    /// A provider or rotator could not be loaded.
    UnknownProvider = "unknown-provider",
    /// A provider or rotator has an unusable schema.
    ProviderSchema = "provider-schema",
    /// A provider failed to open.
    OpenFailed = "open-failed",
    /// A rotator failed to rotate.
    RotateFailed = "rotate-failed",
    /// A rotation path matches no rotator.
    RotatePath = "rotate-path",
    /// A ciphertext is malformed.
    InvalidCiphertext = "invalid-ciphertext",
    /// A ciphertext could not be decrypted.
    DecryptFailed = "decrypt-failed",
    /// A string could not be decoded.
    DecodeFailed = "decode-failed",
    /// A value could not be encoded.
    EncodeFailed = "encode-failed",
    /// A value does not match the schema it must match.
    TypeMismatch = "type-mismatch",
    /// A schema given in the document is not a schema.
    InvalidSchema = "invalid-schema",
    /// The evaluation ran out of time.
    DeadlineExceeded = "deadline-exceeded",
    /// A defect of this implementation.
    Internal = "internal",
}
