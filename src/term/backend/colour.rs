//! A colour as one session's terminal can show it.

use ratatui::style::Color;

use crate::term::caps::Colours;

/// A colour ready to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ink {
    /// The terminal's own.
    #[default]
    Default,
    /// An entry of the palette.
    Index(u8),
    /// 24 bits.
    Rgb(u8, u8, u8),
}

/// xterm's first sixteen, to measure distances by.
const SIXTEEN: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];
/// The steps of the 6×6×6 cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// What to send for `color`.
pub(super) fn ink(color: Color, colours: Colours) -> Ink {
    if colours == Colours::None {
        return Ink::Default;
    }
    let wanted = match color {
        Color::Reset => Ink::Default,
        Color::Black => Ink::Index(0),
        Color::Red => Ink::Index(1),
        Color::Green => Ink::Index(2),
        Color::Yellow => Ink::Index(3),
        Color::Blue => Ink::Index(4),
        Color::Magenta => Ink::Index(5),
        Color::Cyan => Ink::Index(6),
        Color::Gray => Ink::Index(7),
        Color::DarkGray => Ink::Index(8),
        Color::LightRed => Ink::Index(9),
        Color::LightGreen => Ink::Index(10),
        Color::LightYellow => Ink::Index(11),
        Color::LightBlue => Ink::Index(12),
        Color::LightMagenta => Ink::Index(13),
        Color::LightCyan => Ink::Index(14),
        Color::White => Ink::Index(15),
        Color::Indexed(index) => Ink::Index(index),
        Color::Rgb(r, g, b) => Ink::Rgb(r, g, b),
    };
    match (wanted, colours) {
        (Ink::Rgb(r, g, b), Colours::Indexed256) => Ink::Index(nearest_of_256((r, g, b))),
        (Ink::Rgb(r, g, b), Colours::Ansi16) => Ink::Index(nearest_of_16((r, g, b))),
        (Ink::Index(index @ 16..), Colours::Ansi16) => Ink::Index(nearest_of_16(palette(index))),
        _ => wanted,
    }
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let part = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    // The eye weighs green most, blue least (ITU-R BT.601, rounded).
    3 * part(a.0, b.0) + 6 * part(a.1, b.1) + part(a.2, b.2)
}

fn nearest_of_16(rgb: (u8, u8, u8)) -> u8 {
    (0u8..).zip(SIXTEEN).min_by_key(|(_, entry)| distance(rgb, *entry)).map_or(7, |(index, _)| index)
}

fn nearest_of_256(rgb: (u8, u8, u8)) -> u8 {
    let step =
        |value: u8| (0u8..).zip(STEPS).min_by_key(|(_, s)| value.abs_diff(*s)).map_or(0, |(index, _)| index);
    let cube = 16 + 36 * step(rgb.0) + 6 * step(rgb.1) + step(rgb.2);
    let mean = (u32::from(rgb.0) + u32::from(rgb.1) + u32::from(rgb.2)) / 3;
    let grey = 232 + u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
    if distance(rgb, palette(grey)) < distance(rgb, palette(cube)) { grey } else { cube }
}

/// The colour of an entry of the palette of 256.
fn palette(index: u8) -> (u8, u8, u8) {
    let step = |n: u8| STEPS.get(usize::from(n % 6)).copied().unwrap_or(0);
    match index {
        0..16 => SIXTEEN.get(usize::from(index)).copied().unwrap_or_default(),
        16..232 => (step((index - 16) / 36), step((index - 16) / 6), step(index - 16)),
        232.. => {
            let level = 8 + 10 * (index - 232);
            (level, level, level)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_down_to_what_the_terminal_has() {
        let orange = Color::Rgb(255, 135, 0);
        assert_eq!(ink(orange, Colours::Truecolor), Ink::Rgb(255, 135, 0));
        assert_eq!(ink(orange, Colours::Indexed256), Ink::Index(208));
        assert_eq!(ink(Color::Rgb(128, 128, 128), Colours::Indexed256), Ink::Index(244));
        assert_eq!(ink(Color::Rgb(250, 10, 10), Colours::Ansi16), Ink::Index(9));
        assert_eq!(ink(Color::Indexed(231), Colours::Ansi16), Ink::Index(15));
        assert_eq!(ink(Color::Red, Colours::Ansi16), Ink::Index(1));
        assert_eq!(ink(Color::Red, Colours::None), Ink::Default);
    }
}
