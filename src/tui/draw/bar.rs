//! The line at the top: workspaces, who is here, how mail stands, whether all is saved, the time.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    desk::mail_health::{Level, Remark},
    term::safe::Safe,
    tui::{
        command::Workspace,
        look::Ink,
        model::{Model, see_list},
        widgets::{Pen, mailbox},
    },
};

/// Columns from which all words have room.
const SPACIOUS: u16 = 100;

/// How mail stands: the most serious remark, and the next where there is room. In few words where there is little.
fn mail(m: &Model, width: u16) -> Vec<(Level, String)> {
    let remarks = m.mail.as_ref().map(|h| h.remarks(m.now)).unwrap_or_default();
    let most = match width {
        0..40 => 0,
        40..140 => 1,
        _ => 2,
    };
    let words = |r: Remark| (r.level, if width >= SPACIOUS { r.words } else { r.short });
    remarks.into_iter().take(most).map(words).collect()
}

/// Draws this part.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect) {
    let mut pen = Pen::new(buf, &m.look, area, 0);
    pen.gap(1);
    let clock = m.info.zone.civil(m.now);
    pen.at_end(Ink::Text, Safe::fixed(" "));
    pen.at_end(Ink::Text, Safe::line(format!("{:02}:{:02}", clock.hour, clock.minute)));
    let dot = || Safe::line(format!(" {} ", m.look.signs.dot));
    let wide = area.width >= 70;
    let mail = mail(m, area.width);
    if m.saving > 0 && wide && m.info.begun {
        pen.at_end(Ink::Dim, dot());
        pen.at_end(Ink::Soon, Safe::fixed("saving"));
    } else if wide && m.info.begun && (mail.is_empty() || area.width >= 110) {
        // Where there is little room, that all is saved goes without saying.
        pen.at_end(Ink::Dim, dot());
        pen.at_end(Ink::Dim, Safe::fixed("saved"));
    }
    for (level, words) in mail.into_iter().rev() {
        let ink = if level == Level::Fine { Ink::Dim } else { mailbox::ink(level) };
        pen.at_end(Ink::Dim, dot());
        pen.at_end(ink, Safe::line(words));
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
    // The one shown keeps its place.
    let own = m.workspace.number().map_or(0, |_| 2) + m.workspace.title().len() + 2;
    let mut kept = own;
    for w in Workspace::ALL {
        let here = *w == m.workspace;
        if here {
            kept = 0;
        }
        // Where not all of them have room the one shown stays.
        let name = match w.number() {
            Some(n) => Safe::line(format!("{n} {}", w.title())),
            None if here => Safe::fixed(w.title()),
            None => continue,
        };
        if !here && pen.room() < name.width() + 2 + kept {
            continue;
        }
        if here {
            pen.text(Ink::Accent, Safe::concat([Safe::fixed("["), name, Safe::fixed("]")]));
        } else {
            pen.gap(1).text(Ink::Dim, name).gap(1);
        }
    }
}
