//! Columns of 80 cells.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{FEW_NOTE, Report, clean};
use crate::insight::{Bands, Bars, Number, Value, show};

const LABEL: usize = 20;
const BAR: usize = 24;

pub(super) fn write(r: &Report, ascii: bool) -> String {
    let mut out = Lines { text: String::new(), ascii };
    out.line(&r.title());
    out.line(&r.against());
    for section in &r.page.sections {
        if section.numbers.is_empty() && section.bars.is_empty() && section.bands.is_none() {
            continue;
        }
        out.line("");
        out.line(&section.title.to_uppercase());
        for n in &section.numbers {
            out.number(n);
        }
        if let Some(bands) = section.bands.as_ref().filter(|b| b.total() > 0) {
            out.bands(bands);
        }
        for bars in &section.bars {
            out.bars(bars);
        }
    }
    out.line("");
    out.line(FEW_NOTE);
    out.text
}

struct Lines {
    text: String,
    ascii: bool,
}

impl Lines {
    fn line(&mut self, line: &str) {
        let line = line.trim_end();
        if self.ascii {
            // What the report itself writes has its plain form; what people wrote is folded.
            let plain = line.replace('…', "..").replace(['–', '—'], "-").replace('·', "-").replace('×', "x");
            self.text.push_str(&any_ascii::any_ascii(&plain));
        } else {
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    fn number(&mut self, n: &Number) {
        let mut change = n.change.map(|c| show::change(c, self.ascii)).unwrap_or_default();
        if n.change.is_some_and(|c| c.small) && !change.is_empty() {
            change = format!("({change})");
        }
        let count = if show::says_n(n) { format!("n {}", show::grouped(n.n)) } else { String::new() };
        let line = format!(
            "  {} {:>10} {:<12} {:>9} {:>9}  {}",
            fit(&n.label, LABEL),
            show::maybe(n.value),
            show::interval(n),
            change,
            count,
            show::spark(&n.spark, 12, self.ascii)
        );
        self.line(&line);
        let also = show::also(n);
        if !also.is_empty() {
            self.line(&format!("  {:LABEL$} {:>10} {also}", "", ""));
        }
    }

    fn bands(&mut self, b: &Bands) {
        let most = b.bands.iter().map(|b| b.count).max().unwrap_or(0);
        let marks = b
            .median
            .zip(b.p90)
            .map_or(String::new(), |(m, p)| format!(" (median {}, p90 {})", show::value(m), show::value(p)));
        self.line(&format!("  {}{marks}", b.title));
        for band in &b.bands {
            let bar = self.bar(band.count as f64, most as f64);
            self.line(&format!("    {} {:>8} {bar}", fit(band.label, LABEL - 2), show::grouped(band.count)));
        }
    }

    fn bars(&mut self, b: &Bars) {
        let size = |n: &Number| n.value.map_or(0.0, Value::plain).max(0.0);
        let most = b.groups.iter().map(|(_, n)| size(n)).fold(0.0, f64::max);
        self.line(&format!("  {}", b.measure.label()));
        for (label, n) in &b.groups {
            let bar = self.bar(size(n), most);
            let count = if show::says_n(n) { format!("n {}", show::grouped(n.n)) } else { String::new() };
            let pad = " ".repeat(BAR.saturating_sub(bar.width()));
            let value = show::maybe(n.value);
            self.line(&format!("    {} {value:>10} {bar}{pad} {count}", fit(&clean(label), LABEL)));
        }
    }

    /// A bar of eighths of cells.
    fn bar(&self, value: f64, most: f64) -> String {
        if most <= 0.0 {
            return String::new();
        }
        let share = (value / most).clamp(0.0, 1.0) * BAR as f64;
        if self.ascii {
            return "#".repeat(share.ceil() as usize);
        }
        let eighths = ((share * 8.0).round() as usize).max(usize::from(value > 0.0));
        let mut bar = "█".repeat(eighths / 8);
        bar.extend(["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied());
        bar
    }
}

/// A text in exactly this many cells; what does not fit ends in `…`.
fn fit(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    let cut = text.width() > width;
    let room = if cut { width.saturating_sub(1) } else { width };
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > room {
            break;
        }
        out.push(c);
        used += w;
    }
    if cut {
        out.push('…');
        used += 1;
    }
    out + &" ".repeat(width.saturating_sub(used))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_column() {
        assert_eq!(fit("ab", 4), "ab  ");
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("漢字漢字", 4), "漢… ");
    }
}
