//! `GET /api/role-connections/{platform}/result`: what a confirmed link led to.

use askama::Template;
use domain::id::GuildId;

use super::part::PlatformView;
use super::rule::RuleView;
use super::view::View;
use crate::i18n::Shown;

/// How far the work that a link causes has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// All of it is done.
    Done,
    /// Some of it waits; it is stored and goes on by itself.
    Queued,
    /// Discord does not answer; the work is stored and tried again.
    DiscordDown,
    /// The platform does not answer; facts are read later.
    PlatformDown,
}

/// One server the member agreed to, and its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerOutcome {
    /// Its id.
    pub id: GuildId,
    /// Its name.
    pub name: Shown,
    /// Its rules that concern the member.
    pub rules: Vec<RuleView>,
}

/// The result page.
#[derive(Template)]
#[template(path = "result.html")]
pub struct Linked<'a> {
    /// What every page shares.
    pub view: View<'a>,
    /// Where the account is.
    pub platform: PlatformView,
    /// The account's name there.
    pub account: Shown,
    /// The Discord user's name.
    pub discord: Shown,
    /// How far it has come.
    pub settled: Settled,
    /// Servers the member ticked; empty when they ticked none.
    pub servers: Vec<ServerOutcome>,
    /// Whether values are shown on the Discord profile, so that linked roles can be claimed.
    pub on_profile: bool,
}
