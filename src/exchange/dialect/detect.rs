//! Which program wrote a file of people: its headers say.

use super::{Field, Slot, header};

/// A program's way of writing people down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Our own export.
    Frontdesk,
    /// Google Contacts in its own format.
    Google,
    /// Google Contacts as it was.
    GoogleOld,
    /// Outlook.
    Outlook,
    /// Thunderbird.
    Thunderbird,
    /// Zendesk's users.
    Zendesk,
    /// HubSpot's contacts.
    HubSpot,
    /// Salesforce's contacts.
    Salesforce,
    /// Zammad's users.
    Zammad,
    /// csv2vcard's input.
    Csv2Vcard,
    /// Any other: headers by what people call things.
    Generic,
}

impl Program {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Program::Frontdesk => "frontdesk",
            Program::Google => "Google Contacts",
            Program::GoogleOld => "Google Contacts (old)",
            Program::Outlook => "Outlook",
            Program::Thunderbird => "Thunderbird",
            Program::Zendesk => "Zendesk users",
            Program::HubSpot => "HubSpot contacts",
            Program::Salesforce => "Salesforce contacts",
            Program::Zammad => "Zammad users",
            Program::Csv2Vcard => "csv2vcard",
            Program::Generic => "contacts",
        }
    }

    /// The program whose headers these are.
    pub fn of(headers: &[String]) -> Program {
        let words: Vec<String> = headers.iter().map(|h| header::words(h)).collect();
        let all = |wanted: &[&str]| wanted.iter().all(|w| words.iter().any(|h| h == w));
        let any = |wanted: &[&str]| wanted.iter().any(|w| words.iter().any(|h| h == w));
        match () {
            () if all(&["id", "first name", "last name", "tags", "owner", "stage", "created"]) => {
                Program::Frontdesk
            }
            () if all(&["given name"]) && any(&["group membership", "email 1 type", "yomi name"]) => {
                Program::GoogleOld
            }
            () if any(&["email 1 value", "email 1 label", "phone 1 label", "phonetic first name"])
                && any(&["first name", "labels", "file as"]) =>
            {
                Program::Google
            }
            () if all(&["birth year", "birth month"]) => Program::Thunderbird,
            () if all(&["email address"])
                && any(&["email display name", "business street", "email 2 address", "email type"]) =>
            {
                Program::Outlook
            }
            () if all(&["name", "email", "external id"]) && any(&["restriction", "role"]) => Program::Zendesk,
            () if any(&["lifecycle stage", "associated company", "lead status"])
                || all(&["record id", "first name"]) =>
            {
                Program::HubSpot
            }
            () if all(&["id", "last name"])
                && any(&["account id", "mailing street", "is deleted", "owner id"]) =>
            {
                Program::Salesforce
            }
            () if all(&["login", "firstname", "lastname"]) => Program::Zammad,
            () if all(&["last name", "first name", "p code"]) => Program::Csv2Vcard,
            () => Program::Generic,
        }
    }

    /// What a header means in this program's files, where that differs from what it means elsewhere.
    pub(super) fn meaning(self, header: &str) -> Field {
        let words = header::words(header);
        let phone = |label: &str| Field::Phone(Slot { label: label.to_owned(), n: 1 });
        match (self, words.as_str()) {
            (Program::Frontdesk, "stage") | (Program::HubSpot, "lifecycle stage") => Field::Stage,
            (Program::Frontdesk, "created") => Field::Created,
            (Program::Thunderbird, "birth year") => Field::BirthPart(0),
            (Program::Thunderbird, "birth month") => Field::BirthPart(1),
            (Program::Thunderbird, "birth day") => Field::BirthPart(2),
            (Program::Thunderbird, "custom 1" | "custom 2" | "custom 3" | "custom 4") => Field::Custom,
            (Program::Outlook, "title") => Field::Prefix,
            (Program::Outlook, "email display name") => Field::ShownName,
            (Program::Outlook, "initials") => Field::Skip,
            (Program::Outlook, w) if w.starts_with("email") && w.ends_with("type") => Field::Skip,
            (Program::Outlook, "priority" | "sensitivity") => Field::CustomBut("Normal"),
            (Program::Outlook, "private") => Field::CustomBut("False"),
            (Program::Outlook, "anniversary") => Field::CustomBut("0/0/00"),
            (Program::Outlook, "callback" | "isdn" | "telex" | "pager") => phone(&words),
            (Program::Outlook, "tty tdd phone") => phone("tty"),
            (Program::Outlook, "company main phone") => phone("main"),
            (Program::Outlook, "primary phone") => phone("primary"),
            (Program::Outlook, "account" | "keywords") => Field::Custom,
            (Program::GoogleOld, "occupation") => Field::Custom,
            (Program::Salesforce, "is deleted" | "has opted out of email" | "do not call") => {
                Field::CustomBut("0|false")
            }
            (Program::Zammad, "active") => Field::CustomBut("true"),
            _ => header::meaning(header),
        }
    }
}
