//! Names that a stranger gives to a file.

use std::collections::HashSet;

use frontdesk::mail::disk_name::{disk_name, ending, free_name};

/// Names that go wrong on some system, in some shell, or before some pair of eyes.
pub fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "",
        " ",
        ".",
        "..",
        "...",
        "/",
        "\\",
        "../../etc/passwd",
        "..\\..\\autoexec.bat",
        "/etc/shadow",
        "C:\\Windows\\win.ini",
        "-rf",
        "--output=/etc/passwd",
        "-",
        "~",
        "~root",
        ".bashrc",
        ".ssh/authorized_keys",
        "a\0b",
        "a\nb",
        "a\r\nb",
        "a\tb",
        "a\u{1b}[2Jb",
        "a\u{9b}31mb",
        "a\u{7}b",
        "a\u{202e}gpj.exe",
        "a\u{200b}b",
        "\u{feff}x.txt",
        "x\u{2028}y",
        "\u{e0041}x",
        "CON",
        "con.txt",
        "NUL.tar.gz",
        "aux",
        "COM1",
        "LPT9.doc",
        "COM¹.txt",
        "conin$",
        "a:b",
        "file.txt:stream",
        "a*b?.txt",
        "a<b>|c\"d.txt",
        "trailing.",
        "trailing ",
        "trailing. . .",
        "$(touch x)",
        "`touch x`",
        "; rm -rf ~",
        "'; rm -rf ~ #",
        "%s",
        "%n%n",
        "a%2f..%2fb",
        "a\u{2215}b",
        "a\u{ff0f}b",
        "日本語.txt",
        "e\u{301}.txt",
        "👩‍👩‍👧.png",
        "\u{fffd}",
        "\u{3164}",
    ]
    .map(str::to_owned)
    .to_vec();
    all.extend([
        "x".repeat(5_000),
        format!("{}.pdf", "ä".repeat(500)),
        format!("a.{}", "b".repeat(300)),
        ".".repeat(300),
    ]);
    all
}

/// Whether a name can be used anywhere.
pub fn is_safe(name: &str) -> bool {
    let stem = name.split('.').next().unwrap().to_uppercase();
    !name.is_empty()
        && name.len() <= 255
        && !name.starts_with(['.', '-', '~', ' '])
        && !name.ends_with(['.', ' '])
        && !name.chars().any(|c| c.is_control() || "/\\:*?\"<>|".contains(c))
        && !name.chars().any(|c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
        && !["CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "COM¹", "CONIN$"].contains(&stem.as_str())
}

#[test]
fn a_name_from_outside_becomes_one_that_is_safe_anywhere() {
    for given in hostile() {
        let name = disk_name(&given);
        assert!(is_safe(&name), "{given:?} became {name:?}");
        assert_eq!(disk_name(&name), name, "{given:?} is stable");
    }
    assert_eq!(disk_name("../../Angebot [final] – März.pdf"), "Angebot [final] – März.pdf");
    assert_eq!(disk_name(".profile"), "profile");
    assert_eq!(disk_name("nul.txt"), "_nul.txt");
    assert_eq!(disk_name("a\u{202e}fdp.exe"), "afdp.exe");
    let long = disk_name(&format!("{}.pdf", "ä".repeat(500)));
    assert!(long.ends_with(".pdf") && long.len() <= 200, "{long}");
}

#[test]
fn files_of_one_name_get_numbers_before_the_ending() {
    let mut there = HashSet::new();
    for _ in 0..3 {
        let name = free_name("scan.pdf", &mut |n| there.contains(n)).unwrap();
        there.insert(name);
    }
    assert!(
        there.contains("scan.pdf") && there.contains("scan-2.pdf") && there.contains("scan-3.pdf"),
        "{there:?}"
    );
    assert_eq!(free_name("x", &mut |_| true), None);
    assert_eq!((ending("a.PDF").as_deref(), ending("a.b/c"), ending("a")), (Some("pdf"), None, None));
}
