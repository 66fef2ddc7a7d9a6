//! What cards become, and what becomes of customers as cards.

use std::io::{Cursor, Read};

use proptest::prelude::*;

use super::{
    folder::{self, Folder, Written},
    write::Person,
    *,
};
use crate::{
    exchange::{bytes::Input, contact::ContactRow, reject::Reject},
    model::{
        Customer, Id,
        customer::{Address, Email, Handle, OrganisationRole, Phone},
    },
};

fn cards(bytes: impl Into<Vec<u8>>) -> Vec<Result<Card, Reject>> {
    let input = Input::new("t.vcf", None, Box::new(Cursor::new(bytes.into()))).unwrap();
    let mut cards = Cards::of(input);
    let mut out = Vec::new();
    while let Some(card) = cards.next_card().unwrap() {
        out.push(card);
    }
    out
}

fn people(bytes: impl Into<Vec<u8>>) -> Vec<ContactRow> {
    cards(bytes).into_iter().map(|c| row(&c.unwrap()).unwrap()).collect()
}

fn values(all: &[crate::exchange::contact::Labelled]) -> Vec<(&str, &str, bool)> {
    all.iter().map(|l| (l.label.as_str(), l.value.as_str(), l.primary)).collect()
}

#[test]
fn a_card_of_the_old_kind_is_read() {
    let mut bytes = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg\r\n\
FN;CHARSET=UTF-8;QUOTED-PRINTABLE:J=C3=B6rg =\r\nM=C3=BCller\r\nTEL;WORK;FAX:0221 2\r\nTEL;PREF;CELL;VOICE:0170 1\r\n\
EMAIL;INTERNET;HOME:joerg@kettle.example\r\nADR;WORK;ENCODING=QUOTED-PRINTABLE:;;Domstr. 7=0D=0AHof;K=C3=B6ln;NRW;50667;DE\r\n\
NOTE:gr"
        .to_vec();
    // A byte of Windows-1252 that nothing announces.
    bytes.extend(b"\xfc\xdfe\r\nPHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/\r\n  4AAQ\r\n\r\nEND:VCARD\r\n");
    let all = people(bytes);
    let p = &all[0];
    assert_eq!((p.given.as_str(), p.family.as_str()), ("Jörg", "Müller"));
    assert_eq!(values(&p.phones), [("work fax", "0221 2", false), ("mobile", "0170 1", true)]);
    assert_eq!(values(&p.emails), [("home", "joerg@kettle.example", false)]);
    assert_eq!((p.addresses[0].street.as_str(), p.addresses[0].city.as_str()), ("Domstr. 7\nHof", "Köln"));
    assert_eq!(p.notes, "grüße");
    assert_eq!(p.kept, ["PHOTO;TYPE=JPEG;ENCODING=b:/9j/4AAQ"]);
}

#[test]
fn cards_of_address_books_are_read() {
    let all = people(
        "\u{feff}begin:vcard\nVERSION:3.0\nN:Dow;John;Q.,Public;Dr.;Jr.\nFN:Dr. John Q. Public Dow\\, Jr.\n\
X-PHONETIC-FIRST-NAME:Jon\nX-PHONETIC-LAST-NAME:Dough\nNICKNAME:Jack\nORG:Kettle\\; Sons;Buying;Tea\nTITLE:Head\n\
item1.TEL;type=pref:+49 221 1\nitem1.X-ABLabel:_$!<Main>!$_\nitem2.URL:http://kettle.example\nitem2.X-ABLabel:Shop\n\
item3.X-ABRELATEDNAMES:Ann\nitem3.X-ABLabel:_$!<Sister>!$_\nEMAIL;TYPE=INTERNET,WORK:j@kettle.example\n\
BDAY;VALUE=date:1980-05-18\nNOTE:one\\nlong\n  line\nNOTE:two\nCATEGORIES:VIP,Tea\\, green\nX-AIM:johnny\n\
IMPP;X-SERVICE-TYPE=Skype:skype:j.dow\nX-SOCIALPROFILE;type=twitter:http://twitter.example/j\nUID:abc-1\nend:vcard\n\
BEGIN:VCARD\nVERSION:4.0\nFN:Ludwig van Beethoven\nTEL;VALUE=uri;PREF=1;TYPE=\"voice,home\":tel:+43-1-2\nGENDER:M\n\
BDAY:--1217\nLANG:de\nTZ:Europe/Vienna\nEMAIL:nobody\nEND:VCARD\n",
    );
    let p = &all[0];
    assert_eq!(
        [&p.prefix, &p.given, &p.middle, &p.family, &p.suffix],
        ["Dr.", "John", "Q.,Public", "Dow", "Jr."]
    );
    assert_eq!((p.phonetic.as_str(), p.nickname.as_str()), ("Jon Dough", "Jack"));
    assert_eq!([&p.organisation, &p.department, &p.title], ["Kettle; Sons", "Buying, Tea", "Head"]);
    assert_eq!(values(&p.phones), [("main", "+49 221 1", true)]);
    assert_eq!(values(&p.emails), [("work", "j@kettle.example", false)]);
    assert_eq!(p.birthday.map(|d| d.to_string()).as_deref(), Some("1980-05-18"));
    assert_eq!((p.notes.as_str(), p.more_notes.as_slice()), ("one\nlong line", &["two".to_owned()][..]));
    assert_eq!(p.tags, ["VIP", "Tea, green"]);
    let handle = |network: &str, name: &str| (network.to_owned(), name.to_owned());
    let twitter = handle("twitter", "http://twitter.example/j");
    assert_eq!(p.handles, [handle("aim", "johnny"), handle("skype", "j.dow"), twitter]);
    assert_eq!(p.external_id.as_deref(), Some("abc-1"));
    assert_eq!(p.kept, ["item3.X-ABRELATEDNAMES:Ann", "item3.X-ABLABEL:_$!<Sister>!$_"]);
    let p = &all[1];
    assert_eq!((p.given.as_str(), p.family.as_str()), ("Ludwig", "van Beethoven"));
    assert_eq!(values(&p.phones), [("home", "+43-1-2", true)]);
    assert_eq!((p.gender.as_str(), p.language.as_str(), p.birthday), ("male", "de", None));
    assert_eq!(p.declared, [("zone", "Europe/Vienna".to_owned())]);
    assert_eq!(p.kept, [""; 0]);
    let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(p.custom, [own("Birthday", "--1217"), own("E-mail", "nobody")]);
    assert_eq!(p.flaws.len(), 1, "{:?}", p.flaws);
}

#[test]
fn what_is_no_person_says_why() {
    let all = cards(
        "junk\nmore junk\nBEGIN:VCARD\nVERSION:3.0\nKIND:group\nFN:Friends\nMEMBER:urn:uuid:1\nEND:VCARD\n\
BEGIN:VCARD\nURL:http://kettle.example\nEND:VCARD\nBEGIN:VCARD\nFN:Ann\nBEGIN:VCARD\nFN:Bob\nNOTE:one\nno property\n",
    );
    assert_eq!(all.len(), 5);
    let reject = all[0].as_ref().unwrap_err();
    assert_eq!((reject.line, reject.reason.as_str()), (1, "text outside of any card"));
    let said =
        |at: usize| row(all[at].as_ref().unwrap()).map(|p| (p.given, p.flaws)).map_err(|e| e.to_string());
    assert_eq!(said(1).unwrap_err(), "a group of people, not a person");
    assert!(said(2).unwrap_err().contains("no name"));
    assert_eq!(said(3).unwrap(), ("Ann".into(), vec!["no END:VCARD".into()]));
    let (name, flaws) = said(4).unwrap();
    assert_eq!((name.as_str(), flaws.len()), ("Bob", 1));
    let note = row(all[4].as_ref().unwrap()).unwrap().notes;
    assert_eq!(note, "one\nno property", "a line without a colon belongs to the one above it");
    assert!(all[1].as_ref().unwrap().shown().contains("FN:Friends"));
}

#[test]
fn a_hostile_file_takes_little_memory_and_loses_no_neighbour() {
    // Each of these, between two cards.
    let photo = format!("PHOTO;ENCODING=b:{}\n", "A".repeat(3 << 20));
    let folded = format!("PHOTO;ENCODING=b:{}\n", "\n ABCDEFGHIJKLMNOP".repeat(200_000));
    let many = "X-THING:1\n".repeat(100_000);
    let deep = format!("AGENT:\n{}FN:Evil\n{}", "BEGIN:VCARD\n".repeat(50_000), "END:VCARD\n".repeat(50_000));
    for (what, says) in [(photo, "too many"), (folded, "too many"), (many, "further properties"), (deep, "")]
    {
        let text = format!(
            "BEGIN:VCARD\nFN:Ann\nEND:VCARD\nBEGIN:VCARD\nFN:Eve\n{what}NOTE:kept\nEND:VCARD\nBEGIN:VCARD\nFN:Bob\nEND:VCARD\n"
        );
        let all = people(text);
        assert_eq!(all.iter().map(|p| p.given.as_str()).collect::<Vec<_>>(), ["Ann", "Eve", "Bob"]);
        let eve = &all[1];
        assert!(eve.kept.iter().map(String::len).sum::<usize>() <= MOST_KEPT);
        assert!(says.is_empty() || eve.flaws.iter().any(|f| f.contains(says)), "{:?}", eve.flaws);
        assert!(eve.notes == "kept" || says.contains("further"), "{:?}", eve.notes);
    }
    // A file that never ends its first line.
    let input = Input::new(
        "t",
        None,
        Box::new(Cursor::new(b"BEGIN:VCARD\nFN:").chain(std::io::repeat(b'A').take(20 << 20))),
    );
    let mut cards = Cards::of(input.unwrap());
    let card = cards.next_card().unwrap().unwrap().unwrap();
    assert!(card.properties[0].value.len() <= 64 << 10);
    assert!(row(&card).is_err());
    assert!(cards.bytes_read() > 20 << 20);
}

fn full() -> Customer {
    Customer {
        id: Id([7; 16]),
        given: "Aurélie".into(),
        family: "Bertin; de, la".into(),
        middle: "Jeanne".into(),
        prefix: "Mme".into(),
        suffix: "PhD".into(),
        nickname: "Auré".into(),
        phonetic: "O-ré-lie".into(),
        emails: vec![
            Email { address: "a@kettle.example".into(), kind: "work".into(), ..Email::default() },
            Email {
                address: "b@kettle.example".into(),
                kind: "Büro 2".into(),
                primary: true,
                ..Email::default()
            },
        ],
        phones: vec![
            Phone { raw: "+33 1".into(), kind: "work fax".into(), primary: true, ..Phone::default() },
            Phone { raw: "+33 2".into(), kind: "mobile".into(), ..Phone::default() },
            Phone { raw: "+33 3".into(), kind: "fax work".into(), ..Phone::default() },
        ],
        addresses: vec![Address {
            kind: "home".into(),
            street: "7, rue du Lac\nBât. B".into(),
            extended: "2e".into(),
            po_box: "12".into(),
            city: "Lyon".into(),
            region: "ARA".into(),
            postal: "69001".into(),
            country: "France".into(),
        }],
        roles: vec![
            OrganisationRole {
                title: "Cheffe".into(),
                department: "Achats, Thé".into(),
                ..Default::default()
            },
            OrganisationRole { title: "Amie".into(), ..Default::default() },
        ],
        handles: vec![
            Handle { network: "twitter".into(), handle: "@auré".into() },
            Handle { network: "Own net".into(), handle: "a:b".into() },
            Handle { network: String::new(), handle: "plain".into() },
        ],
        websites: vec!["https://kettle.example/a;b".into()],
        language: "fr".into(),
        birthday: "1980-05-18".parse().ok(),
        gender: "female".into(),
        income_band: "high".into(),
        tags: vec!["vip".into(), "tea, green".into()],
        custom: [("Shoe size; EU".to_owned(), "42\n½".to_owned())].into(),
        notes: vec!["Line one\nline two".into(), "A long note, ".repeat(20).trim().into()],
        vcard: vec!["ANNIVERSARY:2001-02-03".into(), "item1.X-ABRELATEDNAMES;TYPE=pref:Žofie".into()],
        ..Customer::default()
    }
}

fn written(c: &Customer, version: Version) -> String {
    let person = Person {
        customer: c,
        organisations: &["Bouilloire; SARL", "Lac"],
        owner: "Dana",
        created: "2024-05-18T10:00:00Z",
        fields: &[("contact_hours", "mornings; evenings".to_owned()), ("zone", "Europe/Paris".to_owned())],
        sensitive: true,
    };
    write::card(&person, version)
}

#[test]
fn a_customer_comes_back_from_a_card_of_each_version() {
    let c = full();
    for version in [Version::V21, Version::V3, Version::V4] {
        let text = written(&c, version);
        assert!(text.lines().all(|l| l.len() <= 76 || version == Version::V21), "{text}");
        assert!(text.starts_with(&format!("BEGIN:VCARD\r\nVERSION:{}\r\n", version.word())), "{text}");
        let all = people(text.clone());
        let [p] = all.as_slice() else { panic!("{text}") };
        assert_eq!(p.flaws, [""; 0], "{text}");
        assert_eq!(
            [&p.given, &p.family, &p.middle, &p.prefix, &p.suffix, &p.nickname, &p.phonetic],
            [&c.given, &c.family, &c.middle, &c.prefix, &c.suffix, &c.nickname, &c.phonetic],
            "{text}"
        );
        assert_eq!(
            values(&p.emails),
            [("work", "a@kettle.example", false), ("Büro 2", "b@kettle.example", true)]
        );
        assert_eq!(
            values(&p.phones),
            [("work fax", "+33 1", true), ("mobile", "+33 2", false), ("fax work", "+33 3", false)]
        );
        let a = &p.addresses[0];
        let b = &c.addresses[0];
        assert_eq!(
            [&a.label, &a.street, &a.extended, &a.po_box, &a.city, &a.region, &a.postal, &a.country],
            [&b.kind, &b.street, &b.extended, &b.po_box, &b.city, &b.region, &b.postal, &b.country]
        );
        assert_eq!([&p.organisation, &p.title, &p.department], ["Bouilloire; SARL", "Cheffe", "Achats, Thé"]);
        assert_eq!(p.more_roles, [["Lac", "Amie", ""].map(str::to_owned)]);
        let handles: Vec<Handle> =
            p.handles.iter().map(|(n, h)| Handle { network: n.clone(), handle: h.clone() }).collect();
        assert_eq!(handles, c.handles);
        assert_eq!(p.websites[0].value, c.websites[0]);
        assert_eq!(
            (&p.language, p.birthday, &p.gender, &p.income_band),
            (&c.language, c.birthday, &c.gender, &c.income_band)
        );
        assert_eq!(p.tags, c.tags);
        assert_eq!(p.custom, c.custom.clone().into_iter().collect::<Vec<_>>());
        assert_eq!([vec![p.notes.clone()], p.more_notes.clone()].concat(), c.notes);
        assert_eq!(p.kept, c.vcard);
        assert_eq!(p.owner, "Dana");
        assert_eq!(p.created_at, Some(1_716_026_400_000));
        assert_eq!(
            p.declared,
            [("contact_hours", "mornings; evenings".to_owned()), ("zone", "Europe/Paris".to_owned())]
        );
        assert_eq!(p.external_id.as_deref(), Some("urn:uuid:07070707-0707-0707-0707-070707070707"));
    }
    let mut secret = full();
    secret.given = "Ann".into();
    let person = Person {
        customer: &secret,
        organisations: &[],
        owner: "",
        created: "",
        fields: &[],
        sensitive: false,
    };
    let text = write::card(&person, Version::V3);
    for hidden in ["1980", "female", "high"] {
        assert!(!text.contains(hidden), "{text}");
    }
}

#[test]
fn a_person_without_a_name_gets_none_from_the_card() {
    for c in [
        Customer {
            emails: vec![Email { address: "a@kettle.example".into(), ..Email::default() }],
            ..Customer::default()
        },
        Customer { phones: vec![Phone { raw: "+49 1".into(), ..Phone::default() }], ..Customer::default() },
        Customer { nickname: "Bee".into(), ..Customer::default() },
        Customer::default(),
    ] {
        let p = &people(written(&c, Version::V3))[0];
        assert_eq!(p.name(), "", "{c:?}");
        assert_eq!(p.nickname, c.nickname);
    }
}

#[test]
fn a_folder_is_written_card_by_card_and_files_of_others_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("book");
    let card = |uid: &str, name: &str| {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nEND:VCARD\r\n")
    };
    let mut folder = Folder::open(&at).unwrap();
    assert_eq!(folder.write("urn:uuid:1", &card("urn:uuid:1", "Ann")).unwrap(), Written::New);
    assert_eq!(folder.write("urn:uuid:1", &card("urn:uuid:1", "Ann")).unwrap(), Written::Same);
    assert_eq!(folder.write("a/../b", &card("a/../b", "Bob")).unwrap(), Written::New);
    std::fs::write(at.join("2.vcf"), card("other", "Other")).unwrap();
    std::fs::write(at.join("khard.vcf"), card("3", "Cid")).unwrap();
    std::fs::write(at.join("two.vcf"), [card("4", "Dot"), card("5", "Eve")].concat()).unwrap();
    std::fs::write(at.join(".hidden.vcf"), card("6", "Fay")).unwrap();
    let mut folder = Folder::open(&at).unwrap();
    assert_eq!(folder.write("urn:uuid:1", &card("urn:uuid:1", "Anne")).unwrap(), Written::Replaced);
    assert!(folder.write("2", &card("2", "Mine")).unwrap_err().to_string().contains("left unchanged"));
    assert_eq!(folder.write("3", &card("3", "Cyd")).unwrap(), Written::Replaced);
    assert!(folder.write("4", &card("4", "Dorothy")).unwrap_err().to_string().contains("several cards"));
    assert_eq!(std::fs::read_to_string(at.join("2.vcf")).unwrap(), card("other", "Other"));
    assert_eq!(std::fs::read_to_string(at.join("khard.vcf")).unwrap(), card("3", "Cyd"));
    assert!(std::fs::read_to_string(at.join("1.vcf")).unwrap().contains("Anne"));
    let names: Vec<String> = folder::cards(&at)
        .unwrap()
        .iter()
        .map(|p| p.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 5, "{names:?}");
    assert!(names.iter().all(|n| !n.contains("..") && !n.starts_with('.')), "{names:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_comes_back(given in "[^\\p{C}\\p{Z}]{1,20}", note in "[^\\r\\p{Cc}]{1,200}", tag in "[^\\p{C}\\p{Z}]{1,30}", version in 0..3) {
        let version = [Version::V21, Version::V3, Version::V4][version as usize];
        let c = Customer {
            given: given.clone(),
            family: "Lovelace".into(),
            notes: vec![note.trim().to_owned()],
            custom: [(tag.clone(), note.trim().to_owned())].into(),
            ..Customer::default()
        };
        let text = written(&c, version);
        let all = people(text.clone());
        prop_assert_eq!(all.len(), 1);
        prop_assert_eq!(&all[0].given, &given, "{}", text);
        prop_assert_eq!(&all[0].notes, note.trim(), "{}", text);
        if !note.trim().is_empty() {
            prop_assert_eq!(&all[0].custom, &[(tag, note.trim().to_owned())], "{}", text);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let mut text = b"BEGIN:VCARD\n".to_vec();
        text.extend(bytes);
        for card in cards(text).into_iter().flatten() {
            let _ = row(&card);
            let _ = card.shown();
        }
    }
}
