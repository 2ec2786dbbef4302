//! Points in time as texts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// RFC 3339, in UTC, to the second.
pub(crate) fn rfc3339(time: SystemTime) -> Option<String> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    let (year, month, day) = date(days);
    (year <= 9999)
        .then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// The date so many days after the epoch. Years begin in March here, so that leap days come last.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..10 => (era * 400 + year_of_era, month + 3),
        _ => (era * 400 + year_of_era + 1, month - 9),
    };
    (year, month, day)
}

/// The wait that a `Retry-After` asks for: seconds, or a date that counts from the answer's own.
pub(crate) fn retry_after(text: &str, now: Option<SystemTime>) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(text.trim()).ok()?.duration_since(now?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_they_were_read() {
        for (http, rfc) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"),
            ("Tue, 29 Feb 2000 23:59:59 GMT", "2000-02-29T23:59:59Z"),
            ("Mon, 01 Mar 2100 00:00:01 GMT", "2100-03-01T00:00:01Z"),
            ("Thu, 31 Dec 2026 12:34:56 GMT", "2026-12-31T12:34:56Z"),
        ] {
            let time = httpdate::parse_http_date(http).unwrap();
            assert_eq!(rfc3339(time).as_deref(), Some(rfc));
        }
    }

    #[test]
    fn waits_are_seconds_or_dates() {
        let now = httpdate::parse_http_date("Tue, 24 Nov 2026 08:00:00 GMT").ok();
        assert_eq!(retry_after("7", None), Some(Duration::from_secs(7)));
        let later = "Tue, 24 Nov 2026 08:01:30 GMT";
        assert_eq!(retry_after(later, now), Some(Duration::from_secs(90)));
        assert_eq!(retry_after(later, None), None);
        assert_eq!(retry_after("soon", now), None);
    }
}
