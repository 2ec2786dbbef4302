//! Binary floating-point numbers with a mantissa of 64 bits.
//!
//! Bounds of numbers are checked in this arithmetic: it has room for every 64-bit integer, and its rounding decides,
//! for example, that 0.3 is a multiple of 0.1.

use std::cmp::Ordering;

/// A number; there is no NaN.
#[derive(Clone, Copy, Debug)]
pub(super) struct Float {
    negative: bool,
    magnitude: Magnitude,
}

/// Ordered by size, because the variants, and the fields of each, are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Magnitude {
    Zero,
    /// `mantissa * 2^exponent`, the highest bit of the mantissa set.
    Finite {
        exponent: i64,
        mantissa: u64,
    },
    Infinite,
}

/// A number on the way to being rounded: `mantissa * 2^exponent`, the highest bit of the mantissa set.
#[derive(Clone, Copy)]
struct Wide {
    mantissa: u128,
    exponent: i64,
}

impl Float {
    /// Reads decimal text, or `Inf` with an optional sign.
    pub(super) fn parse(text: &str) -> Option<Float> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let magnitude = match text {
            "Inf" | "inf" => Magnitude::Infinite,
            _ => Magnitude::parse(text)?,
        };
        Some(Float { negative, magnitude })
    }

    /// Whether dividing by `unit` and rounding gives an integer.
    pub(super) fn is_multiple_of(&self, unit: &Float) -> bool {
        match (self.magnitude, unit.magnitude) {
            (_, Magnitude::Zero) | (Magnitude::Infinite, _) => false,
            (Magnitude::Zero, _) | (_, Magnitude::Infinite) => true,
            (
                Magnitude::Finite { mantissa: a, exponent: ae },
                Magnitude::Finite { mantissa: b, exponent: be },
            ) => match quotient(Wide::new(a.into(), ae), Wide::new(b.into(), be), false) {
                Magnitude::Finite { exponent, mantissa } => {
                    exponent >= 0 || -exponent <= i64::from(mantissa.trailing_zeros())
                }
                _ => false,
            },
        }
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Float) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Float) -> Option<Ordering> {
        let sign = |f: &Float| match f.magnitude {
            Magnitude::Zero => 0,
            _ if f.negative => -1,
            _ => 1,
        };
        let by_sign = sign(self).cmp(&sign(other));
        let by_size = self.magnitude.cmp(&other.magnitude);
        Some(by_sign.then(if self.negative { by_size.reverse() } else { by_size }))
    }
}

impl Magnitude {
    fn parse(text: &str) -> Option<Magnitude> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, parse_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = || whole.bytes().chain(fraction.bytes());
        if all().next().is_none() || !all().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // 38 digits fit; more cannot matter but for not being zero.
        let significant = all().skip_while(|b| *b == b'0');
        let (mut mantissa, mut kept, mut seen, mut sticky) = (0u128, 0i64, 0i64, false);
        for byte in significant {
            seen += 1;
            if kept < 38 {
                mantissa = mantissa * 10 + u128::from(byte - b'0');
                kept += 1;
            } else {
                sticky |= byte != b'0';
            }
        }
        if mantissa == 0 {
            return Some(Magnitude::Zero);
        }
        let scale = exponent.saturating_add(seen - kept).saturating_sub(fraction.len() as i64);
        let scale = scale.clamp(-LIMIT, LIMIT);
        let wide = Wide::new(mantissa, 0);
        let power = Wide::power_of_five(scale.unsigned_abs());
        // Ten is two times five, and powers of two are exact.
        let size =
            if scale < 0 { quotient(wide, power, sticky) } else { product(wide, power, sticky) };
        Some(size.scaled(scale))
    }

    fn scaled(self, by: i64) -> Magnitude {
        match self {
            Magnitude::Finite { exponent, mantissa } => {
                Magnitude::Finite { exponent: exponent + by, mantissa }
            }
            other => other,
        }
    }
}

/// Exponents beyond this make no difference.
const LIMIT: i64 = 1 << 31;

fn parse_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // All digits, so what cannot be parsed is too big.
    let size = digits.parse().unwrap_or(LIMIT).min(LIMIT);
    Some(if negative { -size } else { size })
}

impl Wide {
    /// Shifts the highest bit of a mantissa that is not zero into place.
    fn new(mantissa: u128, exponent: i64) -> Wide {
        let shift = mantissa.leading_zeros();
        Wide { mantissa: mantissa << shift, exponent: exponent - i64::from(shift) }
    }

    /// Exact up to the 55th power, beyond to nearly 128 bits.
    fn power_of_five(mut power: u64) -> Wide {
        let (mut result, mut square) = (Wide::new(1, 0), Wide::new(5, 0));
        while power > 0 {
            if power & 1 == 1 {
                result = result.times(square);
            }
            square = square.times(square);
            power >>= 1;
        }
        result
    }

    fn times(self, other: Wide) -> Wide {
        let (high, low) = widening_product(self.mantissa, other.mantissa);
        let exponent = self.exponent + other.exponent + 128;
        // The product of two numbers with the highest bit set lacks at most one bit.
        match high.leading_zeros() {
            0 => Wide { mantissa: high, exponent },
            _ => Wide { mantissa: high << 1 | low >> 127, exponent: exponent - 1 },
        }
    }
}

/// The product, rounded. `more` says that there is more of `a` than is known.
fn product(a: Wide, b: Wide, more: bool) -> Magnitude {
    let (high, low) = widening_product(a.mantissa, b.mantissa);
    let lost = if high.leading_zeros() == 0 { low != 0 } else { low << 1 != 0 };
    rounded(a.times(b), lost || more)
}

/// The quotient, rounded. `more` says that there is more of `a` than is known.
fn quotient(a: Wide, b: Wide, more: bool) -> Magnitude {
    let (mut quotient, mut remainder) = (0u128, a.mantissa);
    if remainder >= b.mantissa {
        remainder -= b.mantissa;
        quotient = 1;
    }
    // Long division; 67 bits of quotient are at least 66 significant ones, enough to round 64.
    for _ in 0..66 {
        let carry = remainder >> 127 == 1;
        remainder <<= 1;
        quotient <<= 1;
        if carry || remainder >= b.mantissa {
            remainder = remainder.wrapping_sub(b.mantissa);
            quotient |= 1;
        }
    }
    rounded(Wide::new(quotient, a.exponent - b.exponent - 66), remainder != 0 || more)
}

/// Rounds to nearest, ties to even. `lost` says that the number is a little bigger than it seems.
fn rounded(wide: Wide, lost: bool) -> Magnitude {
    const HALF: u64 = 1 << 63;
    let (mantissa, below) = ((wide.mantissa >> 64) as u64, wide.mantissa as u64);
    let up = below > HALF || below == HALF && (lost || mantissa & 1 == 1);
    let exponent = wide.exponent + 64;
    match mantissa.checked_add(up.into()) {
        Some(mantissa) => Magnitude::Finite { exponent, mantissa },
        None => Magnitude::Finite { exponent: exponent + 1, mantissa: HALF },
    }
}

fn widening_product(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let (p00, p01, p10, p11) = (a0 * b0, a0 * b1, a1 * b0, a1 * b1);
    let middle = (p00 >> 64) + (p01 & LOW) + (p10 & LOW);
    let low = middle << 64 | p00 & LOW;
    (p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64), low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn float(text: &str) -> Float {
        Float::parse(text).unwrap()
    }

    #[test]
    fn multiples() {
        for (n, unit) in [
            ("0.3", "0.1"),
            ("-0.3", "0.1"),
            ("0", "7"),
            ("6", "2"),
            ("1e3", "1"),
            ("18446744073709551615", "5"),
            ("4.02", "0.01"),
            ("1e400", "1e399"),
            ("5", "Inf"),
        ] {
            assert!(float(n).is_multiple_of(&float(unit)), "{n} {unit}");
        }
        for (n, unit) in [
            ("0.35", "0.1"),
            ("5", "2"),
            ("1", "3"),
            ("1", "0"),
            ("0", "0"),
            ("Inf", "1"),
            ("18446744073709551615", "2"),
        ] {
            assert!(!float(n).is_multiple_of(&float(unit)), "{n} {unit}");
        }
    }

    #[test]
    fn order() {
        let ascending = [
            "-Inf",
            "-1e5000000000",
            "-2",
            "-1.5",
            "-1e-400",
            "0",
            "1e-400",
            "0.1",
            "1",
            "1.0000000000000000001",
            "9223372036854775807",
            "9223372036854775808",
            "1e400",
            "1e1000000",
            "Inf",
        ];
        for pair in ascending.windows(2) {
            assert!(float(pair[0]) < float(pair[1]), "{pair:?}");
        }
        for (a, b) in [
            ("0", "-0"),
            ("1", "1.000"),
            ("100", "1e2"),
            ("0.1", "1e-1"),
            ("1", "1.00000000000000000000001"),
        ] {
            assert_eq!(float(a), float(b), "{a} {b}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", "-", "NaN", ".", "1e", "1e+", "x", "1.2.3", "--1", "1e1.5"] {
            assert!(Float::parse(text).is_none(), "{text:?}");
        }
    }

    proptest! {
        /// Rounded once more, to 53 bits, the mantissa is that of the nearest double (but for double rounding, which
        /// can be off by one).
        #[test]
        fn near_doubles(value in any::<f64>().prop_filter("finite", |f| f.is_normal())) {
            let Magnitude::Finite { mantissa, exponent } = float(&format!("{value:e}")).magnitude else {
                panic!("finite")
            };
            let bits = value.to_bits();
            let expected = (bits & ((1 << 52) - 1) | 1 << 52) << 11;
            prop_assert_eq!(exponent, ((bits >> 52 & 0x7ff) as i64) - 1023 - 63);
            prop_assert!(mantissa.abs_diff(expected) <= 1 << 10);
        }

        #[test]
        fn integers_are_exact(n: u64, unit in 1u64..1000) {
            let exact = n.is_multiple_of(unit);
            let rounded = float(&n.to_string()).is_multiple_of(&float(&unit.to_string()));
            // A quotient with 64 bits before the point has no room for a fraction.
            prop_assert!(rounded == exact || n / unit >= 1 << 52);
            prop_assert_eq!(n.cmp(&unit), float(&n.to_string()).partial_cmp(&float(&unit.to_string())).unwrap());
        }
    }
}
