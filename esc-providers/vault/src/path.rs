//! Paths below `/v1`.

/// Why a path cannot be one: it would be changed on its way.
pub(crate) fn problem(path: &str) -> Option<&'static str> {
    match path {
        "" => Some("is empty"),
        _ if path.chars().any(char::is_control) => Some("has control characters in it"),
        _ if path.split('/').any(|s| matches!(s, "" | "." | "..")) => {
            Some("has an empty part, or one of dots, in it")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn paths_go_as_they_are_or_not_at_all() {
        for good in ["secret/data/app", "a", "a b/é?#%2e", "...", ".x"] {
            assert_eq!(problem(good), None, "{good}");
        }
        for bad in ["", "a//b", "a/./b", "../a", "a\nb", "a/\t"] {
            assert!(problem(bad).is_some(), "{bad:?}");
        }
    }
}
