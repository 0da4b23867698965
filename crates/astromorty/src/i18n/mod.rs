//! Messages: everything a person reads, in their language.
//!
//! Texts live in `locales/*.ftl` (Fluent). Code and templates name a message by its id and hand
//! over arguments; a test fails when an id is missing or no longer used. Names that come from
//! outside enter only as [`Shown`], which has lost whatever could disturb the text around it.

mod amount;
mod locale;
mod messages;
mod phrase;
mod reason;
mod shown;
#[cfg(test)]
mod tests;

pub use locale::Locale;
pub use messages::Messages;
pub use phrase::{Arg, Phrase};
pub use shown::{Shown, shown};
