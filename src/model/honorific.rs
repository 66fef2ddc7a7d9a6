//! Honorifics: what is said with a name without being part of it.
//!
//! Words are in the form in which names are searched: lower case, without diacritics in Latin letters, without the dot of an
//! abbreviation.

/// The honorifics of a language.
struct Language {
    /// Words in front of a name that are hardly ever a name themselves.
    certain: &'static [&'static str],
    /// Words in front of a name that may also be a name, the start of one or an initial.
    possible: &'static [&'static str],
    /// Words behind a name.
    behind: &'static [&'static str],
    /// What is written to the end of a name without a space.
    suffixes: &'static [&'static str],
    /// What is written in front of a name without a space.
    prefixes: &'static [&'static str],
}

const NONE: Language = Language { certain: &[], possible: &[], behind: &[], suffixes: &[], prefixes: &[] };

/// One entry per language, by its code.
const LANGUAGES: &[(&str, Language)] = &[
    (
        "en",
        Language {
            certain: &["mr", "mrs", "ms", "mx", "messrs", "prof", "professor", "doctor"],
            possible: &["dr", "miss", "sir", "madam", "dame", "lord", "lady", "rev", "reverend"],
            ..NONE
        },
    ),
    (
        "de",
        Language {
            certain: &["herr", "herrn", "frau", "prof", "dipl.-ing"],
            possible: &["dr", "hr", "fr", "fraulein"],
            ..NONE
        },
    ),
    (
        "fr",
        Language {
            certain: &["mme", "mmes", "mlle", "mlles", "monsieur", "madame", "mademoiselle", "maitre"],
            possible: &["m.", "mm.", "me."],
            ..NONE
        },
    ),
    (
        "es",
        Language {
            certain: &["sra", "srta", "senor", "senora", "senorita", "dna"],
            possible: &["sr", "dr", "dra", "don", "dona", "d."],
            ..NONE
        },
    ),
    (
        "pt",
        Language { certain: &["sra", "senhor", "senhora"], possible: &["sr", "dr", "dra", "dona"], ..NONE },
    ),
    (
        "it",
        Language {
            certain: &[
                "sig.ra",
                "sigra",
                "sig.na",
                "signor",
                "signora",
                "signorina",
                "dott",
                "dott.ssa",
                "dottor",
                "dottoressa",
                "avv",
            ],
            possible: &["sig", "ing"],
            ..NONE
        },
    ),
    (
        "nl",
        Language {
            certain: &["dhr", "mevr", "mevrouw", "meneer", "mijnheer"],
            possible: &["mw", "heer"],
            ..NONE
        },
    ),
    ("sv", Language { certain: &["herr", "froken"], possible: &["fru"], ..NONE }),
    ("da", Language { certain: &["froken"], possible: &["hr", "fru"], ..NONE }),
    ("fi", Language { certain: &["herra", "rouva"], possible: &["neiti"], ..NONE }),
    ("pl", Language { certain: &["pani"], possible: &["pan"], ..NONE }),
    ("cs", Language { certain: &["pani", "mgr"], possible: &["pan", "ing"], ..NONE }),
    ("hu", Language { possible: &["dr"], behind: &["ur", "asszony"], ..NONE }),
    ("ru", Language { certain: &["г-н", "г-жа", "господин", "госпожа"], ..NONE }),
    ("uk", Language { certain: &["пан", "пані"], ..NONE }),
    ("el", Language { certain: &["κος", "κα", "κύριος", "κυρία", "κ."], ..NONE }),
    ("tr", Language { certain: &["sayin"], possible: &["bay", "bayan"], behind: &["bey", "hanim"], ..NONE }),
    (
        "ar",
        Language {
            certain: &["السيد", "السيدة", "الدكتور", "الدكتورة", "د.", "أ."], ..NONE
        },
    ),
    ("he", Language { certain: &["מר", "גב׳", "גברת", "ד״ר"], ..NONE }),
    (
        "hi",
        Language {
            certain: &["shri", "smt", "shrimati", "श्री", "श्रीमती"],
            possible: &["sri", "kumari"],
            behind: &["ji", "जी"],
            ..NONE
        },
    ),
    ("id", Language { certain: &["bapak"], possible: &["ibu", "pak", "bu"], ..NONE }),
    ("ms", Language { certain: &["encik", "puan"], possible: &["cik"], ..NONE }),
    (
        "ja",
        Language {
            behind: &["san", "sama", "さん", "様", "さま", "氏", "殿", "先生"],
            suffixes: &["さん", "ちゃん", "くん", "さま", "様", "氏", "殿", "先生", "-san", "-sama"],
            ..NONE
        },
    ),
    (
        "zh",
        Language {
            behind: &["先生", "女士", "小姐"], suffixes: &["先生", "女士", "小姐", "太太"], ..NONE
        },
    ),
    ("ko", Language { behind: &["씨", "님", "선생님"], suffixes: &["선생님", "씨", "님"], ..NONE }),
    (
        "th",
        Language {
            certain: &["คุณ", "นาย", "นาง", "นางสาว"], prefixes: &["คุณ", "นางสาว"], ..NONE
        },
    ),
];

/// How sure it is that a word is an honorific.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Honorific {
    /// It may also be a name, the start of one or an initial: `dr` of Drew.
    Possible,
    /// Hardly anyone is called that.
    Certain,
}

/// Whether a word in front of a name is an honorific, in any language. A single letter counts only with its dot.
///
/// ```
/// use frontdesk::model::honorific::{Honorific, before};
/// assert_eq!(before("mrs."), Some(Honorific::Certain));
/// assert_eq!(before("don"), Some(Honorific::Possible));
/// assert_eq!(before("m"), None);
/// ```
pub fn before(word: &str) -> Option<Honorific> {
    let bare = word.trim_end_matches('.');
    let among = |of: fn(&Language) -> &'static [&'static str]| {
        LANGUAGES.iter().any(|(_, l)| of(l).iter().any(|h| *h == word || *h == bare))
    };
    if among(|l| l.certain) {
        Some(Honorific::Certain)
    } else if among(|l| l.possible) {
        Some(Honorific::Possible)
    } else {
        None
    }
}

/// Whether a word behind a name is an honorific, in any language.
pub fn is_behind(word: &str) -> bool {
    LANGUAGES.iter().any(|(_, l)| l.behind.contains(&word))
}

/// A word without the honorific that is written to it; `None` where there is none.
///
/// ```
/// use frontdesk::model::honorific::bare;
/// assert_eq!(bare("田中さん"), Some("田中"));
/// assert_eq!(bare("さん"), None);
/// ```
pub fn bare(word: &str) -> Option<&str> {
    let rest = LANGUAGES.iter().find_map(|(_, l)| {
        let behind = l.suffixes.iter().find_map(|s| word.strip_suffix(s));
        behind.or_else(|| l.prefixes.iter().find_map(|p| word.strip_prefix(p)))
    });
    rest.filter(|r| !r.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_honorific_is_written_as_names_are_searched() {
        for (language, l) in LANGUAGES {
            for word in [l.certain, l.possible, l.behind, l.suffixes, l.prefixes].concat() {
                assert_eq!(word, word.to_lowercase(), "{language}");
                let latin = word.chars().any(|c| c.is_ascii_alphabetic());
                assert!(!latin || word.is_ascii(), "{language}: {word}");
            }
        }
    }
}
