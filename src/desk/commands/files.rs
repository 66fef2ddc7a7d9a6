//! The files of a ticket that go with a message.

use crate::{
    desk::{
        attachments::{AttachmentPart, Files},
        command::FileOf,
        work::Job,
    },
    mail::compose::File,
    model::{Message, Refusal, message::Attachment},
    store::{Reject, raw},
};

/// The files of a thread that were chosen.
///
/// # Errors
/// The first one that is not there any more.
pub fn existing<'f>(
    job: &Job,
    thread: &[Message],
    chosen: impl Iterator<Item = &'f FileOf>,
) -> Result<Vec<File>, Reject> {
    let mut out = Vec::new();
    for file in chosen {
        if let Some(a) = &file.kept {
            let bytes = raw::get(job.view(), a.raw)?;
            out.push(whole(a, bytes.ok_or_else(|| gone(format!("{} is not there any more", a.name)))?));
            continue;
        }
        let message = thread.iter().find(|m| m.id == file.message);
        let Some(a) = message.and_then(|m| m.attachments.get(file.number)) else {
            return Err(gone("a file of the ticket is not there any more".to_owned()));
        };
        let files = Files::of(job.view(), file.message)?;
        let bytes = files.bytes(job.view(), AttachmentPart::File(file.number))?;
        out.push(whole(a, bytes.map_err(|why| gone(why.to_string()))?));
    }
    Ok(out)
}

fn whole(a: &Attachment, bytes: Vec<u8>) -> File {
    File { name: a.name.clone(), content_type: a.content_type.clone(), bytes }
}

fn gone(why: String) -> Reject {
    Refusal::Invalid { field: "attach", why }.into()
}
