//! The service: commands, rules, undo, outbox. The only writer.
