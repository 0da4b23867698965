//! Sessions: which browser is whose.

use domain::id::UserId;
use domain::moment::{Moment, Span};

use crate::app::{App, digest};
use crate::store::session::Session;
use crate::store::{StoreError, Tx, audit, session};

/// A session ends after so long without a visit,
const IDLE: Span = Span::hours(1);
/// and in any case after so long.
const LONGEST: Span = Span::hours(12);
/// Visits are recorded this finely.
const SEEN_EVERY: Span = Span::minutes(5);

/// A browser that came by.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Its session, where it brought a live one.
    pub session: Option<Session>,
    /// Keyed hash of its network: the /24 or /64 of its address.
    pub network: String,
}

impl Browser {
    /// Who is signed in.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        self.session.and_then(|session| session.user)
    }
}

/// A cookie to set: the session's new value, known to the browser alone.
#[derive(Debug, Clone)]
pub struct NewCookie(pub domain::token::Secret);

/// Finds the session of a cookie's value, and records the visit now and then.
pub async fn find(app: &App, cookie: &str) -> Result<Option<Session>, StoreError> {
    let (hash, now) = (digest(cookie), app.now());
    let found = app.store.read(async move |tx| session::find(tx, &hash, now).await).await?;
    if let Some(found) = found
        && found.seen_at.age(now) >= SEEN_EVERY
    {
        let until = ends(found.created_at, now);
        app.store.write(async move |tx| session::seen(tx, found.id, now, until).await).await?;
    }
    Ok(found)
}

/// When a session ends that began at one moment and was seen at another.
pub(super) fn ends(created_at: Moment, seen_at: Moment) -> Moment {
    (seen_at + IDLE).min(created_at + LONGEST)
}

/// Opens a session for a browser that brought none; nobody is signed in there yet.
pub(super) async fn open(app: &App, tx: &mut Tx, id: i64, cookie: &str) -> Result<(), StoreError> {
    let now = app.now();
    session::insert(tx, id, &digest(cookie), now, ends(now, now)).await
}

/// Signs a browser out. What Discord gave us stays: revoking it would end the user's role connection.
pub async fn sign_out(app: &App, session: Session) -> Result<(), StoreError> {
    app.store.write(async move |tx| session::end(tx, session.id).await).await
}

/// Signs a user out of every browser.
pub async fn sign_out_everywhere(app: &App, user: UserId) -> Result<(), StoreError> {
    let (id, now) = (app.new_id(), app.now());
    app.store
        .write(async move |tx| {
            session::end_all(tx, user).await?;
            let entry = audit::Entry {
                id,
                guild: None,
                user: Some(user),
                actor: "member",
                what: "signed_out_everywhere",
                detail: "{}".to_owned(),
            };
            audit::add(tx, &entry, now).await
        })
        .await
}
