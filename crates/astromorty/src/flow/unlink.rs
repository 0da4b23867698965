//! Unlinking: the account is forgotten, what it gave goes, and the platform is told.

use domain::id::{PlatformKey, UserId};
use tracing::info;

use super::queue::{self, Urgency};
use super::{retire, token};
use crate::app::App;
use crate::platform::RevokeScope;
use crate::store::connection::Connection;
use crate::store::{StoreError, Tx, audit, connection, consent, departed, grant, user};

/// Ends a user's link to a platform. False when there is none.
///
/// One transaction forgets the account; roles, role connection and the platform's grant follow as
/// work that a crash does not lose.
pub async fn unlink(app: &App, id: UserId, platform: &PlatformKey) -> Result<bool, StoreError> {
    let (app_, key) = (app.clone(), platform.clone());
    let ended = app.store.write(async move |tx| {
        let linked = connection::of_user(tx, id).await?;
        let Some(found) = linked.iter().find(|one| one.platform == key) else { return Ok(false) };
        end_connection(&app_, tx, found, "unlinked").await?;
        if linked.len() == 1 {
            user::unwant(tx, id).await?;
        }
        let when = (Urgency::Interactive, app_.now());
        queue::push(tx, id, when).await?;
        queue::all_roles(tx, id, when).await?;
        Ok(true)
    });
    let ended = ended.await?;
    if ended {
        info!(user.id = %id, platform = %platform, "unlinked {platform} account");
        app.wake.ring();
    }
    Ok(ended)
}

/// Forgets one connection: its tokens go to the retire flow, a keyed hash of it stays.
pub(super) async fn end_connection(
    app: &App,
    tx: &mut Tx,
    ended: &Connection,
    what: &str,
) -> Result<(), StoreError> {
    let now = app.now();
    let can_revoke =
        app.platform(&ended.platform).is_some_and(|platform| platform.can_revoke(RevokeScope::Grant));
    if let Some(tokens) = ended.tokens.as_ref().filter(|_| can_revoke) {
        let place = token::connection_place(ended.id, ended.user, ended.generation);
        let retired = retire::Retired::connection(ended, tokens, place);
        retire::ask(tx, ended.user, &retired, now).await?;
    }
    let account = [ended.platform.as_str(), &ended.instance, &ended.subject];
    let hashes = (app.hasher.hash("account", &account), app.hasher.hash("user", &[&ended.user.to_string()]));
    departed::add(tx, &hashes.0, &hashes.1, now).await?;
    connection::delete(tx, ended.id).await?;
    consent::forget_platform(tx, ended.user, &ended.platform, now).await?;
    grant::end(tx, ended.user, None, "unlink").await?;
    // Another account's values must not be repeated for the next one linked here.
    user::forget_values(tx, ended.user).await?;
    let detail = serde_json::json!({ "platform": ended.platform.as_str() }).to_string();
    let user = Some(ended.user);
    let entry = audit::Entry { id: app.new_id(), guild: None, user, actor: "member", what, detail };
    audit::add(tx, &entry, now).await
}
