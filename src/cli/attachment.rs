//! `frontdesk attachment`: the files of messages: list them, save them.

use std::{io::IsTerminal, path::PathBuf};

use serde_json::{Value, json};

use super::{
    ctx::{Ctx, look},
    fail::Fail,
    out::{Form, say, shown},
    table::{self, fixed, right, text},
};
use crate::{
    desk::{
        Desk,
        attachments::{self, AttachmentPart, Files},
        read,
    },
    exchange::save,
    mail::{disk_name::disk_name, file_kind},
    model::{Id, Kind, Message, limits, number},
    store::{Reject, View, records},
};

/// What can be done with the files of messages.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum AttachmentVerb {
    /// List the files of messages or tickets: attachment list T-1
    List(AttachmentListArgs),
    /// Save files of a message, or all files of a ticket: attachment save M-5 2 -o ~/Downloads
    Save(SaveArgs),
}

/// Whose files are listed.
#[derive(Debug, Clone, clap::Args)]
pub struct AttachmentListArgs {
    /// Messages (M-5) or tickets (T-1).
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Print the names of the columns to a pipe, too.
    #[arg(long)]
    pub header: bool,
}

/// Which files are saved, and where.
#[derive(Debug, Clone, clap::Args)]
pub struct SaveArgs {
    /// The message (M-5), or the ticket (T-1) for the files of all its messages.
    #[arg(value_name = "ID")]
    pub id: String,
    /// Which file: its number or name; `message.html` is the HTML part without anything remote, `message.eml` the mail as it came. Without it all files.
    #[arg(value_name = "FILE")]
    pub file: Option<String>,
    /// A folder, a new file, or - for stdout; else the current folder, or stdout where that is a pipe and one file is named.
    #[arg(short, long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub output: Option<PathBuf>,
    /// Put it in the place of a file that is there.
    #[arg(long)]
    pub force: bool,
}

/// Runs the verb.
///
/// # Errors
/// Where the caller is not allowed to read messages, there is no such file, or it cannot be saved.
pub fn run(ctx: &mut Ctx, verb: &AttachmentVerb) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let me = ctx.actor(&desk)?.id;
    look(&desk, |v| attachments::permitted(v, me))?;
    match verb {
        AttachmentVerb::List(args) => list(ctx, &desk, args),
        AttachmentVerb::Save(args) => save(ctx, &desk, args),
    }
}

/// The messages of a word that names one, or a ticket.
fn messages(view: &dyn View, word: &str) -> Result<Vec<Message>, Reject> {
    let (kind, id) = match number::parse(word) {
        // A bare number is a message's.
        Some((None, _)) => (Kind::Message, read::resolve(view, Kind::Message, word)?),
        _ => read::resolve_any(view, word)?,
    };
    match kind {
        Kind::Message => Ok(records::get(view, id)?.into_iter().collect()),
        Kind::Ticket => Ok(read::thread(view, id)?),
        _ => {
            let why = format!("{word} is a {}: give a message (M-5) or a ticket (T-1)", kind.word());
            Err(crate::model::Refusal::Invalid { field: "id", why }.into())
        }
    }
}

/// One file of a message.
struct Row {
    message: Id,
    message_number: u64,
    /// From 1, as people count.
    number: usize,
    name: String,
    content_type: String,
    size: u64,
}

fn rows(messages: &[Message]) -> Vec<Row> {
    let of = |m: &Message| {
        let (message, message_number) = (m.id, m.number);
        let row = move |(n, a): (usize, &crate::model::message::Attachment)| Row {
            message,
            message_number,
            number: n + 1,
            name: a.name.clone(),
            content_type: a.content_type.clone(),
            size: a.size,
        };
        m.attachments.iter().take(limits::ATTACHMENTS).enumerate().map(row).collect::<Vec<Row>>()
    };
    messages.iter().flat_map(of).collect()
}

impl Row {
    fn message_ref(&self) -> String {
        number::show(Kind::Message, self.message_number)
    }

    fn about(&self) -> &'static str {
        file_kind::about(&self.name, &self.content_type)
    }

    fn json(&self) -> Value {
        json!({
            "message": self.message_ref(), "number": self.number, "name": self.name, "type": self.content_type,
            "size": self.size, "about": self.about(),
        })
    }
}

fn list(ctx: &mut Ctx, desk: &Desk, args: &AttachmentListArgs) -> Result<(), Fail> {
    let mut all = Vec::new();
    for word in &args.ids {
        all.extend(rows(&look(desk, |v| messages(v, word))?));
    }
    match ctx.out.form {
        Form::Json => all.iter().try_for_each(|r| ctx.out.json(&r.json())),
        Form::Quiet => all.iter().try_for_each(|r| ctx.out.safe(&r.name)),
        Form::Table => {
            let columns =
                [fixed("message"), right("number"), text("name"), text("type"), right("size"), text("about")];
            let cells = |r: &Row| {
                let (n, size) = (r.number.to_string(), r.size.to_string());
                vec![r.message_ref(), n, r.name.clone(), r.content_type.clone(), size, r.about().to_owned()]
            };
            let cells: Vec<Vec<String>> = all.iter().map(cells).collect();
            table::print(&mut ctx.out, &columns, &cells, args.header)
        }
    }
}

/// The files of a message for the shell, by number and by name; none where they cannot be read.
pub(super) fn offers(ctx: &Ctx, word: &str) -> Vec<(String, String)> {
    let read = || {
        let desk = ctx.desk()?;
        let me = ctx.actor(&desk)?.id;
        look(&desk, |v| {
            attachments::permitted(v, me)?;
            messages(v, word)
        })
    };
    let rows = rows(&read().unwrap_or_default());
    let numbers = rows.iter().map(|r| (r.number.to_string(), r.name.clone()));
    numbers.chain(rows.iter().map(|r| (r.name.clone(), r.content_type.clone()))).collect()
}

/// What is to be saved: of which message, which part, under which name.
struct WantedFile {
    message: Id,
    part: AttachmentPart,
    number: Option<usize>,
    name: String,
}

impl From<&Row> for WantedFile {
    fn from(r: &Row) -> WantedFile {
        let part = AttachmentPart::File(r.number - 1);
        WantedFile { message: r.message, part, number: Some(r.number), name: r.name.clone() }
    }
}

fn wanted(word: &str, file: Option<&str>, messages: &[Message]) -> Result<Vec<WantedFile>, Fail> {
    let rows = rows(messages);
    let Some(file) = file else {
        if rows.is_empty() {
            return Err(Fail::failed(format!("{word} has no files")));
        }
        return Ok(rows.iter().map(WantedFile::from).collect());
    };
    let one = match messages {
        [one] => Some(one),
        _ => None,
    };
    let by = |same: &dyn Fn(&Row) -> bool| rows.iter().filter(|r| same(r)).collect::<Vec<&Row>>();
    let mut found = match file.parse::<usize>() {
        Ok(n) if one.is_some() => by(&|r| r.number == n),
        _ => Vec::new(),
    };
    let tests: [&dyn Fn(&Row) -> bool; 3] = [&|r| r.name == file, &|r| disk_name(&r.name) == file, &|r| {
        r.name.to_lowercase() == file.to_lowercase()
    }];
    for test in tests {
        if found.is_empty() {
            found = by(test);
        }
    }
    match (found.as_slice(), one) {
        ([row], _) => Ok(vec![WantedFile::from(*row)]),
        ([], Some(m)) if file == "message.eml" => {
            let name = format!("{}.eml", number::show(Kind::Message, m.number));
            Ok(vec![WantedFile { message: m.id, part: AttachmentPart::Mail, number: None, name }])
        }
        ([], Some(m)) if file == "message.html" => {
            let name = format!("{}.html", number::show(Kind::Message, m.number));
            Ok(vec![WantedFile { message: m.id, part: AttachmentPart::Html, number: None, name }])
        }
        ([], _) => Err(Fail::failed(match rows.len() {
            0 => format!("{word} has no files"),
            n => format!(
                "{word} has {n} files, and none is {file}: `frontdesk attachment list {word}` lists them"
            ),
        })),
        (several, _) => {
            let all: Vec<String> =
                several.iter().map(|r| format!("{} {}", r.message_ref(), r.number)).collect();
            Err(Fail::failed(format!("several files are called {file}: give one of {}", all.join(", "))))
        }
    }
}

fn save(ctx: &mut Ctx, desk: &Desk, args: &SaveArgs) -> Result<(), Fail> {
    let messages = look(desk, |v| messages(v, &args.id))?;
    let wanted = wanted(&args.id, args.file.as_deref(), &messages)?;
    let piped = args.output.is_none() && args.file.is_some() && !std::io::stdout().is_terminal();
    if piped || args.output.as_ref().is_some_and(|o| o.as_os_str() == "-") {
        let [one] = wanted.as_slice() else {
            return Err(Fail::usage("stdout takes one file: name it, or give a folder with -o"));
        };
        let files = look(desk, |v| Files::of(v, one.message))?;
        let bytes = bytes(desk, &files, one)?;
        return ctx.out.raw(&bytes);
    }
    let folder = args.output.clone().unwrap_or_else(|| PathBuf::from("."));
    let into = args.file.is_none() || save::is_folder(&folder);
    let (mut failed, mut open): (Option<Fail>, Option<(Id, Files)>) = (None, None);
    for one in &wanted {
        // A mail is read once for all its files.
        if open.as_ref().is_none_or(|(id, _)| *id != one.message) {
            open = Some((one.message, look(desk, |v| Files::of(v, one.message))?));
        }
        let Some((_, files)) = &open else { continue };
        let saved = bytes(desk, files, one).and_then(|bytes| {
            let saved = if into {
                save::into_folder(&folder, &one.name, &bytes, args.force)
            } else {
                save::to_file(&folder, &bytes, args.force)
            };
            let path = saved.map_err(|e| {
                let more = if matches!(e, save::SaveError::Exists(_)) { ": --force replaces it" } else { "" };
                Fail::failed(format!("{}{more}", shown(e.to_string().as_ref())))
            })?;
            Ok((path, bytes.len()))
        });
        match saved {
            Ok((path, size)) => {
                let message = number::show(Kind::Message, files.message().number);
                match ctx.out.form {
                    Form::Json => ctx.out.json(&json!({
                        "message": message, "number": one.number, "name": one.name,
                        "path": path.to_string_lossy(), "size": size,
                    }))?,
                    _ => ctx.out.safe(&path.to_string_lossy())?,
                }
            }
            // The others are saved all the same.
            Err(why) if wanted.len() > 1 => {
                say(&format!("frontdesk: {why}"));
                failed = Some(Fail::No);
            }
            Err(why) => return Err(why),
        }
    }
    failed.map_or(Ok(()), Err)
}

fn bytes(desk: &Desk, files: &Files, one: &WantedFile) -> Result<Vec<u8>, Fail> {
    let found = desk.view(|v| files.bytes(v, one.part))?;
    found.map_err(|e| Fail::failed(e.to_string()))
}
