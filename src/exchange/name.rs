//! A name in one text, taken apart as far as that can be done.

/// Words that belong to the family name behind them.
const PARTICLES: &[&str] = &[
    "af", "al", "av", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el",
    "ibn", "la", "le", "ten", "ter", "van", "vom", "von", "zu", "zum", "zur", "y",
];

/// Given and family name of a full name: `Lovelace, Ada` and `Ada Lovelace` are the same person; `Ludwig van Beethoven`
/// keeps his *van*. One word, or a name in a script without spaces, is a given name alone.
pub fn split(full: &str) -> (String, String) {
    let full = super::cell::one_line(full.trim().trim_matches(['"', '\'']));
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
            ("  ", "", ""),
            ("", "", ""),
            ("von Trapp", "von", "Trapp"),
        ] {
            assert_eq!(split(full), (given.to_owned(), family.to_owned()), "{full}");
        }
    }
}
