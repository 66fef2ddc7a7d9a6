//! The fields of tickets and of what happens to them: see [`field`](crate::model::field).

use super::{Ticket, TicketEvent, TicketType};
use crate::model::{
    Channel, Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Aside, Fixed, Right, Text},
        Input::{Choice, Line, Optional},
        Merge::Own,
        Privacy::{Clear, Keep, Redact, Rule},
    },
    phrase::Lean::{Future, Past},
};

type F = FieldSpec<Ticket>;
type E = FieldSpec<TicketEvent>;

/// The words of categories, in the order in which a ticket goes through them.
pub const CATEGORIES: &[&str] = &["new", "open", "pending", "on_hold", "solved", "closed", "merged"];

/// The words of priorities, the least first.
pub const PRIORITIES: &[&str] = &["low", "normal", "high", "urgent"];

/// The words of severities, the least first.
pub const SEVERITIES: &[&str] = &["minor", "major", "critical"];

/// The fields that stand first in forms, in this order; the others follow in the order of the table.
pub const FORM: &[&str] = &["subject", "priority", "type", "custom_status", "due"];

/// The columns of `frontdesk list` where no one chose, and those that are offered next; the others follow in the order of the table.
pub const LIST: Columns = Columns {
    usual: &["number", "status", "priority", "requester", "assignee", "subject", "updated", "tags"],
    more: &["due", "team", "organisation", "type"],
};

/// Every field.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::derived("is")
        .words(
            K::States,
            &[
                "open", "new", "pending", "on_hold", "solved", "closed", "merged", "unassigned", "overdue", "snoozed",
                "unread", "waiting", "replied", "held", "spam", "screened",
            ],
        )
        .help("its states; open: still needs work, is no spam and does not wait in the screener"),
    F::stored("category", Keep, Own).named("status").also(&["category", "state"]).titled("Status")
        .words(K::Enum, CATEGORIES).help("where it stands").column("status", Fixed, (8, 9)).placed().edits()
        .reads(|t, out| out(D::Text(t.category.as_str())))
        .unless("it moves by verbs, which keep its history: solve, open, pending, hold, close"),
    F::stored("priority", Keep, Own).also(&["prio"]).titled("Priority").words(K::Enum, PRIORITIES).help("how soon")
        .column("priority", Fixed, (9, 9)).placed().edits().reads(|t, out| out(D::Text(t.priority.as_str()))).form(Choice, ""),
    F::stored("severity", Keep, Own).titled("Severity").words(K::Enum, SEVERITIES).help("how bad it is for the customer")
        .column("severity", Fixed, (9, 9)).text(|t| &t.severity, |t| &mut t.severity).form(Optional, ""),
    F::stored("assignee", Keep, Own).also(&["agent"]).titled("Assignee").query(K::Person).help("who works on it")
        .column("assignee", Aside, (8, 14)).placed().edits()
        .reads(|t, out| t.assignee.into_iter().for_each(|id| out(D::Link(Kind::Agent, id))))
        .unless("on screen the command Assign changes it"),
    F::stored("team", Keep, Own).titled("Team").query(K::Text).help("whose queue it is in").column("team", Aside, (8, 14)).placed()
        .edits().reads(|t, out| t.team.into_iter().for_each(|id| out(D::Link(Kind::Team, id))))
        .unless("on screen the command Assign changes it"),
    F::stored("requester", Keep, Own).also(&["name", "from"]).titled("Requester").query(K::Text)
        .help("who brought it, by name").column("requester", Text, (12, 22)).placed().edits()
        .reads(|t, out| out(D::Link(Kind::Customer, t.requester)))
        .unless("on screen the command Change the requester does"),
    F::derived("email").also(&["mail"]).query(K::Text).help("the requester's addresses").column("email", Text, (14, 28)),
    F::stored("organisation", Clear, Own).named("org").also(&["organisation", "organization", "company"])
        .titled("Organisation").query(K::Text).help("for which organisation").column("organisation", Aside, (12, 22)).placed()
        .reads(|t, out| t.organisation.into_iter().for_each(|id| out(D::Link(Kind::Organisation, id)))),
    F::stored("tags", Keep, Own).named("tag").also(&["tags"]).titled("Tags").query(K::Set).help("its tags").column("tags", Aside, (8, 18))
        .placed().edits().reads(|t, out| t.tags.iter().for_each(|t| out(D::Text(t)))).unless("on screen the command Tag changes them"),
    F::stored("subject", Redact, Own).also(&["title"]).titled("Subject").query(K::Text).help("what it is about")
        .column("subject", Text, (16, 200)).placed().edits().reads(|t, out| out(D::Text(&t.subject))).required(Line, ""),
    F::stored("promised_by", Keep, Own).named("due").also(&["promised", "promise"]).titled("Promised by")
        .query(K::Date(Future)).help("what was promised; only while it needs work").column("due", Right, (5, 5)).placed().edits()
        .reads(|t, out| t.promised_by.into_iter().for_each(|at| out(D::At(at))))
        .form(Line, "tomorrow 5pm, fri, in 4h; empty: no promise"),
    F::stored("created_at", Keep, Own).named("created").also(&["opened"]).query(K::Date(Past)).help("when it was opened")
        .column("created", Right, (8, 8)).reads(|t, out| out(D::At(t.created_at))),
    F::stored("updated_at", Keep, Own).named("updated").query(K::Date(Past)).help("when anything last happened to it")
        .column("updated", Right, (8, 8)).reads(|t, out| out(D::At(t.updated_at))),
    F::derived("replied").query(K::Date(Past)).help("when we last answered").column("replied", Right, (8, 8))
        .reads(|t, out| t.timers.last_agent_at.into_iter().for_each(|at| out(D::At(at)))),
    F::derived("received").query(K::Date(Past)).help("when the customer last wrote").column("received", Right, (9, 9))
        .reads(|t, out| t.timers.last_customer_at.into_iter().for_each(|at| out(D::At(at)))),
    F::derived("solved").query(K::Date(Past)).help("when it was last solved"),
    F::stored("snoozed_until", Keep, Own).named("snoozed").also(&["snooze"]).titled("Snoozed until")
        .query(K::Date(Future)).help("until when it is out of sight").placed().edits()
        .reads(|t, out| t.snoozed_until.into_iter().for_each(|at| out(D::At(at))))
        .unless("on screen the commands Snooze and Wake change it"),
    F::stored("ticket_type", Keep, Own).named("type").titled("Type").words(K::Enum, TicketType::WORDS).help("what it is")
        .column("type", Fixed, (9, 9)).placed().edits().reads(|t, out| out(D::Text(t.ticket_type.as_str()))).form(Choice, ""),
    F::stored("channel", Keep, Own).titled("Channel").words(K::Enum, Channel::WORDS).help("how it came").column("channel", Fixed, (8, 9))
        .placed().reads(|t, out| out(D::Text(t.channel.as_str()))),
    F::stored("followers", Keep, Own).named("follower").also(&["followers"]).titled("Followers").query(K::Person)
        .help("who wants to know").edits()
        .reads(|t, out| t.followers.iter().for_each(|id| out(D::Link(Kind::Agent, *id))))
        .unless("agents follow and unfollow by a verb, one at a time"),
    F::derived("customer").query(K::Ref(Kind::Customer)).help("who brought it, by number or name"),
    F::stored("number", Keep, Own).also(&["id"]).query(K::Id).help("its number").column("number", Fixed, (7, 8))
        .reads(|t, out| out(D::Number(i64::try_from(t.number).unwrap_or(i64::MAX)))),
    F::derived("waiting").query(K::Duration).help("how long the customer waits for an answer").column("waiting", Right, (8, 8)),
    F::derived("first_reply").query(K::Duration).help("how long the first answer took").reads(|t, out| {
        let at = t.timers.first_reply_at.map(|at| at.saturating_sub(t.created_at));
        at.into_iter().for_each(|ms| out(D::Duration(ms)));
    }),
    F::derived("resolution").also(&["resolved_in"]).query(K::Duration).help("how long the first solve took")
        .reads(|t, out| {
            t.timers.solves.iter().take(1).for_each(|s| out(D::Duration(s.at.saturating_sub(t.created_at))));
        }),
    F::derived("reopens").also(&["reopened"]).query(K::Number).help("how often it was opened again").column("reopens", Right, (8, 8))
        .reads(|t, out| out(D::Number(i64::try_from(t.timers.reopens.len()).unwrap_or(i64::MAX)))),
    F::stored("status", Keep, Own).named("custom_status").titled("Custom status").query(K::Text)
        .help("a custom word for the status").column("custom_status", Aside, (8, 16)).placed()
        .text(|t| &t.status, |t| &mut t.status).form(Line, "a custom word"),
    F::stored("problem", Keep, Own).query(K::Ref(Kind::Ticket)).titled("Problem")
        .help("the problem that it is an incident of, by number or subject")
        .reads(|t, out| t.problem.into_iter().for_each(|id| out(D::Link(Kind::Ticket, id)))),
    F::stored("parent", Keep, Own).query(K::Ref(Kind::Ticket)).titled("Part of")
        .help("the ticket that it is a part of, by number or subject")
        .reads(|t, out| t.parent.into_iter().for_each(|id| out(D::Link(Kind::Ticket, id)))),
    F::stored("external_ids", Clear, Own).named("external").also(&["xid"]).query(K::Text)
        .help("its names in other systems").reads(|t, out| {
            for x in &t.external_ids {
                out(D::Text(&x.id));
                out(D::Owned(format!("{}:{}", x.source, x.id)));
            }
        }),
    F::stored("custom", Clear, Own).also(&["field"]).titled("Custom fields").query(K::Custom).help("custom fields").placed()
        .custom(|t| &t.custom, |t| &mut t.custom).unless("each custom field is edited as custom.NAME"),
    F::stored("spam", Keep, Own).titled("Spam").of(K::States).help("whether it is spam: `is:spam`").placed().edits()
        .unless("`is:spam` asks for it, and the verbs spam and unspam change it"),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("mailbox", Keep, Own),
    F::stored("merged_into", Keep, Own),
    F::stored("screened", Keep, Own),
    F::stored("timers", Keep, Own),
];

/// Every field of an event.
#[rustfmt::skip] // a row per field
pub const EVENT_FIELDS: &[E] = &[
    E::stored("id", Keep, Own),
    E::stored("version", Keep, Own),
    E::stored("external_ids", Clear, Own),
    E::stored("ticket", Keep, Own),
    E::stored("at", Keep, Own),
    E::stored("actor", Keep, Own),
    E::stored("kind", Keep, Own),
    E::stored("from", Rule, Own),
    E::stored("to", Rule, Own),
    E::stored("via", Keep, Own),
];
