//! A record with nothing personal left, and someone else's without what names a person.

use rmpv::Value;

use crate::{
    model::{
        Customer, Delivery, EventKind, Id, Interaction, Kind, Marks, Message, Order, Outbox, OutboxState,
        Response, Stamp, Task, Ticket, TicketEvent,
        custom_field::CustomField,
        field::{self, Declared, Privacy},
        for_kind,
        marks::ERASED,
    },
    store::{StoreError, records},
};

/// One of a person's records with nothing personal left: what becomes of each field is declared in the table of its kind
/// ([`Privacy`]). What is counted stays: who (by number), when, how much, how it was rated, who answered it and how
/// fast.
///
/// # Errors
/// Where the record is damaged.
pub fn wiped(kind: Kind, bytes: &[u8], now: Stamp) -> Result<Vec<u8>, StoreError> {
    let blank = |text: &str| if text.is_empty() { String::new() } else { ERASED.to_owned() };
    Ok(match kind {
        Kind::Customer => {
            let c: Customer = cleared(bytes)?;
            records::encode(&Customer {
                family: format!("Erased person {}", c.number),
                archived_at: c.archived_at.or(Some(now)),
                erased_at: Some(c.erased_at.unwrap_or(now)),
                ..c
            })
        }
        Kind::Interaction => records::encode(&cleared::<Interaction>(bytes)?),
        Kind::Ticket => records::encode(&cleared::<Ticket>(bytes)?),
        Kind::TicketEvent => {
            let e: TicketEvent = cleared(bytes)?;
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
            records::encode(&TicketEvent { from, to, ..e })
        }
        Kind::Message => {
            let m: Message = cleared(bytes)?;
            let ours = m.agent.is_some();
            let delivery = match m.delivery {
                // What has not gone will not go.
                Delivery::Held | Delivery::Queued => Delivery::Failed,
                other => other,
            };
            records::encode(&Message {
                from_name: if ours { m.from_name } else { blank(&m.from_name) },
                from: if ours { m.from } else { String::new() },
                delivery,
                ..m
            })
        }
        Kind::Outbox => {
            let o: Outbox = cleared(bytes)?;
            let state = match o.state {
                OutboxState::Sent | OutboxState::Failed => o.state.clone(),
                _ => OutboxState::Cancelled,
            };
            records::encode(&Outbox { state, ..o })
        }
        Kind::Order => {
            let mut o: Order = cleared(bytes)?;
            for r in &mut o.refunds {
                r.reason = blank(&r.reason);
            }
            records::encode(&o)
        }
        Kind::Task => records::encode(&cleared::<Task>(bytes)?),
        Kind::Response => records::encode(&cleared::<Response>(bytes)?),
        Kind::Organisation
        | Kind::Workspace
        | Kind::Agent
        | Kind::Team
        | Kind::Mailbox
        | Kind::SavedView
        | Kind::ImportBatch => bytes.to_vec(),
        kind => for_kind!(kind, T => records::encode(&cleared::<T>(bytes)?)),
    })
}

/// A wiped record with the values of custom fields that were declared to be kept.
///
/// # Errors
/// Where the record is damaged.
pub fn with_custom(
    kind: Kind,
    before: &[u8],
    wiped: Vec<u8>,
    kept: &[&CustomField],
) -> Result<Vec<u8>, StoreError> {
    let Some(short) = records::fields(kind).iter().find(|f| f.long == "custom").map(|f| f.short) else {
        return Ok(wiped);
    };
    let own = records::to_fields(before)?.into_iter().find(|(name, _)| name == short);
    let Some((name, Value::Map(mut all))) = own.filter(|_| !kept.is_empty()) else { return Ok(wiped) };
    all.retain(|(k, _)| k.as_str().is_some_and(|k| kept.iter().any(|f| f.is_called(k))));
    let mut fields = records::to_fields(&wiped)?;
    fields.retain(|(n, _)| *n != name);
    if !all.is_empty() {
        fields.push((name, Value::Map(all)));
    }
    Ok(records::from_fields(fields))
}

/// A record with the fields that its table does not keep emptied or redacted, those that no table has among them.
fn cleared<T: Declared>(bytes: &[u8]) -> Result<T, StoreError> {
    let mut fields = records::to_fields(bytes)?;
    fields.retain_mut(|(short, value)| match field::row(T::KIND, short).and_then(|d| d.privacy) {
        Some(Privacy::Keep | Privacy::Rule) => true,
        Some(Privacy::Redact) => {
            if value.as_str().is_some_and(|text| !text.is_empty()) {
                *value = Value::from(ERASED);
            }
            true
        }
        Some(Privacy::Clear) | None => false,
    });
    records::decode(&records::from_fields(fields))
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
