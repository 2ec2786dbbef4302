//! Spelling: which of several names was meant.

/// The form in which names are compared: lower case, without underscores.
pub fn fold(name: &str) -> String {
    name.chars().filter(|&c| c != '_').flat_map(char::to_lowercase).collect()
}

/// The number of bytes to insert, delete or substitute to turn one text into the other.
pub fn distance(a: &str, b: &str) -> usize {
    // One row of the usual table: `row` holds the distances of the prefix of `a` seen so far to every prefix of `b`.
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let substituted = diagonal + usize::from(x != y);
            diagonal = *cell;
            left = substituted.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

/// The candidate that is nearest to `target` and near enough to be what was meant; the smallest of equally near ones.
///
/// This is what the reference suggests; [`closest`] also knows that people swap letters.
pub fn nearest<'c>(candidates: impl IntoIterator<Item = &'c str>, target: &str) -> Option<&'c str> {
    nearest_by(distance, candidates, target)
}

/// As [`nearest`], but two neighbours that are swapped are one mistake and not two: `prot` is `port`.
///
/// ```
/// use esc_core::spelling::{closest, nearest};
///
/// assert_eq!(closest(["port", "host"], "prot"), Some("port"));
/// assert_eq!(nearest(["port", "host"], "prot"), None);
/// ```
pub fn closest<'c>(candidates: impl IntoIterator<Item = &'c str>, target: &str) -> Option<&'c str> {
    nearest_by(distance_with_swaps, candidates, target)
}

/// The number of bytes to insert, delete, substitute or swap with their neighbour to turn one text into the other.
fn distance_with_swaps(a: &str, b: &str) -> usize {
    // The rows of the two prefixes of `a` before this one.
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    let mut previous = None;
    for (i, x) in a.bytes().enumerate() {
        let mut row = vec![i + 1];
        let mut left = None;
        for (j, y) in b.bytes().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut best =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if j > 0 && previous == Some(y) && left == Some(x) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
            left = Some(y);
        }
        before = std::mem::replace(&mut last, row);
        previous = Some(x);
    }
    last.last().copied().unwrap_or(a.len())
}

fn nearest_by<'c>(
    distance: fn(&str, &str) -> usize,
    candidates: impl IntoIterator<Item = &'c str>,
    target: &str,
) -> Option<&'c str> {
    let target = fold(target);
    let limit = target.len().div_ceil(2);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let folded = fold(candidate);
            // Lengths alone often rule a candidate out, and that is much cheaper.
            if folded.len().abs_diff(target.len()) >= limit {
                return None;
            }
            let distance = distance(&folded, &target);
            (distance < limit).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Sorts names by their distance to `target`, nearest first; equally near ones keep their order.
pub fn sort_by_distance<S: AsRef<str>>(names: &mut [S], target: &str) {
    let target = fold(target);
    names.sort_by_cached_key(|name| distance(&fold(name.as_ref()), &target));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("flaw", "lawn"), 2);
        assert_eq!(distance("é", "e"), 2);
    }

    #[test]
    fn swapped_neighbours_are_one_mistake() {
        for (a, b, expected) in [
            ("prot", "port", 1),
            ("regoin", "region", 1),
            ("gte", "get", 1),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("ca", "abc", 3),
        ] {
            assert_eq!(distance_with_swaps(a, b), expected, "{a} {b}");
        }
        assert_eq!(closest(["host"], "hots"), Some("host"));
        assert_eq!(closest(["foo", "baz"], "bar"), Some("baz"));
        assert_eq!(closest(["other"], "hots"), None);
    }

    #[test]
    fn folding() {
        assert_eq!(fold("Data_Base__X"), "databasex");
        assert_eq!(fold("ÄÖ"), "äö");
    }

    #[test]
    fn nearest_names() {
        assert_eq!(nearest(["database", "host"], "databse"), Some("database"));
        assert_eq!(nearest(["database", "host"], "DATABASES"), Some("database"));
        assert_eq!(nearest(["host"], "hots"), None);
        assert_eq!(nearest(["foo", "baz"], "bar"), Some("baz"));
        assert_eq!(nearest(["baz", "bat", "bay"], "bar"), Some("bat"));
        assert_eq!(nearest(["x"], ""), None);
        assert_eq!(nearest([], "x"), None);
    }

    #[test]
    fn sorting() {
        let mut names = ["'description'", "'imports'", "'values'"];
        sort_by_distance(&mut names, "foo");
        assert_eq!(names, ["'imports'", "'values'", "'description'"]);
        sort_by_distance(&mut names, "value");
        assert_eq!(names.first(), Some(&"'values'"));
    }
}
