//! Tables of GitHub's Markdown.

use super::{FEW_NOTE, Report, clean};
use crate::insight::{Number, show};

pub(super) fn write(r: &Report) -> String {
    let mut out = format!("# {}\n\n{}\n", escape(&r.title()), escape(&r.against()));
    for section in &r.page.sections {
        let bands = section.bands.as_ref().filter(|b| b.total() > 0);
        if section.numbers.is_empty() && section.bars.is_empty() && bands.is_none() {
            continue;
        }
        out.push_str(&format!("\n## {}\n", section.title));
        if !section.numbers.is_empty() {
            table(&mut out, "Number", section.numbers.iter().map(|n| (n.label.clone(), n)));
        }
        if let Some(b) = bands {
            out.push_str(&format!("\n### {}\n\n| Time | Tickets |\n|---|---:|\n", b.title));
            for band in &b.bands {
                out.push_str(&format!("| {} | {} |\n", band.label, show::grouped(band.count)));
            }
        }
        for bars in &section.bars {
            out.push_str(&format!("\n### {}\n", bars.measure.label()));
            table(&mut out, section.title, bars.groups.iter().map(|(l, n)| (clean(l), n)));
        }
    }
    out.push_str(&format!("\n{FEW_NOTE}\n"));
    out
}

fn table<'a>(out: &mut String, head: &str, rows: impl Iterator<Item = (String, &'a Number)>) {
    out.push_str(&format!(
        "\n| {head} | Value | 95 % | Change | n | Besides |\n|---|---:|---|---:|---:|---|\n"
    ));
    for (label, n) in rows {
        let mut change = n.change.map(|c| show::change(c, false)).unwrap_or_default();
        if n.change.is_some_and(|c| c.small) {
            change = format!("({change})");
        }
        out.push_str(&format!(
            "| {} | {} | {} | {change} | {} | {} |\n",
            escape(&label),
            show::maybe(n.value),
            show::interval(n),
            show::grouped(n.n),
            show::also(n)
        ));
    }
}

/// Signs that mean something in Markdown, made plain.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
