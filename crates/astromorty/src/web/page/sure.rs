//! Are you sure: the second step before something is lost.
//!
//! The first step posts without `sure`; the answer is one of these pages, whose form posts the same
//! again with `sure=yes`.

use askama::Template;

use super::part::{PlatformView, RoleChip};
use super::view::View;
use crate::i18n::Shown;

/// A role that goes, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleLost {
    /// The server's name.
    pub server: Shown,
    /// The role.
    pub role: RoleChip,
}

/// `Unlink GitHub octocat?`: posts `csrf`, `platform`, `sure=yes`.
#[derive(Template)]
#[template(path = "unlink.html")]
pub struct Unlink<'a> {
    /// What every page shares.
    pub view: View<'a>,
    /// Where the account is.
    pub platform: PlatformView,
    /// Its name there.
    pub account: Shown,
    /// Roles that only this account earned.
    pub roles: Vec<RoleLost>,
    /// As in [`super::AccountCard`].
    pub settings_url: Option<String>,
}

/// `Erase everything?`: posts `csrf`, `sure=yes`.
#[derive(Template)]
#[template(path = "erase.html")]
pub struct Erase<'a> {
    /// What every page shares.
    pub view: View<'a>,
    /// Accounts that are unlinked, with their names.
    pub accounts: Vec<(PlatformView, Shown)>,
    /// Every role we gave.
    pub roles: Vec<RoleLost>,
}
