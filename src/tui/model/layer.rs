//! What lies over the panes: one kind of thing for each way of asking. What they are for is in their `…For`.

use crate::{
    desk::{drafts::Draft, merge::Plan},
    model::{Id, Kind, Seq, zone::Zone},
    query::complete::Completion,
    tui::{
        command::CommandId,
        data::ViewRow,
        look::Ink,
        model::{FileList, MailTest, Pane, Writing},
        popups::history::History,
        text::Text,
    },
};

/// Something over the panes. Keys go to the topmost.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    /// A list to choose from while typing.
    Picker(Picker),
    /// One line to fill in.
    Prompt(Prompt),
    /// Fields to fill in.
    Form(Form),
    /// A question with yes and no.
    Confirm(Confirm),
    /// Something to read.
    Popup(Popup),
    /// A test of a mailbox.
    MailTest(Box<MailTest>),
    /// Files of messages.
    Files(FileList),
}

/// What a choice is for.
#[derive(Debug, Clone, PartialEq)]
pub enum PickerFor {
    /// Any command.
    Palette,
    /// A customer from anywhere; then the command runs for them, or they are opened.
    Find(Option<CommandId>),
    /// An organisation, for a command; the one that it is merged into.
    House(CommandId, Option<Id>),
    /// Something written anywhere, to be opened.
    Texts,
    /// The argument of a command.
    Argument(CommandId),
    /// A saved view, for a command with the arguments it has so far.
    View(CommandId, Vec<String>, Vec<ViewRow>),
    /// A record to open.
    Record,
    /// What to begin with on an empty desk.
    Welcome,
    /// Whether to import the file at a path; all that is known of it, in lines.
    Import(String, Vec<String>),
    /// How two customers become one.
    Merge(Box<Plan>, Vec<String>),
    /// A customer who was merged, to take out again.
    Unmerge,
    /// Customers who may be one, in pairs.
    Duplicates(Vec<(Id, Id)>),
    /// Changes, to undo one.
    History(Box<History>),
    /// What undoing a change will do, to confirm it.
    UndoRow(Seq),
    /// Saved drafts of the message or form that has just opened.
    Draft(Vec<Draft>),
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Choice {
    /// What is given to the command.
    pub value: String,
    /// Its name.
    pub title: String,
    /// Details next to it, dim.
    pub beside: String,
    /// Words that find it though they are not shown.
    pub also: String,
    /// At the right: its keys, a number.
    pub tail: String,
    /// What is to be read of it in full: lines below the choices while it is under the cursor.
    pub detail: Vec<String>,
    /// Why it cannot be taken now.
    pub disabled: Option<String>,
    /// The record that it is.
    pub record: Option<(Kind, Id)>,
}

/// A choice as shown, with the letters that matched.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mark {
    /// Its place among all choices.
    pub at: usize,
    /// Places of characters in the title.
    pub title: Vec<usize>,
    /// Matched characters in the details.
    pub beside: Vec<usize>,
}

/// A list to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct Picker {
    /// What for.
    pub purpose: PickerFor,
    /// Its title.
    pub title: String,
    /// What is typed.
    pub input: Text,
    /// All choices.
    pub choices: Vec<Choice>,
    /// Those that match, the best first.
    pub shown: Vec<Mark>,
    /// The one under the cursor, among those shown.
    pub cursor: usize,
    /// The first one shown.
    pub top: usize,
    /// Whether several may be taken; those that are.
    pub many: Option<Vec<String>>,
    /// Whether what was typed may be taken though no choice is like it.
    pub free: bool,
    /// What to say where nothing matches.
    pub empty: String,
    /// What is to be said of the choices: stands on the border.
    pub note: String,
    /// In a box that finds everything, where tickets found by their subjects go.
    pub tickets_at: usize,
}

impl Picker {
    /// A list of choices of which one is taken.
    #[must_use]
    pub fn new(purpose: PickerFor, title: impl Into<String>, choices: Vec<Choice>) -> Picker {
        let mut p = Picker {
            purpose,
            title: title.into(),
            input: Text::line(""),
            choices,
            shown: Vec::new(),
            cursor: 0,
            top: 0,
            many: None,
            free: false,
            empty: "No match.".to_owned(),
            note: String::new(),
            tickets_at: 0,
        };
        p.narrow();
        p
    }

    /// Shows what matches what is typed.
    pub fn narrow(&mut self) {
        self.shown = crate::tui::fuzzy::narrow(&self.choices, self.input.as_str());
        self.cursor = 0;
        self.top = 0;
    }

    /// The choice under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&Choice> {
        self.shown.get(self.cursor).and_then(|m| self.choices.get(m.at))
    }

    /// Goes some choices down, or up where negative.
    pub fn step(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
    }
}

/// What a line is for.
#[derive(Debug, Clone, PartialEq)]
pub enum PromptFor {
    /// The query of a list.
    Filter(Pane),
    /// The argument of a command.
    Argument(CommandId),
}

/// One line to fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// What for.
    pub purpose: PromptFor,
    /// Its title.
    pub title: String,
    /// What is typed.
    pub input: Text,
    /// What it may be.
    pub help: String,
    /// What it means so far.
    pub reading: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// What is wrong may be put right by typing on: it is said calmly.
    pub calm: bool,
    /// What stood there before.
    pub before: String,
    /// What may be written at the cursor.
    pub offers: Vec<Completion>,
    /// The chosen one; `None` before one is.
    pub offer: Option<usize>,
}

/// What a form makes or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FormKind {
    /// The three questions of a new desk.
    Begin,
    /// A new customer.
    CustomerNew,
    /// A customer.
    CustomerEdit(Id),
    /// A new organisation.
    OrganisationNew,
    /// An organisation.
    OrganisationEdit(Id),
    /// A new ticket of a customer.
    TicketNew(Id),
    /// A ticket.
    TicketEdit(Id),
    /// A new task, for a customer, about a ticket.
    TaskNew(Option<Id>, Option<Id>),
    /// A task.
    TaskEdit(Id),
    /// A new order of a customer.
    OrderNew(Id),
    /// A refund of an order.
    Refund(Id),
    /// A call, a visit, a chat with a customer, about a ticket.
    Log(Id, Option<Id>),
    /// A customer's answer to a survey, about a ticket.
    Answer(Id, Option<Id>),
    /// A new record of a kind that is declared in one table, for a customer.
    RecordNew(Kind, Option<Id>),
    /// Such a record.
    RecordEdit(Kind, Id),
    /// A new mailbox.
    MailboxNew,
    /// A mailbox.
    MailboxEdit(Id),
    /// A saved view of a list.
    ViewSave(&'static str),
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Input {
    /// One line.
    #[default]
    Line,
    /// Several lines.
    Block,
    /// One of these words: left and right go through them, letters spell one.
    OneOf(Vec<String>),
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FormField {
    /// Its name, in the words of edits.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// The allowed values.
    pub help: &'static str,
    /// How it is filled in.
    pub input: Input,
    /// What is typed.
    pub text: Text,
    /// The letters that spell one of its words, so far.
    pub spelt: String,
    /// What stood there at first.
    pub before: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Whether it must not be empty.
    pub required: bool,
}

impl FormField {
    /// A line to fill in.
    #[must_use]
    pub fn line(name: &'static str, label: &'static str, help: &'static str) -> FormField {
        FormField { name, label, help, ..FormField::default() }
    }

    /// It must be filled in.
    #[must_use]
    pub fn required(self) -> FormField {
        FormField { required: true, ..self }
    }

    /// One of some words, the first unless another is set.
    #[must_use]
    pub fn one_of(self, words: &[&str]) -> FormField {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        let first = words.first().cloned().unwrap_or_default();
        FormField { input: Input::OneOf(words), ..self }.with(&first)
    }

    /// Several lines.
    #[must_use]
    pub fn block(self) -> FormField {
        let text = Text::block(self.text.as_str());
        FormField { input: Input::Block, text, ..self }
    }

    /// The initial value.
    #[must_use]
    pub fn with(mut self, text: &str) -> FormField {
        self.text = if self.input == Input::Block { Text::block(text) } else { Text::line(text) };
        self.before = self.text.as_str().to_owned();
        self
    }

    /// Whether it was edited.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.text.as_str() != self.before
    }
}

/// Fields to fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// What it makes or changes.
    pub kind: FormKind,
    /// Its title.
    pub title: String,
    /// A sentence above the fields; empty: none.
    pub intro: String,
    /// Its fields.
    pub fields: Vec<FormField>,
    /// The field being typed in.
    pub at: usize,
    /// What is wrong with the whole.
    pub error: Option<String>,
    /// On its way to the store.
    pub saving: bool,
    /// The record that it changes, and the version that it shows.
    pub seen: Option<(Kind, Id, u64)>,
    /// Suggestions for the current field, with matched letters, best first.
    pub offers: Vec<(Choice, Mark)>,
    /// The chosen one; `None` before one is.
    pub offer: Option<usize>,
    /// Its draft.
    pub writing: Writing,
}

impl Form {
    /// A form with these fields.
    #[must_use]
    pub fn new(kind: FormKind, title: impl Into<String>, fields: Vec<FormField>) -> Form {
        Form {
            kind,
            title: title.into(),
            intro: String::new(),
            fields,
            at: 0,
            error: None,
            saving: false,
            seen: None,
            offers: Vec::new(),
            offer: None,
            writing: Writing::default(),
        }
    }

    /// The trimmed value of a field.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|f| f.name == name).map_or("", |f| f.text.as_str().trim())
    }

    /// Goes some fields on; the ends meet.
    pub fn step(&mut self, by: isize) {
        self.close_offers();
        let n = self.fields.len().cast_signed().max(1);
        self.at = (self.at.cast_signed() + by).rem_euclid(n).cast_unsigned();
        if let Some(f) = self.fields.get_mut(self.at) {
            f.spelt.clear();
            f.text.to_end();
        }
    }

    /// Offers nothing any more.
    pub fn close_offers(&mut self) {
        self.offers.clear();
        self.offer = None;
    }

    /// Writes the chosen offer into its field, or the only time zone that is like what was typed; whether there was one.
    pub fn take_offer(&mut self) -> bool {
        let typed = self.fields.get(self.at).filter(|f| f.name == "zone").map(|f| f.text.as_str().trim());
        let begun = typed.is_some_and(|typed| !Zone::names().any(|name| name.eq_ignore_ascii_case(typed)));
        let only = (begun && self.offers.len() == 1).then_some(0);
        let chosen = self.offer.or(only).and_then(|at| self.offers.get(at)).map(|(c, _)| c.value.clone());
        if let (Some(value), Some(field)) = (&chosen, self.fields.get_mut(self.at)) {
            field.text.set(value);
        }
        self.close_offers();
        chosen.is_some()
    }

    /// Whether anything was typed.
    #[must_use]
    pub fn touched(&self) -> bool {
        self.fields.iter().any(FormField::changed)
    }
}

/// A question with yes and no.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirm {
    /// The question.
    pub question: String,
    /// What happens either way.
    pub detail: String,
    /// What yes runs.
    pub yes: CommandId,
    /// Its arguments.
    pub args: Vec<String>,
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Popup {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub lines: Vec<PopupLine>,
    /// The first line shown.
    pub top: usize,
    /// The import that it tells of, which can be reverted from here: `B-3`.
    pub import: Option<String>,
    /// The record that it shows, which can be edited and archived from here, and whether it is archived.
    pub record: Option<(Kind, Id, bool)>,
}

/// A line of a window: columns, the first ones as wide as their widest, the last takes the rest.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PopupLine {
    /// The columns and their meanings.
    pub cells: Vec<(Ink, String)>,
}
