//! What a reply repeats of the message that it answers: a line that says whose it is, in the reader's language, then its
//! lines behind `>`. Whatever is written here is read back as a quote by [`fold`](super::fold).

use chrono::Datelike as _;

use super::Kind;
use crate::model::zone::Civil;

/// The most lines of a quote; what is longer ends in a mark that says so.
const MOST_LINES: usize = 400;

/// The most characters of a name in the line that says who wrote.
const NAME: usize = 80;

/// The line above a quote: who wrote it and when. `language` is a tag such as `de-AT`; English where it is not known.
pub fn attribution(language: &str, name: &str, at: Civil) -> String {
    let line: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = line.chars().take(NAME).collect();
    let (year, month, day) = at.day.date().map_or((0, 0, 0), |d| (d.year(), d.month(), d.day()));
    let (h, m) = (at.hour, at.minute);
    let dots = format!("{day:02}.{month:02}.{year}");
    let slashes = format!("{day:02}/{month:02}/{year}");
    let iso = format!("{year}-{month:02}-{day:02}");
    match language_of(language).as_str() {
        "de" => format!("Am {dots} um {h:02}:{m:02} schrieb {name}:"),
        "fr" => format!("Le {slashes} à {h:02}:{m:02}, {name} a écrit :"),
        "es" => format!("El {slashes} a las {h:02}:{m:02}, {name} escribió:"),
        "it" => format!("Il {slashes} alle {h:02}:{m:02}, {name} ha scritto:"),
        "pt" => format!("Em {slashes} às {h:02}:{m:02}, {name} escreveu:"),
        "nl" => format!("Op {day:02}-{month:02}-{year} om {h:02}:{m:02} schreef {name}:"),
        "sv" => format!("Den {iso} kl. {h:02}:{m:02} skrev {name}:"),
        "da" | "nb" | "nn" | "no" => format!("Den {dots} kl. {h:02}.{m:02} skrev {name}:"),
        "pl" => format!("W dniu {dots} o {h:02}:{m:02} {name} napisał(a):"),
        "cs" | "sk" => format!("Dne {dots} v {h:02}:{m:02} {name} napsal(a):"),
        "fi" => format!("{name} kirjoitti {dots} klo {h:02}.{m:02}:"),
        "hu" => format!("{name} ezt írta ({year}.{month:02}.{day:02} {h:02}:{m:02}):"),
        "tr" => format!("{name}, {dots} {h:02}:{m:02} tarihinde şunu yazdı:"),
        "ro" => format!("Pe {dots} la {h:02}:{m:02}, {name} a scris:"),
        "el" => format!("Στις {slashes} {h:02}:{m:02}, {name} έγραψε:"),
        "ru" => format!("{dots} {h:02}:{m:02}, {name} пишет:"),
        "uk" => format!("{dots} {h:02}:{m:02}, {name} пише:"),
        "zh" => format!("{name} 于 {iso} {h:02}:{m:02} 写道："),
        "ja" => format!("{year}/{month:02}/{day:02} {h:02}:{m:02}、{name} のメール:"),
        "ko" => format!("{iso} {h:02}:{m:02}, {name} 작성:"),
        "he" => format!("{dots} {h:02}:{m:02}, {name} כתב:"),
        "ar" => format!("{dots} {h:02}:{m:02}، كتب {name}:"),
        _ => format!("On {iso} at {h:02}:{m:02}, {name} wrote:"),
    }
}

/// The name of a language, by its tag; `None` where it is not one that quotes are written in.
pub fn language_name(tag: &str) -> Option<&'static str> {
    Some(match language_of(tag).as_str() {
        "en" => "English",
        "de" => "German",
        "fr" => "French",
        "es" => "Spanish",
        "it" => "Italian",
        "pt" => "Portuguese",
        "nl" => "Dutch",
        "sv" => "Swedish",
        "da" => "Danish",
        "nb" | "nn" | "no" => "Norwegian",
        "pl" => "Polish",
        "cs" => "Czech",
        "sk" => "Slovak",
        "fi" => "Finnish",
        "hu" => "Hungarian",
        "tr" => "Turkish",
        "ro" => "Romanian",
        "el" => "Greek",
        "ru" => "Russian",
        "uk" => "Ukrainian",
        "zh" => "Chinese",
        "ja" => "Japanese",
        "ko" => "Korean",
        "he" => "Hebrew",
        "ar" => "Arabic",
        _ => return None,
    })
}

/// The language of a tag: `de` of `de-AT`.
fn language_of(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().trim().to_lowercase()
}

/// A text behind `>`, with the line above it that says whose it is. Its signature is left out. Empty where the text is.
pub fn quoted(attribution: &str, text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let folded = super::fold(&text);
    let kept = folded.parts.iter().filter(|p| p.kind != Kind::Signature);
    let kept: String = kept.filter_map(|p| text.get(p.range.clone())).collect();
    let kept = kept.trim_end();
    if kept.trim().is_empty() {
        return String::new();
    }
    let mut out = attribution.to_owned();
    for (n, line) in kept.trim_start_matches('\n').lines().enumerate() {
        if n == MOST_LINES {
            out.push_str("\n> […]");
            break;
        }
        let line = line.trim_end();
        out.push_str(match (line.is_empty(), line.starts_with('>')) {
            (true, _) | (_, true) => "\n>",
            (false, false) => "\n> ",
        });
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mail::quote::fold,
        model::{Stamp, zone::Zone},
    };
    use proptest::prelude::*;

    const AT: Stamp = 1_740_993_300_000;
    const LANGUAGES: [&str; 27] = [
        "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "nn", "no", "pl", "cs", "sk", "fi", "hu",
        "tr", "ro", "el", "ru", "uk", "zh", "ja", "ko", "he", "ar",
    ];

    #[test]
    fn the_line_above_a_quote_is_in_the_readers_language() {
        let of = |language: &str| attribution(language, "Zoë Quill", Zone::utc().civil(AT));
        assert_eq!(of("de-AT"), "Am 03.03.2025 um 09:15 schrieb Zoë Quill:");
        assert_eq!(of("fr"), "Le 03/03/2025 à 09:15, Zoë Quill a écrit :");
        assert_eq!(of(""), "On 2025-03-03 at 09:15, Zoë Quill wrote:");
        assert_eq!(of("tlh"), of("en"), "an unknown language is English");
    }

    #[test]
    fn quotes_grow_by_one_level_and_lose_the_signature() {
        let text = "Yes.\n\nOn Monday Bob wrote:\n> Is it?\n>> It was.\n\n-- \nZoë\n";
        assert_eq!(
            quoted("Zoë wrote:", text),
            "Zoë wrote:\n> Yes.\n>\n> On Monday Bob wrote:\n>> Is it?\n>>> It was."
        );
        assert_eq!(quoted("Zoë wrote:", " \n\n"), "");
    }

    #[test]
    fn a_quote_of_any_length_has_an_end() {
        let long = quoted("Zoë wrote:", &"line\n".repeat(10_000));
        assert_eq!(long.lines().count(), MOST_LINES + 2);
        assert!(long.ends_with("\n> […]"));
    }

    proptest! {
        #[test]
        fn what_is_written_as_a_quote_is_read_as_one(
            text in "(a|word|é|> | |\\n|-- \\n|On Monday Ann wrote:\\n){1,30}",
            name in "[A-Za-zé]{1,12}( [A-Za-z,.]{1,12})?",
            language in proptest::sample::select(&LANGUAGES[..]),
        ) {
            let quote = quoted(&attribution(language, &name, Zone::utc().civil(AT)), &text);
            prop_assume!(!quote.is_empty());
            let whole = format!("My answer.\n\n{quote}");
            let folded = fold(&whole);
            let quotes: Vec<&str> = folded.texts(&whole, Kind::Quote).collect();
            prop_assert_eq!(quotes, vec![quote.as_str()], "{}", whole);
        }
    }
}
