//! `frontdesk mailbox`: the addresses at which customers reach the desk.

use std::thread;

use serde_json::{Value, json};

use super::{
    changed,
    ctx::Ctx,
    dry_run::DryRun,
    edits, env,
    fail::Fail,
    json::time,
    list::{self, Entity, ListArgs},
    out::{Form, say},
    table::{self, fixed, right, text},
};
use crate::{
    desk::{Command, Desk, Done, Edit, mail_health::Health, mailboxes, outbox, silence},
    host::mail::{self, config},
    model::{Id, Kind, Mailbox, Stamp, number},
    store::meta,
};

/// What can be done with mailboxes.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum MailboxVerb {
    /// Add a mailbox: mailbox add help@example.com --receive imaps://help@mail.example.com/INBOX --send smtps://help@mail.example.com
    Add(AddArgs),
    /// Change a mailbox: mailbox edit help@example.com name="Example Help" hourly_cap=200 blocked+=@spam.example
    Edit(EditArgs),
    /// List the mailboxes.
    List,
    /// Say how each mailbox stands; exit code 1 where something is wrong. For monitoring.
    Status,
    /// Try whether mail can be received and sent.
    Test(OneArgs),
    /// Neither fetch nor send for now.
    Pause(ChangeArgs),
    /// Fetch and send again.
    Resume(ChangeArgs),
    /// Remove a mailbox; its messages and tickets stay.
    Remove(ChangeArgs),
}

/// Which mailbox.
#[derive(Debug, Clone, clap::Args)]
pub struct OneArgs {
    /// Its address, or its number.
    pub address: String,
}

/// Which mailbox is changed.
#[derive(Debug, Clone, clap::Args)]
pub struct ChangeArgs {
    /// Its address, or its number.
    pub address: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// Commands that go to your own mailboxes.toml, never into the desk.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct CommandArgs {
    /// A command that prints the password; kept in your own mailboxes.toml.
    #[arg(long, value_name = "CMD")]
    pub password_command: Option<String>,
    /// A command that prints an OAuth 2.0 access token; kept in your own mailboxes.toml.
    #[arg(long, value_name = "CMD")]
    pub token_command: Option<String>,
}

/// A new mailbox.
#[derive(Debug, Clone, clap::Args)]
pub struct AddArgs {
    /// Its address.
    pub address: String,
    /// The name that customers see.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// How mail comes in: imaps://USER@HOST:PORT/FOLDER (without the port: the usual one), imap://… (STARTTLS), maildir:PATH, deliver
    #[arg(long, value_name = "HOW")]
    pub receive: Option<String>,
    /// How mail leaves: smtps://USER@HOST:PORT, smtp://… (STARTTLS), command:'sendmail -t -i'
    #[arg(long, value_name = "HOW")]
    pub send: Option<String>,
    /// The team whose queue its tickets go to.
    #[arg(long, value_name = "TEAM")]
    pub team: Option<String>,
    /// Read what is in the folder already, too.
    #[arg(long)]
    pub history: bool,
    /// Do not test whether mail can be received and sent.
    #[arg(long)]
    pub no_test: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub commands: CommandArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// Changes of a mailbox.
#[derive(Debug, Clone, clap::Args)]
pub struct EditArgs {
    /// Its address, or its number.
    pub address: String,
    /// Changes: field=value.
    #[arg(value_name = "FIELD=VALUE")]
    pub words: Vec<String>,
    /// Do not test whether mail can be received and sent.
    #[arg(long)]
    pub no_test: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub commands: CommandArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// Runs the verb.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn run(ctx: &mut Ctx, verb: &MailboxVerb) -> Result<(), Fail> {
    match verb {
        MailboxVerb::List => list::run(ctx, &ListArgs::all(Entity::Mailboxes)),
        MailboxVerb::Status => status(ctx),
        MailboxVerb::Test(args) => test(ctx, &args.address),
        MailboxVerb::Add(args) => add(ctx, args),
        MailboxVerb::Edit(args) => edit(ctx, args),
        MailboxVerb::Pause(args) => with(ctx, &args.address, |id| Command::MailboxPause(id, true)),
        MailboxVerb::Resume(args) => with(ctx, &args.address, |id| Command::MailboxPause(id, false)),
        MailboxVerb::Remove(args) => with(ctx, &args.address, |id| Command::MailboxRemove(id, true)),
    }
}

/// The mailbox of an address or a number.
///
/// # Errors
/// Where there is none.
pub fn named(desk: &Desk, word: &str) -> Result<Mailbox, Fail> {
    let all = desk.view(mailboxes::all)?;
    let number = |m: &Mailbox| number::show(Kind::Mailbox, m.number);
    let exact = |m: &&Mailbox| m.address.eq_ignore_ascii_case(word) || number(m).eq_ignore_ascii_case(word);
    all.iter().find(exact).or_else(|| all.iter().find(|m| m.is_own(word))).cloned().ok_or_else(|| {
        Fail::failed(format!("there is no mailbox {word}; `frontdesk mailbox list` lists them"))
    })
}

fn with(ctx: &mut Ctx, word: &str, command: impl FnOnce(Id) -> Command) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let id = named(&desk, word)?.id;
    let done = ctx.run(&desk, command(id))?;
    changed::print(ctx, &desk, &done)
}

/// What the desk stores of `command:'…'`, and the command line, which it does not store.
fn split_command(send: &str) -> (&str, Option<&str>) {
    match send.strip_prefix("command:") {
        Some(line) => ("command", Some(line)),
        None => (send, None),
    }
}

/// The commands of a mailbox, each by its name in the file.
fn commands<'a>(args: &'a CommandArgs, send: Option<&'a str>) -> Vec<(&'static str, &'a str)> {
    let all = [
        ("password_command", args.password_command.as_deref()),
        ("token_command", args.token_command.as_deref()),
        ("send_command", send),
    ];
    all.into_iter().filter_map(|(name, line)| Some((name, line?))).collect()
}

fn keep(ctx: &Ctx, desk: &Desk, address: &str, commands: &[(&str, &str)]) -> Result<(), Fail> {
    if commands.is_empty() {
        return Ok(());
    }
    let (store, folder) = (desk.view(meta::store_id)?, ctx.config_folder()?);
    config::set(&folder, store, address, Some(commands)).map_err(|e| Fail::failed(e.to_string()))?;
    say(&format!("commands are kept in {}", folder.join(config::FILE).display()));
    Ok(())
}

/// The commands of mailboxes follow their addresses, whatever changed those: an undo, too.
///
/// # Errors
/// Where the user's file cannot be read or written.
pub fn follow(ctx: &Ctx, desk: &Desk, done: &Done) -> Result<(), Fail> {
    if ctx.dry_run {
        return Ok(());
    }
    for (from, to) in &done.moved {
        let (store, users) = desk.view(|v| Ok((meta::store_id(v)?, mailboxes::users(v)?)))?;
        let moved = config::rename(&ctx.config_folder()?, store, from, to);
        let said = moved.map_err(|e| Fail::failed(e.to_string()))?.shown(from, to, &users);
        if !said.is_empty() {
            say(&said);
        }
    }
    Ok(())
}

/// That the commands can be run before anything is changed.
fn checked(commands: &[(&str, &str)]) -> Result<(), Fail> {
    for (name, line) in commands {
        let words = config::words(line).map_err(|e| Fail::usage(format!("{name}: {e}")))?;
        if words.is_empty() {
            return Err(Fail::usage(format!("{name}: the command is empty")));
        }
    }
    Ok(())
}

fn add(ctx: &mut Ctx, args: &AddArgs) -> Result<(), Fail> {
    let desk = ctx.desk_or_start()?;
    let (send, line) = args.send.as_deref().map_or(("", None), split_command);
    let commands = commands(&args.commands, line);
    checked(&commands)?;
    let mut edits = vec![Edit::set("address", &args.address)];
    edits.extend(args.name.as_ref().map(|v| Edit::set("name", v)));
    edits.extend(args.team.as_ref().map(|v| Edit::set("team", v)));
    edits.extend(args.receive.as_ref().map(|v| Edit::set("receive", v)));
    edits.extend(args.send.as_ref().map(|_| Edit::set("send", send)));
    edits.extend(args.history.then(|| Edit::set("history", "yes")));
    let done = ctx.run(&desk, Command::Create(Kind::Mailbox, edits))?;
    changed::print(ctx, &desk, &done)?;
    if ctx.dry_run {
        return Ok(());
    }
    keep(ctx, &desk, &args.address, &commands)?;
    if !args.no_test {
        try_out(ctx, &desk, &named(&desk, &args.address)?)?;
    }
    let waiting = desk.view(outbox::counts)?.queued;
    if waiting > 0 {
        say(&format!(
            "written before there was a mailbox: {waiting}, sent only with `frontdesk outbox now`; `frontdesk list outbox state:queued` lists them"
        ));
    }
    Ok(())
}

fn edit(ctx: &mut Ctx, args: &EditArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let mailbox = named(&desk, &args.address)?;
    let mut edits = edits::all(&args.words)?;
    let mut line = None;
    for e in edits.iter_mut().filter(|e| e.field == "send") {
        let (send, command) = split_command(&e.value);
        line = command.map(str::to_owned).or(line);
        e.value = send.to_owned();
    }
    let commands = commands(&args.commands, line.as_deref());
    checked(&commands)?;
    if edits.is_empty() && commands.is_empty() {
        return Err(Fail::usage("nothing is to be changed: name the mailbox, then field=value"));
    }
    let mut now = mailbox.clone();
    if !edits.is_empty() {
        let done = ctx.run(&desk, Command::Edit(Kind::Mailbox, mailbox.id, edits))?;
        changed::print(ctx, &desk, &done)?;
        follow(ctx, &desk, &done)?;
        now = named(&desk, &number::show(Kind::Mailbox, mailbox.number))?;
    }
    if ctx.dry_run {
        return Ok(());
    }
    keep(ctx, &desk, &now.address, &commands)?;
    let is_another = (&now.receive, &now.send) != (&mailbox.receive, &mailbox.send) || !commands.is_empty();
    if is_another && !args.no_test { try_out(ctx, &desk, &now) } else { Ok(()) }
}

/// Tests a mailbox that was just saved, and says what came of it: it is saved all the same.
fn try_out(ctx: &Ctx, desk: &Desk, mailbox: &Mailbox) -> Result<(), Fail> {
    let mut good = true;
    for (what, result) in tried(ctx, desk, mailbox)? {
        good &= result.is_ok();
        say(&told(what, &result));
    }
    if !good {
        say(&format!("the mailbox is saved; `frontdesk mailbox test {}` tests it again", mailbox.address));
    }
    Ok(())
}

fn status(ctx: &mut Ctx) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let (zone, now) = (ctx.zone(&desk)?, env::now());
    let health = desk.view(|v| Health::load(v, now))?;
    let kept = health.kept_until.is_some();
    let at = |at: Option<Stamp>| at.map_or(Value::Null, |at| time(&zone, at));
    let ago = |at: Option<Stamp>| at.map(|at| zone.date_time(at)).unwrap_or_default();
    let mut bad = false;
    let mut rows = Vec::new();
    for h in &health.mailboxes {
        let (m, s, o, wrong) = (&h.mailbox, &h.state, &h.standing, h.problems(now));
        bad |= !wrong.is_empty();
        if ctx.out.form == Form::Json {
            ctx.out.json(&json!({
                "address": m.address, "ok": wrong.is_empty(), "problems": wrong, "paused_at": at(m.paused_at),
                "last_contact": at(s.last_contact), "last_mail": at(s.last_mail),
                "silent_since": at(s.last_mail.filter(|_| h.silent_for(now).is_some())),
                "usual_pause_ms": silence::usual(s), "failing_since": at(s.failing_since),
                "problem": s.problem, "next_retry": at(s.next_retry), "last_sent": at(s.last_sent),
                "send_failing_since": at(s.send_failing_since), "send_problem": s.send_problem,
                "send_next_retry": at(s.send_next_retry), "copy_problem": s.copy_problem,
                "waiting": o.waiting, "deferred": o.deferred,
                "failed": o.failed, "unsure": o.unsure, "kept": kept,
            }))?;
            continue;
        }
        let well = if wrong.is_empty() { "ok".to_owned() } else { wrong.join("; ") };
        rows.push(vec![
            m.address.clone(),
            ago(s.last_contact),
            ago(s.last_mail),
            ago(s.last_sent),
            (o.waiting + o.deferred).to_string(),
            well,
        ]);
    }
    if ctx.out.form != Form::Json {
        let columns = [
            text("address"),
            fixed("contact"),
            fixed("mail"),
            fixed("sent"),
            right("waiting"),
            text("state"),
        ];
        table::print(&mut ctx.out, &columns, &rows, false)?;
        ctx.out.flush()?;
        if health.mailboxes.is_empty() {
            say("there is no mailbox: add one with `frontdesk mailbox add`");
        }
        if let Some(no_one) = health.no_one(now) {
            say(&format!("{}: `frontdesk mail run` does", no_one.words));
        }
        if let Some(queued) = health.queued() {
            say(&queued.words);
        }
    }
    if bad { Err(Fail::No) } else { Ok(()) }
}

/// What came of a test of one direction.
type Tried = Result<String, String>;

/// Tests both directions of a mailbox, and notes how large a message its server takes.
fn tried(ctx: &Ctx, desk: &Desk, mailbox: &Mailbox) -> Result<[(&'static str, Tried); 2], Fail> {
    let store = desk.view(meta::store_id)?;
    let config = config::Config::load(&ctx.config_folder()?).map_err(|e| Fail::failed(e.to_string()))?;
    let path = env::env("PATH").unwrap_or_default();
    // At the same time: a server that does not answer takes half a minute.
    let (receive, send) = thread::scope(|s| {
        let receive = s.spawn(|| mail::test_receive(&config, store, mailbox));
        let send = mail::test_send(&config, store, mailbox, &path);
        (receive.join().unwrap_or_else(|_| Err("the test met a fault of the program".into())), send)
    });
    if let Ok(found) = &send {
        desk.note_size_limit(env::op()?, mailbox.id, found.size_limit)?;
    }
    Ok([("receive", receive), ("send", send.map(|found| found.said))])
}

fn told(what: &str, result: &Tried) -> String {
    match result {
        Ok(said) => format!("{what}: ok, {said}"),
        Err(why) => format!("{what}: fails: {why}"),
    }
}

fn test(ctx: &mut Ctx, word: &str) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let mailbox = named(&desk, word)?;
    let mut good = true;
    for (what, result) in tried(ctx, &desk, &mailbox)? {
        good &= result.is_ok();
        match ctx.out.form {
            Form::Json => {
                let (ok, said) = (result.is_ok(), result.unwrap_or_else(|why| why));
                ctx.out.json(&json!({ "what": what, "ok": ok, "said": said }))?;
            }
            _ => ctx.out.safe(&told(what, &result))?,
        }
    }
    if good { Ok(()) } else { Err(Fail::No) }
}
