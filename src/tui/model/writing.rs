//! The draft of what is typed in a composer or a form.

use std::collections::BTreeMap;

use super::{Below, Composer, ComposerField as Field, ComposerFile, ComposerKind, Form, FormKind};
use crate::{
    desk::drafts::{Draft, DraftFile, DraftKind, Origin},
    model::{Id, Stamp},
    tui::text::Text,
};

/// Which draft it is, and how much of it is saved.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts of a draft")]
pub struct Writing {
    /// The draft; nil until it was drawn.
    pub id: Id,
    /// The versions that it goes on from.
    pub from: Vec<Origin>,
    /// Whether anything was typed since it opened.
    pub touched: bool,
    /// Since when something typed is not saved; `None`: all is.
    pub unsaved_since: Option<Stamp>,
    /// The version that was given to the store last.
    pub version: Option<Stamp>,
    /// Whether that version says that it is open.
    pub open: bool,
    /// Whether the store has it.
    pub saved: bool,
    /// Whether the agent asked for the other drafts there are.
    pub wanted: bool,
}

impl Writing {
    /// Something was typed.
    pub fn typed(&mut self, now: Stamp) {
        self.touched = true;
        self.unsaved_since.get_or_insert(now);
    }

    /// Goes on from a draft that was saved.
    pub fn go_on(&mut self, draft: &Draft) {
        self.from.clone_from(&draft.from);
        self.from.push(draft.version());
        self.saved = true;
    }

    /// Whether there is something to save: as open, or as closed.
    #[must_use]
    pub fn is_due(&self, open: bool) -> bool {
        self.unsaved_since.is_some() || self.open && !open
    }

    /// A version later than all before, to be saved now; whether it stays open.
    pub fn next(&mut self, now: Stamp, open: bool) -> Stamp {
        let at = self.version.map_or(now, |last| now.max(last.saturating_add(1)));
        self.version = Some(at);
        self.open = open;
        self.unsaved_since = None;
        self.saved = false;
        at
    }

    /// All versions that are done with once it is sent, saved or discarded.
    #[must_use]
    pub fn versions(&self) -> Vec<Origin> {
        let own = self.version.map(|at| Origin { id: self.id, at });
        own.into_iter().chain(self.from.iter().cloned()).collect()
    }
}

/// What a draft is about: its subject, its kind, and a second record.
pub type About = (Id, DraftKind, Option<Id>);

impl Composer {
    /// What its draft is about.
    #[must_use]
    pub fn about(&self) -> About {
        let (kind, about) = self.kind.draft();
        (self.ticket, kind, about)
    }

    /// Its draft, as of now.
    #[must_use]
    pub fn draft(&self, at: Stamp, open: bool) -> Draft {
        let (subject, kind, about) = self.about();
        let texts = [("status", &self.status), ("tags", &self.tags)];
        let texts = texts.into_iter().filter(|(_, t)| !t.is_empty()).map(|(n, t)| (n, t.as_str().to_owned()));
        let texts = texts.chain(self.unusual_subject().map(|s| ("subject", s)));
        Draft {
            id: self.writing.id,
            subject,
            kind,
            about,
            to: super::addresses(self.to.as_str()),
            cc: super::addresses(self.cc.as_str()),
            bcc: super::addresses(self.bcc.as_str()),
            body: self.body.as_str().to_owned(),
            fields: texts.map(|(name, text)| (name.to_owned(), text)).collect(),
            files: self.files.iter().map(|f| f.file.clone()).collect(),
            below: self.unusual_below(),
            at,
            open,
            from: self.writing.from.clone(),
            ..Draft::default()
        }
    }
}

impl Composer {
    /// Puts what was typed before into its fields.
    pub fn restore(&mut self, draft: &Draft) {
        // A draft that goes to no one was begun before its ticket was known.
        if !draft.to.is_empty() || self.kind == ComposerKind::Forward {
            for (list, field) in
                [(&draft.to, &mut self.to), (&draft.cc, &mut self.cc), (&draft.bcc, &mut self.bcc)]
            {
                field.set(&list.join(", "));
            }
        }
        let field = |name: &str| draft.fields.get(name).map_or("", String::as_str);
        self.status.set(field("status"));
        self.tags.set(field("tags"));
        if let Some(subject) = draft.fields.get("subject") {
            self.subject.set(subject);
        }
        self.files = draft.files.iter().cloned().map(ComposerFile::from).collect();
        match &draft.below {
            Some(text) if self.basis.known => self.below = Below::restored(&self.basis.below, text),
            Some(text) => self.restored_below = Some(text.clone()),
            None => self.below = Below::usual(&self.basis.below),
        }
        self.body = Text::block(&draft.body);
        self.body.to_end();
        self.writing.go_on(draft);
    }
}

/// A draft of a message with what an editor saved in place of its text.
#[must_use]
pub fn edited(draft: &Draft, text: &str) -> Draft {
    let edited = super::parse_edited(text);
    let body = edited.body;
    // An editor wants a newline at the end of the file.
    let added = body.ends_with('\n') && !draft.body.ends_with('\n');
    let body = body.strip_suffix('\n').filter(|_| added).map(str::to_owned).unwrap_or(body);
    let mut new = Draft { body, ..draft.clone() };
    if let Some(named) = edited.attach {
        let mut before = std::mem::take(&mut new.files);
        for name in named {
            let same = before.iter().position(|f| ComposerFile::from(f.clone()).written() == name);
            new.files.push(match same {
                Some(at) => before.remove(at),
                None => DraftFile::on_disk(&name),
            });
        }
    }
    for (field, value) in edited.fields {
        let addresses = super::addresses(&value);
        match field {
            Field::To => new.to = addresses,
            Field::Cc => new.cc = addresses,
            Field::Bcc => new.bcc = addresses,
            Field::Subject | Field::Status | Field::Tags => {
                let name = field.label().to_lowercase();
                if value.is_empty() {
                    new.fields.remove(&name);
                } else {
                    new.fields.insert(name, value);
                }
            }
            Field::Body => {}
        }
    }
    new
}

impl FormKind {
    /// Whether it changes a record that exists.
    #[must_use]
    pub fn is_edit(&self) -> bool {
        use FormKind as F;
        matches!(
            self,
            F::CustomerEdit(_)
                | F::OrganisationEdit(_)
                | F::TicketEdit(_)
                | F::TaskEdit(_)
                | F::MailboxEdit(_)
        )
    }

    /// What its draft is about; `None` for the first questions, which are asked before there is a desk, and for mailboxes,
    /// as no command line is kept in the desk.
    #[must_use]
    pub fn about(&self) -> Option<About> {
        use DraftKind as D;
        let about = |id: Id, kind| (id, kind, None);
        Some(match *self {
            FormKind::Begin | FormKind::MailboxNew | FormKind::MailboxEdit(_) => return None,
            FormKind::CustomerNew => about(Id::NIL, D::CustomerNew),
            FormKind::CustomerEdit(id) => about(id, D::CustomerEdit),
            FormKind::OrganisationNew => about(Id::NIL, D::OrganisationNew),
            FormKind::OrganisationEdit(id) => about(id, D::OrganisationEdit),
            FormKind::TicketNew(customer) => about(customer, D::TicketNew),
            FormKind::TicketEdit(id) => about(id, D::TicketEdit),
            FormKind::TaskNew(customer, ticket) => {
                (customer.or(ticket).unwrap_or(Id::NIL), D::TaskNew, ticket)
            }
            FormKind::TaskEdit(id) => about(id, D::TaskEdit),
            FormKind::RecordNew(kind, customer) => {
                about(customer.unwrap_or(Id::NIL), D::Unknown(format!("{}_new", kind.word())))
            }
            FormKind::RecordEdit(kind, id) => about(id, D::Unknown(format!("{}_edit", kind.word()))),
            FormKind::OrderNew(customer) => about(customer, D::OrderNew),
            FormKind::Refund(order) => about(order, D::Refund),
            FormKind::Log(customer, ticket) => (customer, D::Log, ticket),
            FormKind::Answer(customer, ticket) => (customer, D::Answer, ticket),
            FormKind::ViewSave("tickets") => about(Id::NIL, D::TicketView),
            FormKind::ViewSave("tasks") => about(Id::NIL, D::TaskView),
            FormKind::ViewSave("customers") => about(Id::NIL, D::CustomerView),
            FormKind::ViewSave(_) => return None,
        })
    }

    /// The same form about the second record of a draft.
    #[must_use]
    pub fn with_about(self, about: Option<Id>) -> FormKind {
        match self {
            FormKind::TaskNew(customer, _) => FormKind::TaskNew(customer, about),
            FormKind::Log(customer, _) => FormKind::Log(customer, about),
            FormKind::Answer(customer, _) => FormKind::Answer(customer, about),
            kind => kind,
        }
    }
}

impl Form {
    /// Its draft, as of now: the fields that were changed, and what stood there.
    #[must_use]
    pub fn draft(&self, at: Stamp, open: bool) -> Option<Draft> {
        let (subject, kind, about) = self.kind.about()?;
        let changed = || self.fields.iter().filter(|f| f.changed());
        let fields: BTreeMap<String, String> =
            changed().map(|f| (f.name.to_owned(), f.text.as_str().to_owned())).collect();
        let was = changed().filter(|f| !f.before.is_empty());
        let was = was.map(|f| (f.name.to_owned(), f.before.clone())).collect();
        let from = self.writing.from.clone();
        let id = self.writing.id;
        Some(Draft { id, subject, kind, about, fields, was, at, open, from, ..Draft::default() })
    }

    /// Puts what was typed before into its fields. What stood there then stays what the change is compared with.
    pub fn restore(&mut self, draft: &Draft) {
        self.kind = self.kind.with_about(draft.about);
        for field in &mut self.fields {
            if let Some(text) = draft.fields.get(field.name) {
                field.text.set(text);
                if self.kind.is_edit() {
                    field.before = draft.was.get(field.name).cloned().unwrap_or_default();
                }
            }
        }
        self.writing.go_on(draft);
    }
}
