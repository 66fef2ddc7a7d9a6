//! The fields of every kind of record, one table each.

use super::{
    FieldDef,
    FieldKind::{
        self, Custom, Date, Day, Duration, Enum, Id, Money, Number, Person, Phone, Ref, Set, States, Text,
    },
    Schema,
};
use crate::model::{
    Channel, Customer, Delivery, Direction, Kind, OrderStatus, OutboxKind, OutboxState, Preset, Shape, Stage,
    TicketType, Visibility, phrase::Lean, shape::Field,
};

/// The record's own fields.
const CUSTOMER: &[Field] = <Customer as Shape>::FIELDS;

const PAST: Lean = Lean::Past;
const AHEAD: Lean = Lean::Future;

/// The words of categories, in the order in which a ticket goes through them.
const CATEGORIES: &[&str] = &["new", "open", "pending", "on_hold", "solved", "closed", "merged"];

/// The words of priorities, the least first.
const PRIORITIES: &[&str] = &["low", "normal", "high", "urgent"];

const fn field(
    name: &'static str,
    aliases: &'static [&'static str],
    kind: FieldKind,
    help: &'static str,
) -> FieldDef {
    FieldDef { name, aliases, kind, help, values: &[], sensitive: false }
}

/// A field of the record's own field of the same name: sensitive where that is.
const fn of(mut record: &[Field], def: FieldDef) -> FieldDef {
    while let [field, rest @ ..] = record {
        if is_same(field.long, def.name) {
            return FieldDef { sensitive: field.sensitive, ..def };
        }
        record = rest;
    }
    def
}

/// Whether two names are the same: `==` is not for constants.
const fn is_same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        match (a, b) {
            ([x, more @ ..], [y, rest @ ..]) if *x == *y => (a, b) = (more, rest),
            ([], []) => return true,
            _ => return false,
        }
    }
}

const fn words(
    name: &'static str,
    aliases: &'static [&'static str],
    kind: FieldKind,
    values: &'static [&'static str],
    help: &'static str,
) -> FieldDef {
    FieldDef { name, aliases, kind, help, values, sensitive: false }
}

/// The fields of tickets.
pub static TICKETS: Schema = Schema {
    entity: "tickets",
    kind: Some(Kind::Ticket),
    fields: &[
        words(
            "is",
            &[],
            States,
            &[
                "open",
                "new",
                "pending",
                "on_hold",
                "solved",
                "closed",
                "merged",
                "unassigned",
                "overdue",
                "snoozed",
                "unread",
                "waiting",
                "replied",
                "held",
                "spam",
                "screened",
            ],
            "what holds of it; open: still needs work, is no spam and does not wait in the screener",
        ),
        words("status", &["category", "state"], Enum, CATEGORIES, "where it stands"),
        words("priority", &["prio"], Enum, PRIORITIES, "how soon"),
        field("assignee", &["agent"], Person, "who works on it"),
        field("team", &[], Text, "whose queue it is in"),
        field("requester", &["name", "from"], Text, "who brought it, by name"),
        field("email", &["mail"], Text, "the requester's addresses"),
        field("org", &["organisation", "organization", "company"], Text, "for which organisation"),
        field("tag", &["tags"], Set, "its tags"),
        field("subject", &["title"], Text, "what it is about"),
        field("due", &["promised"], Date(AHEAD), "what was promised; only while it needs work"),
        field("created", &["opened"], Date(PAST), "when it was opened"),
        field("updated", &[], Date(PAST), "when anything last happened to it"),
        field("replied", &[], Date(PAST), "when we last answered"),
        field("received", &[], Date(PAST), "when the customer last wrote"),
        field("solved", &[], Date(PAST), "when it was last solved"),
        field("snoozed", &[], Date(AHEAD), "until when it is out of sight"),
        words("type", &[], Enum, TicketType::WORDS, "what it is"),
        words("channel", &[], Enum, Channel::WORDS, "how it came"),
        field("follower", &["followers"], Person, "who wants to know"),
        field("customer", &[], Ref(Kind::Customer), "who brought it, by number or name"),
        field("number", &["id"], Id, "its number"),
        field("waiting", &[], Duration, "how long the customer waits for an answer"),
        field("first_reply", &[], Duration, "how long the first answer took"),
        field("resolution", &["resolved_in"], Duration, "how long the first solve took"),
        field("reopens", &["reopened"], Number, "how often it was opened again"),
        field("custom_status", &[], Text, "the house's own word for where it stands"),
        field("external", &["xid"], Text, "its names in other systems"),
        field("custom", &["field"], Custom, "the house's own fields"),
    ],
};

/// The fields of customers.
pub static CUSTOMERS: Schema = Schema {
    entity: "customers",
    kind: Some(Kind::Customer),
    fields: &[
        field("name", &[], Text, "the whole name and nickname"),
        field("email", &["mail"], Text, "e-mail addresses"),
        field("phone", &["tel"], Phone, "telephone numbers"),
        field("org", &["organisation", "organization", "company"], Text, "organisations"),
        field("tag", &["tags"], Set, "tags"),
        words("stage", &[], Enum, Stage::WORDS, "how far they have come with us"),
        field("owner", &["agent"], Person, "who looks after them"),
        words("is", &[], States, &["live", "archived", "merged", "shared", "bounced"], "what holds of them"),
        field("contacted", &["last_contact"], Date(PAST), "when we last heard of each other"),
        field("created", &[], Date(PAST), "when the record was made"),
        field("updated", &[], Date(PAST), "when the record was last written"),
        field("open", &["open_tickets"], Number, "tickets that need work"),
        field("orders", &[], Number, "how many orders"),
        field("revenue", &["spent"], Money, "what their orders came to"),
        field("ordered", &["last_order"], Day(PAST), "the date of the last order"),
        field("city", &["town"], Text, "towns"),
        field("region", &[], Text, "states or provinces"),
        field("country", &[], Text, "countries"),
        field("language", &["lang"], Text, "the language, as a tag"),
        field("source", &[], Text, "where they came from"),
        field("title", &["post"], Text, "posts held"),
        field("given", &["first_name"], Text, "given names"),
        field("family", &["last_name", "surname"], Text, "family names"),
        of(CUSTOMER, field("birthday", &["birth_date", "born"], Day(PAST), "date of birth")),
        of(CUSTOMER, field("gender", &[], Text, "gender")),
        of(CUSTOMER, field("income_band", &["income"], Text, "income band")),
        field("note", &["notes"], Text, "pinned notes"),
        field("handle", &["social"], Text, "names on other networks"),
        field("number", &["id"], Id, "the number"),
        field("external", &["xid"], Text, "names in other systems"),
        field("custom", &["field"], Custom, "the house's own fields"),
    ],
};

/// The fields of organisations.
pub static ORGANISATIONS: Schema = Schema {
    entity: "organisations",
    kind: Some(Kind::Organisation),
    fields: &[
        field("name", &[], Text, "the name"),
        field("domain", &["domains"], Text, "mail domains"),
        field("tag", &["tags"], Set, "tags"),
        words("is", &[], States, &["live", "archived", "merged"], "what holds of it"),
        field("customers", &["people"], Number, "how many people belong to it"),
        field("city", &["town"], Text, "towns"),
        field("country", &[], Text, "countries"),
        field("note", &["notes"], Text, "pinned notes"),
        field("created", &[], Date(PAST), "when the record was made"),
        field("updated", &[], Date(PAST), "when the record was last written"),
        field("number", &["id"], Id, "the number"),
        field("external", &["xid"], Text, "names in other systems"),
        field("custom", &["field"], Custom, "the house's own fields"),
    ],
};

/// The fields of messages.
pub static MESSAGES: Schema = Schema {
    entity: "messages",
    kind: Some(Kind::Message),
    fields: &[
        field("ticket", &[], Ref(Kind::Ticket), "of which ticket, by number or subject"),
        field("from", &["sender"], Text, "who wrote it: name and address"),
        field("to", &["cc", "recipient"], Text, "who it went to, copies too"),
        field("at", &["date", "created"], Date(PAST), "when it was written"),
        words("kind", &["visibility"], Enum, Visibility::WORDS, "who may read it"),
        words("direction", &[], Enum, Direction::WORDS, "in: from the customer; out: from us"),
        words("delivery", &["status"], Enum, Delivery::WORDS, "how far it is on its way"),
        words("channel", &[], Enum, Channel::WORDS, "how it came or goes"),
        field("subject", &[], Text, "its subject"),
        field("body", &[], Text, "its text"),
        words("has", &[], States, &["attachment", "problem", "raw"], "what came with it"),
        words("is", &[], States, &["robot", "public", "internal"], "what holds of it"),
        field("attachment", &["file"], Text, "the names of its files"),
        field("author", &["agent"], Person, "the agent who wrote it"),
        field("customer", &[], Ref(Kind::Customer), "on whose timeline it stands"),
        field("message_id", &[], Text, "its Message-ID"),
        field("number", &["id"], Id, "its number"),
        field("external", &["xid"], Text, "its names in other systems"),
    ],
};

/// The fields of interactions.
pub static INTERACTIONS: Schema = Schema {
    entity: "interactions",
    kind: Some(Kind::Interaction),
    fields: &[
        field("customer", &["name"], Ref(Kind::Customer), "with whom, by number or name"),
        words("channel", &[], Enum, Channel::WORDS, "how"),
        words("direction", &[], Enum, Direction::WORDS, "in: from the customer; out: from us"),
        field("at", &["date", "created"], Date(PAST), "when it happened"),
        field("author", &["agent"], Person, "the agent on our side"),
        field("subject", &[], Text, "in a word"),
        field("body", &[], Text, "in full"),
        field("ticket", &[], Ref(Kind::Ticket), "about which ticket"),
        field("org", &["organisation", "organization", "company"], Text, "for which organisation"),
        field("length", &["duration"], Duration, "how long it took"),
        field("number", &["id"], Id, "its number"),
        field("external", &["xid"], Text, "its names in other systems"),
    ],
};

/// The fields of orders.
pub static ORDERS: Schema = Schema {
    entity: "orders",
    kind: Some(Kind::Order),
    fields: &[
        field("customer", &["name"], Ref(Kind::Customer), "who bought, by number or name"),
        field("email", &["mail"], Text, "the customer's addresses"),
        field("date", &["ordered", "at"], Day(PAST), "the date"),
        field("amount", &["total"], Money, "what was to pay"),
        field("refunded", &["refund"], Money, "what was given back"),
        field("currency", &[], Set, "ISO 4217"),
        words("status", &["state"], Enum, OrderStatus::WORDS, "how far it is"),
        field("sku", &[], Text, "codes of what was bought"),
        field("item", &["product"], Text, "what was bought, in words"),
        field("quantity", &["qty"], Number, "how many pieces in all"),
        field("source", &[], Text, "where it came from"),
        field("author", &["agent"], Person, "who entered it"),
        field("created", &[], Date(PAST), "when the record was made"),
        field("number", &["id"], Id, "its number"),
        field("external", &["xid"], Text, "its names in other systems"),
    ],
};

/// The fields of tasks.
pub static TASKS: Schema = Schema {
    entity: "tasks",
    kind: Some(Kind::Task),
    fields: &[
        field("title", &["subject"], Text, "what is to be done"),
        words("is", &[], States, &["open", "done", "overdue"], "what holds of it"),
        field("due", &[], Date(AHEAD), "by when"),
        field("owner", &["assignee", "agent"], Person, "who does it"),
        field("done", &[], Date(PAST), "when it was done"),
        field("customer", &["name"], Ref(Kind::Customer), "for whom, by number or name"),
        field("ticket", &[], Ref(Kind::Ticket), "about which ticket"),
        field("created", &[], Date(PAST), "when it was made"),
        field("number", &["id"], Id, "its number"),
        field("external", &["xid"], Text, "its names in other systems"),
    ],
};

/// The fields of survey answers.
pub static RESPONSES: Schema = Schema {
    entity: "responses",
    kind: Some(Kind::Response),
    fields: &[
        words("preset", &["survey"], Enum, Preset::WORDS, "what was asked"),
        field("score", &[], Number, "the answer"),
        field("customer", &["name"], Ref(Kind::Customer), "who answered, by number or name"),
        field("ticket", &[], Ref(Kind::Ticket), "about which ticket"),
        field("at", &["date", "created"], Date(PAST), "when they answered"),
        field("comment", &[], Text, "in their words"),
        field("number", &["id"], Id, "its number"),
        field("external", &["xid"], Text, "its names in other systems"),
    ],
};

/// The fields of outgoing messages.
pub static OUTBOX: Schema = Schema {
    entity: "outbox",
    kind: Some(Kind::Outbox),
    fields: &[
        words("state", &["status", "delivery"], Enum, OutboxState::WORDS, "how far it is"),
        words("is", &[], States, &["waiting", "rejected"], "what holds of it"),
        words("kind", &[], Enum, OutboxKind::WORDS, "what it is"),
        field("to", &["cc", "recipient"], Text, "who it goes to, copies too"),
        field("subject", &[], Text, "its subject"),
        field("ticket", &[], Ref(Kind::Ticket), "of which ticket, by number or subject"),
        field("mailbox", &["from"], Text, "the mailbox that sends it"),
        field("author", &["agent"], Person, "the agent who wrote it"),
        field("problem", &[], Text, "what the mail system said"),
        field("attempts", &[], Number, "how often it was tried"),
        field("written", &["at", "date", "created"], Date(PAST), "when it was written"),
        field("due", &["send_at", "next"], Date(AHEAD), "when it is let go, or tried again"),
        field("tried", &[], Date(PAST), "when it was last tried"),
        field("sent", &[], Date(PAST), "when it was sent"),
        field("message_id", &[], Text, "its Message-ID"),
        field("number", &["id"], Id, "the number of its message"),
    ],
};

/// The fields of the log.
pub static LOG: Schema = Schema {
    entity: "log",
    kind: None,
    fields: &[
        field("seq", &["number"], Id, "its place"),
        field("agent", &["actor"], Person, "who"),
        field("at", &["date", "logged"], Date(PAST), "when it was written down"),
        field("effective", &[], Date(PAST), "when it happened in the world"),
        field("command", &[], Text, "the command"),
        field("record", &[], Set, "the records that it changed, such as T-104"),
        field("kind", &[], Set, "the kinds of the records that it changed"),
        field("batch", &[], Ref(Kind::ImportBatch), "the import that it is a part of"),
        words("is", &[], States, &["undo", "redo"], "what holds of it"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Priority};

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
        for s in Schema::ALL {
            let mut names: Vec<&str> =
                s.fields.iter().flat_map(|f| f.aliases.iter().copied().chain([f.name])).collect();
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{}", s.entity);
            for f in s.fields {
                assert!(!f.help.is_empty() && f.name != "sort" && f.name != "limit");
                assert_eq!(f.values.is_empty(), !matches!(f.kind, Enum | States), "{} {}", s.entity, f.name);
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
