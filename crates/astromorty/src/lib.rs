//! Astromorty: links outside accounts to Discord accounts, and keeps Discord true to what they show.
//!
//! Read [`flow`] first: link, reconcile, verify, unlink and rules each read top to bottom there.

pub mod app;
pub mod cli;
pub mod discord;
pub mod flow;
pub mod i18n;
pub mod platform;
pub mod store;
pub mod vault;
pub mod web;
pub mod worker;
