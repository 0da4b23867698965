//! The time: the system's, or one that a test moves.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::moment::{Moment, Span};
use tokio::sync::watch;

/// Tells the time and waits for it.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock that stands still until it is moved.
    Manual(ManualClock),
}

/// A clock that stands still until [`ManualClock::advance`].
#[derive(Debug, Clone)]
pub struct ManualClock {
    now: Arc<watch::Sender<i64>>,
    /// Serialises moves, so that two of them add up.
    moving: Arc<Mutex<()>>,
}

impl ManualClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn at(start: Moment) -> Self {
        Self { now: Arc::new(watch::Sender::new(start.millis())), moving: Arc::default() }
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment::from_millis(*self.now.borrow())
    }

    /// Moves it forward, or back with a negative span.
    pub fn advance(&self, by: Span) {
        let _one_at_a_time = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        self.now.send_modify(|millis| *millis = millis.saturating_add(by.as_millis()));
    }
}

impl Clock {
    /// The current moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        match self {
            Self::System => Moment::from_millis(system_millis()),
            Self::Manual(clock) => clock.now(),
        }
    }

    /// Waits until `then`; returns at once when it has passed.
    pub async fn wait_until(&self, then: Moment) {
        match self {
            Self::System => {
                let millis = then.millis().saturating_sub(self.now().millis());
                tokio::time::sleep(Duration::from_millis(u64::try_from(millis).unwrap_or(0))).await;
            }
            Self::Manual(clock) => {
                let mut shown = clock.now.subscribe();
                // The sender lives as long as `clock`, so the channel cannot close.
                let _ = shown.wait_for(|now| *now >= then.millis()).await;
            }
        }
    }

    /// Waits for a length of time.
    pub async fn wait(&self, length: Duration) {
        let millis = i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
        let then = self.now().millis().saturating_add(millis);
        self.wait_until(Moment::from_millis(then)).await;
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the system's clock")]
fn system_millis() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |length| i64::try_from(length.as_millis()).unwrap_or(i64::MAX))
}
