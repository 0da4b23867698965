//! The confirm page: names both accounts and asks what may be read, and for whom.
//!
//! One form, nothing ticked: agreeing is something a member does, not something they overlook.

use askama::Template;
use domain::id::GuildId;

use super::part::{PlatformView, RoleChip};
use super::view::View;
use crate::i18n::Shown;

/// How much is known of the member's servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerList {
    /// All of them are listed.
    Complete,
    /// Discord is still being asked.
    Loading,
    /// Discord did not answer.
    Unanswered,
}

/// A server that could use the account's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerChoice {
    /// Its id, the value of both boxes.
    pub id: GuildId,
    /// Its name.
    pub name: Shown,
    /// What its rules read of this platform, in words. Empty: only that an account is linked.
    pub facts: Vec<String>,
    /// The roles those rules give.
    pub roles: Vec<RoleChip>,
}

/// `Link GitHub octocat to Discord ada?`
///
/// The form posts `csrf`, `decision` (`link` or `cancel`), `guild` and `name` (server ids, both
/// repeated), `profile=yes` and `messages=yes`.
#[derive(Template)]
#[template(path = "confirm.html")]
pub struct Confirm<'a> {
    /// What every page shares.
    pub view: View<'a>,
    /// Where the account is.
    pub platform: PlatformView,
    /// The account's name there.
    pub account: Shown,
    /// The signed-in Discord user's name.
    pub discord: Shown,
    /// The pending link's CSRF token.
    pub csrf: String,
    /// Whether a yes moves the account away from another Discord user, who is not named.
    pub moves: bool,
    /// Servers that the member and the bot share.
    pub servers: Vec<ServerChoice>,
    /// Whether these are all.
    pub server_list: ServerList,
    /// Names of the values that `show on my Discord profile` would show.
    pub profile_values: Vec<Shown>,
}

impl Confirm<'_> {
    fn profile_names(&self) -> String {
        let names: Vec<&str> = self.profile_values.iter().map(Shown::as_str).collect();
        names.join(", ")
    }
}
