//! Which rows meet a query: for certain, perhaps, or not.

use super::{
    Bits, Column, Columns, TEXT, bit, number,
    text::{Meets, Texts, plain_text},
};
use crate::{
    model::{Id, fold::fold_name},
    query::{
        Bound, Schema,
        bind::{Pred, Test, TextTest},
        schema::{CUSTOMERS, FieldKind, Link},
    },
};

impl Columns {
    /// The rows that meet a query; `ask` says it of a customer's record, and is asked only where no column can tell.
    ///
    /// # Errors
    /// Those of `ask`.
    pub fn meeting<E>(&self, bound: &Bound, ask: impl FnMut(Id) -> Result<bool, E>) -> Result<Bits, E> {
        self.meeting_of(bound, &self.there, ask)
    }

    /// The same among some rows.
    ///
    /// # Errors
    /// Those of `ask`.
    pub fn meeting_of<E>(
        &self,
        bound: &Bound,
        within: &Bits,
        mut ask: impl FnMut(Id) -> Result<bool, E>,
    ) -> Result<Bits, E> {
        let mut within = within.clone();
        within.and(&self.there);
        let Some(pred) = &bound.pred else { return Ok(within) };
        if !std::ptr::eq::<Schema>(bound.schema, &CUSTOMERS) {
            return Ok(Bits::none(within.len()));
        }
        let mut meets = self.pred(pred, &within);
        meets.maybe.and(&within);
        meets.sure.and(&within);
        let mut open = meets.maybe;
        open.minus(&meets.sure);
        for row in open.iter() {
            if let Some(id) = self.ids.get(row)
                && ask(*id)?
            {
                meets.sure.set(row, true);
            }
        }
        Ok(meets.sure)
    }

    fn pred(&self, pred: &Pred, within: &Bits) -> Meets {
        let len = within.len();
        match pred {
            Pred::All(all) => {
                // The cheap ones first; what they leave is all that the others look at.
                let mut all: Vec<&Pred> = all.iter().collect();
                all.sort_by_key(|p| self.cost(p));
                let mut out = Meets::certain(within.clone());
                for p in all {
                    let m = self.pred(p, &out.maybe);
                    out.sure.and(&m.sure);
                    out.maybe.and(&m.maybe);
                    if out.maybe.is_empty() {
                        break;
                    }
                }
                out
            }
            Pred::Any(any) => {
                let mut out = Meets::certain(Bits::none(len));
                any.iter().for_each(|p| out.or(&self.pred(p, within)));
                out
            }
            Pred::Not(p) => {
                let m = self.pred(p, within);
                let (mut sure, mut maybe) = (within.clone(), within.clone());
                sure.minus(&m.maybe);
                maybe.minus(&m.sure);
                Meets { sure, maybe }
            }
            Pred::Number(n) => {
                let n = i64::try_from(*n).unwrap_or(-1);
                self.field("number", &[Test::Between(n, n)], within)
            }
            Pred::Text(t) => self.text(t, within),
            Pred::Members(ids) => {
                let mut out = Bits::none(len);
                ids.iter().filter_map(|id| self.row(*id)).for_each(|row| out.set(row as usize, true));
                Meets::certain(out)
            }
            Pred::Joined(j) => match (&j.ids, j.join.by) {
                (Some(ids), Link::NamedBy(_)) => {
                    let mut out = Bits::none(len);
                    ids.iter().filter_map(|id| self.row(*id)).for_each(|row| out.set(row as usize, true));
                    Meets::certain(out)
                }
                // Whom a customer names is not in memory.
                (Some(_), Link::Names) => Meets { sure: Bits::none(len), maybe: within.clone() },
                (None, _) => Meets::certain(Bits::none(len)),
            },
            Pred::Field { name, tests, .. } => self.field(name, tests, within),
        }
    }

    /// How much is to be read for a condition, roughly.
    fn cost(&self, pred: &Pred) -> u32 {
        match pred {
            Pred::All(some) | Pred::Any(some) => some.iter().map(|p| self.cost(p)).sum(),
            Pred::Not(p) => self.cost(p),
            Pred::Number(_) => 1,
            Pred::Text(_) => 40,
            Pred::Members(_) | Pred::Joined(_) => 5,
            Pred::Field { name, .. } => match self.column(name) {
                Some((_, Column::Texts(Texts::Plain(_)))) => 10,
                Some((_, Column::Texts(_))) => 2,
                Some(_) => 1,
                None => 3,
            },
        }
    }

    fn field(&self, name: &str, tests: &[Test], within: &Bits) -> Meets {
        let len = within.len();
        let texts = match name.strip_prefix("custom.") {
            Some(own) => match self.custom.get(&fold_name(own)) {
                Some(texts) => texts,
                None if tests.iter().any(|t| matches!(t, Test::Missing)) => {
                    return Meets::certain(within.clone());
                }
                None => return Meets::certain(Bits::none(len)),
            },
            None => match self.column(name) {
                Some((_, Column::Numbers(n))) => return Meets::certain(n.meeting(tests, len)),
                Some((_, Column::Sums(s))) => return Meets::certain(s.meeting(tests, len)),
                Some((_, Column::People(p))) => {
                    return Meets::certain(p.meeting(tests, &self.roster, len));
                }
                Some((def, Column::Texts(texts))) if def.kind == FieldKind::Phone => {
                    let (digits, others): (Vec<Test>, Vec<Test>) =
                        tests.iter().cloned().partition(|t| matches!(t, Test::Text(TextTest::Digits(_))));
                    let mut out = texts.meeting(&others, within);
                    for t in &digits {
                        if let Test::Text(TextTest::Digits(d)) = t {
                            out.or(&Meets::certain(self.digits.having(d, false, within)));
                        }
                    }
                    return out;
                }
                Some((_, Column::Texts(texts))) => texts,
                None => return Meets::perhaps(within.clone()),
            },
        };
        texts.meeting(tests, within)
    }

    /// Words in the text of the record: in one of its parts for certain, or across them perhaps.
    fn text(&self, test: &TextTest, within: &Bits) -> Meets {
        let (needle, word) = match test {
            TextTest::Word(t) => (t, true),
            TextTest::Part(t) => (t, false),
            _ => return Meets::perhaps(within.clone()),
        };
        let any = |needle: &str, word: bool, within: &Bits| {
            let mut out = Bits::none(within.len());
            let mut left = within.clone();
            for field in TEXT {
                if let Some((_, Column::Texts(t))) = self.column(field) {
                    out.or(&t.having(needle, word, &left));
                    left.minus(&out);
                }
            }
            out
        };
        let mut narrow = within.clone();
        if let Some(bit) = needle.chars().next().and_then(bit).filter(|_| word) {
            narrow.and(&Bits::of(number::words(&self.begins, |b| b & bit != 0), within.len()));
            if needle.len() == 1 {
                return Meets::certain(narrow);
            }
        }
        let mut own = within.clone();
        own.and(&self.unspaced);
        narrow.minus(&own);
        let mut sure = any(needle, word, &narrow);
        if !own.is_empty() {
            sure.or(&plain_text(&self.whole, test, &own));
        }
        if !needle.contains(' ') {
            return Meets::certain(sure);
        }
        let mut maybe = within.clone();
        maybe.minus(&own);
        for piece in needle.split(' ') {
            maybe.and(&any(piece, false, &maybe));
        }
        maybe.or(&sure);
        Meets { sure, maybe }
    }
}
