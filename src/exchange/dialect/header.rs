//! What a header means in any program's file: its words, folded, held against what people call things.

use super::field::{AddressPart, Field, Slot};
use crate::model::{
    Customer,
    field::{Declared, FieldDef, Write},
    fold,
};

/// The words of a header: `FirstName`, `first_name` and `First Name` are all `first name`; `E-mail` is `email`.
pub(in crate::exchange) fn words(header: &str) -> String {
    let mut spaced = String::with_capacity(header.len() + 8);
    let mut before = ' ';
    for c in header.chars() {
        let starts_word = (before.is_lowercase() && c.is_uppercase())
            || (before.is_alphabetic() && c.is_ascii_digit())
            || (before.is_ascii_digit() && c.is_alphabetic());
        if starts_word {
            spaced.push(' ');
        }
        // Apostrophes are dropped, so that `Assistant's` stays one word.
        if !matches!(c, '\'' | '’') {
            spaced.push(if c.is_alphanumeric() { c } else { ' ' });
        }
        before = c;
    }
    let folded = fold::fold(&spaced);
    let folded = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.strip_prefix("e mail") {
        Some(rest) => format!("email{rest}"),
        None => folded.replace(" e mail", " email"),
    }
}

/// What a header means; [`Field::Custom`] where it is unknown.
pub fn meaning(header: &str) -> Field {
    let words = words(header);
    if words.starts_with("reject ") {
        return Field::Skip;
    }
    plain(&words)
        .or_else(|| pair(&words))
        .or_else(|| slotted(&words))
        .or_else(|| declared(&words))
        .unwrap_or(Field::Custom)
}

/// Fields of which a person has one.
fn plain(words: &str) -> Option<Field> {
    Some(match words {
        "name" | "full name" | "fullname" | "contact name" | "contact" | "customer" | "customer name"
        | "kunde" | "person" | "nom complet" | "ansprechpartner" => Field::FullName,
        "display name" | "file as" | "shown name" => Field::ShownName,
        "first name" | "firstname" | "first" | "given name" | "given" | "forename" | "fname" | "vorname"
        | "prenom" | "nombre" | "voornaam" | "fornamn" | "imie" => Field::Given,
        "middle name" | "middlename" | "middle" | "additional name" | "second name" => Field::Middle,
        "last name" | "lastname" | "last" | "family name" | "family" | "surname" | "lname" | "nachname"
        | "familienname" | "nom" | "nom de famille" | "apellido" | "apellidos" | "achternaam" | "cognome"
        | "efternamn" | "nazwisko" => Field::Family,
        "prefix" | "name prefix" | "salutation" | "honorific" | "honorific prefix" | "anrede" => {
            Field::Prefix
        }
        "suffix" | "name suffix" | "honorific suffix" => Field::Suffix,
        "nickname" | "nick name" | "nick" | "known as" | "spitzname" => Field::Nickname,
        "phonetic"
        | "phonetic name"
        | "yomi name"
        | "phonetic first name"
        | "phonetic given name"
        | "given yomi"
        | "given name yomi" => Field::Phonetic(0),
        "phonetic middle name" | "additional name yomi" => Field::Phonetic(1),
        "phonetic last name" | "phonetic family name" | "surname yomi" | "family name yomi" => {
            Field::Phonetic(2)
        }
        "company"
        | "organization"
        | "organisation"
        | "organization name"
        | "organisation name"
        | "company name"
        | "org"
        | "employer"
        | "firma"
        | "unternehmen"
        | "account"
        | "account name"
        | "associated company"
        | "entreprise"
        | "societe"
        | "empresa"
        | "azienda"
        | "bedrijf"
        | "organization 1 name" => Field::Organisation,
        "title"
        | "job title"
        | "jobtitle"
        | "position"
        | "organization title"
        | "occupation"
        | "job"
        | "funktion"
        | "poste"
        | "cargo"
        | "organization 1 title" => Field::Title,
        "department" | "dept" | "organization department" | "abteilung" | "organization 1 department" => {
            Field::Department
        }
        "birthday" | "birth date" | "birthdate" | "date of birth" | "dob" | "bday" | "born"
        | "geburtstag" | "geburtsdatum" => Field::Birthday,
        "gender" | "sex" | "geschlecht" => Field::Gender,
        "income" | "income band" => Field::IncomeBand,
        "notes" | "note" | "comment" | "comments" | "description" | "remarks" | "memo" | "notizen"
        | "notiz" | "bemerkung" | "bemerkungen" => Field::Notes,
        "tags" | "tag" | "labels" | "categories" | "groups" | "group membership" | "keywords"
        | "kategorien" | "schlagworte" => Field::Tags,
        "external id" | "externalid" => Field::ExternalId { rank: 0 },
        "id" | "record id" | "uid" => Field::ExternalId { rank: 1 },
        "contact id" | "customer id" | "user id" | "customer number" | "customer no" | "customer code"
        | "kundennummer" | "kunden nr" => Field::ExternalId { rank: 2 },
        "login" | "username" | "user name" => Field::ExternalId { rank: 3 },
        "days since contact" | "days since last contact" => Field::DaysSinceContact,
        "open tickets" | "open ticket count" | "tickets open" => Field::OpenTickets,
        "language" | "lang" | "locale" | "preferred language" | "sprache" | "langue" => Field::Language,
        "owner" | "contact owner" | "account owner" | "assigned to" | "sales rep" => Field::Owner,
        "skip" | "ignore" => Field::Skip,
        _ => return None,
    })
}

/// Fields of customers under the headers that they are exported with.
fn declared(folded: &str) -> Option<Field> {
    let is = |d: &&FieldDef| !d.head.is_empty() && words(d.head) == folded;
    let spec = Customer::TABLE.iter().find(|s| is(&&s.def))?;
    let as_typed = matches!(spec.write, Write::Text(_) | Write::Texts(_) | Write::Paragraphs(_));
    as_typed.then_some(Field::Declared(spec.def.name))
}

/// `Custom Field 1 - Label` and its like.
fn pair(words: &str) -> Option<Field> {
    ["custom field", "event", "relation", "im", "organization"].into_iter().find_map(|kind| {
        let (n, role) = words.strip_prefix(kind)?.strip_prefix(' ')?.split_once(' ')?;
        let n: u16 = n.parse().ok()?;
        match (kind, role) {
            // Of the organisation's other columns each has its own header to stand under.
            ("organization", _) => None,
            (_, "label" | "type") => Some(Field::PairName(kind.to_owned(), n)),
            (_, "value") => Some(Field::PairValue(kind.to_owned(), n)),
            _ => None,
        }
    })
}

/// Fields of which a person has several: with a number, and a label before or behind.
fn slotted(words: &str) -> Option<Field> {
    let list: Vec<&str> = words.split(' ').collect();
    if let Some(field) = kind_of(words, Slot { label: String::new(), n: 1 }) {
        return Some(field);
    }
    // Without the number: `email 2 address`, `home phone 2`.
    let number = list.iter().rposition(|w| w.parse::<u16>().is_ok());
    let n = number.and_then(|i| list.get(i)).and_then(|w| w.parse().ok()).unwrap_or(1).max(1);
    let bare: Vec<&str> =
        list.iter().enumerate().filter(|(i, _)| Some(*i) != number).map(|(_, w)| *w).collect();
    if number.is_some()
        && let Some(field) = kind_of(&bare.join(" "), Slot { label: String::new(), n })
    {
        return Some(field);
    }
    // Without the label: `home city`, `business street 2`, `phone work`. Lines of streets keep their number.
    let with_label = |list: &[&str], n: u16| {
        let front = list.split_first().map(|(l, rest)| (*l, rest.join(" ")));
        let back = list.split_last().map(|(l, rest)| (*l, rest.join(" ")));
        [front, back].into_iter().flatten().find_map(|(word, rest)| {
            let (label, order) = label(word)?;
            kind_of(&rest, Slot { label: label.to_owned(), n: n.max(order) })
        })
    };
    with_label(&list, 1).or_else(|| with_label(&bare, n))
}

/// What a word says about which of several a value is, and the number it counts as.
fn label(word: &str) -> Option<(&'static str, u16)> {
    Some(match word {
        "home" | "private" | "privat" => ("home", 1),
        "personal" => ("personal", 1),
        "work" | "business" | "office" | "geschaftlich" | "geschaeftlich" => ("work", 1),
        "other" | "alternate" | "alternative" => ("other", 1),
        "mobile" | "cell" | "cellular" | "mobil" => ("mobile", 1),
        "mailing" | "postal" => ("mailing", 1),
        "billing" | "invoice" => ("billing", 1),
        "shipping" | "delivery" => ("shipping", 1),
        "main" => ("main", 1),
        "assistants" | "assistant" => ("assistant", 1),
        "car" => ("car", 1),
        "radio" => ("radio", 1),
        "primary" => ("", 1),
        "secondary" => ("", 2),
        _ => return None,
    })
}

/// The field of a header without number and label.
fn kind_of(words: &str, slot: Slot) -> Option<Field> {
    let labelled = |label: &str| {
        let label = if slot.label.is_empty() { label.to_owned() } else { format!("{} {label}", slot.label) };
        Slot { label, n: slot.n }
    };
    Some(match words {
        "email" | "email address" | "email value" | "mail" | "email addresses" | "emails" | "courriel"
        | "correo" | "email adresse" => Field::Email(slot),
        "email label" | "email kind" => Field::EmailLabel(slot),
        // Of a contact without a number it would be Outlook's `SMTP`.
        "email type" => Field::EmailLabel(slot),
        "phone" | "phone number" | "telephone" | "telephone number" | "tel" | "telefon" | "telefonnummer"
        | "phone value" | "phones" | "telefono" | "landline" | "number" => Field::Phone(slot),
        "phone label" | "phone type" | "phone kind" => Field::PhoneLabel(slot),
        "mobile"
        | "mobile phone"
        | "mobile number"
        | "mobile phone number"
        | "cell"
        | "cell phone"
        | "cellphone"
        | "handy"
        | "mobil"
        | "mobiltelefon"
        | "movil" => Field::Phone(labelled("mobile")),
        "fax" | "fax number" => Field::Phone(labelled("fax")),
        "pager" => Field::Phone(labelled("pager")),
        "whatsapp" => Field::Phone(labelled("whatsapp")),
        "website" | "web" | "web site" | "web page" | "webpage" | "url" | "homepage" | "website value"
        | "websites" => Field::Website(slot),
        "website label" | "website type" => Field::WebsiteLabel(slot),
        "address label" | "address type" => Field::AddressLabel(slot),
        _ => return part(words).map(|part| Field::Address(slot, part)),
    })
}

fn part(words: &str) -> Option<AddressPart> {
    Some(match words.strip_prefix("address ").filter(|w| w.parse::<u8>().is_err()).unwrap_or(words) {
        "street" | "street address" | "address" | "address 1" | "line 1" | "street 1" | "addr"
        | "adresse" | "strasse" | "rue" | "calle" | "straat" => AddressPart::Street(1),
        "street 2" | "address 2" | "line 2" => AddressPart::Street(2),
        "street 3" | "address 3" | "line 3" => AddressPart::Street(3),
        "extended" | "extended address" | "apartment" | "apt" | "suite" => AddressPart::Extended,
        "po box" | "pobox" | "postfach" => AddressPart::PoBox,
        "city" | "town" | "locality" | "ort" | "stadt" | "ville" | "ciudad" | "plaats" => AddressPart::City,
        "state" | "region" | "province" | "county" | "bundesland" | "state region" | "state province" => {
            AddressPart::Region
        }
        "zip" | "zip code" | "zipcode" | "postal code" | "postalcode" | "postcode" | "post code"
        | "p code" | "plz" | "zip postal code" | "code postal" | "postal" | "postleitzahl" => {
            AddressPart::Postal
        }
        "country" | "country region" | "land" | "pays" | "pais" => AddressPart::Country,
        "formatted" | "full address" => AddressPart::Formatted,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(label: &str, n: u16) -> Field {
        Field::Email(Slot { label: label.into(), n })
    }

    fn phone(label: &str, n: u16) -> Field {
        Field::Phone(Slot { label: label.into(), n })
    }

    fn address(label: &str, n: u16, part: AddressPart) -> Field {
        Field::Address(Slot { label: label.into(), n }, part)
    }

    #[test]
    fn one_thing_has_one_meaning_however_it_is_called() {
        for header in ["first_name", "First Name", "FIRSTNAME", "FirstName", "given", "Vorname", "prénom"] {
            assert_eq!(meaning(header), Field::Given, "{header}");
        }
        for header in
            ["email", "E-mail", "e-mail address", "EMail", "E-mail 1 - Value", "Primary Email", "email1"]
        {
            assert_eq!(meaning(header), email("", 1), "{header}");
        }
        for header in ["mobile", "Mobile Phone", "Cell", "Handy", "MobilePhone"] {
            assert_eq!(meaning(header), phone("mobile", 1), "{header}");
        }
        for header in ["zip", "p_code", "PLZ", "Postal Code", "Address 1 - Postal Code"] {
            assert_eq!(meaning(header), address("", 1, AddressPart::Postal), "{header}");
        }
        assert_eq!(meaning("Days Since Contact"), Field::DaysSinceContact);
        assert_eq!(meaning("Open Tickets"), Field::OpenTickets);
        assert_eq!(meaning("External ID"), Field::ExternalId { rank: 0 });
        assert_eq!(meaning("Shoe size"), Field::Custom);
        assert_eq!(meaning(""), Field::Custom);
        assert_eq!(meaning("reject_reason"), Field::Skip);
    }

    #[test]
    fn numbers_and_labels_tell_values_apart() {
        assert_eq!(meaning("E-mail 3 Address"), email("", 3));
        assert_eq!(meaning("Work Email"), email("work", 1));
        assert_eq!(meaning("Email (Work)"), email("work", 1));
        assert_eq!(meaning("Home Phone 2"), phone("home", 2));
        assert_eq!(meaning("Business Fax"), phone("work fax", 1));
        assert_eq!(meaning("Assistant's Phone"), phone("assistant", 1));
        assert_eq!(meaning("Business Street 2"), address("work", 1, AddressPart::Street(2)));
        assert_eq!(meaning("MailingPostalCode"), address("mailing", 1, AddressPart::Postal));
        assert_eq!(meaning("Home Address PO Box"), address("home", 1, AddressPart::PoBox));
        assert_eq!(meaning("Address 2 - City"), address("", 2, AddressPart::City));
        assert_eq!(meaning("Address 2"), address("", 1, AddressPart::Street(2)));
        assert_eq!(meaning("Business Country/Region"), address("work", 1, AddressPart::Country));
        assert_eq!(meaning("Custom Field 2 - Label"), Field::PairName("custom field".into(), 2));
    }
}
