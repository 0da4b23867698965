//! Turns: how many role writes to one server are on their way at the same time.
//!
//! When a server's settings make Discord refuse, what is on its way then is refused too, and Discord
//! counts that against us; so only a few go at once, and each looks first whether one before it was
//! refused.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::GuildId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Writes to one server at once: as many refusals as one cause may bring.
const AT_ONCE: usize = 3;

/// Who is writing where.
#[derive(Debug, Default)]
pub struct Turns(Mutex<BTreeMap<GuildId, Arc<Semaphore>>>);

/// A turn; dropped when the write and its outcome are stored.
#[derive(Debug)]
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Turns {
    /// Waits for a turn in a server.
    pub async fn at(&self, guild: GuildId) -> Turn {
        let line = self.line(guild);
        let permit = line.acquire_owned().await.expect("the line is never closed");
        Turn { _permit: permit }
    }

    fn line(&self, guild: GuildId) -> Arc<Semaphore> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Lines that nobody stands in are forgotten.
        lines.retain(|_, line| Arc::strong_count(line) > 1);
        lines.entry(guild).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn three_go_and_the_fourth_waits_for_one_of_them() {
        let turns = Turns::default();
        let (busy, quiet) = (GuildId::new(1).unwrap(), GuildId::new(2).unwrap());
        let first = turns.at(busy).await;
        let _others = (turns.at(busy).await, turns.at(busy).await);
        assert!(turns.at(busy).now_or_never().is_none());
        assert!(turns.at(quiet).now_or_never().is_some(), "another server has turns of its own");
        drop(first);
        assert!(turns.at(busy).now_or_never().is_some());
    }
}
