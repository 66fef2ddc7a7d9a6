//! Customers: people, and everything known about them.

mod fields;

pub use fields::{FIELDS, FORM, LIST};

use std::collections::BTreeMap;

use super::{
    Day, Derive, Entries, Id, Key, Kind, Stamp, Table, fold, person_name, phone, shape::fields,
    shape::record, words::words,
};

words! {
    /// How far a person has come with us.
    Stage {
        /// Gets our news.
        Subscriber = "subscriber",
        /// Might buy.
        Lead = "lead",
        /// Has bought, or is served.
        Customer = "customer",
        /// Was lively and is not.
        AtRisk = "at_risk",
        /// Is gone.
        Churned = "churned",
        /// Was gone and is back.
        WonBack = "won_back",
    }
}

fields! {
    /// An e-mail address of a person.
    Email {
        /// As it was written.
        address = "a": String,
        /// Work, home …
        kind = "k": String,
        /// The one to write to.
        primary = "p": bool,
        /// Used by several people: never matches by itself.
        shared = "s": bool,
        /// Mail to it came back for good.
        bounced = "b": bool,
        /// When it was last known to be right.
        verified_at = "v": Option<Stamp>,
        /// What the server said when mail to it came back.
        bounce = "br": String,
    }
}

fields! {
    /// A telephone number of a person.
    Phone {
        /// As it was written.
        raw = "r": String,
        /// In E.164 where it could be worked out.
        e164 = "e": String,
        /// Mobile, work …
        kind = "k": String,
        /// The one to call.
        primary = "p": bool,
    }
}

impl Phone {
    /// The key under which it is matched, of the E.164 where there is one; `None` under five digits.
    pub fn key(&self) -> Option<String> {
        phone::key(if self.e164.is_empty() { &self.raw } else { &self.e164 })
    }
}

fields! {
    /// A postal address.
    Address {
        /// Home, work …
        kind = "k": String,
        /// Street and house.
        street = "s": String,
        /// Second line.
        extended = "x": String,
        /// Post office box.
        po_box = "b": String,
        /// Town.
        city = "c": String,
        /// State or province.
        region = "r": String,
        /// Postal code.
        postal = "p": String,
        /// Country.
        country = "n": String,
    }
}

fields! {
    /// What a person is in an organisation.
    OrganisationRole {
        /// The organisation.
        organisation = "o": Id,
        /// The post held.
        title = "t": String,
        /// The part of it.
        department = "d": String,
    }
}

fields! {
    /// A change of stage.
    StageChange {
        /// When it happened.
        at = "a": Stamp,
        /// The stage reached.
        to = "t": Stage,
    }
}

fields! {
    /// A name on another network.
    Handle {
        /// The network.
        network = "n": String,
        /// The name there.
        handle = "h": String,
    }
}

record! {
    /// A person that the desk serves.
    Customer {
        /// The number people see, after `C-`.
        number = "n": u64,
        /// Given name.
        given = "g": String,
        /// Family name.
        family = "f": String,
        /// Names between them.
        middle = "mi": String,
        /// Title in front.
        prefix = "np": String,
        /// What follows the name.
        suffix = "ns": String,
        /// What friends say.
        nickname = "nk": String,
        /// How it is said.
        phonetic = "ph": String,
        /// E-mail addresses.
        emails = "e": Vec<Email>,
        /// Telephone numbers.
        phones = "p": Vec<Phone>,
        /// Postal addresses.
        addresses = "ad": Vec<Address>,
        /// Posts in organisations, the main one first.
        roles = "o": Vec<OrganisationRole>,
        /// Names on other networks.
        handles = "h": Vec<Handle>,
        /// Web pages.
        websites = "w": Vec<String>,
        /// Language, as a tag (`en`, `pt-BR`).
        language = "l": String,
        /// Time zone.
        zone = "z": String,
        /// How to reach them best.
        preferred_channel = "pc": String,
        /// When to reach them.
        contact_hours = "ch": String,
        /// What they like.
        preferences = "pr": Vec<String>,
        /// What they need.
        needs = "ne": Vec<String>,
        /// What they expect.
        expectations = "ex": Vec<String>,
        /// Date of birth.
        birthday = "bd": Option<Day> [sensitive],
        /// Gender.
        gender = "ge": String [sensitive],
        /// Income band.
        income_band = "ib": String [sensitive],
        /// How far they have come with us.
        stage = "st": Stage,
        /// When the stage changed.
        stages = "sh": Vec<StageChange>,
        /// The agent who looks after them.
        owner = "ow": Option<Id>,
        /// Tags.
        tags = "t": Vec<String>,
        /// Custom fields.
        custom = "cu": BTreeMap<String, String>,
        /// Notes pinned to the top.
        notes = "no": Vec<String>,
        /// Who sent them.
        referred_by = "rb": Option<Id>,
        /// Where they came from.
        source = "s": String,
        /// The record that this one was merged into.
        merged_into = "mg": Option<Id>,
        /// Others who look like the same person and are not.
        distinct_from = "df": Vec<Id>,
        /// When it was put away.
        archived_at = "ar": Option<Stamp>,
        /// When it was made.
        created_at = "ca": Stamp,
        /// When it was last written.
        updated_at = "ua": Stamp,
        /// Last contact as an import said, until there is real history.
        contacted_hint = "hc": Option<Stamp>,
        /// Open tickets as an import said, until there is real history.
        open_hint = "ho": Option<u32>,
        /// When everything personal was taken out of it.
        erased_at = "er": Option<Stamp>,
        /// Properties of the vCard that they came with and that no field expresses, a line each.
        vcard = "vc": Vec<String>,
    }
}

impl Customer {
    /// The name to show: given and family name in their own order, else nickname, else the address, else the number at another system,
    /// else `C-7`.
    pub fn display_name(&self) -> String {
        let name = person_name::join(&self.given, &self.middle, &self.family);
        if !name.is_empty() {
            return name;
        }
        if !self.nickname.trim().is_empty() {
            return self.nickname.trim().to_owned();
        }
        if let Some(e) = self.email() {
            return e.to_owned();
        }
        match (self.external_ids.first(), self.phones.first()) {
            (_, Some(p)) => p.raw.clone(),
            (Some(x), None) => format!("{} {}", x.source, x.id),
            (None, None) => super::number::show(Kind::Customer, self.number),
        }
    }

    /// The address to write to: the primary one, else the first.
    pub fn email(&self) -> Option<&str> {
        self.emails.iter().find(|e| e.primary).or(self.emails.first()).map(|e| e.address.as_str())
    }

    /// The number to call: the primary one, else the first.
    pub fn phone(&self) -> Option<&str> {
        self.phones.iter().find(|p| p.primary).or(self.phones.first()).map(|p| p.raw.as_str())
    }

    /// The main organisation.
    pub fn organisation(&self) -> Option<Id> {
        self.roles.first().map(|r| r.organisation)
    }

    /// Whether it takes part in lists and finds: neither archived nor merged away.
    pub fn is_live(&self) -> bool {
        self.archived_at.is_none() && self.merged_into.is_none()
    }
}

impl Derive for Customer {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Customer, self.id);
        out.number(Kind::Customer, self.number, self.id);
        if self.merged_into.is_none() {
            out.external(Kind::Customer, &self.external_ids, self.id);
            out.tags(Kind::Customer, &self.tags, self.id);
            let mut emails: Vec<(String, bool)> =
                self.emails.iter().filter_map(|e| Some((fold::email_key(&e.address)?, e.shared))).collect();
            emails.sort();
            emails.dedup_by(|a, b| a.0 == b.0);
            for (email, shared) in emails {
                out.row(Table::IxEmail, Key::new().text(&email).id(self.id), [u8::from(shared)]);
            }
            let mut phones: Vec<String> = self.phones.iter().filter_map(Phone::key).collect();
            phones.sort();
            phones.dedup();
            for phone in phones {
                out.row(Table::IxPhone, Key::new().text(&phone).id(self.id), []);
            }
        }
        let sort_name = fold::fold(&format!("{} {}", self.family, self.given));
        let sort_name = if sort_name.is_empty() { fold::fold(&self.display_name()) } else { sort_name };
        out.row(Table::IxName, Key::new().u8(Kind::Customer.code()).text(&sort_name).id(self.id), []);
        for change in self.stages.iter().filter(|_| self.merged_into.is_none()) {
            out.timeline(self.id, change.at, Kind::Customer, self.id);
        }
        for role in &self.roles {
            out.refer((Kind::Organisation, role.organisation), me);
        }
        for other in [self.referred_by, self.merged_into].into_iter().flatten() {
            out.refer((Kind::Customer, other), me);
        }
        if let Some(owner) = self.owner {
            out.refer((Kind::Agent, owner), me);
        }
    }
}
