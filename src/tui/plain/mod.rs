//! The model said line by line, for terminals that only print and for people who listen: no drawing, no cursor
//! addressing, no colours.
//!
//! The same model, keymap, commands and update as the screen; this is the other view of it. What changed is said first,
//! then what one is at, and nothing twice. What there is to say is a pure function of the model ([`scene`]); what was said
//! already is known to the [`Speaker`]. Whatever can be on a screen has words here: each `match` over panes, layers and
//! fields names them all, so that a new one does not compile without.
//!
//! - `speaker`: [`Speaker`], from one look at the model to the next
//! - [`scene`]: the parts of what there is to say; `pane`, `page`, `layer`, `composer`, `numbers`: of each place
//! - `rows`: rows of lists as sentences; [`words`]: lengths of time, and text without signs for the eye
//! - `typing`: the echo of what is typed; `hints`: the keys that work
//! - [`lines`]: whole lines that are typed, as keys and text

mod composer;
mod hints;
mod layer;
pub mod lines;
mod numbers;
mod page;
mod pane;
mod rows;
pub mod scene;
mod speaker;
mod typing;
pub mod words;

pub use speaker::{Speaker, Voice, Wait};

use super::{
    command::CommandId,
    model::{CustomerView, Model, Showing, TicketView},
};

/// What a page shows that has this ticket.
fn showing(v: &TicketView) -> Showing {
    Showing::Ticket(v.page.ticket.id)
}

/// What a page shows that has this customer.
fn showing_customer(v: &CustomerView) -> Showing {
    Showing::Customer(v.page.customer.id)
}

/// The key of a command, in words; its title where it has none.
fn keys_of(m: &Model, command: CommandId) -> String {
    let key = m.keymap.keys_of(command).next().map(|k| words::key(&k.to_string()));
    key.unwrap_or_else(|| format!("\"{}\"", command.def().title))
}

/// What is said first of all.
#[must_use]
pub fn greeting(m: &Model) -> String {
    format!(
        "frontdesk in plain text. {} lists the keys, {} finds a command, {} quits.",
        keys_of(m, CommandId::AppKeys),
        keys_of(m, CommandId::AppPalette),
        keys_of(m, CommandId::AppQuit)
    )
}
