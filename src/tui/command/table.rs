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
const COLUMN: ArgDef = ArgDef { name: "column", help: "a column's name, with a leading - for descending" };
const TEXT: ArgDef = ArgDef { name: "text", help: "what to look for" };
const WHEN: ArgDef =
    ArgDef { name: "until", help: "pending, hold, or a phrase: tomorrow 9am, next wed, in 2h" };
const AGENT: ArgDef = ArgDef { name: "agent", help: "an agent's or team's name; - to unassign" };
const CUSTOMER: ArgDef = ArgDef { name: "customer", help: "the customer to find" };
const TAGS: ArgDef = ArgDef { name: "tags", help: "tags to add; a leading - removes one" };
const TYPE: ArgDef = ArgDef { name: "type", help: "question, incident, problem, task, complaint or request" };
const SEVERITY: ArgDef = ArgDef { name: "severity", help: "minor, major or critical; none clears it" };
const KIND: ArgDef = ArgDef { name: "kind", help: "all, messages, notes, changes, orders, calls or tasks" };
const WINDOW: ArgDef = ArgDef { name: "window", help: "today, 7d, week, last month, 2026-01-01..2026-03-31" };
const FOLDER: ArgDef = ArgDef { name: "folder", help: "the folder to create" };
const COMMAND: ArgDef = ArgDef { name: "command", help: "a shell command that reads the file" };
const NUMBER: ArgDef = ArgDef { name: "number", help: "the customer's number, typed out: C-7" };
const AT: ArgDef = ArgDef { name: "at", help: "when, or hold: tomorrow 9am, next wed, in 2h, hold" };
const PATH: ArgDef = ArgDef { name: "path", help: "the path of a file" };
const RECORDS: ArgDef = ArgDef { name: "kind", help: "the kind of record: deals" };
const BATCH: ArgDef = ArgDef { name: "import", help: "the import's number: B-3" };
const FILE: ArgDef = ArgDef { name: "file", help: "its index in the list of files, from 0" };
const LATER: ArgDef =
    ArgDef { name: "when", help: "tomorrow 9am, next mon 8:00; `9am their time` is the customer's" };
const CHANNEL: ArgDef = ArgDef { name: "channel", help: "phone, chat, sms, social, web, visit or note" };

/// The least a ticket must be for a field of it to change.
const TICKET_CHANGE: &[super::Condition] = &[HasTicket, CanEdit, NotMerged, NotClosed];

commands! {
    // Moving.
    MoveDown => "move.down", Move, "Down", "Go to the next row.";
    MoveUp => "move.up", Move, "Up", "Go to the previous row.";
    MoveTop => "move.top", Move, "First row", "Go to the first row and show new rows above.";
    MoveBottom => "move.bottom", Move, "Last row", "Go to the last row.";
    MovePageDown => "move.page-down", Move, "Page down", "Move one page down.";
    MovePageUp => "move.page-up", Move, "Page up", "Move one page up.";
    MoveHalfDown => "move.half-down", Move, "Half a page down", "Move half a page down.";
    MoveHalfUp => "move.half-up", Move, "Half a page up", "Move half a page up.";
    ReadOn => "read.on", Move, "Read on", "Move one page down and, at the end, to the next unread ticket.";
    RowOpen => "row.open", Move, "Open", "Open the selected row.", needs(&[HasRow]), hint(40, "open");

    // Panes and workspaces.
    FocusLeft => "focus.left", Global, "Pane to the left", "Move to the pane on the left.";
    FocusRight => "focus.right", Global, "Pane to the right", "Move to the pane on the right.";
    FocusNext => "focus.next", Global, "Next pane", "Move to the next pane.", hint(12, "pane");
    FocusPrevious => "focus.previous", Global, "Previous pane", "Move to the previous pane.";
    FocusZoom => "focus.zoom", Global, "Zoom", "Maximise the focused pane, or restore the layout.", also("full screen maximise");
    GoDesk => "go.desk", Global, "Desk", "Go to the desk: queues, ticket, customers, today.", also("home queues");
    GoTickets => "go.tickets", Global, "Tickets", "Go to all tickets.";
    GoCustomers => "go.customers", Global, "Customers", "Go to all customers.", also("people contacts");
    GoTasks => "go.tasks", Global, "Tasks", "Go to all tasks.", also("todo");
    GoInsight => "go.insight", Global, "Insight", "Go to the metrics.", also("numbers report statistics dashboard metrics");
    GoOutbox => "go.outbox", Global, "Outbox", "Go to the outgoing messages, failed ones first.", also("mail sent held queue deferred failed unsent delivery");
    GoSettings => "go.settings", Global, "Settings", "Go to the settings of the desk: its mailboxes.", also("preferences configuration mailboxes options setup");
    InsightNext => "insight.next", Insight, "Next window", "Show the metrics of the next window.", hint(54, "window");
    InsightPrevious => "insight.previous", Insight, "Previous window", "Show the metrics of the previous window.";
    InsightWindow => "insight.window", Insight, "Window", "Show the metrics of any window.", args(&[WINDOW]), also("period dates month quarter year");
    GoBack => "go.back", Global, "Back to where I was", "Go back to the place before the last jump.", needs(&[HasBack]);

    // The program.
    AppBack => "app.back", Global, "Back", "Go back one step; at the top level, quit.", hint(2, "back");
    AppPeel => "app.peel", Global, "Dismiss", "Close popup, clear marks, filter, zoom; then go back.";
    AppQuit => "app.quit", Global, "Quit", "Quit frontdesk; ask first while mail is held.", also("exit leave close");
    AppPalette => "app.palette", Global, "Palette", "Find any command by name, with its key and help.", also("help commands menu"), hint(56, "palette");
    AppKeys => "app.keys", Global, "Keys", "Show the keys that work here.", also("help shortcuts bindings"), hint(55, "help");
    AppImport => "app.import", Global, "Import", "Import contacts, mail or orders from a file, with a preview first.", args(&[PATH]), also("csv mbox maildir eml outlook google load upload");
    AppRefresh => "app.refresh", Global, "Refresh", "Load new data and redraw the screen.", also("reload update");
    AppSuspend => "app.suspend", Anywhere, "Suspend", "Suspend frontdesk and return to the shell.";
    AppRedraw => "app.redraw", Anywhere, "Redraw", "Redraw the whole screen.";

    // Lists.
    ListFilter => "list.filter", List, "Filter", "Filter this list with a query.", also("search query where show only"), args(&[QUERY]), hint(60, "filter");
    ListUnfilter => "list.unfilter", List, "Clear the filter", "Show the whole list again.", needs(&[Filtered]);
    ListSort => "list.sort", List, "Sort by", "Sort this list by a column; the same column again reverses the order.", also("order column"), args(&[COLUMN]), needs(&[HasRows]);
    ViewSave => "view.save", List, "Save as a view", "Save the filter of this list as a view, shared or private.", also("segment query keep bookmark");
    ViewCompare => "view.compare", List, "Compare views", "Count the members of both of two views or snapshots, and of each alone; the chosen part becomes the filter.", also("segment overlap intersection common");
    ViewFreeze => "view.freeze", List, "Freeze a view", "Save the current members of a view as a snapshot, to see later who joined and left.", also("segment snapshot members");
    ViewEdit => "view.edit", List, "Edit a view", "Change the query and the columns of a saved view.", also("segment columns rename query");
    ViewForget => "view.forget", List, "Delete a view", "Delete a saved view or a snapshot; records are not deleted.", also("segment delete remove");
    ViewOpen => "view.open", List, "Views", "Show the saved views with their counts; the chosen one becomes the filter.", also("segment saved query"), args(&[QUERY]);
    SelectToggle => "select.toggle", List, "Mark", "Mark or unmark the row; commands then apply to all marked rows.", also("select tick bulk"), needs(&[HasRow]), hint(54, "select");
    SelectRange => "select.range", List, "Mark a range", "Mark every row from the last mark to here.", also("select bulk"), needs(&[HasRow]);
    SelectAll => "select.all", List, "Mark all", "Mark every row that matches the filter.", also("select bulk everything"), needs(&[HasRows]);
    SelectClear => "select.clear", List, "Clear marks", "Clear all marks.", also("unselect deselect unmark"), needs(&[HasSelection]);
    FindCustomer => "find.customer", Global, "Find anything", "Find customers, organisations, tickets by subject, and any number: T-911, C-441, O-1397, #42, a phone.", also("search look up person people contact customer ticket order number"), args(&[TEXT]), hint(58, "find");
    FindText => "find.text", Global, "Search texts", "Search all text: tickets, messages, calls and notes, best match first.", also("full text search grep words said find message note"), args(&[TEXT]);

    // Any row.
    RowNew => "row.new", Global, "New here", "Add a record of the kind that this list shows.", also("create add"), needs(&[CanEdit]), hint(26, "new");
    RowEdit => "row.edit", Global, "Edit", "Edit the fields of the row in a form.", also("change rename modify fields subject due"), once(), needs(&[Editable, CanEdit]), hint(34, "edit");
    RowTags => "row.tags", Global, "Tags", "Add and remove tags.", also("labels label"), change(), args(&[TAGS]), needs(&[Taggable, CanEdit, NotMerged]), hint(36, "tags");
    RowCopy => "row.copy", Global, "Copy", "Copy the id, address or number of the row.", also("clipboard yank id"), needs(&[HasRow]);
    RowBlame => "row.blame", Global, "Change history", "Show who set each field, when and how.", also("history who changed audit log"), needs(&[HasRow]);

    // My changes.
    ChangeUndo => "change.undo", Global, "Undo", "Undo my last change; a reply that is still held opens again.", also("revert take back"), needs(&[HasUndo, CanEdit]), hint(53, "undo");
    ChangeRedo => "change.redo", Global, "Redo", "Redo what I last undid.", also("again"), needs(&[HasRedo, CanEdit]);
    ChangeHistory => "change.history", Global, "Undo history", "List my changes, everyone's or the automatic ones, newest first; preview and undo any of them.", also("undo list changes log older revert who what");
    ChangeRepeat => "change.repeat", Global, "Repeat", "Repeat my last change on this row, or retry one that the store was too busy for; never a send.", also("again dot"), needs(&[HasRepeat, CanEdit]);
    ChangeCopyLine => "change.copy-line", Global, "Copy the command line", "Copy the shell command for my last change.", also("shell cli script"), needs(&[HasChange]);
    ImportRevert => "import.revert", Global, "Revert an import", "Choose an import to revert: what it added is removed, what it changed is restored, after a confirmation.", also("undo batch take back imported"), args(&[BATCH]), needs(&[CanEdit]);
    ChangeStop => "change.stop", Global, "Stop", "Stop a running bulk change; what was changed stays, and one undo reverts it.", also("cancel abort halt bulk progress"), needs(&[Working]), hint(98, "stop");
    SendTakeBack => "send.take-back", Global, "Cancel the send", "Cancel a send that is still held and open its text again.", also("unsend recall take back undo mail"), needs(&[HeldSend]), hint(99, "cancel send");

    // Tickets.
    TicketReply => "ticket.reply", Ticket, "Reply", "Write a public reply to the customer.", also("answer mail email respond write message send"), outward(), needs(&[HasTicket, CanEdit, NotMerged, NotSpam, NotClosed]), hint(90, "reply");
    TicketNote => "ticket.note", Ticket, "Internal note", "Write a note that only the team sees.", also("comment private"), once(), needs(&[HasTicket, CanEdit, NotMerged]), hint(85, "note");
    TicketForward => "ticket.forward", Ticket, "Forward", "Send the thread and its files to someone outside; their answer comes back as a side thread.", also("send on pass on third party supplier side thread"), outward(), needs(&[HasTicket, CanEdit, NotMerged]);
    TicketDone => "ticket.done", Ticket, "Done", "Solve the ticket and go to the next.", also("solve solved resolve finish complete close"), change(), needs(&[HasTicket, CanEdit, NotMerged, NotClosed, NotSolved]), hint(80, "done");
    TicketWait => "ticket.wait", Ticket, "Wait", "Set the ticket to wait for the customer, a date or a third party, and go to the next.", also("snooze sleep later remind pending hold defer postpone"), change(), args(&[WHEN]), needs(TICKET_CHANGE), hint(75, "wait");
    TicketReopen => "ticket.reopen", Ticket, "Reopen", "Reopen a waiting or solved ticket.", also("wake unsnooze open again unsolve"), change(), needs(&[HasTicket, CanEdit, NotMerged, NotClosed, Reopenable]);
    TicketClose => "ticket.close", Ticket, "Close", "Close a solved ticket permanently.", change(), needs(&[HasTicket, CanEdit, NotMerged, NotClosed, Solved]);
    TicketAssign => "ticket.assign", Ticket, "Assign", "Assign the ticket to an agent or a team, or unassign it.", also("owner give hand over delegate team transfer"), change(), args(&[AGENT]), needs(TICKET_CHANGE), hint(70, "assign");
    TicketAssignToMe => "ticket.assign-to-me", Ticket, "Assign to me", "Assign the ticket to me.", also("mine take own"), change(), needs(&[HasTicket, CanEdit, NotMerged, NotClosed, NotMine]), hint(32, "to me");
    TicketClaim => "ticket.claim", Global, "Claim the most urgent", "Take the most urgent unassigned ticket, and say why it is the most urgent.", also("take next pull"), once(), needs(&[CanEdit]), hint(65, "claim");
    TicketUrgent => "ticket.urgent", Ticket, "Priority urgent", "Set the priority to urgent.", also("important escalate"), change(), needs(TICKET_CHANGE);
    TicketHigh => "ticket.high", Ticket, "Priority high", "Set the priority to high.", change(), needs(TICKET_CHANGE);
    TicketNormal => "ticket.normal", Ticket, "Priority normal", "Set the priority to normal.", change(), needs(TICKET_CHANGE);
    TicketLow => "ticket.low", Ticket, "Priority low", "Set the priority to low.", change(), needs(TICKET_CHANGE);
    TicketType => "ticket.type", Ticket, "Type", "Set the type of the ticket.", also("kind category"), change(), args(&[TYPE]), needs(TICKET_CHANGE);
    TicketSeverity => "ticket.severity", Ticket, "Severity", "Set the severity for the customer.", also("impact blocker minor major critical"), change(), args(&[SEVERITY]), needs(TICKET_CHANGE);
    TicketRequester => "ticket.requester", Ticket, "Requester", "Move the ticket to another customer, who gets the replies.", also("customer contact whose wrong person sender from reassign"), change(), args(&[CUSTOMER]), needs(TICKET_CHANGE);
    TicketFollow => "ticket.follow", Ticket, "Follow", "Follow or unfollow the ticket.", also("watch subscribe cc unfollow mute"), change(), needs(&[HasTicket, CanEdit, NotMerged]);
    TicketSpam => "ticket.spam", Ticket, "Spam", "Mark the ticket as spam, or unmark it.", also("junk rubbish block"), change(), needs(&[HasTicket, CanEdit, NotMerged]);
    TicketAccept => "ticket.accept", Ticket, "Accept sender", "Accept a first-time sender: their tickets leave the screener.", also("accept screener approve allow"), change(), needs(&[HasTicket, CanEdit, NotMerged, Screened]);
    TicketBlock => "ticket.block", Ticket, "Block sender", "Block the sender and mark the ticket as spam, or revert both.", also("ban reject spam screener junk"), change(), needs(&[Blockable, CanEdit]);
    TicketAcceptAddress => "ticket.accept-address", Ticket, "Accept new address", "Add the new address to the customer's record.", also("email mail address same person merge"), once(), needs(&[HasTicket, CanEdit, NotMerged, HasOffer]);
    TicketDeclineAddress => "ticket.decline-address", Ticket, "Decline new address", "Keep the new address off this customer's record: it is someone else's.", also("email mail address different person"), once(), needs(&[HasTicket, CanEdit, NotMerged, HasOffer]);
    TicketAttachments => "ticket.attachments", Ticket, "Attachments", "List the files of the message or the ticket, to open, save, pipe and copy.", also("files download save open pdf image html eml"), needs(&[HasTicket, HasAttachments]);
    MessageHtml => "message.html", Thread, "Open the HTML part", "Open the HTML of the message in a browser, without remote content.", also("browser web page mail"), needs(&[HasTicket, HasAttachments]);
    TicketNext => "ticket.next", Thread, "Next ticket", "Go to the next ticket of the list.", hint(44, "next");
    TicketPrevious => "ticket.previous", Thread, "Previous ticket", "Go to the previous ticket of the list.";
    TicketNew => "ticket.new", Global, "New ticket", "Open a ticket for a customer.", also("create add open issue case"), once(), needs(&[CanEdit]);
    TimelineFilter => "timeline.filter", Move, "Filter the timeline", "Show only some kinds of entries in a timeline.", also("history only show"), args(&[KIND]), needs(&[HasRows]);

    // Customers.
    CustomerNew => "customer.new", Global, "New customer", "Add a customer.", also("add create person contact people"), once(), needs(&[CanEdit]);
    OrganisationNew => "organisation.new", Global, "New organisation", "Add an organisation.", also("add create company firm account organization"), once(), needs(&[CanEdit]);
    OrganisationEdit => "organisation.edit", Global, "Edit an organisation", "Find an organisation and edit its fields in a form.", also("change rename company firm account house organization domain"), once(), needs(&[CanEdit]);
    OrganisationMerge => "organisation.merge", Global, "Merge organisations", "Merge two organisations, with the fields side by side: people, tickets and history follow.", also("duplicate join combine company firm account organization"), once(), needs(&[CanEdit]);
    OrganisationUnmerge => "organisation.unmerge", Global, "Unmerge an organisation", "Split off an organisation that was merged into another.", also("split separate apart company firm account organization"), once(), needs(&[CanEdit]);
    CustomerArchive => "customer.archive", Customer, "Archive", "Archive the customer, or restore it; nothing is lost.", also("delete remove hide"), change(), needs(&[HasCustomer, CanEdit]);
    CustomerMerge => "customer.merge", Customer, "Merge", "Merge two customers: choose the one to keep, with the fields side by side.", also("duplicate join combine same person"), once(), needs(&[HasCustomer, CanEdit]);
    CustomerUnmerge => "customer.unmerge", Customer, "Unmerge", "Split off a customer that was merged into this one.", also("split separate apart"), once(), needs(&[HasCustomer, CanEdit]);
    CustomerDuplicates => "customer.duplicates", Global, "Duplicates", "List likely duplicates, with the reasons, to merge.", also("same person twice merge double");
    CustomerExportMe => "customer.export-me", Global, "Export this customer's data", "Write everything stored about the customer to a folder, to hand over.", also("export data subject access privacy gdpr bundle"), once(), args(&[FOLDER]), needs(&[HasCustomer, IsAdmin]);
    CustomerEraseMe => "customer.erase-me", Global, "Erase permanently", "Erase the customer from every record and from the file; asks for the customer's number.", also("delete forget remove privacy gdpr anonymise"), once(), args(&[NUMBER]), needs(&[HasCustomer, IsAdmin]);
    CustomerLog => "customer.log", Global, "Log a contact", "Record a call, a visit or a chat, and what was said.", also("phone call visit chat meeting record interaction"), once(), args(&[CHANNEL]), needs(&[HasCustomer, CanEdit]), hint(38, "log");
    OrderAdd => "order.add", Global, "Add an order", "Record an order of this customer.", also("purchase sale buy new"), once(), needs(&[HasCustomer, CanEdit]);
    OrderRefund => "order.refund", Global, "Refund", "Record a full or partial refund of the order.", also("money back return"), once(), needs(&[OnOrder, CanEdit]);
    AnswerRecord => "answer.record", Global, "Record an answer", "Record a customer's answer to a survey: CSAT, NPS or CES.", also("survey rating satisfaction feedback score"), once(), needs(&[HasCustomer, CanEdit]);

    // Tasks.
    TaskNew => "task.new", Global, "New task", "Add a task for the current customer or ticket.", also("todo reminder follow-up add create"), once(), needs(&[CanEdit]);
    TaskDone => "task.done", Task, "Done", "Complete the task and go to the next.", also("tick complete finish"), change(), needs(&[HasTask, CanEdit, TaskOpen]), hint(80, "done");

    // Records of kinds that are declared in one table: deals.
    RecordList => "record.list", Global, "List deals", "Show the deals, newest first: type to filter, choose one to see all its fields.", args(&[RECORDS]), also("sales pipeline opportunities deal records");
    RecordNew => "record.new", Global, "New deal", "Add a deal for the current customer.", also("sale opportunity pipeline add create record"), once(), args(&[RECORDS]), needs(&[CanEdit]);

    // Outgoing messages.
    OutboxNow => "outbox.now", OutboxList, "Send now", "Send the message immediately; with several, ask first.", also("deliver release queued held"), outward(), needs(&[HasOutgoing, CanEdit, OutgoingWaits]), hint(88, "send now");
    OutboxRetry => "outbox.retry", OutboxList, "Retry", "Send the message again to the recipients who do not have it, under the same Message-ID.", also("resend again failed unsure deferred"), outward(), needs(&[HasOutgoing, CanEdit, OutgoingFailed]), hint(87, "retry");
    OutboxLater => "outbox.later", OutboxList, "Send later", "Send the message at a chosen time, or hold it until sent manually.", also("schedule wait delay tomorrow"), once(), args(&[AT]), needs(&[HasOutgoing, CanEdit, OutgoingWaits]), hint(84, "later");
    OutboxHold => "outbox.hold", OutboxList, "Hold", "Hold the message until it is sent manually.", also("pause keep stop wait"), once(), needs(&[HasOutgoing, CanEdit, OutgoingWaits]), hint(82, "hold");
    OutboxEdit => "outbox.edit", OutboxList, "Edit", "Cancel the message and open its text in the composer.", also("change rewrite correct"), once(), needs(&[HasOutgoing, CanEdit, OutgoingHere]), hint(80, "edit");
    OutboxCancel => "outbox.cancel", OutboxList, "Cancel the send", "Cancel the message and open its text again; with several, the texts become drafts.", also("delete remove unsend discard"), once(), needs(&[HasOutgoing, CanEdit, OutgoingHere]), hint(78, "cancel");

    // Mailboxes.
    MailboxAdd => "mailbox.add", Global, "Add mailbox", "Add a support address, and test receiving and sending.", also("email account imap smtp receive send new"), once(), needs(&[CanEdit]);
    MailboxTest => "mailbox.test", MailboxList, "Test", "Test receiving and sending, and show the servers' replies.", also("check try connection"), needs(&[HasMailbox, CanEdit]), hint(86, "test");
    MailboxPause => "mailbox.pause", MailboxList, "Pause or resume", "Pause or resume fetching and sending for this mailbox.", also("stop start suspend continue"), once(), needs(&[HasMailbox, CanEdit]), hint(84, "pause");
    MailboxRemove => "mailbox.remove", MailboxList, "Remove", "Remove the mailbox; its messages and tickets stay.", also("delete archive"), once(), needs(&[HasMailbox, CanEdit]), hint(82, "remove");

    // Writing a message.
    ComposerWrite => "composer.write", Composer, "Write", "Go back to typing.", hint(79, "write");
    ComposerLeave => "composer.leave", Composer, "Stop typing", "Stop typing, so that keys are commands.", hint(95, "leave typing");
    ComposerNextField => "composer.next-field", Composer, "Next field", "Go to the next field: To, Cc, Bcc, Subject, Status, Tags or the text; accept the chosen address.", hint(50, "next field");
    ComposerPreviousField => "composer.previous-field", Composer, "Previous field", "Go to the previous field.";
    ComposerSend => "composer.send", Composer, "Send", "Send the reply after a ten-second hold, or add the note.", outward(), needs(&[HasText, HasRecipient, CanEdit]), hint(95, "send");
    ComposerSendDone => "composer.send-done", Composer, "Send and solve", "Send and solve the ticket.", outward(), needs(&[HasText, HasRecipient, CanEdit]), hint(92, "send, done");
    ComposerSendWait => "composer.send-wait", Composer, "Send and wait", "Send and set the ticket to wait.", outward(), needs(&[HasText, HasRecipient, CanEdit]), hint(91, "send, wait");
    ComposerKeep => "composer.keep", Composer, "Keep the draft", "Close the composer and keep the draft.", hint(80, "keep draft");
    ComposerLater => "composer.later", Composer, "Send later", "Send the message at a chosen time, in your hours or the customer's.", also("schedule delay tomorrow"), outward(), args(&[LATER]), needs(&[HasText, HasRecipient, CanEdit]), hint(78, "later");
    ComposerAttach => "composer.attach", Composer, "Attach a file", "Attach a file from your disk; its path is completed.", also("upload add document"), args(&[PATH]), hint(77, "attach");
    ComposerAttachTicket => "composer.attach-ticket", Composer, "Attach a file of the ticket", "Attach a file sent or received on this ticket before.", also("document again"), args(&[FILE]);
    ComposerDetach => "composer.detach", Composer, "Remove a file", "Remove a file from the message.", also("remove attachment detach"), args(&[FILE]);
    ComposerRecipients => "composer.recipients", Composer, "Recipients", "Show To, Cc, Bcc and the subject, or fold them into one line.", also("to cc bcc subject unfold headers"), hint(76, "Cc, Bcc");
    ComposerQuote => "composer.quote", Composer, "Show the quote and signature", "Insert the signature and the quoted text, to read and edit; again to fold them.", also("quote history signature unfold");
    ComposerDropQuote => "composer.drop-quote", Composer, "Omit the quote", "Omit the quoted text, or restore it.", also("history quoted remove");
    ComposerSignature => "composer.signature", Composer, "Omit the signature", "Omit the signature, or restore it.", also("remove");
    DraftChoose => "draft.choose", Anywhere, "Open a saved text", "Show the other saved texts of this message or form.", also("drafts versions recover other terminal"), needs(&[Writing]);
    DraftDiscard => "draft.discard", Anywhere, "Discard the draft", "Close the message or form and delete its draft.", also("delete throw away cancel"), needs(&[Writing]);
    DraftRestore => "draft.restore", Global, "Restore the discarded draft", "Open the last discarded message or form again.", also("undo discard bring back"), needs(&[HasDiscarded]);
    ComposerEditor => "composer.editor", Composer, "External editor", "Edit the message and its headers in your own editor.", hint(72, "editor");

    // Forms, pickers, prompts, questions, popups.
    FormAdvance => "form.advance", Form, "Next, or save", "Go to the next field; from the last, save.", hint(80, "next");
    FormNext => "form.next", Form, "Next field", "Go to the next field.", hint(70, "next field");
    FormPrevious => "form.previous", Form, "Previous field", "Go to the previous field.";
    FormDown => "form.down", Form, "Down", "Choose the next suggestion for the field; without suggestions, go to the next field.";
    FormUp => "form.up", Form, "Up", "Choose the previous suggestion for the field; without suggestions, go to the previous field.";
    FormSave => "form.save", Form, "Save", "Save the form.", hint(90, "save");
    FormCancel => "form.cancel", Form, "Cancel", "Close the form; what was typed is kept for next time.", hint(60, "cancel");
    PickerDown => "picker.down", Picker, "Down", "Go to the next choice.";
    PickerUp => "picker.up", Picker, "Up", "Go to the previous choice.";
    PickerPageDown => "picker.page-down", Picker, "Page down", "Move one page of choices down.";
    PickerPageUp => "picker.page-up", Picker, "Page up", "Move one page of choices up.";
    PickerAccept => "picker.accept", Picker, "Choose", "Choose the selected entry.", hint(90, "choose");
    PickerToggle => "picker.toggle", Picker, "Mark", "Mark a choice, where several are allowed.", hint(50, "mark");
    PickerCancel => "picker.cancel", Picker, "Cancel", "Close the list without choosing.", hint(60, "cancel");
    PromptAccept => "prompt.accept", Prompt, "Accept", "Accept what was typed.", hint(90, "accept");
    PromptComplete => "prompt.complete", Prompt, "Complete", "Insert the chosen suggestion, or the first.", also("completion tab"), hint(80, "complete");
    PromptNext => "prompt.next", Prompt, "Next suggestion", "Choose the next suggestion.";
    PromptPrevious => "prompt.previous", Prompt, "Previous suggestion", "Choose the previous suggestion.";
    PromptCancel => "prompt.cancel", Prompt, "Cancel", "Close the prompt and change nothing.", hint(60, "cancel");
    ConfirmYes => "confirm.yes", Confirm, "Yes", "Confirm.", hint(90, "yes");
    ConfirmNo => "confirm.no", Confirm, "No", "Cancel.", hint(80, "no");
    FileOpen => "file.open", Files, "Open", "Open the file in the program for its type; a file that could run commands is only saved.", also("view show xdg-open mailcap"), hint(90, "open");
    FileSave => "file.save", Files, "Save", "Save the file under a path of your choice.", also("download write export"), args(&[PATH]), hint(85, "save");
    FileSaveAll => "file.save-all", Files, "Save all", "Save every file of the list in a folder.", also("download export"), args(&[FOLDER]), hint(60, "save all");
    FilePipe => "file.pipe", Files, "Pipe", "Pipe the file to a shell command.", also("command shell stdin"), args(&[COMMAND]), hint(75, "pipe");
    FileCopyText => "file.copy-text", Files, "Copy the text", "Copy the text of the file to the clipboard.", also("yank clipboard"), hint(70, "copy text");
    FileRead => "file.read", Files, "Show as text", "Show the text of the file in a window.", also("read view"), hint(65, "as text");
    FileHtml => "file.html", Files, "Open the HTML part", "Open the HTML of the message in a browser, without remote content.", also("browser web page"), hint(55, "HTML");
    FileClose => "file.close", Files, "Close", "Close the list of files.", hint(50, "close");
    PopupEdit => "popup.edit", Popup, "Edit this record", "Edit the record that the window shows.", also("change"), needs(&[HasRecord, CanEdit]), hint(86, "edit");
    PopupArchive => "popup.archive", Popup, "Archive this record", "Archive the record that the window shows, or restore it.", also("delete remove restore"), needs(&[HasRecord, CanEdit]), hint(84, "archive");
    PopupRevert => "popup.revert", Popup, "Revert this import", "Revert the import that the window shows, after a confirmation.", also("undo take back"), needs(&[HasImport]), hint(85, "revert");
    PopupClose => "popup.close", Popup, "Close", "Close the window over the panes.", hint(80, "close");
}
