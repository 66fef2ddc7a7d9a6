//! Mailcap files (RFC 1524): which program opens which type of file.
//!
//! Nothing that a customer wrote reaches a command line: the file has a name that this program chose, a type with odd
//! letters in it is left out, and so are the parameters of the type.

use std::path::Path;

/// An entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// `text/html`, `image/*` or `image`.
    kind: String,
    /// What opens it; a shell's words.
    view: String,
    /// What has to succeed for the entry to count.
    pub(super) test: Option<String>,
    /// Whether the program wants the terminal.
    pub(super) needs_terminal: bool,
    /// Whether it prints what it has to show.
    pub(super) prints: bool,
    /// The ending that its file must have, without the dot.
    ending: Option<String>,
}

/// What an entry runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// A shell's words.
    pub(super) command: String,
    /// Whether the file is read from standard input, since its name is not asked for.
    pub(super) from_stdin: bool,
}

/// The entries of a file, in order. Lines that mean nothing are left out.
pub(super) fn parse(text: &str) -> Vec<Entry> {
    let mut out = Vec::new();
    let mut line = String::new();
    for part in text.lines() {
        if line.is_empty() && part.trim_start().starts_with('#') {
            continue;
        }
        // A backslash at the end goes on in the next line.
        let slashes = part.bytes().rev().take_while(|b| *b == b'\\').count();
        if slashes % 2 == 1 {
            line.push_str(part.get(..part.len() - 1).unwrap_or_default());
            continue;
        }
        line.push_str(part);
        out.extend(entry(&std::mem::take(&mut line)));
    }
    out.extend(entry(&line));
    out
}

fn entry(line: &str) -> Option<Entry> {
    let mut fields = fields(line).into_iter();
    let kind = fields.next()?.to_ascii_lowercase();
    let view = fields.next().filter(|v| !v.is_empty())?;
    let mut entry = Entry { kind, view, ..Entry::default() };
    for field in fields {
        let (name, value) = field.split_once('=').map_or((field.as_str(), ""), |(n, v)| (n.trim(), v.trim()));
        match name.to_ascii_lowercase().as_str() {
            "needsterminal" => entry.needs_terminal = true,
            "copiousoutput" => entry.prints = true,
            "test" => entry.test = Some(value.to_owned()),
            "nametemplate" => {
                let end = value.strip_prefix("%s.").filter(|e| !e.is_empty());
                entry.ending =
                    end.filter(|e| e.bytes().all(|b| b.is_ascii_alphanumeric())).map(str::to_owned);
            }
            _ => {}
        }
    }
    (!entry.kind.is_empty()).then_some(entry)
}

/// The fields between semicolons; a backslash takes the meaning from the character behind it, but not before a `%`, where
/// the command itself wants it.
fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let Some(open) = out.last_mut() else { break };
        match c {
            ';' => out.push(String::new()),
            '\\' => match chars.next() {
                Some('%') => open.push_str("\\%"),
                next => open.extend(next),
            },
            c => open.push(c),
        }
    }
    out.iter().map(|f| f.trim().to_owned()).collect()
}

impl Entry {
    /// Whether it is for a type.
    pub(super) fn is_for(&self, kind: &str) -> bool {
        let (main, _) = kind.split_once('/').unwrap_or((kind, ""));
        match self.kind.split_once('/') {
            None => self.kind == main,
            Some((m, "*")) => m == main,
            Some(_) => self.kind == kind,
        }
    }

    /// The ending that its file gets.
    pub(super) fn ending<'e>(&'e self, given: Option<&'e str>) -> Option<&'e str> {
        self.ending.as_deref().or(given)
    }

    /// What opens a file of a type.
    pub(super) fn run(&self, file: &Path, kind: &str) -> Run {
        fill(&self.view, file, kind)
    }

    /// What has to succeed, where something does.
    pub(super) fn tests(&self, file: &Path, kind: &str) -> Option<Run> {
        self.test.as_ref().filter(|t| !t.is_empty()).map(|t| fill(t, file, kind))
    }
}

/// Fills in a command: `%s` the file, `%t` its type, `%{…}` nothing. The file's path needs no quotes, so that it may stand
/// within quotes or without: see [`Shelf`](super::private::Shelf).
fn fill(command: &str, file: &Path, kind: &str) -> Run {
    let plain = kind.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-".contains(&b));
    let kind = if plain { kind } else { "application/octet-stream" };
    let (mut out, mut from_stdin) = (String::new(), true);
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('%') => out.push('%'),
                next => {
                    out.push('\\');
                    out.extend(next);
                }
            },
            '%' => match chars.next() {
                Some('s') => {
                    from_stdin = false;
                    out.push_str(&file.to_string_lossy());
                }
                Some('t') => out.push_str(kind),
                Some('{') => {
                    let name: String = chars.by_ref().take_while(|c| *c != '}').collect();
                    // What is written for a browser is UTF-8, whatever the mail said.
                    if name.eq_ignore_ascii_case("charset") {
                        out.push_str("utf-8");
                    }
                }
                Some('%') => out.push('%'),
                // Files of a multipart message, and what no one knows.
                _ => {}
            },
            c => out.push(c),
        }
    }
    Run { command: out, from_stdin }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailcap_is_read_with_its_continuations_escapes_and_flags() {
        let text = "# a comment; not an entry\n\
text/html; w3m -dump -I %{charset} %s; copiousoutput; nametemplate=%s.html\n\
application/pdf; zathura '%s' \\\n ; test=test -n \"$DISPLAY\"; x-note=a\\;b\n\
image/*; feh %s; NeedsTerminal\n\
Audio; mpv -\n\n;;\nbroken\n";
        let all = parse(text);
        assert_eq!(all.len(), 4);
        let file = Path::new("/run/x/attachment-1.pdf");
        assert!(all[0].is_for("text/html") && all[0].prints && !all[0].needs_terminal);
        assert_eq!(all[0].ending(Some("htm")), Some("html"));
        assert_eq!(all[0].run(file, "text/html").command, "w3m -dump -I utf-8 /run/x/attachment-1.pdf");
        assert_eq!(all[1].test.as_deref(), Some("test -n \"$DISPLAY\""));
        assert_eq!(all[1].run(file, "application/pdf").command, "zathura '/run/x/attachment-1.pdf'");
        assert!(all[2].is_for("image/png") && all[2].needs_terminal && !all[2].is_for("imagery/png"));
        assert!(all[3].is_for("audio/ogg"));
        assert!(all[3].run(file, "audio/ogg").from_stdin);
    }

    #[test]
    fn nothing_of_the_senders_reaches_the_command() {
        let all = parse("x/*; run %t '%{name}' %{x\nx/*; a\\%b %% %s");
        let file = Path::new("/run/x/attachment-1");
        let run = all[0].run(file, "x/y;$(touch z)`id`'\"");
        assert_eq!(run.command, "run application/octet-stream '' ");
        assert_eq!(all[1].run(file, "x/y").command, "a%b % /run/x/attachment-1");
    }
}
