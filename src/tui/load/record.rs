//! A record's fields for a form, who set what of it, and the ticket to take next.

use super::LoadContext;
use crate::{
    desk::{
        fields,
        list::{in_queue_order, urgency},
        read, undo,
    },
    mail::endpoint,
    model::{
        Customer, Id, Kind, Mailbox, Organisation, Task, Ticket,
        field::{self, Declared},
        for_kind,
        log::ChangeKind,
        shape::Field,
        zone,
    },
    store::{Range, Scan, StoreError, View, records},
    tui::data::{Answer, Fields},
};

/// How many imports are listed.
const IMPORTS: usize = 200;

/// A record's fields as one types them.
pub fn form(view: &dyn View, seat: &LoadContext, kind: Kind, id: Id) -> Result<Answer, StoreError> {
    let fields: Option<Fields> = match kind {
        Kind::Customer => declared::<Customer>(view, seat, id)?,
        Kind::Organisation => declared::<Organisation>(view, seat, id)?,
        Kind::Task => declared::<Task>(view, seat, id)?,
        Kind::Ticket => declared::<Ticket>(view, seat, id)?,
        kind if field::is_entity(kind) => for_kind!(kind, T => declared::<T>(view, seat, id)?),
        Kind::Mailbox => records::get::<Mailbox>(view, id)?.map(|m| mailbox(seat, m)),
        _ => None,
    };
    Ok(match fields {
        Some(fields) => Answer::Fields(kind, id, fields),
        None => Answer::Failed("that record no longer exists".to_owned()),
    })
}

fn mailbox(seat: &LoadContext, m: Mailbox) -> Fields {
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let team = m.team.and_then(|t| seat.asker.roster.team(t)).map(|t| t.name.clone()).unwrap_or_default();
    vec![
        ("receive", endpoint::show_receive(&m.receive)),
        ("send", endpoint::show_send(&m.send)),
        ("address", m.address),
        ("name", m.name),
        ("team", team),
        ("signature", m.signature),
        ("acknowledgement", m.acknowledgement),
        ("hours", m.hours),
        ("out_of_hours", m.out_of_hours),
        ("alias", m.aliases.join(", ")),
        ("blocked", m.blocked.join(", ")),
        ("after_fetch", m.after_fetch.as_str().to_owned()),
        ("move_to", m.move_to),
        ("sent_folder", m.sent_folder),
        ("hourly_cap", m.hourly_cap.map(|n| n.to_string()).unwrap_or_default()),
        ("markdown", yes(m.markdown)),
        ("subject_hook", yes(!m.no_subject_hook)),
        ("screener", yes(m.screener)),
        ("version", m.version.to_string()),
    ]
}

/// The fields that the form of a kind asks for, and the version. Sensitive ones are empty for agents who are not allowed to
/// see them: they are absent from what such agents read.
fn declared<T: Declared>(view: &dyn View, seat: &LoadContext, id: Id) -> Result<Option<Fields>, StoreError> {
    let Some(record) = records::get::<T>(view, id)? else { return Ok(None) };
    let mut out = fields::typed(view, &seat.asker.zone, &record)?;
    out.push(("version", record.version().to_string()));
    Ok(Some(out))
}

/// Who set what, newest first.
pub fn blame(view: &dyn View, seat: &LoadContext, kind: Kind, id: Id) -> Result<Answer, StoreError> {
    let known = records::fields(kind);
    let mut rows = Vec::new();
    for item in read::history(view, id, 500)? {
        let who = seat.asker.roster.agent(item.row.actor).map(|a| a.name.clone());
        let who = who.unwrap_or_else(|| "automatic".to_owned());
        let when = seat.asker.zone.when_exactly(item.row.logged_at, seat.now);
        let mut first = true;
        let mut row = |field: &str, value: String| {
            let (when, who) = if first { (when.clone(), who.clone()) } else { Default::default() };
            first = false;
            rows.push([when, who, field.to_owned(), value]);
        };
        for change in item.body.iter().flat_map(|b| &b.changes).filter(|c| c.id == id) {
            match &change.what {
                ChangeKind::Updated(fields) => {
                    for f in fields {
                        let field = known.iter().find(|k| k.short == f.field);
                        let name = field.map_or(f.field.as_str(), |k| k.long);
                        if matches!(name, "timers" | "updated_at" | "version") {
                            continue;
                        }
                        row(name, value(view, field, f.after.as_ref())?);
                    }
                }
                ChangeKind::Created(_) => row("made", item.row.command.clone()),
                ChangeKind::Deleted(_) => row("removed", item.row.command.clone()),
            }
        }
    }
    Ok(Answer::Blame(read::name_of(view, kind, id)?, rows))
}

/// A value in words: ids by name, lists with commas.
fn value(view: &dyn View, field: Option<&Field>, v: Option<&rmpv::Value>) -> Result<String, StoreError> {
    use rmpv::Value;
    Ok(match v {
        None | Some(Value::Nil) => "nothing".to_owned(),
        Some(Value::String(s)) => s.as_str().unwrap_or_default().to_owned(),
        Some(Value::Binary(b)) => match <[u8; 16]>::try_from(b.as_slice()) {
            Ok(id) => name_of_any(view, Id(id))?,
            Err(_) => "…".to_owned(),
        },
        Some(Value::Array(all)) => {
            let mut parts = Vec::new();
            for v in all.iter().take(8) {
                parts.push(value(view, field, Some(v))?);
            }
            parts.join(", ")
        }
        Some(Value::Map(m)) => match m.first() {
            Some((_, v)) => value(view, None, Some(v))?,
            None => String::new(),
        },
        Some(Value::Boolean(true)) => "yes".to_owned(),
        Some(Value::Boolean(false)) => "no".to_owned(),
        Some(other) => undo::shown_of(field, Some(other)),
    })
}

fn name_of_any(view: &dyn View, id: Id) -> Result<String, StoreError> {
    for kind in [Kind::Agent, Kind::Team, Kind::Organisation, Kind::Customer, Kind::Ticket] {
        if view.get(kind.table(), id.bytes())?.is_some() {
            return read::name_of(view, kind, id);
        }
    }
    Ok(id.to_string())
}

/// The most urgent unassigned ticket: soonest breach, then priority, then longest wait; and why.
pub fn claim(view: &dyn View, seat: &LoadContext) -> Result<Answer, StoreError> {
    let found = in_queue_order(view, &seat.asker, "is:unassigned -is:snoozed")?;
    let Some(t) =
        found.ok().and_then(|all| all.into_iter().map(|i| i.ticket).min_by_key(|t| urgency(t, seat.now)))
    else {
        return Ok(Answer::Claim(None));
    };
    let ticket = read::name_of(view, Kind::Ticket, t.id)?;
    let why = match (t.due(), t.timers.unanswered_since) {
        (Some(due), _) if due < seat.now => {
            format!("the promise is over by {}", zone::short(seat.now - due))
        }
        (Some(due), _) => format!("it is due first, in {}", zone::short(due - seat.now)),
        (None, _) if t.priority.rank() > 2 => format!("its priority is {}", t.priority),
        (None, Some(since)) => format!("it waits longest, for {}", zone::age(seat.now - since)),
        (None, None) => "it is the oldest".to_owned(),
    };
    Ok(Answer::Claim(Some((t.id, t.version, format!("Yours: {ticket}, because {why}.")))))
}

/// How many records of a kind are listed.
const RECORDS: usize = 500;

/// The newest records of a kind that is declared in one table; archived ones are left out.
pub fn all(view: &dyn View, kind: Kind) -> Result<Answer, StoreError> {
    let (mut ids, mut rows, mut more) = (Vec::new(), Vec::new(), false);
    view.scan(kind.table(), &Range::all(), Scan::Backward, &mut |key, _| {
        ids.extend(key.try_into().ok().map(Id));
        // As many again may be archived.
        ids.len() < RECORDS * 2
    })?;
    for id in ids {
        let Some(record) = records::any(view, kind, id)?.filter(|r| r.is_current()) else { continue };
        if rows.len() == RECORDS {
            more = true;
            break;
        }
        rows.push(super::find::of_record(view, &*record)?);
    }
    Ok(Answer::Records(kind, rows, more))
}

/// The newest imports.
pub fn imports(view: &dyn View) -> Result<Answer, StoreError> {
    let mut all = read::imports(view)?;
    all.sort_by_key(|b| std::cmp::Reverse(b.number));
    all.truncate(IMPORTS);
    Ok(Answer::Imports(all))
}
