//! Wakes the worker when there is work, and those who wait for its end.

use tokio::sync::{Notify, watch};

/// A pair of bells. Work is in the database; a missed ring costs a second, never work.
#[derive(Debug)]
pub struct Wake {
    work: Notify,
    checks: Notify,
    ended: watch::Sender<u64>,
}

impl Default for Wake {
    fn default() -> Self {
        Self { work: Notify::new(), checks: Notify::new(), ended: watch::Sender::new(0) }
    }
}

impl Wake {
    /// There is work.
    pub fn ring(&self) {
        self.work.notify_one();
        self.checks.notify_one();
    }

    /// Waits for work; a ring that came before is not lost.
    pub async fn rung(&self) {
        self.work.notified().await;
    }

    /// The same for whoever reads due connections.
    pub async fn rung_for_checks(&self) {
        self.checks.notified().await;
    }

    /// A piece of work ended.
    pub fn ended(&self) {
        self.ended.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Tells of every end from now on.
    pub fn ends(&self) -> watch::Receiver<u64> {
        self.ended.subscribe()
    }
}
