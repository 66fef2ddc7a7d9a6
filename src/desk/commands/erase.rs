//! Handing out what is held on a person, and erasing it.

use crate::{
    desk::{
        command::EraseStep,
        custom,
        drafts::Draft,
        person::{self, Erasing},
        work::Job,
    },
    model::{
        Customer, Id, Kind, Message, Refusal, Seq, Table, field,
        log::{self, ChangeKind},
        number,
    },
    store::{
        Range, Reject, Scan, StoreError, View, ViewExt,
        feed::{self, FeedItem},
        raw, records,
    },
};

/// Records that a customer's data was exported.
pub fn export(job: &mut Job, id: Id) -> Result<(), Reject> {
    let who = person::who(job.view(), id)?;
    job.log_also.push((Kind::Customer, id));
    job.say(format!("all that is held on {} was handed out", label(&who.customer)));
    Ok(())
}

fn label(c: &Customer) -> String {
    number::show(Kind::Customer, c.number)
}

/// Runs a step of an erasure.
pub fn run(job: &mut Job, step: &EraseStep) -> Result<(), Reject> {
    job.redact = true;
    // Noted by each step, so that `check` accepts no body that is missing for another reason.
    job.erased = Some(Vec::new());
    match step {
        EraseStep::Begin(erasing) => begin(job, erasing),
        EraseStep::Records(who, all) => scrub(job, *who, all),
        EraseStep::Raw(who, all) => mails(job, *who, all),
        EraseStep::Log(who, seqs) => bodies(job, *who, seqs),
        EraseStep::Finish(who, head) => finish(job, *who, *head),
        EraseStep::Rewritten(who) => {
            job.work.tx.del(Table::Meta, &person::rewrite_key(*who));
            Ok(())
        }
    }
}

fn begin(job: &mut Job, erasing: &Erasing) -> Result<(), Reject> {
    let Some(id) = erasing.cluster.first().copied() else { return Ok(()) };
    let who = person::who(job.view(), id)?;
    if who.cluster != erasing.cluster {
        return Err(Refusal::Stale { what: label(&who.customer) }.into());
    }
    let bytes = rmp_serde::to_vec_named(erasing)
        .map_err(|e| crate::store::StoreError::Broken(format!("an erasure that cannot be kept: {e}")))?;
    job.work.tx.put(Table::Meta, &person::erasing_key(id), &bytes);
    job.log_also.push((Kind::Customer, id));
    job.say(format!("erasing {} began", label(&who.customer)));
    Ok(())
}

/// The erasure that a step is part of, and how people name who it is about.
fn of(job: &Job, who: Id) -> Result<(Erasing, String), Reject> {
    let c: Customer = job.need(who)?;
    let erasing = person::erasing(job.view(), who)?;
    let missing = || Refusal::Invalid { field: "erase", why: format!("{} is not being erased", label(&c)) };
    Ok((erasing.ok_or_else(missing)?, label(&c)))
}

fn scrub(job: &mut Job, who: Id, all: &[(Kind, Id)]) -> Result<(), Reject> {
    let (erasing, name) = of(job, who)?;
    for (kind, id) in all {
        record(job, &erasing, *kind, *id)?;
    }
    job.say(format!("erasing {name}: {} records", all.len()));
    Ok(())
}

fn record(job: &mut Job, erasing: &Erasing, kind: Kind, id: Id) -> Result<(), Reject> {
    let Some(bytes) = job.view().get(kind.table(), id.bytes())? else { return Ok(()) };
    let theirs = person::is_theirs(job.view(), &erasing.cluster, kind, &bytes)?;
    let mut clean = None;
    if theirs {
        if kind == Kind::Message {
            let m: Message = records::decode(&bytes)?;
            for raw in std::iter::once(m.id).chain(m.raw).chain(m.attachments.iter().map(|a| a.raw)) {
                raw::del(job.work.tx, raw)?;
            }
        }
        let kept: Vec<_> = custom::of_kind(&job.workspace, kind).filter(|f| f.keep).collect();
        clean = Some(person::with_custom(kind, &bytes, person::wiped(kind, &bytes, job.now())?, &kept)?);
    }
    if let Some(rest) = person::scrubbed(kind, clean.as_deref().unwrap_or(&bytes), &erasing.marks)? {
        clean = Some(rest);
    }
    if let Some(clean) = clean {
        job.work.put_whole(kind, id, clean)?;
    }
    Ok(())
}

fn mails(job: &mut Job, who: Id, all: &[(Id, Option<Vec<u8>>)]) -> Result<(), Reject> {
    let (_, name) = of(job, who)?;
    for (id, left) in all {
        match left {
            Some(bytes) => raw::put(job.work.tx, *id, bytes)?,
            None => raw::del(job.work.tx, *id)?,
        }
        let Some(bytes) = job.view().get(Table::Message, id.bytes())? else { continue };
        if left.is_none() {
            let m: Message = records::decode(&bytes)?;
            let m = Message { raw: m.raw.filter(|r| r != id), ..m };
            job.work.put(&m)?;
        } else {
            job.log_also.push((Kind::Message, *id));
        }
    }
    job.say(format!("erasing {name}: {} mails as they came", all.len()));
    Ok(())
}

fn bodies(job: &mut Job, who: Id, seqs: &[Seq]) -> Result<(), Reject> {
    // Salt and body are one row.
    let (_, name) = of(job, who)?;
    for seq in seqs {
        job.work.tx.del(Table::LogBody, &log::key(*seq));
    }
    job.erased = Some(seqs.to_vec());
    job.say(format!("erasing {name}: {} rows of the log", seqs.len()));
    Ok(())
}

fn finish(job: &mut Job, who: Id, head: Seq) -> Result<(), Reject> {
    let (erasing, name) = of(job, who)?;
    // With constant writes by others this would never finish: small changes made meanwhile are scanned here.
    let news = feed::since(job.view(), head, NEWS)?;
    let mut stale = news.len() >= NEWS;
    for item in &news {
        stale = stale || concerns(job.view(), &erasing, item)?;
    }
    if stale {
        return Err(Refusal::Stale { what: "the desk".into() }.into());
    }
    drafts(job, &erasing)?;
    for id in &erasing.cluster {
        record(job, &erasing, Kind::Customer, *id)?;
    }
    job.work.tx.del(Table::Meta, &person::erasing_key(who));
    job.work.tx.put(Table::Meta, &person::rewrite_key(who), &[]);
    job.log_also.push((Kind::Customer, who));
    job.say(format!("{name} erased"));
    Ok(())
}

/// So much of what others wrote meanwhile is looked at in the last step.
const NEWS: usize = 500;

/// Whether a change may concern a person; where unclear, it may.
fn concerns(view: &dyn View, erasing: &Erasing, item: &FeedItem) -> Result<bool, StoreError> {
    // The person's own erasure is logged without their name; an erased body has no content.
    let Some(body) = item.body.as_ref().filter(|_| item.row.command != "customer erase-me") else {
        return Ok(false);
    };
    let (cluster, marks) = (&erasing.cluster, &erasing.marks);
    let found = |value: &rmpv::Value| {
        let mut any = false;
        person::texts_of(value, &mut |text| any = any || marks.finds(text));
        any
    };
    let told = |what: &ChangeKind| match what {
        ChangeKind::Created(bytes) | ChangeKind::Deleted(bytes) => {
            cluster.iter().any(|id| bytes.windows(16).any(|w| w == id.bytes()))
                || records::to_fields(bytes).is_ok_and(|all| all.iter().any(|(_, v)| found(v)))
        }
        ChangeKind::Updated(fields) => fields.iter().any(|f| f.before.iter().chain(&f.after).any(found)),
    };
    if marks.finds(&body.summary) || body.changes.iter().any(|c| cluster.contains(&c.id) || told(&c.what)) {
        return Ok(true);
    }
    for (kind, id) in item.touched() {
        let Some(bytes) = view.get(kind.table(), id.bytes())? else { continue };
        if person::is_theirs(view, cluster, kind, &bytes)?
            || person::scrubbed(kind, &bytes, marks)?.is_some()
            // A mail as it came is for who reads mail.
            || (kind == Kind::Message && raw::get(view, id)?.is_some())
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a draft is about a person: it has them, or a record of theirs, as its subject.
fn draft_is_theirs(view: &dyn View, erasing: &Erasing, subject: Id) -> Result<bool, StoreError> {
    if erasing.cluster.contains(&subject) {
        return Ok(true);
    }
    for kind in [Kind::Ticket, Kind::Task, Kind::Order].into_iter().chain(field::entities()) {
        if let Some(bytes) = view.get(kind.table(), subject.bytes())?
            && person::is_theirs(view, &erasing.cluster, kind, &bytes)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Drafts about a person go; others lose what names them.
fn drafts(job: &mut Job, erasing: &Erasing) -> Result<(), Reject> {
    let mut from = Range::all();
    loop {
        let page = job.view().page(Table::Draft, &from, Scan::Forward, 500)?;
        for (key, value) in &page {
            let Some(mut draft) = Draft::decode(value) else { continue };
            let subject = draft.subject;
            if draft_is_theirs(job.view(), erasing, subject)?
                || draft.about.map_or(Ok(false), |id| draft_is_theirs(job.view(), erasing, id))?
            {
                job.work.tx.del(Table::Draft, key);
                continue;
            }
            let mut any = false;
            for text in draft.texts_mut() {
                if let Some(clean) = erasing.marks.scrubbed(text) {
                    *text = clean;
                    any = true;
                }
            }
            if any {
                job.work.tx.put(Table::Draft, key, &draft.encode()?);
            }
        }
        let Some((last, _)) = page.last().filter(|_| page.len() == 500) else { return Ok(()) };
        from.pass(last);
    }
}
