//! A course in a few cells.

use crate::{term::safe::Safe, tui::look::Signs};

/// One bar a value, from nothing to the highest.
#[must_use]
pub fn spark(values: &[u64], signs: &Signs) -> Safe<'static> {
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    let bars: String = values
        .iter()
        .map(|v| {
            // Only nothing looks like nothing: the rest is shared among the other bars.
            let level = if *v == 0 { 0 } else { 1 + usize::try_from((v - 1) * 7 / most).unwrap_or(6).min(6) };
            signs.spark.get(level).copied().unwrap_or(" ")
        })
        .collect();
    Safe::line(bars)
}

/// A course of heights from 0 to 7; a blank where nothing is known.
#[must_use]
pub fn course(levels: &[Option<u8>], signs: &Signs) -> Safe<'static> {
    let bar =
        |level: &Option<u8>| level.and_then(|l| signs.spark.get(usize::from(l)).copied()).unwrap_or(" ");
    Safe::line(levels.iter().map(bar).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::look::UNICODE;

    #[test]
    fn nothing_is_lowest_and_the_most_is_highest() {
        assert_eq!(spark(&[0, 1, 50, 100], &UNICODE).as_str(), "▁▂▅█");
        assert_eq!(spark(&[0, 0], &UNICODE).as_str(), "▁▁");
        assert_eq!(spark(&[], &UNICODE).as_str(), "");
    }
}
