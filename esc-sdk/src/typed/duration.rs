//! Lengths of time.

use std::time::Duration;

use esc_core::deserialize::{ValueError, deserialize};
use esc_core::schema::{Builder, SchemaRef};
use esc_core::value::{Value, ValueKind};

use super::FromEnvironment;
use super::quantity::{number, unit};
use super::text::{read, unaccepted};

/// Written as numbers with units from the largest to the smallest (`30s`, `1h30m`, `1.5h`, `250 ms`; units are `w`, `d`,
/// `h`, `m` or `min`, `s`, `ms`, `us` or `µs`, and `ns`), as ISO 8601 (`PT1H30M`, `P1D`; months and years have no
/// fixed length), or as a number of seconds.
impl FromEnvironment for Duration {
    fn expected() -> SchemaRef {
        let text = Builder::string().pattern(r"^[0-9Pp][0-9A-Za-zµμ. ]*$");
        Builder::new()
            .any_of([text, Builder::number().minimum(0)])
            .description("a duration such as `30s`, `1h30m`, `PT1H30M` or a number of seconds")
            .build()
    }

    fn from_value(value: &Value) -> Result<Duration, ValueError> {
        let ValueKind::Number(number) = &value.kind else {
            return read(value, |text| parse(text).ok_or(()));
        };
        // This says no to secrets and to what is not known.
        let seconds: f64 = deserialize(value)?;
        plain(number.as_str())
            .or_else(|| Duration::try_from_secs_f64(seconds).ok())
            .ok_or_else(|| unaccepted::<Duration>("another number"))
    }
}

const SECOND: u128 = 1_000_000_000;

/// Units from the largest to the smallest, in nanoseconds.
const UNITS: [(&[&str], u128); 8] = [
    (&["w"], 7 * 24 * 3600 * SECOND),
    (&["d"], 24 * 3600 * SECOND),
    (&["h"], 3600 * SECOND),
    (&["m", "min"], 60 * SECOND),
    (&["s", "sec"], SECOND),
    (&["ms"], 1_000_000),
    (&["us", "µs", "μs"], 1_000),
    (&["ns"], 1),
];

fn parse(text: &str) -> Option<Duration> {
    match text.strip_prefix(['P', 'p']) {
        Some(rest) => iso(&rest.to_ascii_uppercase()),
        None => plain(text).or_else(|| with_units(text)),
    }
}

/// A number of seconds.
fn plain(text: &str) -> Option<Duration> {
    match number(text)? {
        (seconds, "") => total(seconds.times(SECOND)?),
        _ => None,
    }
}

fn with_units(text: &str) -> Option<Duration> {
    let (mut rest, mut sum, mut units) = (text, 0u128, UNITS.iter());
    while !rest.is_empty() {
        let (count, after) = number(rest)?;
        let (name, after) = unit(after.strip_prefix(' ').unwrap_or(after));
        // Each unit once, and in order: `5m 1h` is a mistake.
        let (_, size) = units.find(|(names, _)| names.contains(&name))?;
        sum = sum.checked_add(count.times(*size)?)?;
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    (!text.is_empty()).then_some(sum).and_then(total)
}

/// What follows the `P`: `nW`, or `nD` and after a `T` `nH`, `nM` and `nS`.
fn iso(text: &str) -> Option<Duration> {
    let (days, time) = text.split_once('T').map_or((text, None), |(days, time)| (days, Some(time)));
    if time == Some("") || text.is_empty() {
        return None;
    }
    let sums = [designated(days, &["W", "D"])?, designated(time.unwrap_or(""), &["H", "M", "S"])?];
    total(sums.iter().sum())
}

fn designated(text: &str, designators: &[&str]) -> Option<u128> {
    let (mut rest, mut sum, mut left) = (text, 0u128, designators.iter());
    while !rest.is_empty() {
        let (count, after) = number(rest)?;
        let (name, after) = unit(after);
        left.find(|known| **known == name)?;
        let name = name.to_ascii_lowercase();
        let (_, size) = UNITS.iter().find(|(names, _)| names.contains(&name.as_str()))?;
        sum = sum.checked_add(count.times(*size)?)?;
        rest = after;
    }
    Some(sum)
}

fn total(nanos: u128) -> Option<Duration> {
    let seconds = u64::try_from(nanos / SECOND).ok()?;
    Some(Duration::new(seconds, u32::try_from(nanos % SECOND).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_read_in_each_way() {
        for (text, nanos) in [
            ("30s", 30 * SECOND),
            ("1h30m", 5400 * SECOND),
            ("1h 30min", 5400 * SECOND),
            ("1.5h", 5400 * SECOND),
            ("250 ms", SECOND / 4),
            ("2w1d", 15 * 86400 * SECOND),
            ("3µs", 3000),
            ("90", 90 * SECOND),
            ("0.5", SECOND / 2),
            ("0s", 0),
            ("PT1H30M", 5400 * SECOND),
            ("P1DT12H", 129_600 * SECOND),
            ("P2W", 14 * 86400 * SECOND),
            ("PT0.25S", SECOND / 4),
            ("pt5m", 300 * SECOND),
        ] {
            assert_eq!(parse(text).map(|d| d.as_nanos()), Some(nanos), "{text}");
        }
        for text in [
            "",
            " ",
            "s",
            "1",
            "5m1h",
            "1h1h",
            "1x",
            "-1s",
            "1h-",
            "1..5s",
            "1.s",
            ".5s",
            "P",
            "PT",
            "P1",
            "P1M",
            "P1Y",
            "PT1D",
            "P1H",
            "PT1S1H",
            "1h 30",
            "1e3s",
            "0.5ns",
            "999999999999999999w",
            "1 h  2m",
            "1h\n",
            "１s",
        ] {
            let seconds = text == "1";
            assert_eq!(parse(text).is_some(), seconds, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[0-9PTpt.hmsdw µn]{0,24}|.{0,12}") {
            let _ = parse(&text);
        }

        /// What an established library reads, this reads the same.
        #[test]
        fn durations_are_those_of_jiff(h in 0u32..5000, m in 0u32..5000, s in 0u32..5000, ms in 0u32..1000) {
            for text in [
                format!("{h}h {m}m {s}s {ms}ms"),
                format!("{h}h{m}m{s}s"),
                format!("PT{h}H{m}M{s}.{ms:03}S"),
                format!("PT{m}M"),
            ] {
                let expected: jiff::SignedDuration = text.parse().unwrap();
                prop_assert_eq!(parse(&text).unwrap().as_nanos() as i128, expected.as_nanos());
            }
        }
    }
}
