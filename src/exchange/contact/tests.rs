use std::{io::Cursor, path::Path};

use proptest::prelude::*;

use super::*;
use crate::exchange::{
    bytes::Input,
    dialect::{Dialect, Map},
    table::{Row, Table},
};

fn read(text: &str) -> Vec<Result<ContactRow, ContactError>> {
    let table = Table::new(Cursor::new(text.as_bytes().to_vec()), None).unwrap();
    let dialect = Dialect::of(table.headers(), &Map::default()).unwrap();
    let records = table.filter_map(|row| match row.unwrap() {
        Row::Record(r) => Some(r),
        Row::Problem(_) => None,
    });
    records.map(|r| ContactRow::read(&r, &dialect)).collect()
}

fn one(text: &str) -> ContactRow {
    read(text).remove(0).unwrap()
}

fn labelled(values: &[Labelled]) -> Vec<(&str, &str, bool)> {
    values.iter().map(|v| (v.label.as_str(), v.value.as_str(), v.primary)).collect()
}

#[test]
fn google_writes_several_values_and_marks_the_main_one() {
    let row = one(
        "First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,\
Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,\
Website 1 - Label,Website 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value,Event 1 - Label,Event 1 - Value,Birthday\n\
Ann,Lee,vip ::: * myContacts ::: * starred,Home,ann@home.example,* Work,ann@work.example ::: a.lee@work.example,\
Mobile,'+1 212 555 1234 ::: +1 212 555 9999,Home,,1 High St ::: 2 Low St,Ulm ::: Bonn,Blog,https://ann.example,\
Shoe size,39,Anniversary,2010-05-01,1990-02-03\n",
    );
    assert_eq!(row.name(), "Ann Lee");
    assert_eq!(
        labelled(&row.emails),
        [
            ("home", "ann@home.example", false),
            ("work", "ann@work.example", true),
            ("work", "a.lee@work.example", false)
        ]
    );
    assert_eq!(row.email(), Some("ann@work.example"));
    assert_eq!(
        labelled(&row.phones),
        [("mobile", "+1 212 555 1234", false), ("mobile", "+1 212 555 9999", false)]
    );
    assert_eq!(row.tags, ["vip", "starred"]);
    let places: Vec<_> =
        row.addresses.iter().map(|a| (a.label.as_str(), a.street.as_str(), a.city.as_str())).collect();
    assert_eq!(places, [("home", "1 High St", "Ulm"), ("home", "2 Low St", "Bonn")]);
    assert_eq!(row.custom, [("Shoe size".into(), "39".into()), ("Anniversary".into(), "2010-05-01".into())]);
    assert_eq!(row.birthday, Day::new(1990, 2, 3));
    assert_eq!(row.flaws, [""; 0]);
}

#[test]
fn google_as_it_was_is_the_same_person() {
    let row =
        one("Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,\
Organization 1 - Type,Organization 1 - Name,Organization 1 - Title\n\
Ann B Lee,Ann,B,Lee,vip ::: * My Contacts,* Work,ann@work.example,,Acme,Buyer\n");
    assert_eq!((row.name().as_str(), row.full_name.as_deref()), ("Ann B Lee", Some("Ann B Lee")));
    assert_eq!(labelled(&row.emails), [("work", "ann@work.example", true)]);
    assert_eq!(
        (row.organisation.as_str(), row.title.as_str(), row.tags.join(",")),
        ("Acme", "Buyer", "vip".into())
    );
}

#[test]
fn outlook_says_title_and_means_dr() {
    let row = one(
        "Title,First Name,Last Name,Company,Job Title,Business Street,Business Street 2,Business City,\
Business Country/Region,Home City,Business Phone,Business Phone 2,Mobile Phone,Primary Phone,Categories,E-mail Address,\
E-mail Type,E-mail Display Name,E-mail 2 Address,Gender,Priority,Private,Birthday,Notes\r\n\
Dr.,Ann,Lee,Acme,Buyer,1 High St,2nd floor,Ulm,Germany,Bonn,030 1111111,030 2222222,0171 3333333,030-2222222,VIP;Key,\
ann@work.example,SMTP,Ann Lee (ann@work.example),ann@home.example,Unspecified,High,False,0/0/00,\"Hello\r\nthere\"\r\n",
    );
    assert_eq!(
        (row.prefix.as_str(), row.title.as_str(), row.organisation.as_str()),
        ("Dr.", "Buyer", "Acme")
    );
    assert_eq!(labelled(&row.emails), [("", "ann@work.example", false), ("", "ann@home.example", false)]);
    assert_eq!(
        labelled(&row.phones),
        [("work", "030 1111111", false), ("work", "030 2222222", true), ("mobile", "0171 3333333", false)]
    );
    let work = &row.addresses[0];
    assert_eq!(
        (work.label.as_str(), work.street.as_str(), work.country.as_str()),
        ("work", "1 High St\n2nd floor", "Germany")
    );
    assert_eq!((row.addresses[1].label.as_str(), row.addresses[1].city.as_str()), ("home", "Bonn"));
    assert_eq!(row.tags, ["VIP", "Key"]);
    assert_eq!(row.notes, "Hello\nthere");
    assert_eq!((row.birthday, row.custom), (None, vec![("Priority".into(), "High".into())]));
}

#[test]
fn what_cannot_be_taken_as_meant_is_kept_and_said() {
    let row = one("name,email,Days Since Contact,Open Tickets,External ID,birthday,Shoe,Shoe\n\
\"Lee, Ann\",unknown,12,many,K-7,03/04/1990,a,b\n");
    assert_eq!((row.given.as_str(), row.family.as_str()), ("Ann", "Lee"));
    assert_eq!(
        (row.days_since_contact, row.open_tickets, row.external_id.as_deref()),
        (Some(12), None, Some("K-7"))
    );
    let custom: Vec<(&str, &str)> = row.custom.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(
        custom,
        [
            ("Open Tickets", "many"),
            ("birthday", "03/04/1990"),
            ("Shoe", "a"),
            ("Shoe 2", "b"),
            ("E-mail", "unknown")
        ]
    );
    assert_eq!(row.flaws.len(), 3);
}

#[test]
fn addresses_are_taken_out_of_what_stands_around_them() {
    let row = one("name,email\nAnn,\"Ann Lee <ann@a.example>; mailto:ann@b.example, ANN@a.example\"\n");
    assert_eq!(labelled(&row.emails), [("", "ann@a.example", false), ("", "ann@b.example", false)]);
}

fn whole(text: &str, dates: Option<DateFormat>) -> Vec<ContactRow> {
    let table = Table::new(Cursor::new(text.as_bytes().to_vec()), None).unwrap();
    Contacts::dated(table, &Map::default(), dates).unwrap().map(|row| row.unwrap().unwrap()).collect()
}

#[test]
fn address_books_are_read_in_the_languages_that_their_programs_write() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/address_books"));
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 18);
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let outlook = name.starts_with("outlook");
        let all = whole(&std::fs::read_to_string(&path).unwrap(), None);
        let [p] = all.as_slice() else { panic!("{name}: {all:?}") };
        let is = |what: &str, found: &str, wanted: &str| assert_eq!(found, wanted, "{name}: {what} of {p:?}");
        is("given", &p.given, "Ann");
        is("family", &p.family, "Berg");
        is("company", &p.organisation, "Kettle & Co");
        is("department", &p.department, "Buying");
        is("post", &p.title, "Head");
        is("notes", &p.notes, "Good");
        is("birthday", &p.birthday.map(|d| d.to_string()).unwrap_or_default(), "1980-05-18");
        is("web", &p.websites[0].value, "http://kettle.example");
        let emails: Vec<&str> = p.emails.iter().map(|e| e.value.as_str()).collect();
        assert_eq!(emails, ["ann@kettle.example", "ann2@kettle.example"], "{name}");
        let mut phones: Vec<(&str, &str)> =
            p.phones.iter().map(|p| (p.value.as_str(), p.label.as_str())).collect();
        phones.sort_unstable();
        if outlook {
            is("prefix", &p.prefix, "Dr");
            is("middle", &p.middle, "Bea");
            is("suffix", &p.suffix, "Jr");
            let wanted = [
                ("0170 4", "mobile"),
                ("0221 1", "work"),
                ("0221 2", "work"),
                ("0221 9", "work fax"),
                ("0228 7", "home"),
            ];
            assert_eq!(phones, wanted, "{name}");
            assert_eq!(p.tags, ["Client", "VIP"], "{name}");
            assert_eq!(p.custom, [], "{name}");
        } else {
            is("nickname", &p.nickname, "Bee");
            let wanted = [("0170 4", "mobile"), ("0221 1", "work"), ("0221 9", "fax"), ("0228 7", "home")];
            assert_eq!(phones, wanted, "{name}");
            assert_eq!(p.custom.iter().map(|(_, v)| v.as_str()).collect::<Vec<_>>(), ["one"], "{name}");
        }
        let mut places: Vec<_> = p
            .addresses
            .iter()
            .map(|a| [&a.label, &a.street, &a.city, &a.region, &a.postal, &a.country].map(String::as_str))
            .collect();
        places.sort_unstable();
        let wanted = [
            ["home", "Hill 3", "Uptown", "West", "5678", "Freeland"],
            ["work", "Dock 7", "Harbour", "East", "1234", "Freeland"],
        ];
        assert_eq!(places, wanted, "{name}");
        assert_eq!(p.flaws, [""; 0], "{name}");
    }
}

#[test]
fn columns_say_what_they_are_where_their_headers_do_not() {
    let all = whole(
        "Name,Kontakt,Column 3,,Spalte 5,Plan,Added by\n\
Ann,ann@kettle.example,+49 221 1234,http://kettle.example,1980-05-18,12,dana@desk.example\n\
Bob,bob@kettle.example,(0221) 99 88 77,www.bob.example,1975-01-02,7,dana@desk.example\n",
        None,
    );
    let p = &all[1];
    assert_eq!(labelled(&p.emails), [("", "bob@kettle.example", false)]);
    assert_eq!(labelled(&p.phones), [("", "(0221) 99 88 77", false)]);
    assert_eq!(p.websites[0].value, "www.bob.example");
    assert_eq!(p.birthday.map(|d| d.to_string()).as_deref(), Some("1975-01-02"));
    let own = |n: &str, v: &str| (n.to_owned(), v.to_owned());
    // What stands under a word stays under it; so does an address that many rows share.
    assert_eq!(p.custom, [own("Plan", "7"), own("Added by", "dana@desk.example")]);
    // A file in which only the content tells.
    let all = whole("a,b\nx,ann@kettle.example\ny,bob@kettle.example\n", None);
    assert_eq!(all[0].email(), Some("ann@kettle.example"));
}

#[test]
fn what_programs_write_for_nothing_is_nothing_and_people_are_called_so() {
    let all = whole(
        "First Name,Last Name,Email,Phone,Company,Plan,Notes\nNULL,null,a@kettle.example,nan,#N/A,(null),None\n\
Ann,Null,b@kettle.example,None,N/A,undefined,n/a\n",
        None,
    );
    assert_eq!((all[0].name(), all[1].name()), (String::new(), "Ann Null".into()));
    assert!(
        all.iter().all(|p| p.phones.is_empty() && p.organisation.is_empty() && p.custom.is_empty()),
        "{all:?}"
    );
    assert_eq!((all[0].notes.as_str(), all[1].notes.as_str()), ("None", ""));
}

#[test]
fn several_columns_of_one_name_all_count() {
    let all = whole(
        "Name,Email,Email,Phone,Phone,Street,City,Street,City\nAnn,a@kettle.example,b@kettle.example,0221 1,0221 2,Dock 7,Harbour,Hill 3,Uptown\n",
        None,
    );
    assert_eq!((all[0].emails.len(), all[0].phones.len(), all[0].addresses.len()), (2, 2, 2));
    assert_eq!(
        (all[0].addresses[1].street.as_str(), all[0].addresses[1].city.as_str()),
        ("Hill 3", "Uptown")
    );
    assert_eq!(all[0].custom, []);
}

#[test]
fn the_order_of_day_and_month_is_asked_for_and_then_kept() {
    let text = "Name,Birthday\nBob,03/04/1980\n";
    let unknown = &whole(text, None)[0];
    assert!(unknown.birthday.is_none() && unknown.flaws[0].contains("--date-format"), "{unknown:?}");
    for (format, day) in [(DateFormat::Dmy, "1980-04-03"), (DateFormat::Mdy, "1980-03-04")] {
        assert_eq!(whole(text, Some(format))[0].birthday.map(|d| d.to_string()).as_deref(), Some(day));
    }
    // A date in three columns, and one that is none.
    let text = "First Name,Last Name,Birth Year,Birth Month,Birth Day\nAnn,Lee,1980,5,18\nBob,Ray,,5,18\nCid,Lee,1980,13,1\nDot,Lee,1980,,\n";
    let all = whole(text, None);
    assert_eq!(all[0].birthday.map(|d| d.to_string()).as_deref(), Some("1980-05-18"));
    assert!(
        all[1].birthday.is_none() && all[1].custom[0].1 == "5-18" && all[1].flaws.len() == 1,
        "{:?}",
        all[1]
    );
    assert!(all[2].birthday.is_none() && all[2].custom[0].1 == "1980-13-1", "{:?}", all[2]);
    assert!(all[3].birthday.is_none(), "{:?}", all[3]);
}

#[test]
fn a_row_of_hubspot_with_a_number_alone_is_no_person() {
    let all = read(
        "Record ID,First Name,Last Name,Email,Lifecycle Stage\n101,Ann,Lee,ann@kettle.example,Sales Qualified Lead\n\
102,,,bob@kettle.example,Customer\n103,,,,Lead\n",
    );
    let stages: Vec<Option<Stage>> = all[..2].iter().map(|p| p.clone().unwrap().stage).collect();
    assert_eq!(stages, [Some(Stage::Lead), Some(Stage::Customer)]);
    assert_eq!(all[2], Err(ContactError::Nobody));
}

#[test]
fn a_row_of_nobody_is_refused() {
    assert_eq!(read("name,email,notes\n,,who is this\n"), [Err(ContactError::Nobody)]);
    let salesforce = "Id,IsDeleted,AccountId,LastName\n1,true,,Lee\n2,false,,Ray\n";
    let rows = read(salesforce);
    assert_eq!(rows[0], Err(ContactError::Deleted));
    let ray = rows[1].as_ref().unwrap();
    assert_eq!((ray.family.as_str(), ray.external_id.as_deref(), ray.custom.len()), ("Ray", Some("2"), 0));
}

fn real(name: &str) -> Option<Vec<ContactRow>> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/contacts")).join(name);
    if !path.exists() {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    }
    let table = Table::new(Input::open(&path).unwrap().into_text(None), None).unwrap();
    let rows = Contacts::new(table, &Map::default()).unwrap().map(|row| row.unwrap().unwrap());
    Some(rows.collect())
}

#[test]
fn both_layouts_give_the_same_437_people() {
    let google = real("derived_google_layout.csv");
    let outlook = real("derived_outlook_layout.csv");
    let (Some(google), Some(outlook)) = (google, outlook) else { return };
    assert_eq!(google.len(), 437);
    assert_eq!(outlook.len(), 437);
    let who = |r: &ContactRow| {
        let emails: Vec<String> = r.emails.iter().map(|e| e.value.clone()).collect();
        let names = [&r.given, &r.middle, &r.family, &r.organisation, &r.notes].map(String::clone);
        (names, emails, r.tags.clone())
    };
    for (g, o) in google.iter().zip(&outlook) {
        assert!(who(g) == who(o), "line {} of Google is not line {} of Outlook", g.line, o.line);
        assert!(g.flaws.is_empty() && o.flaws.is_empty() && o.custom.is_empty() && g.custom.is_empty());
    }
    assert_eq!(google.iter().filter(|r| r.name().is_empty()).count(), 13);
    assert_eq!(google.iter().filter(|r| !r.organisation.is_empty()).count(), 51);
}

#[test]
fn csv2vcards_own_example_is_read_whole() {
    let Some(rows) = real("csv2vcard_valid_contacts.csv") else { return };
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert!(
            !row.given.is_empty()
                && !row.title.is_empty()
                && !row.organisation.is_empty()
                && row.custom.is_empty()
        );
        assert_eq!(
            (row.emails.len(), row.phones.len(), row.websites.len(), row.addresses.len()),
            (1, 1, 1, 1)
        );
        assert!(!row.addresses[0].postal.is_empty());
    }
}

proptest! {
    #[test]
    fn every_row_is_a_person_or_a_reject(bytes in prop::collection::vec(prop_oneof![
        4 => prop::sample::select(b",;\"\n a@.x\0\xff".to_vec()), 1 => any::<u8>()
    ], 0..600)) {
        let bytes = [b"name,email,notes\n".as_slice(), &bytes].concat();
        let input = Input::new("t", None, Box::new(Cursor::new(bytes))).unwrap();
        let Ok(table) = Table::new(input.into_text(None), Some(b',')) else { return Ok(()) };
        let Ok(contacts) = Contacts::new(table, &Map::default()) else { return Ok(()) };
        let mut last = 1;
        for row in contacts {
            let line = match row.unwrap() { Ok(person) => person.line, Err(reject) => reject.line };
            prop_assert!(line > last);
            last = line;
        }
    }

    #[test]
    fn no_cell_panics_and_every_row_with_a_name_is_accepted(
        name in "[a-z]{1,8}",
        cells in prop::collection::vec("\\PC{0,16}", 0..12),
    ) {
        let headers = "name,email,E-mail 1 - Label,phone,birthday,tags,Open Tickets,street,website,x,Event 1 - Value";
        let headers: Vec<String> = headers.split(',').map(String::from).collect();
        let dialect = Dialect::of(&headers, &Map::default()).unwrap();
        let mut record = Record { line: 2, cells: cells.clone(), flaws: vec![] };
        let _ = ContactRow::read(&record, &dialect);
        record.cells.insert(0, name);
        prop_assert!(ContactRow::read(&record, &dialect).is_ok());
    }
}
