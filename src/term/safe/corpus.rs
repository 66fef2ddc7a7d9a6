//! The hostile strings every view, title, log line and export is shown.

/// What people and machines have sent to break a terminal. None may reach it raw.
pub fn corpus() -> Vec<String> {
    let mut all: Vec<String> = [
        "\x1b[2J\x1b[H",
        "\x1b]0;pwned\x07",
        "\x1b]2;pwned\x1b\\",
        "\x1b]52;c;cm0gLXJmIH4=\x07",
        "\x1b]52;c;?\x07",
        "\x1b[21t",
        "\x1b[6n\x1b[c\x1b[>0q",
        "\x1bP$qm\x1b\\",
        "\x1b_Gi=1;AAAA\x1b\\",
        "\x1b]8;;https://example.net/\x07click\x1b]8;;\x07",
        "\x1b[?1049l\x1b[?1000h\x1b[?2004l",
        "\x1bc",
        "\x1b",
        "\x1b[",
        "a\x1b[31",
        "\u{9b}31m\u{9d}0;pwned\u{9c}",
        "\u{85}\u{90}\u{9f}",
        "bell\x07 back\x08\x08\x08space \x0cform \x0bfeed \x0eout\x0f in",
        "nul\0del\x7f",
        "line\nline\r\nline\rline\u{2028}line\u{2029}line",
        "tab\tbed",
        "invoice\u{202e}fdp.exe",
        "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}",
        "pay\u{200b}pal\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}",
        "\u{200d}\u{200d}\u{fe0f}\u{fe0f}\u{20e3}",
        "hidden\u{e0041}\u{e0042}\u{e007f}tags",
        "👩\u{200d}💻 👩🏽\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏿 🏳\u{fe0f}\u{200d}🌈 🇩🇪 1\u{fe0f}\u{20e3} ❤\u{fe0f}",
        "می\u{200c}خواهم क्\u{200d}ष ശ്രീ",
        "\u{301}\u{301}leads with a mark",
        "日本語のお客様 한국어 中文 ｶﾞｷﾞ ﾊﾟ",
        "مرحبا שלום ไทย ភាសាខ្មែរ",
        "\u{1160}\u{115f}\u{3164}\u{ffa0}ᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀ",
        "\u{600}\u{600}\u{600}1 \u{110bd}",
        "\u{fffe}\u{fdd0}\u{10ffff}\u{fff9}a\u{fffa}b\u{fffb}",
        "\u{13430}\u{1d173}\u{1bca0}",
        "grace@p\u{430}ypal.com",
        "'; DROP TABLE customers; --",
        "=HYPERLINK(\"http://example.net\")",
        "$(touch /tmp/pwned) `id`",
        "%s%s%n \\x1b[31m ^[[31m",
        "⟦RLO⟧ ⟨9b⟩ ␛[31m ⏎",
        "",
        " ",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    all.push(format!("e{}", "\u{301}".repeat(5_000)));
    all.push("\u{200b}".repeat(2_000));
    all.push("W".repeat(20_000));
    all.push("漢".repeat(5_000));
    all.push("🇩".repeat(999));
    all.push(format!("👩{}", "\u{200d}👩".repeat(500)));
    all.push("\x1b[31m".repeat(1_000));
    all
}

/// The same kind as bytes that are not all UTF-8: input and files.
pub fn corpus_bytes() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = corpus().into_iter().map(String::into_bytes).collect();
    for bytes in [
        &b"\xff\xfe\xfd"[..],
        b"\xc3\x28",
        b"\xe2\x82",
        b"\xf0\x9f\x92",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\x9b31m",
        b"\x80\x81\x9f",
        b"caf\xe9",
    ] {
        all.push(bytes.to_vec());
    }
    all
}
