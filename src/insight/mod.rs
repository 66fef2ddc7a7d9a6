//! Metrics over facts.
