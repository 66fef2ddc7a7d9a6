//! Who is likelier to be meant, whatever was typed: at most ten points of a hundred, so that it breaks ties and never
//! beats a better match.

use crate::model::{Id, Stamp};

/// A contact of today, in hundredths of a point.
const RECENT: u32 = 650;

/// Days until that is half as much.
const HALF: u32 = 30;

/// An open ticket; the first three count.
const OPEN: u32 = 80;

/// A contact of the asker's own.
pub const MINE: u32 = 110;

const DAY_MS: Stamp = 24 * 60 * 60 * 1000;

/// What makes a contact likelier, the asker aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Standing {
    /// The day of the last contact; 0: never.
    pub day: u16,
    /// How many tickets still need work, as far as they count.
    pub open: u8,
}

/// The day of a moment: 1 at the least, so that it is none of those that never were.
pub fn day(at: Stamp) -> u16 {
    u16::try_from((at / DAY_MS).max(1)).unwrap_or(u16::MAX)
}

impl Standing {
    /// Of a last contact (0: never) and a number of open tickets.
    pub fn new(contacted: Stamp, open: u16) -> Standing {
        let day = if contacted > 0 { day(contacted) } else { 0 };
        Standing { day, open: u8::try_from(open.min(3)).unwrap_or(3) }
    }

    /// Its points on a day, in hundredths.
    pub fn points(self, today: u16) -> u16 {
        let days = u32::from(today.saturating_sub(self.day));
        let recent = if self.day > 0 { RECENT * HALF / (HALF + days) } else { 0 };
        u16::try_from(recent + OPEN * u32::from(self.open.min(3))).unwrap_or(u16::MAX)
    }
}

/// The points of an owner for an asker.
pub fn mine(owner: Id, me: Id) -> u32 {
    if !me.is_nil() && owner == me { MINE } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find::tiers::POINT;

    #[test]
    fn the_prior_never_exceeds_ten_points() {
        let best = Standing::new(5, 900);
        let me = Id([1; 16]);
        assert_eq!(u32::from(best.points(1)) + mine(me, me), 10 * POINT);
        assert_eq!(
            u32::from(best.points(0)) + mine(me, me),
            10 * POINT,
            "a contact in the future is one of today"
        );
        assert_eq!(Standing::default().points(u16::MAX), 0);
        assert_eq!(mine(Id::NIL, Id::NIL), 0);
    }
}
