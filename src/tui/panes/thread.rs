//! A ticket being read: who, then the thread.

use ratatui::{buffer::Buffer, layout::Rect};

use super::key;
use crate::{
    model::{Kind, Priority, number, zone},
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::Ink,
        model::{Kinds, Model, Showing, TicketView},
        widgets::{Pen, frame::Titles, lists},
    },
};

/// Rows of the head.
const HEAD: u16 = 2;

/// Its titles: the number and what it is about; where it stands, how soon, when it is due.
pub fn titles(m: &Model) -> Titles<'_> {
    let Some(v) = m.page.ticket_shown() else { return Titles::new(Safe::fixed("Ticket")) };
    let t = &v.page.ticket;
    let dot = m.look.signs.dot;
    let mut titles = Titles {
        left: vec![
            (Ink::Dim, Safe::line(format!("{} {dot} ", number::show(Kind::Ticket, t.number)))),
            (Ink::Head, Safe::line(t.subject.as_str())),
        ],
        right: Vec::new(),
    };
    for (i, (ink, text)) in state(m, v, &zone::short).into_iter().enumerate() {
        if i > 0 {
            titles = titles.right(Ink::Dim, Safe::line(format!(" {dot} ")));
        }
        titles = titles.right(ink, Safe::line(text));
    }
    titles
}

/// Where a ticket stands: its state, how soon, whose it is, when it is due. `span` has the words for a length of time.
pub fn state(m: &Model, v: &TicketView, span: &dyn Fn(i64) -> String) -> Vec<(Ink, String)> {
    let t = &v.page.ticket;
    let mut state: Vec<(Ink, String)> = Vec::new();
    if m.page.kinds != Kinds::All {
        state.push((Ink::Accent, m.page.kinds.word().to_owned()));
    }
    if v.page.customer.emails.iter().any(|e| e.bounced && Some(e.address.as_str()) == v.page.customer.email())
    {
        state.push((Ink::Bad, "mail bounces".to_owned()));
    }
    if t.spam {
        state.push((Ink::Bad, "spam".to_owned()));
    } else if t.screened {
        state.push((Ink::Soon, "in the screener".to_owned()));
    }
    let asleep = t.snoozed_until.filter(|until| *until > m.now);
    state.push(match asleep {
        Some(at) => (Ink::Soon, format!("asleep until {}", m.info.zone.when(at, m.now))),
        None if t.category.is_unsolved() => (Ink::Text, t.category.label()),
        None => (Ink::Good, t.category.label()),
    });
    match t.priority {
        Priority::Normal => {}
        Priority::Urgent => state.push((Ink::Bad, "urgent".to_owned())),
        Priority::High => state.push((Ink::Soon, "high".to_owned())),
        ref p => state.push((Ink::Dim, p.as_str().to_owned())),
    }
    let who = t.assignee.map(|a| m.info.first_name(a)).unwrap_or_default();
    state.push(if who.is_empty() {
        (Ink::Dim, "unassigned".to_owned())
    } else {
        (Ink::Text, who.to_owned())
    });
    if let Some(due) = t.due() {
        let left = due.saturating_sub(m.now);
        let text = span(left.abs());
        state.push(match left {
            ..0 => (Ink::Bad, format!("overdue by {text}")),
            0..=3_600_000 => (Ink::Soon, format!("due in {text}")),
            _ => (Ink::Text, format!("due in {text}")),
        });
    }
    state
}

/// Draws this part.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    let Some(v) = m.page.ticket_shown() else {
        if !m.known || m.page.showing != Showing::Nothing {
            return; // on its way
        }
        let lines = vec![
            "Nothing is selected.".to_owned(),
            format!(
                "{} goes down a list, {} finds a customer, {} shows every command",
                key(m, CommandId::MoveDown),
                key(m, CommandId::FindCustomer),
                key(m, CommandId::AppPalette)
            ),
        ];
        return lists::empty(buf, &m.look, area, &lines);
    };
    head(buf, m, v, area);
    let body = Rect { y: area.y + HEAD.min(area.height), height: area.height.saturating_sub(HEAD), ..area };
    let lines = Rect { width: area.width.saturating_sub(1), ..body };
    for (y, (at, line)) in (0..body.height).zip(v.lines.iter().enumerate().skip(v.top)) {
        let mut pen = Pen::new(buf, &m.look, lines, y);
        let here = focused && line.item == Some(v.item) && !line.rule;
        let blank = line.parts.is_empty();
        if here && !(blank && at > 0) {
            pen.styled(m.look.theme.bar, Safe::fixed(m.look.signs.bar));
        } else {
            pen.gap(1);
        }
        pen.line(line);
    }
    more(buf, m, v, body);
}

/// Who brought it: the name, the address, the organisation, tags; the number dim.
fn head(buf: &mut Buffer, m: &Model, v: &TicketView, area: Rect) {
    let (c, t) = (&v.page.customer, &v.page.ticket);
    let mut pen = Pen::new(buf, &m.look, area, 0);
    pen.gap(1);
    if c.number > 0 {
        pen.at_end(Ink::Text, Safe::fixed(" "));
        pen.at_end(Ink::Dim, Safe::line(number::show(Kind::Customer, c.number)));
        pen.at_end(Ink::Text, Safe::fixed(" "));
    }
    pen.text(Ink::Head, Safe::line(c.display_name()));
    if let Some(email) = c.email() {
        pen.gap(2).text(Ink::Dim, Safe::addr(email));
    }
    if !v.page.organisation.is_empty() {
        pen.gap(2).text(Ink::Text, Safe::line(v.page.organisation.as_str()));
    }
    let tags: Vec<&str> = c.tags.iter().map(String::as_str).collect();
    if !tags.is_empty() {
        pen.gap(2).text(Ink::Accent, Safe::line(tags.join(" ")));
    }
    let mut rule = Pen::new(buf, &m.look, area, 1);
    let marks = if t.tags.is_empty() { String::new() } else { format!(" {} ", t.tags.join(" ")) };
    rule.gap(1);
    let marks = Safe::line(marks).truncate_with(rule.room() / 2, m.look.cut());
    let room = rule.room().saturating_sub(marks.width() + 2);
    rule.rule(room).text(Ink::Accent, marks).rule(1);
}

/// How much lies below, at the lower right.
fn more(buf: &mut Buffer, m: &Model, v: &TicketView, area: Rect) {
    let below = v.lines.len().saturating_sub(v.top + usize::from(area.height));
    if below > 0 && area.height > 2 && area.width > 20 {
        let text = Safe::line(format!(" {below} more {} ", m.look.signs.down));
        let y = area.height - 1;
        Pen::new(buf, &m.look, area, y).at_end(Ink::Dim, text);
    }
}
