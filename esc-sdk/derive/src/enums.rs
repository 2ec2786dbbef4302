//! Code for enums: each variant is a text.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{DataEnum, DeriveInput, Error, Fields};

use crate::attributes::{Container, Item};

/// Derives for an enum without fields.
pub fn derive(
    input: &DeriveInput,
    container: &Container,
    data: &DataEnum,
) -> syn::Result<TokenStream> {
    let (mut texts, mut variants, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = "`FromEnvironment` reads an enum from a text, so its variants have no fields; write \
                           `#[esc(serde)]` where the type is used to read it in another way";
            return Err(Error::new_spanned(variant, message));
        }
        let item = Item::of_variant(&variant.attrs)?;
        let name = variant.ident.unraw().to_string();
        let text = match item.path {
            Some((_, text)) => text.value(),
            None => container.case.map_or(name.clone(), |case| case.apply(&name)),
        };
        if !seen.insert(text.clone()) {
            let message = format!("another variant is written `{text}` already");
            return Err(Error::new_spanned(variant, message));
        }
        texts.push(text);
        variants.push(&variant.ident);
    }
    let name = &input.ident;
    if variants.is_empty() {
        return Err(Error::new_spanned(name, "an enum without variants cannot be read"));
    }
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics ::esc_sdk::FromEnvironment for #name #arguments #bounds {
            fn expected() -> ::esc_sdk::typed::fields::schema::SchemaRef {
                ::esc_sdk::typed::fields::texts([#(#texts),*])
            }

            fn from_value(
                value: &::esc_sdk::typed::fields::Value,
            ) -> ::core::result::Result<Self, ::esc_sdk::typed::fields::ValueError> {
                ::esc_sdk::typed::fields::one_of(value, &[#((#texts, || Self::#variants)),*])
            }
        }
    })
}
