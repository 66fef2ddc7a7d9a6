//! Terminals that differ in how many columns they give a character: a grid of cells, and the sequences that our backend sends.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a terminal measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Each character by itself, as wcwidth(3) does: an emoji of five characters takes six columns.
    Characters,
    /// Whole clusters, as newer terminals do.
    Clusters,
    /// As tmux 3.3: marks, spacing ones too, join the cell before them, 21 bytes to a cell, the rest is dropped.
    MarksWithoutRoom,
}

pub const MODELS: [Model; 3] = [Model::Characters, Model::Clusters, Model::MarksWithoutRoom];

/// The longest cell of tmux 3.3, in bytes.
const CELL_BYTES: usize = 21;
const ZWJ: char = '\u{200d}';

/// What a cell looks like. Of the pen what shows.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Cell {
    /// Empty for a blank.
    pub text: String,
    /// It belongs to the wide cell before it.
    pub covered: bool,
    pen: Pen,
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Pen {
    fg: Vec<u16>,
    bg: Vec<u16>,
    /// One bit for each of SGR 1 to 9.
    on: u16,
}

/// Reverse and underline: what shows on a blank.
const SHOWS_ON_BLANK: u16 = 1 << 7 | 1 << 4 | 1 << 9;

/// A terminal of one model.
pub struct Grid {
    model: Model,
    size: (usize, usize),
    cells: Vec<Vec<Cell>>,
    at: (usize, usize),
    pen: Pen,
    margins: (usize, usize),
    /// Where the last character went, until the cursor moves.
    last: Option<(usize, usize)>,
    /// Rows that were scrolled in.
    pub scrolled: usize,
}

impl Grid {
    pub fn new(model: Model, (columns, rows): (u16, u16)) -> Grid {
        let size = (usize::from(columns), usize::from(rows));
        Grid {
            model,
            size,
            cells: vec![vec![Cell::default(); size.0]; size.1],
            at: (0, 0),
            pen: Pen::default(),
            margins: (0, size.1 - 1),
            last: None,
            scrolled: 0,
        }
    }

    /// What it shows, blanks as what shows of them.
    pub fn cells(&self) -> Vec<Vec<Cell>> {
        let look = |cell: &Cell| {
            let mut cell = cell.clone();
            if cell.text.trim().is_empty() && !cell.covered {
                cell.text.clear();
                cell.pen.on &= SHOWS_ON_BLANK;
                if cell.pen.on & 1 << 7 == 0 {
                    cell.pen.fg.clear();
                }
            }
            cell
        };
        self.cells.iter().map(|row| row.iter().map(look).collect()).collect()
    }

    /// Its rows as text.
    pub fn rows(&self) -> Vec<String> {
        let text = |cell: &Cell| match cell.text.as_str() {
            "" if cell.covered => String::new(),
            "" => " ".to_owned(),
            text => text.to_owned(),
        };
        self.cells.iter().map(|row| row.iter().map(text).collect()).collect()
    }

    pub fn process(&mut self, bytes: &[u8]) {
        let text = std::str::from_utf8(bytes).expect("a frame is text");
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\x1b' => match chars.next() {
                    Some('[') => {
                        let mut body = String::new();
                        let last = loop {
                            match chars.next() {
                                Some(c @ '@'..='~') => break c,
                                Some(c) => body.push(c),
                                None => panic!("half a sequence"),
                            }
                        };
                        self.csi(&body, last);
                    }
                    Some('M') => {
                        self.last = None;
                        if self.at.1 == self.margins.0 {
                            self.scroll(false);
                        } else {
                            self.at.1 = self.at.1.saturating_sub(1);
                        }
                    }
                    other => panic!("ESC {other:?}"),
                },
                '\r' => (self.at.0, self.last) = (0, None),
                '\n' => {
                    self.last = None;
                    if self.at.1 == self.margins.1 {
                        self.scroll(true);
                    } else {
                        self.at.1 = (self.at.1 + 1).min(self.size.1 - 1);
                    }
                }
                '\x08' => (self.at.0, self.last) = (self.at.0.saturating_sub(1), None),
                c => self.print(c),
            }
        }
    }

    fn scroll(&mut self, up: bool) {
        self.scrolled += 1;
        let blank = self.blank();
        let row = vec![blank; self.size.0];
        let (top, bottom) = self.margins;
        if up {
            self.cells.remove(top);
            self.cells.insert(bottom, row);
        } else {
            self.cells.remove(bottom);
            self.cells.insert(top, row);
        }
    }

    fn blank(&self) -> Cell {
        let pen = Pen { bg: self.pen.bg.clone(), ..Pen::default() };
        Cell { pen, ..Cell::default() }
    }

    fn csi(&mut self, body: &str, last: char) {
        if body.starts_with('?') {
            return; // modes change no cell
        }
        let numbers: Vec<u16> = body.split(';').map(|n| n.parse().unwrap_or(0)).collect();
        let number = |at: usize| usize::from(*numbers.get(at).unwrap_or(&0)).max(1);
        let (columns, rows) = self.size;
        if last != 'm' {
            self.last = None;
        }
        match last {
            'H' => self.at = ((number(1) - 1).min(columns - 1), (number(0) - 1).min(rows - 1)),
            'G' => self.at.0 = (number(0) - 1).min(columns - 1),
            'A' => self.at.1 = self.at.1.saturating_sub(number(0)),
            'B' => self.at.1 = (self.at.1 + number(0)).min(rows - 1),
            'C' => self.at.0 = (self.at.0 + number(0)).min(columns - 1),
            'D' => self.at.0 = self.at.0.saturating_sub(number(0)),
            'J' => {
                let blank = self.blank();
                self.cells.iter_mut().flatten().for_each(|cell| *cell = blank.clone());
            }
            'K' => self.erase(columns - self.at.0),
            'X' => self.erase(number(0)),
            'r' => {
                let bottom = if numbers.get(1).is_some() { number(1) } else { rows };
                self.margins = (number(0) - 1, bottom - 1);
                self.at = (0, 0);
            }
            'm' => self.sgr(&numbers),
            other => panic!("CSI {body}{other}"),
        }
    }

    fn erase(&mut self, many: usize) {
        let (from, row) = self.at;
        let to = (from + many).min(self.size.0);
        self.part(from, row);
        self.part(to, row);
        let blank = self.blank();
        self.cells[row][from..to].fill(blank);
    }

    /// What is written from a column on breaks a wide cell that begins before it.
    fn part(&mut self, column: usize, row: usize) {
        if column >= self.size.0 || !self.cells[row][column].covered {
            return;
        }
        for x in [column - 1, column] {
            (self.cells[row][x].text, self.cells[row][x].covered) = (String::new(), false);
        }
    }

    fn sgr(&mut self, numbers: &[u16]) {
        let mut rest = numbers;
        while let Some((&code, after)) = rest.split_first() {
            rest = after;
            match code {
                0 => self.pen = Pen::default(),
                1..=9 => self.pen.on |= 1 << code,
                22 => self.pen.on &= !(1 << 1 | 1 << 2),
                23..=29 => self.pen.on &= !(1 << (code - 20)),
                39 => self.pen.fg.clear(),
                49 => self.pen.bg.clear(),
                38 | 48 => {
                    let many = if rest[0] == 5 { 2 } else { 4 };
                    let colour = rest[..many].to_vec();
                    rest = &rest[many..];
                    *if code == 38 { &mut self.pen.fg } else { &mut self.pen.bg } = colour;
                }
                30..=37 | 90..=97 => self.pen.fg = vec![code],
                40..=47 | 100..=107 => self.pen.bg = vec![code],
                other => panic!("SGR {other}"),
            }
        }
    }

    /// The place of the cell before the cursor.
    fn before(&self) -> Option<(usize, usize)> {
        let (x, y) = self.last?;
        Some((x, y))
    }

    fn print(&mut self, c: char) {
        let joined = match self.model {
            Model::Characters => c.width().unwrap_or(0) == 0,
            Model::MarksWithoutRoom => {
                let after_joiner = self.before().is_some_and(|(x, y)| self.cells[y][x].text.ends_with(ZWJ));
                c.width().unwrap_or(0) == 0 || is_spacing_mark(c) || after_joiner
            }
            Model::Clusters => self.before().is_some_and(|(x, y)| {
                let text = format!("{}{c}", self.cells[y][x].text);
                text.graphemes(true).count() == 1
            }),
        };
        if joined {
            return self.join(c);
        }
        let width = match self.model {
            Model::Clusters => c.width().unwrap_or(0).max(1),
            _ => c.width().unwrap_or(1).max(1),
        };
        self.place(c.to_string(), width);
    }

    fn join(&mut self, c: char) {
        let Some((x, y)) = self.before() else { return };
        let cell = &mut self.cells[y][x];
        if self.model == Model::MarksWithoutRoom && cell.text.len() + c.len_utf8() > CELL_BYTES {
            return;
        }
        cell.text.push(c);
        let wide = x + 1 < self.size.0 && self.cells[y][x + 1].covered;
        if self.model == Model::Clusters && !wide && self.cells[y][x].text.width() > 1 {
            // The cluster has grown by what came.
            let text = std::mem::take(&mut self.cells[y][x].text);
            self.at = (x, y);
            self.place(text, 2);
        }
    }

    fn place(&mut self, text: String, width: usize) {
        // At the edge, without wrapping, it goes where there is still room.
        let (x, y) = (self.at.0.min(self.size.0 - width), self.at.1);
        self.part(x, y);
        self.part(x + width, y);
        let row = &mut self.cells[y];
        row[x] = Cell { text, covered: false, pen: self.pen.clone() };
        if width > 1 {
            row[x + 1] = Cell { text: String::new(), covered: true, pen: self.pen.clone() };
        }
        self.last = Some((x, y));
        self.at.0 = (x + width).min(self.size.0 - 1);
    }
}

/// Marks of Indic scripts that take a column (general category Mc).
fn is_spacing_mark(c: char) -> bool {
    matches!(c,
        '\u{903}' | '\u{93b}' | '\u{93e}'..='\u{940}' | '\u{949}'..='\u{94c}' | '\u{94e}'..='\u{94f}'
        | '\u{982}'..='\u{983}' | '\u{9be}'..='\u{9c0}' | '\u{9c7}'..='\u{9cc}' | '\u{9d7}'
        | '\u{bbe}'..='\u{bbf}' | '\u{bc1}'..='\u{bcc}' | '\u{bd7}' | '\u{c01}'..='\u{c03}' | '\u{c41}'..='\u{c44}'
        | '\u{d02}'..='\u{d03}' | '\u{d3e}'..='\u{d40}' | '\u{d46}'..='\u{d4c}' | '\u{d57}'
        | '\u{dcf}'..='\u{dd1}' | '\u{dd8}'..='\u{ddf}' | '\u{102b}'..='\u{102c}' | '\u{1031}' | '\u{1038}'
        | '\u{17b6}' | '\u{17be}'..='\u{17c5}' | '\u{17c7}'..='\u{17c8}')
}
