//! Command lines as people type them, split into words without a shell.

/// The words of a command line: separated by blanks, `'…'` taken literally, `\` and `"…"` as in a shell. What only a shell can do is
/// rejected; to use a shell, name it, `sh -c '…'`.
///
/// # Errors
/// Where a quote is not closed, or a shell would be needed.
pub fn words(line: &str) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' => out.extend(word.take()),
            '\'' => {
                let w = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(c) => w.push(c),
                        None => return Err("a ' is not closed".into()),
                    }
                }
            }
            '"' => {
                let w = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.next() {
                            Some(c @ ('"' | '\\' | '$' | '`')) => w.push(c),
                            Some(c) => w.extend(['\\', c]),
                            None => return Err("a \" is not closed".into()),
                        },
                        Some('$' | '`') => return Err(shell()),
                        Some(c) => w.push(c),
                        None => return Err("a \" is not closed".into()),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            '|' | '&' | ';' | '<' | '>' | '$' | '`' | '(' | ')' | '*' | '?' => return Err(shell()),
            '~' if word.is_none() => return Err(shell()),
            c => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    Ok(out)
}

fn shell() -> String {
    "it is run without a shell; where one is wanted, write sh -c '…'".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_parted_into_words_and_no_shell_is_run() {
        assert_eq!(words("sendmail  -t -i").unwrap(), ["sendmail", "-t", "-i"]);
        assert_eq!(
            words("sh -c 'pass show $M | head -1' \"a \\\"b\\\"\" c\\ d ''").unwrap(),
            ["sh", "-c", "pass show $M | head -1", "a \"b\"", "c d", ""]
        );
        for bad in ["pass show x | head -1", "a $B", "a 'b", "a `b`", "~/bin/x", "a \"$B\"", "a; b"] {
            assert!(words(bad).is_err(), "{bad}");
        }
    }
}
