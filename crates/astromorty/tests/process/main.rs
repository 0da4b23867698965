//! The real binary, killed at every step: what it had begun, the next start finishes.

#[path = "../stories/harness/browser.rs"]
mod browser;
#[path = "../stories/harness/database.rs"]
#[allow(dead_code, reason = "the stories use more of it")]
mod database;
#[path = "../stories/harness/gate.rs"]
mod gate;
mod link;
mod outside;
mod product;
mod role;
mod stop;
mod unlink;
