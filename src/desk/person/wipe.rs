//! A record with nothing personal left, and somebody else's without what names a person.

use rmpv::Value;

use crate::{
    model::{
        Customer, Delivery, EventKind, Id, Interaction, Kind, Marks, Message, Order, Outbox, OutboxState,
        Response, Stamp, Task, Ticket, TicketEvent, marks::ERASED,
    },
    store::{StoreError, records},
};

/// One of a person's records with nothing personal left. What is counted stays: who (by number), when, how much, how it was
/// rated, by whom it was answered and how fast.
///
/// # Errors
/// Where the record is damaged.
pub fn wiped(kind: Kind, bytes: &[u8], now: Stamp) -> Result<Vec<u8>, StoreError> {
    let gone = || ERASED.to_owned();
    let blank = |text: &str| if text.is_empty() { String::new() } else { gone() };
    Ok(match kind {
        Kind::Customer => {
            let c: Customer = records::decode(bytes)?;
            records::encode(&Customer {
                id: c.id,
                version: c.version,
                number: c.number,
                family: format!("Erased person {}", c.number),
                stage: c.stage,
                stages: c.stages,
                owner: c.owner,
                tags: c.tags,
                source: c.source,
                merged_into: c.merged_into,
                archived_at: c.archived_at.or(Some(now)),
                created_at: c.created_at,
                updated_at: c.updated_at,
                contacted_hint: c.contacted_hint,
                open_hint: c.open_hint,
                erased_at: Some(c.erased_at.unwrap_or(now)),
                ..Customer::default()
            })
        }
        Kind::Interaction => {
            let i: Interaction = records::decode(bytes)?;
            records::encode(&Interaction {
                subject: blank(&i.subject),
                body: blank(&i.body),
                message_id: String::new(),
                external_ids: Vec::new(),
                organisation: None,
                ..i
            })
        }
        Kind::Ticket => {
            let t: Ticket = records::decode(bytes)?;
            records::encode(&Ticket {
                subject: gone(),
                external_ids: Vec::new(),
                custom: std::collections::BTreeMap::new(),
                organisation: None,
                ..t
            })
        }
        Kind::TicketEvent => {
            let e: TicketEvent = records::decode(bytes)?;
            // Subjects, addresses and what servers said of them.
            let named = matches!(
                e.kind,
                EventKind::Subject
                    | EventKind::Undelivered
                    | EventKind::Delayed
                    | EventKind::Storm
                    | EventKind::NewAddress
            );
            let (from, to) = match (named, e.to.parse::<Id>()) {
                (false, _) => (e.from, e.to),
                // Which message, or whose address: a number.
                (true, Ok(_)) => (blank(&e.from), e.to),
                (true, Err(_)) => (blank(&e.from), blank(&e.to)),
            };
            records::encode(&TicketEvent { from, to, external_ids: Vec::new(), ..e })
        }
        Kind::Message => {
            let m: Message = records::decode(bytes)?;
            let ours = m.agent.is_some();
            let delivery = match m.delivery {
                // What has not gone will not go.
                Delivery::Held | Delivery::Queued => Delivery::Failed,
                other => other,
            };
            records::encode(&Message {
                from_name: if ours { m.from_name } else { blank(&m.from_name) },
                from: if ours { m.from } else { String::new() },
                to: Vec::new(),
                cc: Vec::new(),
                bcc: Vec::new(),
                subject: blank(&m.subject),
                body: gone(),
                raw: None,
                attachments: Vec::new(),
                message_id: String::new(),
                in_reply_to: Vec::new(),
                references: Vec::new(),
                reply_to: Vec::new(),
                below: None,
                robot: m.robot,
                problems: Vec::new(),
                external_ids: Vec::new(),
                delivery,
                ..m
            })
        }
        Kind::Outbox => {
            let o: Outbox = records::decode(bytes)?;
            let state = match o.state {
                OutboxState::Sent | OutboxState::Failed => o.state.clone(),
                _ => OutboxState::Cancelled,
            };
            records::encode(&Outbox {
                state,
                problem: blank(&o.problem),
                recipients: Vec::new(),
                external_ids: Vec::new(),
                ..o
            })
        }
        Kind::Order => {
            let mut o: Order = records::decode(bytes)?;
            o.external_ids.clear();
            for r in &mut o.refunds {
                r.reason = blank(&r.reason);
            }
            records::encode(&o)
        }
        Kind::Task => {
            let t: Task = records::decode(bytes)?;
            records::encode(&Task { title: gone(), body: blank(&t.body), external_ids: Vec::new(), ..t })
        }
        Kind::Response => {
            let r: Response = records::decode(bytes)?;
            records::encode(&Response { comment: blank(&r.comment), external_ids: Vec::new(), ..r })
        }
        Kind::Organisation
        | Kind::Workspace
        | Kind::Agent
        | Kind::Team
        | Kind::Mailbox
        | Kind::SavedView
        | Kind::ImportBatch => bytes.to_vec(),
    })
}

/// A record without what names a person, fields of later versions included; `None` where nothing does. The desk's own
/// people and settings are not looked at.
///
/// # Errors
/// Where the record is damaged.
pub fn scrubbed(kind: Kind, bytes: &[u8], marks: &Marks) -> Result<Option<Vec<u8>>, StoreError> {
    if matches!(kind, Kind::Agent | Kind::Team | Kind::Workspace) {
        return Ok(None);
    }
    let mut fields = records::to_fields(bytes)?;
    let mut any = false;
    for (_, value) in &mut fields {
        any |= scrub(value, marks, kind == Kind::SavedView);
    }
    Ok(any.then(|| records::from_fields(fields)))
}

fn scrub(value: &mut Value, marks: &Marks, query: bool) -> bool {
    match value {
        Value::String(s) => match s.as_str().and_then(|s| marks.scrubbed(s)) {
            // Brackets would be read as part of a query.
            Some(clean) => {
                *value = Value::from(if query { clean.replace(ERASED, "erased") } else { clean });
                true
            }
            None => false,
        },
        Value::Array(all) => all.iter_mut().fold(false, |any, v| scrub(v, marks, query) | any),
        Value::Map(all) => {
            all.iter_mut().fold(false, |any, (k, v)| scrub(k, marks, query) | scrub(v, marks, query) | any)
        }
        _ => false,
    }
}

/// Gives every text in a value to `f`.
pub fn texts_of(value: &Value, f: &mut dyn FnMut(&str)) {
    match value {
        Value::String(s) => s.as_str().into_iter().for_each(f),
        Value::Array(all) => all.iter().for_each(|v| texts_of(v, f)),
        Value::Map(all) => all.iter().for_each(|(k, v)| {
            texts_of(k, f);
            texts_of(v, f);
        }),
        _ => {}
    }
}
