//! Who is likelier to be meant, whatever was typed: at most ten points of a hundred, so that it breaks ties and never
//! beats a better match.

use crate::model::{Id, Stamp};

/// A contact of today, in hundredths of a point.
const RECENT: u64 = 650;

/// Days until that is half as much.
const HALF: u64 = 30;

/// An open ticket; the first three count.
const OPEN: u32 = 80;

/// A contact of the asker's own.
pub const MINE: u32 = 110;

const DAY_MS: Stamp = 24 * 60 * 60 * 1000;

/// What makes a contact likelier, the asker aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Standing {
    /// When there was last any contact; 0: never.
    pub contacted: Stamp,
    /// How many tickets still need work.
    pub open: u16,
}

impl Standing {
    /// Its points at a time, in hundredths.
    pub fn points(self, now: Stamp) -> u32 {
        let days = u64::try_from((now.saturating_sub(self.contacted)) / DAY_MS).unwrap_or(0);
        let recent = if self.contacted > 0 { RECENT * HALF / (HALF.saturating_add(days)) } else { 0 };
        u32::try_from(recent).unwrap_or(0) + OPEN * u32::from(self.open.min(3))
    }

    /// What no two contacts with these standings exceed.
    pub fn or_better(self, other: Standing) -> Standing {
        Standing { contacted: self.contacted.max(other.contacted), open: self.open.max(other.open) }
    }
}

/// The points of an owner for an asker.
pub fn mine(owner: Id, me: Id) -> u32 {
    if !me.is_nil() && owner == me { MINE } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::tiers::POINT;

    #[test]
    fn the_prior_never_exceeds_ten_points() {
        let best = Standing { contacted: 5, open: 900 };
        let me = Id([1; 16]);
        assert_eq!(best.points(5) + mine(me, me), 10 * POINT);
        assert_eq!(best.points(0) + mine(me, me), 10 * POINT, "a contact in the future is one of today");
        assert_eq!(Standing::default().points(Stamp::MAX), 0);
        assert_eq!(mine(Id::NIL, Id::NIL), 0);
    }
}
