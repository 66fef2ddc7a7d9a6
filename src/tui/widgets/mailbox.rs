//! A mailbox's row, and what there is to know of it.

use super::{DUE_WIDTH, Pen, age};
use crate::{
    desk::mail_health::Level,
    model::{Stamp, zone::Zone},
    term::safe::Safe,
    tui::{data::MailboxRow, look::Ink},
};

/// The columns of an address.
const ADDRESS: usize = 30;

/// How serious something is, as ink.
#[must_use]
pub fn ink(level: Level) -> Ink {
    match level {
        Level::Bad => Ink::Bad,
        Level::Late => Ink::Soon,
        Level::Fine => Ink::Good,
    }
}

/// Draws its row.
pub fn row(pen: &mut Pen<'_>, r: &MailboxRow, marked: bool, now: Stamp) {
    let signs = pen.look().signs;
    let room = pen.room();
    let (level, words) = r.standing(now);
    let (mark_ink, mark) = if marked { (Ink::Marked, signs.marked) } else { (Ink::Text, " ") };
    let sign = match level {
        Level::Bad => signs.failed,
        Level::Late => signs.asleep,
        Level::Fine => signs.done,
    };
    pen.text(mark_ink, Safe::fixed(mark)).text(ink(level), Safe::fixed(sign)).gap(1);
    let address = ADDRESS.min(room / 2);
    pen.cell(Ink::Text, Safe::addr(r.health.mailbox.address.as_str()), address).gap(1);
    if room >= 52 {
        for at in [r.health.state.last_mail, r.health.state.last_sent] {
            let (ink, text) = at.map_or((Ink::Dim, Safe::fixed(signs.none)), |at| age(at, now));
            pen.cell_right(ink, text, DUE_WIDTH).gap(1);
        }
        let o = r.health.standing;
        let waiting = o.waiting + o.deferred;
        let text = if waiting > 0 { waiting.to_string() } else { String::new() };
        pen.cell_right(Ink::Text, Safe::line(text), 7).gap(2);
    }
    let tail = if room >= 100 { 16 } else { 0 };
    let ink = if level == Level::Fine { Ink::Dim } else { ink(level) };
    pen.rest(ink, Safe::line(words), if tail > 0 { tail + 1 } else { 0 });
    if tail > 0 {
        pen.gap(1).cell(Ink::Dim, Safe::line(r.team.as_str()), tail);
    }
}

/// The headers of the columns.
pub fn head(pen: &mut Pen<'_>) {
    let room = pen.room();
    pen.gap(3).cell(Ink::Dim, Safe::fixed("address"), ADDRESS.min(room / 2)).gap(1);
    if room >= 52 {
        pen.cell_right(Ink::Dim, Safe::fixed("mail"), DUE_WIDTH).gap(1);
        pen.cell_right(Ink::Dim, Safe::fixed("sent"), DUE_WIDTH).gap(1);
        pen.cell_right(Ink::Dim, Safe::fixed("waiting"), 7).gap(2);
    }
    let tail = if room >= 100 { 16 } else { 0 };
    pen.rest(Ink::Dim, Safe::fixed("state"), if tail > 0 { tail + 1 } else { 0 });
    if tail > 0 {
        pen.gap(1).cell(Ink::Dim, Safe::fixed("team"), tail);
    }
}

/// What there is to know of it: label and text, those that say something.
#[must_use]
pub fn details(r: &MailboxRow, zone: &Zone, now: Stamp) -> Vec<(&'static str, Ink, String)> {
    let (m, s, o) = (&r.health.mailbox, &r.health.state, r.health.standing);
    let at = |at: Option<Stamp>| at.map(|at| zone.when_exactly(at, now)).unwrap_or_default();
    let first =
        |text: &str| text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default().trim().to_owned();
    let mut out = vec![
        ("name", Ink::Text, m.name.clone()),
        ("receives", Ink::Text, r.receive.clone()),
        ("sends", Ink::Text, r.send.clone()),
        ("team", Ink::Text, r.team.clone()),
        ("last contact", Ink::Text, at(s.last_contact)),
        ("last mail", Ink::Text, at(s.last_mail)),
        ("last sent", Ink::Text, at(s.last_sent)),
    ];
    if o.deferred > 0 {
        out.push(("deferred", Ink::Soon, o.deferred.to_string()));
    }
    let problems = r.health.problems(now);
    out.extend(
        problems
            .into_iter()
            .map(|p| ("problem", if m.paused_at.is_some() { Ink::Soon } else { Ink::Bad }, p)),
    );
    for (what, retry) in [("receiving", s.next_retry), ("sending", s.send_next_retry)] {
        if let Some(at) = retry {
            out.push(("next retry", Ink::Soon, format!("{what} {}", zone.when_exactly(at, now))));
        }
    }
    out.push(("signature", Ink::Dim, first(&m.signature)));
    out.push(("answers", Ink::Dim, first(&m.acknowledgement)));
    out.push(("hours", Ink::Dim, m.hours.clone()));
    out.retain(|(_, _, text)| !text.is_empty());
    out
}
