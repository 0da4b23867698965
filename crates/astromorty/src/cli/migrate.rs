//! `astromorty migrate`: brings the tables up to date and checks the keys.

use std::path::Path;

use super::{Failure, lock, say, start};

pub(super) async fn migrate(config: Option<&Path>) -> Result<(), Failure> {
    let settings = start::settings(config)?;
    let _lock = lock::take(&settings.database)?;
    start::open(settings).await?;
    say::say("the database is up to date");
    Ok(())
}
