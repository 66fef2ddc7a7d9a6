//! Mailboxes, on their way into the desk: threads become tickets.
//!
//! Mailboxes are read twice: first all of an import for their threads (answers may stand before their questions, and in
//! another file), then each for its mails. Memory grows with the headers of the mailboxes, not with their bodies.

mod plan;

use std::collections::BTreeSet;

pub use plan::Plan;

use super::{FileReport, ImportError, Runner};
use crate::{
    desk::{
        import::{self, ImportMail, ImportStep, ImportThread, Sender},
        own_addresses::OwnAddresses,
    },
    mail::{
        address::Address,
        parse::{self, DateSource, Hints, Parsed, content_id},
        robot::Verdict,
    },
    model::{Category, Id, Message, Stamp, fold, message::Attachment},
};

/// Mails of a step.
const STEP: usize = 100;
/// Bytes of a step: a hundred of the largest mails would not fit into memory.
const STEP_BYTES: usize = 32 << 20;

/// Who of a mailbox works for us.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Agents {
    /// The desk's own addresses and its agents'.
    #[default]
    Known,
    /// These addresses, beside the known ones.
    Named(Vec<String>),
    /// Everybody who answers a thread that someone else began: for the archive of a list.
    Repliers,
}

/// A thread as the first reading found it.
struct FoundThread {
    ticket: Id,
    /// The ticket on which the desk has mail of it already.
    joins: Option<Id>,
    requester: Sender,
    subject: String,
    began_at: Stamp,
    last_at: Stamp,
    /// The last answer of ours: whose it was, and when.
    answered: Option<Sender>,
    answered_at: Option<Stamp>,
    last_by_agent: bool,
    /// Whether that answer came back.
    returned: bool,
}

/// One mail as the first reading found it.
struct Head {
    sender: Sender,
    first_recipient: Option<Sender>,
    date: Stamp,
    subject: String,
    robot: bool,
    /// What it reports of mail that did not arrive, and whether the server gave up; `None`: it is no report.
    reports: Option<bool>,
    /// Whether the date is the mail's own.
    dated: bool,
}

/// Takes the mails of the next mailbox of the plan.
pub fn import(run: &mut Runner, plan: &mut Plan, file: &mut FileReport) -> Result<(), ImportError> {
    "mail".clone_into(&mut file.format);
    run.batch.format.clone_from(&file.format);
    let Some(next) = plan.files.pop_front() else { return Ok(()) };
    let plan::Mailbox { spool, numbers } = next?;
    let mut step: Vec<ImportMail> = Vec::new();
    let mut mails = spool.open()?;
    let of = mails.bytes_total();
    let mut place = 0;
    let mut step_bytes = 0;
    let mut going = true;
    while let Some(mail) = mails.next().filter(|_| going) {
        let at = place;
        place += 1;
        let mail = match mail {
            Ok(mail) => mail,
            Err(reject) => {
                file.tally.read += 1;
                file.tally.rejected += 1;
                file.problem(reject.place.line, reject.reason.to_string());
                continue;
            }
        };
        let number = numbers.get(at).copied().flatten();
        let found = number.and_then(|n| Some((n, plan.thread_of(n)?, plan.heads.get(n)?)));
        let Some((number, thread, head)) = found else {
            file.tally.read += 1;
            file.tally.rejected += 1;
            file.problem(mail.place.line, "the mailbox changed while it was read");
            continue;
        };
        let mut parsed = parse::parse_with(&mail.bytes, &hints(mail.envelope_date, run.now));
        if plan.reused.contains(&number) {
            parsed.message_id = content_id(&mail.bytes);
            parsed.problems.push("its Message-ID belongs to another mail".into());
        }
        if mail.truncated {
            parsed.problems.push("the mailbox ends in the middle of it".into());
        }
        for p in &parsed.problems {
            file.problem(mail.place.line, p.clone());
        }
        let by_agent = is_agent(&run.options.agents, &plan.ours.all, thread, &head.sender);
        let bytes = mail.bytes.len();
        let mail = neutral(parsed, mail.bytes, head, thread, by_agent);
        let mail = match head.reports {
            Some(_) => run.late.defer(&file.file, mail),
            None => Some(mail),
        };
        let Some(mail) = mail else { continue };
        step_bytes += bytes;
        step.push(mail);
        if step.len() == STEP || step_bytes >= STEP_BYTES {
            step_bytes = 0;
            going = send(run, &mut step, file, mails.bytes_read(), of)?;
        }
    }
    if !step.is_empty() && going {
        send(run, &mut step, file, mails.bytes_read(), of)?;
    }
    Ok(())
}

fn send(
    run: &mut Runner,
    step: &mut Vec<ImportMail>,
    file: &mut FileReport,
    bytes: u64,
    of: Option<u64>,
) -> Result<bool, ImportError> {
    let tally = run.step(ImportStep::Mails(std::mem::take(step)))?;
    file.tally.add(tally);
    Ok(run.tell(file, bytes, of))
}

/// Where a thread came to rest: quiet for a fortnight and answered: solved by who answered last. Answered and recent: it
/// waits for the customer, or for us. Never answered: new.
fn settled(f: &FoundThread, now: Stamp) -> Option<ImportThread> {
    let solver = f.answered.clone()?;
    let category = if now - f.last_at > import::QUIET {
        Category::Solved
    } else if f.last_by_agent && !f.returned {
        Category::Pending
    } else {
        Category::Open
    };
    Some(ImportThread { thread: f.ticket, joins: f.joins, category, at: f.last_at, solver: Some(solver) })
}

fn named_addresses(run: &Runner) -> Result<OwnAddresses, ImportError> {
    let mut ours = run.desk.view(OwnAddresses::of)?;
    if let Agents::Named(named) = &run.options.agents {
        ours.all.extend(named.iter().filter_map(|a| fold::email_key(a)));
    }
    Ok(ours)
}

/// A report that the desk has; `None` where the mail is none.
pub fn report(run: &Runner, raw: Vec<u8>) -> Option<ImportMail> {
    let parsed = parse::parse_with(&raw, &hints(None, run.now));
    parsed.robot.bounce.as_ref().filter(|b| b.names_mail())?;
    Some(single(parsed, raw, &run.mail.ours, run.now, Id::NIL))
}

/// One mail that arrives by itself: it counts from its arrival, whatever date it bears.
pub fn single(p: Parsed, raw: Vec<u8>, ours: &OwnAddresses, received_at: Stamp, ticket: Id) -> ImportMail {
    let mut head = head(&p, received_at, &ours.desk);
    head.date = received_at;
    let thread = rest(&Agents::Known, &ours.all, vec![&head], ticket).unwrap_or(FoundThread {
        ticket,
        joins: None,
        requester: head.sender.clone(),
        subject: head.subject.clone(),
        began_at: received_at,
        last_at: received_at,
        answered: None,
        answered_at: None,
        last_by_agent: false,
        returned: false,
    });
    let by_agent = is_agent(&Agents::Known, &ours.all, &thread, &head.sender);
    neutral(p, raw, &head, &thread, by_agent)
}

fn hints(envelope_date: Option<Stamp>, now: Stamp) -> Hints {
    Hints { envelope_date, now: Some(now), ..Hints::default() }
}

fn sender(a: &Address) -> Sender {
    Sender { name: a.name.clone(), email: a.email.clone() }
}

/// Sender, recipients, date. Web forms and groups ("Ann via Support") write as the desk and name the person in
/// `Reply-To`: it is that person's mail.
fn head(p: &Parsed, now: Stamp, desk: &BTreeSet<String>) -> Head {
    let named = p.from.as_ref().filter(|f| !f.email.is_empty());
    // A name alone is who wrote where nothing else says it.
    let who = named.or(p.sender.as_ref()).or(p.reply_to.first()).or(p.from.as_ref());
    let by_desk = named.is_some_and(|f| desk.contains(&f.key()));
    let person = p.reply_to.first().filter(|r| by_desk && !desk.contains(&r.key()));
    Head {
        sender: person.or(who).map(sender).unwrap_or_default(),
        first_recipient: p.to.first().or(p.cc.first()).map(sender),
        date: p.date.unwrap_or(now),
        subject: p.subject.clone(),
        robot: !p.robot.verdict.may_reopen(),
        reports: p.robot.bounce.as_ref().filter(|b| b.names_mail()).map(|b| b.gave_up),
        dated: p.date_source != DateSource::Missing && !p.date_absurd,
    }
}

/// The thread that some mails make: the first poster is the requester or, where we wrote first, the recipient.
fn rest(agents: &Agents, ours: &BTreeSet<String>, members: Vec<&Head>, ticket: Id) -> Option<FoundThread> {
    // A mail system brings no matter, but for the reports that belong to nothing.
    let first = members.iter().find(|m| m.reports.is_none()).or(members.first())?;
    let mut requester = first.sender.clone();
    if is_ours(ours, &requester)
        && let Some(to) =
            members.iter().find_map(|m| m.first_recipient.clone()).filter(|to| !is_ours(ours, to))
    {
        requester = to;
    }
    let began_at = members.iter().map(|m| m.date).min()?;
    let mut f = FoundThread {
        ticket,
        joins: None,
        requester,
        subject: first.subject.clone(),
        began_at,
        last_at: began_at,
        answered: None,
        answered_at: None,
        last_by_agent: false,
        returned: false,
    };
    let mut by_date = members;
    by_date.sort_by_key(|m| m.date);
    for m in by_date {
        f.returned |= m.reports == Some(true);
        if m.robot {
            continue;
        }
        f.returned = false;
        let by_agent = is_agent(agents, ours, &f, &m.sender);
        if by_agent {
            f.answered = Some(m.sender.clone());
            f.answered_at = Some(m.date);
        }
        f.last_at = m.date;
        f.last_by_agent = by_agent;
    }
    Some(f)
}

fn is_ours(ours: &BTreeSet<String>, who: &Sender) -> bool {
    fold::email_key(&who.email).is_some_and(|k| ours.contains(&k))
}

fn is_agent(agents: &Agents, ours: &BTreeSet<String>, thread: &FoundThread, who: &Sender) -> bool {
    let key = fold::email_key(&who.email);
    match agents {
        Agents::Repliers => key.is_some() && key != fold::email_key(&thread.requester.email),
        Agents::Known | Agents::Named(_) => is_ours(ours, who),
    }
}

fn neutral(p: Parsed, raw: Vec<u8>, head: &Head, thread: &FoundThread, by_agent: bool) -> ImportMail {
    let shown = |a: &Address| {
        if a.name.is_empty() { a.email.clone() } else { format!("{} <{}>", a.name, a.email) }
    };
    let robot = match p.robot.verdict {
        Verdict::Human => String::new(),
        _ => p.robot.shown(),
    };
    let message = Message {
        at: head.date,
        from_name: head.sender.name.clone(),
        from: head.sender.email.clone(),
        to: p.to.iter().map(shown).collect(),
        cc: p.cc.iter().map(shown).collect(),
        subject: p.subject,
        body: p.body,
        attachments: p
            .attachments
            .iter()
            .map(|a| Attachment {
                name: a.name.clone(),
                content_type: a.content_type.clone(),
                size: a.bytes.len() as u64,
                raw: Id::NIL,
            })
            .collect(),
        reply_to: p.reply_to.iter().map(shown).collect(),
        message_id: p.message_id,
        in_reply_to: p.in_reply_to,
        references: p.references,
        robot,
        problems: p.problems,
        ..Message::default()
    };
    ImportMail {
        message,
        raw,
        sender: head.sender.clone(),
        by_agent,
        robot: head.robot,
        asks_for_no_reply: p.robot.no_automatic_answer || p.robot.verdict == Verdict::List,
        bounce: p.robot.bounce,
        dated: head.dated,
        thread: thread.ticket,
        joins: thread.joins,
        answered: thread.answered_at.is_some_and(|at| at > head.date),
        requester: thread.requester.clone(),
        subject: thread.subject.clone(),
        began_at: thread.began_at,
    }
}
