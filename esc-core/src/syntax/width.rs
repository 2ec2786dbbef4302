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
    use super::text_width;

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
