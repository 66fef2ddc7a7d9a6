//! Money: minor units and a currency, never a float; sums never mix currencies.

use std::fmt;

use serde::{Deserialize, Serialize};

pub use super::currency::{Currency, NotACurrency};
pub use super::decimal::{Decimal, DecimalMark};

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in the currency's minor unit: cents, yen, fils.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// Why a text is no amount, or an operation has none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a number.
    #[error("not an amount: {0:?}")]
    NotANumber(String),
    /// A point before three digits parts decimals in one country and groups thousands in the next.
    #[error("{0} may be thousands or decimals: say which with the decimal mark")]
    Ambiguous(String),
    /// More decimals than the currency has.
    #[error("more decimals than the currency has")]
    TooFine,
    /// A currency mark or code that is not known.
    #[error("unknown currency: {0}")]
    UnknownCurrency(String),
    /// Two currencies in one sum.
    #[error("cannot add {0} and {1}")]
    Mixed(Currency, Currency),
    /// Beyond 64 bits.
    #[error("amount out of range")]
    Overflow,
}

impl Money {
    /// An amount in minor units of a currency.
    pub const fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Reads an amount with or without a currency before or behind it: `€3,204`, `1 204.50 SEK`, `-12.00`.
    ///
    /// # Errors
    /// As [`MoneyError`] says.
    pub fn parse(text: &str, default: Currency, mark: DecimalMark) -> Result<Money, MoneyError> {
        let text = text.trim();
        let number = |c: char| c.is_ascii_digit();
        let wrong = || MoneyError::NotANumber(text.to_owned());
        let first = text.find(number).ok_or_else(wrong)?;
        let end = text.rfind(number).ok_or_else(wrong)? + 1;
        let (before, rest) = text.split_at_checked(first).ok_or_else(wrong)?;
        let (body, behind) = rest.split_at_checked(end.saturating_sub(first)).ok_or_else(wrong)?;
        // What is neither sign nor parenthesis nor decimal point around the number names the currency.
        let around = |c: char| matches!(c, '-' | '+' | '\u{2212}' | '(' | ')') || c.is_whitespace();
        let names: Vec<&str> = [before.trim_matches(around), behind.trim_matches(around)]
            .into_iter()
            .filter(|n| !n.is_empty())
            .collect();
        let (currency, point) = match names.as_slice() {
            [] => (default, ""),
            ["."] => (default, before.trim_matches(around)),
            [name] if name.ends_with('.') && before.trim_matches(around) == *name => {
                let plain = name.trim_end_matches('.');
                match named(name, default) {
                    Some(c) => (c, ""),
                    None => (
                        named(plain, default).ok_or_else(|| MoneyError::UnknownCurrency((*name).into()))?,
                        ".",
                    ),
                }
            }
            [name] => (named(name, default).ok_or_else(|| MoneyError::UnknownCurrency((*name).into()))?, ""),
            _ => return Err(wrong()),
        };
        let minus = |t: &str| t.contains(['-', '\u{2212}', '(']);
        let decimal = Decimal::parse(&format!("{point}{body}"), mark)?;
        let minor = decimal.exact(currency.exponent())?;
        let negative = minus(before) || minus(behind);
        Ok(Money::new(
            if negative { minor.checked_neg().ok_or(MoneyError::Overflow)? } else { minor },
            currency,
        ))
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] and [`MoneyError::Overflow`].
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// The difference of two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] and [`MoneyError::Overflow`].
    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.plus(Money::new(other.minor.checked_neg().ok_or(MoneyError::Overflow)?, other.currency))
    }

    /// The amount times `n`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn times(self, count: i64) -> Result<Money, MoneyError> {
        let minor = self.minor.checked_mul(count).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// The amount with all its decimals and no grouping, for files: `3204.00`.
    pub fn plain(self) -> String {
        self.written("", true)
    }

    /// The amount for narrow places: decimals only where they are not zero, `€3,204`, `1 204.50 SEK`.
    pub fn short(self) -> String {
        let by = 10_i64.checked_pow(self.currency.exponent()).unwrap_or(1);
        self.dressed(self.minor % by != 0)
    }

    fn dressed(self, decimals: bool) -> String {
        match self.currency.mark() {
            Some(mark) => {
                let number = self.written(",", decimals);
                match number.strip_prefix('-') {
                    Some(positive) => format!("-{mark}{positive}"),
                    None => format!("{mark}{number}"),
                }
            }
            None => format!("{} {}", self.written(" ", decimals), self.currency),
        }
    }

    fn written(self, group: &str, decimals: bool) -> String {
        let exponent = self.currency.exponent();
        let by = 10_u64.checked_pow(exponent).unwrap_or(1);
        let amount = self.minor.unsigned_abs();
        let whole = (amount / by).to_string();
        let mut out = String::from(if self.minor < 0 { "-" } else { "" });
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push_str(group);
            }
            out.push(c);
        }
        if decimals && exponent > 0 {
            let width = exponent as usize;
            out.push_str(&format!(".{:0width$}", amount % by));
        }
        out
    }
}

/// The currency of a code or a mark.
fn named(name: &str, default: Currency) -> Option<Currency> {
    Currency::new(name).or_else(|| Currency::of_mark(name, default))
}

impl fmt::Display for Money {
    /// For people, with all decimals: `€3,204.00`, `1 204.50 SEK`, `-$5.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.dressed(true))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::new(code).unwrap()
    }

    fn read(text: &str) -> Result<String, MoneyError> {
        Money::parse(text, Currency::EUR, DecimalMark::Auto).map(|m| m.to_string())
    }

    #[test]
    fn amounts_are_read_with_their_currency_on_either_side() {
        assert_eq!(read("€3,204").unwrap(), "€3,204.00");
        assert_eq!(read("1 204.50 SEK").unwrap(), "1 204.50 SEK");
        assert_eq!(read("29.33").unwrap(), "€29.33");
        assert_eq!(read("-$5").unwrap(), "-$5.00");
        assert_eq!(read("($5.10)").unwrap(), "-$5.10");
        assert_eq!(read("$-5.10").unwrap(), "-$5.10");
        assert_eq!(read("¥1,200").unwrap(), "¥1,200");
        assert_eq!(read("BHD 0.125").unwrap(), "0.125 BHD");
        assert_eq!(read("12,50 €").unwrap(), "€12.50");
        assert_eq!(read(".5").unwrap(), "€0.50");
        let sek = Money::parse("kr. 12,50", currency("SEK"), DecimalMark::Auto);
        assert_eq!(sek, Ok(Money::new(1250, currency("SEK"))));
    }

    #[test]
    fn what_is_no_amount_says_why() {
        assert_eq!(read("12 XYZ"), Err(MoneyError::UnknownCurrency("XYZ".into())));
        assert_eq!(read("1.005"), Err(MoneyError::Ambiguous("1.005".into())));
        assert_eq!(read("0.005"), Err(MoneyError::TooFine));
        assert_eq!(read("free"), Err(MoneyError::NotANumber("free".into())));
        assert_eq!(read("¥1.50"), Err(MoneyError::TooFine));
        assert!(read("€ 12 SEK").is_err());
    }

    #[test]
    fn sums_never_mix_currencies_or_wrap() {
        let eur = Money::new(5, Currency::EUR);
        assert_eq!(eur.plus(eur).map(|m| m.minor), Ok(10));
        assert_eq!(
            eur.plus(Money::new(5, Currency::USD)),
            Err(MoneyError::Mixed(Currency::EUR, Currency::USD))
        );
        assert_eq!(Money::new(i64::MAX, Currency::EUR).plus(eur), Err(MoneyError::Overflow));
        assert_eq!(
            Money::new(i64::MIN, Currency::EUR).minus(Money::new(i64::MIN, Currency::EUR)),
            Err(MoneyError::Overflow)
        );
        assert_eq!(eur.times(i64::MAX), Err(MoneyError::Overflow));
    }

    #[test]
    fn short_amounts_leave_zero_decimals_out() {
        assert_eq!(Money::new(320_400, Currency::EUR).short(), "€3,204");
        assert_eq!(Money::new(320_450, Currency::EUR).short(), "€3,204.50");
        assert_eq!(Money::new(i64::MIN, currency("JPY")).plain(), "-9223372036854775808");
        assert_eq!(Money::new(-7, currency("SEK")).to_string(), "-0.07 SEK");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(minor in -1_000_000_000_000_000_i64..1_000_000_000_000_000, code in 0..5_usize) {
            let money = Money::new(minor, currency(["EUR", "SEK", "JPY", "USD", "CLF"][code]));
            prop_assert_eq!(Money::parse(&money.to_string(), Currency::EUR, DecimalMark::Point), Ok(money));
            prop_assert_eq!(Money::parse(&money.plain(), money.currency, DecimalMark::Point), Ok(money));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = Money::parse(&text, Currency::EUR, DecimalMark::Auto);
        }
    }
}
