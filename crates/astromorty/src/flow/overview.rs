//! The overview: all that a member's pages show, in one read.

use domain::id::{PlatformKey, UserId};
use domain::moment::{Moment, Span};

use super::facts::{self, Known};
use super::standing::{self, Ranks, RuleStanding, Server};
use crate::app::App;
use crate::store::user::User;
use crate::store::{StoreError, Tx, audit, consent, guild, hold, observation, user, work};
use domain::fact::Unknown;

/// So long a member is told that an account of theirs was moved.
const TOLD: Span = Span::days(30);

/// A member's world as we know it.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The member.
    pub user: User,
    /// Their accounts and facts.
    pub known: Known,
    /// Servers shared with the bot, or agreed for.
    pub servers: Vec<(Server, Option<Ranks>, Vec<RuleStanding>)>,
    /// Why facts of a platform could not be read the last time.
    pub unread: Vec<(PlatformKey, Unknown, Moment)>,
    /// Accounts that were moved to another user who proved them, and when.
    pub moved: Vec<(PlatformKey, Moment)>,
    /// Platforms with anything read at all.
    pub read: Vec<PlatformKey>,
    /// Whether work of theirs is due and not done, or was tried in vain.
    pub behind: bool,
}

/// Reads it. `None` for a user who is not known (any more).
pub async fn overview(app: &App, id: UserId) -> Result<Option<Overview>, StoreError> {
    let app_ = app.clone();
    app.store.read(async move |tx| read(&app_, tx, id).await).await
}

async fn read(app: &App, tx: &mut Tx, id: UserId) -> Result<Option<Overview>, StoreError> {
    let Some(user) = user::find(tx, id).await? else { return Ok(None) };
    let known = facts::known(app, tx, id).await?;
    let mut ids: Vec<_> = guild::shared_with(tx, id).await?.into_iter().map(|guild| guild.id).collect();
    for yes in consent::of_user(tx, id).await? {
        if !ids.contains(&yes.guild) {
            ids.push(yes.guild);
        }
    }
    let mut servers = Vec::new();
    for guild in ids {
        let Some(server) = standing::server(tx, guild, id).await? else { continue };
        let ranks = standing::ranks(&server.guild)?;
        let judged = server.judge(app, (id, &known), ranks.as_ref());
        servers.push((server, ranks, judged));
    }
    let observed = observation::of_user(tx, id).await?;
    let unread = observed.iter().filter_map(|one| {
        let (reason, since) = one.unknown?;
        Some((one.platform.clone(), reason, since))
    });
    let held = hold::platforms(tx).await?;
    let held = held.into_iter().map(|(platform, since)| (platform, Unknown::Held, since));
    Ok(Some(Overview {
        moved: moved(tx, id, app.now()).await?,
        unread: held.chain(unread).collect(),
        read: observed.iter().map(|one| one.platform.clone()).collect(),
        behind: work::behind(tx, id, app.now()).await?,
        user,
        known,
        servers,
    }))
}

/// Accounts that were moved away from a user of late.
async fn moved(tx: &mut Tx, id: UserId, now: Moment) -> Result<Vec<(PlatformKey, Moment)>, StoreError> {
    let mut moved = Vec::new();
    for (detail, at) in audit::of_kind(tx, (id, "moved_away"), now - TOLD).await? {
        let detail: serde_json::Value = serde_json::from_str(&detail)?;
        let platform = detail["platform"].as_str().and_then(|key| key.parse().ok());
        moved.extend(platform.map(|platform| (platform, at)));
    }
    Ok(moved)
}
