//! Edits: changes of a record's fields in the words that people type, for forms and for the command line alike.

use std::collections::BTreeMap;

use crate::model::fold;

/// One change of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The field, by its long name (`given`, `email`, `tag` …).
    pub field: String,
    /// How.
    pub how: How,
    /// The value, as it was typed.
    pub value: String,
}

/// How a field changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It becomes the value; an empty value empties it. For lists: the one value, or comma-separated ones.
    Set,
    /// The value is added to a list.
    Add,
    /// The value is removed from a list.
    Remove,
}

impl Edit {
    /// A field becomes a value.
    pub fn set(field: &str, value: impl Into<String>) -> Edit {
        Edit { field: field.to_owned(), how: How::Set, value: value.into() }
    }

    /// A value is added to a list.
    pub fn add(field: &str, value: impl Into<String>) -> Edit {
        Edit { field: field.to_owned(), how: How::Add, value: value.into() }
    }

    /// A value is removed from a list.
    pub fn remove(field: &str, value: impl Into<String>) -> Edit {
        Edit { field: field.to_owned(), how: How::Remove, value: value.into() }
    }

    /// The edit of `field=value`, `field+=value` or `field-=value`.
    pub fn parse(text: &str) -> Option<Edit> {
        let (field, value) = text.split_once('=')?;
        let (field, how) = match (field.strip_suffix('+'), field.strip_suffix('-')) {
            (Some(f), _) => (f, How::Add),
            (_, Some(f)) => (f, How::Remove),
            _ => (field, How::Set),
        };
        (!field.is_empty()).then(|| Edit { field: field.trim().to_owned(), how, value: value.to_owned() })
    }
}

use crate::model::{
    Refusal,
    customer::Address,
    field::{Declared, Write},
};

/// A field that no record of the kind has.
pub fn unknown_field(field: &str, known: &[&'static str]) -> Refusal {
    let why = match crate::query::nearest(field, known.iter().copied()) {
        Some(near) => format!("there is no field {field}; did you mean {near}?"),
        None => format!("there is no field {field}; there are {}", known.join(", ")),
    };
    Refusal::Invalid { field: "field", why }
}

/// The name of the field that an edit means, by any of its names.
pub fn name_of<T: Declared>(e: &Edit) -> &str {
    T::DEFS.iter().find(|d| d.edit && d.is_called(&e.field)).map_or(e.field.as_str(), |d| d.name)
}

/// The names of the fields that can be entered, for messages.
pub fn known<T: Declared>() -> Vec<&'static str> {
    let named = |name| if name == "custom" { "custom.NAME" } else { name };
    T::DEFS.iter().filter(|d| d.edit).map(|d| named(d.name)).collect()
}

/// Whether a field is edited without a special rule.
pub fn is_declared<T: Declared>(name: &str) -> bool {
    let spec = T::TABLE.iter().find(|s| s.def.edit && s.def.is_called(name));
    spec.is_some_and(|s| {
        matches!(s.write, Write::Text(_) | Write::Texts(_) | Write::Tags(_) | Write::Paragraphs(_))
    })
}

/// Makes an edit of a field that its kind declares without a special rule.
///
/// # Errors
/// Where no such field can be entered: with the names in `known`.
pub fn declared<T: Declared>(record: &mut T, e: &Edit, known: &[&'static str]) -> Result<(), Refusal> {
    let spec = T::TABLE.iter().find(|s| s.def.edit && s.def.is_called(&e.field));
    let v = e.value.trim();
    if let Some(def) = spec.map(|s| &s.def)
        && !(def.values.is_empty() || v.is_empty() || def.values.contains(&v))
    {
        let why = format!("give one of {}", def.values.join(", "));
        return Err(Refusal::Invalid { field: def.name, why });
    }
    match spec.map_or(Write::Not, |s| s.write) {
        Write::Text(of) => text(of(record), e),
        Write::Texts(of) => list(of(record), e),
        Write::Tags(of) => tags(of(record), e),
        Write::Paragraphs(of) => lines(of(record), e),
        // These need to look records up, or the workspace's currency: see `desk::commands::entity`.
        Write::Money(_)
        | Write::Count(_)
        | Write::Custom(_)
        | Write::Day(_)
        | Write::Link(..)
        | Write::Rule
        | Write::Not => {
            return Err(unknown_field(&e.field, known));
        }
    }
    Ok(())
}

/// An edit of a custom field; `None` for any other field.
pub fn custom(fields: &mut BTreeMap<String, String>, e: &Edit) -> Option<()> {
    let name = e.field.strip_prefix("custom.")?;
    let (name, v) = (custom_name(fields, name), e.value.trim());
    if e.how == How::Remove {
        // As of a list: what is not there is not removed.
        if v.is_empty() || fields.get(&name).is_some_and(|have| have == v) {
            fields.remove(&name);
        }
    } else if v.is_empty() {
        fields.remove(&name);
    } else {
        fields.insert(name, v.to_owned());
    }
    Some(())
}

/// A text field.
pub fn text(field: &mut String, edit: &Edit) {
    match edit.how {
        How::Set => *field = edit.value.trim().to_owned(),
        How::Add if field.is_empty() => *field = edit.value.trim().to_owned(),
        How::Add => {
            field.push(' ');
            field.push_str(edit.value.trim());
        }
        How::Remove => field.clear(),
    }
}

/// A list of texts: set to comma-separated ones, or one added or removed. Without repetitions.
pub fn list(field: &mut Vec<String>, edit: &Edit) {
    let values = edit.value.split(',').map(str::trim).filter(|v| !v.is_empty());
    match edit.how {
        How::Set => {
            field.clear();
            add_all(field, values);
        }
        How::Add => add_all(field, values),
        How::Remove => {
            let gone: Vec<&str> = values.collect();
            field.retain(|v| !gone.contains(&v.as_str()));
        }
    }
}

fn add_all<'a>(field: &mut Vec<String>, values: impl Iterator<Item = &'a str>) {
    for v in values {
        if !field.iter().any(|f| f == v) {
            field.push(v.to_owned());
        }
    }
}

/// A list of whole texts, in which commas are part of the text: notes. Set to several with an empty line between them.
pub fn lines(field: &mut Vec<String>, edit: &Edit) {
    let v = edit.value.trim().to_owned();
    match edit.how {
        How::Set => *field = paragraphs(&v),
        How::Add => field.push(v),
        How::Remove => field.retain(|f| *f != v),
    }
}

/// Texts with an empty line between them.
fn paragraphs(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut begun = false;
    for line in text.lines() {
        match out.last_mut() {
            _ if line.trim().is_empty() => begun = false,
            Some(last) if begun => {
                last.push('\n');
                last.push_str(line.trim_end());
            }
            _ => {
                out.push(line.trim_end().to_owned());
                begun = true;
            }
        }
    }
    out
}

/// All texts as one, for a form: see [`lines`].
pub fn all_lines(field: &[String]) -> String {
    field.join("\n\n")
}

/// A tag as kept: lower case, no spaces.
pub fn tag(text: &str) -> String {
    text.trim().trim_start_matches('#').to_lowercase().split_whitespace().collect::<Vec<_>>().join("-")
}

/// Part of the first address, which is the one that is shown; what is left empty goes, the others stay.
pub fn address(field: &mut Vec<Address>, edit: &Edit) {
    if field.is_empty() {
        field.push(Address::default());
    }
    if let Some(a) = field.first_mut() {
        let part = match edit.field.as_str() {
            "street" => &mut a.street,
            "city" => &mut a.city,
            "region" => &mut a.region,
            "postal" => &mut a.postal,
            _ => &mut a.country,
        };
        text(part, edit);
    }
    field.retain(|a| *a != Address::default());
}

/// An edit of tags, each in the form in which tags are kept.
pub fn tags(field: &mut Vec<String>, edit: &Edit) {
    let value = edit.value.split(',').map(tag).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(",");
    list(field, &Edit { value, ..edit.clone() });
}

/// The name under which a record has a custom field already, whatever its capitals; else the name as given.
pub fn custom_name(fields: &BTreeMap<String, String>, name: &str) -> String {
    if fields.contains_key(name) {
        return name.to_owned();
    }
    let folded = fold::fold(name);
    fields.keys().find(|have| fold::fold(have) == folded).map_or_else(|| name.to_owned(), String::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_read_as_typed() {
        assert_eq!(Edit::parse("given=Ada"), Some(Edit::set("given", "Ada")));
        assert_eq!(Edit::parse("tag+=vip"), Some(Edit::add("tag", "vip")));
        assert_eq!(Edit::parse("tag-=vip"), Some(Edit::remove("tag", "vip")));
        assert_eq!(Edit::parse("note=a=b"), Some(Edit::set("note", "a=b")));
        assert_eq!(Edit::parse("nothing"), None);
    }

    #[test]
    fn the_value_of_a_custom_field_is_set_and_removed() {
        let mut all = BTreeMap::new();
        assert_eq!(custom(&mut all, &Edit::set("custom.Seats", "12")), Some(()));
        custom(&mut all, &Edit::remove("custom.seats", "11"));
        assert_eq!(all.get("Seats").map(String::as_str), Some("12"));
        custom(&mut all, &Edit::remove("custom.seats", "12"));
        assert!(all.is_empty());
        assert_eq!(custom(&mut all, &Edit::set("city", "Cork")), None);
    }

    #[test]
    fn the_first_address_is_edited_and_the_others_stay() {
        let of = |city: &str| Address { city: city.into(), ..Address::default() };
        let mut a = vec![of("Cork"), of("Galway")];
        address(&mut a, &Edit::set("city", "Dublin"));
        assert_eq!(a, [of("Dublin"), of("Galway")]);
        address(&mut a, &Edit::set("city", ""));
        assert_eq!(a, [of("Galway")]);
    }

    #[test]
    fn all_notes_are_edited_at_once_and_none_is_lost() {
        let mut notes = vec!["Calls on Mondays, early".to_owned(), "Two cats\nand a dog".to_owned()];
        let shown = all_lines(&notes);
        lines(&mut notes, &Edit::set("note", shown.clone()));
        assert_eq!(notes, ["Calls on Mondays, early", "Two cats\nand a dog"]);
        lines(&mut notes, &Edit::set("note", format!("{shown}\n\n\nNew")));
        assert_eq!(notes.len(), 3);
        lines(&mut notes, &Edit::set("note", " "));
        assert!(notes.is_empty());
    }

    #[test]
    fn tags_are_kept_in_one_form_and_once() {
        let mut t = vec!["vip".to_owned()];
        tags(&mut t, &Edit::add("tag", "VIP, Big Spender"));
        assert_eq!(t, ["vip", "big-spender"]);
        tags(&mut t, &Edit::remove("tag", "Vip"));
        assert_eq!(t, ["big-spender"]);
        assert!(
            matches!(unknown_field("givn", &["given"]), Refusal::Invalid { why, .. } if why.contains("given?"))
        );
    }
}
