//! Headers of address books in other languages, as Outlook and Thunderbird write them: each becomes the English header, and
//! that says what it means.
//!
//! A file `local/xx.txt` has a line a header: `english: foreign | foreign`. Lines with `+` are parts of addresses and kinds of
//! numbers, lines with `@` are labels, which stand before or behind a part, with a number or without: *Rue (bureau)*,
//! *Téléphone 2 (bureau)*, `Privat: Adresse 2`.

use std::{collections::HashMap, sync::LazyLock};

use super::{Field, header};

/// A language: what its headers are in English.
pub struct Language {
    words: HashMap<String, String>,
}

const FILES: [&str; 15] = [
    include_str!("local/de.txt"),
    include_str!("local/fr.txt"),
    include_str!("local/es.txt"),
    include_str!("local/it.txt"),
    include_str!("local/nl.txt"),
    include_str!("local/pt.txt"),
    include_str!("local/pl.txt"),
    include_str!("local/sv.txt"),
    include_str!("local/da.txt"),
    include_str!("local/nb.txt"),
    include_str!("local/fi.txt"),
    include_str!("local/cs.txt"),
    include_str!("local/ru.txt"),
    include_str!("local/ja.txt"),
    include_str!("local/zh.txt"),
];

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| FILES.iter().map(|f| Language::read(f)).collect());

/// As many headers of a language make its words go before English ones that look the same.
const SURE: usize = 3;

impl Language {
    fn read(text: &str) -> Language {
        let (mut plain, mut parts, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let Some((english, foreign)) = line.split_once(": ") else { continue };
            let (into, english) = match english.split_at_checked(2) {
                Some(("+ ", part)) => (&mut parts, part),
                Some(("@ ", label)) => (&mut labels, label),
                _ => (&mut plain, english),
            };
            into.extend(foreign.split(" | ").map(|f| (header::words(f), english)));
        }
        let mut words: HashMap<String, String> = HashMap::new();
        let mut add = |foreign: String, english: String| {
            words.entry(foreign).or_insert(english);
        };
        for (foreign, english) in &plain {
            add(foreign.clone(), (*english).to_owned());
        }
        for (foreign, english) in &plain {
            numbered(foreign, english, &mut add);
        }
        for (part, english) in &parts {
            for (label, of) in &labels {
                let whole = format!("{of} {english}");
                for foreign in [
                    format!("{part} {label}"),
                    format!("{label} {part}"),
                    format!("{label}{part}"),
                    format!("{part}{label}"),
                ] {
                    add(foreign, whole.clone());
                }
                for n in ["2", "3"] {
                    for foreign in [
                        format!("{part} {n} {label}"),
                        format!("{part} {label} {n}"),
                        format!("{label} {part} {n}"),
                        format!("{label}{part} {n}"),
                    ] {
                        add(foreign, format!("{whole} {n}"));
                    }
                }
            }
        }
        for (part, english) in &parts {
            add(part.clone(), (*english).to_owned());
            for n in ["2", "3"] {
                add(format!("{part} {n}"), format!("{english} {n}"));
            }
        }
        Language { words }
    }
}

/// The second and third of what there is several of.
fn numbered(foreign: &str, english: &str, add: &mut impl FnMut(String, String)) {
    let (first, rest) = english.split_once(' ').unwrap_or((english, ""));
    if !(english.starts_with("email ") || english.ends_with("phone")) || rest.starts_with(['2', '3']) {
        return;
    }
    for n in ["2", "3"] {
        let into = if first == "email" { format!("email {n} {rest}") } else { format!("{english} {n}") };
        add(format!("{foreign} {n}"), into.clone());
        if let Some((first, rest)) = foreign.split_once(' ') {
            add(format!("{first} {n} {rest}"), into);
        }
    }
}

/// The headers of a file in English, as far as one language has most of those that are not English.
pub fn english(headers: &[String]) -> Vec<String> {
    let plain: Vec<(String, Field)> =
        headers.iter().map(|h| (header::words(h), header::meaning(h))).collect();
    if plain.iter().all(|(_, field)| *field != Field::Custom) && plain.len() < SURE {
        return headers.to_vec();
    }
    let of = |l: &Language| plain.iter().filter(|(w, _)| l.words.contains_key(w)).count();
    let found = LANGUAGES.iter().map(|l| (of(l), l)).fold(None, |best: Option<(usize, &Language)>, new| {
        if new.0 > best.map_or(0, |b| b.0) { Some(new) } else { best }
    });
    let Some((hits, language)) = found else { return headers.to_vec() };
    let known = plain.iter().filter(|(_, field)| *field != Field::Custom).count();
    // Words that are English, too, say nothing of a language.
    let sure = hits >= SURE && hits >= known;
    headers
        .iter()
        .zip(plain)
        .map(|(header, (words, field))| match language.words.get(&words) {
            Some(english) if sure || field == Field::Custom => english.clone(),
            _ => header.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_english_header_means_something() {
        for file in FILES {
            let language = Language::read(file);
            assert!(language.words.len() > 150, "{file}");
            for (foreign, english) in &language.words {
                let meant = header::meaning(english);
                let own = [
                    "anniversary",
                    "title",
                    "birth year",
                    "birth month",
                    "birth day",
                    "email display name",
                    "pager",
                    "email 2 display name",
                    "email 3 display name",
                    "company main phone",
                    "primary phone",
                    "other phone",
                ];
                assert!(
                    meant != Field::Custom || own.iter().any(|o| english.starts_with(o)),
                    "{foreign}: {english} means nothing"
                );
            }
        }
    }

    #[test]
    fn english_headers_stay_as_they_are() {
        let headers =
            "Title,First Name,Last Name,Suffix,Company,Business Street,Note,Pager,Land,E-mail Address"
                .split(',');
        let headers: Vec<String> = headers.map(str::to_owned).collect();
        assert_eq!(english(&headers), headers);
        let some = ["Name".to_owned(), "E-Mail".into()];
        assert_eq!(english(&some), some);
    }
}
