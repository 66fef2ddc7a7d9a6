//! Plain records and pure rules. No I/O, no clock.
