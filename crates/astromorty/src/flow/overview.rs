//! The overview: all that a member's pages show, in one read.

use domain::id::{PlatformKey, UserId};
use domain::moment::Moment;

use super::facts::{self, Known};
use super::standing::{self, Ranks, RuleStanding, Server};
use crate::app::App;
use crate::store::user::User;
use crate::store::{StoreError, Tx, consent, guild, observation, user, work};
use domain::fact::Unknown;

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
    Ok(Some(Overview {
        unread: unread.collect(),
        read: observed.iter().map(|one| one.platform.clone()).collect(),
        behind: work::behind(tx, id, app.now()).await?,
        user,
        known,
        servers,
    }))
}
