//! Which of several addresses, numbers or places of a person a value is: types of cards, and our words.

/// Types that say nothing that is kept.
const SILENT: [&str; 11] =
    ["internet", "voice", "pref", "x400", "text", "dom", "intl", "postal", "parcel", "uri", ""];

/// Words that come first.
const PLACES: [&str; 3] = ["home", "work", "other"];

/// The word of types.
pub fn of_types(types: &[String]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for t in types {
        let word = match t.as_str() {
            "cell" => "mobile",
            "homefax" => "home fax",
            "workfax" => "work fax",
            t => t,
        };
        if !SILENT.contains(&word) && !words.contains(&word) {
            words.push(word);
        }
    }
    words.sort_by_key(|w| !PLACES.contains(w));
    words.join(" ")
}

/// The types of a word, where exactly that is read from them.
pub fn to_types(kind: &str) -> Option<Vec<String>> {
    let types: Vec<String> = kind
        .split(' ')
        .filter(|w| !w.is_empty())
        .map(|w| if w == "mobile" { "cell".to_owned() } else { w.to_owned() })
        .collect();
    let plain =
        types.iter().all(|t| t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
    (plain && of_types(&types) == kind).then_some(types)
}

/// The word of a label, `_$!<Home>!$_` of Apple's among them.
pub fn of_label(label: &str) -> String {
    let inner = label.trim();
    let unwrapped = inner
        .strip_prefix("_$!<")
        .and_then(|l| l.strip_suffix(">!$_"))
        .or_else(|| inner.strip_prefix("$!<").and_then(|l| l.strip_suffix(">!$")));
    match unwrapped {
        Some(word) => word.to_lowercase(),
        None => inner.to_owned(),
    }
}
