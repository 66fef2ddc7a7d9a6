//! Exact decimal numbers as people write them: `1,204.50`, `1.204,50`, `1 204,5`, `1'204.50`, `(12.00)`.

use super::money::MoneyError;

/// Which sign parts the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecimalMark {
    /// As the number itself says; a lone comma before three digits groups thousands, a lone point before three
    /// digits is ambiguous.
    #[default]
    Auto,
    /// `1,204.50`
    Point,
    /// `1.204,50`
    Comma,
}

/// A number without loss: `units` ÷ 10^`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All its digits.
    pub units: i64,
    /// How many of them are decimals, at most 18.
    pub scale: u32,
}

impl Decimal {
    /// Reads a number; a sign may stand before or behind it, or parentheses around it.
    ///
    /// # Errors
    /// [`MoneyError::NotANumber`], [`MoneyError::Ambiguous`] and [`MoneyError::Overflow`].
    pub fn parse(text: &str, mark: DecimalMark) -> Result<Decimal, MoneyError> {
        let wrong = || MoneyError::NotANumber(text.trim().to_owned());
        let (negative, body) = sign(text.trim());
        // Swiss apostrophes and every kind of space only ever group.
        let body: String = body
            .chars()
            .map(|c| if c.is_whitespace() || matches!(c, '\'' | '’' | '\u{202f}') { ' ' } else { c })
            .collect();
        let (whole, decimals) = split(&body, mark).map_err(|e| e.unwrap_or_else(wrong))?;
        if whole.is_empty() && decimals.is_empty() {
            return Err(wrong());
        }
        let mut units: i64 = 0;
        for c in whole.chars().chain(decimals.chars()) {
            let digit = c.to_digit(10).ok_or_else(wrong)?;
            let next = units.checked_mul(10).and_then(|u| u.checked_add(i64::from(digit)));
            units = next.ok_or(MoneyError::Overflow)?;
        }
        let scale = u32::try_from(decimals.len()).map_err(|_| MoneyError::Overflow)?;
        if scale > 18 {
            return Err(MoneyError::Overflow);
        }
        Ok(Decimal { units: if negative { -units } else { units }, scale })
    }

    /// The number with a point before its decimals and no grouping, without zeros at the end: `1204.5`.
    pub fn plain(self) -> String {
        let digits = self.units.unsigned_abs().to_string();
        let scale = usize::try_from(self.scale).unwrap_or_default();
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, decimals) = digits.split_at_checked(digits.len() - scale).unwrap_or((&digits, ""));
        let decimals = decimals.trim_end_matches('0');
        let sign = if self.units < 0 { "-" } else { "" };
        if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
    }

    /// The number in units of 10^-`exponent`.
    ///
    /// # Errors
    /// [`MoneyError::TooFine`] where decimals other than zeros would be lost, [`MoneyError::Overflow`].
    pub fn exact(self, exponent: u32) -> Result<i64, MoneyError> {
        if self.scale <= exponent {
            let by = 10_i64.checked_pow(exponent - self.scale).ok_or(MoneyError::Overflow)?;
            return self.units.checked_mul(by).ok_or(MoneyError::Overflow);
        }
        let by = 10_i64.checked_pow(self.scale - exponent).ok_or(MoneyError::Overflow)?;
        if self.units % by != 0 { Err(MoneyError::TooFine) } else { Ok(self.units / by) }
    }

    /// The product of two numbers in units of 10^-`exponent`, halves rounded away from zero.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn times(self, other: Decimal, exponent: u32) -> Result<i64, MoneyError> {
        let product = i128::from(self.units) * i128::from(other.units);
        let scale = self.scale + other.scale;
        let scaled = if scale <= exponent {
            10_i128.checked_pow(exponent - scale).and_then(|by| product.checked_mul(by))
        } else {
            10_i128.checked_pow(scale - exponent).map(|by| (product.abs() + by / 2) / by * product.signum())
        };
        scaled.and_then(|n| i64::try_from(n).ok()).ok_or(MoneyError::Overflow)
    }
}

/// Whether the number is negative, and what is left without its sign.
fn sign(text: &str) -> (bool, &str) {
    const MINUS: [char; 2] = ['-', '\u{2212}'];
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        return (true, inner.trim());
    }
    if let Some(rest) = text.strip_prefix(MINUS).or_else(|| text.strip_suffix(MINUS)) {
        return (true, rest.trim());
    }
    (false, text.strip_prefix('+').unwrap_or(text).trim())
}

/// The digits before and behind the decimal mark; `Err(None)` where there are other signs.
fn split(body: &str, mark: DecimalMark) -> Result<(String, String), Option<MoneyError>> {
    let decimal = match mark {
        DecimalMark::Point => Some('.'),
        DecimalMark::Comma => Some(','),
        DecimalMark::Auto => guess(body)?,
    };
    let (whole, decimals) = match decimal.and_then(|d| body.split_once(d)) {
        Some((whole, decimals)) => (whole, decimals),
        None => (body, ""),
    };
    if !decimals.chars().all(|c| c.is_ascii_digit()) {
        return Err(None);
    }
    let group = |c: char| (matches!(c, '.' | ',') && Some(c) != decimal) || c == ' ';
    if whole.contains(group) {
        // Groups of three, or of two before the last one as in India.
        let mut parts = whole.split(group);
        let first = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        let last_is_three = rest.last().is_some_and(|p| p.len() == 3);
        if first.is_empty()
            || first.len() > 3
            || !last_is_three
            || rest.iter().any(|p| !(2..=3).contains(&p.len()))
        {
            return Err(None);
        }
    }
    Ok((whole.chars().filter(|&c| !group(c)).collect(), decimals.to_owned()))
}

/// Which sign parts the decimals of this number, if any does.
fn guess(body: &str) -> Result<Option<char>, Option<MoneyError>> {
    let ambiguous = || Some(MoneyError::Ambiguous(body.to_owned()));
    Ok(match (body.rfind('.'), body.rfind(',')) {
        (Some(point), Some(comma)) => Some(if point > comma { '.' } else { ',' }),
        (None, None) => None,
        (point, comma) => {
            let (c, at) = if let Some(at) = point { ('.', at) } else { (',', comma.unwrap_or_default()) };
            let behind = body.len() - at - 1;
            let before = body.get(..at).unwrap_or_default();
            if before.contains(c) {
                None
            } else if behind != 3 || before.is_empty() || before == "0" || before.len() > 3 {
                Some(c)
            } else if c == ',' {
                None
            } else {
                return Err(ambiguous());
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (i64, u32) {
        let d = Decimal::parse(text, DecimalMark::Auto).unwrap();
        (d.units, d.scale)
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in ["1204.50", "1,204.50", "1.204,50", "1 204,50", "1'204.50", "1\u{a0}204.50", "+1204.50"] {
            assert_eq!(read(text), (120_450, 2), "{text}");
        }
        assert_eq!(read("3,204"), (3204, 0));
        assert_eq!(read("12,34,567"), (1_234_567, 0));
        assert_eq!(read("1.204.000"), (1_204_000, 0));
        assert_eq!(read("0.125"), (125, 3));
        assert_eq!(read(".5"), (5, 1));
        for text in ["-12.00", "12.00-", "(12.00)", "\u{2212}12.00", "- 12.00"] {
            assert_eq!(read(text), (-1200, 2), "{text}");
        }
    }

    #[test]
    fn a_point_before_three_digits_asks_rather_than_guesses() {
        assert_eq!(Decimal::parse("1.204", DecimalMark::Auto), Err(MoneyError::Ambiguous("1.204".into())));
        assert_eq!(Decimal::parse("1.204", DecimalMark::Comma).map(|d| d.units), Ok(1204));
        assert_eq!(Decimal::parse("1.204", DecimalMark::Point).map(|d| d.scale), Ok(3));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "-", "abc", "12a", "1,2,3.4", "1..2", "12,3456,789", "--1", "1.2.3", ",", "1e5", "NaN"]
        {
            assert!(Decimal::parse(text, DecimalMark::Auto).is_err(), "{text}");
        }
        assert_eq!(Decimal::parse("99999999999999999999", DecimalMark::Auto), Err(MoneyError::Overflow));
    }

    #[test]
    fn products_round_halves_away_from_zero() {
        let d = |units, scale| Decimal { units, scale };
        assert_eq!(d(3, 0).times(d(1995, 2), 2), Ok(5985));
        assert_eq!(d(5, 1).times(d(101, 2), 2), Ok(51));
        assert_eq!(d(-5, 1).times(d(101, 2), 2), Ok(-51));
        assert_eq!(d(2, 0).times(d(10, 0), 2), Ok(2000));
        assert_eq!(d(i64::MAX, 0).times(d(i64::MAX, 0), 2), Err(MoneyError::Overflow));
    }

    #[test]
    fn nothing_finer_than_the_minor_unit_is_lost_unsaid() {
        assert_eq!(Decimal { units: 12345, scale: 3 }.exact(2), Err(MoneyError::TooFine));
        assert_eq!(Decimal { units: 12340, scale: 3 }.exact(2), Ok(1234));
        assert_eq!(Decimal { units: 12, scale: 0 }.exact(2), Ok(1200));
    }
}
