use rmpv::Value;

use super::*;
use crate::{
    model::{Customer, Stage, customer::Email},
    store::{MemStore, Store, overlay::Overlay},
};

fn in_tx<R>(f: impl Fn(&mut Work) -> R) -> R {
    let store = MemStore::new();
    let store: &dyn Store = &store;
    store.view(|v| Ok(f(&mut Work::new(&mut Overlay::over(v))))).unwrap()
}

#[test]
fn a_put_writes_what_is_derived_and_takes_away_what_is_not_any_more() {
    in_tx(|w| {
        let mut c = Customer { id: Id([1; 16]), number: 7, tags: vec!["vip".into()], ..Default::default() };
        assert!(w.put(&c).unwrap());
        assert_eq!(by_number(w.view(), Kind::Customer, 7).unwrap(), Some(c.id));
        c.tags = vec!["gold".into()];
        c.number = 8;
        assert!(w.put(&c).unwrap());
        assert!(!w.put(&c).unwrap(), "the same again writes nothing");
        assert_eq!(by_number(w.view(), Kind::Customer, 7).unwrap(), None);
        let back: Customer = w.get(c.id).unwrap().unwrap();
        assert_eq!((back.version, back.tags), (1, c.tags.clone()), "one command is one version");
        let tags = crate::store::ViewExt::count(w.view(), Table::IxTag, &Range::all()).unwrap();
        assert_eq!(tags, 1);
        assert!(w.del(Kind::Customer, c.id).unwrap());
        assert!(w.changes().unwrap().is_empty(), "made and taken away is no change");
    });
}

#[test]
fn a_typed_put_writes_what_its_bytes_would() {
    in_tx(|w| {
        let old = Customer { id: Id([1; 16]), number: 7, given: "Ada".into(), ..Default::default() };
        let mut new = old.clone();
        new.given = String::new();
        new.tags = vec!["vip".into()];
        let read = |w: &Work, id: Id| w.view().get(Table::Customer, id.bytes()).unwrap().unwrap();
        w.put(&old).unwrap();
        w.put(&new).unwrap();
        let typed = read(w, old.id);
        w.del(Kind::Customer, old.id).unwrap();
        w.put_bytes(Kind::Customer, old.id, encode(&old)).unwrap();
        w.put_bytes(Kind::Customer, old.id, encode(&new)).unwrap();
        assert_eq!(typed, read(w, old.id));
    });
}

#[test]
fn an_external_id_that_moves_keeps_its_row() {
    in_tx(|w| {
        let x = vec![crate::model::ExternalId { source: "shop".into(), id: "9".into() }];
        let mut a = Customer { id: Id([1; 16]), external_ids: x.clone(), ..Default::default() };
        w.put(&a).unwrap();
        let b = Customer { id: Id([2; 16]), external_ids: x, ..Default::default() };
        w.put(&b).unwrap();
        a.external_ids.clear();
        w.put(&a).unwrap();
        assert_eq!(by_external(w.view(), Kind::Customer, "shop", "9").unwrap(), Some(b.id));
        w.del(Kind::Customer, b.id).unwrap();
        assert_eq!(by_external(w.view(), Kind::Customer, "shop", "9").unwrap(), None);
    });
}

#[test]
fn fields_of_a_later_version_survive_an_edit() {
    in_tx(|w| {
        let c = Customer { id: Id([1; 16]), given: "Ada".into(), ..Default::default() };
        let mut fields = to_fields(&encode(&c)).unwrap();
        fields.push(("zz".into(), Value::from("from the future")));
        w.put_bytes(Kind::Customer, c.id, from_fields(fields)).unwrap();
        let mut back: Customer = w.get(c.id).unwrap().unwrap();
        back.given = "Grace".into();
        w.put(&back).unwrap();
        let now = to_fields(&w.view().get(Table::Customer, c.id.bytes()).unwrap().unwrap()).unwrap();
        assert!(now.contains(&("zz".into(), Value::from("from the future"))));
        assert!(now.contains(&("g".into(), Value::from("Grace"))));
    });
}

/// A structure as a newer version writes it: with a field more.
fn newer(v: &mut Value, what: &str) {
    if let Value::Map(m) = v {
        m.push(("zz".into(), what.into()));
    }
}

fn stored(w: &Work, id: Id) -> Vec<(String, Value)> {
    to_fields(&w.view().get(Table::Customer, id.bytes()).unwrap().unwrap()).unwrap()
}

/// Which addresses of the stored record carry which field of a newer version.
fn signs(w: &Work, id: Id) -> Vec<(String, Option<String>)> {
    let emails = stored(w, id).into_iter().find(|(k, _)| k == "e").map(|(_, v)| v);
    let of = |v: &Value, k: &str| {
        v.as_map()
            .unwrap()
            .iter()
            .find(|(n, _)| n.as_str() == Some(k))
            .map(|(_, v)| v.as_str().unwrap().to_owned())
    };
    let emails = emails.into_iter().flat_map(|v| v.as_array().cloned().unwrap());
    emails.map(|e| (of(&e, "a").unwrap_or_default(), of(&e, "zz"))).collect()
}

fn mail(address: &str) -> Email {
    Email { address: address.into(), ..Email::default() }
}

/// A customer with three addresses, two of which carry a field that this version does not know.
fn from_the_future(w: &mut Work) -> Customer {
    let emails = vec![mail("a@x.example"), mail("b@x.example"), mail("c@x.example")];
    let c = Customer { id: Id([1; 16]), given: "Ada".into(), emails, ..Default::default() };
    let mut fields = to_fields(&encode(&c)).unwrap();
    for (name, v) in &mut fields {
        if let ("e", Value::Array(emails)) = (name.as_str(), v) {
            newer(&mut emails[0], "of a");
            newer(&mut emails[2], "of c");
        }
    }
    w.put_bytes(Kind::Customer, c.id, from_fields(fields)).unwrap();
    w.get(c.id).unwrap().unwrap()
}

fn expect(w: &Work, id: Id, expected: &[(&str, Option<&str>)]) {
    let expected: Vec<(String, Option<String>)> =
        expected.iter().map(|(a, s)| ((*a).to_owned(), s.map(str::to_owned))).collect();
    assert_eq!(signs(w, id), expected);
}

#[test]
fn fields_of_a_later_version_inside_lists_follow_their_element() {
    in_tx(|w| {
        let mut c = from_the_future(w);
        c.given = "Grace".into();
        w.put(&c).unwrap();
        expect(
            w,
            c.id,
            &[("a@x.example", Some("of a")), ("b@x.example", None), ("c@x.example", Some("of c"))],
        );
        // One is marked, one is taken away, one comes, and they change places.
        c = w.get(c.id).unwrap().unwrap();
        c.emails =
            vec![Email { primary: true, ..c.emails[2].clone() }, mail("d@x.example"), c.emails[1].clone()];
        w.put(&c).unwrap();
        expect(w, c.id, &[("c@x.example", Some("of c")), ("d@x.example", None), ("b@x.example", None)]);
        // One is written over: it stays in its place.
        c = w.get(c.id).unwrap().unwrap();
        c.emails[0] = mail("e@x.example");
        w.put(&c).unwrap();
        expect(w, c.id, &[("e@x.example", Some("of c")), ("d@x.example", None), ("b@x.example", None)]);
        // Through bytes, as undo goes.
        let mut fields = stored(w, c.id);
        fields.iter_mut().find(|(k, _)| k == "g").unwrap().1 = "Ida".into();
        w.put_bytes(Kind::Customer, c.id, from_fields(fields)).unwrap();
        expect(w, c.id, &[("e@x.example", Some("of c")), ("d@x.example", None), ("b@x.example", None)]);
        c = w.get(c.id).unwrap().unwrap();
        c.emails.clear();
        w.put(&c).unwrap();
        expect(w, c.id, &[]);
    });
}

#[test]
fn fields_of_a_later_version_inside_a_structure_survive_an_edit_that_empties_it() {
    use crate::model::{Shape, Ticket};
    in_tx(|w| {
        let mut t = Ticket { id: Id([1; 16]), number: 4, ..Default::default() };
        t.timers.reopens = vec![8];
        let mut fields = to_fields(&encode(&t)).unwrap();
        let short = Ticket::FIELDS.iter().find(|f| f.long == "timers").unwrap().short;
        newer(&mut fields.iter_mut().find(|(k, _)| k == short).unwrap().1, "a clock more");
        w.put_bytes(Kind::Ticket, t.id, from_fields(fields)).unwrap();
        let mut t: Ticket = w.get(t.id).unwrap().unwrap();
        t.timers.reopens.clear();
        w.put(&t).unwrap();
        let now = to_fields(&w.view().get(Table::Ticket, t.id.bytes()).unwrap().unwrap()).unwrap();
        let timers = now.iter().find(|(k, _)| k == short).unwrap().1.clone();
        assert_eq!(timers, Value::Map(vec![("zz".into(), "a clock more".into())]));
        assert_eq!(w.get::<Ticket>(t.id).unwrap().unwrap().timers, t.timers);
    });
}

#[test]
fn a_word_of_a_later_version_survives_an_edit_and_a_new_long_name_changes_nothing_on_disk() {
    in_tx(|w| {
        let c = Customer { id: Id([1; 16]), stage: Stage::Unknown("patron".into()), ..Default::default() };
        w.put(&c).unwrap();
        let mut back: Customer = w.get(c.id).unwrap().unwrap();
        back.given = "Ada".into();
        w.put(&back).unwrap();
        assert!(stored(w, c.id).contains(&("st".into(), Value::from("patron"))));
    });
    // As a newer version may call the fields of today: the short names are the ones on disk.
    crate::model::shape::fields! {
        /// An address of a person.
        Address2 {
            /// Where it goes.
            mailbox = "a": String,
            /// Which of several.
            is_first = "p": bool,
        }
    }
    let old = Email { address: "a@x.example".into(), primary: true, ..Email::default() };
    let new: Address2 = rmp_serde::from_slice(&rmp_serde::to_vec_named(&old).unwrap()).unwrap();
    assert_eq!((new.mailbox.as_str(), new.is_first), ("a@x.example", true));
    let back: Email = rmp_serde::from_slice(&rmp_serde::to_vec_named(&new).unwrap()).unwrap();
    assert_eq!(back, old);
}
