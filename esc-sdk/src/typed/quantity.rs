//! Numbers with units: the parts of a text such as `1h30m` or `1.5GiB`, exactly.

/// A decimal number without a sign: `digits` divided by ten to the power of `scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: u128,
    scale: u32,
}

/// Digits beyond these would make sums overflow.
const MAX_DIGITS: usize = 20;

impl Decimal {
    /// So many units, if that is a whole number.
    pub fn times(self, unit: u128) -> Option<u128> {
        let product = self.digits.checked_mul(unit)?;
        let divisor = 10u128.checked_pow(self.scale)?;
        (product % divisor == 0).then_some(product / divisor)
    }
}

/// Takes a number from the start of a text, and returns the rest with it.
pub(super) fn number(text: &str) -> Option<(Decimal, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, mut rest) = text.split_at_checked(digits(text))?;
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        (fraction, rest) = after.split_at_checked(digits(after))?;
        if fraction.is_empty() {
            return None;
        }
    }
    if whole.is_empty() || whole.len() + fraction.len() > MAX_DIGITS {
        return None;
    }
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((Decimal { digits, scale: u32::try_from(fraction.len()).ok()? }, rest))
}

/// Takes a unit, which ends where a number, white space or nothing follows.
pub(super) fn unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_ascii_digit() || c == ' ').unwrap_or(text.len());
    text.split_at(end)
}
