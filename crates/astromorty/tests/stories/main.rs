//! Stories: the product against stand-ins for Discord and GitHub, in one process.

mod harness;
mod main_path;
mod refused;
