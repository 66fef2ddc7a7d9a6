//! Files that stand uuencoded within a text, as programs before MIME sent them.

/// A file.
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Takes the files out of a text: from each `begin 644 name` to its `end`. One without an end, or with a line that is
/// none, stays text.
pub(super) fn take(text: &mut String) -> Vec<File> {
    let mut files = Vec::new();
    if !text.starts_with("begin ") && !text.contains("\nbegin ") {
        return files;
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((line, after)) = next_line(rest) {
        match begin(line).and_then(|name| body(after).map(|(bytes, rest)| (File { name, bytes }, rest))) {
            Some((file, left)) => {
                files.push(file);
                rest = left;
            }
            None => {
                kept.push_str(line);
                if rest.len() > line.len() {
                    kept.push('\n');
                }
                rest = after;
            }
        }
    }
    if !files.is_empty() {
        *text = kept;
    }
    files
}

fn next_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() { None } else { Some(text.split_once('\n').unwrap_or((text, ""))) }
}

/// The name in `begin 644 name`.
fn begin(line: &str) -> Option<String> {
    let (mode, name) = line.strip_prefix("begin ")?.split_once(' ')?;
    let octal = (3..=5).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    (octal && !name.trim().is_empty()).then(|| name.trim().to_owned())
}

/// The bytes up to `end`, and what follows it. Stops at the first line that is not uuencoded, so that a text full of
/// `begin` lines is read in linear time.
fn body(text: &str) -> Option<(Vec<u8>, &str)> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((line, after)) = next_line(rest) {
        if line.trim_end() == "end" {
            return Some((bytes, after));
        }
        bytes.extend(decoded(line.trim_end_matches('\r'))?);
        rest = after;
    }
    None
}

/// One line: its first letter says how many bytes; each four letters after it are three of them.
fn decoded(line: &str) -> Option<Vec<u8>> {
    let value = |b: u8| (b' '..=b'`').contains(&b).then(|| u32::from(b.wrapping_sub(b' ') & 0x3f));
    let line = line.as_bytes();
    let (&first, letters) = line.split_first().unwrap_or((&b'`', &[]));
    let count = usize::try_from(value(first)?).ok()?;
    // Blanks at the end of a line get lost on the way.
    if letters.len() > count.div_ceil(3) * 4 + 2 {
        return None;
    }
    let mut out = Vec::with_capacity(count + 2);
    for at in 0..count.div_ceil(3) {
        let mut word = 0;
        for i in 0..4 {
            word = word << 6 | value(letters.get(at * 4 + i).copied().unwrap_or(b' '))?;
        }
        out.extend(word.to_be_bytes().into_iter().skip(1));
    }
    out.truncate(count);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::take;

    #[test]
    fn a_uuencoded_file_is_taken_out_of_the_text() {
        let mut text = "See file.\nbegin 644 cat.txt\n#0V%T\n`\nend\nBye\n".to_owned();
        let files = take(&mut text);
        assert_eq!(text, "See file.\nBye\n");
        assert_eq!(files.len(), 1);
        assert_eq!((files[0].name.as_str(), files[0].bytes.as_slice()), ("cat.txt", &b"Cat"[..]));
    }

    #[test]
    fn words_that_begin_like_one_stay_text() {
        for text in [
            "begin 644 things today\nplease write to us about it at length, and soon, all of you.\nend\n",
            "begin now please\nend\n",
            "begin 644 cat.txt\n#0V%T\n",
        ] {
            let mut same = text.to_owned();
            assert!(take(&mut same).is_empty());
            assert_eq!(same, text);
        }
        let mut many = "begin 644 a\n".repeat(10_000);
        assert!(take(&mut many).is_empty());
    }
}
