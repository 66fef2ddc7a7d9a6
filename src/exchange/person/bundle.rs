//! All that is held on a person, in one folder: `person.json` for programs, `person.md` for people, mail and attachments
//! as files.

use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use super::{Plan, rejects, text};
use crate::{
    desk::{Desk, drafts::Draft, person, read, undo},
    mail::{disk_name::disk_name, parse},
    model::{
        Customer, Id, ImportBatch, KeyReader, Kind, Message, Stamp, Table, field, for_kind,
        log::{Change, ChangeKind, LogRow},
        number, shape,
        zone::Zone,
    },
    store::{Range, Reject, Scan, StoreError, View, ViewExt, feed, files, raw, records},
};

/// Kinds in the order in which they are listed, with their heading in the JSON.
const SECTIONS: &[(Kind, &str)] = &[
    (Kind::Customer, "customers"),
    (Kind::Ticket, "tickets"),
    (Kind::Message, "messages"),
    (Kind::Interaction, "interactions"),
    (Kind::Order, "orders"),
    (Kind::Task, "tasks"),
    (Kind::Response, "survey_answers"),
    (Kind::TicketEvent, "ticket_events"),
    (Kind::Outbox, "outbox"),
];

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The folder.
    pub folder: PathBuf,
    /// How many records of each kind there are in it.
    pub records: BTreeMap<&'static str, u64>,
    /// How many files of mail and attachments.
    pub files: u64,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The desk refused, or the store could not be read.
    #[error(transparent)]
    Reject(#[from] Reject),
    /// There is something at the target.
    #[error("{0} is there already: name another folder")]
    Exists(PathBuf),
    /// A file could not be written.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
}

impl From<StoreError> for BundleError {
    fn from(e: StoreError) -> BundleError {
        BundleError::Reject(e.into())
    }
}

/// Writes all that is held on a person into a new folder, its owner's alone. `store` is where the store is, for the reject
/// files beside it.
///
/// # Errors
/// Where the folder is there, or something cannot be read or written: then nothing is left of it.
pub fn bundle(
    desk: &Desk,
    plan: &Plan,
    store: &Path,
    folder: &Path,
    now: Stamp,
    zone: &Zone,
) -> Result<Bundle, BundleError> {
    let file = |path: &Path, e: io::Error| BundleError::File(path.to_owned(), e);
    if fs::symlink_metadata(folder).is_ok() {
        return Err(BundleError::Exists(folder.to_owned()));
    }
    DirBuilder::new().mode(0o700).create(folder).map_err(|e| file(folder, e))?;
    let made = fill(desk, plan, store, folder, now, zone);
    if made.is_err() {
        let _ = fs::remove_dir_all(folder);
    }
    made
}

fn fill(
    desk: &Desk,
    plan: &Plan,
    store: &Path,
    folder: &Path,
    now: Stamp,
    zone: &Zone,
) -> Result<Bundle, BundleError> {
    let mut out = Bundle { folder: folder.to_owned(), ..Bundle::default() };
    let cluster = &plan.erasing.cluster;
    let theirs = desk.view(|v| person::held(v, cluster))?;
    let mut all = Map::new();
    all.insert("person".into(), plan.name.clone().into());
    all.insert("made_at".into(), zone.iso(now).into());
    let plain = field::entities().filter_map(|kind| Some((kind, field::plural(kind)?)));
    for (kind, heading) in &SECTIONS.iter().copied().chain(plain).collect::<Vec<_>>() {
        let mut section = Vec::new();
        for (_, id) in theirs.iter().filter(|(k, _)| k == kind) {
            let Some(mut record) = desk.view(|v| record(v, *kind, *id, zone))? else { continue };
            if *kind == Kind::Message {
                record.insert("files".into(), files(desk, *id, folder, &mut out.files)?.into());
            }
            section.push(Value::Object(record));
        }
        *out.records.entry(kind.word()).or_default() += section.len() as u64;
        all.insert((*heading).into(), section.into());
    }
    all.insert("drafts".into(), desk.view(|v| drafts(v, &theirs, zone))?.into());
    all.insert("looked_at".into(), desk.view(|v| looks(v, &theirs, zone))?.into());
    let (log, batches) = desk.view(|v| log(v, &theirs, zone))?;
    all.insert("log".into(), log.into());
    all.insert("imports".into(), desk.view(|v| imports(v, &batches, zone))?.into());
    let mut rejected = Vec::new();
    for path in rejects::files(desk, store)? {
        let rows = rejects::rows(&path, &plan.erasing.all).map_err(|e| BundleError::File(path.clone(), e))?;
        let named = path.display().to_string();
        rejected.extend(rows.into_iter().map(|row| json!({ "file": named, "row": row })));
    }
    all.insert("rejected_rows".into(), rejected.into());
    all.insert("mentioned_in".into(), desk.view(|v| mentions(v, plan, &theirs))?.into());
    let names = desk.view(|v| names(v, &theirs))?;
    let all = Value::Object(all);
    let json = serde_json::to_string_pretty(&all).unwrap_or_default();
    write(&folder.join("person.json"), json.as_bytes())?;
    write(&folder.join("person.md"), text::markdown(&all, &names).as_bytes())?;
    Ok(out)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), BundleError> {
    files::create(path)
        .and_then(|mut f| f.write_all(bytes).and_then(|()| f.sync_all()))
        .map_err(|e| BundleError::File(path.to_owned(), e))
}

fn record(
    view: &dyn View,
    kind: Kind,
    id: Id,
    zone: &Zone,
) -> Result<Option<Map<String, Value>>, StoreError> {
    let Some(bytes) = view.get(kind.table(), id.bytes())? else { return Ok(None) };
    let stamp = |at: Stamp| Value::String(zone.iso(at));
    let value = for_kind!(kind, T => shape::to_full_json(&records::decode::<T>(&bytes)?, true, &stamp));
    let Value::Object(fields) = value else { return Ok(None) };
    let mut out = Map::new();
    if let (false, Some(n)) = (kind.letter().is_empty(), fields.get("number").and_then(Value::as_u64)) {
        out.insert("ref".into(), number::show(kind, n).into());
    }
    if kind == Kind::Message && fields.get("visibility").and_then(Value::as_str) == Some("internal") {
        out.insert("internal_note".into(), true.into());
    }
    out.extend(fields);
    Ok(Some(out))
}

/// The mail of a message as it came, and what was attached to it, as files. Gives their names.
fn files(desk: &Desk, id: Id, folder: &Path, count: &mut u64) -> Result<Vec<String>, BundleError> {
    let message = desk.view(|v| records::get::<Message>(v, id))?.unwrap_or_default();
    let bytes = match message.raw {
        Some(raw) => desk.view(|v| raw::get(v, raw))?.unwrap_or_default(),
        None => Vec::new(),
    };
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let within = folder.join("files");
    if *count == 0 {
        DirBuilder::new().mode(0o700).create(&within).map_err(|e| BundleError::File(within.clone(), e))?;
    }
    let name = number::show(Kind::Message, message.number);
    let mut out = vec![format!("files/{name}.eml")];
    write(&within.join(format!("{name}.eml")), &bytes)?;
    for (n, a) in (1..).zip(parse::parse(&bytes).attachments) {
        let safe = format!("{name}-{n}-{}", disk_name(&a.name));
        write(&within.join(&safe), &a.bytes)?;
        out.push(format!("files/{safe}"));
    }
    *count += out.len() as u64;
    Ok(out)
}

fn drafts(view: &dyn View, theirs: &[(Kind, Id)], zone: &Zone) -> Result<Vec<Value>, StoreError> {
    let mut out = Vec::new();
    view.scan(Table::Draft, &Range::all(), Scan::Forward, &mut |key, value| {
        let about = |d: &Draft| theirs.iter().any(|(_, id)| *id == d.subject || Some(*id) == d.about);
        if let Some(d) = Draft::decode(value).filter(about) {
            let stamp = |at: Stamp| Value::String(zone.iso(at));
            let mut v = shape::to_full_json(&d, true, &stamp);
            if let (Value::Object(o), Some(agent)) = (&mut v, KeyReader(key).id()) {
                o.insert("agent".into(), agent.to_string().into());
            }
            out.push(v);
        }
        true
    })?;
    Ok(out)
}

/// Which agents looked at which of their tickets.
fn looks(view: &dyn View, theirs: &[(Kind, Id)], zone: &Zone) -> Result<Vec<Value>, StoreError> {
    let mut out = Vec::new();
    view.scan(Table::Seen, &Range::all(), Scan::Forward, &mut |key, value| {
        let mut r = KeyReader(key);
        let (Some(agent), Some(ticket)) = (r.id(), r.id()) else { return true };
        if theirs.contains(&(Kind::Ticket, ticket)) {
            let at =
                <[u8; 8]>::try_from(value).map_or(Value::Null, |b| zone.iso(i64::from_be_bytes(b)).into());
            out.push(json!({ "agent": agent.to_string(), "ticket": ticket.to_string(), "at": at }));
        }
        true
    })?;
    Ok(out)
}

type Told = (Vec<Value>, Vec<Id>);

/// What was done to their records, before and after, and by which imports.
fn log(view: &dyn View, theirs: &[(Kind, Id)], zone: &Zone) -> Result<Told, StoreError> {
    let mut seqs = Vec::new();
    for (_, id) in theirs {
        seqs.extend(read::history_rows(view, *id)?);
    }
    seqs.sort_unstable();
    seqs.dedup();
    let (mut out, mut batches) = (Vec::new(), Vec::new());
    for seq in seqs {
        let Some(item) = feed::at(view, seq)? else { continue };
        let LogRow { actor, logged_at, effective_at, command, batch, .. } = item.row;
        batches.extend(batch.filter(|b| !batches.contains(b)));
        let mut row = json!({
            "row": seq, "by": actor.to_string(), "at": zone.iso(logged_at), "effective_at": zone.iso(effective_at),
            "command": command, "import": batch.map(|b| b.to_string()),
        });
        let told = match item.body {
            Some(body) => {
                // A row of an import tells of strangers too.
                let own = |c: &&Change| theirs.iter().any(|(_, id)| *id == c.id);
                let changes: Vec<Value> =
                    body.changes.iter().filter(own).map(|c| change(view, c)).collect::<Result<_, _>>()?;
                let summary = if body.changes.iter().all(|c| own(&c)) { body.summary } else { String::new() };
                json!({ "summary": summary, "changes": changes })
            }
            None => json!({ "summary": "(erased)", "changes": [] }),
        };
        if let (Value::Object(row), Value::Object(told)) = (&mut row, told) {
            row.extend(told);
        }
        out.push(row);
    }
    Ok((out, batches))
}

fn change(view: &dyn View, c: &Change) -> Result<Value, StoreError> {
    let Some(kind) = c.kind() else { return Ok(Value::Null) };
    let name = if kind == Kind::Customer {
        read::number_of(view, kind, c.id)?
    } else {
        read::name_of(view, kind, c.id)?
    };
    let whole = |bytes: &[u8]| -> Result<Value, StoreError> {
        Ok(Value::Object(undo::shown_fields(kind, bytes)?.into_iter().map(|(k, v)| (k, v.into())).collect()))
    };
    Ok(match &c.what {
        ChangeKind::Created(bytes) => json!({ "record": name, "made": whole(bytes)? }),
        ChangeKind::Deleted(bytes) => json!({ "record": name, "removed": whole(bytes)? }),
        ChangeKind::Updated(fields) => {
            let fields: Vec<Value> = fields
                .iter()
                .map(|f| {
                    let field = records::fields(kind).iter().find(|s| s.short == f.field);
                    let name = field.map_or(f.field.as_str(), |s| s.long);
                    let shown = |v: &Option<rmpv::Value>| undo::shown_of(field, v.as_ref());
                    json!({ "field": name, "before": shown(&f.before), "after": shown(&f.after) })
                })
                .collect();
            json!({ "record": name, "changed": fields })
        }
    })
}

fn imports(view: &dyn View, batches: &[Id], zone: &Zone) -> Result<Vec<Value>, StoreError> {
    let mut out = Vec::new();
    for id in batches {
        if let Some(b) = records::get::<ImportBatch>(view, *id)? {
            out.push(json!({
                "ref": number::show(Kind::ImportBatch, b.number), "id": id.to_string(), "files": b.files,
                "format": b.format, "source": b.source, "at": zone.iso(b.started_at),
            }));
        }
    }
    Ok(out)
}

/// Records of others in which they are named: which, and in which fields; the content belongs to the others.
fn mentions(view: &dyn View, plan: &Plan, theirs: &[(Kind, Id)]) -> Result<Vec<Value>, StoreError> {
    let mut out = Vec::new();
    for (kind, id) in plan.todo.records.iter().filter(|r| !theirs.contains(r)) {
        let Some(bytes) = view.get(kind.table(), id.bytes())? else { continue };
        let shape = records::fields(*kind);
        let named: Vec<&str> = records::to_fields(&bytes)?
            .iter()
            .filter(|(_, v)| {
                let mut any = false;
                person::texts_of(v, &mut |t| any = any || plan.erasing.marks.finds(t));
                any
            })
            .filter_map(|(k, _)| shape.iter().find(|f| f.short == k).map(|f| f.long))
            .collect();
        let name = read::number_of(view, *kind, *id)?;
        out.push(json!({ "record": name, "fields": named }));
    }
    Ok(out)
}

/// How ids are shown.
fn names(view: &dyn View, theirs: &[(Kind, Id)]) -> Result<BTreeMap<String, String>, StoreError> {
    let mut out = BTreeMap::new();
    for table in
        [(Kind::Agent, Table::Agent), (Kind::Team, Table::Team), (Kind::ImportBatch, Table::ImportBatch)]
    {
        for (key, _) in view.page(table.1, &Range::all(), Scan::Forward, 1000)? {
            if let Some(id) = KeyReader(&key).id() {
                out.insert(id.to_string(), read::number_of(view, table.0, id)?);
                if table.0 != Kind::ImportBatch {
                    out.insert(id.to_string(), read::name_of(view, table.0, id)?);
                }
            }
        }
    }
    for (kind, id) in theirs {
        out.insert(id.to_string(), read::number_of(view, *kind, *id)?);
        if *kind != Kind::Customer {
            continue;
        }
        for role in records::get::<Customer>(view, *id)?.map(|c| c.roles).unwrap_or_default() {
            let name = read::name_of(view, Kind::Organisation, role.organisation)?;
            out.insert(role.organisation.to_string(), name);
        }
    }
    Ok(out)
}
