//! Checking now: a member asks for their facts to be read at once.

use domain::id::{PlatformKey, UserId};
use domain::moment::{Moment, Span};

use super::queue::{self, Urgency};
use super::{facts, spend};
use crate::app::App;
use crate::store::connection::Connection;
use crate::store::{StoreError, Tx, connection};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It is being done.
    Asked,
    /// Too soon after the last one; seconds to wait.
    TooSoon(i64),
    /// What the operator lets the platform cost in a month is spent.
    NoMoney,
    /// Nothing is linked there.
    NotLinked,
}

/// Asks for a check of one platform, or of all.
pub async fn check(app: &App, user: UserId, platform: Option<&PlatformKey>) -> Result<Check, StoreError> {
    let (app_, platform) = (app.clone(), platform.cloned());
    let outcome = app.store.write(async move |tx| {
        let linked = connection::of_user(tx, user).await?;
        let chosen = |one: &&Connection| platform.as_ref().is_none_or(|key| one.platform == *key);
        let chosen: Vec<_> = linked.iter().filter(chosen).collect();
        let now = app_.now();
        let wait = chosen.iter().map(|one| cool_down(&app_, one, now)).min();
        match wait {
            None => return Ok(Check::NotLinked),
            Some(seconds) if seconds > 0 => return Ok(Check::TooSoon(seconds)),
            Some(_) => {}
        }
        let mut affordable = Vec::new();
        for one in chosen {
            if affords(&app_, tx, one).await? {
                affordable.push(one);
            }
        }
        if affordable.is_empty() {
            return Ok(Check::NoMoney);
        }
        for one in affordable {
            connection::asked(tx, one.id, now).await?;
            queue::read(tx, (one.id, user), (Urgency::Interactive, now)).await?;
        }
        queue::all_roles(tx, user, (Urgency::Interactive, now)).await?;
        Ok(Check::Asked)
    });
    let outcome = outcome.await?;
    app.wake.ring();
    Ok(outcome)
}

/// Whether there is money to read a connection now.
async fn affords(app: &App, tx: &mut Tx, one: &Connection) -> Result<bool, StoreError> {
    let Some(platform) = app.platform(&one.platform) else { return Ok(true) };
    let wanted = facts::wanted(app, tx, one.user).await?;
    spend::affords(app, tx, (platform, &wanted)).await
}

/// Seconds until this connection may be checked again at a member's wish. The read that follows a
/// link does not count.
fn cool_down(app: &App, connection: &Connection, now: Moment) -> i64 {
    let least =
        app.platform(&connection.platform).map_or(Span::ZERO, |platform| platform.recheck().min_interval);
    let Some(last) = connection.asked_at else { return 0 };
    // Less than a whole second counts as one, so that waiting as told is always enough.
    let millis = (last + least).millis() - now.millis();
    if millis > 0 { (millis + 999) / 1000 } else { 0 }
}
