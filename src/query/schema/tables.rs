//! The fields of every kind of record that queries can ask for: as the records declare them.

use std::sync::LazyLock;

use super::{
    FieldDef,
    FieldKind::{self, Date, Id, Person, Ref, Set, States, Text},
    Schema,
};
use crate::model::{
    Customer, Interaction, Kind, Message, Order, Organisation, Outbox, Response, Task, Ticket, Via,
    field::{self, Declared},
    phrase::Lean,
};

const PAST: Lean = Lean::Past;

macro_rules! schemas {
    ($($(#[$doc:meta])* $name:ident $entity:literal $record:ident;)+) => {
        $(
            $(#[$doc])*
            pub static $name: Schema = Schema {
                entity: $entity,
                kind: Some(Kind::$record),
                fields: <$record as Declared>::QUERIED,
            };
        )+
    };
}

schemas! {
    /// The fields of tickets.
    TICKETS "tickets" Ticket;
    /// The fields of customers.
    CUSTOMERS "customers" Customer;
    /// The fields of organisations.
    ORGANISATIONS "organisations" Organisation;
    /// The fields of messages.
    MESSAGES "messages" Message;
    /// The fields of interactions.
    INTERACTIONS "interactions" Interaction;
    /// The fields of orders.
    ORDERS "orders" Order;
    /// The fields of tasks.
    TASKS "tasks" Task;
    /// The fields of survey answers.
    RESPONSES "responses" Response;
    /// The fields of outgoing messages.
    OUTBOX "outbox" Outbox;
}

/// The schemas of the kinds that are declared as an [`Entity`](field::Entity).
pub static PLAIN: LazyLock<Vec<Schema>> = LazyLock::new(|| {
    let schema = |kind| {
        let entity = field::plural(kind)?;
        Some(Schema { entity, kind: Some(kind), fields: field::queried_of(kind) })
    };
    Kind::ALL.iter().filter_map(|kind| schema(*kind)).collect()
});

/// A field of the log, which is no record.
const fn logged(
    name: &'static str,
    aliases: &'static [&'static str],
    kind: FieldKind,
    help: &'static str,
) -> FieldDef {
    FieldDef { name, aliases, title: name, kind, help, query: true, ..FieldDef::NONE }
}

/// The fields of the log.
pub static LOG: Schema = Schema {
    entity: "log",
    kind: None,
    fields: &[
        logged("seq", &["number"], Id, "its place"),
        logged("agent", &["actor"], Person, "who"),
        logged("at", &["date", "logged"], Date(PAST), "when it was written down"),
        logged("effective", &[], Date(PAST), "when it happened in the world"),
        logged("command", &[], Text, "the command"),
        logged("record", &[], Set, "the records that it changed, such as T-104"),
        logged("kind", &[], Set, "the kinds of the records that it changed"),
        logged("batch", &[], Ref(Kind::ImportBatch), "the import that it is a part of"),
        FieldDef {
            values: Via::WORDS,
            ..logged(
                "via",
                &[],
                FieldKind::Enum,
                "by which way it came: an agent, a mailbox, a timer, an import",
            )
        },
        FieldDef { values: &["undo", "redo"], ..logged("is", &[], States, "its states") },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Category, Priority,
        ticket::{CATEGORIES, PRIORITIES},
    };

    #[test]
    fn words_are_those_of_the_records() {
        let mut categories = Category::WORDS.to_vec();
        categories.sort_by_key(|w| Category::from(*w).code());
        assert_eq!(CATEGORIES, categories);
        let mut priorities = Priority::WORDS.to_vec();
        priorities.sort_by_key(|w| Priority::from(*w).rank());
        assert_eq!(PRIORITIES, priorities);
    }

    #[test]
    fn every_name_is_one_field_and_every_field_says_what_it_is() {
        for s in Schema::all() {
            let mut names: Vec<&str> =
                s.fields.iter().flat_map(|f| f.aliases.iter().copied().chain([f.name])).collect();
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{}", s.entity);
            for f in s.fields {
                assert!(!f.help.is_empty() && f.name != "sort" && f.name != "limit");
                assert_eq!(
                    f.values.is_empty(),
                    !matches!(f.kind, FieldKind::Enum | States),
                    "{} {}",
                    s.entity,
                    f.name
                );
            }
        }
    }

    #[test]
    fn schemas_are_found_by_either_word() {
        for word in ["ticket", "tickets"] {
            assert_eq!(Schema::of(word).map(|s| s.entity), Some("tickets"));
        }
        assert_eq!(Schema::of("organization").map(|s| s.entity), Some("organisations"));
        assert_eq!(Schema::of("log").map(|s| s.entity), Some("log"));
        assert!(Schema::of("nonsense").is_none());
    }
}
