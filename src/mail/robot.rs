//! Who wrote a mail: a person, a list, or a machine. One verdict, and the field that it rests on.

use super::header::{self, Headers};
use super::mime::Attachment;

mod bounce;

use bounce::bounced;
pub use bounce::{Bounce, says_no_address};

/// One verdict on a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// A person wrote to us.
    #[default]
    Human,
    /// Mail of a list or to many: it is mail, but gets no automatic answer.
    List,
    /// A machine answered or reports: never reopens a ticket, never gets an answer.
    AutoReply,
    /// Mail that could not be delivered: never reopens, never gets an answer.
    Bounce,
    /// Our own mail come back: never reopens, never gets an answer.
    Loop,
}

impl Verdict {
    /// Whether a mail may reopen a ticket that was solved.
    pub fn may_reopen(self) -> bool {
        matches!(self, Verdict::Human | Verdict::List)
    }
}

/// A verdict with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Robot {
    /// The verdict.
    pub verdict: Verdict,
    /// The field that decided, as `Name: value`, for showing; empty for a person's mail.
    pub reason: String,
    /// Says not to answer by itself (`Precedence`, `X-Auto-Response-Suppress`), or was marked as spam on its way;
    /// people may say so too.
    pub no_automatic_answer: bool,
    /// What could not be delivered, for a bounce.
    pub bounce: Option<Bounce>,
}

impl Robot {
    /// The verdict in one word and what it rests on, as a message keeps it: `list (List-Id: ...)`; empty for people.
    pub fn shown(&self) -> String {
        let word = match self.verdict {
            Verdict::Human => return String::new(),
            Verdict::List => "list",
            Verdict::AutoReply => "automatic answer",
            Verdict::Bounce => "bounce",
            Verdict::Loop => "our own mail",
        };
        format!("{word} ({})", self.reason)
    }
}

/// How our own mail is known.
#[derive(Debug, Clone, Default)]
pub struct Ours {
    /// The value of our `X-Loop` field, and the first word of our [`DESK_FIELD`]; none where empty.
    pub x_loop: String,
    /// What stands after the `@` in our Message-IDs; none where empty.
    pub id_domain: String,
}

/// Judges a mail by its fields, its text and its files.
pub fn judge(headers: &Headers, body: &str, attachments: &[Attachment], ours: &Ours) -> Robot {
    let no_automatic_answer = ["X-Auto-Response-Suppress", "Precedence", "List-Id", "List-Unsubscribe"]
        .iter()
        .any(|name| headers.text(name).is_some_and(|v| !v.eq_ignore_ascii_case("none")))
        || headers.text("X-Spam-Flag").is_some_and(|v| v.trim().eq_ignore_ascii_case("yes"));
    let found = own(headers, ours)
        .map(|reason| (Verdict::Loop, reason, None))
        .or_else(|| bounced(headers, body, attachments).map(|(reason, b)| (Verdict::Bounce, reason, Some(b))))
        .or_else(|| automatic(headers).map(|reason| (Verdict::AutoReply, reason, None)))
        .or_else(|| null_path(headers).map(|reason| (Verdict::Bounce, reason, Some(Bounce::default()))))
        .or_else(|| list(headers).map(|reason| (Verdict::List, reason, None)));
    match found {
        Some((verdict, reason, bounce)) => Robot { verdict, reason, no_automatic_answer, bounce },
        None => Robot { no_automatic_answer, ..Robot::default() },
    }
}

fn said(name: &str, value: &str) -> String {
    format!("{name}: {}", value.chars().take(200).collect::<String>())
}

fn own(headers: &Headers, ours: &Ours) -> Option<String> {
    let id = headers.text("Message-ID").unwrap_or_default();
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let domain = id.rsplit_once('@').map_or("", |(_, d)| d);
    if !ours.id_domain.is_empty() && domain.eq_ignore_ascii_case(&ours.id_domain) {
        return Some(said("Message-ID", id));
    }
    if ours.x_loop.is_empty() {
        return None;
    }
    // Others mark loops by X-Loop too, and other desks name themselves: only our value is ours.
    ["X-Loop", DESK_FIELD].iter().find_map(|name| {
        let mut values = headers.all(name).map(header::text);
        values.find(|v| v.split([';', ' ']).next() == Some(&ours.x_loop)).map(|v| said(name, &v))
    })
}

/// The field by which desks know each other: the desk, and behind a `;` that its message is automatic.
pub const DESK_FIELD: &str = "X-Frontdesk-Desk";

/// The word after the desk in the [`DESK_FIELD`] of automatic mail.
pub const DESK_AUTOMATIC: &str = "automatic";

fn first_word(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || matches!(c, ';' | '('))
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

fn automatic(headers: &Headers) -> Option<String> {
    // RFC 3834 §5: any value but `no` is a machine's.
    if let Some(value) = headers.text("Auto-Submitted").filter(|v| first_word(v.trim()) != "no") {
        return Some(said("Auto-Submitted", &value));
    }
    for name in [
        "X-Autoreply",
        "X-Autorespond",
        "X-Autogenerated",
        "X-Auto-Reply",
        "X-AutoReply-From",
        "X-Mail-Autoreply",
    ] {
        if let Some(value) = headers.text(name).filter(|v| !v.trim().eq_ignore_ascii_case("no")) {
            return Some(said(name, &value));
        }
    }
    // Another desk's automatic mail, where something on the way took the other fields off.
    let desk = headers.text(DESK_FIELD);
    if let Some(value) = desk.filter(|v| v.split(';').skip(1).any(|w| w.trim() == DESK_AUTOMATIC)) {
        return Some(said(DESK_FIELD, &value));
    }
    if let Some(value) =
        headers.text("Precedence").filter(|v| first_word(v.trim()).replace('-', "_") == "auto_reply")
    {
        return Some(said("Precedence", &value));
    }
    if let Some(value) = headers.text("Content-Type").filter(|v| is_report(v, "disposition-notification")) {
        return Some(said("Content-Type", &value));
    }
    let subject = headers.text("Subject").unwrap_or_default();
    is_absence_note(&subject, headers).then(|| said("Subject", &subject))
}

/// Whether a subject is an absence note's. Words count only where a second sign agrees: the colon that mailers put
/// behind the marker, nothing at all behind it, or a field that asks for no answer. *Out of office chairs* has none.
fn is_absence_note(subject: &str, headers: &Headers) -> bool {
    let plain = subject.trim().to_lowercase();
    OUT_OF_OFFICE.iter().any(|marker| {
        let Some(rest) = plain.strip_prefix(marker) else { return false };
        let rest = rest.trim_start();
        let second = || {
            let field = |name: &str| headers.raw(name).is_some();
            field("X-Auto-Response-Suppress") || field("Precedence") || null_path(headers).is_some()
        };
        rest.is_empty() || rest.starts_with([':', '：']) || second()
    })
}

/// How the subjects of absence notes begin in the mailers that send no `Auto-Submitted`, in lower case.
const OUT_OF_OFFICE: [&str; 40] = [
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "out of office",
    "out of the office",
    "out-of-office",
    "abwesenheitsnotiz",
    "abwesenheitsnachricht",
    "automatische antwort",
    "abwesend",
    "réponse automatique",
    "absence du bureau",
    "respuesta automática",
    "fuera de la oficina",
    "risposta automatica",
    "fuori sede",
    "automatisch antwoord",
    "afwezig",
    "autosvar",
    "automatiskt svar",
    "automatisk svar",
    "automaattinen vastaus",
    "resposta automática",
    "odpowiedź automatyczna",
    "automatická odpověď",
    "automatické odpovede",
    "automatikus válasz",
    "răspuns automat",
    "otomatik yanıt",
    "αυτόματη απάντηση",
    "автоматический ответ",
    "автоответ",
    "автоматична відповідь",
    "自动回复",
    "自動回覆",
    "自動返信",
    "자동 회신",
    "رد تلقائي",
];

fn is_report(content_type: &str, kind: &str) -> bool {
    let typed = super::mime::typed(content_type.as_bytes());
    typed.value == "multipart/report"
        && typed.param("report-type").is_some_and(|t| t.eq_ignore_ascii_case(kind))
}

fn null_path(headers: &Headers) -> Option<String> {
    let path = headers.text("Return-Path")?;
    path.split_whitespace().collect::<String>().eq("<>").then(|| said("Return-Path", "<>"))
}

fn list(headers: &Headers) -> Option<String> {
    let listed =
        headers.iter().find(|(name, _)| name.get(..5).is_some_and(|n| n.eq_ignore_ascii_case("list-")));
    if let Some((name, value)) = listed {
        return Some(said(name, &header::text(value)));
    }
    for name in ["Precedence", "X-BeenThere", "X-Mailman-Version", "Feedback-ID"] {
        let bulk = |v: &String| {
            name != "Precedence" || matches!(first_word(v.trim()).as_str(), "bulk" | "list" | "junk")
        };
        if let Some(value) = headers.text(name).filter(bulk) {
            return Some(said(name, &value));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::parse::{Hints, parse, parse_with};
    use super::{Ours, Verdict};

    fn verdict(headers: &str) -> (Verdict, String) {
        let robot = parse(format!("From: Ann <ann@example.org>\n{headers}\n\nHello\n").as_bytes()).robot;
        (robot.verdict, robot.reason)
    }

    #[test]
    fn every_header_has_its_verdict_and_its_reason() {
        for (headers, expected) in [
            ("Subject: Hello", Verdict::Human),
            ("Auto-Submitted: no", Verdict::Human),
            ("X-Loop: someone@example.net", Verdict::Human),
            ("Precedence: first-class", Verdict::Human),
            ("X-Auto-Response-Suppress: All", Verdict::Human),
            ("List-Id: Help <help.example.org>", Verdict::List),
            ("Precedence: bulk", Verdict::List),
            ("Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk", Verdict::AutoReply),
            ("Auto-Submitted: auto-replied\nReturn-Path: <>", Verdict::AutoReply),
            ("X-Autoreply: yes", Verdict::AutoReply),
            ("Subject: Out of Office: Re: your ticket", Verdict::AutoReply),
            ("Subject: Re: automatic reply: how do I set one", Verdict::Human),
            ("Return-Path: <>", Verdict::Bounce),
            (
                "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
                Verdict::AutoReply,
            ),
        ] {
            let (found, reason) = verdict(headers);
            assert_eq!(found, expected, "{headers}");
            assert_eq!(reason.is_empty(), found == Verdict::Human, "{headers}: {reason}");
        }
        assert!(parse(b"From: a@b.org\nX-Auto-Response-Suppress: All\n\nx").robot.no_automatic_answer);
    }

    #[test]
    fn our_own_mail_is_a_loop() {
        let ours = Ours { x_loop: "frontdesk-1".into(), id_domain: "desk.example.org".into() };
        let hints = Hints { ours, ..Hints::default() };
        let look = |raw: &[u8]| parse_with(raw, &hints).robot.verdict;
        assert_eq!(look(b"From: a@b.org\nX-Loop: frontdesk-1\n\nx"), Verdict::Loop);
        assert_eq!(look(b"From: a@b.org\nMessage-ID: <7@Desk.example.org>\n\nx"), Verdict::Loop);
        assert_eq!(
            look(b"From: a@b.org\nX-Loop: frontdesk-2\nIn-Reply-To: <7@desk.example.org>\n\nx"),
            Verdict::Human
        );
    }
}
