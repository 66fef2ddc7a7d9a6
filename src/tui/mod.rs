//! The screen: model, update, panes, popups, keymap, theme.
