//! Look-alike domains: `paypal.com` with a Cyrillic `а`.

use std::borrow::Cow;

/// Put behind an address whose domain deserves a second look.
const FLAG: &str = " ⟦mixed script⟧";
/// Cyrillic and Greek letters that pass for Latin ones (from Unicode's confusables, UTS 39).
const LOOK_ALIKES: &str = "аеорсухіјѕһԁԛԝӏьпгтмкАВЕКМНОРСТХІЈЅοανικρυεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    /// Han, kana, bopomofo and hangul: written together, and with Latin.
    EastAsian,
    /// Some other, told apart by its block of 256.
    Other(u32),
}

/// The address, flagged where its domain mixes scripts.
pub(super) fn flag(address: Cow<'_, str>) -> Cow<'_, str> {
    if address.is_ascii() || address.ends_with(FLAG) {
        return address;
    }
    let domain = address.rsplit_once('@').map_or(address.as_ref(), |(_, domain)| domain);
    if is_suspect(domain) { Cow::Owned(format!("{address}{FLAG}")) } else { address }
}

fn is_suspect(domain: &str) -> bool {
    let latin_top = domain.rsplit('.').next().is_some_and(|top| top.chars().any(|c| c.is_ascii_alphabetic()));
    domain.split('.').any(|label| {
        let mut scripts: Vec<Script> = Vec::new();
        for script in label.chars().filter_map(script) {
            if !scripts.contains(&script) {
                scripts.push(script);
            }
        }
        match scripts.as_slice() {
            [] | [Script::Latin] => false,
            [Script::Cyrillic | Script::Greek] => {
                latin_top && label.chars().filter(|c| c.is_alphabetic()).all(|c| LOOK_ALIKES.contains(c))
            }
            [_] => false,
            many => !many.iter().all(|s| matches!(s, Script::Latin | Script::EastAsian)),
        }
    })
}

fn script(c: char) -> Option<Script> {
    if !c.is_alphabetic() {
        return None;
    }
    Some(match c as u32 {
        0..=0x2ff | 0x1e00..=0x1eff | 0x2c60..=0x2c7f | 0xa720..=0xa7ff | 0xff21..=0xff5a => Script::Latin,
        0x370..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
        0x400..=0x52f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => Script::Cyrillic,
        0x1100..=0x11ff | 0x2e80..=0x9fff | 0xa960..=0xa97f | 0xac00..=0xd7ff | 0xf900..=0xfaff => {
            Script::EastAsian
        }
        0xff66..=0xffdc | 0x20000..=0x3ffff => Script::EastAsian,
        code => Script::Other(code >> 8),
    })
}
