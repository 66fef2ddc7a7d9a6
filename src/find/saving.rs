//! When what is held in memory is saved beside the store.

use std::time::Duration;

use super::snapshot::Unfit;
use crate::{
    model::Seq,
    store::{feed::FeedItem, saved::Spot},
};

/// With fewer rows of the log than this since it was saved, following them is quicker than saving.
pub(crate) const FEW: Seq = 256;

/// After this many rows of the log it is saved at the next rest: the more there are, the longer a start follows them.
const MANY: Seq = 4096;

/// The number of rests without a change after which what changed is saved: all short ones, then a minute.
const QUIET: u32 = SHORT_RESTS + 1;

/// The number of short rests after a change: more may follow soon.
const SHORT_RESTS: u32 = 10;

/// How long a follower waits for the next change, by the number of rests since the last one.
pub(crate) fn pause(rests: u32) -> Duration {
    match rests {
        0..SHORT_RESTS => Duration::from_millis(100),
        SHORT_RESTS => Duration::from_secs(60),
        _ => Duration::from_secs(3600),
    }
}

/// What is saved of something, and when it is to be saved again.
#[derive(Debug, Default)]
pub(crate) struct SaveSchedule {
    /// Where; of the file that it was read from.
    spot: Option<Spot>,
    /// All of the log up to here is held; nothing while loading.
    cursor: Option<Seq>,
    /// And up to here saved.
    saved: Option<Seq>,
    /// Rests since the last change.
    rests: u32,
    /// Why all had to be reread.
    rebuilt: Option<Unfit>,
}

impl SaveSchedule {
    /// What was saved was taken up, or could not be.
    pub fn resumed(&mut self, spot: Option<Spot>, at: Result<Seq, Unfit>) -> Option<Seq> {
        let rebuilt = at.err().filter(|w| *w != Unfit::Absent);
        let at = at.ok();
        *self = SaveSchedule { spot, cursor: at, saved: at, rests: 0, rebuilt };
        at
    }

    /// Loading begins.
    pub fn begun(&mut self, spot: Option<Spot>) {
        *self = SaveSchedule { spot, rebuilt: self.rebuilt, ..SaveSchedule::default() };
    }

    /// All is loaded.
    pub fn loaded(&mut self, at: Seq) {
        self.cursor = Some(at);
    }

    /// Rows of the log were taken in.
    pub fn changed(&mut self, items: &[FeedItem]) {
        // The same may be told more than once.
        self.cursor = self.cursor.max(items.last().map(|i| i.row.seq));
        self.rests = 0;
    }

    /// Nothing changes just now. Gives what is to be saved, and where: up to there in the log.
    pub fn rest(&mut self) -> Option<(Seq, Spot)> {
        self.rests = self.rests.saturating_add(1);
        self.due(if self.rests == QUIET { 0 } else { MANY })
    }

    /// It ends; as [`SaveSchedule::rest`].
    pub fn end(&mut self) -> Option<(Seq, Spot)> {
        self.due(FEW)
    }

    /// Why all had to be read from the store at the start; `None` where that was not needed.
    pub fn rebuilt(&self) -> Option<Unfit> {
        self.rebuilt
    }

    fn due(&mut self, more_than: Seq) -> Option<(Seq, Spot)> {
        let (cursor, spot) = (self.cursor?, self.spot.clone()?);
        if self.saved.is_some_and(|at| cursor <= at.saturating_add(more_than)) {
            return None;
        }
        // What cannot be saved is read from the store at the next start.
        self.saved = Some(cursor);
        Some((cursor, spot))
    }
}
