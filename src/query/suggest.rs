//! The nearest of the words that there are.

/// The candidate nearest to a mistyped word, where one is near enough to have been meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(40).collect();
    if word.is_empty() {
        return None;
    }
    // A third of the letters may be wrong, one in short words; the beginning of a name counts as one edit.
    let limit = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|c| {
            let chars: Vec<char> = c.chars().collect();
            let edits = distance(&word, &chars);
            let starts = word.len() >= 2 && chars.starts_with(&word);
            let edits = if starts { edits.min(1) } else { edits };
            (edits <= limit).then_some((edits, c))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, c)| c)
}

/// Edits between two texts: insert, delete, change, and swap of neighbours.
pub fn edits(a: &str, b: &str) -> usize {
    distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
}

/// Edits between two words: insert, delete, change, and swap of neighbours (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    // Three rows suffice: this one, the previous one, and the one preceding that for swaps.
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut a_last = None;
    for (i, &ca) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(above.len());
        row.push(i + 1);
        let mut left = i + 1;
        let mut b_last = None;
        for (j, &cb) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut best = (left + 1).min(at(&above, j + 1) + 1).min(at(&above, j) + usize::from(ca != cb));
            if j > 0 && a_last == Some(cb) && b_last == Some(ca) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
            left = best;
            b_last = Some(cb);
        }
        before = std::mem::replace(&mut above, row);
        a_last = Some(ca);
    }
    above.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits_and_swaps() {
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("assingee", "assignee"), 1);
        assert_eq!(edits("naïve", "naive"), 1);
    }

    #[test]
    fn the_near_name_is_found_and_a_far_one_is_not() {
        let names = ["priority", "assignee", "tag", "due"];
        assert_eq!(nearest("priorty", names), Some("priority"));
        assert_eq!(nearest("ASSINGEE", names), Some("assignee"));
        assert_eq!(nearest("tg", names), Some("tag"));
        assert_eq!(nearest("prio", names), Some("priority"));
        assert_eq!(nearest("zzz", names), None);
        assert_eq!(nearest("", names), None);
    }
}
