//! MIME, threading, robots, quotes.
