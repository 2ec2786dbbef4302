//! Golden files: expected texts that live beside the cases.

use std::path::Path;

/// Compares the text with the file and answers what is wrong.
///
/// With `ESC_UPDATE_GOLDEN=1` the file is rewritten instead; review the difference before committing it.
pub fn compare(path: &Path, actual: &str) -> Option<String> {
    if std::env::var_os("ESC_UPDATE_GOLDEN").is_some_and(|v| v == "1") {
        std::fs::write(path, actual).expect("the golden file can be written");
        return None;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return None;
    }
    let line = expected.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count();
    let at = |text: &str| text.lines().nth(line).unwrap_or("(end)").to_owned();
    Some(format!(
        "{} differs from line {} (ESC_UPDATE_GOLDEN=1 rewrites it)\n  expected {}\n  actual   {}",
        path.display(),
        line + 1,
        at(&expected),
        at(actual)
    ))
}
