//! The numbers, made for reading: plain data, no store behind it.

use crate::insight::{Measure, Period, RowSplit};

/// Where one is in the numbers.
#[derive(Debug, Clone)]
pub struct Insight {
    /// The window chosen.
    pub period: Period,
    /// The number under the cursor, in the order of the sections.
    pub cursor: usize,
    /// The first line shown of each column.
    pub tops: [usize; 2],
    /// The page; `None` until it came.
    pub page: Option<Box<Page>>,
}

impl Default for Insight {
    fn default() -> Self {
        Insight { period: Period::Days(30), cursor: 0, tops: [0; 2], page: None }
    }
}

impl Insight {
    /// How many numbers can be under the cursor.
    #[must_use]
    pub fn len(&self) -> usize {
        self.page.as_ref().map_or(0, |p| p.items().count())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number under the cursor: what it means, and what is behind it.
    #[must_use]
    pub fn current(&self) -> Option<(&str, &Behind)> {
        self.page.as_ref().and_then(|p| p.items().nth(self.cursor))
    }
}

/// What is behind a number: the rows to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The number.
    pub measure: Measure,
    /// Which of its rows.
    pub part: RowSplit,
    /// Over which time.
    pub period: Period,
    /// What it is called: `First reply · Dana`.
    pub title: String,
}

/// All numbers of a window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// The window in words, with its dates.
    pub window: String,
    /// Its sections: those that are at the side last.
    pub sections: Vec<Section>,
}

impl Page {
    /// Every number that the cursor can be on: what it means, and what is behind it.
    pub fn items(&self) -> impl Iterator<Item = (&str, &Behind)> {
        self.sections.iter().flat_map(|s| &s.rows).filter_map(|row| match row {
            Row::Line(l) => Some((l.about.as_str(), &l.behind)),
            Row::Bar(b) => Some((b.about.as_str(), &b.behind)),
            _ => None,
        })
    }
}

/// Numbers that belong together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Whether it is drawn at the side where there is room.
    pub side: bool,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A number.
    Line(Box<Line>),
    /// A bar: a group, a band of times.
    Bar(Box<Bar>),
    /// What the bars below are of.
    Head(String),
    /// Courses over each other, on one scale.
    Chart(Chart),
    /// Shares of a whole, the first ones lightest.
    Stack(Vec<u64>),
    /// A score from −100 to 100 with its interval: low, score, high.
    Whisker(f64, f64, f64),
}

/// A number with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is: `First reply`.
    pub label: String,
    /// Its value: `38 m`; `–` where there is none.
    pub value: String,
    /// How sure it is, or its 90th percentile: `(22…45)`, `p90 4:10 h`.
    pub beside: String,
    /// How it changed: `12 %`; empty where nothing is known.
    pub change: String,
    /// Which way: up 1, down −1.
    pub sign: i8,
    /// Whether that is for the better; `None` where it is neither, or too few rows say so.
    pub better: Option<bool>,
    /// Of how many; `None` where that says nothing.
    pub n: Option<u64>,
    /// Its course, oldest first; nothing where nothing is known.
    pub course: Vec<Option<f64>>,
    /// What else belongs to it: `mean 1:20 h`.
    pub also: String,
    /// What it means, how it is made and what is left out.
    pub about: String,
    /// What is behind it.
    pub behind: Behind,
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is of.
    pub label: String,
    /// Its value.
    pub value: String,
    /// How long: 0 to 1.
    pub share: f64,
    /// Its place among shades, where it is a part of a stack.
    pub shade: Option<usize>,
    /// What follows it.
    pub note: String,
    /// How wide label, value and note are among its neighbours.
    pub widths: (usize, usize, usize),
    /// What it means.
    pub about: String,
    /// What is behind it.
    pub behind: Behind,
}

/// Courses over each other, on one scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// Each with its name, oldest first.
    pub series: Vec<(&'static str, Vec<Option<f64>>)>,
    /// The highest value.
    pub most: String,
    /// The time at the left end, and at the right.
    pub ends: (String, String),
}
