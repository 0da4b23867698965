//! From settings to an `App`.

use std::collections::BTreeMap;
use std::path::Path;

use super::Failure;
use crate::app::seam::{Clock, Random, outbound};
use crate::app::settings::Settings;
use crate::app::{App, Seams};

/// The settings, or everything that is wrong with them.
pub(super) fn settings(config: Option<&Path>) -> Result<Settings, Failure> {
    Settings::load(config, &environment()).map_err(Failure::Settings)
}

/// Opens the product on the real outside.
pub(super) async fn open(settings: Settings) -> Result<App, Failure> {
    let clock = Clock::System;
    let http = outbound(clock.clone());
    Ok(App::open(settings, Seams { clock, random: Random::System, http }).await?)
}

/// Settings and `App` in one, for commands that do one thing.
pub(super) async fn app(config: Option<&Path>) -> Result<App, Failure> {
    open(settings(config)?).await
}

/// The variables of this process. What is not Unicode becomes a value that no setting accepts.
fn environment() -> BTreeMap<String, String> {
    let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
    std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect()
}
