//! What to look up in an index of terms before a text is read: everything that meets a test has the terms, and some of
//! what has them meets it.

use super::bind::{Pred, TextTest};
use crate::model::terms::{CAP, Piece, capped, pairs, pieces};

/// One look into an index of terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// This term.
    Whole(String),
    /// Every term that begins so.
    Begins(String),
    /// Every word that holds this, and every text with a word longer than [`CAP`].
    Holds(String),
}

/// What to look up for one test of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looks {
    /// Every one of these must find a text.
    pub all: Vec<Look>,
    /// Whether every text that they find meets the test, so that it need not be read.
    pub exact: bool,
}

/// What to look up for a test; `None` where terms say nothing about it.
pub fn looks(test: &TextTest) -> Option<Looks> {
    let (text, part) = match test {
        TextTest::Word(t) => (t.as_str(), false),
        TextTest::Part(t) => (t.as_str(), true),
        _ => return None,
    };
    let mut all = Vec::new();
    let mut inside = None;
    let mut exact = true;
    for (at, piece) in pieces(text) {
        match piece {
            Piece::Word(word) => {
                let (begins, ends) = (at > 0 || !part, at + word.len() < text.len());
                exact &= word.len() <= CAP && (word.len() < CAP || !ends);
                match (begins, ends) {
                    (true, true) => all.push(Look::Whole(capped(word).to_owned())),
                    (true, false) => all.push(Look::Begins(capped(word).to_owned())),
                    // The end of a word, or any part of one.
                    (false, _) => inside = Some(word),
                }
            }
            Piece::Run(run) => {
                let several = run.chars().nth(1).is_some();
                let last = pairs(run).count().saturating_sub(1);
                let some = pairs(run).enumerate().filter(|(i, _)| !several || *i < last);
                all.extend(some.map(|(_, pair)| match several {
                    true => Look::Whole(pair.to_owned()),
                    false => Look::Begins(pair.to_owned()),
                }));
                exact &= run.chars().count() <= 2;
            }
        }
    }
    // Looking inside of words is the longest way: gone only where there is no other.
    if let Some(word) = inside.filter(|_| all.is_empty()) {
        all.push(Look::Holds(word.to_owned()));
    }
    all.sort_unstable();
    all.dedup();
    let exact = exact && all.len() == 1 && is_one(text, part);
    (!all.is_empty()).then_some(Looks { all, exact })
}

/// Whether a text is one piece that can be found by a look as it is.
fn is_one(text: &str, part: bool) -> bool {
    let mut found = pieces(text);
    match (found.next(), found.next()) {
        (Some((0, Piece::Word(w))), None) => w.len() == text.len() && !part,
        (Some((0, Piece::Run(r))), None) => r.len() == text.len(),
        _ => false,
    }
}

/// The tests of bare words and phrases that every record of a condition meets, and those that none of them meets.
pub fn texts(pred: &Pred) -> (Vec<&TextTest>, Vec<&TextTest>) {
    let (mut met, mut unmet) = (Vec::new(), Vec::new());
    collect(pred, &mut met, &mut unmet);
    (met, unmet)
}

fn collect<'p>(pred: &'p Pred, met: &mut Vec<&'p TextTest>, unmet: &mut Vec<&'p TextTest>) {
    match pred {
        Pred::Text(t) => met.push(t),
        Pred::All(all) => all.iter().for_each(|p| collect(p, met, unmet)),
        Pred::Not(p) => {
            if let Pred::Text(t) = &**p {
                unmet.push(t);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(test: TextTest) -> (Vec<Look>, bool) {
        looks(&test).map_or((Vec::new(), false), |l| (l.all, l.exact))
    }

    #[test]
    fn a_word_is_looked_up_by_its_beginning() {
        assert_eq!(of(TextTest::Word("refund".into())), (vec![Look::Begins("refund".into())], true));
        let both = vec![Look::Whole("inv".into()), Look::Begins("12".into())];
        assert_eq!(of(TextTest::Word("inv-12".into())), (both, false));
        assert_eq!(of(TextTest::Word("hopper.".into())), (vec![Look::Whole("hopper".into())], false));
        let long = "a".repeat(CAP + 1);
        assert_eq!(of(TextTest::Word(long.clone())), (vec![Look::Begins(long[..CAP].into())], false));
    }

    #[test]
    fn a_phrase_is_looked_up_by_the_words_that_it_holds_whole() {
        let (all, exact) = of(TextTest::Part("nd of the mont".into()));
        assert_eq!(all, [Look::Whole("of".into()), Look::Whole("the".into()), Look::Begins("mont".into())]);
        assert!(!exact);
        assert_eq!(of(TextTest::Part("fund".into())), (vec![Look::Holds("fund".into())], false));
        assert_eq!(of(TextTest::Part("@example".into())).0, [Look::Begins("example".into())]);
        assert_eq!(looks(&TextTest::Part("-- €".into())), None);
    }

    #[test]
    fn letters_without_spaces_are_looked_up_by_pairs() {
        assert_eq!(of(TextTest::Part("京".into())), (vec![Look::Begins("京".into())], true));
        assert_eq!(of(TextTest::Part("北京".into())), (vec![Look::Whole("北京".into())], true));
        assert_eq!(
            of(TextTest::Part("北京市".into())).0,
            [Look::Whole("京市".into()), Look::Whole("北京".into())]
        );
    }
}
