//! Invitations (iCalendar, RFC 5545): what, when and where, in a line. The file itself stays a file.

use crate::model::limits;

/// The most lines that are looked at: the event comes first, after its time zones.
const LINES: usize = 2_000;
/// The most bytes of a value that are shown.
const SHOWN: usize = 200;

/// What an invitation is about, to follow the name of its mail; `None` where there is no event in it.
pub(super) fn about(text: &str) -> Option<String> {
    let (mut what, mut start, mut end, mut place, mut method) = (None, None, None, None, String::new());
    let mut inside = false;
    for line in unfolded(text) {
        let Some((name, value)) = line.split_once(':') else { continue };
        // A colon may be within a quoted parameter: then the value begins later.
        let (name, value) = match name.matches('"').count() % 2 {
            0 => (name, value),
            _ => value.split_once("\":").map_or((name, value), |(_, v)| (name, v)),
        };
        let (name, parameters) = name.split_once(';').unwrap_or((name, ""));
        match (name.to_ascii_uppercase().as_str(), value.trim()) {
            ("METHOD", value) => method = value.to_ascii_uppercase(),
            ("BEGIN", "VEVENT") => inside = true,
            ("END", "VEVENT") => break,
            ("SUMMARY", value) if inside => what = Some(plain(value)),
            ("LOCATION", value) if inside => place = Some(plain(value)),
            ("DTSTART", value) if inside => start = moment(value, parameters),
            ("DTEND", value) if inside => end = moment(value, parameters),
            _ => {}
        }
    }
    if !inside {
        return None;
    }
    let kind = match method.as_str() {
        "CANCEL" => "cancels an invitation",
        "REPLY" => "answers an invitation",
        _ => "is an invitation",
    };
    // Of an end on the same day the time is enough.
    let until = match (&start, end) {
        (Some(start), Some(end)) if start.day == end.day => end.time.map(|t| format!(" to {t}")),
        (_, Some(end)) => Some(format!(" to {}", end.shown())),
        _ => None,
    };
    let when = start.map(|s| s.shown() + &until.unwrap_or_default());
    let parts: Vec<String> = [what, when, place].into_iter().flatten().filter(|p| !p.is_empty()).collect();
    Some(if parts.is_empty() { kind.to_owned() } else { format!("{kind}: {}", parts.join(" · ")) })
}

/// A moment in the time zone in which it is written.
struct Moment {
    day: String,
    time: Option<String>,
    zone: String,
}

impl Moment {
    fn shown(&self) -> String {
        let time = self.time.as_ref().map(|t| format!(" {t}")).unwrap_or_default();
        format!("{}{time}{}", self.day, self.zone)
    }
}

fn moment(value: &str, parameters: &str) -> Option<Moment> {
    let digits =
        |from: usize, to: usize| value.get(from..to).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let day = format!("{}-{}-{}", digits(0, 4)?, digits(4, 6)?, digits(6, 8)?);
    let time = match value.as_bytes().get(8) {
        Some(b'T') => Some(format!("{}:{}", digits(9, 11)?, digits(11, 13)?)),
        _ => None,
    };
    let zone =
        parameters.split(';').find_map(|p| p.split_once('=').filter(|(n, _)| n.eq_ignore_ascii_case("tzid")));
    let zone = match zone {
        _ if time.is_none() => String::new(),
        _ if value.ends_with('Z') => " UTC".to_owned(),
        Some((_, zone)) => format!(" {}", plain(zone.trim_matches('"'))),
        None => String::new(),
    };
    Some(Moment { day, time, zone })
}

/// Lines as they were before they were folded (RFC 5545 §3.1).
fn unfolded(text: &str) -> impl Iterator<Item = String> {
    let mut lines = text.lines().take(LINES).peekable();
    std::iter::from_fn(move || {
        let mut line = lines.next()?.trim_end_matches('\r').to_owned();
        while let Some(more) = lines.next_if(|l| l.starts_with([' ', '\t'])) {
            line.push_str(more.get(1..).unwrap_or_default().trim_end_matches('\r'));
        }
        Some(line)
    })
}

/// A text on one line, its escapes undone (RFC 5545 §3.3.11).
fn plain(value: &str) -> String {
    let mut out = String::new();
    let mut chars = limits::head(value.trim(), SHOWN).chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push(' '),
                next => out.extend(next),
            },
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::about;

    #[test]
    fn an_invitation_says_what_when_and_where() {
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nSUMMARY:Crane\\, inspec\r\n tion\r\nDTSTART;TZID=\"Europe/Berlin\":20261127T140000\r\n\
DTEND;TZID=Europe/Berlin:20261127T150000\r\nLOCATION:Pier 3\\nHall B\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(
            about(text).as_deref(),
            Some(
                "is an invitation: Crane, inspection · 2026-11-27 14:00 Europe/Berlin to 15:00 · Pier 3 Hall B"
            )
        );
        let cancel =
            "METHOD:CANCEL\nBEGIN:VEVENT\nDTSTART:20261127T130000Z\nDTEND:20261128T130000Z\nEND:VEVENT";
        assert_eq!(
            about(cancel).as_deref(),
            Some("cancels an invitation: 2026-11-27 13:00 UTC to 2026-11-28 13:00 UTC")
        );
        let day = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261127\nEND:VEVENT";
        assert_eq!(about(day).as_deref(), Some("is an invitation: 2026-11-27"));
    }

    #[test]
    fn what_is_broken_says_less_and_never_panics() {
        assert_eq!(about("BEGIN:VCALENDAR\nEND:VCALENDAR"), None);
        assert_eq!(about("BEGIN:VEVENT\nDTSTART:soon\nSUMMARY:"), Some("is an invitation".to_owned()));
        assert_eq!(about("BEGIN:VEVENT\nDTSTART:20é61127T1\n\u{1b}[2J"), Some("is an invitation".to_owned()));
    }
}
