//! Platforms: one OAuth2 client driven by definition files.
