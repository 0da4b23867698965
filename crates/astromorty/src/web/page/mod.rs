//! Pages: what a member sees, as plain structs and the templates that draw them.
//!
//! A page holds what it shows and nothing of how that came about; handlers fill it from what a
//! flow returned. Every text comes through [`crate::i18n`], every name from outside is a
//! [`crate::i18n::Shown`]. No page needs JavaScript, inline styles or anything from another host,
//! so the content security policy can forbid all three.

pub mod asset;
mod confirm;
mod dashboard;
mod landing;
mod notice;
mod part;
mod prose;
mod result;
mod role;
mod rule;
mod sure;
#[cfg(test)]
mod tests;
mod trouble;
mod view;

pub use confirm::{Confirm, ServerChoice, ServerList};
pub use dashboard::{AccountCard, Dashboard, Profile, ServerCard, Standing};
pub use landing::Landing;
pub use notice::Notice;
pub use part::{Colour, FactAsked, PlatformView, ProfileValue, RoleChip, Tone};
pub use prose::{Block, Prose, blocks, default_privacy, default_terms};
pub use result::{Linked, ServerOutcome, Settled};
pub use role::RoleState;
pub use rule::{ReasonLine, RuleView, reason_lines};
pub use sure::{Erase, RoleLost, Unlink};
pub use trouble::{Trouble, TroublePage};
pub use view::{SignedIn, View, html};
