//! read → plan → show → apply → revert for every format; export.
