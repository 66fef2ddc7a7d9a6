//! A customer as a card.

use super::{Property, Version, kind, property::escape};
use crate::model::{Customer, customer::Address};

/// What a card is made of.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The customer.
    pub customer: &'a Customer,
    /// The names of the organisations, in the order of the roles.
    pub organisations: &'a [&'a str],
    /// The name of the agent who looks after them.
    pub owner: &'a str,
    /// When the customer was made, as ISO 8601.
    pub created: &'a str,
    /// The fields that cards have no property for: name and value.
    pub fields: &'a [(&'static str, String)],
    /// Whether birthday, gender and income band are written.
    pub sensitive: bool,
}

/// The UID of a customer's card: the one that it came with, else the record's id.
pub fn uid(c: &Customer) -> String {
    let known = c.external_ids.iter().find(|x| x.source == super::SOURCE);
    known.map_or_else(|| format!("urn:uuid:{}", c.id), |x| x.id.clone())
}

/// The card, its lines folded and ended by CRLF.
pub fn card(p: &Person, version: Version) -> String {
    let c = p.customer;
    let organisation = p.organisations.first().copied().unwrap_or_default();
    let mut out = Out { version, text: String::new(), groups: 0 };
    out.plain("BEGIN", "VCARD");
    out.plain("VERSION", version.word());
    out.text("UID", &uid(c));
    if !c.vcard.iter().any(|k| k.starts_with("FN:")) {
        let parts = [&c.prefix, &c.given, &c.middle, &c.family, &c.suffix];
        let named = !c.given.is_empty() || !c.family.is_empty() || !c.middle.is_empty();
        let mut full = if named && c.prefix.is_empty() && c.suffix.is_empty() {
            c.display_name()
        } else if named {
            parts.into_iter().filter(|t| !t.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
        } else {
            c.display_name()
        };
        let unnamed = !named && c.nickname.is_empty() && c.emails.is_empty() && c.phones.is_empty();
        if unnamed && !organisation.is_empty() {
            organisation.clone_into(&mut full);
        }
        out.text("FN", &full);
    }
    out.parts("N", &[], &[&c.family, &c.given, &c.middle, &c.prefix, &c.suffix]);
    out.text("NICKNAME", &c.nickname);
    out.text("X-PHONETIC-FIRST-NAME", &c.phonetic);
    if !organisation.is_empty() {
        let department = c.roles.first().map_or("", |r| r.department.as_str());
        let parts: &[&str] =
            if department.is_empty() { &[organisation] } else { &[organisation, department] };
        out.parts("ORG", &[], parts);
        out.text("TITLE", c.roles.first().map_or("", |r| r.title.as_str()));
    }
    for (role, name) in c.roles.iter().zip(p.organisations).skip(1) {
        out.parts("X-FRONTDESK-ROLE", &[], &[name, &role.title, &role.department]);
    }
    for e in &c.emails {
        out.labelled("EMAIL", &e.kind, e.primary && c.emails.len() > 1, &[&e.address]);
    }
    for t in &c.phones {
        out.labelled("TEL", &t.kind, t.primary && c.phones.len() > 1, &[&t.raw]);
    }
    for a in &c.addresses {
        let Address { kind, street, extended, po_box, city, region, postal, country } = a;
        out.labelled("ADR", kind, false, &[po_box, extended, street, city, region, postal, country]);
    }
    if p.sensitive {
        if let Some(day) = c.birthday {
            let day = day.to_string();
            out.plain("BDAY", &if version == Version::V4 { day.replace('-', "") } else { day });
        }
        match (version, c.gender.as_str()) {
            (_, "") => {}
            (Version::V4, "male") => out.plain("GENDER", "M"),
            (Version::V4, "female") => out.plain("GENDER", "F"),
            (Version::V4, text) => out.parts("GENDER", &[], &["", text]),
            (_, text) => out.text("X-GENDER", text),
        }
        if !c.income_band.is_empty() {
            out.parts("X-FRONTDESK-FIELD", &[], &["income_band", &c.income_band]);
        }
    }
    out.text("LANG", &c.language);
    c.notes.iter().for_each(|n| out.text("NOTE", n));
    if !c.tags.is_empty() {
        let tags: Vec<String> = c.tags.iter().map(|t| escape(t, true)).collect();
        out.line("", "CATEGORIES", &[], &tags.join(","));
    }
    c.websites.iter().for_each(|w| out.text("URL", w));
    for h in &c.handles {
        // A network that a parameter cannot say is a part of the name.
        match h.network.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            _ if h.network.is_empty() => out.text("X-SOCIALPROFILE", &h.handle),
            true => out.line("", "X-SOCIALPROFILE", &[("TYPE", &h.network)], &escape(&h.handle, true)),
            false => out.line(
                "",
                "IMPP",
                &[("X-SERVICE-TYPE", &format!("\"{}\"", h.network.replace('"', "'")))],
                &format!("x:{}", escape(&h.handle, true)),
            ),
        }
    }
    for (name, value) in p.fields {
        match *name {
            _ if value.is_empty() => {}
            "phonetic" => {}
            "zone" if value.contains('/') => out.text("TZ", value),
            name => out.parts("X-FRONTDESK-FIELD", &[], &[name, value]),
        }
    }
    c.custom.iter().for_each(|(name, value)| out.parts("X-FRONTDESK-CUSTOM", &[], &[name, value]));
    out.text("X-FRONTDESK-STAGE", c.stage.as_str());
    out.text("X-FRONTDESK-OWNER", p.owner);
    out.text("X-FRONTDESK-CREATED", p.created);
    c.vcard.iter().for_each(|k| out.kept(k));
    out.plain("END", "VCARD");
    out.text
}

struct Out {
    version: Version,
    text: String,
    groups: usize,
}

impl Out {
    fn plain(&mut self, name: &str, value: &str) {
        self.line("", name, &[], value);
    }

    /// A text; nothing where it is empty.
    fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.line("", name, &[], &escape(value, self.version != Version::V21));
        }
    }

    fn parts(&mut self, name: &str, params: &[(&str, &str)], parts: &[&str]) {
        let parts: Vec<String> = parts.iter().map(|p| escape(p, self.version != Version::V21)).collect();
        self.line("", name, params, &parts.join(";"));
    }

    /// A value of several, with what it is: by types, else by a label beside it.
    fn labelled(&mut self, name: &str, kind: &str, primary: bool, parts: &[&str]) {
        let mut group = String::new();
        let mut types = kind::to_types(kind).unwrap_or_else(|| {
            self.groups += 1;
            group = format!("frontdesk{}", self.groups);
            Vec::new()
        });
        let mut params: Vec<(&str, &str)> = Vec::new();
        if primary && self.version == Version::V4 {
            params.push(("PREF", "1"));
        } else if primary {
            types.push("pref".into());
        }
        let joined = types.join(",");
        let upper: Vec<String> = types.iter().map(|t| t.to_uppercase()).collect();
        if self.version == Version::V21 {
            params.extend(upper.iter().map(|t| ("", t.as_str())));
        } else if !types.is_empty() {
            params.push(("TYPE", &joined));
        }
        let parts: Vec<String> = parts.iter().map(|p| escape(p, self.version != Version::V21)).collect();
        self.line(&group, name, &params, &parts.join(";"));
        if !group.is_empty() {
            let label = escape(kind, self.version != Version::V21);
            self.line(&group, "X-ABLabel", &[], &label);
        }
    }

    /// What came with another card.
    fn kept(&mut self, line: &str) {
        let read = Property::read(
            &super::lines::Line { bytes: line.as_bytes().to_vec(), ..Default::default() },
            encoding_rs::UTF_8,
        );
        let Some(p) = read else { return };
        let binary = p.param("ENCODING").is_some();
        let mut params: Vec<(&str, &str)> = p
            .params
            .iter()
            .filter(|(n, _)| !(binary && n == "ENCODING"))
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let quoted: Vec<(String, String)> = params.iter().map(|(n, v)| ((*n).to_owned(), param(v))).collect();
        params = quoted.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let value = match self.version {
            _ if !binary => p.value.clone(),
            Version::V4 => {
                let kind = p.param("TYPE").unwrap_or("octet-stream").to_lowercase();
                let family =
                    if matches!(p.name.as_str(), "PHOTO" | "LOGO") { "image" } else { "application" };
                params.retain(|(n, _)| *n != "TYPE");
                format!("data:{family}/{kind};base64,{}", p.value)
            }
            version => {
                params.push(("ENCODING", if version == Version::V21 { "BASE64" } else { "b" }));
                p.value.clone()
            }
        };
        self.line(&p.group, &p.name, &params, &value);
        if binary && self.version == Version::V21 {
            self.text.push_str("\r\n");
        }
    }

    fn line(&mut self, group: &str, name: &str, params: &[(&str, &str)], value: &str) {
        let mut line = if group.is_empty() { String::new() } else { format!("{group}.") };
        line.push_str(name);
        for (name, value) in params {
            match name.is_empty() {
                true => line.push_str(&format!(";{value}")),
                false => line.push_str(&format!(";{name}={value}")),
            }
        }
        let old = self.version == Version::V21;
        if old && (!value.is_ascii() || value.contains("\\n")) {
            line.push_str(";ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:");
            self.text.push_str(&line);
            quoted(&mut self.text, value);
            self.text.push_str("\r\n");
            return;
        }
        line.push(':');
        line.push_str(value);
        if old {
            self.text.push_str(&line);
            self.text.push_str("\r\n");
        } else {
            fold(&mut self.text, &line);
        }
    }
}

/// The value of a parameter, in quotes where it needs them.
fn param(value: &str) -> String {
    let plain = value.trim_matches('"');
    if plain.len() < value.len() || plain.contains([';', ':', ',']) {
        format!("\"{plain}\"")
    } else {
        plain.to_owned()
    }
}

/// A line in pieces of 75 bytes.
fn fold(out: &mut String, line: &str) {
    let mut width = 0;
    for c in line.chars() {
        if width + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}

/// A value in quoted-printable, its lines ended by `=`.
fn quoted(out: &mut String, value: &str) {
    use std::fmt::Write as _;
    let mut width = 0;
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        if width > 68 {
            out.push_str("=\r\n");
            width = 0;
        }
        // A line break is one in this version.
        if let Some(after) = rest.strip_prefix("\\n") {
            out.push_str("=0D=0A");
            width += 6;
            rest = after;
            continue;
        }
        let mut bytes = [0; 4];
        for b in c.encode_utf8(&mut bytes).bytes() {
            if (b' '..=b'~').contains(&b) && b != b'=' {
                out.push(char::from(b));
                width += 1;
            } else {
                let _ = write!(out, "={b:02X}");
                width += 3;
            }
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
}
