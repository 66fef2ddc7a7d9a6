//! Where an incoming mail belongs, by what the desk has at that moment: asked inside the transaction that writes it.

use crate::{
    desk::{mailboxes, read, work::email_owner},
    mail::{
        parse::is_content_id,
        subject,
        thread::{Decision, Known, Summary, decide},
    },
    model::{Category, Customer, Id, Key, Kind, Message, Outbox, Stamp, Table, Ticket, fold, zone::Zone},
    store::{Range, Scan, StoreError, View, ViewExt, records},
};

/// How far back in a customer's timeline an answer is looked for that came before its question.
const AWAITED: usize = 200;

/// The desk as the rules of threading see it. Closed tickets take no more mail, but are what a new ticket continues.
struct InDesk<'a> {
    view: &'a dyn View,
    /// Who wrote, as [`fold::email_key`]; empty where there is no address.
    sender: &'a str,
}

impl Known for InDesk<'_> {
    type Ticket = Ticket;
    type Error = StoreError;

    fn ticket_of(&self, message_id: &str) -> Result<Option<Ticket>, StoreError> {
        let prefix = Range::prefix(Key::new().text(message_id));
        let row = self.view.page(Table::IxMessageId, &prefix, Scan::Forward, 1)?.into_iter().next();
        match row.and_then(|(_, v)| v.try_into().ok()).map(Id) {
            Some(ticket) => live(self.view, ticket),
            None => Ok(None),
        }
    }

    fn ticket_awaiting(&self, message_id: &str) -> Result<Option<Ticket>, StoreError> {
        let Some(customer) = email_owner(self.view, self.sender, None)?.filter(|_| !self.sender.is_empty())
        else {
            return Ok(None);
        };
        for item in read::timeline(self.view, customer, &Zone::utc(), None, AWAITED)?.0 {
            if let read::TimelineEntry::Message(m, ..) = item.entry
                && m.in_reply_to.iter().chain(&m.references).any(|id| id == message_id)
            {
                return live(self.view, m.ticket);
            }
        }
        Ok(None)
    }

    fn ticket_numbered(&self, number: u64) -> Result<Option<Ticket>, StoreError> {
        match records::by_number(self.view, Kind::Ticket, number)? {
            Some(id) => live(self.view, id),
            None => Ok(None),
        }
    }

    fn is_on(&self, ticket: &Ticket, address: &str) -> Result<bool, StoreError> {
        let is = |a: &String| bare_key(a).as_deref() == Some(address);
        let requester = records::get::<Customer>(self.view, ticket.requester)?;
        if requester.is_some_and(|c| c.emails.iter().any(|e| is(&e.address))) {
            return Ok(true);
        }
        let thread = read::thread(self.view, ticket.id)?;
        Ok(thread.iter().any(|m| [&m.from].into_iter().chain(&m.to).chain(&m.cc).any(is)))
    }

    fn ticket_by_subject(
        &self,
        _base: &str,
        _address: &str,
        _since: Stamp,
        _until: Stamp,
    ) -> Result<Option<Ticket>, StoreError> {
        // Mails thread by what they refer to; see decision 5.
        Ok(None)
    }
}

/// The key of an address that may stand as `Ann <ann@example.org>`.
pub fn bare_key(address: &str) -> Option<String> {
    fold::email_key(address.rsplit_once('<').map_or(address, |(_, a)| a.trim_end_matches('>')))
}

/// Where a mail belongs that the desk does not have yet.
pub(super) fn place(view: &dyn View, mail: &Message) -> Result<Decision<Ticket>, StoreError> {
    let sender = fold::email_key(&mail.from).unwrap_or_default();
    let summary = Summary {
        id: mail.message_id.clone(),
        in_reply_to: mail.in_reply_to.clone(),
        references: mail.references.clone(),
        date: Some(mail.at),
        subject: mail.subject.clone(),
        sender: sender.clone(),
        recipients: Vec::new(),
        plus: plus_tickets(view, mail)?,
    };
    decide(&summary, &InDesk { view, sender: &sender }, false)
}

/// The ticket that a thread of an import belongs on, where the desk has one: that of a mail that it refers to, or the one
/// where its first mail belongs, which `writer` wrote. The mails are in the order of the thread. None of them counts as
/// here under its own id: another mail may have the same.
///
/// # Errors
/// Where the file cannot be read.
pub fn joins(view: &dyn View, mails: &[&Summary], writer: &str) -> Result<Option<Id>, StoreError> {
    let sender = fold::email_key(writer).unwrap_or_default();
    let desk = InDesk { view, sender: &sender };
    for mail in mails {
        for id in mail.in_reply_to.iter().chain(mail.references.iter().rev()).filter(|id| **id != mail.id) {
            if let Some(t) = desk.ticket_of(id)? {
                return Ok(Some(t.id));
            }
        }
    }
    let Some(first) = mails.first() else { return Ok(None) };
    let known = desk.ticket_of(&first.id)?.is_some();
    let plus = plus_of(view, first.recipients.iter().cloned())?;
    let id = if known { String::new() } else { first.id.clone() };
    let first = Summary { id, sender: sender.clone(), plus, ..(*first).clone() };
    Ok(match decide(&first, &desk, false)? {
        Decision::Known(t) | Decision::Follows(t, _) => Some(t.id),
        Decision::New => None,
    })
}

/// The messages under a Message-ID.
pub(super) fn under(view: &dyn View, message_id: &str) -> Result<Vec<Message>, StoreError> {
    let mut out = Vec::new();
    let prefix = Range::prefix(Key::new().text(message_id));
    for (key, _) in view.page(Table::IxMessageId, &prefix, Scan::Forward, 20)? {
        let Some(id) = key.last_chunk::<16>().map(|b| Id(*b)) else { continue };
        out.extend(records::get::<Message>(view, id)?);
    }
    Ok(out)
}

/// The tickets named by plus addresses of our mailboxes among the recipients.
fn plus_tickets(view: &dyn View, mail: &Message) -> Result<Vec<u64>, StoreError> {
    plus_of(view, mail.to.iter().chain(&mail.cc).filter_map(|a| bare_key(a)))
}

fn plus_of(view: &dyn View, recipients: impl Iterator<Item = String>) -> Result<Vec<u64>, StoreError> {
    let mut out = Vec::new();
    for key in recipients {
        if let Some((base, tag)) = fold::without_plus(&key)
            && let Some(number) = subject::ticket_tag(tag)
            && mailboxes::by_address(view, &base)?.is_some()
        {
            out.push(number);
        }
    }
    Ok(out)
}

/// The ticket that lives, through merges.
pub(in crate::desk) fn live(view: &dyn View, id: Id) -> Result<Option<Ticket>, StoreError> {
    let mut found = records::get::<Ticket>(view, id)?;
    for _ in 0..20 {
        let Some(into) = found.as_ref().and_then(|t| t.merged_into) else { break };
        found = records::get::<Ticket>(view, into)?;
    }
    Ok(found)
}

/// The decision on a mail, for showing.
#[derive(Debug, Default)]
pub struct Shown {
    /// `known`, `follows` or `new`.
    pub decision: &'static str,
    /// The ticket that it is on, or goes on.
    pub ticket: Option<Ticket>,
    /// The closed ticket that a new one continues.
    pub continues: Option<Id>,
    /// Which rule decided, in words.
    pub because: String,
}

impl Shown {
    /// The ticket that the mail goes on; `None`: it opens one.
    pub fn follows(&self) -> Option<&Ticket> {
        self.ticket.as_ref().filter(|_| self.decision != "new")
    }
}

/// What would become of a mail that comes in live.
///
/// # Errors
/// Where the file cannot be read.
pub fn decision(view: &dyn View, mail: &Message) -> Result<Shown, StoreError> {
    let same = same(view, mail, false)?;
    if same == Same::Here {
        let ticket = InDesk { view, sender: "" }.ticket_of(&mail.message_id)?;
        let because = "the desk has it already".to_owned();
        return Ok(Shown { decision: "known", ticket, because, ..Shown::default() });
    }
    let unknown = Message { message_id: String::new(), ..mail.clone() };
    Ok(match place(view, if same == Same::Other { &unknown } else { mail })? {
        Decision::Known(t) | Decision::Follows(t, _) if is_over(&t) => {
            let because = format!("{} is closed", crate::model::number::show(Kind::Ticket, t.number));
            Shown { decision: "new", continues: Some(t.id), because, ..Shown::default() }
        }
        Decision::Follows(t, by) => {
            Shown { decision: "follows", ticket: Some(t), because: by.to_string(), ..Shown::default() }
        }
        Decision::Known(t) => Shown { decision: "known", ticket: Some(t), ..Shown::default() },
        Decision::New => {
            let because = "nothing that the desk has belongs to it".to_owned();
            Shown { decision: "new", because, ..Shown::default() }
        }
    })
}

/// Whether a ticket takes no more mail.
pub(in crate::desk) fn is_over(ticket: &Ticket) -> bool {
    ticket.category == Category::Closed
}

/// What the desk has under the Message-ID of a mail.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Same {
    /// Nothing.
    New,
    /// This very mail.
    Here,
    /// Another mail: some programs write one id twice.
    Other,
}

/// Compares a mail with what the desk has under its Message-ID: the same sender, date, subject (prefixes of lists
/// aside) and text (but for what a list adds around it) make it the same. `live` mail is dated by its arrival, and so is
/// what came by a mailbox before; so is what bears no date. Their dates say nothing.
pub(super) fn same(view: &dyn View, mail: &Message, dated: bool) -> Result<Same, StoreError> {
    let mut found = Same::New;
    for here in under(view, &mail.message_id)? {
        // What we sent ourselves comes back with the quotes and the time that were added on its way out.
        if is_content_id(&mail.message_id)
            || records::get::<Outbox>(view, here.id)?.is_some()
            || is_alike(&here, mail, dated && here.mailbox.is_none())
        {
            return Ok(Same::Here);
        }
        found = Same::Other;
    }
    Ok(found)
}

fn is_alike(here: &Message, mail: &Message, dated: bool) -> bool {
    let erased = here.body.is_empty() && here.from.is_empty() && here.raw.is_none();
    let text = |m: &Message| m.body.split_whitespace().collect::<Vec<_>>().join(" ");
    let (a, b) = (text(here), text(mail));
    let texts = a == b || (!a.is_empty() && b.contains(&a)) || (!b.is_empty() && a.contains(&b));
    erased
        || (fold::email_key(&here.from) == fold::email_key(&mail.from)
            && (!dated || here.at == mail.at)
            && subject::base(&here.subject) == subject::base(&mail.subject)
            && texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_add_to_a_mail_and_it_is_the_same() {
        let mail = Message {
            from: "ann@example.org".into(),
            at: 5,
            subject: "Kettle".into(),
            body: "It leaks.\n".into(),
            ..Message::default()
        };
        let listed = Message {
            subject: "[help] Kettle".into(),
            body: "It leaks.\n____\nHelp mailing list".into(),
            ..mail.clone()
        };
        assert!(is_alike(&mail, &listed, true) && is_alike(&listed, &mail, true));
        for other in [
            Message { at: 6, ..mail.clone() },
            Message { from: "bob@example.org".into(), ..mail.clone() },
            Message { subject: "Toaster".into(), ..mail.clone() },
            Message { body: "It works.".into(), ..mail.clone() },
        ] {
            assert!(!is_alike(&mail, &other, true), "{other:?}");
        }
    }

    #[test]
    fn an_address_is_compared_without_its_name() {
        assert_eq!(bare_key("Ann <Ann@Example.org>").as_deref(), Some("ann@example.org"));
        assert_eq!(bare_key("ann@example.org").as_deref(), Some("ann@example.org"));
        assert_eq!(bare_key("Ann"), None);
    }
}
