use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    Cut, Safe,
    clean::{CLUSTER_BYTES, Kind, kind},
    corpus, width_of,
};

/// Text made of what is likely to break something.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => any::<char>().prop_map(String::from),
        2 => prop::sample::select(vec![
            "\u{200d}", "\u{200c}", "\u{fe0f}", "\u{301}", "\u{202e}", "\u{200b}", "\u{20e3}", "👩", "💻", "❤", "🇩", "🏽",
            "क", "्", "ष", "ن", "م", "ᄀ", "ᅡ", "ᆨ", "가", "ﾞ", "\u{600}", "\u{e0041}", "\r", "\n", "\t", "a", " ", "-", "日",
        ]).prop_map(String::from),
        1 => prop::sample::select(corpus()).prop_map(|s| s.chars().take(40).collect()),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn assert_harmless(text: &str, newline: bool) {
    for c in text.chars() {
        let fine = matches!(kind(c), Kind::Visible | Kind::Mark | Kind::Joiner | Kind::EmojiStyle);
        assert!(fine || (newline && c == '\n'), "forbidden {c:?} in {text:?}");
    }
    for cluster in text.graphemes(true) {
        assert!(cluster.len() <= CLUSTER_BYTES, "{cluster:?}");
        assert!(cluster == "\n" || width_of(cluster) > 0, "invisible {cluster:?} in {text:?}");
    }
}

#[test]
fn controls_become_pictures() {
    assert_eq!(Safe::line("a\x1b]52;c;x\x07\tb\r\nc\rd").as_str(), "a␛]52;c;x␇ b⏎c␍d");
    assert_eq!(Safe::line("\u{9b}31m\x7f").as_str(), "⟨9b⟩31m␡");
    assert_eq!(Safe::line("x\u{202e}y\u{2069}").as_str(), "x⟦RLO⟧y⟦PDI⟧");
    assert_eq!(Safe::block("a\r\nb\u{2028}c").as_str(), "a\nb\nc");
}

#[test]
fn invisible_characters_vanish_except_where_they_write() {
    assert_eq!(Safe::line("pay\u{200b}\u{200c}pal\u{feff}\u{ad}").as_str(), "paypal");
    for kept in ["👩\u{200d}💻", "🏳\u{fe0f}\u{200d}🌈", "می\u{200c}خواهم", "क्\u{200d}ष"]
    {
        assert_eq!(Safe::line(kept).as_str(), kept);
    }
    assert_eq!(Safe::line("1\u{fe0f}\u{20e3}❤\u{fe0f}").as_str(), "1\u{20e3}❤");
}

#[test]
fn marks_are_few_and_never_land_on_a_neighbour() {
    assert_eq!(
        Safe::line(format!("e{}", "\u{301}".repeat(5_000))).as_str(),
        format!("e{}", "\u{301}".repeat(4))
    );
    assert_eq!(Safe::line("\u{301}x").as_str(), "◌\u{301}x");
    assert_eq!(Safe::block("a\n\u{301}b").as_str(), "a\n◌\u{301}b");
}

#[test]
fn plain_text_is_borrowed() {
    for text in ["Grace Hopper", "Zoë Müller · 3 €", "Владимир", "日本語", "한국어"] {
        assert!(matches!(Safe::line(text).0, std::borrow::Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn look_alike_domains_are_flagged_once() {
    for bad in ["grace@p\u{430}ypal.com", "аррӏе.com", "x@gооgle.org"] {
        let shown = Safe::addr(bad);
        assert!(shown.as_str().ends_with("⟦mixed script⟧"), "{shown}");
        assert_eq!(Safe::addr(shown.as_str()), shown);
    }
    for good in [
        "grace@example.org",
        "info@müller.de",
        "почта@пример.рф",
        "店@日本abc.jp",
        "кто@почта.com",
        "Ωmega@example.org",
    ] {
        assert_eq!(Safe::addr(good).as_str(), good);
    }
}

#[test]
fn cutting_ends_in_a_mark_and_stays_within_the_width() {
    assert_eq!(Safe::line("Grace Hopper").truncate(12).as_str(), "Grace Hopper");
    assert_eq!(Safe::line("Grace Hopper").truncate_with(6, Cut::Tilde).as_str(), "Grace~");
    assert_eq!(Safe::line("日本語").truncate(4).as_str(), "日…");
    assert_eq!(Safe::line("日本語").truncate(1).as_str(), "…");
    assert_eq!(Safe::line("abc").truncate(0).as_str(), "");
    assert_eq!(Safe::block("one\ntwo").truncate(10).as_str(), "one…");
    assert_eq!(Safe::line("日本語").fit(4, Cut::Ellipsis).as_str(), "日… ");
    assert_eq!(Safe::line("42").fit_right(5, Cut::Ellipsis).as_str(), "   42");
}

#[test]
fn wrapping_breaks_at_words() {
    let rows = |text: &str, width| {
        Safe::block(text).wrap(width).iter().map(|r| r.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rows("the quick brown fox", 10), ["the quick", "brown fox"]);
    assert_eq!(rows("the quick  brown", 9), ["the quick", "brown"]);
    assert_eq!(rows("a\n\nb", 5), ["a", "", "b"]);
    assert_eq!(rows("  indented text", 10), ["  indented", "text"]);
    assert_eq!(rows("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    assert_eq!(rows("日本語abc", 5), ["日本", "語abc"]);
    assert_eq!(rows("日a", 1), ["…", "a"]);
    assert_eq!(rows("well-known thing", 6), ["well-", "known", "thing"]);
    assert!(rows("abc", 0).is_empty());
}

#[test]
fn the_corpus_is_harmless() {
    for text in corpus() {
        assert_harmless(Safe::line(text.as_str()).as_str(), false);
        assert_harmless(Safe::block(text.as_str()).as_str(), true);
        assert_harmless(Safe::addr(text.as_str()).as_str(), false);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn safe_text_is_harmless_and_cleaning_it_again_changes_nothing(text in nasty()) {
        let line = Safe::line(text.as_str());
        assert_harmless(line.as_str(), false);
        prop_assert_eq!(Safe::line(line.as_str()), line.borrowed());
        let block = Safe::block(text.as_str());
        assert_harmless(block.as_str(), true);
        prop_assert_eq!(Safe::block(block.as_str()), block.borrowed());
        let addr = Safe::addr(text.as_str());
        prop_assert_eq!(Safe::addr(addr.as_str()), addr.borrowed());
    }

    #[test]
    fn widths_are_kept(text in nasty(), width in 0usize..30) {
        let block = Safe::block(text.as_str());
        prop_assert!(block.borrowed().truncate(width).width() <= width);
        prop_assert_eq!(Safe::line(text.as_str()).fit(width, Cut::Tilde).width(), width);
        for row in block.wrap(width) {
            prop_assert!(row.width() <= width, "{:?} in {}", row, width);
        }
    }

    #[test]
    fn wrapping_loses_no_ink(text in "[a-e日本 \n-]{0,60}", width in 2usize..20) {
        let ink = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let rows: String = Safe::block(text.as_str()).wrap(width).iter().map(|r| r.as_str().to_owned()).collect();
        prop_assert_eq!(ink(&rows), ink(&text));
    }
}
