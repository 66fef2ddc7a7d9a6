//! What customers wrote, at its worst, through every view: the terminal is asked for nothing but cells.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use frontdesk::{
    desk::{
        Command,
        command::{NewInteraction, NewOrder, NewTicket},
    },
    model::{Day, Kind, order::Line},
    term::safe::corpus,
};
use support::{
    screen::Screen,
    tiny::{NOW, Tiny},
};

/// What a terminal was asked for besides cells.
#[derive(Default)]
struct Heard(Vec<String>);

impl vt100::Callbacks for Heard {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("bell".into());
    }

    fn visual_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("flash".into());
    }

    fn resize(&mut self, _: &mut vt100::Screen, _: (u16, u16)) {
        self.0.push("resize".into());
    }

    fn set_window_title(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.0.push("title".into());
    }

    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.0.push("icon".into());
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], _: &[u8]) {
        self.0.push("copy".into());
    }

    fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.0.push("paste".into());
    }

    fn unhandled_char(&mut self, _: &mut vt100::Screen, c: char) {
        self.0.push(format!("{c:?}"));
    }

    fn unhandled_control(&mut self, _: &mut vt100::Screen, b: u8) {
        self.0.push(format!("control {b:#x}"));
    }

    fn unhandled_osc(&mut self, _: &mut vt100::Screen, params: &[&[u8]]) {
        self.0.push(format!("osc {params:?}"));
    }
}

#[test]
fn the_worst_that_customers_write_shows_as_cells_in_every_view() {
    let views = [
        "1", "2", "2 Enter", "3", "3 Enter", "4", "5", "f", "2 ?", ":", "2 b", "2 A", "3 e", "2 t", "2 r",
        "3 L",
    ];
    for (n, bad) in corpus().into_iter().enumerate() {
        // A few thousand letters are as bad as a million, and keep the test short.
        let bad: String = bad.chars().take(6000).collect();
        let mut tiny = Tiny::begun();
        let add = [
            ("given", bad.as_str()),
            ("family", "Grace"),
            ("organisation", &bad),
            ("note", &bad),
            ("tag", &bad),
            ("city", &bad),
        ];
        let customer = tiny.customer(9_000, &add);
        let subject = format!("x{bad}");
        let ticket = NewTicket {
            requester: customer,
            subject,
            body: bad.clone(),
            tags: vec![bad.clone()],
            ..NewTicket::default()
        };
        let ticket = tiny.ticket(8_000, ticket);
        tiny.run(NOW - 7_000, Command::TicketNote(ticket, format!("n{bad}")));
        let said =
            NewInteraction { customer, subject: bad.clone(), body: bad.clone(), ..NewInteraction::default() };
        tiny.run(NOW - 6_000, Command::InteractionLog(said));
        let lines =
            vec![Line { title: bad.clone(), sku: bad.clone(), quantity: 1, amount: 1, ..Line::default() }];
        let order = NewOrder { customer, date: Day::of_utc_ms(NOW), lines, ..NewOrder::default() };
        tiny.run(NOW - 5_000, Command::OrderAdd(order));
        tiny.run(
            NOW - 4_000,
            Command::Create(Kind::Task, vec![frontdesk::desk::Edit::set("title", format!("t{bad}"))]),
        );
        let size = if n % 2 == 0 { (120, 40) } else { (80, 24) };
        let mut screen = Screen::open(&tiny.desk, tiny.dana, size);
        for view in views {
            screen.keys("Esc Esc Esc Esc").keys(view);
            let (rows, columns) = (size.1.try_into().unwrap(), size.0.try_into().unwrap());
            let mut terminal = vt100::Parser::new_with_callbacks(rows, columns, 0, Heard::default());
            terminal.process(&screen.bytes());
            assert_eq!(terminal.callbacks().0, Vec::<String>::new(), "{bad:?} in {view}");
        }
    }
}
