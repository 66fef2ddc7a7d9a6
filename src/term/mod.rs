//! The terminal as bytes: decoder, backend, capabilities, safe text, frame pacing.
