//! What each character becomes. Idempotent: cleaning clean text changes nothing.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use crate::model::steps;

/// The longest cluster kept, in bytes: a family emoji with skin tones nearly fills it.
pub(crate) const CLUSTER_BYTES: usize = 32;
/// Combining marks kept on one letter; the world's scripts need no more.
const MARKS: usize = 4;
/// Stands for what is no character. Not U+FFFD: a terminal makes that itself of bytes it cannot read, so that
/// one on the screen shall mean a fault of ours.
const UNREADABLE: char = '▯';
const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';
const EMOJI_STYLE: char = '\u{fe0f}';

/// What a newline becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Newlines {
    /// The picture `⏎`.
    Show,
    /// `\n`.
    Keep,
}

/// How a character is treated.
pub(crate) enum Kind {
    /// Takes room; shown unchanged.
    Visible,
    /// Takes no room, sits on what is before it.
    Mark,
    /// C0, DEL, C1 and the line and paragraph separators.
    Control,
    /// A direction embedding, override or isolate, with its name.
    Bidi(&'static str),
    /// Joins or keeps apart its neighbours; kept only where it does.
    Joiner,
    /// Asks for the colour form of an emoji.
    EmojiStyle,
    /// Invisible and of no use on a screen.
    Invisible,
    /// A code point that is no character, and the sign for one that could not be read.
    Nothing,
}

/// How `c` is treated.
pub(crate) fn kind(c: char) -> Kind {
    match c {
        '\u{2028}' | '\u{2029}' => Kind::Control,
        c if c.is_control() => Kind::Control,
        '\u{202a}' => Kind::Bidi("LRE"),
        '\u{202b}' => Kind::Bidi("RLE"),
        '\u{202c}' => Kind::Bidi("PDF"),
        '\u{202d}' => Kind::Bidi("LRO"),
        '\u{202e}' => Kind::Bidi("RLO"),
        '\u{2066}' => Kind::Bidi("LRI"),
        '\u{2067}' => Kind::Bidi("RLI"),
        '\u{2068}' => Kind::Bidi("FSI"),
        '\u{2069}' => Kind::Bidi("PDI"),
        ZWNJ | ZWJ => Kind::Joiner,
        EMOJI_STYLE => Kind::EmojiStyle,
        // Default_Ignorable_Code_Point and the format characters that draw nothing (Unicode 16, DerivedCoreProperties).
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => {
            Kind::Invisible
        }
        '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{206f}' => {
            Kind::Invisible
        }
        '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => {
            Kind::Invisible
        }
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => Kind::Invisible,
        '\u{fdd0}'..='\u{fdef}' | '\u{fffd}' => Kind::Nothing,
        c if (c as u32) & 0xfffe == 0xfffe => Kind::Nothing,
        c if room(c) == 0 => Kind::Mark,
        _ => Kind::Visible,
    }
}

/// Columns of one character alone; the halfwidth sound marks take one, as terminals draw them.
pub(crate) fn room(c: char) -> usize {
    match c {
        '\u{ff9e}' | '\u{ff9f}' => 1,
        c => c.width().unwrap_or(0),
    }
}

/// Characters that need no look at their neighbours: most of what people write.
pub(crate) fn is_plain(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}'
        | '\u{1e00}'..='\u{1eff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20bf}'
        | '\u{2190}'..='\u{21ff}' | '\u{2400}'..='\u{2426}' | '\u{2500}'..='\u{25ff}' | '\u{3000}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff60}')
}

/// The text made safe; untouched and not copied when it was.
pub(crate) fn clean(text: Cow<'_, str>, newlines: Newlines) -> Cow<'_, str> {
    steps::count(text.len());
    if text.chars().all(|c| is_plain(c) || (c == '\n' && newlines == Newlines::Keep)) {
        return text;
    }
    let mut out = replace(&text, newlines);
    // Dropping a joiner may bring two clusters together, whose marks then count as one pile.
    for _ in 0..8 {
        let again = settle(&out);
        if again == out {
            break;
        }
        out = again;
    }
    Cow::Owned(out)
}

/// What needs no look at the neighbours: controls, directions, what is invisible anywhere.
pub(crate) fn replace(text: &str, newlines: Newlines) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match kind(c) {
            Kind::Control if c == '\r' && chars.peek() == Some(&'\n') => {}
            Kind::Control => match c {
                '\n' | '\u{2028}' | '\u{2029}' if newlines == Newlines::Keep => out.push('\n'),
                '\n' | '\u{2028}' | '\u{2029}' => out.push('⏎'),
                '\t' => out.push(' '),
                '\x7f' => out.push('␡'),
                '\0'..='\x1f' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or(UNREADABLE)),
                _ => out.push_str(&format!("⟨{:02x}⟩", c as u32)),
            },
            Kind::Bidi(name) => {
                out.push('⟦');
                out.push_str(name);
                out.push('⟧');
            }
            Kind::Invisible => {}
            Kind::Nothing => out.push(UNREADABLE),
            Kind::Visible | Kind::Mark | Kind::Joiner | Kind::EmojiStyle => out.push(c),
        }
    }
    out
}

/// What depends on the cluster: marks, joiners and sheer length.
fn settle(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut clusters = text.graphemes(true).peekable();
    while let Some(cluster) = clusters.next() {
        let next = clusters.peek().and_then(|c| c.chars().next());
        settle_cluster(cluster, next, &mut out);
    }
    out
}

/// Appends one cluster of replaced text; `next` is the character after it.
pub(crate) fn settle_cluster(cluster: &str, next: Option<char>, out: &mut String) {
    let start = out.len();
    let (mut open, mut marks) = (false, 0);
    let mut chars = cluster.chars();
    while let Some(c) = chars.next() {
        let fits = |out: &String, more: usize| out.len() - start + c.len_utf8() + more <= CLUSTER_BYTES;
        match kind(c) {
            Kind::Mark => {
                if !open {
                    // A mark with nothing under it would land on the neighbour, a border perhaps.
                    if !stands_on_circle(c) {
                        out.push(UNREADABLE);
                        continue;
                    }
                    out.push('◌');
                    open = true;
                }
                if marks < MARKS && fits(out, 0) {
                    out.push(c);
                    marks += 1;
                }
            }
            Kind::Joiner => {
                let kept = match chars.clone().next() {
                    // Inside a cluster: an emoji sequence or an Indic conjunct.
                    Some(after) => {
                        c == ZWJ && matches!(kind(after), Kind::Visible) && fits(out, after.len_utf8())
                    }
                    None => {
                        out.chars().next_back().is_some_and(joins) && next.is_some_and(joins) && fits(out, 0)
                    }
                };
                if kept && open {
                    out.push(c);
                }
            }
            Kind::EmojiStyle => {
                // On its own it changes the width in some terminals and not in others; in a sequence it is needed.
                let mut rest = chars.clone();
                let joined = rest.next() == Some(ZWJ);
                let onto = rest.next().filter(|after| matches!(kind(*after), Kind::Visible));
                if open && joined && onto.is_some_and(|after| fits(out, ZWJ.len_utf8() + after.len_utf8())) {
                    out.push(c);
                }
            }
            // The rest has been replaced by now; newlines stay.
            _ => {
                if fits(out, 0) {
                    out.push(c);
                }
                (open, marks) = (true, 0);
            }
        }
    }
}

/// Whether the mark joins a dotted circle into one cluster.
fn stands_on_circle(c: char) -> bool {
    let pair: String = ['◌', c].into_iter().collect();
    pair.graphemes(true).count() == 1
}

/// Letters of scripts whose spelling needs a joiner: Hebrew to Georgian and the Brahmic ones. Between Latin,
/// Greek or Cyrillic letters it would only make two equal-looking words differ.
fn joins(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{10ff}' | '\u{1780}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{10a00}'..='\u{11fff}')
        && (c.is_alphabetic() || room(c) == 0)
}

/// The text without anything that is not ink: for cells, where a picture would take more room than there is.
pub(crate) fn strip(text: &str) -> String {
    let ink = |c: char| match kind(c) {
        Kind::Visible | Kind::Mark | Kind::Joiner | Kind::EmojiStyle => Some(c),
        Kind::Nothing => Some(UNREADABLE),
        Kind::Control | Kind::Bidi(_) | Kind::Invisible => None,
    };
    settle(&text.chars().filter_map(ink).collect::<String>())
}
