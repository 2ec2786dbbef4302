//! What `#[esc(…)]` says.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, LitStr, Token};

use crate::case::Case;

/// What stands at a struct or enum.
#[derive(Default)]
pub struct Container {
    /// How names are made; none leaves them as they are.
    pub case: Option<Case>,
}

/// What stands at a field or variant.
#[derive(Default)]
pub struct Item {
    /// The way to the property, if it is not that of the field's name, with the text that says so.
    pub path: Option<(Vec<String>, LitStr)>,
    /// What stands for a missing value.
    pub default: Option<Fallback>,
    /// How it is read.
    pub reader: Reader,
}

/// What stands for a missing value.
pub enum Fallback {
    /// The type's default.
    OfType,
    /// The value of an expression.
    Value(Box<Expr>),
}

/// How a field is read.
#[derive(Clone, Default)]
pub enum Reader {
    /// As its type says.
    #[default]
    Own,
    /// By `serde`.
    Serde,
    /// By `FromStr`.
    Parse,
    /// By a function.
    With(Box<Expr>),
}

impl Container {
    /// Reads the attributes of a struct or enum.
    pub fn read(attributes: &[Attribute]) -> syn::Result<Container> {
        let mut container = Container::default();
        each(attributes, |meta| {
            if !meta.path.is_ident("rename_all") {
                return Err(meta.error("unknown attribute; there is `rename_all`"));
            }
            let text: LitStr = meta.value()?.parse()?;
            once(&meta, container.case.is_some())?;
            container.case = Some(Case::named(&text)?);
            Ok(())
        })?;
        Ok(container)
    }
}

impl Item {
    /// Reads the attributes of a field.
    pub fn of_field(attributes: &[Attribute]) -> syn::Result<Item> {
        let mut item = Item::default();
        each(attributes, |meta| {
            if meta.path.is_ident("name") {
                item.name(&meta)
            } else if meta.path.is_ident("path") {
                let text: LitStr = meta.value()?.parse()?;
                let names: Vec<String> = text.value().split('.').map(str::to_owned).collect();
                if names.iter().any(|name| name.is_empty() || name.contains(['[', ']', '"'])) {
                    let message = "a path is names with dots between them, such as `database.port`; for a name with \
                                   other characters write `name`";
                    return Err(Error::new_spanned(&text, message));
                }
                item.lead(&meta, names, text)
            } else if meta.path.is_ident("default") {
                once(&meta, item.default.is_some())?;
                item.default = Some(match meta.input.peek(Token![=]) {
                    true => Fallback::Value(Box::new(meta.value()?.parse()?)),
                    false => Fallback::OfType,
                });
                Ok(())
            } else if meta.path.is_ident("serde") {
                item.read_by(&meta, Reader::Serde)
            } else if meta.path.is_ident("parse") {
                item.read_by(&meta, Reader::Parse)
            } else if meta.path.is_ident("with") {
                let function = Box::new(meta.value()?.parse()?);
                item.read_by(&meta, Reader::With(function))
            } else {
                let known = "`name`, `path`, `default`, `with`, `parse` and `serde`";
                Err(meta.error(format!("unknown attribute; there are {known}")))
            }
        })?;
        Ok(item)
    }

    /// Reads the attributes of a variant: its text, if it has one of its own.
    pub fn of_variant(attributes: &[Attribute]) -> syn::Result<Item> {
        let mut item = Item::default();
        each(attributes, |meta| match meta.path.is_ident("name") {
            true => item.name(&meta),
            false => Err(meta.error("unknown attribute; there is `name`")),
        })?;
        Ok(item)
    }

    fn name(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let text: LitStr = meta.value()?.parse()?;
        self.lead(meta, vec![text.value()], text)
    }

    fn lead(
        &mut self,
        meta: &ParseNestedMeta<'_>,
        names: Vec<String>,
        text: LitStr,
    ) -> syn::Result<()> {
        if self.path.is_some() {
            return Err(meta.error("there is a `name` or `path` already"));
        }
        self.path = Some((names, text));
        Ok(())
    }

    fn read_by(&mut self, meta: &ParseNestedMeta<'_>, reader: Reader) -> syn::Result<()> {
        if !matches!(self.reader, Reader::Own) {
            return Err(meta.error("a field is read in one way: `with`, `parse` or `serde`"));
        }
        self.reader = reader;
        Ok(())
    }
}

fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    let ours = attributes.iter().filter(|attribute| attribute.path().is_ident("esc"));
    ours.into_iter().try_for_each(|attribute| attribute.parse_nested_meta(&mut read))
}

fn once(meta: &ParseNestedMeta<'_>, already: bool) -> syn::Result<()> {
    match already {
        true => Err(meta.error("this is said already")),
        false => Ok(()),
    }
}
