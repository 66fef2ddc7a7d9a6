//! Changes of fields in the words of the shell: `city=Oslo`, `tag+=vip`, `tag-=late`.

use super::fail::Fail;
use crate::desk::Edit;

/// Takes words apart into changes of fields and what is none: the words of a name.
pub fn split(words: &[String]) -> (Vec<Edit>, Vec<String>) {
    let (mut edits, mut rest) = (Vec::new(), Vec::new());
    for word in words {
        match of(word) {
            Some(edit) => edits.push(edit),
            None => rest.push(word.clone()),
        }
    }
    (edits, rest)
}

/// Words that must all be changes of fields.
///
/// # Errors
/// [`Fail::Usage`] with the word that is none.
pub fn all(words: &[String]) -> Result<Vec<Edit>, Fail> {
    let (edits, rest) = split(words);
    match rest.first() {
        Some(word) => Err(Fail::usage(format!(
            "`{word}` is no change: write field=value, field+=value or field-=value"
        ))),
        None => Ok(edits),
    }
}

fn of(word: &str) -> Option<Edit> {
    let edit = Edit::parse(word)?;
    // A name is made of letters; only names of custom fields can contain anything.
    let plain = edit.field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (plain || edit.field.starts_with("custom.")).then_some(edit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_an_equals_sign_are_changes_and_others_names() {
        let words =
            ["Ada", "city=Oslo", "tag+=vip", "custom.T shirt=XL", "a b=c", "Lovelace"].map(String::from);
        let (edits, rest) = split(&words);
        assert_eq!(
            edits,
            [Edit::set("city", "Oslo"), Edit::add("tag", "vip"), Edit::set("custom.T shirt", "XL")]
        );
        assert_eq!(rest, ["Ada", "a b=c", "Lovelace"]);
        assert_eq!(all(&words).unwrap_err().code(), 2);
    }
}
