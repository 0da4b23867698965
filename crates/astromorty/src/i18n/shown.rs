//! Names from outside, made fit to be shown (N-69).

use std::fmt;

/// How many characters of a name are shown. Discord's longest names have 100.
const LONGEST: usize = 80;
/// How many marks may sit on one letter; Vietnamese needs two, more are there to disturb.
const MOST_MARKS: usize = 2;

/// A name of an account, server or role as people may see it: one line, of sensible length, without
/// characters that are invisible or reorder what stands around them. It still has to be escaped
/// for the place it goes to; askama does that on pages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown(String);

impl Shown {
    /// The cleaned text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Cleans a name from outside. What has nothing left to show is an em dash.
#[must_use]
pub fn shown(name: &str) -> Shown {
    let mut clean = String::new();
    let mut letters = 0;
    let mut marks = 0;
    let mut gap = false;
    for letter in name.chars() {
        if letter.is_whitespace() {
            gap = !clean.is_empty();
            continue;
        }
        if is_hidden(letter) {
            continue;
        }
        marks = if is_mark(letter) { marks + 1 } else { 0 };
        if marks > MOST_MARKS {
            continue;
        }
        if letters >= LONGEST {
            clean.push('…');
            break;
        }
        if std::mem::take(&mut gap) {
            clean.push(' ');
            letters += 1;
        }
        clean.push(letter);
        letters += 1;
    }
    if clean.is_empty() {
        clean.push('—');
    }
    Shown(clean)
}

/// Combining marks of the common blocks (Unicode 16, `Mn` and `Me`), enough to stop stacks of them.
const fn is_mark(letter: char) -> bool {
    matches!(letter as u32,
        0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05BD | 0x064B..=0x065F | 0x0670
        | 0x06D6..=0x06DC | 0x0E31 | 0x0E34..=0x0E3A | 0x0E47..=0x0E4E | 0x1AB0..=0x1AFF
        | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE20..=0xFE2F)
}

/// Control and format characters, private use, noncharacters, and letters that draw nothing
/// (Unicode 16: `Cc`, `Cf`, `Co`, `Default_Ignorable_Code_Point`).
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || letter as u32 & 0xFFFE == 0xFFFE
        || matches!(letter as u32,
            0x00AD | 0x034F | 0x0600..=0x0605 | 0x061C | 0x06DD | 0x070F | 0x0890..=0x0891 | 0x08E2
            | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x202A..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xE000..=0xF8FF
            | 0xFDD0..=0xFDEF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFC
            | 0x0001_10BD | 0x0001_10CD | 0x0001_3430..=0x0001_343F | 0x0001_BCA0..=0x0001_BCA3
            | 0x0001_D173..=0x0001_D17A | 0x000E_0000..=0x0010_FFFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn n_69_a_name_cannot_reorder_or_hide() {
        assert_eq!(shown("ada\u{202E}gpj.exe").as_str(), "adagpj.exe");
        assert_eq!(shown("a\u{200B}d\u{FEFF}\u{2066}a\u{E0041}").as_str(), "ada");
        assert_eq!(shown("one\r\ntwo\tthree\u{2028}four").as_str(), "one two three four");
        assert_eq!(shown("  ada  ").as_str(), "ada");
        assert_eq!(shown("\u{1b}[31mred").as_str(), "[31mred");
    }

    #[test]
    fn n_69_a_name_without_anything_to_see_is_a_dash() {
        for empty in ["", " ", "\u{200B}\u{200D}", "\u{3164}", "\u{E000}"] {
            assert_eq!(shown(empty).as_str(), "—");
        }
    }

    #[test]
    fn n_69_a_long_name_is_cut() {
        let long = shown(&"x".repeat(10_000));
        assert_eq!(long.as_str().chars().count(), LONGEST + 1);
        assert!(long.as_str().ends_with('…'));
    }

    #[test]
    fn ordinary_names_of_the_world_stay_as_they_are() {
        for name in ["octocat", "Søren Ångström", "Việt Nguyễn", "山田 太郎", "عبد الله", "🦀 Rust Café"]
        {
            assert_eq!(shown(name).as_str(), name);
        }
        assert_eq!(shown("Z\u{0351}\u{0352}\u{0353}\u{0354}").as_str(), "Z\u{0351}\u{0352}");
    }

    proptest! {
        #[test]
        fn a_cleaned_name_is_short_and_stays_as_it_is(name in any::<String>()) {
            let once = shown(&name);
            prop_assert!(once.as_str().chars().count() <= LONGEST + 1);
            prop_assert!(!once.as_str().chars().any(is_hidden));
            let twice = shown(once.as_str());
            prop_assert_eq!(twice, once);
        }
    }
}
