//! Finding what names a person in a text, and taking it out.

use std::ops::Range;

use super::{DIGITS, ERASED, LEAST_DIGITS, LEAST_ID, Marks, in_id, words::Words};

impl Marks {
    /// Whether a text names the person.
    pub fn finds(&self, text: &str) -> bool {
        !self.spans(text).is_empty()
    }

    /// The text without what names the person; `None` where it does not.
    pub fn scrubbed(&self, text: &str) -> Option<String> {
        let spans = self.spans(text);
        if spans.is_empty() {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for span in spans {
            out.push_str(text.get(at..span.start).unwrap_or_default());
            out.push_str(ERASED);
            at = span.end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Some(out)
    }

    /// Where a text names the person: places in bytes, in order, apart from each other.
    pub fn spans(&self, text: &str) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        if !self.names.is_empty() || !self.streets.is_empty() {
            self.find_words(text, &mut out);
        }
        if text.contains('@') || text.contains("%40") {
            self.find_addresses(text, &mut out);
        }
        if !self.phones.is_empty() && text.bytes().filter(u8::is_ascii_digit).nth(LEAST_DIGITS - 1).is_some()
        {
            self.find_phones(text, &mut out);
        }
        if !self.ids.is_empty() && text.len() >= LEAST_ID {
            self.find_ids(text, &mut out);
        }
        for name in &self.joined {
            out.extend(text.match_indices(name.as_str()).map(|(i, m)| i..i + m.len()));
        }
        if !self.pages.is_empty() && text.contains('/') {
            let lower = text.to_ascii_lowercase();
            for page in &self.pages {
                let found = lower.match_indices(page.as_str()).map(|(i, m)| i..i + m.len());
                out.extend(found.filter(|s| {
                    !lower.get(s.end..).and_then(|r| r.chars().next()).is_some_and(|c| c.is_alphanumeric())
                }));
            }
        }
        merged(out)
    }

    fn find_words(&self, text: &str, out: &mut Vec<Range<usize>>) {
        let mut all = Words::default();
        all.read(text);
        for i in 0..all.spans.len() {
            let first = all.word(i);
            let names = self.names.iter().map(|m| (m, false));
            for (mark, dots) in names.chain(self.streets.iter().map(|m| (m, true))) {
                if mark.first().is_some_and(|w| w == first)
                    && let Some(end) = all.follows(text, i, mark, dots)
                    && let Some((start, _)) = all.span(i)
                {
                    out.push(start..end);
                }
            }
        }
    }

    fn find_addresses(&self, text: &str, out: &mut Vec<Range<usize>>) {
        let ats = text.match_indices('@').chain(text.match_indices("%40"));
        for (at, sign) in ats {
            let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + sign.len()..));
            let after = after.unwrap_or_default();
            let domain = after.find(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-'));
            let domain = after.get(..domain.unwrap_or(after.len())).unwrap_or_default();
            let domain = domain.trim_end_matches(['.', '-']);
            let end = at + sign.len() + domain.len();
            let local = before
                .rfind(|c: char| !in_local(c))
                .map_or(0, |i| i + before.get(i..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8));
            let local_text = before.get(local..).unwrap_or_default();
            if local_text.is_empty() {
                if sign == "@" {
                    let handle = after.find(|c: char| !in_id(c)).unwrap_or(after.len());
                    let handle = after.get(..handle).unwrap_or_default().trim_end_matches(['.', '-', ':']);
                    if self.handles.contains(&handle.to_lowercase()) {
                        out.push(at..at + 1 + handle.len());
                    }
                }
                continue;
            }
            let whole = format!("{local_text}@{domain}");
            if self.ids.contains(&whole) {
                out.push(local..end);
                continue;
            }
            if self.emails.is_empty() {
                continue;
            }
            // Each place at which an address may begin: `href=ada@…` contains it, `not.ada@…` is another one.
            let mut from = local;
            loop {
                let local = text.get(from..at).unwrap_or_default().to_lowercase();
                let domain = domain.to_lowercase();
                let bare = local.split_once('+').map_or(local.as_str(), |(name, _)| name);
                let known = |l: &str| self.emails.contains(&format!("{l}@{domain}"));
                if known(&local) || known(bare) {
                    out.push(from..end);
                    break;
                }
                let rest = text.get(from..at).unwrap_or_default();
                let Some(cut) = rest.find(|c: char| !(c.is_alphanumeric() || ".+_-".contains(c))) else {
                    break;
                };
                from += cut + rest.get(cut..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8);
            }
        }
    }

    fn find_phones(&self, text: &str, out: &mut Vec<Range<usize>>) {
        // Places of the digits of what may be one number, and the digits.
        let mut run: Vec<usize> = Vec::new();
        let mut digits = String::new();
        let mut gap = 0;
        for (i, c) in text.char_indices().chain([(text.len(), '\n')]) {
            match c {
                '0'..='9' => {
                    run.push(i);
                    digits.push(c);
                    gap = 0;
                }
                ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{2011}' if gap < 3 && !run.is_empty() => {
                    gap += 1
                }
                _ => {
                    self.phones_in(text, &run, &digits, out);
                    run.clear();
                    digits.clear();
                    gap = 0;
                }
            }
        }
    }

    fn phones_in(&self, text: &str, run: &[usize], digits: &str, out: &mut Vec<Range<usize>>) {
        if digits.len() < LEAST_DIGITS {
            return;
        }
        for phone in &self.phones {
            for (i, _) in digits.match_indices(phone.as_str()) {
                let last = i + phone.len() - 1;
                let Some(end) = run.get(last).map(|e| e + 1) else { continue };
                // A digit right behind: the number of something else.
                if run.get(last + 1) == Some(&end) {
                    continue;
                }
                // Country and area may be in front (E.164 has at most fifteen digits).
                let all = last < 15;
                if phone.len() < DIGITS && (i != 0 || last + 1 != run.len()) {
                    continue;
                }
                let glued = i
                    .checked_sub(1)
                    .and_then(|b| run.get(b))
                    .is_some_and(|b| Some(b + 1) == run.get(i).copied());
                if !all && glued {
                    continue;
                }
                let Some(mut start) = run.get(if all { 0 } else { i }).copied() else { continue };
                let before = text.get(..start).unwrap_or_default();
                start -= before.len() - before.trim_end_matches(['+', '(']).len();
                out.push(start..end);
            }
        }
    }

    fn find_ids(&self, text: &str, out: &mut Vec<Range<usize>>) {
        let mut start = None;
        for (i, c) in text.char_indices().chain([(text.len(), ' ')]) {
            match (in_id(c), start) {
                (true, None) => start = Some(i),
                (false, Some(from)) => {
                    let run = text.get(from..i).unwrap_or_default();
                    let trimmed = run.trim_matches(['.', ':', '-']);
                    if trimmed.len() >= LEAST_ID && self.ids.contains(trimmed) {
                        let from = from + run.len() - run.trim_start_matches(['.', ':', '-']).len();
                        out.push(from..from + trimmed.len());
                    }
                    start = None;
                }
                _ => {}
            }
        }
    }
}

/// What may be in the part of an address before its `@` (RFC 5322 §3.2.3), and letters beyond ASCII (RFC 6531).
fn in_local(c: char) -> bool {
    c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c)
}

fn merged(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_unstable_by_key(|s| (s.start, s.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}
