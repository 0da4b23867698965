//! The store on both engines. Most stories run on SQLite and then on PostgreSQL, word for word.
//!
//! PostgreSQL is found by `ASTROMORTY_TEST_POSTGRES`, the URL of a server on which databases may be
//! made; each story gets one of its own.

mod binding;
mod checks;
mod fixtures;
mod forgetting;
mod ground;
mod links;
mod onces;
mod people;
mod postgres;
mod races;
mod schema;
mod servers;
mod sqlite;
mod tokens;
mod works;
