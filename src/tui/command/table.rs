//! The table of commands. One entry makes the variant of [`CommandId`], its written name and its row in
//! [`COMMANDS`]; the table is one file, however long, so that every verb is found in one place.

use super::Condition::{
    Blockable, CanEdit, Editable, Filtered, HasAttachments, HasBack, HasChange, HasCustomer, HasDiscarded,
    HasImport, HasMailbox, HasOffer, HasOutgoing, HasRecipient, HasRecord, HasRedo, HasRepeat, HasRow,
    HasRows, HasSelection, HasTask, HasText, HasTicket, HasUndo, HeldSend, IsAdmin, NotClosed, NotMerged,
    NotMine, NotSolved, NotSpam, OnOrder, OutgoingFailed, OutgoingHere, OutgoingWaits, Reopenable, Screened,
    Solved, Taggable, TaskOpen, Working, Writing,
};
use super::Scope::{
    Anywhere, Composer, Confirm, Customer, Files, Form, Global, Insight, List, MailboxList, Move, OutboxList,
    Picker, Popup, Prompt, Task, Thread, Ticket,
};
use super::{ArgDef, CommandDef};

macro_rules! commands {
    ($($variant:ident => $id:literal, $scope:expr, $title:literal, $help:literal
        $(, $modifier:ident ( $($given:tt)* ))* ;)*) => {
        /// A command of the screen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum CommandId { $(#[doc = $help] $variant),* }

        /// Every command, in the order of [`CommandId`].
        pub static COMMANDS: &[CommandDef] =
            &[$(CommandDef::new($id, $scope, $title, $help)$(.$modifier($($given)*))*),*];

        impl CommandId {
            /// Every command, in the order of the table.
            pub const ALL: &'static [CommandId] = &[$(CommandId::$variant),*];

            /// Its written name: `ticket.reply`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(CommandId::$variant => $id),* }
            }

            /// The command of this written name.
            #[must_use]
            pub fn from_id(id: &str) -> Option<CommandId> {
                match id { $($id => Some(CommandId::$variant),)* _ => None }
            }

            /// What the table says of it.
            #[must_use]
            pub fn def(self) -> &'static CommandDef {
                match self {
                    $(CommandId::$variant => {
                        const DEF: &CommandDef =
                            &CommandDef::new($id, $scope, $title, $help)$(.$modifier($($given)*))*;
                        DEF
                    })*
                }
            }
        }
    };
}

const QUERY: ArgDef = ArgDef { name: "query", help: "a query; nothing clears the filter" };
const COLUMN: ArgDef = ArgDef { name: "column", help: "a column's name, with - before it for downwards" };
const TEXT: ArgDef = ArgDef { name: "text", help: "what to look for" };
const WHEN: ArgDef =
    ArgDef { name: "until", help: "pending, hold, or a phrase: tomorrow 9am, next wed, in 2h" };
const AGENT: ArgDef = ArgDef { name: "agent", help: "an agent's or team's name; - for nobody" };
const CUSTOMER: ArgDef = ArgDef { name: "customer", help: "who is looked for" };
const TAGS: ArgDef = ArgDef { name: "tags", help: "tags to add, with - before those to take away" };
const TYPE: ArgDef = ArgDef { name: "type", help: "question, incident, problem, task, complaint or request" };
const SEVERITY: ArgDef = ArgDef { name: "severity", help: "minor, major or critical; none takes it away" };
const KIND: ArgDef = ArgDef { name: "kind", help: "all, messages, notes, changes, orders, calls or tasks" };
const WINDOW: ArgDef = ArgDef { name: "window", help: "today, 7d, week, last month, 2026-01-01..2026-03-31" };
const FOLDER: ArgDef = ArgDef { name: "folder", help: "the folder that is made" };
const COMMAND: ArgDef = ArgDef { name: "command", help: "a shell command that reads the file" };
const NUMBER: ArgDef = ArgDef { name: "number", help: "the customer's number, typed out: C-7" };
const AT: ArgDef = ArgDef { name: "at", help: "when, or hold: tomorrow 9am, next wed, in 2h, hold" };
const PATH: ArgDef = ArgDef { name: "path", help: "the path of a file" };
const RECORDS: ArgDef = ArgDef { name: "kind", help: "the kind of record: deals" };
const BATCH: ArgDef = ArgDef { name: "import", help: "its number: B-3" };
const FILE: ArgDef = ArgDef { name: "file", help: "its place among the files, from 0" };
const LATER: ArgDef =
    ArgDef { name: "when", help: "tomorrow 9am, next mon 8:00; `9am their time` is the customer's" };
const CHANNEL: ArgDef = ArgDef { name: "channel", help: "phone, chat, sms, social, web, visit or note" };

/// The least a ticket must be for a field of it to change.
const TICKET_CHANGE: &[super::Condition] = &[HasTicket, CanEdit, NotMerged, NotClosed];

commands! {
    // Moving.
    MoveDown => "move.down", Move, "Down", "Goes to the next row.";
    MoveUp => "move.up", Move, "Up", "Goes to the row before.";
    MoveTop => "move.top", Move, "First row", "Goes to the first row and takes in what came new above.";
    MoveBottom => "move.bottom", Move, "Last row", "Goes to the last row.";
    MovePageDown => "move.page-down", Move, "Page down", "Goes one page down.";
    MovePageUp => "move.page-up", Move, "Page up", "Goes one page up.";
    MoveHalfDown => "move.half-down", Move, "Half a page down", "Goes half a page down.";
    MoveHalfUp => "move.half-up", Move, "Half a page up", "Goes half a page up.";
    ReadOn => "read.on", Move, "Read on", "Goes one page down and, at the end, to the next unread ticket.";
    RowOpen => "row.open", Move, "Open", "Opens the row under the cursor.", needs(&[HasRow]), hint(40, "open");

    // Panes and workspaces.
    FocusLeft => "focus.left", Global, "Pane to the left", "Gives the focus to the pane on the left.";
    FocusRight => "focus.right", Global, "Pane to the right", "Gives the focus to the pane on the right.";
    FocusNext => "focus.next", Global, "Next pane", "Gives the focus to the next pane.", hint(12, "pane");
    FocusPrevious => "focus.previous", Global, "Previous pane", "Gives the focus to the pane before.";
    FocusZoom => "focus.zoom", Global, "Zoom", "Gives the focused pane all the room, or the others theirs back.", also("full screen maximise");
    GoDesk => "go.desk", Global, "Desk", "Goes to the desk: queues, ticket, customers, today.", also("home queues");
    GoTickets => "go.tickets", Global, "Tickets", "Goes to all tickets.";
    GoCustomers => "go.customers", Global, "Customers", "Goes to all customers.", also("people contacts");
    GoTasks => "go.tasks", Global, "Tasks", "Goes to all tasks.", also("todo");
    GoInsight => "go.insight", Global, "Insight", "Goes to the numbers.", also("numbers report statistics dashboard metrics");
    GoOutbox => "go.outbox", Global, "Outbox", "Goes to the outgoing messages: those that could not be sent first.", also("mail sent held queue deferred failed unsent delivery");
    GoSettings => "go.settings", Global, "Settings", "Goes to the settings of the desk: its mailboxes.", also("preferences configuration mailboxes options setup");
    InsightNext => "insight.next", Insight, "Next window", "Shows the numbers of the next window.", hint(54, "window");
    InsightPrevious => "insight.previous", Insight, "Window before", "Shows the numbers of the window before.";
    InsightWindow => "insight.window", Insight, "Window", "Shows the numbers of any window.", args(&[WINDOW]), also("period dates month quarter year");
    GoBack => "go.back", Global, "Back where I was", "Goes back to the place before the last jump.", needs(&[HasBack]);

    // The program.
    AppBack => "app.back", Global, "Back", "Goes back one step, and leaves from the outermost.", hint(2, "back");
    AppPeel => "app.peel", Global, "Peel", "Takes one layer off: popup, marks, filter, zoom, then back.";
    AppQuit => "app.quit", Global, "Quit", "Leaves frontdesk; asks while mail is held.", also("exit leave close");
    AppPalette => "app.palette", Global, "Palette", "Finds any command by name, with its key and what it does.", also("help commands menu"), hint(56, "palette");
    AppKeys => "app.keys", Global, "Keys", "Shows the keys that work here and now.", also("help shortcuts bindings"), hint(55, "help");
    AppImport => "app.import", Global, "Import", "Imports contacts, mail or orders from a file; shows first what would happen.", args(&[PATH]), also("csv mbox maildir eml outlook google load upload");
    AppRefresh => "app.refresh", Global, "Refresh", "Takes in what came new and draws the screen again.", also("reload update");
    AppSuspend => "app.suspend", Anywhere, "Suspend", "Puts frontdesk to the background of the shell.";
    AppRedraw => "app.redraw", Anywhere, "Draw again", "Draws the whole screen again.";

    // Lists.
    ListFilter => "list.filter", List, "Filter", "Filters this list with a query.", also("search query where show only"), args(&[QUERY]), hint(60, "filter");
    ListUnfilter => "list.unfilter", List, "Clear the filter", "Shows the whole list again.", needs(&[Filtered]);
    ListSort => "list.sort", List, "Sort by", "Sorts this list by a column; the same again turns it round.", also("order column"), args(&[COLUMN]), needs(&[HasRows]);
    ViewSave => "view.save", List, "Save as a view", "Saves the filter of this list as a view, shared or your own.", also("segment query keep bookmark");
    ViewCompare => "view.compare", List, "Compare views", "Counts who is in both of two views or snapshots, and in one of them alone; the chosen part becomes the filter.", also("segment overlap intersection common");
    ViewFreeze => "view.freeze", List, "Freeze a view", "Keeps who meets a view now as a snapshot, to see later who came and went.", also("segment snapshot members");
    ViewEdit => "view.edit", List, "Edit a view", "Changes the query and the columns of a saved view.", also("segment columns rename query");
    ViewForget => "view.forget", List, "Forget a view", "Takes a saved view or a snapshot away; no record goes with it.", also("segment delete remove");
    ViewOpen => "view.open", List, "Views", "Shows the saved views with their counts; the chosen one becomes the filter.", also("segment saved query"), args(&[QUERY]);
    SelectToggle => "select.toggle", List, "Mark", "Marks the row, or takes its mark away; verbs then act on all marked rows.", also("select tick bulk"), needs(&[HasRow]), hint(54, "select");
    SelectRange => "select.range", List, "Mark a range", "Marks every row from the last mark to here.", also("select bulk"), needs(&[HasRow]);
    SelectAll => "select.all", List, "Mark all", "Marks every row that matches the filter.", also("select bulk everything"), needs(&[HasRows]);
    SelectClear => "select.clear", List, "Take marks away", "Takes all marks away.", also("unselect deselect unmark"), needs(&[HasSelection]);
    FindCustomer => "find.customer", Global, "Find anything", "Finds customers, organisations, tickets by subject, and any number: T-911, C-441, O-1397, #42, a phone.", also("search look up person people contact customer ticket order number"), args(&[TEXT]), hint(58, "find");
    FindText => "find.text", Global, "Search texts", "Searches what was written anywhere: tickets, messages, calls and notes, the best fit first.", also("full text search grep words said find message note"), args(&[TEXT]);

    // Any row.
    RowNew => "row.new", Global, "New here", "Makes a new one of what this list holds.", also("create add"), needs(&[CanEdit]), hint(26, "new");
    RowEdit => "row.edit", Global, "Edit", "Opens a form with the fields of the row.", also("change rename modify fields subject due"), once(), needs(&[Editable, CanEdit]), hint(34, "edit");
    RowTags => "row.tags", Global, "Tags", "Adds tags and takes tags away.", also("labels label"), change(), args(&[TAGS]), needs(&[Taggable, CanEdit, NotMerged]), hint(36, "tags");
    RowCopy => "row.copy", Global, "Copy", "Copies the id, address or number of the row.", also("clipboard yank id"), needs(&[HasRow]);
    RowBlame => "row.blame", Global, "Blame", "Shows who set each field, when and how.", also("history who changed audit log"), needs(&[HasRow]);

    // My changes.
    ChangeUndo => "change.undo", Global, "Undo", "Undoes my last change that can be undone; a reply that is still held opens again.", also("revert take back"), needs(&[HasUndo, CanEdit]), hint(53, "undo");
    ChangeRedo => "change.redo", Global, "Redo", "Does again what I last undid.", also("again"), needs(&[HasRedo, CanEdit]);
    ChangeHistory => "change.history", Global, "Undo history", "Lists my changes, newest first, everyone's or the automatic ones; shows what undoing one will do, then undoes it.", also("undo list changes log older revert who what");
    ChangeRepeat => "change.repeat", Global, "Repeat", "Does my last change again, on this row, or tries again what the store had no time for; never a send.", also("again dot"), needs(&[HasRepeat, CanEdit]);
    ChangeCopyLine => "change.copy-line", Global, "Copy the command line", "Copies the shell command for what I just did.", also("shell cli script"), needs(&[HasChange]);
    ImportRevert => "import.revert", Global, "Revert an import", "Lists the imports to take one back: what it made goes, what it changed is as before; says how much, and asks.", also("undo batch take back imported"), args(&[BATCH]), needs(&[CanEdit]);
    ChangeStop => "change.stop", Global, "Stop", "Stops a change of many records that is under way; what was changed stays, and one undo takes it back.", also("cancel abort halt bulk progress"), needs(&[Working]), hint(98, "stop");
    SendTakeBack => "send.take-back", Global, "Cancel the send", "Cancels a send that is still held and opens its text again.", also("unsend recall take back undo mail"), needs(&[HeldSend]), hint(99, "cancel send");

    // Tickets.
    TicketReply => "ticket.reply", Ticket, "Reply", "Writes a public reply to the customer.", also("answer mail email respond write message send"), outward(), needs(&[HasTicket, CanEdit, NotMerged, NotSpam, NotClosed]), hint(90, "reply");
    TicketNote => "ticket.note", Ticket, "Internal note", "Writes a note that only the team sees.", also("comment private"), once(), needs(&[HasTicket, CanEdit, NotMerged]), hint(85, "note");
    TicketForward => "ticket.forward", Ticket, "Forward", "Sends the thread and its files to an outside person; their answer comes back as a side thread.", also("send on pass on third party supplier side thread"), outward(), needs(&[HasTicket, CanEdit, NotMerged]);
    TicketDone => "ticket.done", Ticket, "Done", "Solves the ticket and goes to the next.", also("solve solved resolve finish complete close"), change(), needs(&[HasTicket, CanEdit, NotMerged, NotClosed, NotSolved]), hint(80, "done");
    TicketWait => "ticket.wait", Ticket, "Wait", "Makes the ticket wait for the customer, a date or a third party, and goes to the next.", also("snooze sleep later remind pending hold defer postpone"), change(), args(&[WHEN]), needs(TICKET_CHANGE), hint(75, "wait");
    TicketReopen => "ticket.reopen", Ticket, "Reopen", "Opens a ticket that waits or is solved.", also("wake unsnooze open again unsolve"), change(), needs(&[HasTicket, CanEdit, NotMerged, NotClosed, Reopenable]);
    TicketClose => "ticket.close", Ticket, "Close", "Closes a solved ticket for good.", change(), needs(&[HasTicket, CanEdit, NotMerged, NotClosed, Solved]);
    TicketAssign => "ticket.assign", Ticket, "Assign", "Gives the ticket to an agent, a team or nobody.", also("owner give hand over delegate team transfer"), change(), args(&[AGENT]), needs(TICKET_CHANGE), hint(70, "assign");
    TicketAssignToMe => "ticket.assign-to-me", Ticket, "Assign to me", "Takes the ticket.", also("mine take own"), change(), needs(&[HasTicket, CanEdit, NotMerged, NotClosed, NotMine]), hint(32, "to me");
    TicketClaim => "ticket.claim", Global, "Claim the most urgent", "Takes the most urgent ticket nobody has, and says why that one.", also("take next pull"), once(), needs(&[CanEdit]), hint(65, "claim");
    TicketUrgent => "ticket.urgent", Ticket, "Priority urgent", "Sets the priority to urgent.", also("important escalate"), change(), needs(TICKET_CHANGE);
    TicketHigh => "ticket.high", Ticket, "Priority high", "Sets the priority to high.", change(), needs(TICKET_CHANGE);
    TicketNormal => "ticket.normal", Ticket, "Priority normal", "Sets the priority to normal.", change(), needs(TICKET_CHANGE);
    TicketLow => "ticket.low", Ticket, "Priority low", "Sets the priority to low.", change(), needs(TICKET_CHANGE);
    TicketType => "ticket.type", Ticket, "Type", "Says what kind of ticket this is.", also("kind category"), change(), args(&[TYPE]), needs(TICKET_CHANGE);
    TicketSeverity => "ticket.severity", Ticket, "Severity", "Sets how bad it is for the customer.", also("impact blocker minor major critical"), change(), args(&[SEVERITY]), needs(TICKET_CHANGE);
    TicketRequester => "ticket.requester", Ticket, "Requester", "Gives the ticket to another customer: answers go to them.", also("customer contact whose wrong person sender from reassign"), change(), args(&[CUSTOMER]), needs(TICKET_CHANGE);
    TicketFollow => "ticket.follow", Ticket, "Follow", "Follows the ticket, or stops following it.", also("watch subscribe cc unfollow mute"), change(), needs(&[HasTicket, CanEdit, NotMerged]);
    TicketSpam => "ticket.spam", Ticket, "Spam", "Marks the ticket as spam, or takes that back.", also("junk rubbish block"), change(), needs(&[HasTicket, CanEdit, NotMerged]);
    TicketAccept => "ticket.accept", Ticket, "Let in", "Lets a first-time sender in: their tickets leave the screener.", also("accept screener approve allow"), change(), needs(&[HasTicket, CanEdit, NotMerged, Screened]);
    TicketBlock => "ticket.block", Ticket, "Block sender", "Blocks the sender and marks the ticket as spam, or takes both back.", also("ban reject spam screener junk"), change(), needs(&[Blockable, CanEdit]);
    TicketAcceptAddress => "ticket.accept-address", Ticket, "Accept new address", "Adds the new address from which the customer wrote to their record.", also("email mail address same person merge"), once(), needs(&[HasTicket, CanEdit, NotMerged, HasOffer]);
    TicketDeclineAddress => "ticket.decline-address", Ticket, "Decline new address", "Says that the new address is another person's.", also("email mail address different person"), once(), needs(&[HasTicket, CanEdit, NotMerged, HasOffer]);
    TicketAttachments => "ticket.attachments", Ticket, "Attachments", "Lists the files of the message or the ticket, to open, save, pipe and copy.", also("files download save open pdf image html eml"), needs(&[HasTicket, HasAttachments]);
    MessageHtml => "message.html", Thread, "Open the HTML part", "Opens the HTML of the message in a browser, without anything remote.", also("browser web page mail"), needs(&[HasTicket, HasAttachments]);
    TicketNext => "ticket.next", Thread, "Next ticket", "Reads the next ticket of the list.", hint(44, "next");
    TicketPrevious => "ticket.previous", Thread, "Previous ticket", "Reads the ticket before in the list.";
    TicketNew => "ticket.new", Global, "New ticket", "Opens a ticket for a customer.", also("create add open issue case"), once(), needs(&[CanEdit]);
    TimelineFilter => "timeline.filter", Move, "Timeline filter", "Shows only some kinds of a timeline.", also("history only show"), args(&[KIND]), needs(&[HasRows]);

    // Customers.
    CustomerNew => "customer.new", Global, "New customer", "Writes down a new customer.", also("add create person contact people"), once(), needs(&[CanEdit]);
    OrganisationNew => "organisation.new", Global, "New organisation", "Writes down a new organisation.", also("add create company firm account organization"), once(), needs(&[CanEdit]);
    OrganisationEdit => "organisation.edit", Global, "Edit an organisation", "Opens a form with the fields of an organisation, which is found as one types.", also("change rename company firm account house organization domain"), once(), needs(&[CanEdit]);
    OrganisationMerge => "organisation.merge", Global, "Merge organisations", "Makes two organisations one: people, tickets and history follow; shows the fields side by side.", also("duplicate join combine company firm account organization"), once(), needs(&[CanEdit]);
    OrganisationUnmerge => "organisation.unmerge", Global, "Unmerge an organisation", "Takes an organisation that was merged into another out again.", also("split separate apart company firm account organization"), once(), needs(&[CanEdit]);
    CustomerArchive => "customer.archive", Customer, "Archive", "Takes the customer out of lists, or back in; nothing is lost.", also("delete remove hide"), change(), needs(&[HasCustomer, CanEdit]);
    CustomerMerge => "customer.merge", Customer, "Merge", "Makes two customers one: picks the survivor, shows the fields side by side.", also("duplicate join combine same person"), once(), needs(&[HasCustomer, CanEdit]);
    CustomerUnmerge => "customer.unmerge", Customer, "Unmerge", "Takes a customer that was merged into this one out again.", also("split separate apart"), once(), needs(&[HasCustomer, CanEdit]);
    CustomerDuplicates => "customer.duplicates", Global, "Duplicates", "Lists customers who may be one person, with the reasons, to merge.", also("same person twice merge double");
    CustomerExportMe => "customer.export-me", Global, "Hand out what is held", "Writes all that is held on a customer into a folder, for whom it is about.", also("export data subject access privacy gdpr bundle"), once(), args(&[FOLDER]), needs(&[HasCustomer, IsAdmin]);
    CustomerEraseMe => "customer.erase-me", Global, "Erase for good", "Takes a customer out of every record and of the file; asks for the number to be typed.", also("delete forget remove privacy gdpr anonymise"), once(), args(&[NUMBER]), needs(&[HasCustomer, IsAdmin]);
    CustomerLog => "customer.log", Global, "Log a contact", "Writes down a call, a visit, a chat and what was said.", also("phone call visit chat meeting record interaction"), once(), args(&[CHANNEL]), needs(&[HasCustomer, CanEdit]), hint(38, "log");
    OrderAdd => "order.add", Global, "Add an order", "Writes down an order of this customer.", also("purchase sale buy new"), once(), needs(&[HasCustomer, CanEdit]);
    OrderRefund => "order.refund", Global, "Refund", "Writes down a refund of the order, in part or whole.", also("money back return"), once(), needs(&[OnOrder, CanEdit]);
    AnswerRecord => "answer.record", Global, "Record an answer", "Writes down a customer's answer to a survey: CSAT, NPS or CES.", also("survey rating satisfaction feedback score"), once(), needs(&[HasCustomer, CanEdit]);

    // Tasks.
    TaskNew => "task.new", Global, "New task", "Writes down something to do, with the customer or ticket at hand.", also("todo reminder follow-up add create"), once(), needs(&[CanEdit]);
    TaskDone => "task.done", Task, "Done", "Ticks the task off and goes to the next.", also("tick complete finish"), change(), needs(&[HasTask, CanEdit, TaskOpen]), hint(80, "done");

    // Records of kinds that are declared in one table: deals.
    RecordList => "record.list", Global, "List deals", "Show the deals, newest first: type to filter, choose one to see all its fields.", args(&[RECORDS]), also("sales pipeline opportunities deal records");
    RecordNew => "record.new", Global, "New deal", "Add a deal, for the customer at hand.", also("sale opportunity pipeline add create record"), once(), args(&[RECORDS]), needs(&[CanEdit]);

    // Outgoing messages.
    OutboxNow => "outbox.now", OutboxList, "Send now", "Sends the message without waiting any longer; several are asked about first.", also("deliver release queued held"), outward(), needs(&[HasOutgoing, CanEdit, OutgoingWaits]), hint(88, "send now");
    OutboxRetry => "outbox.retry", OutboxList, "Retry", "Sends the message again to those who do not have it, under the same Message-ID.", also("resend again failed unsure deferred"), outward(), needs(&[HasOutgoing, CanEdit, OutgoingFailed]), hint(87, "retry");
    OutboxLater => "outbox.later", OutboxList, "Send later", "Sends the message at a time, or holds it until it is sent by hand.", also("schedule wait delay tomorrow"), once(), args(&[AT]), needs(&[HasOutgoing, CanEdit, OutgoingWaits]), hint(84, "later");
    OutboxHold => "outbox.hold", OutboxList, "Hold", "Holds the message until it is sent by hand.", also("pause keep stop wait"), once(), needs(&[HasOutgoing, CanEdit, OutgoingWaits]), hint(82, "hold");
    OutboxEdit => "outbox.edit", OutboxList, "Edit", "Cancels the message and opens its text in the composer.", also("change rewrite correct"), once(), needs(&[HasOutgoing, CanEdit, OutgoingHere]), hint(80, "edit");
    OutboxCancel => "outbox.cancel", OutboxList, "Cancel the send", "Never sends the message: its text opens again; of several the texts become drafts.", also("delete remove unsend discard"), once(), needs(&[HasOutgoing, CanEdit, OutgoingHere]), hint(78, "cancel");

    // Mailboxes.
    MailboxAdd => "mailbox.add", Global, "Add mailbox", "Adds an address at which customers reach the desk, and tries whether mail comes in and goes out.", also("email account imap smtp receive send new"), once(), needs(&[CanEdit]);
    MailboxTest => "mailbox.test", MailboxList, "Test", "Tries whether mail can be received and sent, and shows what the servers say.", also("check try connection"), needs(&[HasMailbox, CanEdit]), hint(86, "test");
    MailboxPause => "mailbox.pause", MailboxList, "Pause or resume", "Stops fetching and sending for this mailbox, or starts it again.", also("stop start suspend continue"), once(), needs(&[HasMailbox, CanEdit]), hint(84, "pause");
    MailboxRemove => "mailbox.remove", MailboxList, "Remove", "Removes the mailbox; its messages and tickets stay.", also("delete archive"), once(), needs(&[HasMailbox, CanEdit]), hint(82, "remove");

    // Writing a message.
    ComposerWrite => "composer.write", Composer, "Write", "Goes back to typing.", hint(79, "write");
    ComposerLeave => "composer.leave", Composer, "Leave typing", "Stops typing, so that keys are commands.", hint(95, "leave typing");
    ComposerNextField => "composer.next-field", Composer, "Next field", "Goes to the next of To, Cc, Bcc, Subject, Status, Tags and the text; takes the address that was chosen.", hint(50, "next field");
    ComposerPreviousField => "composer.previous-field", Composer, "Previous field", "Goes to the field before.";
    ComposerSend => "composer.send", Composer, "Send", "Sends the reply, held for ten seconds, or adds the note.", outward(), needs(&[HasText, HasRecipient, CanEdit]), hint(95, "send");
    ComposerSendDone => "composer.send-done", Composer, "Send, done", "Sends and solves the ticket.", outward(), needs(&[HasText, HasRecipient, CanEdit]), hint(92, "send, done");
    ComposerSendWait => "composer.send-wait", Composer, "Send, wait", "Sends and makes the ticket wait.", outward(), needs(&[HasText, HasRecipient, CanEdit]), hint(91, "send, wait");
    ComposerKeep => "composer.keep", Composer, "Keep the draft", "Closes the composer and keeps the draft.", hint(80, "keep draft");
    ComposerLater => "composer.later", Composer, "Send later", "Sends the message at a time that you choose, in your hours or the customer's.", also("schedule delay tomorrow"), outward(), args(&[LATER]), needs(&[HasText, HasRecipient, CanEdit]), hint(78, "later");
    ComposerAttach => "composer.attach", Composer, "Attach a file", "Attaches a file from your disk; its path is completed.", also("upload add document"), args(&[PATH]), hint(77, "attach");
    ComposerAttachTicket => "composer.attach-ticket", Composer, "Attach a file of the ticket", "Attaches a file that came or went with the ticket before.", also("document again"), args(&[FILE]);
    ComposerDetach => "composer.detach", Composer, "Take a file away", "Takes a file off the message.", also("remove attachment detach"), args(&[FILE]);
    ComposerRecipients => "composer.recipients", Composer, "Recipients", "Shows To, Cc, Bcc and the subject, or folds them into a line.", also("to cc bcc subject unfold headers"), hint(76, "Cc, Bcc");
    ComposerQuote => "composer.quote", Composer, "Show what follows", "Puts the signature and the quoted text into your text, to be read and edited; again folds them.", also("quote history signature unfold");
    ComposerDropQuote => "composer.drop-quote", Composer, "Leave the quote out", "Leaves the quoted text out, or puts it back.", also("history quoted remove");
    ComposerSignature => "composer.signature", Composer, "Leave the signature out", "Leaves the signature out, or puts it back.", also("remove");
    DraftChoose => "draft.choose", Anywhere, "Open a saved text", "Shows the other texts that were saved for this message or form.", also("drafts versions recover other terminal"), needs(&[Writing]);
    DraftDiscard => "draft.discard", Anywhere, "Discard the draft", "Closes the message or form and removes its draft.", also("delete throw away cancel"), needs(&[Writing]);
    DraftRestore => "draft.restore", Global, "Restore the discarded draft", "Restores what was discarded last: it opens again with the same message or form.", also("undo discard bring back"), needs(&[HasDiscarded]);
    ComposerEditor => "composer.editor", Composer, "Own editor", "Opens the message in your own editor, with its headers.", hint(72, "editor");

    // Forms, pickers, prompts, questions, popups.
    FormAdvance => "form.advance", Form, "Next, or save", "Goes to the next field, and saves from the last.", hint(80, "next");
    FormNext => "form.next", Form, "Next field", "Goes to the next field.", hint(70, "next field");
    FormPrevious => "form.previous", Form, "Previous field", "Goes to the field before.";
    FormDown => "form.down", Form, "Down", "Chooses the next of what is offered for a field; without offers goes to the next field.";
    FormUp => "form.up", Form, "Up", "Chooses the one before of what is offered for a field; without offers goes to the field before.";
    FormSave => "form.save", Form, "Save", "Saves the form.", hint(90, "save");
    FormCancel => "form.cancel", Form, "Cancel", "Closes the form; what was typed is kept for the next time.", hint(60, "cancel");
    PickerDown => "picker.down", Picker, "Down", "Goes to the next choice.";
    PickerUp => "picker.up", Picker, "Up", "Goes to the choice before.";
    PickerPageDown => "picker.page-down", Picker, "Page down", "Goes one page of choices down.";
    PickerPageUp => "picker.page-up", Picker, "Page up", "Goes one page of choices up.";
    PickerAccept => "picker.accept", Picker, "Choose", "Takes the choice under the cursor.", hint(90, "choose");
    PickerToggle => "picker.toggle", Picker, "Mark", "Marks a choice, where several may be taken.", hint(50, "mark");
    PickerCancel => "picker.cancel", Picker, "Cancel", "Closes the list without choosing.", hint(60, "cancel");
    PromptAccept => "prompt.accept", Prompt, "Accept", "Takes what was typed.", hint(90, "accept");
    PromptComplete => "prompt.complete", Prompt, "Complete", "Writes what is offered at the cursor: the chosen one, else the first.", also("completion tab"), hint(80, "complete");
    PromptNext => "prompt.next", Prompt, "Next offer", "Chooses the next of what is offered.";
    PromptPrevious => "prompt.previous", Prompt, "Previous offer", "Chooses the one before of what is offered.";
    PromptCancel => "prompt.cancel", Prompt, "Cancel", "Closes the prompt and changes nothing.", hint(60, "cancel");
    ConfirmYes => "confirm.yes", Confirm, "Yes", "Does it.", hint(90, "yes");
    ConfirmNo => "confirm.no", Confirm, "No", "Does nothing.", hint(80, "no");
    FileOpen => "file.open", Files, "Open", "Opens the file in the program for its type; one that could run commands is only saved.", also("view show xdg-open mailcap"), hint(90, "open");
    FileSave => "file.save", Files, "Save", "Saves the file under a path that is asked for.", also("download write export"), args(&[PATH]), hint(85, "save");
    FileSaveAll => "file.save-all", Files, "Save all", "Saves every file of the list in a folder.", also("download export"), args(&[FOLDER]), hint(60, "save all");
    FilePipe => "file.pipe", Files, "Pipe", "Gives the file to a shell command that is asked for.", also("command shell stdin"), args(&[COMMAND]), hint(75, "pipe");
    FileCopyText => "file.copy-text", Files, "Copy the text", "Copies the text of the file to the clipboard.", also("yank clipboard"), hint(70, "copy text");
    FileRead => "file.read", Files, "Show as text", "Shows the text of the file in a window.", also("read view"), hint(65, "as text");
    FileHtml => "file.html", Files, "Open the HTML part", "Opens the HTML of the message in a browser, without anything remote.", also("browser web page"), hint(55, "HTML");
    FileClose => "file.close", Files, "Close", "Closes the list of files.", hint(50, "close");
    PopupEdit => "popup.edit", Popup, "Edit this record", "Edit the record that the window shows.", also("change"), needs(&[HasRecord, CanEdit]), hint(86, "edit");
    PopupArchive => "popup.archive", Popup, "Archive this record", "Archive the record that the window shows, or restore it.", also("delete remove restore"), needs(&[HasRecord, CanEdit]), hint(84, "archive");
    PopupRevert => "popup.revert", Popup, "Revert this import", "Takes back the import that the window tells of, after a question.", also("undo take back"), needs(&[HasImport]), hint(85, "revert");
    PopupClose => "popup.close", Popup, "Close", "Closes the window over the panes.", hint(80, "close");
}
