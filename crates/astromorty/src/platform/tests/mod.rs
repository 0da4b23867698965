//! Definitions against small servers that answer as they are told.

mod args;
mod batch;
mod club;
mod definitions;
mod families;
mod github;
mod limits;
mod quiet;
mod read;
mod revoke;
mod schema;
mod sign_in;
mod stage;
mod wire;
