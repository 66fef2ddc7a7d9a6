//! The numbers of the strip under the desk.

/// Which way a number went against the window before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trend {
    /// Up.
    Up,
    /// Down.
    Down,
    /// Neither, or nothing to compare with.
    #[default]
    Same,
}

/// A number as shown: all texts are made for reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tile {
    /// What it is: `First reply`.
    pub label: String,
    /// Its value: `38 m`; `–` where there is none.
    pub value: String,
    /// How it changed: `12 %`; empty where nothing is known.
    pub change: String,
    /// Which way.
    pub trend: Trend,
    /// Whether up is good; `None` where it is neither.
    pub good_is_up: Option<bool>,
    /// Of how many; `None` where that says nothing.
    pub n: Option<u64>,
    /// Its course, oldest first: heights from 0 to 7; nothing where nothing is known.
    pub spark: Vec<Option<u8>>,
}

impl Tile {
    /// Whether the change is for the better; `None` where it is neither.
    #[must_use]
    pub fn is_good(&self) -> Option<bool> {
        match self.trend {
            Trend::Up => self.good_is_up,
            Trend::Down => self.good_is_up.map(|up| !up),
            Trend::Same => None,
        }
    }
}

/// The strip of a window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbers {
    /// The window in words: `30 days`.
    pub window: String,
    /// The strip under the desk, most telling first.
    pub strip: Vec<Tile>,
}
