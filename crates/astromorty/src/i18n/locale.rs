//! Locales: the languages we have texts for.

/// A language we have texts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Locale {
    /// English; the language every other one falls back to.
    #[default]
    English,
}

impl Locale {
    /// All of them.
    pub const ALL: [Locale; 1] = [Locale::English];

    /// The locale for a language tag, Discord's (`en-GB`) or a browser's. English where we have none.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        Self::known(tag).unwrap_or_default()
    }

    /// The first language of an `Accept-Language` header that we have (RFC 9110 §12.5.4).
    /// Weights are ignored: browsers list the best first.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let tags = header.split(',').filter_map(|part| part.split(';').next());
        tags.map(str::trim).find_map(Self::known).unwrap_or_default()
    }

    fn known(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        let is = |locale: &Self| locale.tag().eq_ignore_ascii_case(primary);
        Self::ALL.into_iter().find(is)
    }

    /// The BCP 47 tag, for `<html lang>`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }

    /// Which way it is written, for `<html dir>`.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English => "ltr",
        }
    }

    /// Its messages in Fluent's syntax.
    pub(super) const fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("../../locales/en.ftl"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_language_falls_back_to_english() {
        for tag in ["en", "en-GB", "EN_us", "tlh", "", "-", "💥"] {
            assert_eq!(Locale::of(tag), Locale::English, "{tag}");
        }
        assert_eq!(Locale::accepted("tlh, en;q=0.5"), Locale::English);
        assert_eq!(Locale::accepted(";;,,"), Locale::English);
    }
}
