//! Names of months and zones.

use crate::model::phrase::MONTHS;

/// Other languages' months by how they begin, accents folded: German, French, Spanish, Italian, Portuguese, Dutch,
/// the Nordic languages, Polish, Turkish. The first beginning that fits counts; English is asked before.
const BEGINNINGS: [(&str, u32); 56] = [
    ("jan", 1),
    ("jän", 1),
    ("ene", 1),
    ("gen", 1),
    ("sty", 1),
    ("oca", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("lut", 2),
    ("şub", 2),
    ("mär", 3),
    ("mrz", 3),
    ("maa", 3),
    ("mrt", 3),
    ("mar", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("kwi", 4),
    ("nis", 4),
    ("mai", 5),
    ("mei", 5),
    ("maj", 5),
    ("mag", 5),
    ("may", 5),
    ("juin", 6),
    ("jun", 6),
    ("giu", 6),
    ("cze", 6),
    ("haz", 6),
    ("juil", 7),
    ("jul", 7),
    ("lug", 7),
    ("lip", 7),
    ("tem", 7),
    ("aug", 8),
    ("aoû", 8),
    ("aou", 8),
    ("ago", 8),
    ("sie", 8),
    ("ağu", 8),
    ("sep", 9),
    ("set", 9),
    ("wrz", 9),
    ("eyl", 9),
    ("okt", 10),
    ("oct", 10),
    ("ott", 10),
    ("out", 10),
    ("paź", 10),
    ("nov", 11),
    ("dez", 12),
    ("déc", 12),
    ("dic", 12),
    ("des", 12),
];

/// Months that are written out in full only, since their beginnings are words of other meaning.
const WHOLE: [(&str, u32); 6] =
    [("listopada", 11), ("lis", 11), ("grudnia", 12), ("gru", 12), ("eki", 10), ("ara", 12)];

/// The month (1 to 12) that an English name or its first three letters mean.
pub fn english_month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let at = MONTHS.iter().position(|m| m == &word || m.get(..3) == Some(word.as_str()))?;
    u32::try_from(at + 1).ok()
}

/// The month (1 to 12) that a name or its beginning means, in English or the other languages that mailers use.
pub fn month(word: &str) -> Option<u32> {
    if let Some(month) = english_month(word) {
        return Some(month);
    }
    let word = word.trim_end_matches('.').to_lowercase();
    if !(3..=12).contains(&word.chars().count()) || !word.chars().all(char::is_alphabetic) || is_day(&word) {
        return None;
    }
    let whole = WHOLE.iter().find(|(name, _)| *name == word);
    whole.or_else(|| BEGINNINGS.iter().find(|(start, _)| word.starts_with(start))).map(|(_, m)| *m)
}

/// Weekdays that begin as months do: Tuesday in French, Spanish and Italian.
fn is_day(word: &str) -> bool {
    matches!(word, "mardi" | "martes" | "martedì" | "martedi" | "maanantai")
}

/// A zone by name: minutes east of Greenwich, and whether the name has one meaning only.
///
/// RFC 5322 §4.3 knows the American ones; the others are those that mailers write.
pub(super) fn zone(word: &str) -> Option<(i64, bool)> {
    let hours = |h: i64| Some((h * 60, true));
    let minutes = |m: i64| Some((m, true));
    let likely = |m: i64| Some((m, false));
    match word.trim_end_matches('.').to_ascii_uppercase().as_str() {
        "UT" | "UTC" | "GMT" | "Z" | "WET" => hours(0),
        "EST" | "HNE" => hours(-5),
        "EDT" | "HAE" => hours(-4),
        "MST" | "HNR" => hours(-7),
        "MDT" | "HAR" => hours(-6),
        "PST" | "HNP" => hours(-8),
        "PDT" | "HAP" => hours(-7),
        "CST" => hours(-6),
        "CDT" => hours(-5),
        "AKST" => hours(-9),
        "AKDT" => hours(-8),
        "HST" => hours(-10),
        "ADT" => hours(-3),
        "NST" => minutes(-210),
        "NDT" => minutes(-150),
        "BRT" | "ART" | "CLST" => hours(-3),
        "BRST" => hours(-2),
        "CET" | "MET" | "MEZ" | "BST" | "WEST" | "WESZ" | "WAT" => hours(1),
        "CEST" | "MEST" | "MESZ" | "EET" | "OEZ" | "CAT" | "SAST" => hours(2),
        "EEST" | "OESZ" | "MSK" | "EAT" | "TRT" | "IDT" => hours(3),
        "MSD" => hours(4),
        "IRST" => minutes(210),
        "PKT" => hours(5),
        "NPT" => minutes(345),
        "ICT" | "WIB" => hours(7),
        "HKT" | "SGT" | "PHT" | "AWST" | "WITA" | "MYT" => hours(8),
        "JST" | "KST" | "WIT" => hours(9),
        "ACST" => minutes(570),
        "ACDT" => minutes(630),
        "AEST" => hours(10),
        "AEDT" => hours(11),
        "NZST" => hours(12),
        "NZDT" => hours(13),
        // Names of several zones: the most common in mail.
        "IST" => likely(330),
        "AST" => likely(-240),
        "SST" => likely(-660),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{month, zone};

    #[test]
    fn months_in_the_languages_of_mailers() {
        for (word, is) in [
            ("Mai", 5),
            ("mars", 3),
            ("Mrz", 3),
            ("août", 8),
            ("juin", 6),
            ("juil.", 7),
            ("dic", 12),
            ("fevereiro", 2),
            ("ottobre", 10),
            ("grudnia", 12),
            ("September", 9),
            ("sept", 9),
        ] {
            assert_eq!(month(word), Some(is), "{word}");
        }
        for word in ["Di", "mardi", "martes", "GMT", "xyz", "a", "", "setlist9"] {
            assert_eq!(month(word), None, "{word}");
        }
    }

    #[test]
    fn zones_with_two_meanings_are_known_as_such() {
        assert_eq!(zone("MEZ"), Some((60, true)));
        assert_eq!(zone("ist"), Some((330, false)));
        assert_eq!(zone("ABC"), None);
    }
}
