//! Choices that match what is typed: every word must be found, letters in order, starts of words first.

use fuzzy_matcher::{FuzzyMatcher, skim::SkimMatcherV2};

use super::model::{Choice, Mark};
use crate::model::fold::fold;

/// The choices that match, the best first; all of them, in their order, where nothing is typed.
#[must_use]
pub fn narrow(choices: &[Choice], typed: &str) -> Vec<Mark> {
    let words: Vec<String> = typed.split_whitespace().map(fold).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return (0..choices.len()).map(|at| Mark { at, ..Mark::default() }).collect();
    }
    let whole = words.join(" ");
    let matcher = SkimMatcherV2::default().ignore_case();
    let mut found: Vec<(i64, Mark)> = choices
        .iter()
        .enumerate()
        .filter_map(|(at, choice)| {
            let (score, title, beside) = score(&matcher, choice, &words)?;
            // What cannot be taken comes after what can.
            let score = if choice.disabled.is_some() { score - 1_000 } else { score };
            // What is typed out whole comes before everything else, with its reason where it cannot be taken now.
            let score = if fold(&choice.title) == whole { score + 10_000 } else { score };
            Some((score, Mark { at, title, beside }))
        })
        .collect();
    found.sort_by_key(|(score, mark)| (std::cmp::Reverse(*score), mark.at));
    found.into_iter().map(|(_, mark)| mark).collect()
}

fn score(
    matcher: &SkimMatcherV2,
    choice: &Choice,
    words: &[String],
) -> Option<(i64, Vec<usize>, Vec<usize>)> {
    let (mut score, mut title, mut beside) = (0, Vec::new(), Vec::new());
    for word in words {
        if let Some((s, at)) = found_in(Some(matcher), &choice.title, word) {
            score += s * 2;
            title.extend(at);
        } else {
            match found_in(None, &choice.beside, word) {
                Some((s, at)) => {
                    score += s;
                    beside.extend(at);
                }
                // Other words for it: from their beginning, as the match is not visible.
                None => {
                    let mut also = choice.also.split_whitespace();
                    also.any(|other| fold(other).starts_with(word)).then(|| score += 300)?;
                }
            }
        }
    }
    title.sort_unstable();
    title.dedup();
    beside.sort_unstable();
    beside.dedup();
    Some((score, title, beside))
}

/// The score of a folded word in a text, and the places of its characters in the text as written. Letters in order
/// alone count where there is a matcher: in sentences they stand everywhere.
fn found_in(matcher: Option<&SkimMatcherV2>, text: &str, word: &str) -> Option<(i64, Vec<usize>)> {
    // Folding letter by letter keeps the map back to the characters of the text.
    let mut folded = String::new();
    let mut from: Vec<usize> = Vec::new();
    for (i, c) in text.chars().enumerate() {
        let part = fold(c.encode_utf8(&mut [0; 4]));
        let part = if part.is_empty() { " ".to_owned() } else { part };
        for c in part.chars() {
            folded.push(c);
            from.push(i);
        }
    }
    if let Some(byte) = folded.find(word) {
        let at = folded.get(..byte).map_or(0, |head| head.chars().count());
        let start = at == 0 || folded.chars().nth(at - 1).is_some_and(|c| !c.is_alphanumeric());
        let places = (at..at + word.chars().count()).filter_map(|i| from.get(i).copied()).collect();
        return Some((if start { 400 } else { 200 } - i64::try_from(at).unwrap_or(100).min(100), places));
    }
    let (score, places) = matcher?.fuzzy_indices(&folded, word)?;
    let places: Vec<usize> = places.into_iter().filter_map(|i| from.get(i).copied()).collect();
    // Letters scattered over the whole text are not a useful match.
    let (first, last) = (places.first()?, places.last()?);
    (last - first <= word.chars().count() * 3 + 2).then_some((score.min(150), places))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(titles: &[&str]) -> Vec<Choice> {
        titles.iter().map(|t| Choice { title: (*t).to_owned(), ..Choice::default() }).collect()
    }

    #[test]
    fn starts_of_words_come_first_and_letters_are_marked() {
        let all = choices(&["Unassigned", "Assign to me", "Assign"]);
        let found = narrow(&all, "assi");
        let titles: Vec<_> = found.iter().map(|m| all[m.at].title.as_str()).collect();
        assert_eq!(titles, ["Assign to me", "Assign", "Unassigned"]);
        assert_eq!(found[2].title, [2, 3, 4, 5]);
    }

    #[test]
    fn accents_do_not_matter_and_marks_fit_the_text_as_written() {
        let all = choices(&["Straße Ödön"]);
        assert_eq!(narrow(&all, "strasse odon")[0].title, [0, 1, 2, 3, 4, 5, 7, 8, 9, 10]);
        assert!(narrow(&all, "xyz").is_empty());
    }

    #[test]
    fn other_words_find_it_from_their_beginning() {
        let mut all = choices(&["Wait", "Done"]);
        all[0].also = "snooze sleep".to_owned();
        assert_eq!(narrow(&all, "snoo").iter().map(|m| m.at).collect::<Vec<_>>(), [0]);
        assert_eq!(narrow(&all, "wait snooze").len(), 1);
        assert!(narrow(&all, "ooze").is_empty());
    }

    #[test]
    fn nothing_typed_is_everything() {
        assert_eq!(narrow(&choices(&["a", "b"]), "  ").len(), 2);
    }

    #[test]
    fn what_is_typed_out_whole_comes_first() {
        let all = choices(&["Merge organisations", "Merge"]);
        let shown = narrow(&all, "merge");
        assert_eq!(shown.first().map(|m| m.at), Some(1));
    }
}
