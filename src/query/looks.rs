//! What to look up in an index of terms before a text is read: everything that meets a test has the terms, and some of
//! what has them meets it.

use super::bind::{Pred, TextTest};
use crate::model::terms::{CAP, Piece, capped, pairs, pieces};

/// One look into an index of terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermLookup {
    /// This term.
    Whole(String),
    /// Every term that begins so.
    Begins(String),
    /// Every word that contains this, and every text with a word longer than [`CAP`].
    Holds(String),
    /// Every word that ends so, and every text with a word longer than [`CAP`].
    Ends(String),
}

/// What to look up for one test of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looks {
    /// Every one of these must find a text.
    pub all: Vec<TermLookup>,
    /// Whether every text that they find meets the test, so that it need not be read.
    pub exact: bool,
    /// What a phrase asks: how far behind the beginning each look has to find something, counted in terms. With them is the
    /// word whose end a phrase may begin with. Empty where there is but one.
    pub places: Vec<(u32, TermLookup)>,
}

/// What to look up for a test; `None` where terms say nothing about it.
pub fn looks(test: &TextTest) -> Option<Looks> {
    let (text, part) = match test {
        TextTest::Word(t) => (t.as_str(), false),
        TextTest::Part(t) => (t.as_str(), true),
        _ => return None,
    };
    let mut places = Vec::new();
    let mut inside = None;
    let mut exact = true;
    let mut behind = 0;
    for (at, piece) in pieces(text) {
        match piece {
            Piece::Word(word) => {
                let (begins, ends) = (at > 0 || !part, at + word.len() < text.len());
                exact &= word.len() <= CAP && (word.len() < CAP || !ends);
                match (begins, ends) {
                    (true, true) => places.push((behind, TermLookup::Whole(capped(word).to_owned()))),
                    (true, false) => places.push((behind, TermLookup::Begins(capped(word).to_owned()))),
                    // The end of a word, or any part of one.
                    (false, ends) => {
                        inside = Some(word);
                        if ends && word.len() <= CAP {
                            places.push((behind, TermLookup::Ends(word.to_owned())));
                        }
                    }
                }
                behind += 1;
            }
            Piece::Run(run) => {
                let several = run.chars().nth(1).is_some();
                let last = pairs(run).count().saturating_sub(1);
                for (i, pair) in pairs(run).enumerate() {
                    match several {
                        true if i < last => places.push((behind, TermLookup::Whole(pair.to_owned()))),
                        true => {}
                        false => places.push((behind, TermLookup::Begins(pair.to_owned()))),
                    }
                    behind += 1;
                }
                exact &= run.chars().count() <= 2;
            }
        }
    }
    let known = places.iter().map(|(_, look)| look).filter(|l| !matches!(l, TermLookup::Ends(_)));
    let mut all: Vec<TermLookup> = known.cloned().collect();
    if places.len() < 2 {
        places.clear();
    }
    // Looking inside of words is the longest way: gone only where there is no other.
    if let Some(word) = inside.filter(|_| all.is_empty()) {
        all.push(TermLookup::Holds(word.to_owned()));
    }
    all.sort_unstable();
    all.dedup();
    let exact = exact && all.len() == 1 && is_one(text, part);
    (!all.is_empty()).then_some(Looks { all, exact, places })
}

/// Whether a text is one piece that can be found by one lookup.
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

    fn of(test: TextTest) -> (Vec<TermLookup>, bool) {
        looks(&test).map_or((Vec::new(), false), |l| (l.all, l.exact))
    }

    #[test]
    fn a_word_is_looked_up_by_its_beginning() {
        assert_eq!(of(TextTest::Word("refund".into())), (vec![TermLookup::Begins("refund".into())], true));
        let both = vec![TermLookup::Whole("inv".into()), TermLookup::Begins("12".into())];
        assert_eq!(of(TextTest::Word("inv-12".into())), (both, false));
        assert_eq!(of(TextTest::Word("hopper.".into())), (vec![TermLookup::Whole("hopper".into())], false));
        let long = "a".repeat(CAP + 1);
        assert_eq!(of(TextTest::Word(long.clone())), (vec![TermLookup::Begins(long[..CAP].into())], false));
    }

    #[test]
    fn a_phrase_is_looked_up_by_the_words_that_it_holds_whole() {
        let (all, exact) = of(TextTest::Part("nd of the mont".into()));
        assert_eq!(
            all,
            [
                TermLookup::Whole("of".into()),
                TermLookup::Whole("the".into()),
                TermLookup::Begins("mont".into())
            ]
        );
        assert!(!exact);
        assert_eq!(of(TextTest::Part("fund".into())), (vec![TermLookup::Holds("fund".into())], false));
        assert_eq!(of(TextTest::Part("@example".into())).0, [TermLookup::Begins("example".into())]);
        assert_eq!(looks(&TextTest::Part("-- €".into())), None);
    }

    #[test]
    fn what_a_phrase_asks_stands_in_its_places() {
        let places = |t: &str| looks(&TextTest::Part(t.into())).unwrap().places;
        let whole = |w: &str| TermLookup::Whole(w.into());
        let asked = [
            (0, TermLookup::Ends("nd".into())),
            (1, whole("of")),
            (2, whole("the")),
            (3, TermLookup::Begins("mont".into())),
        ];
        assert_eq!(places("nd of the mont"), asked);
        let asked = [(0, whole("北京")), (1, whole("京市")), (3, TermLookup::Begins("re".into()))];
        assert_eq!(places("北京市 re"), asked, "the last letter of a run is a term by itself");
        assert_eq!(places("nd"), [], "one place says nothing");
    }

    #[test]
    fn letters_without_spaces_are_looked_up_by_pairs() {
        assert_eq!(of(TextTest::Part("京".into())), (vec![TermLookup::Begins("京".into())], true));
        assert_eq!(of(TextTest::Part("北京".into())), (vec![TermLookup::Whole("北京".into())], true));
        assert_eq!(
            of(TextTest::Part("北京市".into())).0,
            [TermLookup::Whole("京市".into()), TermLookup::Whole("北京".into())]
        );
    }
}
