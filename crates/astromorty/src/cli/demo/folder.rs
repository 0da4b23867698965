//! A folder of our own that goes when we go.

use std::path::{Path, PathBuf};

use super::{Failure, broken};
use crate::app::seam::Random;

/// Removed with all that is in it when dropped.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes one that only this user may enter.
    pub(super) fn make() -> Result<Self, Failure> {
        let name = format!("astromorty-demo-{}", Random::System.token());
        let path = std::env::temp_dir().join(name);
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| broken(&error))?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now, the system removes with its other temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
