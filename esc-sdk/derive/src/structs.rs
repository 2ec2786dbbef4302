//! Code for structs.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Error, Field, FieldsNamed};

use crate::attributes::{Container, Fallback, Item, Reader};

/// Derives for a struct with named fields.
pub fn derive(
    input: &DeriveInput,
    container: &Container,
    fields: &FieldsNamed,
) -> syn::Result<TokenStream> {
    let mut seen = HashSet::new();
    let (mut schemas, mut readers) = (Vec::new(), Vec::new());
    for field in &fields.named {
        let item = Item::of_field(&field.attrs)?;
        let path = path(field, &item, container);
        if !seen.insert(path.clone()) {
            let message = format!("another field is read from `{}` already", path.join("."));
            return Err(match &item.path {
                Some((_, text)) => Error::new_spanned(text, message),
                None => Error::new_spanned(&field.ident, message),
            });
        }
        let (schema, reader) = code(field, &item, &path);
        schemas.push(schema);
        readers.push(reader);
    }
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics ::esc_sdk::FromEnvironment for #name #arguments #bounds {
            fn expected() -> ::esc_sdk::typed::fields::schema::SchemaRef {
                ::esc_sdk::typed::fields::Fields::new()#(#schemas)*.build()
            }

            #[allow(unused_variables)]
            fn from_value(
                value: &::esc_sdk::typed::fields::Value,
            ) -> ::core::result::Result<Self, ::esc_sdk::typed::fields::ValueError> {
                ::core::result::Result::Ok(#name { #(#readers),* })
            }

            fn if_missing() -> ::core::option::Option<Self> {
                let nothing = ::esc_sdk::typed::fields::nothing();
                <Self as ::esc_sdk::FromEnvironment>::from_value(&nothing).ok()
            }
        }
    })
}

fn path(field: &Field, item: &Item, container: &Container) -> Vec<String> {
    if let Some((path, _)) = &item.path {
        return path.clone();
    }
    let name = field.ident.as_ref().map(|ident| ident.unraw().to_string()).unwrap_or_default();
    vec![container.case.map_or(name.clone(), |case| case.apply(&name))]
}

/// What the field adds to the schema, and how it is read.
fn code(field: &Field, item: &Item, path: &[String]) -> (TokenStream, TokenStream) {
    let (name, ty) = (&field.ident, &field.ty);
    // Errors about the type are shown at the type.
    let own = quote_spanned!(ty.span()=> <#ty as ::esc_sdk::FromEnvironment>);
    let (schema, read) = match &item.reader {
        Reader::Own => (quote!(#own::expected()), quote!(#own::from_value)),
        Reader::Serde => (
            quote!(::esc_sdk::typed::fields::schema::Schema::always()),
            quote_spanned!(ty.span()=> ::esc_sdk::typed::fields::by_serde::<#ty>),
        ),
        Reader::Parse => (
            quote!(::esc_sdk::typed::fields::schema::Schema::string()),
            quote_spanned!(ty.span()=> ::esc_sdk::typed::fields::by_parsing::<#ty>),
        ),
        Reader::With(function) => (
            quote!(::esc_sdk::typed::fields::taken_by(&(#function)).0),
            quote_spanned! {function.span()=>
                |value| ::esc_sdk::typed::fields::by_function(value, &(#function))
            },
        ),
    };
    let some = quote!(::core::option::Option::Some);
    let (required, if_missing) = match (&item.default, &item.reader) {
        (Some(Fallback::OfType), _) => {
            let default = quote_spanned!(ty.span()=> <#ty as ::core::default::Default>);
            (quote!(false), quote!(|| #some(#default::default())))
        }
        (Some(Fallback::Value(value)), _) => (quote!(false), quote!(|| #some(#value))),
        (None, Reader::Own) => (quote!(#own::if_missing().is_none()), quote!(#own::if_missing)),
        (None, Reader::With(function)) => (
            quote!(::esc_sdk::typed::fields::taken_by(&(#function)).1),
            quote!(|| ::esc_sdk::typed::fields::missing_for(&(#function))),
        ),
        (None, _) => (quote!(true), quote!(|| ::core::option::Option::None)),
    };
    (
        quote!(.field(&[#(#path),*], #schema, #required)),
        quote!(#name: ::esc_sdk::typed::fields::read(value, &[#(#path),*], #read, #if_missing)?),
    )
}
