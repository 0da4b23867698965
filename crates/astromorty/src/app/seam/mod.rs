//! The seams to the outside: time, chance, outbound HTTP, and what we count; and the plain hash.
//!
//! All are values that `App` holds, so that a test decides what the time is and who answers.
//! Edges may know this module and nothing else of `app`.

mod clock;
mod digest;
mod http;
mod metrics;
mod random;

pub use clock::{Clock, ManualClock};
pub use digest::digest;
pub use http::{Http, HttpError, Limits, Request, Response, outbound};
pub use metrics::{Called, Metrics};
pub use random::Random;
