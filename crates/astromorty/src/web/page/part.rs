//! Small parts that several pages show.

use domain::id::PlatformKey;

use crate::i18n::Shown;

/// A platform as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformView {
    /// Its key, for paths and form fields.
    pub key: PlatformKey,
    /// Its name for people: `GitHub`.
    pub name: String,
}

impl PlatformView {
    /// Where linking an account begins.
    #[must_use]
    pub fn authorize_path(&self) -> String {
        format!("/api/role-connections/{}/authorize", self.key)
    }

    /// Where the confirm page posts to.
    #[must_use]
    pub fn confirm_path(&self) -> String {
        format!("/api/role-connections/{}/confirm", self.key)
    }

    /// Where the confirm page leads.
    #[must_use]
    pub fn result_path(&self) -> String {
        format!("/api/role-connections/{}/result", self.key)
    }
}

/// Good, bad or in between, as the stylesheet colours it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Not so.
    Bad,
    /// Neither, or not yet.
    Open,
}

impl Tone {
    /// The class in the stylesheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Open => "open",
        }
    }
}

/// A role's colour as Discord gives it: `0xRRGGBB`, 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(u32);

impl Colour {
    /// Takes the lower 24 bits.
    #[must_use]
    pub const fn new(rgb: u32) -> Self {
        Self(rgb & 0x00FF_FFFF)
    }

    /// `#rrggbb`, or nothing for a role without a colour.
    #[must_use]
    pub fn hex(self) -> Option<String> {
        (self.0 != 0).then(|| format!("#{:06x}", self.0))
    }
}

/// A role's name with its colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChip {
    /// Its name, without `@`.
    pub name: Shown,
    /// Its colour.
    pub colour: Colour,
}

/// A fact that a server's rules read, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactAsked {
    /// `followers on GitHub`; see [`crate::i18n::Messages::fact`].
    pub words: String,
    /// Whether the member has agreed to it for this server.
    pub agreed: bool,
}

/// One value of the role connection that Discord holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileValue {
    /// The metadata record's name, from the operator's settings.
    pub name: Shown,
    /// Its value in words.
    pub value: Shown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_hex_digits_or_nothing() {
        assert_eq!(Colour::new(0).hex(), None);
        assert_eq!(Colour::new(0xFF).hex().as_deref(), Some("#0000ff"));
        assert_eq!(Colour::new(0x7F12_3456).hex().as_deref(), Some("#123456"));
    }
}
