use rmpv::Value;

use super::*;
use crate::{
    model::Customer,
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
        assert_eq!((back.version, back.tags), (2, c.tags.clone()));
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
