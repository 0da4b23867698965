//! Stories: the product against stand-ins for Discord and GitHub, in one process.

mod agreed;
mod brake;
mod harness;
mod ledger;
mod main_path;
mod outage;
mod platforms;
mod reach;
mod refused;
mod tokens;
mod upkeep;
mod writes;
