//! `frontdesk ticket reply` and `frontdesk ticket forward`: what leaves the desk.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use super::{
    changed,
    ctx::Ctx,
    editor::{self, Headers},
    env,
    fail::Fail,
    pick,
    text::TextArgs,
    when,
};
use crate::{
    desk::{
        Command, Desk, TicketChange,
        answering::{self, Answer, Below, Recipients},
        command::{FileOf, NewForward, NewReply},
        drafts::{DraftFile, DraftKind},
        read,
    },
    mail::compose::{self, File},
    model::{Agent, Category, Customer, Id, Kind, Message, Stamp, Ticket},
    store::{StoreError, View, records},
    tui::model::ComposerFile,
};

/// A public reply.
#[derive(Debug, Clone, clap::Args)]
pub struct ReplyArgs {
    /// To which ticket.
    pub id: String,
    /// Solve it with the reply.
    #[arg(long, group = "then")]
    pub solve: bool,
    /// Wait for the customer then.
    #[arg(long, group = "then")]
    pub pending: bool,
    /// Put the ticket on hold then.
    #[arg(long, group = "then")]
    pub hold: bool,
    /// To; the requester without it. May be repeated.
    #[arg(long, value_name = "ADDRESS")]
    pub to: Vec<String>,
    /// A tag to add; may be repeated.
    #[arg(long, value_name = "TAG", allow_hyphen_values = true)]
    pub tag: Vec<String>,
    /// In the side thread of a message: M-5; only who is in it reads the reply.
    #[arg(long, value_name = "MESSAGE")]
    pub side: Option<String>,
    /// Leave the quoted message out.
    #[arg(long)]
    pub no_quote: bool,
    /// Leave the signature out.
    #[arg(long)]
    pub no_signature: bool,
    /// Send it though another agent's reply to the ticket is held.
    #[arg(long)]
    pub anyway: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub letter: LetterArgs,
}

/// A thread to send on.
#[derive(Debug, Clone, clap::Args)]
pub struct ForwardArgs {
    /// Of which ticket.
    pub id: String,
    /// To; may be repeated.
    #[arg(long, value_name = "ADDRESS", required = true)]
    pub to: Vec<String>,
    /// Leave the files of the ticket out.
    #[arg(long)]
    pub no_files: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub letter: LetterArgs,
}

/// What replies and forwarded threads have in common.
#[derive(Debug, Clone, clap::Args)]
pub struct LetterArgs {
    /// A copy to; may be repeated.
    #[arg(long, value_name = "ADDRESS")]
    pub cc: Vec<String>,
    /// A hidden copy to; may be repeated.
    #[arg(long, value_name = "ADDRESS")]
    pub bcc: Vec<String>,
    /// The subject; that of the ticket without it.
    #[arg(long, value_name = "SUBJECT")]
    pub subject: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub files: FileArgs,
    /// Send it at a time: "tomorrow 9am".
    #[arg(long, value_name = "WHEN", conflicts_with = "now")]
    pub at: Option<String>,
    /// Send it immediately: it is not held.
    #[arg(long)]
    pub now: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub text: TextArgs,
}

/// Files that go with a message.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FileArgs {
    /// A file that goes with it; may be repeated; `-` reads one from stdin.
    #[arg(long, value_name = "FILE")]
    pub attach: Vec<PathBuf>,
    /// The name of the file that is read from stdin.
    #[arg(long, value_name = "NAME", required_if_eq("attach", "-"))]
    pub attach_name: Option<String>,
}

/// Answers a ticket. A draft that its editor began with is removed once the reply is stored.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn reply(ctx: &mut Ctx, desk: &Desk, args: &ReplyArgs) -> Result<(), Fail> {
    let letter = &args.letter;
    let ticket = pick::one(desk, Kind::Ticket, &args.id)?;
    let me = ctx.me(desk)?;
    let side = args.side.as_deref().map(|m| side_of(desk, m)).transpose()?;
    let files = letter.files.read(&letter.text)?;
    // What was begun on the screen, or taken back, goes on here: in the editor, which shows it.
    let draft = match &me {
        Some(me) if side.is_none() && letter.text.is_edited() => {
            desk.drafts_about(me.id, ticket, &DraftKind::Reply)?.into_iter().next()
        }
        _ => None,
    };
    let d = draft.clone().unwrap_or_default();
    let zone = ctx.zone(desk)?;
    let usual = desk.view(|v| Usual::of_reply(v, ticket, side, me.as_ref(), &zone))?;
    let or = |given: &[String], begun: &[String]| if given.is_empty() { begun } else { given }.to_vec();
    let begun_subject = letter.subject.clone().or_else(|| d.fields.get("subject").cloned());
    // The composer on the screen begins with everyone who had the message; flags name each.
    let (to, cc) = match (or(&args.to, &d.to), or(&letter.cc, &d.cc)) {
        (to, cc) if !letter.text.is_edited() || !to.is_empty() => (to, cc),
        (_, cc) if cc.is_empty() => (usual.to, usual.cc),
        (_, cc) => (usual.to, cc),
    };
    let headers = Headers {
        to,
        cc,
        bcc: or(&letter.bcc, &d.bcc),
        subject: begun_subject.clone().unwrap_or_else(|| usual.subject.clone()),
        files: names(&files, &d.files),
    };
    let edited = editor::edit(headers, &letter.text, "reply", &d.body)?;
    let going = edited.or_kept(Going::of(&edited.headers.files, files, &d.files))?;
    let new = &edited.headers;
    let subject = Some(new.subject.clone()).filter(|s| begun_subject.is_some() || *s != usual.subject);
    let then = match () {
        () if args.solve => Some(Category::Solved),
        () if args.pending => Some(Category::Pending),
        () if args.hold => Some(Category::OnHold),
        () => None,
    };
    let below = match (args.no_quote, args.no_signature) {
        (false, false) => d.below,
        (no_quote, no_signature) => {
            let left = |out: bool, text: String| if out { String::new() } else { text };
            let below = Below {
                signature: left(no_signature, usual.below.signature),
                history: left(no_quote, usual.below.history),
            };
            Some(below.text())
        }
    };
    let reply = NewReply {
        ticket,
        side,
        body: edited.body.clone(),
        below,
        subject,
        to: new.to.clone(),
        cc: new.cc.clone(),
        bcc: new.bcc.clone(),
        then,
        changes: args.tag.iter().cloned().map(TicketChange::Tag).collect(),
        existing: going.existing,
        files: going.files,
        send_at: send_at(ctx, desk, letter.at.as_deref())?,
        now: letter.now,
        seen: if args.anyway { desk.view(|v| read::thread(v, ticket))?.last().map(|m| m.id) } else { None },
    };
    let done = edited.or_kept(ctx.run(desk, Command::TicketReply(Box::new(reply))))?;
    if let (Some(draft), Some(me)) = (draft.filter(|_| !ctx.dry_run), &me) {
        let versions = std::iter::once(draft.version()).chain(draft.from.iter().cloned()).collect();
        desk.remove_drafts(Id(env::random()?), me.id, draft.subject, versions)?;
    }
    changed::print(ctx, desk, &done)
}

/// Sends a ticket's thread on.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn forward(ctx: &mut Ctx, desk: &Desk, args: &ForwardArgs) -> Result<(), Fail> {
    let letter = &args.letter;
    let ticket = pick::one(desk, Kind::Ticket, &args.id)?;
    let files = letter.files.read(&letter.text)?;
    // The editor shows those of the ticket too, which are taken out there.
    let own = if args.no_files || !letter.text.is_edited() {
        Vec::new()
    } else {
        desk.view(|v| answering::forwarded_files(v, &read::thread(v, ticket)?))?
    };
    let usual = desk.view(|v| records::get::<Ticket>(v, ticket))?.unwrap_or_default().subject;
    let usual = answering::forward_subject(&usual);
    let headers = Headers {
        to: args.to.clone(),
        cc: letter.cc.clone(),
        bcc: letter.bcc.clone(),
        subject: letter.subject.clone().unwrap_or_else(|| usual.clone()),
        files: names(&files, &own),
    };
    let edited = editor::edit(headers, &letter.text, "text", "")?;
    let going = edited.or_kept(Going::of(&edited.headers.files, files, &own))?;
    let new = &edited.headers;
    let forward = NewForward {
        ticket,
        to: new.to.clone(),
        cc: new.cc.clone(),
        bcc: new.bcc.clone(),
        subject: Some(new.subject.clone()).filter(|s| letter.subject.is_some() || *s != usual),
        files: going.files,
        existing: (args.no_files || letter.text.is_edited()).then_some(going.existing),
        body: edited.body.clone(),
        send_at: send_at(ctx, desk, letter.at.as_deref())?,
        now: letter.now,
        ..NewForward::default()
    };
    let done = edited.or_kept(ctx.run(desk, Command::TicketForward(Box::new(forward))))?;
    changed::print(ctx, desk, &done)
}

fn send_at(ctx: &Ctx, desk: &Desk, at: Option<&str>) -> Result<Option<Stamp>, Fail> {
    at.map(|at| when::ahead(at, env::now(), &ctx.zone(desk)?)).transpose()
}

/// The side thread of a message.
fn side_of(desk: &Desk, message: &str) -> Result<Id, Fail> {
    let id = pick::one(desk, Kind::Message, message)?;
    let m = desk.view(|v| records::get::<Message>(v, id))?;
    m.and_then(|m| m.side_thread()).ok_or_else(|| Fail::usage(format!("{message} is in no side thread")))
}

/// What a reply usually has where nothing else is said.
struct Usual {
    to: Vec<String>,
    cc: Vec<String>,
    subject: String,
    below: Below,
}

impl Usual {
    fn of_reply(
        view: &dyn View,
        ticket: Id,
        side: Option<Id>,
        me: Option<&Agent>,
        zone: &crate::model::zone::Zone,
    ) -> Result<Usual, StoreError> {
        let ticket: Ticket = records::get(view, ticket)?.unwrap_or_default();
        let customer: Customer = records::get(view, ticket.requester)?.unwrap_or_default();
        let (messages, events) = (read::thread(view, ticket.id)?, read::events(view, ticket.id)?);
        let sending = answering::sending(view, &ticket)?;
        let answer = Answer::new(&ticket, &customer, (&messages, &events), &sending, side);
        let Recipients { to, cc } = answer.recipients();
        Ok(Usual { to, cc, subject: answer.subject(), below: answer.below(me, zone) })
    }
}

/// Files as a header names them: those that were given, then those of a draft.
fn names(given: &[File], drafted: &[DraftFile]) -> Vec<String> {
    let drafted = drafted.iter().map(|f| ComposerFile::from(f.clone()).written());
    given.iter().map(|f| f.name.clone()).chain(drafted).collect()
}

/// The files that go with a message.
struct Going {
    files: Vec<File>,
    existing: Vec<FileOf>,
}

impl Going {
    /// Those that the headers name: of what was given and drafted, what is still named; what else is named is read.
    fn of(named: &[String], given: Vec<File>, drafted: &[DraftFile]) -> Result<Going, Fail> {
        let mut out = Going { files: Vec::new(), existing: Vec::new() };
        let (mut given, mut drafted) = (given, drafted.to_vec());
        let mut on_disk = Vec::new();
        for name in named {
            if let Some(at) = given.iter().position(|f| f.name == *name) {
                out.files.push(given.remove(at));
            } else if let Some(at) =
                drafted.iter().position(|f| ComposerFile::from(f.clone()).written() == *name)
            {
                let one = drafted.remove(at);
                match one.in_store() {
                    Some(part) => out.existing.push(part),
                    None => on_disk.push(one),
                }
            } else {
                out.files.push(file(Path::new(name))?);
            }
        }
        let read = crate::host::attach::read(&on_disk).map_err(|why| Fail::failed(why.to_string()))?;
        out.files.extend(read);
        Ok(out)
    }
}

impl FileArgs {
    /// The files as they go with a message.
    fn read(&self, text: &TextArgs) -> Result<Vec<File>, Fail> {
        let piped = self.attach.iter().filter(|p| is_stdin(p)).count();
        if piped > 1 || piped == 1 && text.is_piped() {
            return Err(Fail::usage("stdin is one text or one file: give the other ones by name"));
        }
        self.attach.iter().map(|path| self.file(path)).collect()
    }

    fn file(&self, path: &Path) -> Result<File, Fail> {
        if !is_stdin(path) {
            return file(path);
        }
        let name =
            self.attach_name.clone().ok_or_else(|| Fail::usage("name the file: --attach-name NAME"))?;
        let mut bytes = Vec::new();
        let failed =
            |e: std::io::Error| Fail::failed(format!("stdin cannot be read: {e}; nothing was changed"));
        std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > LARGEST {
            return Err(too_large("stdin"));
        }
        Ok(File { content_type: compose::type_of(&name).to_owned(), name, bytes })
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The most bytes of one file.
const LARGEST: u64 = crate::host::attach::LARGEST;

fn too_large(what: &str) -> Fail {
    Fail::failed(format!("{what} has more than {} MB; nothing was changed", LARGEST >> 20))
}

/// A file as it goes with a message.
fn file(path: &Path) -> Result<File, Fail> {
    let failed = |e: std::io::Error| Fail::failed(format!("{}: {e}; nothing was changed", path.display()));
    if fs::metadata(path).map_err(failed)?.len() > LARGEST {
        return Err(too_large(&path.display().to_string()));
    }
    let bytes = fs::read(path).map_err(failed)?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(File { content_type: compose::type_of(&name).to_owned(), name, bytes })
}
