//! Astromorty's decisions, and nothing else: no IO, no clock, no randomness.
//!
//! Everything here is a pure function of its arguments; the current time is one of them.

pub mod fact;
pub mod id;
pub mod moment;
pub mod platform;
pub mod token;
