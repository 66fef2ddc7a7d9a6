//! The files of a ticket.

use crate::model::limits;
use crate::tui::{
    look::Ink,
    model::{Layer, Model, Popup, PopupLine},
    pages::thread::size,
};

/// Opens the list.
pub fn open(m: &mut Model) {
    let Some(view) = m.page.ticket_shown() else { return };
    let mut lines = Vec::new();
    for message in &view.page.messages {
        for a in message.attachments.iter().take(limits::ATTACHMENTS) {
            let name = if a.name.trim().is_empty() { "without a name" } else { a.name.as_str() };
            lines.push(PopupLine {
                cells: vec![
                    (Ink::Text, name.to_owned()),
                    (Ink::Dim, size(a.size)),
                    (Ink::Dim, a.content_type.clone()),
                    (Ink::Dim, m.info.zone.when_exactly(message.at, m.now)),
                ],
            });
        }
    }
    m.layers.push(Layer::Popup(Popup { title: "Attachments".to_owned(), lines, top: 0 }));
}
