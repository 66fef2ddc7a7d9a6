//! What queries and rows know of sensitive fields, beside the store.

use frontdesk::{
    model::{Customer, Shape, shape},
    query::{Row, Schema, Value, rows::CustomerFacts, rows::CustomerRow, rows::Roster},
};

use super::place::secrets;

/// A query field, or the text that words are looked for in, that tells a sensitive field and is not marked itself would
/// let a filter tell it.
#[test]
fn no_field_of_queries_tells_a_sensitive_field_but_those_marked() {
    let schema = Schema::of("customers").unwrap();
    for s in secrets() {
        let mut json = shape::to_json(&Customer::default());
        json[s.name] = s.value.clone().into();
        let customer: Customer = shape::from_json(json).unwrap();
        let roster = Roster::default();
        let row = CustomerRow {
            customer: &customer,
            organisations: Vec::new(),
            roster: &roster,
            facts: CustomerFacts::default(),
            links: &[],
        };
        let told: Vec<&str> = schema
            .fields
            .iter()
            .filter(|f| {
                let mut values: Vec<Value<'_>> = Vec::new();
                row.values(f.name, &mut values);
                s.value_in(&format!("{values:?}")).is_some()
            })
            .map(|f| f.name)
            .collect();
        assert_eq!(told, [s.name], "and owners can ask for it");
        assert!(schema.field(s.name).unwrap().def.sensitive, "{} is marked", s.name);
        assert!(s.value_in(&row.text()).is_none(), "words are looked for in {}", s.name);
    }
    for f in schema.fields.iter().filter(|f| f.sensitive) {
        assert!(Customer::FIELDS.iter().any(|r| r.sensitive && r.long == f.name), "{} of no record", f.name);
    }
}
