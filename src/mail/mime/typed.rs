//! `Content-Type` and `Content-Disposition` with their parameters (RFC 2045 §5.1, RFC 2231).

use super::super::{charset, header};

/// How many parameters of one field are read.
const MOST_PARAMS: usize = 100;

/// A `Content-Type` or `Content-Disposition`: its value and its parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// `text/plain`, `attachment`, ...: lower case; empty where the field is absent.
    pub value: String,
    params: Vec<(String, String)>,
}

impl Typed {
    /// A parameter, decoded.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Reads `Content-Type` or `Content-Disposition` with their parameters, RFC 2231 ones joined and decoded.
pub fn typed(raw: &[u8]) -> Typed {
    let text = charset::guess(raw);
    let mut fields = semicolons(&text).into_iter();
    let value = fields.next().unwrap_or_default();
    let value: String = value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let mut params: Vec<(String, String)> = Vec::new();
    // `name*1*=utf-8''...`: name, position, encoded, text.
    let mut pieces: Vec<(String, u32, bool, String)> = Vec::new();
    for field in fields.take(MOST_PARAMS) {
        let Some((name, text)) = field.split_once('=') else { continue };
        let name = name.trim().to_ascii_lowercase();
        let text = text.trim().to_owned();
        match name.split_once('*') {
            None => params.push((name, header::words(&text))),
            Some((base, place)) => {
                let encoded = place.is_empty() || place.ends_with('*');
                let at = place.trim_end_matches('*').parse().unwrap_or(0);
                pieces.push((base.to_owned(), at, encoded, text));
            }
        }
    }
    pieces.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut pieces = pieces.into_iter().peekable();
    while let Some((name, _, encoded, first)) = pieces.next() {
        let mut label = None;
        let mut bytes = Vec::new();
        if encoded {
            let mut halves = first.splitn(3, '\'');
            let (charset, _, text) = (halves.next(), halves.next(), halves.next());
            match text {
                Some(text) => {
                    label = charset.map(str::to_owned);
                    percent(text, &mut bytes);
                }
                None => percent(&first, &mut bytes),
            }
        } else {
            bytes.extend_from_slice(first.as_bytes());
        }
        while let Some((_, _, encoded, more)) = pieces.next_if(|p| p.0 == name) {
            if encoded {
                percent(&more, &mut bytes);
            } else {
                bytes.extend_from_slice(more.as_bytes());
            }
        }
        // The extended form wins over the plain one beside it.
        params.retain(|(n, _)| *n != name);
        params.push((name, charset::decode(label.as_deref(), &bytes).text));
    }
    Typed { value, params }
}

fn percent(text: &str, into: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some((&b, after)) = rest.split_first() {
        let code = (b == b'%').then(|| after.get(..2)).flatten();
        let code =
            code.and_then(|c| std::str::from_utf8(c).ok()).and_then(|c| u8::from_str_radix(c, 16).ok());
        into.push(code.unwrap_or(b));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
}

/// Splits at `;` outside quotes and comments; quotes undone.
fn semicolons(text: &str) -> Vec<String> {
    let mut list = Vec::new();
    let mut open = String::new();
    let (mut quoted, mut depth) = (false, 0_u32);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            // Only quotes and backslashes are escaped: programs of Windows write whole paths.
            '\\' if quoted => match chars.next() {
                Some(next @ ('"' | '\\')) => open.push(next),
                next => open.extend(['\\'].into_iter().chain(next)),
            },
            '"' if depth == 0 => quoted = !quoted,
            _ if quoted => open.push(c),
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            ';' => list.push(std::mem::take(&mut open)),
            _ => open.push(c),
        }
    }
    list.push(open);
    list
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn parameters_in_all_their_forms() {
        let t = typed(b"Text/Plain; charset=\"utf-8\" (the usual); Name==?utf-8?q?caf=C3=A9.txt?=; x");
        assert_eq!(
            (t.value.as_str(), t.param("charset"), t.param("name")),
            ("text/plain", Some("utf-8"), Some("café.txt"))
        );
        let t =
            typed(b"attachment; filename*1*=%20rates.pdf; filename*0*=utf-8'en'%e2%82%ac; filename=euro.pdf");
        assert_eq!(t.param("filename"), Some("€ rates.pdf"));
        let t = typed(b"attachment; filename=\"C:\\Users\\Pia\\bill.pdf\"");
        assert_eq!(t.param("filename"), Some("C:\\Users\\Pia\\bill.pdf"));
        let t = typed(b"multipart/mixed; boundary=\"a;b\\\"c\"");
        assert_eq!(t.param("boundary"), Some("a;b\"c"));
    }
}
