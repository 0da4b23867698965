//! Stories of calls.
