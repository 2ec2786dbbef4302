//! Derives typed configuration from Rust structs: the macro behind `esc_sdk::FromEnvironment`.
//!
//! Use it through `esc_sdk`, whose documentation explains the attributes.
//!
//! * `attributes`: reads and checks `#[esc(…)]`;
//! * `case`: names in the environment from names in Rust;
//! * `structs`, `enums`: the code.

mod attributes;
mod case;
mod enums;
mod structs;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Error, Fields, parse_macro_input};

use attributes::Container;

/// Derives `esc_sdk::FromEnvironment` for a struct with named fields or an enum without fields.
#[proc_macro_derive(FromEnvironment, attributes(esc))]
pub fn from_environment(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive(&input).unwrap_or_else(Error::into_compile_error).into()
}

fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let container = Container::read(&input.attrs)?;
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => structs::derive(input, &container, fields),
            _ => Err(Error::new_spanned(
                &input.ident,
                "`FromEnvironment` needs a struct with named fields: each is read from the property of its name",
            )),
        },
        Data::Enum(data) => enums::derive(input, &container, data),
        Data::Union(_) => {
            Err(Error::new_spanned(&input.ident, "`FromEnvironment` cannot be derived for unions"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(input: &str, message: &str) {
        let input: DeriveInput = syn::parse_str(input).unwrap();
        assert_eq!(derive(&input).unwrap_err().to_string(), message);
    }

    #[test]
    fn mistakes_are_explained() {
        refused(
            "struct S { #[esc(nmae = \"a\")] a: u8 }",
            "unknown attribute; there are `name`, `path`, `default`, `with`, `parse` and `serde`",
        );
        refused("#[esc(rename = \"a\")] struct S {}", "unknown attribute; there is `rename_all`");
        refused(
            "#[esc(rename_all = \"camel\")] struct S {}",
            "unknown way to write names; there are `camelCase`, `PascalCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, \
             `kebab-case`, `lowercase`, `UPPERCASE`",
        );
        for path in ["", "a..b", ".a", "a.", "a[0]"] {
            refused(
                &format!("struct S {{ #[esc(path = {path:?})] a: u8 }}"),
                "a path is names with dots between them, such as `database.port`; for a name with other characters \
                 write `name`",
            );
        }
        refused(
            "struct S { a: u8, #[esc(name = \"a\")] b: u8 }",
            "another field is read from `a` already",
        );
        refused(
            "struct S { #[esc(name = \"a\", path = \"b\")] a: u8 }",
            "there is a `name` or `path` already",
        );
        refused(
            "struct S { #[esc(serde, parse)] a: u8 }",
            "a field is read in one way: `with`, `parse` or `serde`",
        );
        refused(
            "struct S { #[esc(with = f, parse)] a: u8 }",
            "a field is read in one way: `with`, `parse` or `serde`",
        );
        refused("struct S { #[esc(default, default = 1)] a: u8 }", "this is said already");
        refused(
            "struct S(u8);",
            "`FromEnvironment` needs a struct with named fields: each is read from the property of its name",
        );
        refused("union U { a: u8 }", "`FromEnvironment` cannot be derived for unions");
        refused("enum E {}", "an enum without variants cannot be read");
        refused("enum E { #[esc(default)] A }", "unknown attribute; there is `name`");
        refused("enum E { #[esc(name = \"B\")] A, B }", "another variant is written `B` already");
        refused(
            "enum E { A(u8) }",
            "`FromEnvironment` reads an enum from a text, so its variants have no fields; write `#[esc(serde)]` \
             where the type is used to read it in another way",
        );
    }
}
