//! `GET /`: what this is, and the two ways in.

use askama::Template;

use super::notice::Notice;
use super::part::PlatformView;
use super::view::View;

/// The landing page.
#[derive(Template)]
#[template(path = "landing.html")]
pub struct Landing<'a> {
    /// What every page shares.
    pub view: View<'a>,
    /// What the last action led to: signing out and erasing end here.
    pub notice: Option<Notice>,
    /// Platforms that can be linked here.
    pub platforms: Vec<PlatformView>,
}
