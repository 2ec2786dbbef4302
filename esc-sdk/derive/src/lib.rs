//! Derives typed configuration from Rust structs: the macro behind `esc_sdk::FromEnvironment`.
//!
//! Use it through `esc_sdk`, whose documentation explains the attributes.
//!
//! * `attributes`: reads and checks `#[env(…)]`;
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
#[proc_macro_derive(FromEnvironment, attributes(env))]
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
