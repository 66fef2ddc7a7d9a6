//! The words of a text, folded, and where each stands.

use crate::model::fold;

/// The words of a text: where each stands, and its folded form.
#[derive(Default)]
pub(super) struct Words {
    /// Start and end in the text; start in `folded`.
    pub spans: Vec<(usize, usize, usize)>,
    folded: String,
}

impl Words {
    pub fn read(&mut self, text: &str) {
        let mut open: Option<(usize, usize)> = None;
        for (i, c) in text.char_indices() {
            // Invisible characters and combining accents belong to the word they are in.
            let inside = c.is_alphanumeric() || (open.is_some() && !c.is_ascii() && is_part(c));
            if inside {
                open.get_or_insert((i, self.folded.len()));
                if c.is_ascii() {
                    self.folded.push(c.to_ascii_lowercase());
                } else {
                    fold::fold_char(c, |c| self.folded.push(c));
                }
            } else if let Some((start, from)) = open.take() {
                self.spans.push((start, i, from));
            }
        }
        if let Some((start, from)) = open {
            self.spans.push((start, text.len(), from));
        }
    }

    pub fn span(&self, i: usize) -> Option<(usize, usize)> {
        self.spans.get(i).map(|(s, e, _)| (*s, *e))
    }

    pub fn word(&self, i: usize) -> &str {
        let from = self.spans.get(i).map_or(0, |s| s.2);
        let to = self.spans.get(i + 1).map_or(self.folded.len(), |s| s.2);
        self.folded.get(from..to).unwrap_or_default()
    }

    /// Where the words of a mark end, where they follow each other from the word at `i` on; `dots`: some of them are
    /// shortened (`St.`), and a full stop ends nothing.
    pub fn follows(&self, text: &str, i: usize, mark: &[String], dots: bool) -> Option<usize> {
        let mut at = i;
        let mut initials = 1;
        for wanted in mark.get(1..)? {
            at += 1;
            self.near(text, at, dots)?;
            if self.word(at) != wanted {
                // One initial may stand between the names.
                if initials == 0 || self.word(at).chars().count() != 1 {
                    return None;
                }
                initials -= 1;
                at += 1;
                self.near(text, at, dots)?;
                if self.word(at) != wanted {
                    return None;
                }
            }
        }
        self.span(at).map(|(_, end)| end)
    }

    /// Whether a word and the previous one stand together: no sentence ends between them.
    fn near(&self, text: &str, i: usize, dots: bool) -> Option<()> {
        let (before, (start, _)) = (self.spans.get(i.checked_sub(1)?)?, self.span(i)?);
        let between = text.get(before.1..start)?;
        let initial = text.get(before.0..before.1)?.chars().count() == 1;
        let ends = !dots && !initial && between.contains(['.']) && between.contains(char::is_whitespace);
        // What follows in angle brackets is the address of the name before.
        let apart =
            between.contains(['!', '?', ';', ':', '(', ')', '[', ']', '<', '|']) || between.contains("\n\n");
        // `Smith, Will` is a name, `Rose, will you` is none.
        let capital =
            |at: usize| text.get(at..).and_then(|t| t.chars().next()).is_none_or(|c| !c.is_lowercase());
        let comma = !dots && between.contains(',') && !(capital(before.0) && capital(start));
        (between.chars().count() <= 4 && !ends && !apart && !comma).then_some(())
    }
}

fn is_part(c: char) -> bool {
    let mut nothing = true;
    fold::fold_char(c, |_| nothing = false);
    nothing
}
