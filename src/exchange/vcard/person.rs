//! A card as a person.

use std::collections::{HashMap, HashSet};

use super::{Card, LONGEST_KEPT, MOST_KEPT, Property, kind};
use crate::{
    exchange::{
        cell::one_line,
        contact::{AddressRow, ContactError, ContactRow, Labelled, within_limits},
        when::When,
    },
    model::{
        Customer, Stage,
        field::{Declared as _, Write},
        fold, person_name, phone,
    },
};

/// The names of networks that have a property each.
const NETWORKS: [(&str, &str); 13] = [
    ("X-AIM", "aim"),
    ("X-GADUGADU", "gadugadu"),
    ("X-GOOGLE-TALK", "google talk"),
    ("X-GROUPWISE", "groupwise"),
    ("X-ICQ", "icq"),
    ("X-JABBER", "jabber"),
    ("X-MSN", "msn"),
    ("X-QQ", "qq"),
    ("X-SKYPE", "skype"),
    ("X-SKYPE-USERNAME", "skype"),
    ("X-TWITTER", "twitter"),
    ("X-YAHOO", "yahoo"),
    ("X-YAHOO-ID", "yahoo"),
];

/// The person of a card.
///
/// # Errors
/// Where it says nothing by which a person could be known, or is a group of people.
pub fn row(card: &Card) -> Result<ContactRow, ContactError> {
    let is_group = |p: &&Property| {
        matches!(p.name.as_str(), "KIND" | "X-ADDRESSBOOKSERVER-KIND")
            && p.text().eq_ignore_ascii_case("group")
    };
    if card.properties.iter().any(|p| is_group(&p)) {
        return Err(ContactError::Group);
    }
    let mut draft = Draft { labels: labels(card), ..Draft::default() };
    draft.row.line = card.line;
    draft.row.flaws.clone_from(&card.flaws);
    // What has parts of a name goes before a name in one text.
    for p in &card.properties {
        if p.lost > 0 {
            draft.row.flaws.push(format!(
                "{}: {} bytes are too many: left out",
                p.name,
                p.value.len() as u64 + p.lost
            ));
        } else {
            draft.take(p);
        }
    }
    let mut row = draft.finish();
    if !card.file.is_empty() {
        row.flaws.iter_mut().for_each(|f| *f = format!("{}: {f}", card.file));
    }
    let known = !row.name().is_empty()
        || !row.nickname.is_empty()
        || !row.emails.is_empty()
        || !row.phones.is_empty()
        || !row.organisation.is_empty();
    if !known {
        return Err(ContactError::Nobody);
    }
    within_limits(&row)?;
    Ok(row)
}

/// The labels of groups.
fn labels(card: &Card) -> HashMap<String, String> {
    let all = card.properties.iter().filter(|p| p.name == "X-ABLABEL" && !p.group.is_empty());
    all.map(|p| (p.group.to_ascii_uppercase(), kind::of_label(&p.text()))).collect()
}

#[derive(Default)]
struct Draft {
    row: ContactRow,
    labels: HashMap<String, String>,
    full: String,
    company: bool,
    phonetic: [String; 3],
    tags: HashSet<String>,
    /// The groups of properties that are kept: their labels are kept with them.
    kept_groups: HashSet<String>,
    group_labels: Vec<Property>,
    kept_bytes: usize,
    /// How many bytes were too many to be kept, of how many properties.
    left: (usize, usize),
}

impl Draft {
    fn take(&mut self, p: &Property) {
        let text = p.text();
        if text.is_empty() {
            return;
        }
        match p.name.as_str() {
            "VERSION" | "REV" | "PRODID" => {}
            "KIND" if text.eq_ignore_ascii_case("individual") => {}
            "FN" => set(&mut self.full, &one_line(&text), || p.clone(), &mut self.group_labels),
            "N" => self.name(p),
            "NICKNAME" if self.row.nickname.is_empty() => self.row.nickname = one_line(&p.list().join(", ")),
            "X-PHONETIC-FIRST-NAME" => self.phonetic[0] = one_line(&text),
            "X-PHONETIC-MIDDLE-NAME" => self.phonetic[1] = one_line(&text),
            "X-PHONETIC-LAST-NAME" => self.phonetic[2] = one_line(&text),
            "EMAIL" => self.email(p, &text),
            "TEL" => self.phone(p, &text),
            "ADR" => self.address(p),
            "ORG" if self.row.organisation.is_empty() => {
                let mut parts = p.components().into_iter().filter(|c| !c.is_empty()).map(|c| one_line(&c));
                self.row.organisation = parts.next().unwrap_or_default();
                self.row.department = parts.collect::<Vec<_>>().join(", ");
            }
            "ORG" => {
                let mut parts = p.components().into_iter().filter(|c| !c.is_empty()).map(|c| one_line(&c));
                if let Some(organisation) = parts.next() {
                    self.row.more_roles.push([
                        organisation,
                        String::new(),
                        parts.collect::<Vec<_>>().join(", "),
                    ]);
                }
            }
            "X-FRONTDESK-ROLE" => match <[String; 3]>::try_from(p.components()) {
                Ok(role) if !role.iter().any(|t| t.contains('\n')) => self.row.more_roles.push(role),
                _ => self.keep(p),
            },
            "X-DEPARTMENT" if self.row.department.is_empty() => self.row.department = one_line(&text),
            "TITLE" if self.row.title.is_empty() => self.row.title = one_line(&text),
            "BDAY" if self.row.birthday.is_none() => match When::parse(&text, None) {
                Ok(when) => self.row.birthday = Some(when.day()),
                // As in a table: what is no date is kept for people to read.
                Err(_) => self.own("Birthday", &text),
            },
            "GENDER" | "X-GENDER" if self.row.gender.is_empty() => self.row.gender = gender(p),
            // These two never hide among what is kept.
            "BDAY" => self.own("Birthday", &text),
            "GENDER" | "X-GENDER" => self.own("Gender", &gender(p)),
            "LANG" if self.row.language.is_empty() => self.row.language = text,
            "TZ" if text.contains('/') && !text.contains([' ', ':']) => {
                self.row.declared.push(("zone", text))
            }
            "NOTE" if self.row.notes.is_empty() => self.row.notes = text,
            "NOTE" => self.row.more_notes.push(text),
            "CATEGORIES" => {
                for tag in p.list() {
                    let tag = one_line(&tag);
                    if self.tags.insert(tag.clone()) {
                        self.row.tags.push(tag);
                    }
                }
            }
            "URL" => {
                let known = self.row.websites.iter().any(|w| w.value == text);
                if !known {
                    self.row.websites.push(Labelled { value: one_line(&text), ..Labelled::default() });
                }
            }
            "UID" if self.row.external_id.is_none() => self.row.external_id = Some(one_line(&text)),
            "IMPP" => self.network(p, &text),
            "X-SOCIALPROFILE" => {
                let network = p.types().into_iter().find(|t| t != "pref").unwrap_or_default();
                self.handle(&network, &text);
            }
            "X-ABLABEL" if !p.group.is_empty() => self.group_labels.push(p.clone()),
            "X-ABSHOWAS" if text.eq_ignore_ascii_case("company") => {
                self.company = true;
                self.keep(p);
            }
            "X-FRONTDESK-OWNER" => self.row.owner = one_line(&text),
            "X-FRONTDESK-STAGE" => match Stage::from(text.as_str()) {
                Stage::Unknown(_) => self.keep(p),
                stage => self.row.stage = Some(stage),
            },
            "X-FRONTDESK-CREATED" => match When::parse(&text, None) {
                Ok(When::At(at)) => self.row.created_at = Some(at),
                _ => self.keep(p),
            },
            "X-FRONTDESK-FIELD" => self.field(p),
            "X-FRONTDESK-CUSTOM" => match p.components().as_slice() {
                [name, value] if !name.is_empty() => self.own(name, value),
                _ => self.keep(p),
            },
            name => match NETWORKS.iter().find(|(n, _)| *n == name) {
                Some((_, network)) => self.handle(network, &text),
                None => self.keep(p),
            },
        }
    }

    /// A custom field; of several of one name the further ones are numbered.
    fn own(&mut self, name: &str, value: &str) {
        let taken =
            |name: &str, all: &[(String, String)]| all.iter().any(|(n, _)| fold::fold(n) == fold::fold(name));
        let mut free = name.to_owned();
        let mut n = 2;
        while taken(&free, &self.row.custom) {
            free = format!("{name} {n}");
            n += 1;
        }
        self.row.custom.push((free, value.to_owned()));
    }

    fn name(&mut self, p: &Property) {
        let part = |at: usize| p.components().get(at).map(|c| one_line(c)).unwrap_or_default();
        let row = &mut self.row;
        if row.name().is_empty() && row.prefix.is_empty() && row.suffix.is_empty() {
            (row.family, row.given, row.middle) = (part(0), part(1), part(2));
            (row.prefix, row.suffix) = (part(3), part(4));
        } else {
            self.keep(p);
        }
    }

    /// What a value is: by the label of its group, else by its types.
    fn kind(&self, p: &Property) -> String {
        let label = self.labels.get(&p.group.to_ascii_uppercase()).filter(|l| !l.is_empty());
        label.cloned().unwrap_or_else(|| kind::of_types(&p.types()))
    }

    fn email(&mut self, p: &Property, text: &str) {
        let value = one_line(text.trim_start_matches("mailto:"));
        if fold::email_key(&value).is_none() {
            self.row.flaws.push(format!("{value:?} is not an e-mail address; kept as a custom field"));
            self.own("E-mail", &value);
            return;
        }
        let label = self.kind(p);
        let new = Labelled { label, value, primary: p.is_preferred() };
        add(&mut self.row.emails, new, |a| Some(a.to_lowercase()));
    }

    fn phone(&mut self, p: &Property, text: &str) {
        let value = one_line(text.strip_prefix("tel:").unwrap_or(text));
        let label = self.kind(p);
        add(&mut self.row.phones, Labelled { label, value, primary: p.is_preferred() }, phone::key);
    }

    fn address(&mut self, p: &Property) {
        let parts = p.components();
        let part = |at: usize| parts.get(at).map(|c| crate::exchange::cell::lines(c)).unwrap_or_default();
        if parts.iter().all(String::is_empty) {
            return;
        }
        let new = AddressRow {
            label: self.kind(p),
            primary: false,
            po_box: part(0),
            extended: part(1),
            street: part(2),
            city: part(3),
            region: part(4),
            postal: part(5),
            country: part(6),
        };
        if !self.row.addresses.contains(&new) {
            self.row.addresses.push(new);
        }
    }

    fn network(&mut self, p: &Property, text: &str) {
        let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
        // What we wrote ourselves is as it was typed.
        let typed = |t: &str| if scheme == "x" { t.to_owned() } else { t.to_lowercase() };
        let service = p.param("X-SERVICE-TYPE").map(typed);
        let own = service.clone().unwrap_or_else(|| scheme.to_lowercase());
        // Of a web address the whole is the name.
        let web = matches!(scheme.to_lowercase().as_str(), "http" | "https" | "x-apple");
        let rest = if web && scheme != "x-apple" { text } else { rest };
        let own = if web && service.is_none() { String::new() } else { own };
        self.handle(&own, rest);
    }

    fn handle(&mut self, network: &str, handle: &str) {
        let new = (network.to_owned(), one_line(handle));
        if !self.row.handles.contains(&new) {
            self.row.handles.push(new);
        }
    }

    /// One of our own fields that cards have no property for.
    fn field(&mut self, p: &Property) {
        let parts = p.components();
        let ([name, value], specs) = (parts.as_slice(), Customer::TABLE) else { return self.keep(p) };
        if name == "income_band" {
            self.row.income_band.clone_from(value);
            return;
        }
        let typed =
            |w: &Write<Customer>| matches!(w, Write::Text(_) | Write::Texts(_) | Write::Paragraphs(_));
        match specs.iter().find(|s| s.def.name == name && typed(&s.write)) {
            Some(spec) => self.row.declared.push((spec.def.name, value.clone())),
            None => self.keep(p),
        }
    }

    /// Keeps a property that no field expresses.
    fn keep(&mut self, p: &Property) {
        let mut p = p.clone();
        if p.param("ENCODING").is_some() {
            p.value.retain(|c| !c.is_ascii_whitespace());
            p.params.retain(|(name, _)| name != "ENCODING");
            // An address is no data, whatever a writer says.
            if !p.value.contains(':') {
                p.params.push(("ENCODING".into(), "b".into()));
            }
        }
        let line = p.line();
        if line.len() > LONGEST_KEPT || self.kept_bytes + line.len() > MOST_KEPT {
            self.left = (self.left.0 + line.len(), self.left.1 + 1);
            return;
        }
        self.kept_bytes += line.len();
        if !p.group.is_empty() {
            self.kept_groups.insert(p.group.to_ascii_uppercase());
        }
        if !self.row.kept.contains(&line) {
            self.row.kept.push(line);
        }
    }

    fn finish(mut self) -> ContactRow {
        for label in std::mem::take(&mut self.group_labels) {
            if label.name == "FN" || self.kept_groups.contains(&label.group.to_ascii_uppercase()) {
                self.keep(&label);
            }
        }
        self.row.phonetic = one_line(&self.phonetic.join(" "));
        self.full_name();
        one_primary(&mut self.row.emails);
        one_primary(&mut self.row.phones);
        if self.left.1 > 0 {
            let (bytes, n) = self.left;
            self.row
                .flaws
                .push(format!("{n} properties of {bytes} bytes (photos and the like) are too large to keep"));
        }
        self.row
    }

    /// The name in one text: used where there is no other, kept where it says more than its parts.
    fn full_name(&mut self) {
        let full = std::mem::take(&mut self.full);
        let row = &mut self.row;
        let is = |text: &str| fold::fold(text) == fold::fold(&full);
        if full.is_empty() {
            return;
        }
        if !row.name().is_empty() {
            let parts = [&row.prefix, &row.given, &row.middle, &row.family, &row.suffix];
            let said: HashSet<String> = parts
                .iter()
                .flat_map(|p| fold::fold(p).split([' ', ',']).map(str::to_owned).collect::<Vec<_>>())
                .collect();
            let new = fold::fold(&full).split([' ', ',']).any(|w| !w.is_empty() && !said.contains(w));
            if new && !is(&row.organisation) {
                let p = Property {
                    name: "FN".into(),
                    value: super::property::escape(&full, true),
                    ..Property::default()
                };
                self.keep(&p);
            }
            return;
        }
        if self.company {
            row.given = full;
            return;
        }
        let named = is(&row.nickname)
            || is(&row.organisation)
            || row.emails.iter().any(|e| is(&e.value))
            || row.phones.iter().any(|p| is(&p.value))
            || is_number(&full);
        if !named {
            (row.given, row.family) = person_name::split(&full);
            row.full_name = Some(full);
        }
    }
}

/// Whether it is what a person without a name is shown as: `C-7`.
fn is_number(text: &str) -> bool {
    text.strip_prefix("C-").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn set(field: &mut String, text: &str, p: impl FnOnce() -> Property, more: &mut Vec<Property>) {
    if field.is_empty() {
        text.clone_into(field);
    } else if field != text {
        more.push(p());
    }
}

fn add(all: &mut Vec<Labelled>, new: Labelled, same: impl Fn(&str) -> Option<String>) {
    let key = |v: &str| same(v).unwrap_or_else(|| v.to_owned());
    match all.iter_mut().find(|l| key(&l.value) == key(&new.value)) {
        Some(twin) => {
            twin.primary |= new.primary;
            if twin.label.is_empty() {
                twin.label = new.label;
            }
        }
        None => all.push(new),
    }
}

fn one_primary(all: &mut [Labelled]) {
    all.iter_mut().filter(|l| l.primary).skip(1).for_each(|l| l.primary = false);
}

fn gender(p: &Property) -> String {
    let parts = p.components();
    let part = |at: usize| parts.get(at).map(|t| one_line(t)).unwrap_or_default();
    match (part(0).as_str(), part(1)) {
        (_, text) if !text.is_empty() => text,
        ("M", _) => "male".into(),
        ("F", _) => "female".into(),
        ("O", _) => "other".into(),
        ("N" | "U", _) => String::new(),
        (word, _) => word.to_owned(),
    }
}
