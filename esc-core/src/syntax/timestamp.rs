//! Which scalars are timestamps. Only an explicit `!!timestamp` makes that matter: timestamps are kept as text.

/// Whether the text is `Y-M-D`, optionally with a time of day.
pub(super) fn is_timestamp(text: &str) -> bool {
    parse(text).is_some()
}

fn parse(text: &str) -> Option<()> {
    let mut rest = text;
    let year = digits(&mut rest, 4, 4)?;
    expect(&mut rest, '-')?;
    let month = digits(&mut rest, 1, 2)?;
    expect(&mut rest, '-')?;
    let day = digits(&mut rest, 1, 2)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    if rest.is_empty() {
        return Some(());
    }
    let separator = rest.chars().next()?;
    rest = rest.get(1..)?;
    match separator {
        'T' | 't' => {
            time_of_day(&mut rest)?;
            zone(&mut rest)?;
        }
        ' ' => {
            rest = rest.trim_start_matches(' ');
            time_of_day(&mut rest)?;
        }
        _ => return None,
    }
    rest.is_empty().then_some(())
}

fn time_of_day(rest: &mut &str) -> Option<()> {
    let hour = digits(rest, 1, 2)?;
    expect(rest, ':')?;
    let minute = digits(rest, 1, 2)?;
    expect(rest, ':')?;
    let second = digits(rest, 1, 2)?;
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if after.len() < fraction.len() {
            *rest = after;
        }
    }
    (hour < 24 && minute < 60 && second < 60).then_some(())
}

fn zone(rest: &mut &str) -> Option<()> {
    if let Some(after) = rest.strip_prefix('Z') {
        *rest = after;
        return Some(());
    }
    *rest = rest.strip_prefix(['+', '-'])?;
    let hours = digits(rest, 2, 2)?;
    expect(rest, ':')?;
    let minutes = digits(rest, 2, 2)?;
    (hours <= 24 && minutes <= 60).then_some(())
}

fn digits(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if count < least {
        return None;
    }
    let (number, after) = rest.split_at_checked(count)?;
    *rest = after;
    number.parse().ok()
}

fn expect(rest: &mut &str, c: char) -> Option<()> {
    *rest = rest.strip_prefix(c)?;
    Some(())
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn recognises() {
        for yes in [
            "2001-01-01",
            "2001-1-1",
            "2000-02-29",
            "2001-12-14T21:59:43.10-05:00",
            "2001-12-14t21:59:43Z",
            "2001-12-14 21:59:43.10",
            "2001-12-14   1:2:3",
        ] {
            assert!(is_timestamp(yes), "{yes}");
        }
        for no in [
            "",
            "2001",
            "2001-",
            "2001-13-01",
            "2001-02-29",
            "1900-02-29",
            "2001-01-01T",
            "2001-01-01 10:00:00Z",
            "2001-01-01T10:00:00",
            "2001-01-01T24:00:00Z",
            "201-01-01",
            "20011-01-01",
            "2001-01-01x",
            "2001-01-01é",
        ] {
            assert!(!is_timestamp(no), "{no}");
        }
    }
}
