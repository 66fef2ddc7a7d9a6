//! The ordered key-value waist, its engines and what is derived above them.
