//! Names of people: one text taken apart as far as that can be done, and the parts in the order in which they are said.

/// Words that belong to the family name behind them.
const PARTICLES: &[&str] = &[
    "af", "al", "av", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el",
    "ibn", "la", "le", "ten", "ter", "van", "vom", "von", "zu", "zum", "zur", "y",
];

/// Given and family name of a full name: `Lovelace, Ada` and `Ada Lovelace` are the same person; `Ludwig van Beethoven`
/// keeps his *van*; a name in Chinese, Japanese or Korean letters begins with the family. One word, or a name in a script
/// without spaces, is a given name alone.
pub fn split(full: &str) -> (String, String) {
    let full = full.trim().trim_matches(['"', '\'']).split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((family, given)) = full.split_once(' ').filter(|(a, b)| is_east_asian(a) && is_east_asian(b))
    {
        return (given.to_owned(), family.to_owned());
    }
    if let Some((family, given)) = full.split_once(',')
        && !given.trim().is_empty()
        && !given.contains(',')
        && !is_suffix(given)
    {
        return (given.trim().to_owned(), family.trim().to_owned());
    }
    let words: Vec<&str> = full.split(' ').collect();
    let mut at = words.len().saturating_sub(1);
    // `Smith Jr.` is a family name with what follows it.
    if at > 1 && words.get(at).is_some_and(|w| is_suffix(w)) {
        at -= 1;
    }
    while at > 1 && words.get(at - 1).is_some_and(|w| PARTICLES.contains(&w.to_lowercase().as_str())) {
        at -= 1;
    }
    match words.split_at_checked(at) {
        Some((given, family)) if !given.is_empty() => (given.join(" "), family.join(" ")),
        _ => (full, String::new()),
    }
}

/// The parts of a name in the order in which they are said: in Chinese, Japanese and Korean letters the family comes first.
pub fn join(given: &str, middle: &str, family: &str) -> String {
    let (given, middle, family) = (given.trim(), middle.trim(), family.trim());
    let order = if is_east_asian(given) && is_east_asian(family) {
        [family, middle, given]
    } else {
        [given, middle, family]
    };
    order.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether all letters are Han, Kana or Hangul, and there are some.
fn is_east_asian(text: &str) -> bool {
    let of = |c: char| {
        matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}'
            | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}')
    };
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(of)
}

fn is_suffix(word: &str) -> bool {
    let plain = word.trim().trim_end_matches('.').to_ascii_lowercase();
    matches!(plain.as_str(), "jr" | "sr" | "ii" | "iii" | "iv" | "phd" | "ph.d" | "md" | "m.d" | "esq")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart_where_people_part_them() {
        for (full, given, family) in [
            ("Ada Lovelace", "Ada", "Lovelace"),
            ("Lovelace, Ada", "Ada", "Lovelace"),
            ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
            ("Charles-Jean de la Vallée Poussin", "Charles-Jean de la Vallée", "Poussin"),
            ("Oscar de la Renta", "Oscar", "de la Renta"),
            ("Sammy Davis Jr.", "Sammy", "Davis Jr."),
            ("Sammy Davis, Jr.", "Sammy", "Davis, Jr."),
            ("Plato", "Plato", ""),
            ("山田太郎", "山田太郎", ""),
            ("山田 太郎", "太郎", "山田"),
            ("김 민수", "민수", "김"),
            ("太郎 Yamada", "太郎", "Yamada"),
            ("  ", "", ""),
            ("", "", ""),
            ("von Trapp", "von", "Trapp"),
        ] {
            assert_eq!(split(full), (given.to_owned(), family.to_owned()), "{full}");
            if !full.contains(',') {
                assert_eq!(
                    join(given, "", family),
                    full.trim(),
                    "what is taken apart is said as it was written"
                );
            }
        }
    }
}
