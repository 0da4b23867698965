//! People, servers and things that stories are about.

use domain::id::{ConnectionId, GuildId, PlatformKey, RoleId, RuleId, UserId};
use domain::moment::{Moment, Span};
use domain::token::{Sealed, TokenSet};

use crate::store::authorization::{Arrival, Started};
use crate::store::connection::{Connection, Gone};
use crate::store::rule::Rule;
use crate::store::user::{SignedIn, Standing};
use crate::store::work::{Claim, New};
use crate::store::{StoreError, Tx, rule, user};

pub(super) const NOW: Moment = Moment::from_millis(1_750_000_000_000);
pub(super) const BROWSER: i64 = 4_711;

pub(super) fn later(seconds: i64) -> Moment {
    NOW + Span::seconds(seconds)
}

pub(super) fn ada() -> UserId {
    UserId::new(101).unwrap()
}

pub(super) fn bob() -> UserId {
    UserId::new(102).unwrap()
}

pub(super) fn cafe() -> GuildId {
    GuildId::new(201).unwrap()
}

pub(super) fn library() -> GuildId {
    GuildId::new(202).unwrap()
}

pub(super) fn role(number: i64) -> RoleId {
    RoleId::new(300 + number).unwrap()
}

pub(super) fn rule_id(number: i64) -> RuleId {
    RuleId::new(400 + number).unwrap()
}

pub(super) fn connection_id(number: i64) -> ConnectionId {
    ConnectionId::new(500 + number).unwrap()
}

pub(super) fn github() -> PlatformKey {
    "github".parse().unwrap()
}

pub(super) fn steam() -> PlatformKey {
    "steam".parse().unwrap()
}

pub(super) fn sealed(text: &str) -> Sealed<TokenSet> {
    Sealed::from_text(text.to_owned())
}

pub(super) fn signed_in(id: UserId, generation: i64) -> SignedIn {
    SignedIn {
        id,
        name: "ada".to_owned(),
        locale: Some("de".to_owned()),
        tokens: sealed("first"),
        scopes: "identify guilds".to_owned(),
        expires_at: Some(later(3600)),
        generation,
        at: NOW,
    }
}

/// Stores a user who just signed in.
pub(super) async fn sign_in(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    user::sign_in(tx, &signed_in(id, 1)).await
}

pub(super) fn octocat(number: i64, user: UserId) -> Connection {
    Connection {
        id: connection_id(number),
        user,
        platform: github(),
        instance: "https://github.com".to_owned(),
        subject: "583231".to_owned(),
        username: "octocat".to_owned(),
        node: Some("MDQ6".to_owned()),
        tokens: Some(sealed("github")),
        standing: Standing::Good,
        generation: 1,
        linked_at: NOW,
        verified_at: None,
        asked_at: None,
        shown_at: None,
        gone: Gone::default(),
    }
}

pub(super) fn popular(number: i64, guild: GuildId) -> Rule {
    Rule {
        id: rule_id(number),
        guild,
        number,
        role: role(number),
        criteria: "github.followers >= 10".to_owned(),
        version: 1,
        grace: Span::days(1),
        author: Some(bob()),
        observe_only_at: None,
        paused: None,
        changed_at: NOW,
    }
}

/// Stores a rule of the café.
pub(super) async fn add_rule(tx: &mut Tx, number: i64) -> Result<bool, StoreError> {
    rule::insert(tx, &popular(number, cafe()), NOW).await
}

pub(super) fn started(id: i64) -> Started {
    Started {
        id,
        state_hash: format!("state {id}"),
        session: BROWSER,
        user: Some(ada()),
        platform: github(),
        instance: "https://github.com".to_owned(),
        verifier: Sealed::from_text("verifier".to_owned()),
        return_to: "dashboard".to_owned(),
        attempt: Some(77),
        at: NOW,
        expires_at: later(600),
    }
}

pub(super) fn arrival<'a>(state_hash: &'a str, platform: &'a PlatformKey) -> Arrival<'a> {
    Arrival { state_hash, session: BROWSER, user: Some(ada()), platform, at: later(5) }
}

pub(super) fn work(key: &str, due_at: Moment) -> New<'static> {
    let (key, payload) = (key.to_owned(), "{}".to_owned());
    New { kind: "roles", key, user: Some(ada()), payload, interactive: false, due_at }
}

/// A claim for a minute.
pub(super) fn claim(lease: &str, now: Moment, limit: i64) -> Claim {
    Claim { now, until: now + Span::minutes(1), lease: lease.to_owned(), limit }
}
