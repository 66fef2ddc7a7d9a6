//! Looking through a whole store for what names a person.

use std::collections::{BTreeMap, BTreeSet};

use super::{Progress, Step, mails};
use crate::{
    desk::{
        Desk,
        drafts::Draft,
        person::{self, Erasing, Person},
    },
    model::{
        Id, KeyReader, Kind, Marks, Seq, Table,
        log::{ChangeKind, LogBody, LogRow},
        number,
    },
    store::{Range, Reject, Scan, StoreError, View, ViewExt, feed, raw, records},
};

/// Rows that are read of one snapshot: an older one keeps the store from using its freed pages again.
const AT_ONCE: usize = 20_000;

/// Commands of the log that say nothing of what they changed.
const BARE: [&str; 2] = ["customer erase-me", "customer export-me"];

/// What an erasure takes away.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Who, as people see them: `C-7`.
    pub name: String,
    /// What is erased.
    pub erasing: Erasing,
    /// Others who bear the same name: it stays where it stands alone.
    pub namesakes: Vec<String>,
    /// Others who share an address, a telephone number or a street: that stays with them.
    pub sharers: Vec<String>,
    /// Their own records, by kind.
    pub theirs: BTreeMap<&'static str, u64>,
    /// Records of others that name them, by kind.
    pub others: BTreeMap<&'static str, u64>,
    /// Drafts about them, or that name them.
    pub drafts: u64,
    /// What is to be scrubbed.
    pub todo: Todo,
}

/// What is to be scrubbed of a store, and where its log stood when that was found.
#[derive(Debug, Clone, Default)]
pub struct Todo {
    /// Records; the person's own records are scrubbed last and are not here.
    pub records: Vec<(Kind, Id)>,
    /// Mail as it came that names them and is not theirs.
    pub raws: Vec<Id>,
    /// Rows of the log.
    pub logs: Vec<Seq>,
    /// Where the log stood.
    pub head: Seq,
}

impl Todo {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.raws.is_empty() && self.logs.is_empty()
    }

    /// How much there is to do.
    pub fn len(&self) -> u64 {
        (self.records.len() + self.raws.len() + self.logs.len()) as u64
    }
}

/// What erasing a customer takes away. Reads the whole store; changes nothing. An erasure that was begun goes on with what
/// it knew then.
///
/// # Errors
/// Where there is no such customer, it was merged into another, or the file cannot be read.
pub fn plan(desk: &Desk, id: Id, progress: Progress) -> Result<Plan, Reject> {
    let (who, begun) = desk.view(|v| match person::who(v, id) {
        Ok(who) => Ok(Ok((who, person::erasing(v, id)?))),
        Err(Reject::Store(e)) => Err(e),
        Err(refused) => Ok(Err(refused)),
    })??;
    let mut plan = Plan { name: number::show(Kind::Customer, who.customer.number), ..Plan::default() };
    match begun {
        Some(erasing) => plan.erasing = erasing,
        None => know(desk, &who, &mut plan)?,
    }
    let cluster = plan.erasing.cluster.clone();
    let theirs = desk.view(|v| person::held(v, &cluster))?;
    for (kind, _) in &theirs {
        *plan.theirs.entry(kind.word()).or_default() += 1;
    }
    let mut look = PersonScan::new(desk, &plan.erasing, &theirs, progress)?;
    look.everything()?;
    plan.todo = look.todo;
    for (kind, id) in &plan.todo.records {
        if !theirs.contains(&(*kind, *id)) {
            *plan.others.entry(kind.word()).or_default() += 1;
        }
    }
    plan.drafts = drafts(desk, &plan.erasing, &theirs)?;
    Ok(plan)
}

fn know(desk: &Desk, who: &Person, plan: &mut Plan) -> Result<(), Reject> {
    let (all, narrowed) = desk.view(|v| {
        let theirs = person::held(v, &who.cluster)?;
        let all = person::marks(v, who, &theirs)?;
        let narrowed = person::narrowed(v, &who.cluster, &all)?;
        Ok((all, narrowed))
    })?;
    plan.erasing = Erasing { cluster: who.cluster.clone(), marks: narrowed.marks, all };
    plan.namesakes = narrowed.namesakes;
    plan.sharers = narrowed.sharers;
    Ok(())
}

fn drafts(desk: &Desk, erasing: &Erasing, theirs: &[(Kind, Id)]) -> Result<u64, StoreError> {
    let mut n = 0;
    desk.view(|v| {
        n = 0;
        v.scan(Table::Draft, &Range::all(), Scan::Forward, &mut |_, value| {
            if let Some(d) = Draft::decode(value) {
                let about = theirs.iter().any(|(_, id)| *id == d.subject || Some(*id) == d.about);
                n += u64::from(about || d.texts().any(|t| erasing.marks.finds(t)));
            }
            true
        })
    })?;
    Ok(n)
}

/// What was done since a place in the log that names a person: what others wrote while they were being erased.
pub(super) fn since(
    desk: &Desk,
    erasing: &Erasing,
    head: Seq,
    progress: Progress,
) -> Result<Todo, StoreError> {
    let theirs = desk.view(|v| person::held(v, &erasing.cluster))?;
    let mut look = PersonScan::new(desk, erasing, &theirs, progress)?;
    look.news(head)?;
    Ok(look.todo)
}

/// What is done with each row: its key and value, in the state that it was read of.
type EachRow<'f> = &'f mut dyn FnMut(&mut PersonScan, &dyn View, &[u8], &[u8]) -> Result<(), StoreError>;

/// Looks through a store.
struct PersonScan<'a> {
    desk: &'a Desk,
    erasing: &'a Erasing,
    theirs: BTreeSet<Id>,
    progress: Progress<'a>,
    looked: u64,
    todo: Todo,
}

impl<'a> PersonScan<'a> {
    fn new(
        desk: &'a Desk,
        erasing: &'a Erasing,
        theirs: &[(Kind, Id)],
        progress: Progress<'a>,
    ) -> Result<PersonScan<'a>, StoreError> {
        let theirs = theirs.iter().map(|(_, id)| *id).collect();
        let todo = Todo { head: desk.view(|v| v.log_head())?, ..Todo::default() };
        Ok(PersonScan { desk, erasing, theirs, progress, looked: 0, todo })
    }

    /// Every row of a table, in order, `f` gives whether it is to be scrubbed.
    fn each(&mut self, table: Table, f: EachRow) -> Result<(), StoreError> {
        let mut from = Range::all();
        let desk = self.desk;
        loop {
            let page = desk.view(|v| {
                let page = v.page(table, &from, Scan::Forward, if table == Table::Raw { 64 } else { 500 })?;
                for (key, value) in &page {
                    f(self, v, key, value)?;
                }
                Ok(page)
            })?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            from.pass(last);
            self.looked += page.len() as u64;
            if !(self.progress)(Step::Looking(self.looked)) {
                return Err(StoreError::Cancelled);
            }
        }
    }

    fn everything(&mut self) -> Result<(), StoreError> {
        for kind in Kind::ALL.iter().copied() {
            self.each(kind.table(), &mut |look, _, key, value| {
                let Some(id) = KeyReader(key).id() else { return Ok(()) };
                look.record(kind, id, value);
                Ok(())
            })?;
        }
        let mut last = None;
        self.each(Table::Raw, &mut |look, view, key, _| {
            let id = KeyReader(key).id().filter(|id| last != Some(*id));
            if let Some(id) = id {
                last = Some(id);
                look.mail(view, id)?;
            }
            Ok(())
        })?;
        self.each(Table::LogBody, &mut |look, view, key, value| {
            let row = view.get(Table::Log, key)?.and_then(|r| LogRow::decode(&r));
            if let Some(row) = row {
                look.log(&row, LogBody::decode(value).as_ref());
            }
            Ok(())
        })
    }

    fn news(&mut self, head: Seq) -> Result<(), StoreError> {
        let (mut after, end) = (head, self.todo.head);
        let desk = self.desk;
        while after < end {
            desk.view(|view| {
                let items = feed::since(view, after, AT_ONCE.min(500))?;
                for item in
                    items.iter().filter(|i| i.row.seq <= end && !BARE.contains(&i.row.command.as_str()))
                {
                    for (kind, id) in item.touched() {
                        if let Some(bytes) = view.get(kind.table(), id.bytes())? {
                            self.record(kind, id, &bytes);
                        }
                        if kind == Kind::Message {
                            self.mail(view, id)?;
                        }
                    }
                    self.log(&item.row, item.body.as_ref());
                }
                after = items.last().map_or(end, |i| i.row.seq);
                Ok(())
            })?;
        }
        self.todo.records.sort_unstable();
        self.todo.records.dedup();
        self.todo.raws.sort_unstable();
        self.todo.raws.dedup();
        Ok(())
    }

    fn record(&mut self, kind: Kind, id: Id, bytes: &[u8]) {
        if self.erasing.cluster.contains(&id) {
            return;
        }
        // A damaged record is for `check` to tell.
        let named = || person::scrubbed(kind, bytes, &self.erasing.marks).ok().flatten().is_some();
        let wanted = match self.theirs.contains(&id) {
            true => person::wiped(kind, bytes, 0).is_ok_and(|w| w != bytes) || named(),
            false => named(),
        };
        if wanted {
            self.todo.records.push((kind, id));
        }
    }

    fn mail(&mut self, view: &dyn View, id: Id) -> Result<(), StoreError> {
        // Their own mail goes with its record.
        if self.theirs.contains(&id) {
            if view.get(Table::Message, id.bytes())?.is_none() {
                self.todo.raws.push(id);
            }
            return Ok(());
        }
        if raw::get(view, id)?.is_some_and(|b| mails::names(&b, &self.erasing.marks)) {
            self.todo.raws.push(id);
        }
        Ok(())
    }

    fn log(&mut self, row: &LogRow, body: Option<&LogBody>) {
        if BARE.contains(&row.command.as_str()) {
            return;
        }
        if body.is_some_and(|b| self.tells(b)) {
            self.todo.logs.push(row.seq);
        }
    }

    /// Whether a row of the log tells anything of the person.
    fn tells(&self, body: &LogBody) -> bool {
        let marks: &Marks = &self.erasing.marks;
        marks.finds(&body.summary)
            || body.changes.iter().any(|change| {
                self.theirs.contains(&change.id)
                    || match &change.what {
                        ChangeKind::Created(bytes) | ChangeKind::Deleted(bytes) => {
                            self.holds_id(bytes)
                                || change.kind().is_some_and(|k| {
                                    !matches!(k, Kind::Agent | Kind::Team | Kind::Workspace)
                                        && records::to_fields(bytes)
                                            .is_ok_and(|all| all.iter().any(|(_, v)| found(v, marks)))
                                })
                        }
                        ChangeKind::Updated(fields) => {
                            fields.iter().any(|f| f.before.iter().chain(&f.after).any(|v| found(v, marks)))
                        }
                    }
            })
    }

    /// Whether a record that is gone was theirs: it names one of their ids.
    fn holds_id(&self, bytes: &[u8]) -> bool {
        self.erasing.cluster.iter().any(|id| bytes.windows(16).any(|w| w == id.bytes()))
    }
}

fn found(value: &rmpv::Value, marks: &Marks) -> bool {
    let mut any = false;
    person::texts_of(value, &mut |text| any = any || marks.finds(text));
    any
}
