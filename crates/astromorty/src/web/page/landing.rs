//! `GET /`: what this is, and the two ways in.

use askama::Template;

use super::part::PlatformView;
use super::view::View;

/// The landing page.
#[derive(Template)]
#[template(path = "landing.html")]
pub struct Landing<'a> {
    /// What every page shares.
    pub view: View<'a>,
    /// Platforms that can be linked here.
    pub platforms: Vec<PlatformView>,
}
