//! Printing accesses.

use std::fmt;

use super::interpolation::ends_name;
use super::{Access, Accessor, AccessorKind};

impl Access {
    /// An access without places, as for synthesised references.
    pub fn synthesised(kinds: impl IntoIterator<Item = AccessorKind>) -> Access {
        let accessors =
            kinds.into_iter().map(|kind| Accessor { kind, range: None, span: None }).collect();
        Access { accessors }
    }

    /// The access as it is written in a document, `${a.b[0]}`, or none if no text means this access.
    ///
    /// A name that cannot stand after a dot is written as a subscript, which accesses the same. What cannot be
    /// written: empty keys, and keys that end in a backslash but must be quoted.
    pub fn to_source(&self) -> Option<String> {
        let mut source = String::from("${");
        for (i, accessor) in self.accessors.iter().enumerate() {
            match &accessor.kind {
                AccessorKind::Index(_) if i == 0 => return None,
                AccessorKind::Index(index) => source.push_str(&format!("[{index}]")),
                AccessorKind::Name(name) if is_plain(name) => {
                    if i > 0 {
                        source.push('.');
                    }
                    source.push_str(name);
                }
                AccessorKind::Name(key) | AccessorKind::Subscript(key) => {
                    if key.is_empty() || key.ends_with('\\') {
                        return None;
                    }
                    push_subscript(&mut source, key);
                }
            }
        }
        source.push('}');
        (!self.accessors.is_empty()).then_some(source)
    }
}

impl fmt::Display for Access {
    /// The access without `${` and `}`, the way the reference prints it. Names are not quoted, whatever they contain.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (i, accessor) in self.accessors.iter().enumerate() {
            match &accessor.kind {
                AccessorKind::Name(name) => {
                    if i > 0 {
                        text.push('.');
                    }
                    text.push_str(name);
                }
                AccessorKind::Subscript(key) => push_subscript(&mut text, key),
                AccessorKind::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        f.write_str(&text)
    }
}

fn push_subscript(text: &mut String, key: &str) {
    text.push_str("[\"");
    text.push_str(&key.replace('"', "\\\""));
    text.push_str("\"]");
}

/// Whether a name can be written without quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.bytes().any(ends_name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ast::interpolation::scan;

    fn access(kinds: &[AccessorKind]) -> Access {
        Access::synthesised(kinds.iter().cloned())
    }

    fn name(text: &str) -> AccessorKind {
        AccessorKind::Name(text.into())
    }

    fn key(text: &str) -> AccessorKind {
        AccessorKind::Subscript(text.into())
    }

    fn rescan(source: &str) -> Access {
        let scan = scan(source);
        assert_eq!(scan.problems, []);
        let [part] = scan.parts.as_slice() else { panic!("{source} has several parts") };
        assert_eq!(part.text, "");
        Access::synthesised(part.access.iter().flatten().map(|accessor| accessor.kind.clone()))
    }

    #[test]
    fn display() {
        let a = access(&[name("a"), name("b"), key("c \"d\""), AccessorKind::Index(3), name("e")]);
        assert_eq!(a.to_string(), r#"a.b["c \"d\""][3].e"#);
        assert_eq!(access(&[key("x"), name("")]).to_string(), r#"["x"]."#);
    }

    #[test]
    fn source() {
        let source = |kinds: &[AccessorKind]| access(kinds).to_source();
        assert_eq!(source(&[name("a"), name("b c")]).unwrap(), r#"${a["b c"]}"#);
        assert_eq!(source(&[name("a\\")]).unwrap(), r"${a\}");
        assert_eq!(source(&[key("a\\")]), None);
        assert_eq!(source(&[name("")]), None);
        assert_eq!(source(&[AccessorKind::Index(0)]), None);
        assert_eq!(source(&[]), None);
    }

    fn accessor() -> impl Strategy<Value = AccessorKind> {
        prop_oneof![
            r#"[a-z_\-/@à"\]\\$]{1,4}"#.prop_map(|text| name(&text)),
            r#"([a-z ".\[\]}$\\é]{0,4})[^\\]"#.prop_map(|text| key(&text)),
            any::<i64>().prop_map(AccessorKind::Index),
        ]
    }

    proptest! {
        #[test]
        fn source_scans_to_the_same(first in "[a-z]{1,3}", rest in prop::collection::vec(accessor(), 0..5)) {
            let mut kinds = vec![name(&first)];
            kinds.extend(rest);
            let access = access(&kinds);
            prop_assert_eq!(rescan(&access.to_source().unwrap()), access.clone());
            prop_assert_eq!(rescan(&format!("${{{access}}}")), access);
        }

        #[test]
        fn any_source_accesses_the_same(keys in prop::collection::vec(".{0,4}", 1..4)) {
            let access = access(&keys.iter().map(|k| name(k)).collect::<Vec<_>>());
            if let Some(source) = access.to_source() {
                let same = rescan(&source).accessors.iter().zip(&keys).all(|(accessor, k)| {
                    matches!(&accessor.kind, AccessorKind::Name(n) | AccessorKind::Subscript(n) if n == k)
                });
                prop_assert!(same);
            }
        }
    }
}
