//! Attempts: limits on starts, and how each ended.

use domain::id::PlatformKey;
use domain::moment::Span;

use super::session::Browser;
use crate::app::App;
use crate::store::attempt::{Attempt, Starts};
use crate::store::{StoreError, Tx, attempt, once};

/// The window that the limits count in.
pub const WINDOW: Span = Span::minutes(10);

/// Counts a start against the limits of settings `limits`; `None` when one of them is reached.
///
/// Limits are read from the database, so they hold over all processes.
pub(super) async fn start(
    app: &App,
    tx: &mut Tx,
    (visitor, session): (&Browser, i64),
    platform: &PlatformKey,
) -> Result<Option<i64>, StoreError> {
    let (id, at) = (app.new_id(), app.now());
    let (session, user) = (Some(session), visitor.user());
    let new = Attempt { id, platform, session, user, network: &visitor.network, at };
    // Two that count at the same time would not see each other, and both be the last one that a
    // limit allows (N-48). So starts of one network, user or browser take turns, over all processes.
    // A browser that is new has nobody to wait for, and leaves nothing behind when it is refused.
    let known = visitor.session.map(|known| format!("session {}", known.id));
    let whose = user.map(|id| format!("user {id}")).or(known);
    for counted in [Some(new.network), whose.as_deref()].into_iter().flatten() {
        once::queue_up(tx, ("starts", counted), at + WINDOW).await?;
    }
    let starts = attempt::count(tx, &new, at - WINDOW).await?;
    if is_over(app, starts) {
        return Ok(None);
    }
    attempt::start(tx, &new).await?;
    Ok(Some(id))
}

fn is_over(app: &App, starts: Starts) -> bool {
    let limits = &app.settings.limits;
    let reached = |count: i64, limit: u32| limit > 0 && count >= i64::from(limit);
    reached(starts.session, limits.link_starts_session)
        || reached(starts.user, limits.link_starts_user)
        || reached(starts.network, limits.link_starts_network)
}

/// Records how an attempt ended, in the database and in the counters.
pub(super) async fn end(
    app: &App,
    tx: &mut Tx,
    (id, platform): (Option<i64>, &PlatformKey),
    outcome: &'static str,
) -> Result<(), StoreError> {
    if let Some(id) = id {
        attempt::end(tx, id, outcome, app.now()).await?;
        app.metrics.attempt(platform, outcome);
    }
    Ok(())
}
