//! The hostile corpus through widgets and the backend: the terminal must hear nothing of it.

use ratatui::{
    Terminal,
    layout::Size,
    widgets::{Block, Paragraph},
};

use super::{ByteBackend, finish};
use crate::term::{
    caps::Capabilities,
    safe::{Safe, corpus},
};

/// Counts whatever is not printing.
#[derive(Default)]
struct Heard(Vec<String>);

impl vt100::Callbacks for Heard {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("bell".to_owned());
    }
    fn visual_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("visual bell".to_owned());
    }
    fn resize(&mut self, _: &mut vt100::Screen, _: (u16, u16)) {
        self.0.push("resize".to_owned());
    }
    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.0.push("icon name".to_owned());
    }
    fn set_window_title(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.0.push("title".to_owned());
    }
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], _: &[u8]) {
        self.0.push("copy".to_owned());
    }
    fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.0.push("paste".to_owned());
    }
    fn unhandled_char(&mut self, _: &mut vt100::Screen, c: char) {
        self.0.push(format!("character {c:?}"));
    }
    fn unhandled_control(&mut self, _: &mut vt100::Screen, byte: u8) {
        self.0.push(format!("control {byte:#x}"));
    }
    fn unhandled_escape(&mut self, _: &mut vt100::Screen, _: Option<u8>, _: Option<u8>, byte: u8) {
        self.0.push(format!("escape {byte:#x}"));
    }
    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        _: Option<u8>,
        _: Option<u8>,
        _: &[&[u16]],
        last: char,
    ) {
        self.0.push(format!("csi {last}"));
    }
    fn unhandled_osc(&mut self, _: &mut vt100::Screen, _: &[&[u8]]) {
        self.0.push("osc".to_owned());
    }
}

#[test]
fn the_terminal_hears_nothing_of_the_corpus() {
    // vt100 does not know synchronized output, which it would count.
    let caps = Capabilities { synchronized: false, ..Capabilities::default() };
    for (columns, rows) in [(80, 24), (7, 3), (1, 1)] {
        let mut terminal = Terminal::new(ByteBackend::new(Size::new(columns, rows), caps)).unwrap();
        let size = (rows.try_into().unwrap(), columns.try_into().unwrap());
        let mut screen = vt100::Parser::new_with_callbacks(size.0, size.1, 0, Heard::default());
        for hostile in corpus() {
            terminal
                .draw(|frame| {
                    let text = Safe::block(hostile.as_str());
                    let rows: Vec<_> =
                        text.wrap(usize::from(columns)).into_iter().take(30).map(Into::into).collect();
                    let title = Safe::line(hostile.as_str()).truncate(20);
                    let view = Paragraph::new::<Vec<ratatui::text::Line<'_>>>(rows);
                    frame.render_widget(view.block(Block::bordered().title(title)), frame.area());
                    finish(frame.buffer_mut());
                })
                .unwrap();
            screen.process(&terminal.backend_mut().take_frame());
            assert_eq!(screen.callbacks().0, [] as [&str; 0], "{hostile:?}");
        }
    }
}
