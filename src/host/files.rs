//! The files of messages, for a screen: read out of the store, saved, or handed to the link to be opened.

use std::path::{Path, PathBuf};

use crate::{
    desk::{
        Desk,
        attachments::{self, AttachmentPart, Files},
    },
    exchange::save::{self, SaveError},
    mail::{charset, disk_name, file_kind, html, html::inert, parse},
    model::{Id, limits},
    store::{Reject, StoreError},
    term::safe::Safe,
    tui::{
        effect::{FileJob, FileWhat},
        event::FileDone,
    },
};

use super::link::ToOpen;

/// What is to be done with a file that was read.
pub enum Given {
    /// It is done: what to say or show.
    Done(FileDone),
    /// A program opens it.
    Open(Box<Opening>),
    /// It is given to a command of the agent's.
    Pipe(String, Vec<u8>),
}

/// A file on its way to a program.
pub struct Opening {
    /// Its name, for people.
    pub name: String,
    content_type: String,
    ending: Option<String>,
    page: bool,
    /// What is shown where no program is found; `None` for what is no text.
    text: Option<String>,
    bytes: Vec<u8>,
}

impl Opening {
    /// Its name in a sentence.
    pub fn shown(&self) -> String {
        Safe::line(self.name.as_str()).truncate(40).as_str().to_owned()
    }

    /// As the link takes it.
    pub fn to_open(&self) -> ToOpen<'_> {
        ToOpen {
            bytes: &self.bytes,
            content_type: &self.content_type,
            ending: self.ending.as_deref(),
            page: self.page,
            text: self.text.is_some() && !self.page,
        }
    }

    /// What is shown where no program is found.
    pub fn as_text(&self) -> FileDone {
        match &self.text {
            Some(text) => FileDone::Text { title: self.name.clone(), text: text.clone() },
            None => FileDone::Refused(format!("No program opens {}: save it instead.", self.content_type)),
        }
    }
}

/// Reads the file of a job on behalf of an agent, and does with it what needs no terminal.
pub fn run(desk: &Desk, me: Id, job: &FileJob) -> Given {
    match done(&desk.seen_by(Some(me)), me, job) {
        Ok(given) => given,
        Err(why) => Given::Done(FileDone::Failed(why)),
    }
}

fn done(desk: &Desk, me: Id, job: &FileJob) -> Result<Given, String> {
    if let FileWhat::SaveAll(folder, all) = &job.what {
        return save_all(desk, me, folder, all);
    }
    let files = files_of(desk, me, job.message)?;
    let bytes = bytes_of(desk, &files, job.part)?;
    let kind = file_kind::opened_as(&job.name, &job.content_type);
    Ok(match &job.what {
        FileWhat::Save(path, over) => Given::Done(saved(&job.name, path, &bytes, *over)),
        FileWhat::Pipe(command) => Given::Pipe(command.clone(), bytes),
        FileWhat::Copy => Given::Done(match text_of(job, kind, &bytes) {
            Some(text) => FileDone::Copy(text),
            None => FileDone::Refused(format!("{} is not text: nothing was copied.", job.name)),
        }),
        FileWhat::Read => Given::Done(match text_of(job, kind, &bytes) {
            Some(text) => FileDone::Text { title: job.name.clone(), text },
            None => FileDone::Refused(format!("{} is not text.", job.name)),
        }),
        FileWhat::Open => opening(job, kind, bytes),
        FileWhat::SaveAll(..) => Given::Done(FileDone::Said(String::new())),
    })
}

fn opening(job: &FileJob, kind: &str, bytes: Vec<u8>) -> Given {
    let page = job.part == AttachmentPart::Html || file_kind::is_page(&job.name, &job.content_type);
    if !page && let Some(why) = file_kind::danger(&job.name, kind, &bytes) {
        return Given::Done(FileDone::Danger(format!("{} is not opened: {why}.", job.name)));
    }
    let text = text_of(job, kind, &bytes);
    // A mail is shown here: no other program knows more of it.
    if file_kind::is_mail(&job.name, &job.content_type) || job.part == AttachmentPart::Mail {
        let text = text.unwrap_or_default();
        return Given::Done(FileDone::Text { title: job.name.clone(), text });
    }
    let ending = disk_name::ending(&job.name);
    let (content_type, ending, bytes) = match page {
        // What came as a file is made harmless like the mail itself; that one was already.
        true if job.part != AttachmentPart::Html => {
            let made = inert::page(&charset::guess(&bytes), &mut |_| None);
            ("text/html", Some("html".to_owned()), made.into_bytes())
        }
        true => ("text/html", Some("html".to_owned()), bytes),
        false => (kind, ending, bytes),
    };
    Given::Open(Box::new(Opening {
        name: job.name.clone(),
        content_type: content_type.to_owned(),
        ending,
        page,
        text,
        bytes,
    }))
}

/// A file as text: HTML and mails as people read them.
fn text_of(job: &FileJob, kind: &str, bytes: &[u8]) -> Option<String> {
    if job.part == AttachmentPart::Mail || file_kind::is_mail(&job.name, &job.content_type) {
        return Some(mail_as_text(bytes));
    }
    if job.part == AttachmentPart::Html || file_kind::is_page(&job.name, &job.content_type) {
        return Some(html::to_text(&charset::guess(bytes)));
    }
    let mut text = file_kind::is_text(kind, bytes).then(|| charset::guess(bytes))?;
    text.truncate(text.floor_char_boundary(limits::BODY_BYTES));
    Some(text)
}

/// A mail with its most important fields and the names of its files.
fn mail_as_text(bytes: &[u8]) -> String {
    let p = parse::parse(bytes);
    let shown = |a: &crate::mail::address::Address| match a.name.as_str() {
        "" => a.email.clone(),
        name => format!("{name} <{}>", a.email),
    };
    let list = |all: &[crate::mail::address::Address]| all.iter().map(shown).collect::<Vec<_>>().join(", ");
    let date = crate::mail::header::split(bytes).headers.text("Date").unwrap_or_default();
    let from = p.from.as_ref().map(shown).unwrap_or_default();
    let files: Vec<&str> = p.attachments.iter().map(|a| a.name.as_str()).collect();
    let fields = [
        ("From", from),
        ("To", list(&p.to)),
        ("Cc", list(&p.cc)),
        ("Date", date),
        ("Subject", p.subject),
        ("Files", files.join(", ")),
    ];
    let fields = fields.iter().filter(|(_, v)| !v.trim().is_empty()).map(|(n, v)| format!("{n}: {v}\n"));
    format!("{}\n{}", fields.collect::<String>(), p.body)
}

fn files_of(desk: &Desk, me: Id, message: Id) -> Result<Files, String> {
    look(desk, |v| {
        attachments::permitted(v, me)?;
        Files::of(v, message)
    })
}

fn bytes_of(desk: &Desk, files: &Files, part: AttachmentPart) -> Result<Vec<u8>, String> {
    desk.view(|v| files.bytes(v, part)).map_err(|e| e.to_string())?.map_err(|e| e.to_string())
}

fn look<R>(desk: &Desk, f: impl Fn(&dyn crate::store::View) -> Result<R, Reject>) -> Result<R, String> {
    let found = desk.view(|v| match f(v) {
        Ok(r) => Ok(Ok(r)),
        Err(Reject::Store(e)) => Err(e),
        Err(Reject::Refused(r)) => Ok(Err(r.to_string())),
    });
    found.map_err(|e: StoreError| e.to_string())?
}

fn saved(name: &str, path: &Path, bytes: &[u8], over: bool) -> FileDone {
    let saved = if save::is_folder(path) {
        save::into_folder(path, name, bytes, over)
    } else {
        save::to_file(path, bytes, over)
    };
    match saved {
        Ok(path) => FileDone::Said(format!("Saved as {}", path.display())),
        Err(SaveError::Exists(path)) => FileDone::Exists(path),
        Err(why) => FileDone::Failed(why.to_string()),
    }
}

/// Saves files of several messages in one folder; each mail is read once.
fn save_all(desk: &Desk, me: Id, folder: &Path, all: &[(Id, usize, String)]) -> Result<Given, String> {
    let (mut open, mut failed): (Option<(Id, Files)>, Vec<String>) = (None, Vec::new());
    let mut count = 0;
    for (message, at, name) in all {
        if open.as_ref().is_none_or(|(id, _)| id != message) {
            open = Some((*message, files_of(desk, me, *message)?));
        }
        let Some((_, files)) = &open else { continue };
        let saved: Result<PathBuf, String> = bytes_of(desk, files, AttachmentPart::File(*at))
            .and_then(|bytes| save::into_folder(folder, name, &bytes, false).map_err(|e| e.to_string()));
        match saved {
            Ok(_) => count += 1,
            Err(why) => failed.push(why),
        }
    }
    let files = if count == 1 { "1 file".to_owned() } else { format!("{} files", limits::thousands(count)) };
    let said = format!("Saved {files} in {}", folder.display());
    Ok(Given::Done(match failed.first() {
        None => FileDone::Said(said),
        Some(why) => FileDone::Failed(format!("{said}; {} failed: {why}", failed.len())),
    }))
}
