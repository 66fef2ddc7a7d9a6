//! Runs one request inside its transaction: permissions, versions seen, the command, the clocks of tickets, the log row.

use std::collections::BTreeSet;

use super::{Command, Done, Request, behind::Behind, commands, custom, seen, subjects, undo};
use crate::{
    model::{
        Agent, Customer, EventKind, Id, Ids, Key, Kind, Organisation, Record, Refusal, Seq, Stamp, Table,
        Ticket, TicketEvent, Workspace, fold,
        log::{Change, ChangeKind, LogDraft},
        number, timers,
        zone::Zone,
    },
    store::{
        Range, Reject, Scan, StoreError, Tx, View, ViewExt,
        check::events_of,
        records::{self, Work},
    },
};

/// What a command works with.
pub struct Job<'a> {
    /// Records read and written.
    pub work: Work<'a>,
    /// The request.
    pub request: &'a Request,
    /// Ids for what it makes.
    pub ids: Ids,
    /// The desk's settings.
    pub workspace: Workspace,
    /// Who asks; `None`: a timer, or none yet.
    pub agent: Option<Agent>,
    /// The Unix user who asks, where that is known.
    pub user: Option<&'a str>,
    /// The outcome.
    pub done: Done,
    /// The log row that it takes back.
    pub undo_of: Option<Seq>,
    /// The asker's last change, where that is undone: its place in the log and its sentence.
    pub undoing: Option<(Seq, String)>,
    /// The log row that it does again.
    pub redo_of: Option<Seq>,
    /// Whether the log lists only the changed records, not their contents: for data that must not be kept.
    pub redact: bool,
    /// For a step of an erasure: the rows of the log whose bodies it removes.
    pub erased: Option<Vec<Seq>>,
    /// Whether sensitive fields may move from record to record unseen: when two are merged or unmerged.
    pub moves_sensitive: bool,
    /// Records in the log row that did not change.
    pub log_also: Vec<(Kind, Id)>,
    /// Records that others changed since the asker looked at them.
    pub behind: Vec<Behind>,
    retimed: BTreeSet<Id>,
}

/// Runs a request, for a Unix user where that is known.
///
/// # Errors
/// What it is refused for; the transaction is then dropped.
pub fn run(tx: &mut dyn Tx, request: &Request, user: Option<&str>) -> Result<Done, Reject> {
    let followed = subjects::follow(tx.view(), request)?;
    let request = followed.as_ref().map_or(request, |f| &f.request);
    let typed = custom::typed(tx.view(), request)?;
    let request = &*typed;
    let workspace: Workspace = records::get(tx.view(), Id::NIL)?.unwrap_or_default();
    let agent: Option<Agent> = records::get(tx.view(), request.actor)?;
    let mut job = Job {
        ids: Ids::new(request.op, request.now),
        work: Work::new(tx),
        request,
        workspace,
        agent,
        user,
        done: Done::default(),
        undo_of: None,
        undoing: None,
        redo_of: None,
        redact: false,
        erased: None,
        moves_sensitive: false,
        log_also: Vec::new(),
        behind: Vec::new(),
        retimed: BTreeSet::new(),
    };
    job.check_rights()?;
    job.check_versions()?;
    commands::run(&mut job)?;
    if let Some(followed) = &followed {
        job.done.skipped.extend(followed.skipped.iter().cloned());
        for told in &followed.told {
            job.done.summary = format!("{}; {told}", job.done.summary);
        }
    }
    let undoing = job.undoing.take();
    let done = match job.recompute() {
        Ok(()) => job.finish(),
        Err(e) => Err(e),
    };
    done.map_err(|e| undo::in_the_way(undoing, e))
}

impl<'a> Job<'a> {
    /// What follows from what was written: the clocks of tickets to which something happened, where mailboxes stand.
    fn recompute(&mut self) -> Result<(), Reject> {
        for (kind, id) in self.work.touched().collect::<Vec<_>>() {
            if kind == Kind::TicketEvent
                && let Some(e) = self.work.get::<TicketEvent>(id)?
            {
                self.retimed.insert(e.ticket);
            }
            if kind == Kind::Mailbox {
                commands::mailbox::settle(self, id)?;
            }
        }
        for id in std::mem::take(&mut self.retimed) {
            let Some(mut ticket) = self.work.get::<Ticket>(id)? else { continue };
            let before = ticket.timers.last_event_at.unwrap_or(ticket.created_at);
            ticket.timers = timers::of_events(&events_of(self.view(), id)?);
            self.work.put(&ticket)?;
            self.own_is_seen(&ticket, before)?;
        }
        Ok(())
    }

    /// What an agent does to a ticket is not new to them: one who had seen all that came before, or who answers it, has seen
    /// this, too.
    fn own_is_seen(&mut self, ticket: &Ticket, before: Stamp) -> Result<(), Reject> {
        let Some(me) = self.agent.as_ref().map(|a| a.id) else { return Ok(()) };
        let had_seen = match &self.request.command {
            Command::Import(_) => return Ok(()),
            Command::TicketReply(_) => true,
            _ => seen::last_look(self.view(), me, ticket.id)?.is_some_and(|at| at >= before),
        };
        if had_seen {
            seen::put(self.work.tx, me, ticket.id, ticket.timers.last_event_at.unwrap_or(before));
        }
        Ok(())
    }

    /// That a ticket's events changed where the events themselves are gone.
    pub fn restart_timers(&mut self, ticket: Id) {
        self.retimed.insert(ticket);
    }

    fn finish(mut self) -> Result<Done, Reject> {
        let mut kept = std::mem::take(&mut self.done.kept);
        super::sensitive::conceal(&self, &mut kept);
        self.done.kept = kept;
        if let Some(two) = self.work.contested()? {
            let owner = self.name_of(two.kind, two.owner)?;
            return Err(Refusal::Taken { what: two.what.trim().to_owned(), owner }.into());
        }
        let mut changes = self.work.changes()?;
        self.written(&changes)?;
        self.conflicts(&changes)?;
        if self.redact {
            changes.iter_mut().for_each(|c| c.what = ChangeKind::Updated(Vec::new()));
        }
        super::sensitive::may_write(&self, &changes)?;
        for (kind, id) in std::mem::take(&mut self.log_also) {
            if !changes.iter().any(|c| c.id == id) {
                changes.push(Change { kind: kind.code(), id, what: ChangeKind::Updated(Vec::new()) });
            }
        }
        if matches!(self.request.command, Command::Import(_)) {
            let made = changes.iter().filter(|c| matches!(c.what, ChangeKind::Created(_)));
            made.filter_map(Change::kind).for_each(|kind| self.done.tally.made.count(kind));
        }
        self.done.touched = changes.iter().filter_map(|c| Some((c.kind()?, c.id))).collect();
        if changes.is_empty() && self.erased.as_ref().is_none_or(Vec::is_empty) {
            if self.done.summary.is_empty() {
                self.done.summary = "nothing to change".into();
            }
            return Ok(self.done);
        }
        let summary = self.done.summary.clone();
        let row = LogDraft {
            actor: self.request.actor,
            logged_at: self.request.now,
            effective_at: self.at(),
            command: self.request.command.word().to_owned(),
            op: self.request.op,
            batch: self.request.batch,
            undo_of: self.undo_of,
            redo_of: self.redo_of,
            via: Some(self.request.via()),
            unix_user: self.claimed_by(),
            salt: self.ids.salt(),
            body: crate::model::log::LogBody { summary, changes, erased: self.erased.take() },
        };
        self.work.tx.log(row);
        Ok(self.done)
    }

    /// The Unix user who asks, where the agent that acts has another: what was claimed is kept next to what is real.
    fn claimed_by(&self) -> Option<String> {
        let agent = self.agent.as_ref()?;
        self.user.filter(|user| *user != agent.unix_user).map(str::to_owned)
    }

    /// The state within the transaction.
    pub fn view(&self) -> &dyn View {
        self.work.view()
    }

    /// Now.
    pub fn now(&self) -> Stamp {
        self.request.now
    }

    /// When it happened in the world.
    pub fn at(&self) -> Stamp {
        self.request.effective_at.unwrap_or(self.request.now)
    }

    /// The zone of the workspace.
    pub fn zone(&self) -> Zone {
        Zone::named(&self.workspace.zone).unwrap_or_else(|_| Zone::utc())
    }

    /// The agent who asks, where there is one.
    pub fn actor(&self) -> Option<Id> {
        self.agent.as_ref().map(|a| a.id)
    }

    /// Whether the caller may see sensitive fields; the desk itself may.
    pub fn sees_sensitive(&self) -> bool {
        self.agent.as_ref().is_none_or(super::sensitive::may_see)
    }

    /// The sentence for people.
    pub fn say(&mut self, summary: impl Into<String>) {
        self.done.summary = summary.into();
    }

    /// The id of a new record, noted as made.
    pub fn make(&mut self, kind: Kind) -> Id {
        let id = self.ids.id();
        self.done.created.push((kind, id));
        id
    }

    /// The next number of a kind.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn next_number(&mut self, kind: Kind) -> Result<u64, Reject> {
        Ok(self.work.tx.add(kind.word(), 1)?)
    }

    /// Gives a number back that nothing carries any more, where none was given out since: the next one is the same again.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn give_back(&mut self, kind: Kind, number: u64) -> Result<(), Reject> {
        if number > 0 && self.view().counter(kind.word())? == number {
            self.work.tx.put(Table::Counter, kind.word().as_bytes(), &(number - 1).to_be_bytes());
        }
        Ok(())
    }

    /// The record of an id, which must be there.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn need<T: Record>(&self, id: Id) -> Result<T, Reject> {
        self.work
            .get::<T>(id)?
            .ok_or_else(|| Refusal::NotFound { kind: T::KIND, what: id.to_string() }.into())
    }

    /// Writes a record.
    ///
    /// # Errors
    /// Where the store cannot, or (customers, organisations) an address has an owner already.
    pub fn put<T: Record>(&mut self, record: &T) -> Result<bool, Reject> {
        let changed = self.work.put(record)?;
        if changed && matches!(T::KIND, Kind::Agent | Kind::Customer | Kind::Organisation) {
            self.check_invariants(T::KIND, record.id())?;
        }
        Ok(changed)
    }

    /// Notes something that happened to a ticket, at the time of the command.
    ///
    /// # Errors
    /// Where the store cannot.
    pub fn event(
        &mut self,
        ticket: Id,
        kind: EventKind,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Result<(), Reject> {
        self.event_at(ticket, self.at(), self.actor(), kind, from, to)
    }

    /// Records an action on a ticket at a time.
    ///
    /// # Errors
    /// Where the store cannot.
    pub fn event_at(
        &mut self,
        ticket: Id,
        at: Stamp,
        actor: Option<Id>,
        kind: EventKind,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Result<(), Reject> {
        let id = self.ids.id();
        let event = TicketEvent {
            id,
            ticket,
            at,
            actor,
            kind,
            from: from.into(),
            to: to.into(),
            via: Some(self.request.via()),
            ..Default::default()
        };
        self.work.put(&event)?;
        Ok(())
    }

    /// An address, a domain, a handle and a Unix user have one owner among live records, and nothing stands above itself. That an external id has
    /// one is seen at the end of the command ([`Work::contested`]).
    ///
    /// # Errors
    /// [`Refusal::Taken`], [`Refusal::Invalid`].
    pub fn check_invariants(&self, kind: Kind, id: Id) -> Result<(), Reject> {
        if self.leads_to(kind, self.above(kind, id)?, id)? {
            let (field, why) = match kind {
                Kind::Customer => {
                    ("referred_by", "customers cannot refer themselves, directly or indirectly")
                }
                _ => ("parent", "an organisation is no part of itself"),
            };
            return Err(Refusal::Invalid { field, why: why.to_owned() }.into());
        }
        match kind {
            Kind::Agent => match self.work.get::<Agent>(id)? {
                Some(a) if a.archived_at.is_none() => self.unique_agent(&a),
                _ => Ok(()),
            },
            Kind::Customer => {
                let Some(c) = self.work.get::<Customer>(id)? else { return Ok(()) };
                if c.merged_into.is_some() {
                    return Ok(());
                }
                for e in c.emails.iter().filter(|e| !e.shared) {
                    let Some(key) = fold::email_key(&e.address) else { continue };
                    if let Some(owner) = email_owner(self.view(), &key, Some(id))? {
                        let owner = self.name_of(Kind::Customer, owner)?;
                        return Err(Refusal::Taken { what: e.address.clone(), owner }.into());
                    }
                }
                Ok(())
            }
            Kind::Organisation => match self.work.get::<Organisation>(id)? {
                Some(o) if o.merged_into.is_none() && !o.domains.is_empty() => self.unique_domains(&o),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// What stands above a record: who referred a customer, what an organisation is part of.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn above(&self, kind: Kind, id: Id) -> Result<Option<Id>, Reject> {
        Ok(match kind {
            Kind::Customer => self.work.get::<Customer>(id)?.and_then(|c| c.referred_by),
            Kind::Organisation => self.work.get::<Organisation>(id)?.and_then(|o| o.parent),
            _ => None,
        })
    }

    /// Whether `end` is reached upwards from `start`; a cycle counts as yes.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn leads_to(&self, kind: Kind, start: Option<Id>, end: Id) -> Result<bool, Reject> {
        let mut at = start;
        for _ in 0..10_000 {
            match at {
                Some(id) if id == end => return Ok(true),
                Some(id) => at = self.above(kind, id)?,
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// A handle and a Unix user name one agent: who could give themselves another's would act as them.
    fn unique_agent(&self, agent: &Agent) -> Result<(), Reject> {
        let mut taken = None;
        records::each::<Agent>(self.view(), |a| {
            if a.id != agent.id && a.archived_at.is_none() {
                let same_user = !agent.unix_user.is_empty() && a.unix_user == agent.unix_user;
                if a.handle == agent.handle {
                    taken = Some((format!("@{}", a.handle), a.name));
                } else if same_user {
                    taken = Some((format!("the Unix user {}", a.unix_user), a.name));
                }
            }
            taken.is_none()
        })?;
        match taken {
            Some((what, owner)) => Err(Refusal::Taken { what, owner }.into()),
            None => Ok(()),
        }
    }

    fn unique_domains(&self, o: &Organisation) -> Result<(), Reject> {
        let mut taken = None;
        records::each::<Organisation>(self.view(), |other| {
            if other.id != o.id && other.merged_into.is_none() {
                let both = other.domains.iter().find(|d| o.domains.contains(d));
                taken = both.map(|d| (d.clone(), other.name.clone()));
            }
            taken.is_none()
        })?;
        match taken {
            Some((what, owner)) => Err(Refusal::Taken { what, owner }.into()),
            None => Ok(()),
        }
    }

    /// A record as people name it: `T-104`, `C-7 Ada Lovelace`.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn name_of(&self, kind: Kind, id: Id) -> Result<String, Reject> {
        Ok(super::read::name_of(self.view(), kind, id)?)
    }
}

/// Who owns an address among live customers, shared ones aside, and one who may have it too.
///
/// # Errors
/// Where the file cannot be read.
pub fn email_owner(view: &dyn View, email_key: &str, but: Option<Id>) -> Result<Option<Id>, StoreError> {
    let mut owner = None;
    let prefix = Key::new().text(email_key);
    view.scan(Table::IxEmail, &Range::prefix(prefix), Scan::Forward, &mut |k, v| {
        if v.first() != Some(&1) {
            owner = k.last_chunk::<16>().map(|b| Id(*b)).filter(|o| Some(*o) != but);
        }
        owner.is_none()
    })?;
    Ok(owner)
}

/// `T-104` of a ticket.
pub fn ticket_name(t: &Ticket) -> String {
    number::show(Kind::Ticket, t.number)
}
