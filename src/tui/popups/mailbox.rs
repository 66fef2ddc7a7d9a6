//! Mailboxes: adding and changing them in a form that tries both directions before it saves; testing, pausing, removing.

use super::forms;
use crate::{
    desk::{Command, Edit, Request},
    mail::{endpoint, provider, words},
    model::{Hours, Kind, Mailbox, OpId},
    tui::{
        command::CommandId,
        data::Ask,
        effect::{Effect, Then},
        model::{Form, FormField, FormKind, Layer, MailCommands, MailTest, Model, Tone, Way, Wish},
        update::{self, Cx, change},
    },
};

/// The names of the commands in `mailboxes.toml` that the form asks for.
const COMMANDS: [&str; 2] = ["password_command", "token_command"];

/// The fields of a mailbox; `new`: with what is asked only once.
pub(super) fn fields(new: bool) -> Vec<FormField> {
    let yes = |name, label, help| FormField::line(name, label, help).one_of(&["no", "yes"]);
    let mut all = vec![
        FormField::line("address", "Address", "help@example.com: what customers write to").required(),
        FormField::line("name", "Name", "what customers see before the address"),
        FormField::line(
            "receive",
            "Receive",
            "imaps://USER@HOST/FOLDER, imap:// (STARTTLS), maildir:PATH, deliver, none",
        ),
        FormField::line(
            "send",
            "Send",
            "smtps://USER@HOST, smtp:// (STARTTLS), command:sendmail -t -i, none",
        ),
        FormField::line(
            "password_command",
            "Password",
            "a command that prints it: pass show mail/help; kept in your own mailboxes.toml",
        ),
        FormField::line(
            "token_command",
            "Token",
            "or a command that prints an OAuth token; kept in your own mailboxes.toml",
        ),
        FormField::line("team", "Team", "whose queue its tickets go to"),
        FormField::line("signature", "Signature", "stands under every reply").block(),
        FormField::line("acknowledgement", "Acknowledgement", "sent after a first message; empty: none")
            .block(),
        FormField::line("hours", "Hours", "Mon-Fri 09:00-17:00; empty: always"),
        FormField::line("out_of_hours", "Out of hours", "the answer outside of its hours; empty: none")
            .block(),
        FormField::line("alias", "Other addresses", "also received here, separated by commas"),
        FormField::line("blocked", "Blocked", "senders whose mail is not taken: ann@x.org, @spam.example"),
        FormField::line("after_fetch", "After fetching", "what happens to a message at the server")
            .one_of(&["leave", "flag", "move"]),
        FormField::line("move_to", "Move to", "the folder for fetched mail, where it moves"),
        FormField::line(
            "sent_folder",
            "Sent folder",
            "the folder that gets a copy of sent mail; empty: none",
        ),
        FormField::line("hourly_cap", "Hourly limit", "messages that may leave in an hour; empty: no limit"),
        yes("markdown", "Markdown", "replies also carry an HTML part, made of their text"),
        FormField::line("subject_hook", "Ticket number", "the ticket's number in the subject: [T-104]")
            .one_of(&["yes", "no"]),
        yes("screener", "Screener", "first messages of unknown senders wait to be let in"),
    ];
    if new {
        let history = yes("history", "History", "read what is in the folder already, too");
        let at = all.iter().position(|f| f.name == "team").unwrap_or(all.len());
        all.insert(at, history);
    }
    all
}

/// Commands that print the password of an address, as people keep them.
pub(super) fn password_commands(address: &str) -> [String; 4] {
    [
        format!("pass show mail/{address}"),
        format!("secret-tool lookup mail {address}"),
        format!("gopass show -o mail/{address}"),
        format!("security find-internet-password -w -a {address}"),
    ]
}

/// Opens the form of a new mailbox.
pub fn add(m: &mut Model) {
    let form = Form::new(FormKind::MailboxNew, "Add mailbox", fields(true));
    let intro = "Receiving and sending are tested before the mailbox is saved.".to_owned();
    forms::open(m, Form { intro, ..form });
}

/// Asks for the fields of the mailbox under the cursor, to edit them.
pub fn open(m: &mut Model, cx: &mut Cx) {
    if let Some(id) = m.mailboxes.current().map(|r| r.health.mailbox.id) {
        cx.ask(m, Ask::Fields(Kind::Mailbox, id));
    }
}

/// The address of a new mailbox was typed: how it is probably reached follows, where nothing else was typed there.
pub(crate) fn guess(form: &mut Form) {
    let is_address = form.fields.get(form.at).is_some_and(|f| f.name == "address");
    if form.kind != FormKind::MailboxNew || !is_address {
        return;
    }
    let guess = provider::guess(form.value("address"));
    let texts = guess.as_ref().map_or(("", ""), |g| (g.receive.as_str(), g.send.as_str()));
    for f in &mut form.fields {
        let text = match f.name {
            "receive" => texts.0,
            "send" => texts.1,
            _ => continue,
        };
        if !f.changed() {
            *f = f.clone().with(text);
        }
    }
    if let Some(note) = guess.map(|g| g.note).filter(|n| !n.is_empty()) {
        form.intro = note.to_owned();
    }
}

/// What is wrong with a value of the form; `None` where nothing is.
pub(super) fn wrong(name: &str, text: &str) -> Option<String> {
    match name {
        "receive" => endpoint::receive(text).err(),
        "send" => match text.strip_prefix("command:") {
            Some(line) => command_line(line).err(),
            None => endpoint::send(text).err(),
        },
        "password_command" | "token_command" => command_line(text).err(),
        "hours" => Hours::parse(text).err().map(|why| why.to_string()),
        "hourly_cap" => {
            text.parse::<u32>().map_or(true, |n| n == 0).then(|| "a number of messages".to_owned())
        }
        _ => None,
    }
}

/// That a command line can be run.
fn command_line(line: &str) -> Result<(), String> {
    match words::words(line)?.first() {
        Some(word) if !word.is_empty() => Ok(()),
        _ => Err("the command is empty".to_owned()),
    }
}

/// What a form asks for; `None` where nothing was changed.
fn wish(form: &Form) -> Result<Option<Wish>, String> {
    let send = form.value("send");
    let (send, line) = match send.strip_prefix("command:") {
        Some(line) => ("command", Some(line)),
        None => (send, None),
    };
    let is_command = |name: &str| COMMANDS.contains(&name);
    let mut commands: Vec<(&'static str, String)> = COMMANDS
        .into_iter()
        .map(|name| (name, form.value(name).to_owned()))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    commands.extend(line.map(|line| ("send_command", line.trim().to_owned())));
    let is_new = form.kind == FormKind::MailboxNew;
    let wanted =
        |f: &&FormField| !is_command(f.name) && (f.changed() || is_new && !f.text.as_str().trim().is_empty());
    let mut edits = Vec::new();
    for f in form.fields.iter().filter(wanted) {
        let value = if f.name == "send" { send } else { f.text.as_str().trim() };
        edits.push(Edit::set(f.name, value));
    }
    if edits.is_empty() && commands.is_empty() {
        return Ok(None);
    }
    let mailbox = Mailbox {
        address: form.value("address").to_owned(),
        receive: endpoint::receive(form.value("receive"))?,
        send: endpoint::send(send)?,
        ..Mailbox::default()
    };
    let reaches = ["address", "receive", "send"];
    let is_tried =
        is_new || !commands.is_empty() || edits.iter().any(|e| reaches.contains(&e.field.as_str()));
    let command = match form.kind {
        FormKind::MailboxEdit(id) if edits.is_empty() => Command::Edit(Kind::Mailbox, id, Vec::new()),
        FormKind::MailboxEdit(id) => Command::Edit(Kind::Mailbox, id, edits),
        _ => Command::Create(Kind::Mailbox, edits),
    };
    let before = form.fields.iter().find(|f| f.name == "address" && !is_new && f.changed());
    let commands = MailCommands { typed: commands, before: before.map(|f| f.before.clone()) };
    Ok(Some(Wish { mailbox, commands, command, is_tried }))
}

/// A form is to be saved: both directions are tried first, where they may have changed.
pub(super) fn submit(m: &mut Model, cx: &mut Cx, form: &Form) {
    match wish(form) {
        Ok(None) => {
            m.layers.pop();
        }
        Ok(Some(wish)) if wish.is_tried => begin(m, cx, wish.mailbox.clone(), Some(wish)),
        Ok(Some(wish)) => save(m, cx, wish, false),
        Err(why) => {
            if let Some(Layer::Form(f)) = m.layers.last_mut() {
                f.error = Some(why);
            }
        }
    }
}

/// Tries the mailbox under the cursor.
pub fn test(m: &mut Model, cx: &mut Cx) {
    if let Some(mailbox) = m.mailboxes.current().map(|r| r.health.mailbox.clone()) {
        begin(m, cx, mailbox, None);
    }
}

fn begin(m: &mut Model, cx: &mut Cx, mailbox: Mailbox, wish: Option<Wish>) {
    let op = cx.op();
    let commands = wish.as_ref().map(|w| w.commands.clone()).unwrap_or_default();
    let address = mailbox.address.clone();
    m.layers.push(Layer::MailTest(Box::new(MailTest { op, address, receive: None, send: None, wish })));
    cx.push(Effect::TryMail(op, Box::new(mailbox), commands));
}

/// Whether a test is under way.
pub fn is_trying(m: &Model) -> bool {
    matches!(m.layers.last(), Some(Layer::MailTest(t)) if !t.is_over())
}

/// One direction was tried. Where all is well, what was to be saved is.
pub(crate) fn tried(m: &mut Model, cx: &mut Cx, op: OpId, way: Way, result: Result<String, String>) {
    // A test that was cancelled is over.
    let Some(Layer::MailTest(t)) =
        m.layers.last_mut().filter(|l| matches!(l, Layer::MailTest(t) if t.op == op))
    else {
        return;
    };
    match way {
        Way::Receive => t.receive = Some(result),
        Way::Send => t.send = Some(result),
    }
    if t.is_good()
        && let Some(wish) = t.wish.take()
    {
        m.layers.pop();
        save(m, cx, wish, false);
    }
}

/// An answer to the question below the results of a test: saved all the same, paused; or back to the form.
pub(crate) fn answered(m: &mut Model, cx: &mut Cx, yes: bool) {
    let Some(Layer::MailTest(t)) = m.layers.pop() else { return };
    if !yes || t.wish.is_none() {
        if !t.is_over() {
            m.say(Tone::Plain, "Test cancelled.");
        }
        return;
    }
    if !t.is_over() {
        m.layers.push(Layer::MailTest(t));
        return m.say(Tone::Refused, "Still testing: please wait.");
    }
    if let Some(wish) = t.wish {
        save(m, cx, wish, true);
    }
}

/// Saves what the topmost form asks for.
fn save(m: &mut Model, cx: &mut Cx, wish: Wish, paused: bool) {
    let seen = match m.layers.last_mut() {
        Some(Layer::Form(f)) => {
            f.saving = true;
            f.seen
        }
        _ => None,
    };
    let mut request = Request::new(cx.op(), m.me, m.now, wish.command);
    request.seen = seen.into_iter().collect();
    let then = Then::MailboxSaved { address: wish.mailbox.address, commands: wish.commands, paused };
    update::ask(m, cx, request, then);
}

/// Stops fetching and sending for the mailbox under the cursor, or starts it again.
pub fn pause(m: &mut Model, cx: &mut Cx) {
    let Some((id, at)) = m.mailboxes.current().map(|r| (r.health.mailbox.id, r.health.mailbox.paused_at))
    else {
        return;
    };
    let here = m.here();
    change(m, cx, Command::MailboxPause(id, at.is_none()), Then::Say { here });
}

/// Removes the mailbox under the cursor.
pub fn remove(m: &mut Model, cx: &mut Cx) {
    let Some(id) = m.mailboxes.current().map(|r| r.health.mailbox.id) else { return };
    let here = m.here();
    change(m, cx, Command::MailboxRemove(id, true), Then::Say { here });
}

/// The commands of a mailbox are kept, or why not.
pub(crate) fn kept(m: &mut Model, result: Result<String, String>) {
    m.saving = m.saving.saturating_sub(1);
    match result {
        Ok(said) if said.is_empty() => {}
        Ok(said) => m.say(Tone::Plain, format!("Mailbox changed: {said}.")),
        Err(why) => m.say(Tone::Bad, format!("The mailbox was saved, but its commands were not: {why}")),
    }
}

/// The keys of a question, for the foot of a test.
pub fn keys(m: &Model, yes: bool) -> String {
    let command = if yes { CommandId::ConfirmYes } else { CommandId::ConfirmNo };
    m.keymap.keys_of(command).next().map(ToString::to_string).unwrap_or_default()
}
