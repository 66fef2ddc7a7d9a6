//! A link in memory: what tests and measurements drive sessions with.

use crossbeam_channel::{Receiver, Sender, unbounded};
use ratatui::layout::Size;

use super::link::{Disk, Edited, FromLink, Link, LinkError, ToEdit};
use crate::term::{caps::Capabilities, decode::Line, safe::Safe};

/// Stands in for an editor.
type Editor = Box<dyn FnMut(&str) -> Option<String> + Send>;

/// The session's end.
pub struct PipeLink {
    messages: Receiver<FromLink>,
    loopback: Sender<FromLink>,
    sent: Sender<Vec<u8>>,
    size: Size,
    caps: Capabilities,
    editor: Option<Editor>,
    disk: Option<Disk>,
    closed: Option<Sender<Option<String>>>,
}

/// The terminal's end.
pub struct PipeEnd {
    /// What the session receives.
    pub messages: Sender<FromLink>,
    /// What the session wrote, write by write.
    pub sent: Receiver<Vec<u8>>,
    /// Receives the last words once the session has closed.
    pub closed: Receiver<Option<String>>,
}

impl PipeLink {
    /// A terminal of `size` that can do `caps`, and its other end.
    pub fn new(size: Size, caps: Capabilities) -> (PipeLink, PipeEnd) {
        let (messages, receiver) = unbounded();
        let (sender, sent) = unbounded();
        let (closing, closed) = unbounded();
        let link = PipeLink {
            messages: receiver,
            loopback: messages.clone(),
            sent: sender,
            size,
            caps,
            editor: None,
            disk: None,
            closed: Some(closing),
        };
        (link, PipeEnd { messages, sent, closed })
    }

    /// Lets the session read the disk.
    #[must_use]
    pub fn with_disk(mut self, disk: Disk) -> Self {
        self.disk = Some(disk);
        self
    }

    /// Offers an editor.
    pub fn with_editor(mut self, editor: impl FnMut(&str) -> Option<String> + Send + 'static) -> Self {
        self.editor = Some(Box::new(editor));
        self
    }
}

impl PipeEnd {
    /// Types bytes; false when the session is gone.
    pub fn type_bytes(&self, bytes: impl Into<Vec<u8>>) -> bool {
        self.messages.send(FromLink::Bytes(bytes.into())).is_ok()
    }

    /// Everything written since the last look.
    pub fn take(&self) -> Vec<u8> {
        self.sent.try_iter().flatten().collect()
    }
}

impl Link for PipeLink {
    fn messages(&self) -> &Receiver<FromLink> {
        &self.messages
    }

    fn size(&self) -> Size {
        self.size
    }

    fn capabilities(&self) -> Capabilities {
        self.caps
    }

    fn line(&self) -> Line {
        Line::Local
    }

    fn disk(&self) -> Option<Disk> {
        self.disk.clone()
    }

    fn write(&mut self, bytes: Vec<u8>) {
        let answer = if self.sent.send(bytes).is_ok() { FromLink::Written } else { FromLink::Hangup };
        let _ = self.loopback.send(answer);
    }

    fn can_edit(&self) -> bool {
        self.editor.is_some()
    }

    fn run_editor(&mut self, text: &ToEdit<'_>) -> Result<Edited, LinkError> {
        match &mut self.editor {
            Some(editor) => Ok(Edited { text: editor(text.text), trouble: None }),
            None => Err(LinkError::NotOffered("an editor")),
        }
    }

    fn close(&mut self, last_words: Option<&Safe<'_>>) {
        if let Some(closed) = self.closed.take() {
            let _ = closed.send(last_words.map(|words| words.as_str().to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_go_both_ways_and_each_write_is_answered() {
        let (mut link, end) = PipeLink::new(Size::new(80, 24), Capabilities::default());
        assert!(end.type_bytes("jk"));
        assert_eq!(link.messages().recv().unwrap(), FromLink::Bytes(b"jk".to_vec()));
        link.write(b"frame".to_vec());
        assert_eq!(end.take(), b"frame");
        assert_eq!(link.messages().recv().unwrap(), FromLink::Written);
        link.close(Some(&Safe::fixed("bye")));
        assert_eq!(end.closed.recv().unwrap().as_deref(), Some("bye"));
        drop(end);
        link.write(b"more".to_vec());
        assert_eq!(link.messages().recv().unwrap(), FromLink::Hangup);
    }

    #[test]
    fn an_editor_is_there_only_where_offered() {
        let (mut link, _end) = PipeLink::new(Size::new(80, 24), Capabilities::default());
        let x = ToEdit { text: "x", note: None };
        assert!(!link.can_edit());
        assert!(matches!(link.run_editor(&x), Err(LinkError::NotOffered(_))));
        let mut link = link.with_editor(|text| Some(format!("{text}!")));
        assert!(link.can_edit());
        assert_eq!(link.run_editor(&x).unwrap().text.as_deref(), Some("x!"));
    }
}
