//! What a record declares of its fields: one table per kind, in the record's file, and the only place where a field is
//! named. Queries, forms, `show`, `frontdesk fields`, merging and erasure are derived from it.
//!
//! A row begins with the field of the record that it answers for ([`stored`](FieldSpec::stored)), and with what becomes of that field when
//! the person is erased and when two records are merged: neither has a default, so the compiler asks. Further rows are
//! parts of such a field ([`part`](FieldSpec::part)) or are worked out ([`derived`](FieldSpec::derived)). A field of a record without a row does not compile
//! ([`assert_declared`]).

mod any;
mod declared;
mod entity;
mod kind;
mod read;

use std::collections::BTreeMap;

use super::{
    Day, Id, Kind,
    shape::{Field, Shape},
};

pub use any::AnyRecord;
pub use declared::{Declared, entities, help, is_entity, list, main, of, of_word, plural, queried_of, row};
pub use entity::{Entity, Occasion};
pub use kind::FieldKind;
pub use read::{Datum, Each, Get, GetMoney, Read, Set, SetMoney, Write};

/// What becomes of a field when the person that the record is about is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// It stays: what is counted, and the desk's own settings.
    Keep,
    /// It is emptied.
    Clear,
    /// Its text is replaced by a mark that something was there.
    Redact,
    /// It depends on the rest of the record: `desk::person::wipe` has the rule.
    Rule,
}

/// What becomes of a field when a record is merged into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// Each record keeps its own; records of kinds that are never merged too.
    Own,
    /// It goes with the other parts of the name.
    Name,
    /// The value of the record that stays, where it has one; the other can be asked for.
    First,
    /// A list with what both have.
    Join(Same),
}

/// What makes two elements of a list the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// All of it.
    Whole,
    /// Its text, whatever the case.
    Folded,
    /// The mailbox of an e-mail address.
    Email,
    /// The digits of a telephone number.
    Phone,
    /// The organisation of a post.
    Organisation,
    /// All of it; the list is in the order of time.
    Moment,
}

/// How a column takes its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It keeps its width.
    Fixed,
    /// Numbers, which align at the right.
    Right,
    /// It is dropped where there is little room.
    Text,
    /// It is dropped before the others: a detail.
    Aside,
}

/// A column that a list can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name, as its header and as one types it.
    pub name: &'static str,
    /// The field that it shows and orders by; empty: none does.
    pub field: &'static str,
    /// How it takes its room.
    pub fit: Fit,
    /// The least cells that say something, and as many as it likes, on a screen.
    pub width: (usize, usize),
}

impl Column {
    /// None.
    const NONE: Column = Column { name: "", field: "", fit: Fit::Fixed, width: (0, 0) };
}

/// The columns that stand first in the lists of a kind, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    /// Those that are shown where no one chose.
    pub usual: &'static [&'static str],
    /// Those that are offered next.
    pub more: &'static [&'static str],
}

impl Columns {
    /// None: nothing lists such records.
    pub const NONE: Columns = Columns { usual: &[], more: &[] };
}

/// How a field is typed into a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// On one line.
    Line,
    /// On several lines.
    Block,
    /// As one of the words of the field.
    Choice,
    /// As one of the words of the field, or none of them.
    Optional,
}

/// A field in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormField {
    /// How it is typed.
    pub input: Input,
    /// What to type, for people.
    pub hint: &'static str,
    /// Whether it has to be filled in.
    pub required: bool,
}

/// What a field is, apart from how it is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldDef {
    /// Its name, in queries and edits.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// Its label on screen and in `show`.
    pub title: &'static str,
    /// What it is, in a few words for people.
    pub help: &'static str,
    /// What it contains, and with it which values it is compared with.
    pub kind: FieldKind,
    /// All values, in their order, where they are few.
    pub values: &'static [&'static str],
    /// Whether only those with the permission see it: as the record says.
    pub sensitive: bool,
    /// The field of the record that it is or is a part of; empty: it is worked out.
    pub record: &'static str,
    /// What becomes of that field, in the row that answers for it.
    pub privacy: Option<Privacy>,
    /// As `privacy`, where records are merged.
    pub merge: Merge,
    /// Whether queries can ask for it.
    pub query: bool,
    /// Whether it is asked for so rarely that lists do not keep it in memory: a query then reads the records.
    pub rare: bool,
    /// Its column in lists.
    pub column: Option<Column>,
    /// Its header in CSV files of people, imported and exported; empty: it has none, or columns in a special form.
    pub head: &'static str,
    /// Its headers in the files of other systems, for kinds whose imports follow the table.
    pub heads: &'static [&'static str],
    /// Whether it can be entered: by its name, as `name=value`.
    pub edit: bool,
    /// How forms ask for it.
    pub form: Option<FormField>,
    /// Whether pages draw it in a fixed place; all other fields that can be entered follow by their title.
    pub placed: bool,
    /// Why it can be entered and yet not be queried, shown, edited on screen or exported.
    pub why_not: &'static str,
}

impl FieldDef {
    /// A field that nothing is said of.
    pub const NONE: FieldDef = FieldDef {
        name: "",
        aliases: &[],
        title: "",
        help: "",
        kind: FieldKind::Text,
        values: &[],
        sensitive: false,
        record: "",
        privacy: None,
        merge: Merge::Own,
        query: false,
        rare: false,
        column: None,
        head: "",
        heads: &[],
        edit: false,
        form: None,
        placed: false,
        why_not: "",
    };

    /// Whether people meet it: it can be asked for or entered.
    pub fn is_known(&self) -> bool {
        self.query || self.edit
    }

    /// Whether it goes by a name.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

/// A field of a kind of record: what it is, and how it is read and written.
pub struct FieldSpec<T: 'static> {
    /// What it is.
    pub def: FieldDef,
    /// How it is read.
    pub read: Read<T>,
    /// How an edit changes it.
    pub write: Write<T>,
}

impl<T> Copy for FieldSpec<T> {}

impl<T> Clone for FieldSpec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Shape> FieldSpec<T> {
    /// A row that answers for a field of the record, and has its name unless it is [`named`](FieldSpec::named) otherwise.
    #[must_use]
    pub const fn stored(record: &'static str, privacy: Privacy, merge: Merge) -> Self {
        let mut spec = Self::part(record, record);
        spec.def.privacy = Some(privacy);
        spec.def.merge = merge;
        spec
    }

    /// A row of a part of a field of the record.
    #[must_use]
    pub const fn part(record: &'static str, name: &'static str) -> Self {
        let field = find(T::FIELDS, record);
        assert!(field.is_some(), "the record has no such field");
        let sensitive = matches!(field, Some(f) if f.sensitive);
        let def = FieldDef { name, title: name, record, sensitive, ..FieldDef::NONE };
        FieldSpec { def, read: Read::Not, write: Write::Not }
    }

    /// A row of what is worked out from the record, or from others.
    #[must_use]
    pub const fn derived(name: &'static str) -> Self {
        let def = FieldDef { name, title: name, ..FieldDef::NONE };
        FieldSpec { def, read: Read::Not, write: Write::Not }
    }
}

impl<T> FieldSpec<T> {
    /// Under another name than that of the record's field.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.def.name = name;
        self.def.title = name;
        self
    }

    /// Under other names too.
    #[must_use]
    pub const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.def.aliases = aliases;
        self
    }

    /// With a label.
    #[must_use]
    pub const fn titled(mut self, title: &'static str) -> Self {
        self.def.title = title;
        self
    }

    /// With what it is, in a few words.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.def.help = help;
        self
    }

    /// With what it contains.
    #[must_use]
    pub const fn of(mut self, kind: FieldKind) -> Self {
        self.def.kind = kind;
        self
    }

    /// With what it contains; queries can ask for it.
    #[must_use]
    pub const fn query(mut self, kind: FieldKind) -> Self {
        self.def.kind = kind;
        self.def.query = true;
        self
    }

    /// As [`query`](Self::query), of a few words.
    #[must_use]
    pub const fn words(mut self, kind: FieldKind, values: &'static [&'static str]) -> Self {
        self.def.values = values;
        self.query(kind)
    }

    /// Of a few words, which no query asks for.
    #[must_use]
    pub const fn values(mut self, values: &'static [&'static str]) -> Self {
        self.def.values = values;
        self
    }

    /// Asked for so rarely that a query reads the records.
    #[must_use]
    pub const fn rare(mut self) -> Self {
        self.def.rare = true;
        self
    }

    /// As a column of lists, by this name.
    #[must_use]
    pub const fn column(mut self, name: &'static str, fit: Fit, width: (usize, usize)) -> Self {
        self.def.column = Some(Column { name, field: self.def.name, fit, width });
        self
    }

    /// Under this header in CSV files of people.
    #[must_use]
    pub const fn head(mut self, head: &'static str) -> Self {
        self.def.head = head;
        self
    }

    /// Under these headers in the files of other systems.
    #[must_use]
    pub const fn heads(mut self, heads: &'static [&'static str]) -> Self {
        self.def.heads = heads;
        self
    }

    /// How it is read.
    #[must_use]
    pub const fn reads(mut self, each: Each<T>) -> Self {
        self.read = Read::Each(each);
        self
    }

    /// How an edit changes it: the command of the kind has rules for it.
    #[must_use]
    pub const fn edits(mut self) -> Self {
        self.write = Write::Rule;
        self.def.edit = true;
        self
    }

    /// A text that is read and edited as it stands.
    #[must_use]
    pub const fn text(mut self, get: Get<T, String>, set: Set<T, String>) -> Self {
        self.read = Read::Text(get);
        self.write = Write::Text(set);
        self.def.edit = true;
        self
    }

    /// Texts that are typed with commas between them.
    #[must_use]
    pub const fn texts(mut self, get: Get<T, Vec<String>>, set: Set<T, Vec<String>>) -> Self {
        self.read = Read::Texts(get);
        self.write = Write::Texts(set);
        self.def.edit = true;
        self
    }

    /// Tags.
    #[must_use]
    pub const fn tags(mut self, get: Get<T, Vec<String>>, set: Set<T, Vec<String>>) -> Self {
        self.read = Read::Texts(get);
        self.write = Write::Tags(set);
        self.def.edit = true;
        self
    }

    /// Texts of their own lines, with an empty line between two.
    #[must_use]
    pub const fn paragraphs(mut self, get: Get<T, Vec<String>>, set: Set<T, Vec<String>>) -> Self {
        self.read = Read::Paragraphs(get);
        self.write = Write::Paragraphs(set);
        self.def.edit = true;
        self
    }

    /// An amount of money: minor units, and the ISO 4217 code of its currency.
    #[must_use]
    pub const fn money(mut self, get: GetMoney<T>, set: SetMoney<T>) -> Self {
        self.read = Read::Money(get);
        self.write = Write::Money(set);
        self.def.edit = true;
        self
    }

    /// A number that is counted.
    #[must_use]
    pub const fn count(mut self, get: Get<T, u32>, set: Set<T, u32>) -> Self {
        self.read = Read::Count(get);
        self.write = Write::Count(set);
        self.def.edit = true;
        self
    }

    /// Custom fields.
    #[must_use]
    pub const fn custom(
        mut self,
        get: Get<T, BTreeMap<String, String>>,
        set: Set<T, BTreeMap<String, String>>,
    ) -> Self {
        self.read = Read::Custom(get);
        self.write = Write::Custom(set);
        self.def.edit = true;
        self
    }

    /// A civil date.
    #[must_use]
    pub const fn day(mut self, get: Get<T, Option<Day>>, set: Set<T, Option<Day>>) -> Self {
        self.read = Read::Day(get);
        self.write = Write::Day(set);
        self.def.edit = true;
        self
    }

    /// Another record, or an agent.
    #[must_use]
    pub const fn link(mut self, kind: Kind, get: Get<T, Option<Id>>, set: Set<T, Option<Id>>) -> Self {
        self.read = Read::Link(kind, get);
        self.write = Write::Link(kind, set);
        self.def.edit = true;
        self
    }

    /// In forms, typed like this.
    #[must_use]
    pub const fn form(mut self, input: Input, hint: &'static str) -> Self {
        self.def.form = Some(FormField { input, hint, required: false });
        self
    }

    /// In forms, where it has to be filled in.
    #[must_use]
    pub const fn required(mut self, input: Input, hint: &'static str) -> Self {
        self.def.form = Some(FormField { input, hint, required: true });
        self
    }

    /// Drawn by pages in a fixed place.
    #[must_use]
    pub const fn placed(mut self) -> Self {
        self.def.placed = true;
        self
    }

    /// Why it can be entered and yet not be queried, shown, edited on screen or exported.
    #[must_use]
    pub const fn unless(mut self, why: &'static str) -> Self {
        self.def.why_not = why;
        self
    }
}

/// The definitions of a table.
pub const fn defs<T, const N: usize>(table: &[FieldSpec<T>]) -> [FieldDef; N] {
    let mut out = [FieldDef::NONE; N];
    let (mut rest, mut slots) = (table, out.as_mut_slice());
    while let ([spec, more @ ..], [slot, free @ ..]) = (rest, slots) {
        *slot = spec.def;
        (rest, slots) = (more, free);
    }
    out
}

/// The names of a table's fields.
pub const fn names<const N: usize>(table: &[FieldDef]) -> [&'static str; N] {
    let mut out = [""; N];
    let (mut rest, mut slots) = (table, out.as_mut_slice());
    while let ([def, more @ ..], [slot, free @ ..]) = (rest, slots) {
        *slot = def.name;
        (rest, slots) = (more, free);
    }
    out
}

/// How many fields of a table queries can ask for.
pub const fn count_queried(mut table: &[FieldDef]) -> usize {
    let mut n = 0;
    while let [def, more @ ..] = table {
        n += def.query as usize;
        table = more;
    }
    n
}

/// The fields of a table that queries can ask for.
pub const fn queried<const N: usize>(mut table: &[FieldDef]) -> [FieldDef; N] {
    let mut out = [FieldDef::NONE; N];
    let mut slots = out.as_mut_slice();
    while let [def, more @ ..] = table {
        if def.query {
            let [slot, free @ ..] = slots else { break };
            *slot = *def;
            slots = free;
        }
        table = more;
    }
    out
}

/// How many columns the fields of a table have.
pub const fn count_columns(mut table: &[FieldDef]) -> usize {
    let mut n = 0;
    while let [def, more @ ..] = table {
        n += def.column.is_some() as usize;
        table = more;
    }
    n
}

/// The columns of a table's fields: those named first in that order, then the others.
pub const fn columns<const N: usize>(table: &[FieldDef], first: Columns) -> [Column; N] {
    let mut out = [Column::NONE; N];
    let slots = place(table, first.usual, out.as_mut_slice());
    let mut slots = place(table, first.more, slots);
    let mut rest = table;
    while let [def, others @ ..] = rest {
        if let Some(column) = def.column
            && !has(first.usual, column.name)
            && !has(first.more, column.name)
            && let [slot, free @ ..] = slots
        {
            *slot = column;
            slots = free;
        }
        rest = others;
    }
    out
}

/// Puts the columns of these names in their places, and gives the places that are left.
const fn place<'o>(table: &[FieldDef], mut names: &[&str], mut slots: &'o mut [Column]) -> &'o mut [Column] {
    while let [name, more @ ..] = names {
        let (mut rest, mut found) = (table, false);
        while let [def, others @ ..] = rest {
            if let Some(column) = def.column
                && is_same(column.name, name)
                && let [slot, free @ ..] = slots
            {
                *slot = column;
                slots = free;
                found = true;
                break;
            }
            rest = others;
        }
        assert!(found, "no field of the table has a column of that name");
        names = more;
    }
    slots
}

const fn has(mut names: &[&str], sought: &str) -> bool {
    while let [name, more @ ..] = names {
        if is_same(name, sought) {
            return true;
        }
        names = more;
    }
    false
}

/// Does not compile where a field of the record has no row that answers for it, or two.
pub const fn assert_declared(mut record: &[Field], table: &[FieldDef]) {
    while let [field, more @ ..] = record {
        let (mut rest, mut rows) = (table, 0);
        while let [def, others @ ..] = rest {
            rows += (def.privacy.is_some() && is_same(def.record, field.long)) as usize;
            rest = others;
        }
        assert!(rows == 1, "a field of the record has no row in its table, or two");
        record = more;
    }
}

const fn find(mut record: &'static [Field], name: &str) -> Option<&'static Field> {
    while let [field, more @ ..] = record {
        if is_same(field.long, name) {
            return Some(field);
        }
        record = more;
    }
    None
}

/// Gives a text that says something.
pub fn say<'a>(out: &mut dyn FnMut(Datum<'a>), text: &'a str) {
    if !text.trim().is_empty() {
        out(Datum::Text(text));
    }
}

/// Whether two names are the same: `==` is not for constants.
const fn is_same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        match (a, b) {
            ([x, more @ ..], [y, rest @ ..]) if *x == *y => (a, b) = (more, rest),
            ([], []) => return true,
            _ => return false,
        }
    }
}
