//! The fields of mailboxes: see [`field`](crate::model::field).

use super::{AfterFetch, Mailbox};
use crate::model::{
    Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Fixed, Text},
        Merge::Own,
        Privacy::Keep,
    },
};

type F = FieldSpec<Mailbox>;

/// Why no list of mailboxes is asked by a field: said once for all of them.
const WORDS: &str = "mailboxes are few: lists of them take words alone; `show` and the form have every field";

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns =
    Columns { usual: &["number", "address", "name", "receive", "send", "paused"], more: &[] };

/// Every field.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("address", Keep, Own).titled("Address").edits().help("its address").column("address", Text, (14, 30))
        .reads(|m, out| out(D::Text(&m.address))).unless(WORDS),
    F::stored("name", Keep, Own).titled("Name").help("the name that customers see before the address").column("name", Text, (14, 26))
        .text(|m| &m.name, |m| &mut m.name).unless(WORDS),
    F::stored("aliases", Keep, Own).named("alias").titled("Other addresses").edits()
        .help("other addresses whose mail it gets").reads(|m, out| m.aliases.iter().for_each(|a| out(D::Text(a))))
        .unless(WORDS),
    F::stored("team", Keep, Own).titled("Team").edits().help("the team whose queue its tickets go to")
        .reads(|m, out| m.team.into_iter().for_each(|id| out(D::Link(Kind::Team, id)))).unless(WORDS),
    F::stored("signature", Keep, Own).titled("Signature").edits().help("what stands under its mail")
        .reads(|m, out| out(D::Text(&m.signature))).unless(WORDS),
    F::stored("acknowledgement", Keep, Own).titled("Acknowledgement").edits().help("the answer to a first message")
        .reads(|m, out| out(D::Text(&m.acknowledgement))).unless(WORDS),
    F::stored("out_of_hours", Keep, Own).titled("Out of hours").edits().help("the answer outside of its hours")
        .reads(|m, out| out(D::Text(&m.out_of_hours))).unless(WORDS),
    F::stored("hours", Keep, Own).titled("Hours").edits().help("its hours, such as Mon-Fri 09:00-17:00")
        .reads(|m, out| out(D::Text(&m.hours))).unless(WORDS),
    F::stored("receive", Keep, Own).titled("Receive").edits().help("how its mail comes in").column("receive", Text, (14, 40)).unless(WORDS),
    F::stored("send", Keep, Own).titled("Send").edits().help("how its mail leaves").column("send", Text, (14, 40)).unless(WORDS),
    F::stored("after_fetch", Keep, Own).titled("After fetch").edits().help("what becomes of fetched mail at the server")
        .reads(|m, out| out(D::Text(m.after_fetch.as_str()))).values(AfterFetch::WORDS).unless(WORDS),
    F::stored("move_to", Keep, Own).titled("Move to").help("the folder for fetched mail, where it moves")
        .text(|m| &m.move_to, |m| &mut m.move_to).unless(WORDS),
    F::stored("sent_folder", Keep, Own).titled("Sent folder").help("the folder that gets a copy of sent mail")
        .text(|m| &m.sent_folder, |m| &mut m.sent_folder).unless(WORDS),
    F::stored("hourly_cap", Keep, Own).titled("Hourly cap").of(K::Number).edits()
        .help("the most messages that leave in an hour")
        .reads(|m, out| m.hourly_cap.into_iter().for_each(|n| out(D::Number(i64::from(n))))).unless(WORDS),
    F::stored("size_limit", Keep, Own).titled("Size limit").of(K::Number).edits()
        .help("the most bytes that a message has on its way")
        .reads(|m, out| m.size_limit.into_iter().for_each(|n| out(D::Number(i64::try_from(n).unwrap_or(i64::MAX)))))
        .unless(WORDS),
    F::stored("markdown", Keep, Own).titled("Markdown").edits().help("whether replies also carry an HTML part")
        .reads(|m, out| out(D::Text(yes(m.markdown)))).unless(WORDS),
    F::stored("no_subject_hook", Keep, Own).named("subject_hook").titled("Number in subjects").edits()
        .help("whether subjects carry the ticket's number").reads(|m, out| out(D::Text(yes(!m.no_subject_hook))))
        .unless(WORDS),
    F::stored("screener", Keep, Own).titled("Screener").edits()
        .help("whether first messages of unknown senders wait to be let in")
        .reads(|m, out| out(D::Text(yes(m.screener)))).unless(WORDS),
    F::stored("blocked", Keep, Own).titled("Blocked senders").edits()
        .help("senders whose mail is not taken: addresses, or @domain")
        .reads(|m, out| m.blocked.iter().for_each(|a| out(D::Text(a)))).unless(WORDS),
    F::derived("history").titled("History").edits().help("whether mail that is in the folder already is read, too")
        .unless("it is said once, when the mailbox is added"),
    F::stored("number", Keep, Own).of(K::Id).column("number", Fixed, (7, 8))
        .reads(|m, out| out(D::Number(i64::try_from(m.number).unwrap_or(i64::MAX)))),
    F::stored("external_ids", Keep, Own),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("paused_at", Keep, Own).column("paused", Fixed, (16, 16))
        .reads(|m, out| m.paused_at.into_iter().for_each(|at| out(D::At(at)))),
    F::stored("archived_at", Keep, Own),
    F::stored("created_at", Keep, Own),
];

const fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
