//! Display widths, counted by grapheme cluster as terminals do.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

/// The number of terminal columns a text takes.
pub(super) fn text_width(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|b| !b.is_ascii_control()).count();
    }
    text.graphemes(true).map(cluster_width).sum()
}

/// The length of the first grapheme cluster of a text and the number of terminal columns it takes.
pub(super) fn next_cluster(text: &str) -> Option<(usize, usize)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    // Finding clusters is slow. Between two characters that join with nothing there is always an end.
    if let Some(width) = simple_width(first)
        && chars.next().is_none_or(|next| simple_width(next).is_some())
    {
        return Some((first.len_utf8(), width));
    }
    let cluster = text.graphemes(true).next()?;
    Some((cluster.len(), cluster_width(cluster)))
}

/// The width of a character that never joins with another of its kind; none for those that may or are rare.
fn simple_width(c: char) -> Option<usize> {
    match c {
        ' '..='~' => Some(1),
        // Latin, Greek and Cyrillic letters, without the combining ones.
        '\u{c0}'..='\u{2af}' | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3ff}' => Some(1),
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => Some(1),
        // Kana, ideographs and hangul syllables.
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => Some(2),
        '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => Some(2),
        _ => None,
    }
}

/// The number of terminal columns one grapheme cluster takes: 2 if wide, 0 if it is a control character.
pub(super) fn cluster_width(cluster: &str) -> usize {
    let mut chars = cluster.chars();
    let Some(first) = chars.next() else { return 0 };
    if first.is_ascii() && cluster.len() == 1 {
        return usize::from(!first.is_ascii_control());
    }
    if is_regional_indicator(first) {
        return 2;
    }
    let width = char_width(first);
    // A hangul syllable is as wide as its leading consonant, an emoji sequence as its first emoji.
    if ('\u{1100}'..='\u{115f}').contains(&first) {
        return width;
    }
    let rest = chars.as_str();
    if !first.is_ascii() && rest.contains(is_emoji_joint) {
        return if rest.contains('\u{fe0f}') {
            2
        } else if rest.contains('\u{fe0e}') {
            1
        } else {
            width
        };
    }
    width + rest.chars().map(char_width).sum::<usize>()
}

fn char_width(c: char) -> usize {
    match c {
        '\u{2e3a}' => 3,
        '\u{2e3b}' => 4,
        _ => c.width().unwrap_or(0),
    }
}

fn is_regional_indicator(c: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c)
}

fn is_emoji_joint(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn simple_characters() {
        for c in ('\0'..=char::MAX).filter(|c| simple_width(*c).is_some()) {
            let text = String::from(c);
            assert_eq!(simple_width(c), Some(cluster_width(&text)), "{c:?}");
            for other in ['a', 'é', 'я', '世', '한', 'の', c] {
                let pairs = [format!("{c}{other}"), format!("{other}{c}")];
                for pair in pairs {
                    assert_eq!(pair.graphemes(true).count(), 2, "{pair:?}");
                }
            }
        }
    }

    #[test]
    fn clusters() {
        let text = "a世e\u{301}한\u{11a8}x\u{200d}👩\u{200d}👩\u{200d}👧🇩🇰🇩🇰é\u{300}\u{7f}b\t世";
        let (mut rest, mut found) = (text, Vec::new());
        while let Some((length, width)) = next_cluster(rest) {
            found.push((&rest[..length], width));
            rest = &rest[length..];
        }
        let expected: Vec<_> = text.graphemes(true).map(|c| (c, cluster_width(c))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn widths() {
        let cases = [
            ("", 0),
            ("abc", 3),
            ("\t", 0),
            ("世界", 4),
            ("𐀀", 1),
            ("é", 1),
            ("e\u{301}", 1),
            ("👍", 2),
            ("👍🏽", 2),
            ("👩\u{200d}👩\u{200d}👧", 2),
            ("☺", 1),
            ("☺\u{fe0f}", 2),
            ("🇩🇰", 2),
            ("한", 2),
            ("\u{feff}a", 1),
            ("\u{200b}", 0),
            ("ø", 1),
        ];
        for (text, width) in cases {
            assert_eq!(text_width(text), width, "{text:?}");
        }
    }
}
