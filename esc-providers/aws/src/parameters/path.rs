//! Reading all parameters below a path.

use std::collections::BTreeMap;

use esc_core::provider::ErrorKind;
use esc_core::value::{Value, ValueKind};
use smol_str::SmolStr;

use super::PathSelector;
use super::answer::value;
use crate::connection::{Account, Api, Connections};
use crate::failure::Reason;

/// How many parameters a page of `GetParametersByPath` has at most.
const PAGE: i32 = 10;

/// How many pages of one path are read. AWS keeps 100,000 parameters at most.
const MAX_PAGES: usize = 10_000;

/// How deep parameters lie below the path at most. AWS allows 15 levels.
const MAX_DEPTH: usize = 100;

/// Reads page after page. Pages may be short, or empty, while there are more.
pub(super) async fn read(
    connections: &Connections,
    account: &Account,
    selector: &PathSelector,
) -> Result<Value, Reason> {
    let client = account.ssm(connections);
    let mut tree = Tree::default();
    let mut token = None;
    for _ in 0..MAX_PAGES {
        let request = client
            .get_parameters_by_path()
            .path(&selector.path)
            .recursive(selector.recursive)
            .with_decryption(selector.decrypt)
            .max_results(PAGE)
            .set_next_token(token)
            .send();
        let page = connections.send(account, Api::Parameters, request).await?;
        for parameter in page.parameters.unwrap_or_default() {
            let text = parameter.value.unwrap_or_default();
            let value = value(parameter.r#type.as_ref(), text);
            tree.insert(&selector.path, parameter.name.as_deref().unwrap_or_default(), value)?;
        }
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return tree.value();
        }
    }
    Err(Reason::new(
        ErrorKind::Invalid,
        format!("there are more than {MAX_PAGES} pages of parameters"),
    )
    .with_advice("name a longer path"))
}

/// Parameters by the segments of their names below the path.
#[derive(Default)]
struct Tree {
    own: Option<Value>,
    below: BTreeMap<SmolStr, Tree>,
}

impl Tree {
    fn insert(&mut self, path: &str, name: &str, value: Value) -> Result<(), Reason> {
        let path = path.trim_matches('/');
        let name = name.trim_start_matches('/');
        let below = match name.strip_prefix(path) {
            Some(rest) if path.is_empty() || rest.starts_with('/') => rest.trim_start_matches('/'),
            _ => {
                let cause = "Parameter Store answered a parameter that is not below the path";
                return Err(Reason::new(ErrorKind::Internal, cause));
            }
        };
        let mut tree = self;
        for (depth, segment) in below.split('/').enumerate() {
            if depth >= MAX_DEPTH {
                let cause = format!("a parameter lies more than {MAX_DEPTH} levels below the path");
                return Err(
                    Reason::new(ErrorKind::Invalid, cause).with_advice("name a longer path")
                );
            }
            tree = tree.below.entry(SmolStr::new(segment)).or_default();
        }
        tree.own = Some(value);
        Ok(())
    }

    fn value(self) -> Result<Value, Reason> {
        if self.below.is_empty() {
            return Err(Reason::new(ErrorKind::NotFound, "there are no parameters below this path")
                .with_advice(
                    "check `path`, the region and the account of the login; parameters further down need `recursive: true`",
                ));
        }
        Ok(self.nested())
    }

    /// Objects by segment. The value of what is also a path to others has the empty name among them.
    fn nested(self) -> Value {
        let Tree { own, below } = self;
        match own {
            Some(own) if below.is_empty() => own,
            own => {
                let own = own.map(|value| (SmolStr::default(), value));
                let below = below.into_iter().map(|(segment, tree)| (segment, tree.nested()));
                Value::new(ValueKind::Object(own.into_iter().chain(below).collect()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use esc_core::value::Reveal;

    use super::*;

    fn nested(path: &str, names: &[&str]) -> Result<String, ErrorKind> {
        let mut tree = Tree::default();
        for name in names {
            tree.insert(path, name, Value::string(*name)).map_err(|reason| reason.kind)?;
        }
        let value = tree.value().map_err(|reason| reason.kind)?;
        Ok(value.to_json(Reveal::Revealed))
    }

    #[test]
    fn names_become_objects() {
        let names = ["/app/db/host", "/app/db", "/app/url"];
        let expected = r#"{"db":{"":"/app/db","host":"/app/db/host"},"url":"/app/url"}"#;
        assert_eq!(nested("/app", &names).as_deref(), Ok(expected));
        assert_eq!(nested("/app/", &names).as_deref(), Ok(expected));
        assert_eq!(nested("/", &["/a/b", "c"]).as_deref(), Ok(r#"{"a":{"b":"/a/b"},"c":"c"}"#));
    }

    #[test]
    fn what_makes_no_sense_is_an_error() {
        assert_eq!(nested("/app", &[]), Err(ErrorKind::NotFound));
        assert_eq!(nested("/app", &["/application/x"]), Err(ErrorKind::Internal));
        let deep = format!("/app{}", "/x".repeat(MAX_DEPTH + 1));
        assert_eq!(nested("/app", &[&deep]), Err(ErrorKind::Invalid));
    }
}
