//! The command line: what may be typed, and where each verb goes.

use std::{ffi::OsString, io::Write as _, sync::Arc};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{
    agent::{self, AgentVerb, InitArgs, SettingsArgs, TeamVerb},
    attachment::{self, AttachmentVerb},
    backup::{self, BackupArgs, RestoreArgs},
    check::{self, CheckArgs},
    complete,
    config::{self, ConfigVerb},
    ctx::{Ctx, Global},
    customer::{self, CustomerVerb},
    demo::{self, DemoArgs},
    dry_run, env,
    export::{self, ExportArgs},
    fail::Fail,
    field::{self, FieldVerb},
    fields::{self, FieldsArgs},
    find::{self, FindArgs},
    import::{self, ImportArgs},
    keys::{self, KeysAction, KeysArgs, KeysError},
    list::{self, ListArgs},
    log::{self, LogArgs},
    mail::{self, MailVerb},
    mailbox::{self, MailboxVerb},
    negation,
    order::{self, OrderVerb},
    organisation::{self, OrganisationVerb},
    out::say,
    outbox::{self, OutboxVerb},
    record::{self, RecordVerb},
    report::{self, ReportArgs},
    response::{self, ResponseVerb, ViewVerb},
    salvage::{self, SalvageArgs},
    screen::{self, ScreenArgs},
    segment::{self, SegmentVerb},
    show::{self, ShowArgs},
    task::{self, TaskVerb},
    ticket::{self, TicketVerb},
    undo::{self, UndoArgs},
};
use crate::term::safe::{Safe, ascii};

/// The customer manager that lives in a terminal. Without a verb it opens the desk.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed or nothing found, 2 asked wrongly, 65 bad data, 75 busy: try again, \
130 interrupted (by another signal: 128 and its number).\nData goes to stdout, all else to stderr: a table for a terminal, tab-separated values for a pipe."
)]
struct Line {
    #[command(flatten)]
    global: Global,
    #[command(flatten)]
    screen: ScreenArgs,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List records by query: frontdesk list tickets is:open assignee:@me sort:-updated
    List(ListArgs),
    /// Show a record with what belongs to it: frontdesk show T-12
    Show(ShowArgs),
    /// Find people, organisations and tickets; exit code 1 where there are none.
    Find(FindArgs),
    /// The fields that queries may ask for: frontdesk fields tickets
    Fields(FieldsArgs),
    /// Customers: add, edit, archive, tag, log, show.
    #[command(subcommand)]
    Customer(CustomerVerb),
    /// Organisations: add, edit, archive, tag, show.
    #[command(subcommand, visible_aliases = ["organization", "org"])]
    Organisation(OrganisationVerb),
    /// Tickets: create, reply, note, solve, assign, tag, snooze …
    #[command(subcommand)]
    Ticket(Box<TicketVerb>),
    /// Mailboxes: add, edit, list, status, test, pause, resume, remove.
    #[command(subcommand)]
    Mailbox(Box<MailboxVerb>),
    /// Fetch and send mail, or take a message that another program delivers.
    #[command(subcommand)]
    Mail(MailVerb),
    /// Messages on their way: now, later, hold, retry, cancel, edit; `frontdesk list outbox` lists them.
    #[command(subcommand)]
    Outbox(OutboxVerb),
    /// The files of messages: list, save.
    #[command(subcommand)]
    Attachment(AttachmentVerb),
    /// Orders: add, refund, show.
    #[command(subcommand)]
    Order(OrderVerb),
    /// Tasks: add, edit, done, show.
    #[command(subcommand)]
    Task(TaskVerb),
    #[command(flatten)]
    Record(RecordVerb),
    /// Survey answers: record.
    #[command(subcommand, visible_alias = "survey")]
    Response(ResponseVerb),
    /// Agents: add, edit, away, back, list.
    #[command(subcommand)]
    Agent(AgentVerb),
    /// Custom fields: add, edit, list, remove.
    #[command(subcommand)]
    Field(FieldVerb),
    /// Teams: add, list.
    #[command(subcommand)]
    Team(TeamVerb),
    /// Saved queries: save, delete; `frontdesk list views` lists them.
    #[command(subcommand)]
    View(ViewVerb),
    /// Saved queries as groups: list, save, snapshot, overlap, members.
    #[command(subcommand)]
    Segment(SegmentVerb),
    /// What may be written next in a query: for the shell.
    #[command(hide = true)]
    Complete(complete::CompleteArgs),
    /// The same of a whole line: for the scripts of the shells.
    #[command(hide = true)]
    CompleteLine(complete::LineArgs),
    /// Take back your last change, or a row of the log.
    Undo(UndoArgs),
    /// Do your last undone change again.
    Redo,
    /// Who changed what, the newest first: frontdesk log T-12 --verbose
    Log(LogArgs),
    /// The numbers: first reply, resolution, satisfaction, revenue …
    Report(ReportArgs),
    /// Bring contacts, mail and orders in; take an import back.
    Import(ImportArgs),
    /// Write records as CSV or JSON lines.
    Export(ExportArgs),
    /// Verify the file, derive everything again and compare; exit code 0 only where all is right.
    Check(CheckArgs),
    /// Copy the store into a new file while others work, and verify the copy.
    Backup(BackupArgs),
    /// Put a backup in the place of the store; the old one is kept aside.
    Restore(RestoreArgs),
    /// Save what survives of a damaged store into a file that a new one takes in.
    Salvage(SalvageArgs),
    /// Write the store into a fresh file without what was deleted.
    Compact,
    /// Count what the store contains.
    Stats,
    /// Make a desk.
    Init(InitArgs),
    /// Open the practice desk, made where there is none: an invented company to try things on.
    Demo(DemoArgs),
    /// Show or change the desk's own settings.
    Settings(SettingsArgs),
    /// Show the effective configuration and where each value comes from: config show --origin
    #[command(subcommand)]
    Config(ConfigVerb),
    /// List the keys of the screen, or check a keymap.
    Keys(KeysArgs),
    /// Bring what is due: held replies are queued, snoozes end. For cron.
    Tick,
    /// Print completions for a shell: frontdesk completions bash > …
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// The whole command line, as clap knows it.
pub(super) fn command() -> clap::Command {
    Line::command()
}

/// Does what the words say, and gives the exit code.
pub fn main(words: impl Iterator<Item = OsString>) -> u8 {
    let words = negation::hoisted(negation::negations(words, &command()));
    let parsed = command().try_get_matches_from(words).and_then(|m| {
        let line = Line::from_arg_matches(&m).map_err(|e| e.format(&mut command()))?;
        Ok((line, dry_run::is_asked(&m)))
    });
    let (line, dry_run) = match parsed {
        Ok(parsed) => parsed,
        Err(e) => {
            // Help and version go to stdout with 0, mistakes to stderr with 2; clap knows which is which.
            let plain = e.render().to_string();
            let folded = env::is_ascii() && !plain.is_ascii();
            if e.use_stderr() && (folded || Safe::block(plain.as_str()).as_str() != plain) {
                // A given word contains terminal control characters.
                say(&plain);
            } else if folded {
                let _ = std::io::stdout().write_all(ascii(&plain).as_bytes());
            } else {
                let _ = e.print();
            }
            return u8::try_from(e.exit_code()).unwrap_or(2);
        }
    };
    // Beyond `ulimit -f` a write then fails with a message, instead of a silent end by SIGXFSZ.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    let mut ctx = Ctx { dry_run, ..Ctx::new(line.global) };
    #[cfg(debug_assertions)]
    watch();
    let done = run(&mut ctx, line.verb, &line.screen).and_then(|()| ctx.out.flush());
    match done {
        Ok(()) => 0,
        Err(fail) => {
            // What was written before the failure is still data.
            let _ = ctx.out.flush();
            let text = fail.to_string();
            if !text.is_empty() {
                say(&format!("frontdesk: {text}"));
            }
            fail.code()
        }
    }
}

/// Reports code that keeps a snapshot of the store open for long, where a test asks for it.
#[cfg(debug_assertions)]
fn watch() {
    if let Some(most) = env::env("FRONTDESK_WATCH").and_then(|n| n.parse().ok()) {
        crate::store::rolling::watch(most, |told| say(&format!("held too long: {told:?}")));
    }
}

fn run(ctx: &mut Ctx, verb: Option<Verb>, screen: &ScreenArgs) -> Result<(), Fail> {
    match verb {
        None => screen::run(ctx, screen),
        Some(Verb::List(args)) => list::run(ctx, &args),
        Some(Verb::Show(args)) => show::run(ctx, &args),
        Some(Verb::Find(args)) => find::run(ctx, &args),
        Some(Verb::Fields(args)) => fields::run(ctx, &args),
        Some(Verb::Customer(verb)) => customer::run(ctx, &verb),
        Some(Verb::Organisation(verb)) => organisation::run(ctx, &verb),
        Some(Verb::Ticket(verb)) => ticket::run(ctx, &verb),
        Some(Verb::Mailbox(verb)) => mailbox::run(ctx, &verb),
        Some(Verb::Mail(verb)) => mail::run(ctx, &verb),
        Some(Verb::Outbox(verb)) => outbox::run(ctx, &verb),
        Some(Verb::Attachment(verb)) => attachment::run(ctx, &verb),
        Some(Verb::Order(verb)) => order::run(ctx, &verb),
        Some(Verb::Task(verb)) => task::run(ctx, &verb),
        Some(Verb::Record(verb)) => record::run(ctx, &verb),
        Some(Verb::Response(verb)) => response::response(ctx, &verb),
        Some(Verb::Agent(verb)) => agent::agent(ctx, &verb),
        Some(Verb::Field(verb)) => field::run(ctx, &verb),
        Some(Verb::Team(verb)) => agent::team(ctx, &verb),
        Some(Verb::View(verb)) => response::view(ctx, &verb),
        Some(Verb::Segment(verb)) => segment::run(ctx, &verb),
        Some(Verb::Complete(args)) => complete::run(ctx, &args),
        Some(Verb::CompleteLine(args)) => complete::line(ctx, &args, &command()),
        Some(Verb::Undo(args)) => undo::undo(ctx, &args),
        Some(Verb::Redo) => undo::redo(ctx),
        Some(Verb::Log(args)) => log::run(ctx, &args),
        Some(Verb::Report(args)) => report::run(ctx, &args),
        Some(Verb::Import(args)) => import::run(ctx, &args),
        Some(Verb::Export(args)) => export::run(ctx, &args),
        Some(Verb::Check(args)) => check::check(ctx, &args),
        Some(Verb::Backup(args)) => backup::backup(ctx, &args),
        Some(Verb::Restore(args)) => backup::restore(ctx, &args),
        Some(Verb::Salvage(args)) => salvage::salvage(ctx, &args),
        Some(Verb::Compact) => backup::compact(ctx),
        Some(Verb::Stats) => check::stats(ctx),
        Some(Verb::Init(args)) => agent::init(ctx, &args),
        Some(Verb::Demo(args)) => demo::run(ctx, &args, screen),
        Some(Verb::Settings(args)) => agent::settings(ctx, &args),
        Some(Verb::Config(verb)) => config::run(ctx, &verb),
        Some(Verb::Keys(args)) => keys(ctx, &args),
        Some(Verb::Tick) => check::tick(ctx),
        Some(Verb::Completions { shell }) => {
            let mut text = Vec::new();
            match complete::script(shell) {
                Some(script) => text.extend(script.as_bytes()),
                None => clap_complete::generate(shell, &mut command(), "frontdesk", &mut text),
            }
            ctx.out.bytes(&text)
        }
    }
}

fn keys(ctx: &mut Ctx, args: &KeysArgs) -> Result<(), Fail> {
    let mut args = args.clone();
    args.json |= ctx.global.json;
    // A check is of what the screen would use: your own keymap lies over the map.
    if let Some(KeysAction::Check { file: file @ None }) = &mut args.action
        && args.file.is_none()
    {
        *file = Some(ctx.config_folder()?.join("keymap.toml")).filter(|own| own.exists());
    }
    let mut text = Vec::new();
    let checked = keys::run(&args, &mut text);
    ctx.out.text(&String::from_utf8_lossy(&text))?;
    match checked {
        Ok(0) => Ok(()),
        Ok(_) => Err(Fail::No),
        Err(KeysError::Write(e)) => Err(e.into()),
        Err(e @ KeysError::NoMap { .. }) => Err(Fail::usage(e.to_string())),
        Err(e) => Err(Fail::failed(e.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }
}
