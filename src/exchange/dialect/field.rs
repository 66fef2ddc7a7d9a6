//! What a column of people means.

use std::fmt;

/// Which of several values of a kind: the second work phone is `work`, 2.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Slot {
    /// Work, home, mobile … in lower case; empty where the header does not say.
    pub label: String,
    /// From 1.
    pub n: u16,
}

/// Part of a postal address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressPart {
    /// Street and house; 2 and 3 are further lines of it.
    Street(u8),
    /// Address details: flat, floor.
    Extended,
    /// Post office box.
    PoBox,
    /// Town.
    City,
    /// State or province.
    Region,
    /// Postal code.
    Postal,
    /// Country.
    Country,
    /// All of it in one text.
    Formatted,
}

/// What a column of people means.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Field {
    /// The whole name in one text.
    FullName,
    /// The name to sort or show by: used where there is no other.
    ShownName,
    /// Given name.
    Given,
    /// Names between.
    Middle,
    /// Family name.
    Family,
    /// Title in front.
    Prefix,
    /// What follows the name.
    Suffix,
    /// Nickname.
    Nickname,
    /// How a part of the name is said: 0 given or whole, 1 middle, 2 family.
    Phonetic(u8),
    /// An e-mail address.
    Email(Slot),
    /// What kind of address that is.
    EmailLabel(Slot),
    /// A telephone number.
    Phone(Slot),
    /// What kind of number that is.
    PhoneLabel(Slot),
    /// Part of a postal address.
    Address(Slot, AddressPart),
    /// What kind of address that is.
    AddressLabel(Slot),
    /// A web page.
    Website(Slot),
    /// What kind of page that is.
    WebsiteLabel(Slot),
    /// Organisation.
    Organisation,
    /// Post held in it.
    Title,
    /// Part of it.
    Department,
    /// Date of birth.
    Birthday,
    /// A part of it: 0 the year, 1 the month, 2 the day.
    BirthPart(u8),
    /// Gender.
    Gender,
    /// Income band.
    IncomeBand,
    /// Another field of customers, by the name under which it is declared.
    Declared(&'static str),
    /// Notes.
    Notes,
    /// Tags.
    Tags,
    /// How another system names the person; the lowest rank of several columns wins.
    ExternalId {
        /// 0 is the surest.
        rank: u8,
    },
    /// Days since the last contact.
    DaysSinceContact,
    /// How many tickets are open.
    OpenTickets,
    /// Language.
    Language,
    /// Who looks after them.
    Owner,
    /// How far they have come, in our words.
    Stage,
    /// When they were first written down.
    Created,
    /// The name of a pair of columns: `Custom Field 1 - Label`.
    PairName(String, u16),
    /// The value of such a pair.
    PairValue(String, u16),
    /// Kept as a custom field, under its header.
    Custom,
    /// The same under another name.
    CustomAs(String),
    /// The same unless it contains one of these values, separated by `|`, which programs write by default.
    CustomBut(&'static str),
    /// Left out.
    Skip,
}

impl Field {
    /// Whether several columns may mean it; of the others the first counts and the rest are custom fields.
    pub fn repeats(&self) -> bool {
        matches!(self, Field::Notes | Field::Tags | Field::Custom | Field::CustomBut(_) | Field::Skip)
    }

    /// Whether it identifies a person.
    pub fn identifies(&self) -> bool {
        matches!(
            self,
            Field::FullName
                | Field::ShownName
                | Field::Given
                | Field::Family
                | Field::Email(_)
                | Field::Phone(_)
                | Field::Organisation
        )
    }

    /// Whether it is kept under its header only.
    pub fn is_custom(&self) -> bool {
        matches!(self, Field::Custom | Field::CustomBut(_))
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.label.is_empty(), self.n) {
            (true, 0 | 1) => Ok(()),
            (true, n) => write!(f, " ({n})"),
            (false, 0 | 1) => write!(f, " ({})", self.label),
            (false, n) => write!(f, " ({} {n})", self.label),
        }
    }
}

impl fmt::Display for AddressPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AddressPart::Street(1) => f.write_str("street"),
            AddressPart::Street(n) => write!(f, "street, line {n}"),
            AddressPart::Extended => f.write_str("extended address"),
            AddressPart::PoBox => f.write_str("post office box"),
            AddressPart::City => f.write_str("city"),
            AddressPart::Region => f.write_str("region"),
            AddressPart::Postal => f.write_str("postal code"),
            AddressPart::Country => f.write_str("country"),
            AddressPart::Formatted => f.write_str("whole address"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Field::Email(slot) => return write!(f, "e-mail{slot}"),
            Field::EmailLabel(slot) => return write!(f, "kind of e-mail{slot}"),
            Field::Phone(slot) => return write!(f, "phone{slot}"),
            Field::PhoneLabel(slot) => return write!(f, "kind of phone{slot}"),
            Field::Address(slot, part) => return write!(f, "{part}{slot}"),
            Field::AddressLabel(slot) => return write!(f, "kind of address{slot}"),
            Field::Website(slot) => return write!(f, "website{slot}"),
            Field::WebsiteLabel(slot) => return write!(f, "kind of website{slot}"),
            Field::PairName(kind, n) => return write!(f, "name of {kind} {n}"),
            Field::PairValue(kind, n) => return write!(f, "{kind} {n}"),
            Field::Declared(name) => return f.write_str(&name.replace('_', " ")),
            Field::CustomAs(name) => return write!(f, "custom field “{name}”"),
            Field::FullName => "full name",
            Field::ShownName => "full name, where there is no other",
            Field::Stage => "stage",
            Field::Created => "created",
            Field::Given => "given name",
            Field::Middle => "middle name",
            Field::Family => "family name",
            Field::Prefix => "name prefix",
            Field::Suffix => "name suffix",
            Field::Nickname => "nickname",
            Field::Phonetic(_) => "phonetic name",
            Field::Organisation => "organisation",
            Field::Title => "job title",
            Field::Department => "department",
            Field::Birthday => "birthday",
            Field::BirthPart(0) => "year of birth",
            Field::BirthPart(1) => "month of birth",
            Field::BirthPart(_) => "day of birth",
            Field::Gender => "gender",
            Field::IncomeBand => "income band",
            Field::Notes => "notes",
            Field::Tags => "tags",
            Field::ExternalId { .. } => "external id",
            Field::DaysSinceContact => "days since contact",
            Field::OpenTickets => "open tickets",
            Field::Language => "language",
            Field::Owner => "owner",
            Field::Custom | Field::CustomBut(_) => "custom field",
            Field::Skip => "left out",
        };
        f.write_str(word)
    }
}
