//! The maps that come with frontdesk.

use super::Layer;

/// Their names and texts, the default first.
pub const SHIPPED: &[(&str, &str)] = &[
    ("default", include_str!("../../../keymaps/default.toml")),
    ("vim", include_str!("../../../keymaps/vim.toml")),
    ("arrows", include_str!("../../../keymaps/arrows.toml")),
    ("emacs", include_str!("../../../keymaps/emacs.toml")),
];

/// The text of a shipped map; `None` for a name that is none.
#[must_use]
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

/// The layers of a choice, the lowest first: the default, the chosen map where it is another, and the
/// user's own file, given as name and text. `None` where no map of that name is shipped.
#[must_use]
pub fn layers(chosen: &str, user: Option<(&str, &str)>) -> Option<Vec<Layer>> {
    let mut layers = Vec::new();
    for name in ["default", chosen] {
        let text = shipped(name)?;
        if layers.is_empty() || name != "default" {
            layers.push(Layer::parse(&format!("{name}.toml"), text));
        }
    }
    layers.extend(user.map(|(file, text)| Layer::parse(file, text)));
    Some(layers)
}
