//! Points in time as texts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// RFC 3339, in UTC, to the second.
pub(crate) fn rfc3339(time: SystemTime) -> Option<String> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(Timestamp::from_second(seconds.try_into().ok()?).ok()?.to_string())
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
