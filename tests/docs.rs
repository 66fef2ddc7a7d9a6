//! The documents say what the program does: tables of fields and keys are made from the code.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` regenerates them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{fmt::Write, fs, path::Path};

use frontdesk::{
    desk::{
        list::columns,
        permissions::{Holder, TABLE},
    },
    model::{
        Agent, Customer, ImportBatch, Interaction, Kind, Mailbox, Message, Order, Organisation, Outbox,
        Response, SavedView, Task, Team, Ticket, TicketEvent, Workspace,
        field::{self, Declared},
        limits,
    },
    query::Schema,
    tui::{
        command::CommandId,
        keymap::{self, Keymap},
    },
};

/// Compares the part of a page between `<!-- NAME -->` and `<!-- /NAME -->` with what it should be.
fn compare(page: &str, name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).unwrap();
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (head, rest) = text.split_once(&open).unwrap_or_else(|| panic!("{page} has no {open}"));
    let (found, tail) = rest.split_once(&close).unwrap_or_else(|| panic!("{page} has no {close}"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{head}{open}{made}{close}{tail}")).unwrap();
        return;
    }
    assert_eq!(found, made, "{page} is out of date: UPDATE_DOCS=1 cargo test --test docs");
}

#[test]
fn the_page_of_queries_lists_every_field() {
    let mut made = String::new();
    for schema in Schema::all() {
        writeln!(made, "\n### {}\n", schema.entity).unwrap();
        writeln!(made, "| field | also | what it is | values |\n|---|---|---|---|").unwrap();
        for f in schema.fields {
            let code = |w: &&str| format!("`{w}`");
            let also = f.aliases.iter().map(code).collect::<Vec<_>>().join(", ");
            let values = f.values.iter().map(code).collect::<Vec<_>>().join(" ");
            let sensitive = if f.sensitive { " (sensitive)" } else { "" };
            writeln!(made, "| `{}` | {also} | {}{sensitive} | {values} |", f.name, f.help).unwrap();
        }
    }
    made.push('\n');
    compare("docs/queries.md", "fields", &made);
}

#[test]
fn the_page_of_fields_lists_every_field_of_every_kind() {
    let mut made = String::new();
    // What people list first, then the desk itself.
    let listed = |k: &Kind| Schema::all().any(|s| s.kind == Some(*k));
    let mut kinds = Kind::ALL.to_vec();
    kinds.sort_by_key(|k| !listed(k));
    for kind in kinds {
        let mut known = field::of(kind).iter().filter(|f| f.is_known()).peekable();
        if known.peek().is_none() {
            continue;
        }
        writeln!(made, "\n### {}\n", kind.word().replace('_', " ")).unwrap();
        writeln!(made, "| field | label | type | what it is | query | column | entered | note |").unwrap();
        writeln!(made, "|---|---|---|---|:-:|---|:-:|---|").unwrap();
        for f in known {
            let also = f.aliases.iter().map(|a| format!("`{a}`")).collect::<Vec<_>>().join(", ");
            let name =
                if also.is_empty() { format!("`{}`", f.name) } else { format!("`{}` ({also})", f.name) };
            let yes = |is: bool| if is { "yes" } else { "" };
            let note = if f.sensitive { "sensitive" } else { f.why_not };
            let (title, help, column) = (f.title, f.help, f.column.map_or("", |c| c.name));
            writeln!(
                made,
                "| {name} | {title} | {} | {help} | {} | {column} | {} | {note} |",
                f.kind.word(),
                yes(f.query),
                yes(f.edit)
            )
            .unwrap();
        }
    }
    made.push('\n');
    compare("docs/fields.md", "fields", &made);
}

#[test]
fn every_field_that_can_be_entered_can_be_queried_and_edited_on_screen_or_says_why_not() {
    for kind in Kind::ALL.iter().copied() {
        for f in field::of(kind).iter().filter(|f| f.edit) {
            let named = format!("{} {}", kind.word(), f.name);
            assert!(!f.help.is_empty() && f.title != f.name, "{named} has no label or help");
            assert!(f.query && f.form.is_some() || !f.why_not.is_empty(), "{named} does not say why not");
        }
    }
}

#[test]
fn every_field_of_every_record_is_in_its_table_once_and_every_name_is_one_field() {
    fn check<T: Declared>() {
        for field in T::FIELDS {
            let rows = T::DEFS.iter().filter(|d| d.privacy.is_some() && d.record == field.long).count();
            assert_eq!(rows, 1, "{} {}", T::KIND.word(), field.long);
        }
        let known = || T::DEFS.iter().filter(|d| d.is_known());
        let mut names: Vec<&str> = known().flat_map(|d| d.aliases.iter().copied().chain([d.name])).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "{}", T::KIND.word());
        for name in T::FORM {
            assert!(T::DEFS.iter().any(|d| d.name == *name && d.form.is_some()), "{} {name}", T::KIND.word());
        }
    }
    check::<Customer>();
    check::<Organisation>();
    check::<Ticket>();
    check::<TicketEvent>();
    check::<Message>();
    check::<Interaction>();
    check::<Outbox>();
    check::<Mailbox>();
    check::<Order>();
    check::<Task>();
    check::<Response>();
    check::<Agent>();
    check::<Team>();
    check::<Workspace>();
    check::<SavedView>();
    check::<ImportBatch>();
}

#[test]
fn the_page_of_queries_lists_every_column_of_a_view() {
    let mut made = String::new();
    for entity in ["customers", "tickets"] {
        let all: Vec<String> = columns::offered(entity, true).map(|c| format!("`{}`", c.name)).collect();
        writeln!(made, "- {entity}: {}, `custom.NAME`", all.join(", ")).unwrap();
    }
    compare("docs/queries.md", "columns", &made);
}

#[test]
fn the_page_of_keys_lists_every_command_with_its_keys() {
    let layers = keymap::layers("default", None).unwrap();
    let keymap = Keymap::build(&layers);
    let mut made = "\n| keys | command | what it does |\n|---|---|---|\n".to_owned();
    for id in CommandId::ALL.iter().copied() {
        let c = id.def();
        let keys = keymap.keys_of(id).map(|k| format!("`{k}`")).collect::<Vec<_>>().join(" ");
        let keys = keys.replace('|', "\\|");
        writeln!(made, "| {keys} | `{}` | {} |", c.id, c.help.replace('|', "\\|")).unwrap();
    }
    made.push('\n');
    compare("docs/keys.md", "keys", &made);
}

#[test]
fn the_page_of_limits_lists_every_limit() {
    let mut made = "\n| what | at most | why |\n|---|---|---|\n".to_owned();
    for l in limits::TABLE {
        writeln!(made, "| {} | {} {} | {} |", l.what, limits::thousands(l.most), l.unit, l.why).unwrap();
    }
    made.push('\n');
    compare("docs/limits.md", "limits", &made);
}

#[test]
fn the_page_of_serving_shows_the_table_of_permissions_as_the_code_has_it() {
    let words: Vec<&str> = Holder::ALL.iter().map(|h| h.word()).collect();
    let mut made = format!("| permission | it allows to | {} |\n", words.join(" | "));
    writeln!(made, "|---|---|{}", ":-:|".repeat(words.len())).unwrap();
    for p in TABLE {
        let cells: Vec<&str> = Holder::ALL.iter().map(|h| if h.has(*p) { "yes" } else { "" }).collect();
        writeln!(made, "| {} | {} | {} |", p.word(), p.about(), cells.join(" | ")).unwrap();
    }
    compare("docs/serving.md", "permissions", &made);
}
