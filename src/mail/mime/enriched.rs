//! `text/enriched` (RFC 1896) and `text/richtext` (RFC 1341) made plain text.

/// What makes plain text of a type; `None` where it is neither of the two.
pub(super) fn reader(content_type: &str) -> Option<fn(&str) -> String> {
    match content_type {
        "text/enriched" => Some(enriched),
        "text/richtext" => Some(richtext),
        _ => None,
    }
}

/// The longest name of a formatting command, in bytes (RFC 1896 §2: 60 letters).
const LONGEST: usize = 62;

/// How far a parameter may reach, in bytes: so that one that is never closed costs no more than this.
const LONGEST_PARAM: usize = 1_000;

/// A command at the start of `text` (behind its `<`): its name in lower case, and what follows the `>`.
fn command(text: &str) -> Option<(String, &str)> {
    let end = text.bytes().take(LONGEST).position(|b| b == b'>')?;
    let (name, rest) = text.split_at_checked(end)?;
    let plain = name.strip_prefix('/').unwrap_or(name);
    let sound = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    sound.then(|| (name.to_ascii_lowercase(), rest.get(1..).unwrap_or_default()))
}

/// RFC 1896: `<<` is `<`, one line end is a space, and n of them are n - 1.
fn enriched(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // What is in `<param>` is for the command before it. Of what is never closed, all is text.
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '<' if after.starts_with('<') => {
                out.push('<');
                after.get(1..).unwrap_or_default()
            }
            '<' => match command(after) {
                Some((name, rest)) if name == "param" => {
                    let near = rest.get(..rest.floor_char_boundary(LONGEST_PARAM)).unwrap_or(rest);
                    near.find("</param>").and_then(|at| rest.get(at + "</param>".len()..)).unwrap_or(rest)
                }
                Some((name, rest)) => {
                    if name == "nl" {
                        out.push('\n');
                    }
                    rest
                }
                None => {
                    out.push('<');
                    after
                }
            },
            '\n' => {
                let more = after.bytes().take_while(|b| *b == b'\n').count();
                out.push_str(&if more == 0 { " ".to_owned() } else { "\n".repeat(more) });
                after.get(more..).unwrap_or_default()
            }
            c => {
                out.push(c);
                after
            }
        };
    }
    out
}

/// RFC 1341 §7.1.3: `<lt>` is `<`, `<nl>` a line end, and line ends are spaces.
fn richtext(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match (c, if c == '<' { command(after) } else { None }) {
            (_, Some((name, rest))) => {
                match name.as_str() {
                    "lt" => out.push('<'),
                    "nl" | "/paragraph" => out.push('\n'),
                    _ => {}
                }
                rest
            }
            ('\n', _) => {
                out.push(' ');
                after
            }
            (c, _) => {
                out.push(c);
                after
            }
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::reader;

    #[test]
    fn commands_go_and_line_ends_are_read_as_the_standard_says() {
        let enriched = reader("text/enriched").unwrap();
        assert_eq!(enriched("<bold>Kettle</bold> leaks\n\nnow << ok\n"), "Kettle leaks\nnow < ok ");
        assert_eq!(enriched("<color><param>red</param>Hot</color> a\nb < c"), "Hot a b < c");
        let richtext = reader("text/richtext").unwrap();
        assert_eq!(richtext("<bold>Kettle</bold> <lt>3<nl>leaks\nnow"), "Kettle <3\nleaks now");
        assert!(reader("text/plain").is_none());
    }
}
