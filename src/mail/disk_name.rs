//! Names under which files of others can be saved: on any system, in any folder, typed behind any command.

/// The most bytes of a name: below the 255 that file systems take, with room for a number.
const LONGEST: usize = 200;
/// The most bytes of an ending that is kept when the rest is cut.
const ENDING: usize = 16;

/// A name for a file, made of the one that a stranger gave it: no folders, no control characters or marks that cannot be
/// seen, no leading dot or dash, none that Windows reserves, of at most 200 bytes, never empty.
#[must_use]
pub fn disk_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let plain: String =
        last.chars().filter(|c| !is_unseen(*c)).map(|c| if is_special(c) { '_' } else { c }).collect();
    let plain = plain.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '-' | '~'));
    // Windows drops dots and blanks at the end: `a.exe.` would become `a.exe`.
    let plain = plain.trim_end_matches(|c: char| c.is_whitespace() || c == '.');
    let stem = plain.split('.').next().unwrap_or_default().trim_end();
    let name = match plain {
        "" => "file".to_owned(),
        _ if is_reserved(stem) => format!("_{plain}"),
        _ => plain.to_owned(),
    };
    cut(&name, LONGEST)
}

/// A name that is not taken yet: the name itself, else with a number before its ending. `None` where thousands are taken.
pub fn free_name(name: &str, taken: &mut dyn FnMut(&str) -> bool) -> Option<String> {
    if !taken(name) {
        return Some(name.to_owned());
    }
    let (stem, end) = halves(name);
    (2..10_000).map(|n| format!("{stem}-{n}{end}")).find(|name| !taken(name))
}

/// The ending of a name with its dot, lower case, where it is short and plain: it tells programs what the file is.
#[must_use]
pub fn ending(name: &str) -> Option<String> {
    let (_, end) = name.rsplit_once('.')?;
    let plain = !end.is_empty() && end.len() <= ENDING && end.bytes().all(|b| b.is_ascii_alphanumeric());
    plain.then(|| end.to_ascii_lowercase())
}

/// Stem and ending; the ending begins with its dot.
fn halves(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= ENDING => name.split_at_checked(at).unwrap_or((name, "")),
        _ => (name, ""),
    }
}

fn cut(name: &str, most: usize) -> String {
    if name.len() <= most {
        return name.to_owned();
    }
    let (stem, end) = halves(name);
    let stem = stem.get(..stem.floor_char_boundary(most - end.len())).unwrap_or_default();
    format!("{}{end}", stem.trim_end())
}

/// Control characters, direction and other marks without a width, and what has no meaning: two names that look alike
/// must not differ by them.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// What separates folders, drives and streams elsewhere, or looks like it.
fn is_special(c: char) -> bool {
    matches!(
        c,
        ':' | '*'
            | '?'
            | '"'
            | '<'
            | '>'
            | '|'
            | '\u{2044}'
            | '\u{2215}'
            | '\u{29f8}'
            | '\u{ff0f}'
            | '\u{ff3c}'
    )
}

/// Names of devices: on Windows they are none of a file, with whatever ending.
fn is_reserved(stem: &str) -> bool {
    let upper = stem.to_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|p| {
        upper.strip_prefix(p).is_some_and(|n| {
            matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    });
    numbered || matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
}
