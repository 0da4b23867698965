//! Astromorty's decisions, and nothing else: no IO, no clock, no randomness.
//!
//! Everything here is a pure function of its arguments; the current time is one of them.

pub mod brake;
pub mod cadence;
pub mod consent;
pub mod criteria;
pub mod fact;
pub mod id;
pub mod metadata;
pub mod moment;
pub mod plan;
pub mod rank;
pub mod token;
pub mod verdict;
pub mod vocabulary;

#[cfg(test)]
pub(crate) mod fixtures;
