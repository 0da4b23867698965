//! Stories: the product against stand-ins for Discord and GitHub, in one process.

mod agreed;
mod brake;
mod budget;
mod gone;
mod harness;
mod ledger;
mod main_path;
mod outage;
mod platforms;
mod reach;
mod recheck;
mod refused;
mod tokens;
mod transfer;
mod upkeep;
mod webhook;
mod writes;
