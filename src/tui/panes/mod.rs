//! The panes, one file each: its titles and what is in it. A new one is a file here, an entry in
//! [`Pane`], its place in `layout`, and a line below.

mod customer;
mod customers;
mod mailboxes;
mod outbox;
mod queues;
mod tasks;
pub mod thread;
mod tickets;
pub mod today;

use ratatui::buffer::Buffer;

use super::{
    insight,
    layout::{Layout, Place},
    look::Ink,
    model::{List, Model, Pane, Row, Showing},
    plain, update,
    widgets::frame::{self, Titles},
};
use crate::{desk::list::columns, query, term::safe::Safe};

/// Draws the border of a pane.
pub fn border(buf: &mut Buffer, m: &Model, place: &Place, focused: bool) {
    frame::border(buf, &m.look, place.outer, focused);
}

/// The titles of a pane.
pub fn titles(m: &Model, pane: Pane) -> Titles<'_> {
    match pane {
        Pane::Queues => queues::titles(m),
        Pane::Queue | Pane::AllTickets => tickets::titles(m, pane),
        Pane::Customers | Pane::AllCustomers => customers::titles(m, pane),
        Pane::Tasks => tasks::titles(m),
        Pane::Outbox => outbox::titles(m),
        Pane::Mailboxes => mailboxes::titles(m),
        Pane::Page if matches!(m.page.showing, Showing::Customer(_)) => customer::titles(m, false),
        Pane::Page => thread::titles(m),
        Pane::Card => customer::titles(m, true),
        Pane::Today => today::titles(m),
        Pane::Insight => insight::titles(m),
    }
}

/// What an empty list says: what that means, and the key that changes it.
pub fn empty(m: &Model, pane: Pane) -> Vec<String> {
    match pane {
        Pane::Queue | Pane::AllTickets => tickets::empty(m, pane),
        Pane::Customers | Pane::AllCustomers => customers::empty(m, pane),
        Pane::Tasks => tasks::empty(m),
        Pane::Outbox => outbox::empty(m),
        Pane::Mailboxes => mailboxes::empty(m),
        Pane::Queues | Pane::Page | Pane::Card | Pane::Today | Pane::Insight => Vec::new(),
    }
}

/// Draws a pane inside its border, and its titles on it.
pub fn draw(buf: &mut Buffer, m: &Model, place: &Place, layout: &Layout, focused: bool) {
    frame::title_line(buf, &m.look, place.outer, layout.framed, focused, &titles(m, place.pane));
    let area = place.inner.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    match place.pane {
        Pane::Queues => queues::draw(buf, m, area, focused),
        Pane::Queue | Pane::AllTickets => tickets::draw(buf, m, place.pane, area, focused),
        Pane::Customers | Pane::AllCustomers => customers::draw(buf, m, place.pane, area, focused),
        Pane::Tasks => tasks::draw(buf, m, area, focused),
        Pane::Outbox => outbox::draw(buf, m, area, focused),
        Pane::Mailboxes => mailboxes::draw(buf, m, area, focused),
        Pane::Page if matches!(m.page.showing, Showing::Customer(_)) => customer::draw(buf, m, area, focused),
        Pane::Page => thread::draw(buf, m, area, focused),
        Pane::Card => customer::draw(buf, m, area, focused),
        Pane::Today => today::draw(buf, m, area, focused),
        Pane::Insight => insight::draw(buf, m, area, focused),
    }
}

/// The titles of a list: its name, how many rows, its filter and order; at the right how many are new, how many late.
fn list_titles<'a, R: Row>(m: &Model, name: &'a str, list: &List<R>, late: usize) -> Titles<'a> {
    let mut titles = Titles::new(Safe::line(name));
    if list.loaded && list.is_settled() && list.told.partial {
        // How many there are is not known yet.
        titles = titles.and(Ink::Soon, Safe::fixed(" loading"));
    } else if list.loaded && list.is_settled() {
        titles = titles.and(Ink::Dim, Safe::line(format!(" {}", list.len())));
    } else if list.loaded {
        // What is painted is what was there before.
        titles = titles.and(Ink::Soon, Safe::fixed(" looking"));
    }
    if let Some(view) = &list.view {
        titles = titles.and(Ink::Accent, Safe::line(format!(" {} {}", m.look.signs.dot, view.name)));
    }
    // A view's own query is known by its name.
    let own = list.view.as_ref().is_some_and(|v| v.query.trim() == list.filter);
    if !list.filter.is_empty() && !own {
        titles = titles.and(Ink::Accent, Safe::line(format!(" / {}", list.filter)));
    }
    if let Some(sort) = &list.sort {
        let way = if sort.down { m.look.signs.down } else { m.look.signs.up };
        titles = titles.and(Ink::Dim, Safe::line(format!(" by {} {way}", sort.column)));
    } else if list.told.by_match && list.is_settled() {
        titles = titles.and(Ink::Dim, Safe::fixed(" by match"));
    }
    if !list.told.note.is_empty() && list.is_settled() {
        titles = titles.right(Ink::Soon, Safe::line(list.told.note.clone()));
    }
    let state = [
        (list.fresh(), Ink::Accent, format!("{} new above", list.fresh())),
        (late, Ink::Bad, format!("{late} overdue")),
    ];
    for (count, ink, text) in state {
        if count > 0 {
            if !titles.right.is_empty() {
                titles = titles.right(Ink::Dim, Safe::line(format!(" {} ", m.look.signs.dot)));
            }
            titles = titles.right(ink, Safe::line(text));
        }
    }
    titles
}

/// By what a list is sorted, and whether downwards: as chosen, else as the filter says. `None`: as it comes.
fn sorted<R: Row>(list: &List<R>, pane: Pane) -> Option<(String, bool)> {
    if let Some(sort) = &list.sort {
        return Some((sort.column.to_owned(), sort.down));
    }
    let sort = query::parse(&list.filter).ok()?.sort?;
    let entity = update::entity(pane);
    let field = query::Schema::of(entity)?.field(&sort.field)?.def.name;
    let column = columns::offered(entity, true).find(|c| c.field == field)?;
    Some((column.name.to_owned(), sort.descending))
}

/// The key of a command, for sentences of empty panes; its title where it has none.
pub fn key(m: &Model, command: super::command::CommandId) -> String {
    let key = m.keymap.keys_of(command).next().map(ToString::to_string);
    let key = key.map(|k| if m.plain { plain::words::key(&k) } else { k });
    key.unwrap_or_else(|| format!("“{}”", command.def().title))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ratatui::{Terminal, backend::TestBackend};

    use crate::{
        model::Id,
        tui::{
            command::Workspace,
            data::CustomerRow,
            draw,
            keymap::{self, Keymap},
            look::Appearance,
            model::{ListPage, Model, Pane, RowNotes},
        },
    };

    fn screen(m: &Model) -> String {
        let mut t = Terminal::new(TestBackend::new(m.size.0, m.size.1)).unwrap();
        t.draw(|f| draw(m, f)).unwrap();
        t.backend().to_string()
    }

    #[test]
    fn rows_of_before_are_not_taken_for_those_of_a_new_filter() {
        let keymap = Keymap::build(&keymap::layers("default", None).unwrap());
        let mut m = Model::new(Id::NIL, (80, 24), Appearance::default(), Arc::new(keymap));
        (m.workspace, m.focus) = (Workspace::Customers, Pane::AllCustomers);
        m.all_customers.receive(Vec::<CustomerRow>::new());
        assert!(screen(&m).contains("Customers 0") && !screen(&m).contains("looking"));
        m.all_customers.filter = "tag:vip".to_owned();
        assert!(screen(&m).contains("Customers looking / tag:vip"));
        m.all_customers.receive(Vec::<CustomerRow>::new());
        assert!(!screen(&m).contains("looking"));
    }

    /// A filter typed while customers load: previous rows are not kept on the screen, and progress is shown.
    #[test]
    fn while_customers_load_a_list_says_how_far_that_is() {
        let keymap = Keymap::build(&keymap::layers("default", None).unwrap());
        let mut m = Model::new(Id::NIL, (80, 24), Appearance::default(), Arc::new(keymap));
        (m.workspace, m.focus) = (Workspace::Customers, Pane::AllCustomers);
        m.all_customers.receive(vec![CustomerRow { name: "Ada".into(), ..CustomerRow::default() }]);
        m.all_customers.filter = "tag:vip".to_owned();
        let note = "430000 of 1000000 customers read".to_owned();
        let told = RowNotes { note: note.clone(), partial: true, ..RowNotes::default() };
        m.all_customers.receive(ListPage { rows: Vec::new(), from: 0, total: 0, told });
        let shown = screen(&m);
        assert!(shown.contains("Customers loading") && shown.contains(&note), "{shown}");
        assert!(shown.contains("Searching") && !shown.contains("Ada"), "{shown}");
    }
}
