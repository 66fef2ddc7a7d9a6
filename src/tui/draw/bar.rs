//! The line at the top: workspaces, who is here, whether all is saved, the time.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    term::safe::Safe,
    tui::{
        command::Workspace,
        look::Ink,
        model::{Model, see_list},
        widgets::Pen,
    },
};

/// Draws it.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect) {
    let mut pen = Pen::new(buf, &m.look, area, 0);
    pen.gap(1);
    let clock = m.info.zone.civil(m.now);
    pen.at_end(Ink::Text, Safe::fixed(" "));
    pen.at_end(Ink::Text, Safe::line(format!("{:02}:{:02}", clock.hour, clock.minute)));
    let dot = || Safe::line(format!(" {} ", m.look.signs.dot));
    let wide = area.width >= 70;
    if wide && m.info.begun {
        let (ink, word) = if m.saving > 0 { (Ink::Soon, "saving") } else { (Ink::Dim, "saved") };
        pen.at_end(Ink::Dim, dot());
        pen.at_end(ink, Safe::fixed(word));
    }
    let me = m.info.agent(m.me).map(|a| a.handle.as_str()).unwrap_or_default();
    if !me.is_empty() {
        pen.at_end(Ink::Dim, dot());
        pen.at_end(Ink::Text, Safe::line(me));
    }
    pen.at_end(Ink::Text, Safe::fixed("  "));
    let marked = see_list!(m, m.focus, list => list.marked(), (0, 0));
    if marked.0 > 0 {
        let hidden = if marked.1 > 0 { format!(", {} hidden", marked.1) } else { String::new() };
        pen.at_end(Ink::Marked, Safe::line(format!("{} selected{hidden}  ", marked.0)));
    }
    if !m.pending.is_empty() {
        pen.at_end(Ink::Accent, Safe::line(format!("{}  ", m.pending)));
    }
    if area.width >= 90 {
        pen.text(Ink::Dim, Safe::fixed("frontdesk")).gap(2);
    }
    for w in Workspace::ALL {
        let here = *w == m.workspace;
        // Where not all of them have room the one shown stays.
        let name = Safe::line(format!("{} {}", w.number(), w.title()));
        if !here && pen.room() < name.width() + 2 {
            continue;
        }
        if here {
            pen.text(Ink::Accent, Safe::concat([Safe::fixed("["), name, Safe::fixed("]")]));
        } else {
            pen.gap(1).text(Ink::Dim, name).gap(1);
        }
    }
}
