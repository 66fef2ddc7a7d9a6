//! The table of numbers: everything that is declared of one is in its row.

use super::{
    Topic,
    measure::{Course, Fold, Good, Level, MeasureSpec, Reads, RowValue, measures},
    rows::Adds,
};
use crate::model::{Kind, Metric, Preset, money::Currency};

const TICKETS: &str = "Left out: spam, and tickets merged into others.";
const ANSWERS: &str = "Left out: who did not answer. Other surveys are never mixed in.";

measures! {
    /// Tickets opened.
    New = MeasureSpec {
        word: "new",
        label: "New",
        topic: Topic::Volume,
        formula: "Tickets opened in the window.",
        exclusions: TICKETS,
        good: Good::Neither,
        fold: Fold::Count,
        reads: Reads::Facts(&[Metric::Created]),
        rows: |f, span, _| f.plain(Metric::Created, Kind::Ticket, span),
        row_value: RowValue::None,
        ..MeasureSpec::BASE
    },
    /// Tickets solved and still so.
    Solved = MeasureSpec {
        word: "solved",
        label: "Solved",
        topic: Topic::Volume,
        formula: "Tickets whose last solve is in the window and that are still solved; each counts once.",
        exclusions: TICKETS,
        good: Good::Up,
        fold: Fold::Count,
        reads: Reads::Facts(&[Metric::Solved]),
        rows: |f, span, _| f.plain(Metric::Solved, Kind::Ticket, span),
        row_value: RowValue::None,
        ..MeasureSpec::BASE
    },
    /// Unsolved tickets now.
    Open = MeasureSpec {
        word: "open",
        label: "Open",
        topic: Topic::Volume,
        formula: "Tickets that are new, open, pending or on hold now; held against those at the beginning of the window.",
        exclusions: TICKETS,
        good: Good::Down,
        fold: Fold::Count,
        reads: Reads::Levels(Level::Now),
        rows: |f, _, _| f.open_now(),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
    /// Unsolved tickets at the end of the window.
    Backlog = MeasureSpec {
        word: "backlog",
        label: "Backlog",
        topic: Topic::Volume,
        formula: "Tickets that were new, open, pending or on hold at the end of the window: those at its beginning + \
         new + reopened − solved.",
        exclusions: TICKETS,
        good: Good::Down,
        fold: Fold::Count,
        reads: Reads::Levels(Level::End),
        rows: |f, (_, to), _| f.levels.open(to),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
    /// Time to the first public human reply.
    FirstReply = MeasureSpec {
        word: "first_reply",
        label: "First reply",
        topic: Topic::Speed,
        formula: "Median of first public human reply − opened, over replies of the window; calendar time.",
        exclusions: "Left out: spam, tickets merged into others, and those without an answer yet.",
        good: Good::Down,
        fold: Fold::Median,
        reads: Reads::Facts(&[Metric::FirstReply]),
        rows: |f, span, _| f.plain(Metric::FirstReply, Kind::Ticket, span),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
    /// Time to the first solve.
    FirstResolution = MeasureSpec {
        word: "first_resolution",
        label: "First resolution",
        topic: Topic::Speed,
        formula: "Median of first solve − opened, over tickets first solved in the window; calendar time.",
        exclusions: TICKETS,
        good: Good::Down,
        fold: Fold::Median,
        reads: Reads::Facts(&[Metric::FirstSolve]),
        rows: |f, span, _| f.plain(Metric::FirstSolve, Kind::Ticket, span),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
    /// Time to the last solve.
    Resolution = MeasureSpec {
        word: "resolution",
        label: "Resolution",
        topic: Topic::Speed,
        formula: "Median of last solve − opened, over tickets last solved in the window and still solved; calendar time.",
        exclusions: TICKETS,
        good: Good::Down,
        fold: Fold::Median,
        reads: Reads::Facts(&[Metric::Solved]),
        rows: |f, span, _| f.plain(Metric::Solved, Kind::Ticket, span),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
    /// Satisfied customers.
    Csat = MeasureSpec {
        word: "csat",
        label: "CSAT",
        topic: Topic::Quality,
        formula: "100 · ratings of 4 and 5 / ratings, 1 to 5. Wilson's interval.",
        exclusions: ANSWERS,
        good: Good::Up,
        fold: Fold::Share(4),
        reads: Reads::Facts(&[Metric::Csat]),
        rows: |f, span, _| f.plain(Metric::Csat, Kind::Response, span),
        row_value: RowValue::Count,
        preset: Some(Preset::Csat),
        ..MeasureSpec::BASE
    },
    /// The net promoter score.
    Nps = MeasureSpec {
        word: "nps",
        label: "NPS",
        topic: Topic::Quality,
        formula: "100 · (ratings of 9 and 10 − ratings of 0 to 6) / ratings, 0 to 10. Adjusted Wald interval.",
        exclusions: ANSWERS,
        good: Good::Up,
        fold: Fold::Nps,
        reads: Reads::Facts(&[Metric::Nps]),
        rows: |f, span, _| f.plain(Metric::Nps, Kind::Response, span),
        row_value: RowValue::Count,
        preset: Some(Preset::Nps),
        ..MeasureSpec::BASE
    },
    /// Of the tickets solved, those opened again.
    Reopened = MeasureSpec {
        word: "reopened",
        label: "Reopened",
        topic: Topic::Quality,
        formula: "Of the different tickets solved in the window, those opened again afterwards, until now. Wilson's \
         interval.",
        exclusions: TICKETS,
        good: Good::Down,
        fold: Fold::Share(1),
        reads: Reads::Facts(&[Metric::Backlog, Metric::Reopened]),
        rows: |f, span, _| f.reopened(span),
        row_value: RowValue::None,
        ..MeasureSpec::BASE
    },
    /// Customer effort, version 1: 1 to 5, low is good.
    Ces1 = MeasureSpec {
        word: "ces1",
        label: "CES 1.0",
        topic: Topic::Quality,
        formula: "Mean of the efforts answered, 1 to 5, low is good. Student's interval.",
        exclusions: ANSWERS,
        good: Good::Down,
        fold: Fold::Mean,
        reads: Reads::Facts(&[Metric::Ces]),
        rows: |f, span, _| f.efforts("ces1", span),
        row_value: RowValue::Count,
        preset: Some(Preset::Ces1),
        where_used: true,
        ..MeasureSpec::BASE
    },
    /// Customer effort, version 2: 1 to 7, high is good.
    Ces2 = MeasureSpec {
        word: "ces2",
        label: "CES 2.0",
        topic: Topic::Quality,
        formula: "Mean of the agreements that it was easy, 1 to 7, high is good. Student's interval.",
        exclusions: ANSWERS,
        good: Good::Up,
        fold: Fold::Mean,
        reads: Reads::Facts(&[Metric::Ces]),
        rows: |f, span, _| f.efforts("ces2", span),
        row_value: RowValue::Count,
        preset: Some(Preset::Ces2),
        where_used: true,
        ..MeasureSpec::BASE
    },
    /// What orders brought, less refunds.
    Revenue(Currency) = MeasureSpec {
        word: "revenue",
        label: "Revenue",
        topic: Topic::Sales,
        formula: "Totals of orders placed in the window − money given back in it.",
        exclusions: "Left out: cancelled orders, and those in other currencies.",
        good: Good::Up,
        fold: Fold::Sum,
        reads: Reads::Facts(&[Metric::Revenue, Metric::Refund]),
        rows: |f, span, currency| f.revenue(span, currency),
        row_value: RowValue::Money,
        ..MeasureSpec::BASE
    },
    /// Revenue of an order.
    OrderValue(Currency) = MeasureSpec {
        word: "order_value",
        label: "Order value",
        topic: Topic::Sales,
        formula: "Revenue of the window / orders of the window, in this currency: what was given back counts.",
        exclusions: "Left out: cancelled orders, and those in other currencies.",
        good: Good::Up,
        fold: Fold::SumEach,
        reads: Reads::Facts(&[Metric::Revenue, Metric::Refund]),
        rows: |f, span, currency| f.revenue(span, currency),
        row_value: RowValue::Money,
        ..MeasureSpec::BASE
    },
    /// Revenue of a customer who bought.
    CustomerValue(Currency) = MeasureSpec {
        word: "customer_value",
        label: "Per customer",
        topic: Topic::Sales,
        formula: "Revenue of the window / customers with an order in it, in this currency.",
        exclusions: "Left out: cancelled orders, and those in other currencies.",
        good: Good::Up,
        fold: Fold::SumEach,
        reads: Reads::Facts(&[Metric::Revenue, Metric::Refund]),
        rows: |f, span, currency| f.customers(f.revenue(span, currency), Adds::Money),
        row_value: RowValue::Money,
        course: Course::Slices,
        ..MeasureSpec::BASE
    },
    /// Orders.
    Orders = MeasureSpec {
        word: "orders",
        label: "Orders",
        topic: Topic::Sales,
        formula: "Orders placed in the window.",
        exclusions: "Left out: cancelled orders.",
        good: Good::Up,
        fold: Fold::Count,
        reads: Reads::Facts(&[Metric::Revenue]),
        rows: |f, span, _| f.plain(Metric::Revenue, Kind::Order, span),
        row_value: RowValue::None,
        ..MeasureSpec::BASE
    },
    /// Customers who bought.
    Buyers = MeasureSpec {
        word: "buyers",
        label: "Buyers",
        topic: Topic::Sales,
        formula: "Customers with an order placed in the window.",
        exclusions: "Left out: cancelled orders.",
        good: Good::Up,
        fold: Fold::Count,
        reads: Reads::Facts(&[Metric::Revenue]),
        rows: |f, span, _| f.customers(f.plain(Metric::Revenue, Kind::Order, span), Adds::Days),
        row_value: RowValue::Count,
        course: Course::Slices,
        ..MeasureSpec::BASE
    },
    /// Customers who bought on two days or more.
    Repeat = MeasureSpec {
        word: "repeat",
        label: "Repeat",
        topic: Topic::Sales,
        formula: "Customers who bought on two days or more of the window / customers who bought in it. Wilson's interval.",
        exclusions: "Left out: cancelled orders.",
        good: Good::Up,
        fold: Fold::Share(2),
        reads: Reads::Facts(&[Metric::Revenue]),
        rows: |f, span, _| f.customers(f.plain(Metric::Revenue, Kind::Order, span), Adds::Days),
        row_value: RowValue::Count,
        course: Course::Growing,
        ..MeasureSpec::BASE
    },
    /// Messages that wait to leave.
    MailWaiting = MeasureSpec {
        word: "mail_waiting",
        label: "Mail waiting",
        topic: Topic::Mail,
        formula: "Messages that are ready, being sent or deferred now.",
        exclusions: "Left out: messages that are held, and those that wait for an agent.",
        good: Good::Down,
        fold: Fold::Count,
        reads: Reads::Mail,
        rows: |f, _, _| f.mail.rows(&f.mail.waiting),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
    /// The longest that one of them waits.
    MailOldest = MeasureSpec {
        word: "mail_oldest",
        label: "Oldest unsent",
        topic: Topic::Mail,
        formula: "Now − when it was to leave, of the message that waits longest: ready, being sent or deferred.",
        exclusions: "Left out: messages that are held, and those that wait for an agent.",
        good: Good::Down,
        fold: Fold::Longest,
        reads: Reads::Mail,
        rows: |f, _, _| f.mail.rows(&f.mail.waiting),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
    /// Messages that could not be sent, or might not have been.
    MailFailed = MeasureSpec {
        word: "mail_failed",
        label: "Not sent",
        topic: Topic::Mail,
        formula: "Messages that cannot be sent, or may have been sent or not, now.",
        exclusions: "Left out: messages that are held, and those that wait for an agent.",
        good: Good::Down,
        fold: Fold::Count,
        reads: Reads::Mail,
        rows: |f, _, _| f.mail.rows(&f.mail.failed),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
    /// The longest time since a mailbox was last reached.
    MailContact = MeasureSpec {
        word: "mail_contact",
        label: "Last contact",
        topic: Topic::Mail,
        formula: "Now − last answer of its server, of the mailbox that was not reached for longest.",
        exclusions: "Left out: mailboxes that are paused, and those that nothing fetches.",
        good: Good::Down,
        fold: Fold::Longest,
        reads: Reads::Mail,
        rows: |f, _, _| f.mail.rows(&f.mail.contact),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
    /// The longest time since mail came to a mailbox.
    MailReceived = MeasureSpec {
        word: "mail_received",
        label: "Last mail",
        topic: Topic::Mail,
        formula: "Now − its last mail, of the mailbox that received nothing for longest.",
        exclusions: "Left out: mailboxes that are paused, that only send, or had no mail yet.",
        good: Good::Down,
        fold: Fold::Longest,
        reads: Reads::Mail,
        rows: |f, _, _| f.mail.rows(&f.mail.received),
        row_value: RowValue::Duration,
        ..MeasureSpec::BASE
    },
}
