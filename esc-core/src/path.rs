//! Document paths: the chain of keys and indices from a document's root to a node, such as `values.a["b c"][0]`.

use std::fmt::Write as _;

/// Appends a key to a document path.
///
/// Keys that look like identifiers are joined with a dot, others are bracketed and quoted. The empty key leaves no
/// trace.
pub fn join_key(path: &mut String, key: &str) {
    if key.is_empty() {
        return;
    }
    if is_identifier(key) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        return;
    }
    path.push_str("[\"");
    for c in key.chars() {
        if c == '"' {
            path.push('\\');
        }
        path.push(c);
    }
    path.push_str("\"]");
}

/// Appends an index to a document path.
pub fn join_index(path: &mut String, index: usize) {
    // Writing to a string cannot fail.
    let _ = write!(path, "[{index}]");
}

fn is_identifier(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins() {
        let mut path = String::new();
        for key in ["values", "", "a b", "_x1", "1a", "q\"\\"] {
            join_key(&mut path, key);
        }
        join_index(&mut path, 12);
        assert_eq!(path, r#"values["a b"]._x1["1a"]["q\"\"][12]"#);
        let mut path = String::new();
        join_key(&mut path, "a b");
        assert_eq!(path, r#"["a b"]"#);
    }
}
