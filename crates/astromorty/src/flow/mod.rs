//! The use cases, each one function that reads top to bottom.
//!
//! A flow is the only place that uses several edges at once. It first writes what should be, with
//! the work that causes, in one transaction; carrying work out may be repeated at any time.

mod answer;
pub mod attempt;
mod brake;
pub mod consent;
pub mod erase;
pub mod facts;
pub mod guilds;
pub mod health;
pub mod link;
pub mod overview;
pub mod probe;
pub mod push;
pub mod queue;
pub mod read;
pub mod recheck;
pub mod reconcile;
pub mod register;
pub mod retire;
pub mod rules;
pub mod session;
pub mod sign_in;
mod spend;
pub mod standing;
pub mod token;
pub mod transfer;
pub mod unlink;
pub mod verify;
pub mod webhook;
pub mod work;

use domain::moment::Moment;

use crate::store::StoreError;

/// How far a piece of work got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// All of it.
    Done,
    /// All of it, and the flow has recorded that in its own last commit.
    Recorded,
    /// All for now; there is more to do at a known moment.
    Again(Moment),
    /// A limit is in the way until then. Nobody failed.
    Wait(Moment),
    /// It failed in a way that passes, such as an outage. It is tried until it works.
    Retry(String),
}

/// Why a piece of work broke off in a way that a retry alone does not mend.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was asked for makes no sense.
    #[error("{0}")]
    Senseless(String),
}
