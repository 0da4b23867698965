//! Where the stand-ins get the time from.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment: unix milliseconds.
pub type Millis = i64;

/// One second, in milliseconds.
pub(crate) const SECOND: Millis = 1000;
/// One minute, in milliseconds.
pub(crate) const MINUTE: Millis = 60 * SECOND;
/// One hour, in milliseconds.
pub(crate) const HOUR: Millis = 60 * MINUTE;
/// One day, in milliseconds.
pub(crate) const DAY: Millis = 24 * HOUR;

/// A source of the current time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    /// The machine's own clock.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    pub fn system() -> Clock {
        Clock::from_fn(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
        })
    }

    /// A clock that asks `now` each time, so that a test can hold or move the time.
    pub fn from_fn(now: impl Fn() -> Millis + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Millis {
        (self.0)()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
