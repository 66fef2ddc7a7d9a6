//! What a session's terminal can do, told by its environment and the agent's preferences.

use super::decode::Reply;

/// How many colours a terminal shows, fewest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colours {
    /// None: bold, underline and reverse carry the meaning.
    None,
    /// The terminal's own sixteen.
    #[default]
    Ansi16,
    /// The palette of 256.
    Indexed256,
    /// 24 bits.
    Truecolor,
}

/// What a session may send to its terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Colours it shows.
    pub colours: Colours,
    /// Borders and marks beyond ASCII.
    pub unicode: bool,
    /// Text may go out as UTF-8; else it is folded to ASCII, all of it.
    pub utf8: bool,
    /// Frames wrapped in synchronized output (DEC mode 2026).
    pub synchronized: bool,
    /// Copying through the terminal (OSC 52).
    pub osc52: bool,
    /// Keys told apart by the kitty protocol.
    pub kitty_keys: bool,
    /// Mouse reports wanted.
    pub mouse: bool,
    /// Asked by fences (`CSI 5n`) how far it has read: whether it answers shows.
    pub fences: bool,
    /// Erased cells take the background in force, as in nearly all terminals but GNU screen (terminfo: `bce`).
    pub erases_in_colour: bool,
    /// It only prints: no control sequence is sent to it, ever.
    pub prints: bool,
}

impl Capabilities {
    /// What a terminal can do that only prints.
    #[must_use]
    pub fn printing(utf8: bool) -> Capabilities {
        Capabilities {
            colours: Colours::None,
            unicode: false,
            utf8,
            synchronized: false,
            osc52: false,
            kitty_keys: false,
            mouse: false,
            fences: false,
            erases_in_colour: false,
            prints: true,
        }
    }
}

impl Default for Capabilities {
    /// A colour terminal of the last twenty years: what an unknown one most likely is. It is asked nothing: there may be no one
    /// to answer.
    fn default() -> Self {
        Capabilities {
            colours: Colours::Ansi16,
            unicode: true,
            utf8: true,
            synchronized: true,
            osc52: true,
            kitty_keys: false,
            mouse: false,
            fences: false,
            prints: false,
            erases_in_colour: true,
        }
    }
}

/// What the agent wants whatever the terminal says; `None` leaves it to the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Colours.
    pub colours: Option<Colours>,
    /// Borders and marks beyond ASCII.
    pub unicode: Option<bool>,
    /// Synchronized output.
    pub synchronized: Option<bool>,
    /// Copying through the terminal.
    pub osc52: Option<bool>,
    /// The kitty keyboard protocol.
    pub kitty_keys: Option<bool>,
    /// Mouse reports; off unless wanted, so that the terminal's own selection works.
    pub mouse: Option<bool>,
}

/// Looks a variable of the session's environment up.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Capabilities {
    /// From the session's environment (`TERM`, `COLORTERM`, `TERM_PROGRAM`, `NO_COLOR`, `CLICOLOR_FORCE`, `LC_ALL`,
    /// `LC_CTYPE`, `LANG`) and the agent's preferences, which win.
    pub fn detect(env: Env<'_>, wanted: &Preferences) -> Self {
        let set = |name: &str| env(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default().to_ascii_lowercase();
        let program = set("TERM_PROGRAM").unwrap_or_default().to_ascii_lowercase();
        let dumb = term == "dumb";
        // Consoles and terminals of glass: they print what they do not understand, or cannot copy.
        let simple = dumb || term == "linux" || term.starts_with("vt") || term == "ansi";
        Capabilities {
            colours: wanted.colours.unwrap_or_else(|| colours(env, &term)),
            unicode: wanted.unicode.unwrap_or_else(|| !dumb && is_utf8(env)),
            utf8: is_utf8(env),
            synchronized: wanted.synchronized.unwrap_or(!simple),
            osc52: wanted.osc52.unwrap_or(!simple),
            kitty_keys: wanted.kitty_keys.unwrap_or_else(|| speaks_kitty(&term, &program)),
            mouse: wanted.mouse.unwrap_or(false) && !dumb,
            fences: !dumb,
            prints: false,
            erases_in_colour: !simple && !term.starts_with("screen") && set("STY").is_none(),
        }
    }

    /// Takes what the terminal answered to [`super::modes::ask`]; true when that changed something.
    pub fn learn(&mut self, reply: &Reply) -> bool {
        let before = *self;
        if let Reply::Mode { private: true, mode: 2026, state } = reply {
            self.synchronized = matches!(state, 1 | 2);
        }
        before != *self
    }
}

fn colours(env: Env<'_>, term: &str) -> Colours {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return Colours::None;
    }
    let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    if matches!(term, "dumb" | "vt100" | "vt102" | "vt220") {
        return if forced { Colours::Ansi16 } else { Colours::None };
    }
    let colorterm = set("COLORTERM").unwrap_or_default().to_ascii_lowercase();
    if matches!(colorterm.as_str(), "truecolor" | "24bit") || term.ends_with("-direct") {
        return Colours::Truecolor;
    }
    if speaks_kitty(term, "") {
        return Colours::Truecolor;
    }
    if term.contains("256") { Colours::Indexed256 } else { Colours::Ansi16 }
}

fn speaks_kitty(term: &str, program: &str) -> bool {
    ["kitty", "foot", "ghostty", "wezterm", "alacritty", "contour", "rio"]
        .iter()
        .any(|name| term.split('-').any(|part| part == *name) || program == *name)
}

/// Whether the locale is UTF-8. The first of the three that is set decides, as in setlocale(3); none at all is taken for UTF-8.
pub fn is_utf8(env: Env<'_>) -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| env(name).filter(|v| !v.is_empty()));
    locale.is_none_or(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("utf-8") || name.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(vars: &[(&str, &str)]) -> Capabilities {
        let env = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Capabilities::detect(&env, &Preferences::default())
    }

    #[test]
    fn colours_follow_the_environment() {
        assert_eq!(detect(&[("TERM", "xterm")]).colours, Colours::Ansi16);
        assert_eq!(detect(&[("TERM", "xterm-256color")]).colours, Colours::Indexed256);
        assert_eq!(detect(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]).colours, Colours::Truecolor);
        assert_eq!(detect(&[("TERM", "xterm-kitty")]).colours, Colours::Truecolor);
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]).colours, Colours::None);
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("NO_COLOR", "")]).colours, Colours::Indexed256);
        assert_eq!(detect(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]).colours, Colours::None);
        assert_eq!(detect(&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")]).colours, Colours::Ansi16);
        assert_eq!(detect(&[]).colours, Colours::Ansi16);
    }

    #[test]
    fn preferences_win() {
        let env = |name: &str| (name == "NO_COLOR").then(|| "1".to_owned());
        let wanted =
            Preferences { colours: Some(Colours::Truecolor), unicode: Some(false), ..Default::default() };
        let caps = Capabilities::detect(&env, &wanted);
        assert_eq!((caps.colours, caps.unicode), (Colours::Truecolor, false));
    }

    #[test]
    fn the_locale_decides_the_borders() {
        assert!(detect(&[]).unicode);
        assert!(detect(&[("LANG", "de_DE.UTF-8")]).unicode);
        assert!(!detect(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]).unicode);
        assert!(detect(&[("LC_ALL", ""), ("LC_CTYPE", "en_US.utf8")]).unicode);
        assert!(!detect(&[("LANG", "POSIX")]).unicode);
        assert!(
            !detect(&[("LANG", "de_DE.ISO-8859-1")]).utf8
                && detect(&[("LC_CTYPE", "C.UTF-8"), ("LANG", "C")]).utf8
        );
    }

    #[test]
    fn answers_of_the_terminal_are_learnt() {
        let mut caps = detect(&[("TERM", "xterm")]);
        assert!(caps.learn(&Reply::Mode { private: true, mode: 2026, state: 0 }) && !caps.synchronized);
        assert!(!caps.learn(&Reply::Ready));
    }
}
