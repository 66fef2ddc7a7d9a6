//! Telephone numbers: E.164 beside the raw text, and the key under which two spellings of one number meet.
//!
//! No number is judged to be in service: what cannot be read as E.164 keeps its raw text and still has a key.

/// How many of the last digits make the key: enough to tell numbers apart, few enough to leave out trunk and
/// country prefixes.
const KEY_DIGITS: usize = 9;

/// Fewer digits than this are a short code or a slip, and would make strangers meet.
const KEY_LEAST: usize = 5;

/// A telephone number in E.164 (`+` and 7 to 15 digits, ITU-T E.164 §6), where the text allows it.
///
/// `+` and `00` start an international number (`011` too in calling code 1); any other is national and needs
/// `calling_code`, the default country's (49, 44, 1 …): its trunk prefix is dropped. Extensions are left out.
///
/// ```
/// use frontdesk::model::phone::e164;
/// assert_eq!(e164("(212) 555-1234", Some(1)).as_deref(), Some("+12125551234"));
/// assert_eq!(e164("030 1234567", Some(49)).as_deref(), Some("+49301234567"));
/// assert_eq!(e164("030 1234567", None), None);
/// ```
pub fn e164(raw: &str, calling_code: Option<u16>) -> Option<String> {
    let number = Number::read(raw);
    let all = number.digits.as_str();
    let international = if number.plus {
        all.to_owned()
    } else if let Some(rest) = all.strip_prefix("00") {
        rest.to_owned()
    } else if let (Some(1), Some(rest)) = (calling_code, all.strip_prefix("011")) {
        rest.to_owned()
    } else {
        let code = calling_code?;
        format!("{code}{}", national(all, code)?)
    };
    let fits = (7..=15).contains(&international.len()) && !international.starts_with('0');
    fits.then(|| format!("+{international}"))
}

/// The key of a number: its last nine digits, reversed, so that a search for the last digits is a search for a
/// prefix. `None` for fewer than five digits. Give it the E.164 where there is one.
///
/// ```
/// use frontdesk::model::phone::key;
/// assert_eq!(key("(212) 555-1234"), key("+1-212-555-1234"));
/// ```
pub fn key(raw: &str) -> Option<String> {
    let digits = Number::read(raw).digits;
    (digits.len() >= KEY_LEAST).then(|| digits.chars().rev().take(KEY_DIGITS).collect())
}

/// The two-digit calling codes of ITU-T E.164; 1 and 7 have one digit, all others three.
const TWO_DIGITS: [u8; 44] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
    60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// Whether these digits are a calling code, as `49`.
pub fn is_code(code: &str) -> bool {
    let digits = code.len() <= 3 && code.bytes().all(|b| b.is_ascii_digit());
    // What is left behind a code are the digits that follow it.
    digits && behind_code(&format!("{code}5551234")) == Some("5551234")
}

/// Zones by calling code: the cities of countries that have one zone, and of those with many.
const ZONES: &[(u16, &str)] = &[
    (
        1,
        "America/New_York America/Chicago America/Denver America/Los_Angeles America/Phoenix America/Detroit America/Boise \
         America/Anchorage Pacific/Honolulu America/Toronto America/Vancouver America/Montreal America/Halifax \
         America/Winnipeg America/Edmonton America/Regina America/St_Johns America/Jamaica America/Puerto_Rico",
    ),
    (
        7,
        "Europe/Moscow Europe/Kaliningrad Europe/Samara Asia/Yekaterinburg Asia/Novosibirsk Asia/Almaty Asia/Vladivostok",
    ),
    (20, "Africa/Cairo"),
    (27, "Africa/Johannesburg"),
    (30, "Europe/Athens"),
    (31, "Europe/Amsterdam"),
    (32, "Europe/Brussels"),
    (33, "Europe/Paris"),
    (34, "Europe/Madrid Atlantic/Canary"),
    (351, "Europe/Lisbon Atlantic/Azores Atlantic/Madeira"),
    (352, "Europe/Luxembourg"),
    (353, "Europe/Dublin"),
    (354, "Atlantic/Reykjavik"),
    (355, "Europe/Tirane"),
    (356, "Europe/Malta"),
    (357, "Asia/Nicosia"),
    (358, "Europe/Helsinki"),
    (359, "Europe/Sofia"),
    (36, "Europe/Budapest"),
    (370, "Europe/Vilnius"),
    (371, "Europe/Riga"),
    (372, "Europe/Tallinn"),
    (380, "Europe/Kyiv Europe/Kiev"),
    (381, "Europe/Belgrade"),
    (385, "Europe/Zagreb"),
    (386, "Europe/Ljubljana"),
    (387, "Europe/Sarajevo"),
    (39, "Europe/Rome"),
    (40, "Europe/Bucharest"),
    (41, "Europe/Zurich"),
    (420, "Europe/Prague"),
    (421, "Europe/Bratislava"),
    (43, "Europe/Vienna"),
    (44, "Europe/London"),
    (45, "Europe/Copenhagen"),
    (46, "Europe/Stockholm"),
    (47, "Europe/Oslo"),
    (48, "Europe/Warsaw"),
    (49, "Europe/Berlin Europe/Busingen"),
    (51, "America/Lima"),
    (52, "America/Mexico_City America/Monterrey America/Tijuana America/Cancun"),
    (54, "America/Argentina/Buenos_Aires America/Buenos_Aires"),
    (55, "America/Sao_Paulo America/Bahia America/Fortaleza America/Recife America/Manaus"),
    (56, "America/Santiago"),
    (57, "America/Bogota"),
    (58, "America/Caracas"),
    (60, "Asia/Kuala_Lumpur"),
    (
        61,
        "Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Perth Australia/Adelaide Australia/Hobart",
    ),
    (62, "Asia/Jakarta"),
    (63, "Asia/Manila"),
    (64, "Pacific/Auckland"),
    (65, "Asia/Singapore"),
    (66, "Asia/Bangkok"),
    (81, "Asia/Tokyo"),
    (82, "Asia/Seoul"),
    (84, "Asia/Ho_Chi_Minh Asia/Saigon"),
    (852, "Asia/Hong_Kong"),
    (86, "Asia/Shanghai"),
    (880, "Asia/Dhaka"),
    (886, "Asia/Taipei"),
    (90, "Europe/Istanbul"),
    (91, "Asia/Kolkata Asia/Calcutta"),
    (92, "Asia/Karachi"),
    (94, "Asia/Colombo"),
    (966, "Asia/Riyadh"),
    (971, "Asia/Dubai"),
    (972, "Asia/Jerusalem"),
    (98, "Asia/Tehran"),
    (212, "Africa/Casablanca"),
    (234, "Africa/Lagos"),
    (254, "Africa/Nairobi"),
];

/// The calling code of the country that a time zone is mostly used in; `None` where that is not sure.
///
/// ```
/// use frontdesk::model::phone::code_of_zone;
/// assert_eq!(code_of_zone("Europe/Berlin"), Some(49));
/// assert_eq!(code_of_zone("UTC"), None);
/// ```
pub fn code_of_zone(zone: &str) -> Option<u16> {
    ZONES.iter().find(|(_, zones)| zones.split(' ').any(|z| z == zone)).map(|(code, _)| *code)
}

/// The digits of an international number behind its calling code: what the same number is inside its country, without a
/// trunk prefix. `None` where fewer than four are left.
///
/// ```
/// use frontdesk::model::phone::behind_code;
/// assert_eq!(behind_code("12125551234"), Some("2125551234"));
/// assert_eq!(behind_code("49301234567"), Some("301234567"));
/// assert_eq!(behind_code("353861234567"), Some("861234567"));
/// ```
pub fn behind_code(digits: &str) -> Option<&str> {
    let two = digits.get(..2).and_then(|d| d.parse().ok())?;
    let code = match (digits.as_bytes().first()?, two) {
        (b'0', _) => return None,
        (b'1' | b'7', _) => 1,
        (_, two) if TWO_DIGITS.contains(&two) => 2,
        _ => 3,
    };
    digits.get(code..).filter(|rest| rest.len() >= 4)
}

/// The digits of a number written with `+` or `00`, without those; `None` for any other.
pub fn international(raw: &str) -> Option<String> {
    let number = Number::read(raw);
    match number.plus {
        true => Some(number.digits),
        false => number.digits.strip_prefix("00").map(str::to_owned),
    }
}

/// What of a typed text is the number.
struct Number {
    plus: bool,
    digits: String,
}

impl Number {
    fn read(raw: &str) -> Number {
        // Full-width and Arabic digits become the ones that everyone dials.
        let text = any_ascii::any_ascii(raw).to_ascii_lowercase();
        let text = text.trim().trim_start_matches("tel:").trim_start();
        let text = text.get(..extension(text)).unwrap_or(text);
        let plus = text.trim_start_matches(['(', ' ']).starts_with('+');
        // `+44 (0)20 …`: the zero is dialled inside the country only.
        let text = if plus { text.replace("(0)", "") } else { text.to_owned() };
        Number { plus, digits: text.chars().filter(char::is_ascii_digit).collect() }
    }
}

/// Where the extension starts behind the number (`x12`, `ext. 12`, `#12`, `;ext=12`, `,12`), or the text's end.
fn extension(text: &str) -> usize {
    text.char_indices()
        .skip_while(|(_, c)| !c.is_ascii_digit())
        .find(|(_, c)| matches!(c, 'x' | 'e' | '#' | ';' | ','))
        .map_or(text.len(), |(at, _)| at)
}

/// A national number without its trunk prefix.
fn national(digits: &str, code: u16) -> Option<&str> {
    match code {
        // North America: ten digits, dialled with a 1 in front.
        1 => {
            let ten = if digits.len() == 11 { digits.strip_prefix('1')? } else { digits };
            (ten.len() == 10).then_some(ten)
        }
        // Russia and Kazakhstan: ten digits behind an 8.
        7 if digits.len() == 11 => digits.strip_prefix('8'),
        36 => Some(digits.strip_prefix("06").unwrap_or(digits)),
        // Italy, San Marino and the Vatican dial the zero from abroad too.
        39 | 378 | 379 => Some(digits),
        _ => Some(digits.strip_prefix('0').unwrap_or(digits)),
    }
    .filter(|d| d.len() >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_e164_however_it_is_written() {
        for raw in
            ["+49 30 1234567", "0049 30 1234567", "030/123 45 67", "+49 (0)30 1234567", "tel:+49-30-1234567"]
        {
            assert_eq!(e164(raw, Some(49)).as_deref(), Some("+49301234567"), "{raw}");
        }
        for raw in [
            "(212) 555-1234",
            "1-212-555-1234",
            "+1 212 555 1234 x55",
            "212.555.1234 ext. 9",
            "+1２１２５５５１２３４",
        ] {
            assert_eq!(e164(raw, Some(1)).as_deref(), Some("+12125551234"), "{raw}");
        }
        assert_eq!(e164("011 44 20 7946 0958", Some(1)).as_deref(), Some("+442079460958"));
        assert_eq!(e164("06 6982", Some(39)).as_deref(), Some("+39066982"));
        assert_eq!(e164("8 495 123 45 67", Some(7)).as_deref(), Some("+74951234567"));
    }

    #[test]
    fn what_is_no_number_has_no_e164() {
        for raw in ["", "n/a", "+", "12", "555-1234", "+0123456789", "+1234567890123456"] {
            assert_eq!(e164(raw, Some(1)), None, "{raw}");
        }
        assert_eq!(e164("212 555 1234", None), None);
    }

    #[test]
    fn spellings_of_one_number_share_the_key() {
        let key_of = |raw| key(raw).unwrap();
        assert_eq!(key_of("(212) 555-1234"), "432155521");
        for raw in ["+1-212-555-1234", "001 212 555 1234", "2125551234 x 12"] {
            assert_eq!(key_of(raw), key_of("(212) 555-1234"), "{raw}");
        }
        assert_eq!(key_of("+44 (0)20 7946 0958"), key_of("020 7946 0958"));
        assert_eq!(key("112"), None);
        assert_eq!(key("Office: 555 12 34").as_deref(), Some("4321555"));
    }
}
