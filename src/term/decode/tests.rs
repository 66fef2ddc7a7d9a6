use crossterm::event::{KeyCode::*, KeyEvent, KeyModifiers as M, MouseButton, MouseEventKind};
use proptest::prelude::*;

use super::*;
use crate::term::safe::corpus::corpus_bytes;

fn decode(bytes: &[u8]) -> Vec<Input> {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    decoder.feed(bytes, &mut out);
    out
}

/// Decodes as if it was typed: in reads too short to be a paste.
fn typed(bytes: &[u8], end: bool) -> Vec<Input> {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    bytes.chunks(BURST_BYTES - 1).for_each(|some| decoder.feed(some, &mut out));
    if end {
        decoder.flush(&mut out);
    }
    out
}

fn decode_idle(bytes: &[u8]) -> Vec<Input> {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    decoder.feed(bytes, &mut out);
    decoder.flush(&mut out);
    assert!(!decoder.pending());
    out
}

fn press(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Event(Event::Key(KeyEvent::new(code, modifiers)))
}

fn paste(text: &str) -> Input {
    Input::Event(Event::Paste(text.to_owned()))
}

#[test]
fn every_legacy_key_is_known() {
    let plain: &[(&[u8], KeyCode, M)] = &[
        (b"a", Char('a'), M::NONE),
        (b"A", Char('A'), M::SHIFT),
        ("é".as_bytes(), Char('é'), M::NONE),
        ("漢".as_bytes(), Char('漢'), M::NONE),
        ("👩".as_bytes(), Char('👩'), M::NONE),
        (b"\r", Enter, M::NONE),
        (b"\n", Char('j'), M::CONTROL),
        (b"\t", Tab, M::NONE),
        (b"\x7f", Backspace, M::NONE),
        (b"\x08", Char('h'), M::CONTROL),
        (b"\0", Char(' '), M::CONTROL),
        (b"\x01", Char('a'), M::CONTROL),
        (b"\x1a", Char('z'), M::CONTROL),
        (b"\x1c", Char('\\'), M::CONTROL),
        (b"\x1d", Char(']'), M::CONTROL),
        (b"\x1f", Char('_'), M::CONTROL),
        (b"\x1ba", Char('a'), M::ALT),
        (b"\x1bA", Char('A'), M::ALT.union(M::SHIFT)),
        ("\x1bé".as_bytes(), Char('é'), M::ALT),
        (b"\x1b\r", Enter, M::ALT),
        (b"\x1b\x7f", Backspace, M::ALT),
        (b"\x1b\x01", Char('a'), M::ALT.union(M::CONTROL)),
        (b"\x1b[A", Up, M::NONE),
        (b"\x1bOB", Down, M::NONE),
        (b"\x1b[1;5C", Right, M::CONTROL),
        (b"\x1b[1;4D", Left, M::SHIFT.union(M::ALT)),
        (b"\x1b[H", Home, M::NONE),
        (b"\x1bOF", End, M::NONE),
        (b"\x1b[1~", Home, M::NONE),
        (b"\x1b[8~", End, M::NONE),
        (b"\x1b[3;5~", Delete, M::CONTROL),
        (b"\x1b[5~", PageUp, M::NONE),
        (b"\x1b[6~", PageDown, M::NONE),
        (b"\x1b[2~", Insert, M::NONE),
        (b"\x1b[Z", BackTab, M::SHIFT),
        (b"\x1bOP", F(1), M::NONE),
        (b"\x1b[1;2S", F(4), M::SHIFT),
        (b"\x1b[1;5R", F(3), M::CONTROL),
        (b"\x1b[R", F(3), M::NONE),
        (b"\x1b[15~", F(5), M::NONE),
        (b"\x1b[24;2~", F(12), M::SHIFT),
        (b"\x1b[34~", F(20), M::NONE),
        (b"\x1b[[C", F(3), M::NONE),
        (b"\x1b[23$", F(11), M::SHIFT),
        (b"\x1b[7^", Home, M::CONTROL),
        (b"\x1b[a", Up, M::SHIFT),
        (b"\x1bOa", Up, M::CONTROL),
        (b"\x1bOM", Enter, M::NONE),
        (b"\x1bOp", Char('0'), M::NONE),
        (b"\x1bO5P", F(1), M::CONTROL),
    ];
    for (bytes, code, modifiers) in plain {
        assert_eq!(decode(bytes), [press(*code, *modifiers)], "{:?}", bytes.escape_ascii().to_string());
    }
}

#[test]
fn kitty_and_xterm_codes_are_known() {
    assert_eq!(decode(b"\x1b[27u"), [press(Esc, M::NONE)]);
    assert_eq!(decode(b"\x1b[97;5u"), [press(Char('a'), M::CONTROL)]);
    assert_eq!(decode(b"\x1b[97;6u"), [press(Char('A'), M::CONTROL | M::SHIFT)]);
    assert_eq!(decode(b"\x1b[49:33;4u"), [press(Char('!'), M::ALT | M::SHIFT)]);
    assert_eq!(decode(b"\x1b[9;2u"), [press(BackTab, M::SHIFT)]);
    assert_eq!(decode(b"\x1b[13;2u"), [press(Enter, M::SHIFT)]);
    assert_eq!(decode(b"\x1b[27;5;13~"), [press(Enter, M::CONTROL)]);
    assert_eq!(decode(b"\x1b[57376u"), [press(F(13), M::NONE)]);
    assert_eq!(decode(b"\x1b[97;1:3u"), [], "a release is no key");
    assert_eq!(decode(b"\x1b[57441u"), [], "shift alone is no key");
    assert_eq!(decode(b"\x1b[?1u"), [Input::Reply(Reply::KeyboardFlags(1))]);
}

#[test]
fn a_lone_escape_waits_for_the_flush() {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    decoder.feed(b"\x1b", &mut out);
    assert!(decoder.pending() && out.is_empty());
    assert_eq!(decoder.patience(Line::Local), Some(Duration::from_millis(50)));
    assert_eq!(decoder.patience(Line::Remote), Some(Duration::from_millis(100)));
    decoder.flush(&mut out);
    assert_eq!(out, [press(Esc, M::NONE)]);
    assert_eq!(decoder.patience(Line::Local), None);
    assert_eq!(decode_idle(b"\x1b\x1b"), [press(Esc, M::NONE), press(Esc, M::NONE)]);
    assert_eq!(decode(b"\x1b\x1b[A"), [press(Esc, M::NONE), press(Up, M::NONE)]);
    assert_eq!(decode_idle(b"\x1b["), [press(Char('['), M::ALT)]);
    assert_eq!(decode_idle(b"\x1bO"), [press(Char('O'), M::ALT | M::SHIFT)]);
    assert_eq!(decode_idle(b"\x1b]"), [press(Char(']'), M::ALT)]);
}

#[test]
fn the_mouse_speaks_three_protocols() {
    let mouse = |bytes: &[u8]| match decode(bytes).as_slice() {
        [Input::Event(Event::Mouse(m))] => (m.kind, m.column, m.row, m.modifiers),
        other => panic!("{other:?}"),
    };
    assert_eq!(mouse(b"\x1b[<0;10;5M"), (MouseEventKind::Down(MouseButton::Left), 9, 4, M::NONE));
    assert_eq!(mouse(b"\x1b[<2;10;5m"), (MouseEventKind::Up(MouseButton::Right), 9, 4, M::NONE));
    assert_eq!(mouse(b"\x1b[<32;1;1M"), (MouseEventKind::Drag(MouseButton::Left), 0, 0, M::NONE));
    assert_eq!(mouse(b"\x1b[<35;400;1M"), (MouseEventKind::Moved, 399, 0, M::NONE));
    assert_eq!(mouse(b"\x1b[<80;1;1M"), (MouseEventKind::ScrollUp, 0, 0, M::CONTROL));
    assert_eq!(mouse(b"\x1b[M !!"), (MouseEventKind::Down(MouseButton::Left), 0, 0, M::NONE));
    assert_eq!(mouse(b"\x1b[M#!\xff"), (MouseEventKind::Up(MouseButton::Left), 0, 222, M::NONE));
    assert_eq!(mouse(b"\x1b[97;3;4M"), (MouseEventKind::ScrollDown, 2, 3, M::NONE));
    assert_eq!(decode(b"\x1b[<0;0;0M"), [], "no such cell");
}

#[test]
fn focus_and_paste_are_one_event_each() {
    assert_eq!(decode(b"\x1b[I\x1b[O"), [Input::Event(Event::FocusGained), Input::Event(Event::FocusLost)]);
    assert_eq!(
        decode(b"\x1b[200~q\r\x1b[A\x1b[20\x1b[201~x"),
        [paste("q\n\x1b[A\x1b[20"), press(Char('x'), M::NONE)]
    );
    assert_eq!(decode(b"\x1b[200~\x1b\x1b[201~"), [paste("\x1b")]);
    assert_eq!(decode(b"\x1b[200~\xffz\x1b[201~"), [paste("\u{fffd}z")]);
    assert_eq!(decode(b"\x1b[201~"), [], "an end without a beginning");
    assert_eq!(decode_idle(b"\x1b[200~abc"), [paste("abc"), Input::PasteCut { lost: 0 }]);
}

#[test]
fn a_paste_of_megabytes_is_cut_and_says_so() {
    let mut bytes = b"\x1b[200~".to_vec();
    bytes.extend("é".repeat(2 * PASTE_BYTES).bytes());
    bytes.extend(b"\x1b[201~z");
    match decode(&bytes).as_slice() {
        [Input::Event(Event::Paste(text)), Input::PasteCut { lost }, z] => {
            assert_eq!(text.len(), PASTE_BYTES);
            assert_eq!(*lost, 3 * PASTE_BYTES as u64);
            assert_eq!(*z, press(Char('z'), M::NONE));
        }
        other => panic!("{} inputs", other.len()),
    }
}

#[test]
fn text_that_came_at_once_is_one_event_however_many_reads_it_took() {
    let line = "one\ttwo\r\nthree\nüber ".repeat(1_000);
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    for read in line.as_bytes().chunks(4_095) {
        decoder.feed(read, &mut out);
        assert!(decoder.patience(Line::Local).is_some());
    }
    assert_eq!(out, []);
    decoder.feed(b"\x1b[A", &mut out);
    let up = press(crossterm::event::KeyCode::Up, M::NONE);
    assert_eq!(out, [Input::Burst(line.replace("\r\n", "\n")), up]);
    let short = "x".repeat(BURST_BYTES - 1);
    assert_eq!(decode(short.as_bytes()).len(), BURST_BYTES - 1, "what may have been typed stays keys");
}

#[test]
fn replies_are_never_keys() {
    let osc = |number, text: &str| Input::Reply(Reply::Osc { number, text: text.to_owned() });
    assert_eq!(decode(b"\x1b[?62;22c"), [Input::Reply(Reply::Attributes(vec![62, 22]))]);
    assert_eq!(decode(b"\x1b[>41;354;0c"), [Input::Reply(Reply::Terminal(vec![41, 354, 0]))]);
    assert_eq!(decode(b"\x1b[0n"), [Input::Reply(Reply::Ready)]);
    assert_eq!(decode(b"\x1b[24;80R"), [Input::Reply(Reply::Cursor { row: 24, column: 80 })]);
    assert_eq!(
        decode(b"\x1b[?2026;2$y"),
        [Input::Reply(Reply::Mode { private: true, mode: 2026, state: 2 })]
    );
    assert_eq!(decode(b"\x1b[8;24;80t"), [Input::Reply(Reply::Window(vec![8, 24, 80]))]);
    assert_eq!(decode(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"), [osc(11, "rgb:ffff/ffff/ffff")]);
    assert_eq!(decode(b"\x1b]52;c;eA==\x07"), [osc(52, "c;eA==")]);
    assert_eq!(decode(b"\x1bP>|XTerm(390)\x1b\\"), [Input::Reply(Reply::Version("XTerm(390)".to_owned()))]);
    assert_eq!(decode(b"\x1bP1$r0m\x1b\\"), [Input::Reply(Reply::Dcs("1$r0m".to_owned()))]);
    assert_eq!(decode(b"\x1b_Gi=1;OK\x1b\\"), [Input::Reply(Reply::Other)]);
}

#[test]
fn unknown_sequences_are_consumed_whole() {
    let q = press(Char('q'), M::NONE);
    for unknown in [
        &b"\x1b[999~"[..],
        b"\x1b[1;2;3;4W",
        b"\x1b[>1;2;3p",
        b"\x1b[?1;2 z",
        b"\x1bOz",
        b"\x1b[[z",
        b"\x1b[200u\x1b[99999999999999999u",
    ] {
        let mut bytes = unknown.to_vec();
        bytes.push(b'q');
        let got = decode(&bytes);
        assert_eq!(got.last(), Some(&q), "{:?}", unknown.escape_ascii().to_string());
        assert!(got.len() <= 2, "{got:?}");
    }
    let mut long = b"\x1b[".to_vec();
    long.extend([b'1'; 5_000]);
    long.extend(b"~q");
    assert_eq!(decode(&long), std::slice::from_ref(&q));
    let mut long = b"\x1b]52;c;".to_vec();
    long.extend([b'A'; 50_000]);
    long.extend(b"\x07q");
    assert_eq!(decode(&long), [q]);
}

#[test]
fn a_broken_sequence_does_not_eat_the_next() {
    assert_eq!(decode(b"\x1b[12\x1b[A"), [press(Up, M::NONE)]);
    assert_eq!(decode(b"\x1b[12\r"), [press(Enter, M::NONE)]);
    assert_eq!(decode(b"\x1b]11;rgb\x1b[A"), [press(Up, M::NONE)]);
    assert_eq!(decode(b"\x1b]11;rgb\x03"), [press(Char('c'), M::CONTROL)]);
    assert_eq!(decode(b"\x1b[M \x1b[A"), [press(Up, M::NONE)]);
    assert_eq!(decode(b"\xe6\xbca"), [press(Char('\u{fffd}'), M::NONE), press(Char('a'), M::NONE)]);
    assert_eq!(
        decode(b"\xff\xc3\x1b[A"),
        [press(Char('\u{fffd}'), M::NONE), press(Char('\u{fffd}'), M::NONE), press(Up, M::NONE)]
    );
    assert_eq!(decode("\u{9b}A".as_bytes()), [press(Char('A'), M::SHIFT)]);
}

/// Bytes likely to open, break or close a sequence.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => any::<u8>().prop_map(|b| vec![b]),
        4 => prop::sample::select(vec![
            &b"\x1b"[..], b"\x1b[", b"\x1bO", b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b\\", b"\x07", b"\x1b[M", b"\x1b[<",
            b"\x1b[200~", b"\x1b[201~", b"\x1b[[", b";", b":", b"$", b"1", b"27", b"0", b"~", b"u", b"R", b"A", b"c", b"a", b"\r",
            b"\xe6\xbc", b"\xa2", b"\xf0\x9f", b"\xff",
        ].into_iter().map(|b: &[u8]| b.to_vec()).collect::<Vec<_>>()),
        1 => prop::sample::select(corpus_bytes()).prop_map(|b| b.into_iter().take(60).collect()),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn events_do_not_depend_on_how_the_bytes_were_split(bytes in stream(), cuts in prop::collection::vec(1usize..7, 0..60)) {
        let (mut decoder, mut out) = (Decoder::new(), Vec::new());
        let mut rest = bytes.as_slice();
        for cut in cuts {
            let (now, later) = rest.split_at(cut.min(rest.len()));
            decoder.feed(now, &mut out);
            rest = later;
        }
        rest.chunks(BURST_BYTES - 1).for_each(|some| decoder.feed(some, &mut out));
        let pending = decoder.pending();
        prop_assert_eq!(pending, decoder.patience(Line::Local).is_some());
        prop_assert_eq!(&out, &typed(&bytes, false));
        decoder.flush(&mut out);
        prop_assert_eq!(&out, &typed(&bytes, true));
    }

    #[test]
    fn no_key_is_swallowed_after_idle(bytes in stream()) {
        let (mut decoder, mut out) = (Decoder::new(), Vec::new());
        decoder.feed(&bytes, &mut out);
        if decoder.pending() {
            decoder.flush(&mut out);
        }
        out.clear();
        decoder.feed(b"a", &mut out);
        prop_assert_eq!(out, [press(Char('a'), M::NONE)]);
    }

    #[test]
    fn memory_is_bounded(opener in prop::sample::select(vec![&b"\x1b["[..], b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b[M", b"\x1bO"]), fill in 0x20u8..0x40, many in 0usize..20_000) {
        let (mut decoder, mut out) = (Decoder::new(), Vec::new());
        decoder.feed(opener, &mut out);
        for _ in 0..many {
            decoder.feed(&[fill], &mut out);
        }
        prop_assert!(decoder.held.capacity() <= 2 * STRING_BYTES);
    }
}
