//! A text's visible part, its quotes and its signature: folded away on the screen, never dropped. And, in [`mod@write`], how a
//! reply repeats the message that it answers.

pub mod write;

use std::ops::Range;

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the mail itself says.
    Text,
    /// What it repeats of another, with the line that says whose it is.
    Quote,
    /// The signature, or a list's footer.
    Signature,
}

/// A part of a text: whole lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotePart {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

/// A text in parts that cover it without gap or overlap, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The parts; two neighbours differ in kind.
    pub parts: Vec<QuotePart>,
}

impl Folded {
    /// The parts of a kind, out of the text they were found in.
    pub fn texts<'a>(&'a self, body: &'a str, kind: Kind) -> impl Iterator<Item = &'a str> {
        self.parts.iter().filter(move |p| p.kind == kind).filter_map(|p| body.get(p.range.clone()))
    }
}

/// How many lines a signature has at most; what is longer is text.
const SIGNATURE_LINES: usize = 40;
/// How telephones and tablets sign mail, in the languages that they are set to.
const SENT_FROM: [&str; 16] = [
    "Sent from my ",
    "Sent from Outlook",
    "Sent from Mail for Windows",
    "Get Outlook for ",
    "Von meinem ",
    "Gesendet von ",
    "Envoyé de mon ",
    "Envoyé depuis ",
    "Enviado desde mi ",
    "Enviado do meu ",
    "Inviato da ",
    "Verstuurd vanaf mijn ",
    "Verzonden vanaf mijn ",
    "Skickat från min ",
    "Sendt fra min ",
    "Wysłane z ",
];
/// How many lines an attribution is folded over at most (`On ... Ann` / `<ann@...> wrote:`).
const ATTRIBUTION_LINES: usize = 4;

/// Folds a text: lines that begin with `>` (or initials and `>`) and the line before them that says who wrote, all
/// below an Outlook header or `-----Original Message-----`, and all below `-- ` or a list's footer rule.
///
/// A text that would have nothing left to show is left unchanged.
pub fn fold(body: &str) -> Folded {
    let mut lines: Vec<(Range<usize>, Kind)> = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let kind = if is_quoted(line) { Kind::Quote } else { Kind::Text };
        lines.push((at..at + line.len(), kind));
        at += line.len();
    }
    let text = |range: &Range<usize>| body.get(range.clone()).unwrap_or_default();

    fold_below(&mut lines, &text);
    fold_attributions(&mut lines, &text);
    fold_gaps(&mut lines, &text);
    fold_signature(&mut lines, &text);

    if !lines.iter().any(|(range, kind)| *kind == Kind::Text && !text(range).trim().is_empty()) {
        lines.iter_mut().for_each(|(_, kind)| *kind = Kind::Text);
    }
    let mut parts: Vec<QuotePart> = Vec::new();
    for (range, kind) in lines {
        match parts.last_mut() {
            Some(last) if last.kind == kind => last.range.end = range.end,
            _ => parts.push(QuotePart { kind, range }),
        }
    }
    Folded { parts }
}

/// `> text`, `AL> text`, `| text` is not (tables and patches use it).
fn is_quoted(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']);
    if line.starts_with('>') {
        // `>From ` is a line that a mailbox kept from being a separator.
        return !line.starts_with(">From ");
    }
    let initials = line.bytes().take(4).take_while(u8::is_ascii_uppercase).count();
    (1..=3).contains(&initials)
        && line.get(initials..).is_some_and(|rest| rest.starts_with("> ") || rest.starts_with(">>"))
}

type Lines = [(Range<usize>, Kind)];

/// From a mark that all below is another's mail, all below is a quote.
fn fold_below<'a>(lines: &mut Lines, text: &impl Fn(&Range<usize>) -> &'a str) {
    const MARKS: [&str; 12] = [
        "original message",
        "forwarded message",
        "ursprüngliche nachricht",
        "originalnachricht",
        "weitergeleitete nachricht",
        "message d'origine",
        "message transféré",
        "mensaje original",
        "messaggio originale",
        "oorspronkelijk bericht",
        "ursprungligt meddelande",
        "reply message",
    ];
    let marked = lines.iter().position(|(range, kind)| {
        let line = text(range).trim();
        let bare = line.trim_matches(['-', ' ', '_']).to_lowercase();
        let ruled = line.starts_with("--") && line.ends_with("--");
        *kind == Kind::Text && ruled && MARKS.contains(&bare.as_str())
    });
    let start = marked.or_else(|| outlook_header(lines, text));
    if let Some(start) = start {
        lines.iter_mut().skip(start).for_each(|(_, kind)| *kind = Kind::Quote);
    }
}

/// `From: ... / Sent: ... / To: ... / Subject: ...` on their own lines, a rule before them or not.
fn outlook_header<'a>(lines: &Lines, text: &impl Fn(&Range<usize>) -> &'a str) -> Option<usize> {
    let field = |n: usize| {
        let line = lines.get(n).map(|(range, _)| text(range)).unwrap_or_default();
        let (name, value) = line.trim().split_once(':')?;
        (!value.trim().is_empty()).then(|| name.trim_matches(['*', ' ']).to_lowercase())
    };
    let is = |n: usize, names: &[&str]| field(n).is_some_and(|f| names.contains(&f.as_str()));
    let at = (0..lines.len()).find(|&n| {
        is(
            n,
            &[
                "from",
                "von",
                "de",
                "da",
                "van",
                "från",
                "fra",
                "od",
                "lähettäjä",
                "feladó",
                "от",
                "发件人",
                "寄件者",
                "差出人",
            ],
        ) && is(
            n + 1,
            &[
                "sent",
                "date",
                "gesendet",
                "datum",
                "envoyé",
                "enviado",
                "fecha",
                "inviato",
                "data",
                "verzonden",
                "skickat",
                "sendt",
                "dato",
                "wysłano",
                "odesláno",
                "lähetetty",
                "elküldve",
                "отправлено",
                "дата",
                "发送时间",
                "日期",
                "送信日時",
            ],
        ) && (n + 2..n + 6).any(|m| {
            is(
                m,
                &[
                    "subject",
                    "betreff",
                    "objet",
                    "asunto",
                    "oggetto",
                    "onderwerp",
                    "ämne",
                    "emne",
                    "assunto",
                    "temat",
                    "předmět",
                    "aihe",
                    "tárgy",
                    "тема",
                    "主题",
                    "主旨",
                    "件名",
                ],
            )
        })
    })?;
    let rule = at.checked_sub(1).filter(|&n| {
        let line = lines.get(n).map(|(range, _)| text(range).trim()).unwrap_or_default();
        line.len() >= 5 && line.chars().all(|c| matches!(c, '_' | '-' | '='))
    });
    Some(rule.unwrap_or(at))
}

/// The line (or few) before a quote that ends in `:` and says who wrote is part of it.
fn fold_attributions<'a>(lines: &mut Lines, text: &impl Fn(&Range<usize>) -> &'a str) {
    let mut found = Vec::new();
    for n in 1..lines.len() {
        let quote = lines.get(n).is_some_and(|(_, kind)| *kind == Kind::Quote);
        let before = n.checked_sub(1).and_then(|b| lines.get(b)).is_some_and(|(_, kind)| *kind == Kind::Text);
        if !quote || !before {
            continue;
        }
        let line = |m: usize| lines.get(m).map(|(range, _)| text(range).trim()).unwrap_or_default();
        // One empty line may stand between.
        let last = if line(n - 1).is_empty() { n.checked_sub(2) } else { Some(n - 1) };
        let Some(last) = last.filter(|&l| lines.get(l).is_some_and(|(_, kind)| *kind == Kind::Text)) else {
            continue;
        };
        if !line(last).ends_with([':', '：']) {
            continue;
        }
        // From where the paragraph says when, at most a few lines up; else this line alone.
        let from = (0..=last)
            .rev()
            .take(ATTRIBUTION_LINES)
            .take_while(|&m| !line(m).is_empty() && lines.get(m).is_some_and(|(_, kind)| *kind == Kind::Text))
            .find(|&m| begins_attribution(line(m)))
            .or(Some(last));
        let whole: Option<String> = from.map(|f| (f..=last).map(line).collect::<Vec<_>>().join(" "));
        if let (Some(from), Some(whole)) = (from, whole)
            && is_attribution(&whole)
        {
            found.push(from..n);
        }
    }
    for range in found {
        lines.iter_mut().skip(range.start).take(range.len()).for_each(|(_, kind)| *kind = Kind::Quote);
    }
}

fn begins_attribution(line: &str) -> bool {
    let lower = line.to_lowercase();
    let starts =
        ["on ", "am ", "le ", "el ", "il ", "op ", "den ", "em ", "at ", "in ", "quoting ", "* ", "thus "];
    starts.iter().any(|s| lower.starts_with(s))
}

fn is_attribution(text: &str) -> bool {
    let lower = text.to_lowercase();
    let says = [
        "wrote",
        "writes",
        "said",
        "schrieb",
        "écrit",
        "escribió",
        "escreveu",
        "scritto",
        "schreef",
        "skrev",
        "quoting",
        "spake",
        "babbled",
        "muttered",
        "typed",
        "napisał",
        "napsal",
        "píše",
        "kirjoitti",
        "yazdı",
        "írta",
        "a scris",
        "έγραψε",
        "написал",
        "пишет",
        "пише",
        "写道",
        "寫道",
        "書きました",
        "のメール",
        "작성",
        "כתב",
        "كتب",
    ];
    // Who or when is there too: an address, a year, or nothing but a name.
    says.iter().any(|s| lower.contains(s)) && text.len() <= 400
}

/// Empty lines between two quotes belong to them.
fn fold_gaps<'a>(lines: &mut Lines, text: &impl Fn(&Range<usize>) -> &'a str) {
    let mut gap: Option<usize> = None;
    let mut found = Vec::new();
    let mut quoted_before = false;
    for (n, (range, kind)) in lines.iter().enumerate() {
        let blank = *kind == Kind::Text && text(range).trim().is_empty();
        if *kind == Kind::Quote {
            if let Some(start) = gap.take() {
                found.push(start..n);
            }
            quoted_before = true;
        } else if blank && quoted_before {
            gap = gap.or(Some(n));
        } else {
            gap = None;
            quoted_before = false;
        }
    }
    for range in found {
        lines.iter_mut().skip(range.start).take(range.len()).for_each(|(_, kind)| *kind = Kind::Quote);
    }
}

/// `-- ` (RFC 3676 §4.3) or a list's rule, near the end of the text, and all below it. Quotes may follow: many programs
/// write the signature above them. Text that follows a quote is no signature.
fn fold_signature<'a>(lines: &mut Lines, text: &impl Fn(&Range<usize>) -> &'a str) {
    let says = |(range, kind): &(Range<usize>, Kind)| *kind == Kind::Text && !text(range).trim().is_empty();
    let last = lines.iter().rposition(says).unwrap_or(0);
    let from = (last + 1).saturating_sub(SIGNATURE_LINES);
    let start = (from..lines.len()).find(|&n| {
        let Some((range, kind)) = lines.get(n) else { return false };
        let line = text(range).trim_end_matches(['\n', '\r']);
        let rule = line.len() >= 20 && line.chars().all(|c| c == '_')
            || line.len() >= 20 && line.chars().all(|c| c == '-');
        // A rule is a footer where few lines follow it, and they speak of a list.
        let footer = || {
            let below = lines.iter().skip(n + 1).map(|(range, _)| text(range));
            let told = below.clone().any(|l| {
                let l = l.to_lowercase();
                l.contains("mailing list") || l.contains("unsubscribe") || l.contains("listinfo")
            });
            told && below.count() <= 8
        };
        let sent_from = SENT_FROM.iter().any(|s| line.starts_with(s)) && n >= last.saturating_sub(1);
        let between = lines.iter().take(last + 1).skip(n).any(|(_, kind)| *kind == Kind::Quote);
        *kind == Kind::Text
            && !between
            && (matches!(line, "-- " | "--" | "--\u{a0}" | "- -- ") || sent_from || (rule && footer()))
    });
    if let Some(start) = start {
        for (_, kind) in lines.iter_mut().skip(start) {
            if *kind == Kind::Text {
                *kind = Kind::Signature;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, fold};
    use proptest::prelude::*;

    fn marks(body: &str) -> String {
        fold(body)
            .parts
            .iter()
            .flat_map(|p| {
                let mark = match p.kind {
                    Kind::Text => 't',
                    Kind::Quote => 'q',
                    Kind::Signature => 's',
                };
                std::iter::repeat_n(mark, body[p.range.clone()].lines().count())
            })
            .collect()
    }

    #[test]
    fn an_answer_between_quotes() {
        let body = "On Fri, 19 Jul 2002, Ann Lee\n<ann@example.org> wrote:\n\n> one\n>\n\n> two\nMy answer.\nAL> three\n-- \nBob\n+1 555\n";
        assert_eq!(marks(body), "qqqqqqqtqsss");
    }

    #[test]
    fn an_answer_above_a_whole_mail() {
        assert_eq!(marks("Yes.\n\n-----Original Message-----\nFrom: Ann\nhello\n"), "ttqqq");
        assert_eq!(
            marks("Yes.\n_____\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: tea\n\nhello\n"),
            "tqqqqqqq"
        );
    }

    #[test]
    fn attributions_and_phones_of_other_languages_are_known() {
        for line in [
            "Am Di., 4. März 2025 schrieb Ann:",
            "W dniu 4.03.2025 Ann napisała:",
            "4 марта Анна написал:",
            "Ann 于2025年3月4日写道：",
        ] {
            assert_eq!(marks(&format!("Yes.\n\n{line}\n> one\n")), "ttqq", "{line}");
        }
        assert_eq!(marks("Ja.\n\nVon meinem iPhone gesendet\n"), "tts");
        assert_eq!(
            marks("Да.\n\nОт: Анна\nОтправлено: вторник\nКому: мне\nТема: чай\n\nпривет\n"),
            "ttqqqqqq"
        );
    }

    #[test]
    fn a_lists_footer_is_a_signature() {
        let body = "Text\n\n_______________________________________________\nHelp mailing list\nhttp://example.org/listinfo\n";
        assert_eq!(marks(body), "ttsss");
        assert_eq!(marks("Text\n\nSent from my phone\n"), "tts");
    }

    #[test]
    fn a_signature_above_a_long_quote_is_known_and_text_below_a_quote_is_none() {
        let quote = "> old\n".repeat(90);
        let mail = format!("Yes.\n\n-- \nAnn\n\nOn Monday Bob wrote:\n{quote}");
        assert_eq!(marks(&mail), format!("ttsss{}", "q".repeat(91)));
        assert_eq!(marks("Look:\n--\n> old\nMy answer is yes.\n"), "ttqt");
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(marks("See below:\n\n1 > 0\nHe wrote: x\n| a | b |\n--\n"), "ttttts");
        assert_eq!(marks("> only\n> quoted\n"), "tt");
        assert_eq!(marks("--\nAnn\n"), "tt");
        assert_eq!(marks("What do you say:\n> one\n"), "tq");
        assert!(fold("").parts.is_empty());
    }

    proptest! {
        #[test]
        fn the_parts_cover_the_whole(body in "(> |>|-- |On a wrote:|From: x|Sent: y|Subject: z|\\n|\\r|text|é| ){0,60}") {
            let folded = fold(&body);
            let mut at = 0;
            let mut last = None;
            for part in &folded.parts {
                prop_assert_eq!(part.range.start, at);
                prop_assert!(part.range.end > at);
                prop_assert!(body.get(part.range.clone()).is_some());
                prop_assert_ne!(Some(part.kind), last);
                last = Some(part.kind);
                at = part.range.end;
            }
            prop_assert_eq!(at, body.len());
        }
    }
}
