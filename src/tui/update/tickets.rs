//! Verbs on tickets, customers and tasks: on the row as painted, or on all marked ones. The cursor goes on.

use super::{Cx, change, compose, open};
use crate::{
    desk::{
        Command, TicketChange,
        bulk::STEP,
        edit::{Edit, How},
        incoming::screener::Block,
    },
    model::{Category, Id, Kind, Priority, TicketType, field, phrase, ticket::SEVERITIES},
    tui::{
        command::{CommandId, Scope},
        data::{Ask, TicketRow},
        effect::Then,
        model::{
            Choice, ComposerKind, Confirm, Layer, Model, Pane, Picker, PickerFor, Prompt, PromptFor, Tone,
            see_list, with_list,
        },
        popups,
        text::Text,
    },
};

/// Changes the current tickets, for a command with its arguments: many are asked about first.
fn set(m: &mut Model, cx: &mut Cx, changes: Vec<TicketChange>, go_on: bool, of: (CommandId, Vec<String>)) {
    run(m, cx, |ids| Command::TicketSet(ids, changes), go_on, of);
}

/// Runs a command on the selected tickets: many are asked about first.
fn run(
    m: &mut Model,
    cx: &mut Cx,
    command: impl FnOnce(Vec<Id>) -> Command,
    go_on: bool,
    of: (CommandId, Vec<String>),
) {
    let ids: Vec<Id> = m.target_tickets().iter().map(|t| t.id).collect();
    if ids.is_empty() {
        return m.say(Tone::Refused, "No ticket is selected.");
    }
    if !is_sure(m, ids.len(), "tickets", of.0, of.1) {
        return;
    }
    let here = m.here();
    let hidden = see_list!(m, m.focus, list => list.marked().1, 0);
    change(m, cx, command(ids.clone()), Then::Say { here });
    if ids.len() >= ASKS_FROM && ids.len() <= STEP {
        m.say(Tone::Plain, format!("Changing {} tickets …", ids.len()));
    }
    if hidden > 0 {
        m.say(Tone::Plain, format!("{hidden} marked but hidden by the filter: left alone"));
    }
    if go_on {
        advance(m, cx, ids.len() > 1);
    }
}

/// More records than this are changed only after a question that says how many.
const ASKS_FROM: usize = 51;

/// Whether this many may be changed at the same time: many are asked about first, and a yes runs the command again.
fn is_sure(m: &mut Model, many: usize, what: &str, command: CommandId, args: Vec<String>) -> bool {
    if many < ASKS_FROM || std::mem::take(&mut m.sure) {
        return true;
    }
    // Ids are no words for people.
    let words: Vec<&str> = args.iter().map(String::as_str).filter(|a| a.parse::<Id>().is_err()).collect();
    let how = if words.is_empty() { String::new() } else { format!(": {}", words.join(" ")) };
    m.layers.push(Layer::Confirm(Confirm {
        question: format!("{} {many} {what}{how}?", command.def().title),
        detail: "One undo reverts all of it.".to_owned(),
        yes: command,
        args,
    }));
    false
}

/// The cursor goes on to the next row; where a ticket is read, the next one is.
pub fn advance(m: &mut Model, cx: &mut Cx, many: bool) {
    let pane = if m.focus == Pane::Page { m.leader() } else { m.focus };
    if many {
        with_list!(m, pane, list => list.unmark(), ());
        return;
    }
    let moved = with_list!(m, pane, list => { list.unmark(); list.step(1) }, false);
    if !moved {
        // At the end of the list the row itself goes, and the previous one is selected.
        open::follow(m);
    } else if m.focus == Pane::Page {
        open::follow_now(m, cx);
    } else {
        open::follow(m);
    }
}

/// Done, and next.
pub fn done(m: &mut Model, cx: &mut Cx) {
    set(m, cx, vec![TicketChange::Category(Category::Solved)], true, (CommandId::TicketDone, Vec::new()));
}

/// Waits for the customer, a date or a third party, and next.
pub fn wait(m: &mut Model, cx: &mut Cx, until: Option<String>) {
    let Some(until) = until else {
        m.layers.push(Layer::Prompt(Prompt {
            purpose: PromptFor::Argument(CommandId::TicketWait),
            title: "Wait".to_owned(),
            input: Text::line(""),
            help: "Enter: for the customer · hold: for a third party · tomorrow 9am, next wed, in 2h: asleep until then"
                .to_owned(),
            reading: "pending: until the customer writes".to_owned(),
            error: None,
            calm: false,
            before: String::new(),
            offers: Vec::new(),
            offer: None,
        }));
        return;
    };
    match waiting(m, &until) {
        Ok((change, _)) => set(m, cx, vec![change], true, (CommandId::TicketWait, vec![until])),
        Err(why) => m.say(Tone::Refused, why),
    }
}

/// What a wait phrase means: the change, and in words.
pub fn waiting(m: &Model, text: &str) -> Result<(TicketChange, String), String> {
    match text.trim() {
        "" | "pending" => {
            Ok((TicketChange::Category(Category::Pending), "pending: until the customer writes".to_owned()))
        }
        "hold" | "on hold" => {
            Ok((TicketChange::Category(Category::OnHold), "on hold: until a third party answers".to_owned()))
        }
        text => {
            let at = phrase::moment(text, m.now, &m.info.zone).map_err(|e| e.to_string())?;
            if at <= m.now {
                return Err("that is over already".to_owned());
            }
            Ok((
                TicketChange::Snooze(Some(at)),
                format!("asleep until {}", m.info.zone.when_exactly(at, m.now)),
            ))
        }
    }
}

/// Opens a ticket that waits or is solved.
pub fn reopen(m: &mut Model, cx: &mut Cx) {
    let asleep = m.target_tickets().iter().any(|t| t.asleep_until.is_some_and(|at| at > m.now));
    let open = m.target_tickets().iter().all(|t| matches!(t.category, Category::New | Category::Open));
    let mut changes = Vec::new();
    if asleep {
        changes.push(TicketChange::Snooze(None));
    }
    if !open {
        changes.push(TicketChange::Category(Category::Open));
    }
    set(m, cx, changes, false, (CommandId::TicketReopen, Vec::new()));
}

/// Closes for good.
pub fn close(m: &mut Model, cx: &mut Cx) {
    set(m, cx, vec![TicketChange::Category(Category::Closed)], true, (CommandId::TicketClose, Vec::new()));
}

/// Assigns it to an agent or a team, or unassigns it.
pub fn assign(m: &mut Model, cx: &mut Cx, to: Option<String>) {
    let Some(to) = to else { return popups::assign::open(m) };
    let wanted = to.trim().trim_start_matches('@').to_lowercase();
    let change = if wanted.is_empty() || wanted == "-" || wanted == "nobody" {
        TicketChange::Assignee(None)
    } else if wanted == "me" {
        TicketChange::Assignee(Some(m.me))
    } else if let Some(a) =
        m.info.agents.iter().find(|a| a.handle == wanted || a.name.to_lowercase() == wanted)
    {
        TicketChange::Assignee(Some(a.id))
    } else if let Some(t) = m.info.teams.iter().find(|t| t.name.to_lowercase() == wanted) {
        TicketChange::Team(Some(t.id))
    } else {
        return m.say(Tone::Refused, format!("No agent or team is called “{to}”."));
    };
    set(m, cx, vec![change], false, (CommandId::TicketAssign, vec![to]));
}

/// Takes it.
pub fn assign_to_me(m: &mut Model, cx: &mut Cx) {
    set(m, cx, vec![TicketChange::Assignee(Some(m.me))], false, (CommandId::TicketAssignToMe, Vec::new()));
}

/// Takes the most urgent unassigned ticket.
pub fn claim(m: &mut Model, cx: &mut Cx) {
    cx.ask(m, Ask::Claim);
}

/// The most urgent ticket is known: takes it, shows it, says why it.
pub fn claimed(m: &mut Model, cx: &mut Cx, found: Option<(Id, u64, String)>) {
    let Some((id, version, why)) = found else {
        return m.say(Tone::Plain, "No unassigned tickets left. Well done.");
    };
    let command = Command::TicketSet(vec![id], vec![TicketChange::Assignee(Some(m.me))]);
    let mut request = crate::desk::Request::new(cx.op(), m.me, m.now, command);
    // Two claims at the same moment: the second agent gets a message and tries again.
    request.seen = vec![(Kind::Ticket, id, version)];
    let here = m.here();
    change::ask(m, cx, request, Then::Say { here });
    open::record(m, cx, Kind::Ticket, id);
    m.queue.want(id);
    m.say(Tone::Plain, why);
}

/// The priority.
pub fn priority(m: &mut Model, cx: &mut Cx, to: Priority) {
    let command = match to {
        Priority::Urgent => CommandId::TicketUrgent,
        Priority::High => CommandId::TicketHigh,
        Priority::Low => CommandId::TicketLow,
        _ => CommandId::TicketNormal,
    };
    set(m, cx, vec![TicketChange::Priority(to)], false, (command, Vec::new()));
}

/// What it is; without an argument it is chosen.
pub fn kind(m: &mut Model, cx: &mut Cx, to: Option<String>) {
    match to {
        Some(word) => match TicketType::known(word.trim()) {
            Some(to) => set(m, cx, vec![TicketChange::Type(to)], false, (CommandId::TicketType, vec![word])),
            None => m.say(Tone::Refused, format!("“{word}” is no type of ticket.")),
        },
        None => choose(m, CommandId::TicketType, TicketType::WORDS),
    }
}

/// How bad it is for the customer, `none` for nothing; without an argument it is chosen.
pub fn severity(m: &mut Model, cx: &mut Cx, to: Option<String>) {
    let Some(word) = to else {
        return choose(m, CommandId::TicketSeverity, &[SEVERITIES, &["none"]].concat());
    };
    let value = if word == "none" { "" } else { word.trim() };
    if !value.is_empty() && !SEVERITIES.contains(&value) {
        return m.say(Tone::Refused, format!("“{word}” is no severity."));
    }
    let edit = Edit { field: "severity".into(), how: How::Set, value: value.into() };
    set(m, cx, vec![TicketChange::Field(edit)], false, (CommandId::TicketSeverity, vec![word]));
}

/// Asks for the argument of a command, one of a few words.
fn choose(m: &mut Model, command: CommandId, words: &[&str]) {
    let choice = |w: &&str| Choice { value: (*w).to_owned(), title: (*w).to_owned(), ..Choice::default() };
    let choices = words.iter().map(choice).collect();
    m.layers.push(Layer::Picker(Picker::new(PickerFor::Argument(command), command.def().title, choices)));
}

/// Gives it to another customer: one who was found, whose id comes with the name; else they are found first.
pub fn requester(m: &mut Model, cx: &mut Cx, to: &[String]) {
    match to.first().map(|id| id.parse::<Id>()) {
        Some(Ok(id)) => {
            let change = TicketChange::Requester(id);
            set(m, cx, vec![change], false, (CommandId::TicketRequester, to.to_vec()));
        }
        _ => popups::find::open(m, cx, Some(CommandId::TicketRequester), to.first().cloned()),
    }
}

/// Follows, or stops following.
pub fn follow(m: &mut Model, cx: &mut Cx) {
    let stop = m.ticket_at_hand().is_some_and(|t| t.followed);
    let change = if stop { TicketChange::Unfollow(m.me) } else { TicketChange::Follow(m.me) };
    set(m, cx, vec![change], false, (CommandId::TicketFollow, Vec::new()));
}

/// Rubbish, or not.
pub fn spam(m: &mut Model, cx: &mut Cx) {
    let is = m.ticket_at_hand().is_some_and(|t| t.spam);
    let ids: Vec<Id> = m.target_tickets().iter().map(|t| t.id).collect();
    let before = m.under_way.len();
    set(m, cx, vec![TicketChange::Spam(!is)], !is, (CommandId::TicketSpam, Vec::new()));
    if !is && m.under_way.len() > before {
        m.block_offered = ids;
    }
}

/// Lets first-time senders in.
pub fn accept(m: &mut Model, cx: &mut Cx) {
    set(m, cx, vec![TicketChange::Accept], true, (CommandId::TicketAccept, Vec::new()));
}

/// Blocks the senders; where the ticket is spam already, no longer. Right after tickets were marked as spam, theirs.
pub fn block(m: &mut Model, cx: &mut Cx) {
    let offered = std::mem::take(&mut m.block_offered);
    if !offered.is_empty() {
        let here = m.here();
        return change(m, cx, Command::TicketBlock(offered, Block::Address), Then::Say { here });
    }
    let how = if m.ticket_at_hand().is_some_and(|t| t.spam) { Block::Lift } else { Block::Address };
    let of = (CommandId::TicketBlock, Vec::new());
    run(m, cx, |ids| Command::TicketBlock(ids, how), how != Block::Lift, of);
}

/// Accepts a new address of the ticket that is read, or says that it is another person's.
pub fn address(m: &mut Model, cx: &mut Cx, accept: bool) {
    let Some(offer) = m.page.ticket_shown().and_then(|v| v.page.offers.first()) else {
        return m.say(Tone::Refused, "No new address is offered on this ticket.");
    };
    let (into, from) = (offer.customer, offer.owner);
    let command = if accept {
        Command::Merge { kind: Kind::Customer, into, from, take: Vec::new() }
    } else {
        Command::CustomerDistinct(into, from)
    };
    change(m, cx, command, Then::Say { here: m.here() });
}

/// Adds tags, and takes those with `-` before them away; without any they are chosen.
pub fn tags(m: &mut Model, cx: &mut Cx, tags: Vec<String>) {
    if tags.is_empty() {
        return popups::tags::open(m);
    }
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for tag in tags.iter().flat_map(|t| t.split([',', ' '])).map(str::trim).filter(|t| !t.is_empty()) {
        match tag.strip_prefix('-') {
            Some(gone) => remove.push(gone.to_owned()),
            None => add.push(tag.trim_start_matches('+').to_owned()),
        }
    }
    let on_tickets = !m.target_tickets().is_empty() && m.scope() != Scope::CustomerList;
    if on_tickets {
        let add = add.into_iter().map(TicketChange::Tag);
        let changes: Vec<_> = add.chain(remove.into_iter().map(TicketChange::Untag)).collect();
        set(m, cx, changes, false, (CommandId::RowTags, tags.clone()));
    } else {
        let ids = m.target_customers();
        if !is_sure(m, ids.len(), "customers", CommandId::RowTags, tags) {
            return;
        }
        let here = m.here();
        change(m, cx, Command::Tag(Kind::Customer, ids, add, remove), Then::Say { here });
    }
}

/// Puts customers away, or brings them back.
pub fn archive(m: &mut Model, cx: &mut Cx) {
    let ids = m.target_customers();
    let away = match m.customers_of(m.focus).and_then(|l| l.current()) {
        Some(row) => !row.archived,
        None => m.page.customer.as_ref().is_some_and(|v| v.page.customer.archived_at.is_none()),
    };
    let many = ids.len() > 1;
    if !is_sure(m, ids.len(), "customers", CommandId::CustomerArchive, Vec::new()) {
        return;
    }
    let here = m.here();
    change(m, cx, Command::Archive(Kind::Customer, ids, away), Then::Say { here });
    if away && m.customers_of(m.focus).is_some() {
        advance(m, cx, many);
    }
}

/// Ticks tasks off, and next.
pub fn task_done(m: &mut Model, cx: &mut Cx) {
    let ids = m.target_tasks();
    let many = ids.len() > 1;
    let here = m.here();
    change(m, cx, Command::TaskDone(ids, true), Then::Say { here });
    if m.focus == Pane::Tasks {
        advance(m, cx, many);
    }
}

/// Adds a record of the kind shown here.
pub fn new_here(m: &mut Model, cx: &mut Cx) {
    match m.scope() {
        Scope::CustomerList => popups::forms::customer_new(m),
        Scope::TaskList => popups::forms::task_new(m),
        Scope::MailboxList => popups::mailbox::add(m),
        Scope::CustomerPage => popups::forms::log(m, None),
        _ => new_ticket(m, cx),
    }
}

/// Opens a ticket for the current customer; without one they are found first.
pub fn new_ticket(m: &mut Model, cx: &mut Cx) {
    match m.customer_at_hand().filter(|_| m.scope() != Scope::TicketList) {
        Some(customer) => popups::forms::ticket_new(m, customer),
        None => popups::find::open(m, cx, Some(CommandId::TicketNew), None),
    }
}

/// Writes a reply, a note or a forward on the one ticket that is marked, else the selected one. One text goes to one ticket.
pub fn write(m: &mut Model, cx: &mut Cx, kind: ComposerKind) {
    let targets = m.target_tickets();
    if let [_, _, ..] = targets.as_slice() {
        let what = match kind {
            ComposerKind::Reply | ComposerKind::Side(_) => "A reply",
            ComposerKind::Note => "A note",
            ComposerKind::Forward => "A forward",
        };
        let why = format!("{what} goes to one ticket, and {} are selected.", targets.len());
        return m.say(Tone::Refused, why);
    }
    if let [one] = targets.as_slice()
        && m.composer.is_none()
    {
        let list = match m.focus {
            Pane::Queue => Some(&mut m.queue),
            Pane::AllTickets => Some(&mut m.all_tickets),
            _ => None,
        };
        let at = |rows: &[TicketRow]| rows.iter().position(|r| r.id == one.id);
        if let Some((list, at)) = list.and_then(|l| at(l.rows()).map(|at| (l, at))) {
            list.go(at);
        }
    }
    compose::open(m, cx, kind);
}

/// Opens the form of the row under the cursor, with its current values.
pub fn edit(m: &mut Model, cx: &mut Cx) {
    // On a customer's page it is the customer who is edited, whatever of the history is under the cursor.
    let customer = m.customer_at_hand().filter(|_| m.scope() == Scope::CustomerPage);
    match customer.map(|c| (Kind::Customer, c)).or_else(|| m.record_at_hand()) {
        Some((
            kind @ (Kind::Ticket | Kind::Customer | Kind::Organisation | Kind::Task | Kind::Mailbox),
            id,
        )) => {
            cx.ask(m, Ask::Fields(kind, id));
        }
        Some((kind, id)) if field::is_entity(kind) => cx.ask(m, Ask::Fields(kind, id)),
        Some((Kind::Order, _)) => m.say(Tone::Plain, "Orders cannot be edited: N r records a refund."),
        Some(_) => m.say(Tone::Plain, "History cannot be edited: u undoes your own change."),
        None => m.say(Tone::Refused, "Nothing that can be edited is selected."),
    }
}
