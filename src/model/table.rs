//! The tables of the store, and the rows that records derive.

use super::{ExternalId, Id, Key, Kind, Metric, Stamp, fact::Fact};

macro_rules! tables {
    ($($(#[$doc:meta])* $table:ident $word:literal $code:literal),+ $(,)?) => {
        /// A table: an ordered map from bytes to bytes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Table { $($(#[$doc])* $table,)+ }

        impl Table {
            /// Every table, in the order of their codes.
            pub const ALL: &'static [Table] = &[$(Table::$table),+];

            /// Its name in the file.
            pub fn name(self) -> &'static str {
                match self { $(Table::$table => $word),+ }
            }

            /// The byte that represents it in hashes.
            pub fn code(self) -> u8 {
                match self { $(Table::$table => $code),+ }
            }
        }
    };
}

tables! {
    /// name → schema, store id, generation, leases …
    Meta "meta" 1,
    /// name → u64: short numbers.
    Counter "counter" 2,
    /// op16 → seq: what was applied already.
    AppliedOp "applied_op" 3,
    /// seq → row: the log.
    Log "log" 4,
    /// seq → salt, changes: erasable.
    LogBody "log_body" 5,
    /// agent16 · ticket16 → stamp of the last look.
    Seen "seen" 6,
    /// agent16 · subject16 · draft16 → draft; those of older versions end with the subject.
    Draft "draft" 7,
    /// id16 · chunk u64 → bytes: mail as it came, attachments.
    Raw "raw" 8,
    /// table code · key → –: what was written while a copy is made.
    Touched "touched" 9,
    /// mailbox16 → its state at its servers.
    MailState "mail_state" 10,
    /// what u8 · hash16 · at · message16 → ticket16: who wrote, and who had an automatic reply, within a day.
    Recent "recent" 11,
    /// The workspace's one record.
    Workspace "workspace" 20,
    /// id16 → record, as all that follow.
    Agent "agent" 21,
    /// Teams.
    Team "team" 22,
    /// Customers.
    Customer "customer" 23,
    /// Organisations.
    Organisation "organisation" 24,
    /// Interactions.
    Interaction "interaction" 25,
    /// Tickets.
    Ticket "ticket" 26,
    /// What happened to tickets.
    TicketEvent "ticket_event" 27,
    /// Messages.
    Message "message" 28,
    /// What is to leave the desk.
    Outbox "outbox" 29,
    /// Orders.
    Order "order" 30,
    /// Tasks.
    Task "task" 31,
    /// Survey answers.
    Response "response" 32,
    /// Saved views.
    SavedView "view" 33,
    /// Imports.
    ImportBatch "batch" 34,
    /// Mailboxes.
    Mailbox "mailbox" 35,
    /// Deals.
    Deal "deal" 36,
    /// customer16 · at · kind · id16 → –
    IxTimeline "ix_timeline" 60,
    /// category · 255−priority · due · ticket16 → –
    IxQueue "ix_queue" 61,
    /// agent16 · category · due · ticket16 → –
    IxAssignee "ix_assignee" 62,
    /// ticket16 · at · message16 → –
    IxThread "ix_thread" 63,
    /// ticket16 · at · event16 → –
    IxEvent "ix_event" 64,
    /// due · kind · id16 → –: one timer wheel.
    IxDue "ix_due" 65,
    /// kind · n → id16
    IxNumber "ix_number" 66,
    /// source · external id · kind → id16
    IxExternal "ix_external" 67,
    /// normalised · customer16 → flags
    IxEmail "ix_email" 68,
    /// reversed last nine digits · customer16 → –
    IxPhone "ix_phone" 69,
    /// kind · folded · id16 → –
    IxName "ix_name" 70,
    /// kind · tag · id16 → –
    IxTag "ix_tag" 71,
    /// Message-ID · id16 → –
    IxMessageId "ix_message_id" 72,
    /// parent kind · parent16 · child kind · child16 → –: what refers to what.
    IxRef "ix_ref" 73,
    /// id16 · seq → –: the log rows of a record.
    IxHistory "ix_history" 74,
    /// batch16 · seq → –: the log rows of a batch.
    IxBatch "ix_batch" 75,
    /// address · mailbox16 → –
    IxMailbox "ix_mailbox" 76,
    /// state · at · message16 → –: outgoing messages on their way.
    IxOutbox "ix_outbox" 77,
    /// metric · at · id16 → fact
    Fact "fact" 80,
    /// term · first text → block: in which texts a term stands, how often, and how long they are.
    Post "post" 82,
    /// text u32 → kind · id16 · owner16: whose text it is.
    PostText "post_text" 83,
    /// kind · id16 → text u32
    PostId "post_id" 84,
    /// n u32 → words: every word that there is, to look inside of.
    PostWord "post_word" 85,
    /// text u32 → its terms: the newest texts, which are in no block yet.
    PostNew "post_new" 86,
    /// term · first text → where the term occurs in the texts of a full block.
    PostPlace "post_place" 87,
}

impl Table {
    /// Whether its rows are derived from records: `check` makes them again and compares.
    pub fn is_derived(self) -> bool {
        (60..=73).contains(&self.code()) || matches!(self, Table::Fact | Table::IxMailbox | Table::IxOutbox)
    }

    /// Whether it is part of the text index: derived from records, and compared by the check on the whole.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Table::Post
                | Table::PostText
                | Table::PostId
                | Table::PostWord
                | Table::PostNew
                | Table::PostPlace
        )
    }

    /// The table of a code.
    pub fn of_code(code: u8) -> Option<Table> {
        Table::ALL.iter().copied().find(|t| t.code() == code)
    }
}

/// One derived row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Where it stands.
    pub table: Table,
    /// Its key.
    pub key: Vec<u8>,
    /// Its value; empty for pure index entries.
    pub value: Vec<u8>,
}

/// Collects the rows that a record derives.
#[derive(Debug, Default)]
pub struct Entries(pub Vec<Entry>);

impl Entries {
    /// Any row.
    pub fn row(&mut self, table: Table, key: Key, value: impl Into<Vec<u8>>) {
        self.0.push(Entry { table, key: key.into_bytes(), value: value.into() });
    }

    /// The number that people see: unique.
    pub fn number(&mut self, kind: Kind, number: u64, id: Id) {
        if number > 0 {
            self.row(Table::IxNumber, Key::new().u8(kind.code()).u64(number), id.bytes().to_vec());
        }
    }

    /// The names that other systems use: unique within their source.
    pub fn external(&mut self, kind: Kind, ids: &[ExternalId], id: Id) {
        for x in ids {
            let key = Key::new().text(&x.source).text(&x.id).u8(kind.code());
            self.row(Table::IxExternal, key, id.bytes().to_vec());
        }
    }

    /// A place on a customer's timeline.
    pub fn timeline(&mut self, customer: Id, at: Stamp, kind: Kind, id: Id) {
        if !customer.is_nil() {
            self.row(Table::IxTimeline, Key::new().id(customer).at(at).u8(kind.code()).id(id), []);
        }
    }

    /// Tags, for segments and counts.
    pub fn tags(&mut self, kind: Kind, tags: &[String], id: Id) {
        for t in tags {
            self.row(Table::IxTag, Key::new().u8(kind.code()).text(t).id(id), []);
        }
    }

    /// That this record names another.
    pub fn refer(&mut self, to: (Kind, Id), from: (Kind, Id)) {
        if !to.1.is_nil() && to != from {
            let key = Key::new().u8(to.0.code()).id(to.1).u8(from.0.code()).id(from.1);
            let row = Entry { table: Table::IxRef, key: key.into_bytes(), value: Vec::new() };
            if !self.0.contains(&row) {
                self.0.push(row);
            }
        }
    }

    /// A fact: one row behind a number.
    pub fn fact(&mut self, metric: Metric, at: Stamp, id: Id, fact: &Fact) {
        self.row(Table::Fact, Key::new().u8(metric.code()).at(at).id(id), fact.encode());
    }
}

/// Rows that a record derives, written by each record's file.
pub trait Derive {
    /// Adds the rows.
    fn derive(&self, out: &mut Entries);
}
