//! Times and amounts as people type them on the command line.

use super::fail::Fail;
use crate::model::{
    Currency, Day, Money, Stamp,
    money::DecimalMark,
    phrase::{self, Lean, When},
    zone::Zone,
};

/// A time to come: `tomorrow 9am`, `2d`.
///
/// # Errors
/// [`Fail::Usage`] where it is none.
pub fn ahead(text: &str, now: Stamp, zone: &Zone) -> Result<Stamp, Fail> {
    phrase::moment(text, now, zone).map_err(|e| Fail::usage(e.to_string()))
}

/// A time that was: `yesterday 15:00`, `2h`, `2026-03-01`.
///
/// # Errors
/// [`Fail::Usage`] where it is none.
pub fn past(text: &str, now: Stamp, zone: &Zone) -> Result<Stamp, Fail> {
    match phrase::parse(text, now, zone, Lean::Past).map_err(|e| Fail::usage(e.to_string()))? {
        When::Moment(at) | When::Away(at) => Ok(at),
        // A day given for an event: its noon, which is that day in every list.
        When::Days(first, _) => Ok(zone.at(first, 12, 0).min(now)),
    }
}

/// A date that was: `today`, `2026-03-01`.
///
/// # Errors
/// [`Fail::Usage`] where it is none.
pub fn day(text: &str, now: Stamp, zone: &Zone) -> Result<Day, Fail> {
    if let Ok(day) = text.parse() {
        return Ok(day);
    }
    let when = phrase::parse(text, now, zone, Lean::Past).map_err(|e| Fail::usage(e.to_string()))?;
    Ok(when.days(now, zone).0)
}

/// An amount of a currency, in minor units: `12.50`, `€12.50`.
///
/// # Errors
/// [`Fail::Usage`] where it is none, or of another currency.
pub fn amount(text: &str, currency: Currency) -> Result<i64, Fail> {
    let money =
        Money::parse(text, currency, DecimalMark::Point).map_err(|e| Fail::usage(format!("{text}: {e}")))?;
    if money.currency == currency {
        Ok(money.minor)
    } else {
        Err(Fail::usage(format!(
            "{text} is not an amount in {}: say --currency {}",
            currency.as_str(),
            money.currency.as_str()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_is_not_to_come() {
        let (zone, now) = (Zone::utc(), 1_790_000_000_000);
        assert!(past("yesterday", now, &zone).unwrap() < now);
        assert_eq!(past("2h", now, &zone).unwrap(), now - 7_200_000);
        assert!(past("today", now, &zone).unwrap() <= now);
        assert!(ahead("tomorrow", now, &zone).unwrap() > now);
        assert_eq!(ahead("yesterday", now, &zone).unwrap_err().code(), 2);
        assert_eq!(day("2026-03-01", now, &zone).unwrap().to_string(), "2026-03-01");
    }

    #[test]
    fn amounts_are_of_their_currency() {
        let eur = Currency::new("EUR").unwrap();
        assert_eq!(amount("12.50", eur).unwrap(), 1250);
        assert_eq!(amount("€3,204", eur).unwrap(), 320_400);
        assert_eq!(amount("12 USD", eur).unwrap_err().code(), 2);
        assert_eq!(amount("twelve", eur).unwrap_err().code(), 2);
    }
}
