//! The command line, held against the real binary.

#[cfg(feature = "demo")]
mod demo;
mod platforms;
mod register;
mod rules;
mod serve;
mod settings;
mod stage;
